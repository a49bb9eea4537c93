"""What the command line says: lines of JSON for programs, tables for people, messages beside both.

Standard output holds results and nothing else; every message and all progress is on standard error.
"""

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from message_centre.domain.errors import FixTheInput, ListChanged, MessageCentreError
from message_centre.domain.names import shown
from message_centre.services.work import Progress, Report, silent

DONE, IN_PART, WRONG_USAGE, NOTHING_DONE, CANCELLED = 0, 1, 2, 3, 130
_WIDE = 240

Row = Mapping[str, object]


class Output:
    """One command's way of speaking."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def rows(self, rows: Iterable[Row], *, columns: str = "") -> None:
        """Tell results. For programs each row is one line with every field; for people a table.

        `columns` names the fields that people see, in their order; without it they see all.
        """
        with self.telling(columns=columns) as tell:
            for row in rows:
                tell(row)

    @contextlib.contextmanager
    def telling(self, *, columns: str = "") -> Iterator[Callable[[Row], None]]:
        """As `rows`, one by one: a program reads each line at once, people the table at the end."""
        kept: list[Row] = []
        try:
            yield _write_line if self._as_json else kept.append
        finally:
            _write_table(kept, columns.split())

    def row(self, row: Row) -> None:
        """Tell one result."""
        self.rows([row])

    def say(self, text: str) -> None:
        """Say one line to a person, on standard error."""
        say(text)

    def add(self, text: str) -> None:
        """Say what belongs to the table; a program has it in its lines, and nobody's name in a log."""
        if not self._as_json:
            say(text)

    @contextlib.contextmanager
    def progress(self, title: str) -> Iterator[Report]:
        """Show a progress bar where standard error is a terminal; yields the report callback."""
        if not sys.stderr.isatty():
            yield silent
            return
        # Only a person at a terminal waits for these imports.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=None)

            def report(progress: Progress) -> None:
                bar.update(task, completed=progress.done, total=progress.total or None)

            yield report


def _write_line(row: Row) -> None:
    # ASCII only: no name in it can then break a line, a code page or the reader's terminal.
    sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def _write_table(rows: list[Row], columns: list[str]) -> None:
    if not rows:
        return
    # Programs never wait for these imports.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    columns = columns or list(rows[0])
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        # `Text`, because a name may hold what Rich takes for markup.
        table.add_row(*(Text(_plain(row[column])) for column in columns))
    width = None if sys.stdout.isatty() else _WIDE
    console = Console(file=sys.stdout, width=width, highlight=False)
    with console.capture() as captured:
        console.print(table)
    # The last column is padded to its width: of no use, and in the way of a reader's eye.
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())
    sys.stdout.flush()


def say(text: str) -> None:
    """Write one line to standard error, whatever the text holds."""
    line = " ".join(text.split())
    sys.stderr.write(f"{shown(line)}\n")
    sys.stderr.flush()


def told(error: MessageCentreError) -> str:
    """The error in one line: what happened and what to do next."""
    return f"{error.title}: {error.detail} {error.advice}"


def exit_code(error: MessageCentreError) -> int:
    """The exit code for an error that ended the command."""
    return WRONG_USAGE if isinstance(error, FixTheInput | ListChanged) else NOTHING_DONE


def moment(value: datetime | None) -> str:
    """ISO 8601 with offset, or empty."""
    return value.isoformat() if value else ""


def speak_unicode() -> None:
    """Make both streams take every character: a code page that lacks one gets its escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return shown(str(value)) if value is not None else ""
