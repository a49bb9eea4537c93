"""The day sheet as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from message_centre.domain.day_sheets import DayFile
from message_centre.domain.errors import AccessDenied
from message_centre.domain.names import shown
from message_centre.services.ports import DayCount

#: What makes a spreadsheet take a cell for a formula. File names come from strangers.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(day: date, counts: Iterable[DayCount], files: Iterable[DayFile]) -> str:
    """Two tables, one below the other: the sources with their counts, then the named files."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("day", "source", "seen", "filed", "waiting", "held", "ignored"))
    for count in counts:
        numbers = (count.seen, count.filed, count.waiting, count.held, count.ignored)
        writer.writerow((day.isoformat(), _cell(count.source), *numbers))
    writer.writerow(())
    writer.writerow(("day", "source", "file", "fate", "reason", "patient", "provider", "record"))
    for file in files:
        told = (file.source, file.name, file.fate.value, file.reason)
        whose = (file.patient, file.provider, file.record_id)
        writer.writerow((day.isoformat(), *map(_cell, (*told, *whose))))
    return out.getvalue()


def write_csv(path: Path, day: date, counts: Sequence[DayCount], files: Sequence[DayFile]) -> None:
    """Write the day sheet to a file of the person's choice, replacing it.

    Raises:
        AccessDenied: it cannot be written there.
    """
    try:
        # The mark at the start tells spreadsheets that the text is UTF-8.
        path.write_text(as_csv(day, counts, files), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise AccessDenied("The day sheet cannot be written there.") from error


def _cell(text: str) -> str:
    plain = shown(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
