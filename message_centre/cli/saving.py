"""The save command: from names on a command line to one order a file, and what became of each."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from message_centre.cli.desk import Desk
from message_centre.cli.output import DONE, IN_PART, NOTHING_DONE, Row
from message_centre.domain.assignments import Accepted, Assignment
from message_centre.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    FixTheInput,
    IncompleteOrder,
    ListChanged,
    MessageCentreError,
    MixedDestinations,
    NeedsYes,
    StoreFull,
    StoreUnreachable,
)
from message_centre.domain.files import FileState, Listing, SourceFile
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.patients import Patient
from message_centre.domain.people import Right
from message_centre.services.assigning import Alerts, Duplicate
from message_centre.services.work import Progress

_GOOD = {Outcome.SAVED, Outcome.SAVED_SOURCE_KEPT, Outcome.ALREADY_FILED}
#: Problems of the record or the store, and not of one file.
_NOTHING_WORKS = frozenset(
    error.__name__ for error in (DatabaseBusy, DatabaseDamaged, StoreFull, StoreUnreachable)
)
_REASON = {
    FileState.SETTLING: "The file is still settling: it may be growing.",
    FileState.HELD: "The file is held.",
    FileState.OTHER: "Files of this type are not in the list.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. `accepts` is the deliberate yes to every alert."""

    names: tuple[str, ...]
    patient: str
    title: str
    comment: str
    provider: str
    accepts: bool


@dataclass(slots=True)
class _Selection:
    """The files found, and a row for each name that cannot be saved."""

    files: list[SourceFile] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)


def save_files(desk: Desk, wish: Wish) -> int:
    """Save each file in its own transaction and tell its outcome; returns the exit code.

    Raises:
        UnknownPatient, NotPermitted, IncompleteOrder, NeedsYes: nothing was done.
    """
    if len(wish.names) > 1 and not wish.accepts:
        raise NeedsYes(f"{len(wish.names)} files are saved at once only with --yes.")
    patient = desk.services.register.resolve(wish.patient)
    provider = _provider(desk, wish.provider)
    desk.require(Right.SAVE, provider)
    selection = _select(desk, wish.names)
    accepted = _accepted(desk, wish, patient, selection)
    assignment = Assignment(
        patient.id, provider, desk.operator.id, wish.title, wish.comment, accepted
    )
    with desk.out.telling(columns="name outcome record reason") as tell:
        for row in selection.refused:
            tell(row)
        results = _carry_out(desk, selection.files, assignment, tell)
    if any(result.is_saved for result in results):
        desk.services.register.used(desk.operator.id, patient.id)
    return _exit_code(selection, results)


def _provider(desk: Desk, number: str) -> str:
    active = [one.number for one in desk.services.people.providers() if one.is_active]
    if number and number not in active:
        raise FixTheInput(f"There is no provider {number!r}. Providers: {', '.join(active)}.")
    return number or desk.services.permitting.provider(desk.operator, Right.SAVE)


def _select(desk: Desk, names: Sequence[str]) -> _Selection:
    listings = desk.services.lister.refresh(desk.operator, desk.provider, desk.token)
    selection = _Selection()
    for name in names:
        try:
            found = _found(desk, listings, name)
        except (ListChanged, IncompleteOrder) as error:
            selection.refused.append(_refused_row(name, error))
            continue
        if found not in selection.files:
            selection.files.append(found)
    return selection


def as_listed(name: str) -> str:
    r"""A name from the command line as the list has it: undecodable bytes as `\xNN`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _found(desk: Desk, listings: Sequence[Listing], name: str) -> SourceFile:
    found = desk.services.lister.find(listings, as_listed(name))
    if found.state is not FileState.READY:
        raise IncompleteOrder(found.reason or _REASON[found.state])
    return found


def _accepted(
    desk: Desk, wish: Wish, patient: Patient, selection: _Selection
) -> frozenset[Accepted]:
    """The yeses that the orders carry; moves every file to the refused ones where a yes lacks."""
    if not selection.files:
        return frozenset()
    try:
        desk.services.assigner.check_selection(selection.files)
    except MixedDestinations as error:
        _refuse_all(selection, f"{error.detail} {error.advice}")
        return frozenset()
    with desk.out.progress("Checking") as report:
        alerts = desk.services.assigner.alerts(patient, selection.files, desk.token, report)
    reasons = alert_reasons(alerts)
    for reason in reasons:
        desk.out.say(f"Alert: {reason}")
    if reasons and not wish.accepts:
        _refuse_all(selection, f"{' '.join(reasons)} Look again, then repeat it with --yes.")
    return alerts.accepted_needed


def _refuse_all(selection: _Selection, reason: str) -> None:
    selection.refused += [
        _file_row(file, Outcome.REFUSED, reason=reason) for file in selection.files
    ]
    selection.files = []


def alert_reasons(alerts: Alerts) -> list[str]:
    """Every alert that needs a yes, in a sentence each."""
    reasons = [
        f"{one.patient.label} is similar: {', '.join(one.reasons)}." for one in alerts.similar
    ]
    if alerts.status:
        reasons.append(f"The patient is {alerts.status}.")
    if alerts.id_conflict:
        reasons.append(f"{alerts.id_conflict.rstrip('.')}.")
    if alerts.many:
        reasons.append(f"The selection has {alerts.many}.")
    return reasons + [text for one in alerts.duplicates if (text := _duplicate_reason(one))]


def _duplicate_reason(found: Duplicate) -> str:
    """Empty where nothing is doubtful: filing the same bytes to the same patient does nothing."""
    is_withdrawn = bool(found.record.withdrawn_at)
    if found.same_patient and is_withdrawn:
        return f"These bytes were withdrawn from this patient: {found.record.withdrawn_reason}."
    if not found.same_patient and not is_withdrawn:
        return f"These bytes are on the record of {found.patient.label} ({found.record.id})."
    return ""


def _carry_out(
    desk: Desk,
    files: Sequence[SourceFile],
    assignment: Assignment,
    tell: Callable[[Row], None],
) -> tuple[ImportResult, ...]:
    if not files:
        return ()
    orders = desk.services.assigner.orders(files, assignment)
    with desk.out.progress("Saving") as report:

        def done(number: int, result: ImportResult) -> None:
            tell(result_row(result))
            report(Progress(number + 1, len(orders)))

        return desk.services.importer.run_all(orders, desk.token, done)


def is_nothing_done(results: Sequence[ImportResult]) -> bool:
    """Whether record or store let nothing at all be done."""
    return bool(results) and all(result.problem in _NOTHING_WORKS for result in results)


def _exit_code(selection: _Selection, results: Sequence[ImportResult]) -> int:
    if is_nothing_done(results):
        return NOTHING_DONE
    all_good = all(result.outcome in _GOOD for result in results)
    return DONE if all_good and not selection.refused else IN_PART


def _refused_row(name: str, error: MessageCentreError) -> Row:
    return {
        "key": as_listed(name),
        "name": as_listed(name),
        "outcome": Outcome.REFUSED.value,
        "record": "",
        "destination": "",
        "reason": error.detail,
    }


def _file_row(file: SourceFile, outcome: Outcome, *, reason: str) -> Row:
    return {
        "key": file.key.token,
        "name": file.name,
        "outcome": outcome.value,
        "record": "",
        "destination": file.destination.value,
        "reason": reason,
    }


def result_row(result: ImportResult) -> dict[str, object]:
    """What became of one file, as every command tells it."""
    return {
        "key": result.key.token,
        "name": result.name,
        "outcome": result.outcome.value,
        "record": result.record_id,
        "destination": result.destination.value,
        "reason": result.reason,
    }
