"""What the day sheet says, on the screen and on paper."""

from datetime import date
from html import escape

from message_centre.domain.day_sheets import DayFile, Fate
from message_centre.domain.names import shown
from message_centre.domain.patients import written
from message_centre.services.ports import DayCount
from message_centre.ui.files.rows import short_source
from message_centre.ui.words import counted, tr

COUNT_HEADINGS = ("Source", "Seen", "Filed", "Waiting", "Held", "Ignored")
FILE_HEADINGS = ("File", "What became of it", "Reason or patient", "Source")
_FATES = {
    Fate.HELD: "waits for a person",
    Fate.IMPORTED: "filed by auto-import",
    Fate.CAME_AGAIN: "came again, discarded",
}


def count_cells(count: DayCount) -> tuple[str, ...]:
    """One source's line."""
    numbers = (count.seen, count.filed, count.waiting, count.held, count.ignored)
    return (short_source(count.source), *(f"{number:,}" for number in numbers))


def file_cells(file: DayFile) -> tuple[str, ...]:
    """One named file's line."""
    fate = tr(_FATES[file.fate])
    return shown(file.name), fate, shown(file.reason or file.patient), short_source(file.source)


def total_of(day: date, counts: tuple[DayCount, ...]) -> DayCount:
    """All sources together."""
    parts = [(one.seen, one.filed, one.waiting, one.held, one.ignored) for one in counts]
    seen, filed, waiting, held, ignored = (
        sum(column) for column in (zip(*parts, strict=True) if parts else [()] * 5)
    )
    return DayCount(day, tr("Together"), seen, filed, waiting, held, ignored)


def sum_words(total: DayCount) -> str:
    """The sum that must come out."""
    if not total.seen:
        return tr("Nothing was seen on this day.")
    seen = counted(total.seen, "{n} file seen", "{n} files seen")
    parts = tr(
        "{filed} filed + {waiting} waiting + {held} held + {ignored} ignored",
        filed=total.filed,
        waiting=total.waiting,
        held=total.held,
        ignored=total.ignored,
    )
    return f"{seen} = {parts}"


def as_html(day: date, counts: tuple[DayCount, ...], files: tuple[DayFile, ...], head: str) -> str:
    """The sheet for the printer; everything in it is data and stands as such."""
    total = total_of(day, counts)
    rows = [count_cells(count) for count in (*counts, total)]
    parts = [
        f"<h2>{escape(tr('Day sheet'))} {escape(written(day))}</h2>",
        f"<p>{escape(head)}</p>",
        _table(COUNT_HEADINGS, rows),
        f"<p><b>{escape(sum_words(total))}</b></p>",
    ]
    if files:
        parts.append(_table(FILE_HEADINGS, [file_cells(file) for file in files]))
    return "".join(parts)


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    top = "".join(f"<th align='left'>{escape(tr(heading))}</th>" for heading in headings)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table cellpadding='4' width='100%'><tr>{top}</tr>{lines}</table>"
