"""Folders of tower devices: bulk-import, by patient or by profile, and those that wait."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from message_centre.cli.desk import Desk, opened
from message_centre.cli.output import DONE, IN_PART, NOTHING_DONE, Row
from message_centre.cli.saving import alert_reasons, is_nothing_done, result_row
from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.errors import NeedsYes
from message_centre.domain.files import SourceFile
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.people import Right
from message_centre.domain.tower_folders import FolderReport, TowerFolder, Verdict
from message_centre.domain.tree_names import folder_of
from message_centre.services.browsing import Browsed, Looker
from message_centre.services.bulk_importing import Tower
from message_centre.services.work import Progress

app = typer.Typer()

_COLUMNS = "folder name outcome patient evidence reason"
_WOULD = "would-save"
_GOOD = {Outcome.SAVED, Outcome.SAVED_SOURCE_KEPT, Outcome.ALREADY_FILED}
_THIN = "A person has to look: accept this folder in the window, or import it with --patient."
Tell = Callable[[Row], None]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for, with the place where it is to be done."""

    folder: Path
    patient: str
    profile: str
    copies: bool
    dry_run: bool
    accepts: bool
    who: Looker


@app.command("bulk-import")
def bulk_import(  # noqa: PLR0913 - one argument for each option of the contract
    context: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False)],
    patient: Annotated[
        str, typer.Option(metavar="ID", help="Everything in it is this patient's.")
    ] = "",
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="One folder per patient, named as this device does.")
    ] = "",
    copy: Annotated[bool, typer.Option("--copy", help="Leave the originals.")] = False,
    move: Annotated[
        bool,
        typer.Option("--move", help="Move; usual inside a tower's root, else files are copied."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be imported, and whose it is.")
    ] = False,
    provider: Annotated[str, typer.Option(metavar="N", help="Number of the provider.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Import what is beyond doubt.")] = False,
) -> int:
    """Import the files of tower devices, with all sub-folders."""
    if bool(patient) == bool(profile) or (copy and move):
        raise typer.BadParameter("give either --patient ID or --profile NAME, and --copy or --move")
    with opened(context) as desk:
        number = provider or desk.services.permitting.provider(desk.operator, Right.BULK_IMPORT)
        desk.require(Right.BULK_IMPORT, number)
        place = folder.absolute()
        copies = copy or (not move and desk.services.browsing.usual_copies([place]))
        who = Looker(desk.operator.id, number)
        wish = _Wish(place, patient, profile, copies, dry_run, yes, who)
        if copies and not copy:
            desk.out.say("The originals stay: this is no tower's root. --move moves them.")
        return _of_patient(desk, wish) if patient else _of_profile(desk, wish)


@app.command("towers")
def towers(
    context: typer.Context,
    provider: Annotated[str, typer.Option(metavar="N", help="Number of the provider.")] = "",
) -> int:
    """Tell the tower folders that wait in all roots, and why: those under Unclaimed."""
    with opened(context) as desk:
        number = provider or desk.services.permitting.provider(desk.operator, Right.BULK_IMPORT)
        who = Looker(desk.operator.id, number)
        found = desk.services.bulk_importer.standing(who, desk.token)
        desk.out.rows(
            (
                _standing_row(standing.root, folder)
                for standing in found
                for folder in standing.folders
                if folder.waits
            ),
            columns="folder files waiting verdict patient evidence reason",
        )
        away = [one for one in found if one.away]
        for one in away:
            desk.out.say(f"{one.root}: {one.away}")
    return IN_PART if away else DONE


def _standing_row(root: str, folder: TowerFolder) -> Row:
    match = folder.match
    return {
        "root": root,
        "folder": folder.name,
        "files": len(folder.files),
        "waiting": len(folder.waiting),
        "verdict": match.verdict.value,
        "patient": match.patient.id if match.patient else "",
        "evidence": match.evidence,
        "reason": match.doubt,
    }


# Everything for one patient


def _of_patient(desk: Desk, wish: _Wish) -> int:
    patient = desk.services.register.resolve(wish.patient)
    with desk.out.progress("Listing") as report:
        found = desk.services.browsing.look(
            [wish.folder], wish.who, desk.token, report, copies=wish.copies
        )
    for file in found.others:
        desk.out.say(f"Left out: {file.name}. {file.reason}")
    if not found.files:
        desk.out.say("Nothing in it can be imported now.")
    told: dict[str, object] = {"patient": patient.id, "evidence": "chosen by --patient"}
    alerts = desk.services.assigner.alerts(patient, found.files, desk.token)
    reasons = alert_reasons(alerts)
    for reason in reasons:
        desk.out.say(f"Alert: {reason}")
    with desk.out.telling(columns=_COLUMNS) as tell:
        _tell_files(tell, found, told, is_run=not wish.dry_run)
        if wish.dry_run:
            return IN_PART if found.waiting else DONE
        if not wish.accepts and (len(found.files) > 1 or reasons):
            raise NeedsYes(f"{len(found.files)} files are imported at once only with --yes.")
        assignment = Assignment(
            patient.id,
            wish.who.provider,
            wish.who.operator,
            accepted=alerts.accepted_needed,
            identity=patient.label,
        )
        orders = desk.services.assigner.orders(found.files, assignment) if found.files else ()
        results = _saved(desk, orders, lambda row: tell(row | told))
    if any(result.is_saved for result in results):
        desk.services.register.used(desk.operator.id, patient.id)
    return _code(results, all_in=not found.waiting)


def _saved(
    desk: Desk, orders: Sequence[ImportOrder], tell: Callable[[dict[str, object]], None]
) -> tuple[ImportResult, ...]:
    folders = {order.file.key: folder_of(order.file) for order in orders}
    with desk.out.progress("Saving") as report:

        def done(number: int, result: ImportResult) -> None:
            tell({"folder": folders[result.key]} | result_row(result))
            report(Progress(number + 1, len(orders)))

        return desk.services.importer.run_all(orders, desk.token, done)


def _tell_files(tell: Tell, found: Browsed, told: dict[str, object], *, is_run: bool) -> None:
    """A line for each file that is not imported now."""
    for file in found.waiting:
        tell(_file_row(file, Outcome.REFUSED.value, _not_yet(file)) | told)
    for file in () if is_run else found.files:
        tell(_file_row(file, _WOULD, "") | told)


def _not_yet(file: SourceFile) -> str:
    return file.reason or "It may still be growing."


# One folder per patient


def _of_profile(desk: Desk, wish: _Wish) -> int:
    profile = desk.services.bulk_importer.profile(wish.profile)
    tower = Tower(wish.folder, profile, wish.copies)
    if not wish.dry_run and not wish.accepts:
        raise NeedsYes("Look at it with --dry-run first; then --yes imports what is beyond doubt.")
    with desk.out.progress("Looking") as report:
        folders = desk.services.bulk_importer.review(
            tower, wish.who, desk.token, lambda _some: None, report
        )
    accepted = [one for one in folders if one.match.verdict is Verdict.SURE and one.files]
    with desk.out.telling(columns=_COLUMNS) as tell:
        for folder in folders:
            _tell_folder(tell, folder, is_run=folder in accepted and not wish.dry_run)
        if wish.dry_run:
            _say_counts(desk, folders)
            return DONE if len(accepted) == len(folders) else IN_PART
        results = _carried_out(desk, accepted, wish, tell)
    waiting = any(folder.waiting for folder in accepted)
    return _code(results, all_in=len(accepted) == len(folders) and not waiting)


def _carried_out(
    desk: Desk, accepted: Sequence[TowerFolder], wish: _Wish, tell: Tell
) -> list[ImportResult]:
    evidence = {one.name: one.match.evidence for one in accepted}
    total = sum(len(one.files) for one in accepted)
    results: list[ImportResult] = []
    with desk.out.progress("Saving") as report:

        def told(folder: FolderReport, result: ImportResult) -> None:
            results.append(result)
            tell(
                {"folder": folder.name}
                | result_row(result)
                | {"patient": folder.patient.id, "evidence": evidence[folder.name]}
            )
            report(Progress(len(results), total))

        reports = desk.services.bulk_importer.run(accepted, wish.who, desk.token, told)
    for one in reports:
        desk.out.say(
            f"{one.name}: {one.saved} saved, {one.already} already filed, {one.unsaved} not saved."
            f" {one.reason}"
        )
    return results


def _tell_folder(tell: Tell, folder: TowerFolder, *, is_run: bool) -> None:
    """A line for each file that is not imported now; for a folder without any, one that names it."""
    match = folder.match
    is_sure = match.verdict is Verdict.SURE
    reason = match.doubt if match.verdict is Verdict.DOUBT else f"{match.doubt} {_THIN}"
    outcome = _WOULD if is_sure else Outcome.REFUSED.value
    told = {"patient": match.patient.id if match.patient else "", "evidence": match.evidence}
    for file in folder.waiting:
        tell(_file_row(file, Outcome.REFUSED.value, _not_yet(file)) | told)
    for file in () if is_run else folder.files:
        tell(_file_row(file, outcome, "" if is_sure else reason) | told)
    if not folder.files and not folder.waiting:
        empty = {"key": "", "name": "", "record": "", "destination": ""}
        why = {"outcome": Outcome.REFUSED.value, "reason": "Nothing in it to import."}
        tell({"folder": folder.name} | empty | why | told)


def _say_counts(desk: Desk, folders: Sequence[TowerFolder]) -> None:
    counts = dict.fromkeys(Verdict, 0)
    for folder in folders:
        counts[folder.match.verdict] += 1
    desk.out.say(
        f"{len(folders)} folders: {counts[Verdict.SURE]} beyond doubt,"
        f" {counts[Verdict.THIN]} for a person to look at, {counts[Verdict.DOUBT]} in doubt."
    )


def _file_row(file: SourceFile, outcome: str, reason: str) -> dict[str, object]:
    return {
        "folder": folder_of(file),
        "key": file.key.token,
        "name": file.name,
        "outcome": outcome,
        "record": "",
        "destination": file.destination.value,
        "reason": reason,
    }


def _code(results: Sequence[ImportResult], *, all_in: bool) -> int:
    if is_nothing_done(results):
        return NOTHING_DONE
    all_good = all(result.outcome in _GOOD for result in results)
    return DONE if all_good and all_in else IN_PART
