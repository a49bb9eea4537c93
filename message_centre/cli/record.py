"""Commands on what is on record: records, withdraw, reassign, recover, check, trail."""

from collections.abc import Iterator
from typing import Annotated

import typer

from message_centre.cli.desk import Desk, opened
from message_centre.cli.output import DONE, IN_PART, Row, moment
from message_centre.domain.files import Destination
from message_centre.domain.outcomes import Correction
from message_centre.domain.people import Right
from message_centre.domain.records import Record, RecordState, TrailEntry

app = typer.Typer()

_Reason = Annotated[str, typer.Option(metavar="R", help="Why, in words.", show_default=False)]
_RecordId = Annotated[str, typer.Argument(metavar="RECORD", show_default=False)]


@app.command()
def records(
    context: typer.Context,
    patient: Annotated[str, typer.Option(metavar="ID", help="Only this patient's.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Withdrawn ones too.")] = False,
) -> int:
    """Tell what is on record."""
    with opened(context) as desk:
        desk.out.rows(
            (_record_row(desk, record) for record in _wanted(desk, patient, everything)),
            columns="record patient provider destination title filed_at original_name size state",
        )
    return DONE


@app.command()
def withdraw(context: typer.Context, record: _RecordId, reason: _Reason) -> int:
    """Pull an item back to the inbox; the patient keeps a tombstone."""
    with opened(context) as desk:
        corrected = desk.services.corrector.withdraw(
            record, operator=desk.operator.id, reason=reason
        )
        desk.out.row(_correction_row(corrected))
    return DONE


@app.command()
def reassign(
    context: typer.Context,
    record: _RecordId,
    patient: Annotated[
        str, typer.Option(metavar="ID", help="The right patient.", show_default=False)
    ],
    reason: _Reason,
) -> int:
    """Move an item to the right patient; the wrong one keeps a tombstone."""
    with opened(context) as desk:
        right = desk.services.register.resolve(patient)
        corrected = desk.services.corrector.reassign(
            record, patient_id=right.id, operator=desk.operator.id, reason=reason
        )
        desk.out.row(_correction_row(corrected))
    return DONE


@app.command()
def recover(context: typer.Context) -> int:
    """Settle imports that a dead program left open; also done at every start."""
    with opened(context, recover=False) as desk:
        settled = desk.services.recoverer.run()
        desk.out.rows({"import": one.import_id, "outcome": one.outcome} for one in settled)
    return DONE


@app.command()
def check(context: typer.Context) -> int:
    """Compare store, record and journal; repairs nothing."""
    with opened(context) as desk:
        with desk.out.progress("Checking") as report:
            found = desk.services.auditor.check(desk.token, report)
        desk.out.rows(
            {
                "problem": finding.problem,
                "record": finding.record_id,
                "path": finding.path,
                "detail": finding.detail,
            }
            for finding in found.findings
        )
        problems = len(found.findings)
        desk.out.row({"records": found.records, "files": found.files, "problems": problems})
    return IN_PART if problems else DONE


@app.command()
def trail(
    context: typer.Context,
    patient: Annotated[str, typer.Option(metavar="ID", help="Only this patient's.")] = "",
    verify: Annotated[bool, typer.Option("--verify", help="Verify the chain instead.")] = False,
) -> int:
    """Tell who did what, oldest first; or verify that nothing of it was changed."""
    with opened(context) as desk:
        desk.require(Right.SEE_TRAIL)
        if verify:
            return _verify(desk)
        patient_id = desk.services.register.resolve(patient).id if patient else ""
        desk.out.rows(
            _trail_row(entry) for entry in desk.services.trail.entries(patient_id=patient_id)
        )
    return DONE


def _wanted(desk: Desk, patient: str, with_withdrawn: bool) -> Iterator[Record]:
    if not patient:
        yield from desk.services.records.everything(withdrawn=with_withdrawn)
        return
    found = desk.services.register.resolve(patient)
    yield from desk.services.records.of_patient(found.id, withdrawn=with_withdrawn)


def _record_row(desk: Desk, record: Record) -> Row:
    return {
        "record": record.id,
        "patient": record.patient_id,
        "provider": record.provider,
        "operator": record.operator,
        "destination": record.destination.value,
        "title": record.title,
        "comment": record.comment,
        "taken_at": moment(record.taken_at),
        "taken_at_from": record.taken_from.value if record.taken_from else "",
        "filed_at": moment(record.filed_at),
        "original_name": record.original_name,
        "source": record.source,
        "size": record.size,
        "sha256": record.sha256,
        "path": _path(desk, record),
        "state": record.state.value,
    }


def _path(desk: Desk, record: Record) -> str:
    """Where the file stands; a tombstone has none."""
    if record.state is RecordState.WITHDRAWN:
        return ""
    configuring = desk.services.configuring
    is_image = record.destination is Destination.IMAGES
    store = configuring.images_store() if is_image else configuring.documents_store()
    return str(store / record.shelf_path)


def _correction_row(corrected: Correction) -> Row:
    return {
        "record": corrected.record_id,
        "outcome": corrected.outcome,
        "reason": corrected.reason,
    }


def _verify(desk: Desk) -> int:
    entries, first_broken = desk.services.trail.verify()
    intact = first_broken is None
    desk.out.row({"entries": entries, "intact": intact, "first_broken": first_broken})
    return DONE if intact else IN_PART


def _trail_row(entry: TrailEntry) -> Row:
    return {
        "at": moment(entry.at),
        "operator": entry.operator,
        "action": entry.action,
        "record": entry.record_id,
        "patient": entry.patient_id,
        "detail": entry.detail,
    }
