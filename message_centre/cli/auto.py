"""Files that file themselves, and the day sheet: auto-import, day-sheet."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import typer

from message_centre.cli.desk import Desk, opened
from message_centre.cli.files import listed, told_unreached
from message_centre.cli.output import DONE, IN_PART, NOTHING_DONE, Row, moment
from message_centre.cli.saving import is_nothing_done, result_row
from message_centre.domain.auto_imports import AutoProgress, Judged, Left, Plan
from message_centre.domain.day_sheets import DayFile
from message_centre.domain.errors import BadSetting
from message_centre.domain.files import Listing
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.services.ports import DayCount
from message_centre.services.work import Progress

app = typer.Typer()

_COLUMNS = "name outcome patient provider taken_at reason"
#: Told of a file that would be imported; a dry run saves nothing.
_WOULD = "would-save"


@app.command("auto-import")
def auto_import(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be imported, and what not.")
    ] = False,
) -> int:
    """File what files itself by its name, as each refresh of My Mail does."""
    with opened(context) as desk:
        _check_on(desk, dry_run=dry_run)
        listings = listed(desk)
        judged = _judged(desk, listings)
        with desk.out.telling(columns=_COLUMNS) as tell:
            for left in judged.left:
                tell(_left_row(left))
            if dry_run:
                for plan in judged.plans:
                    tell(_plan_row(plan))
                code = IN_PART if judged.left else DONE
            else:
                results = _carried_out(desk, judged, tell)
                code = _code(judged, results)
        if not dry_run:
            listed(desk)  # the day sheet counts what is left now
    unreached = told_unreached(desk, listings)
    return code or unreached


def _check_on(desk: Desk, *, dry_run: bool) -> None:
    operator = desk.operator.id
    if desk.services.auto_importer.is_on(operator):
        return
    words = f"Auto-import is off for operator {operator}."
    if not dry_run:
        raise BadSetting(f"{words} Switch it on: settings set operator.auto_import true")
    desk.out.say(f"{words} This is what it would import if it were on.")


def _judged(desk: Desk, listings: tuple[Listing, ...]) -> Judged:
    files = [file for listing in listings for file in listing.files]
    return desk.services.auto_importer.judge(files, desk.operator.id, desk.token)


def _carried_out(desk: Desk, judged: Judged, tell: Callable[[Row], None]) -> list[ImportResult]:
    results: list[ImportResult] = []
    progress = AutoProgress(len(judged.plans))
    with desk.out.progress("Auto-Importing") as report:

        def told(now: AutoProgress, plan: Plan, result: ImportResult) -> None:
            nonlocal progress
            progress = now
            results.append(result)
            tell(_plan_row(plan) | result_row(result))
            report(Progress(now.done, now.total))

        desk.services.auto_importer.run(judged.plans, desk.operator.id, desk.token, told)
    left = len(judged.left) + progress.left
    desk.out.say(f"{progress.imported} imported, {progress.again} came again, {left} left for you.")
    return results


def _code(judged: Judged, results: list[ImportResult]) -> int:
    if is_nothing_done(results):
        return NOTHING_DONE
    good = {Outcome.SAVED, Outcome.SAVED_SOURCE_KEPT}
    is_good = all(one.outcome in good or _came_again(one) for one in results)
    return DONE if is_good and not judged.left else IN_PART


def _came_again(result: ImportResult) -> bool:
    return result.outcome is Outcome.ALREADY_FILED and not result.problem


def _plan_row(plan: Plan) -> dict[str, object]:
    return {
        "key": plan.file.key.token,
        "name": plan.file.name,
        "outcome": _WOULD,
        "record": "",
        "destination": plan.file.destination.value,
        "reason": "",
        "patient": plan.patient.id,
        "provider": plan.provider,
        "taken_at": moment(plan.taken_at),
        "doubt": "",
    }


def _left_row(left: Left) -> Row:
    return {
        "key": left.file.key.token,
        "name": left.file.name,
        "outcome": Outcome.REFUSED.value,
        "record": "",
        "destination": left.file.destination.value,
        "reason": left.reason,
        "patient": "",
        "provider": "",
        "taken_at": "",
        "doubt": left.doubt.value,
    }


@app.command("day-sheet")
def day_sheet(
    context: typer.Context,
    day: Annotated[
        datetime | None,
        typer.Option("--date", metavar="D", formats=["%Y-%m-%d"], help="Another day than today."),
    ] = None,
) -> int:
    """Tell everything that was seen on a day, and where it went."""
    with opened(context) as desk:
        wanted: date = day.date() if day else desk.services.clock.now().date()
        sheets = desk.services.day_sheets
        counts = sheets.of(wanted, desk.operator, desk.provider, desk.token)
        files = sheets.files(wanted)
        desk.out.rows(
            (_count_row(count, files) for count in counts),
            columns="source seen filed waiting held ignored",
        )
        for file in files:
            desk.out.add(_file_words(file))
    return DONE


def _count_row(count: DayCount, files: tuple[DayFile, ...]) -> Row:
    return {
        "source": count.source,
        "seen": count.seen,
        "filed": count.filed,
        "waiting": count.waiting,
        "held": count.held,
        "ignored": count.ignored,
        "files": [
            {
                "name": file.name,
                "fate": file.fate.value,
                "reason": file.reason,
                "record": file.record_id,
                "provider": file.provider,
            }
            for file in files
            if file.source == count.source
        ],
    }


def _file_words(file: DayFile) -> str:
    told = file.reason or file.patient
    return f"{file.fate.value}: {file.name}" + (f" - {told}" if told else "")
