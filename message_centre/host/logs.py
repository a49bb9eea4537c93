"""The program's log: one rotating UTF-8 file in the log folder, and the second fence around it.

The first fence is that no code passes names, file names or notes to a logger. Should one ever do, or
an error's text carry a path, the formatter strikes out whatever looks like one.
"""

import logging
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from message_centre.services.work import current_import

FILE_NAME = "message_centre.log"
_handlers: list[logging.Handler] = []
_BYTES, _KEPT = 2_000_000, 5
LINE = "%(asctime)s %(levelname)s %(name)s [%(current_import)s] %(message)s"

_QUOTED_FILE = re.compile(
    r"""(['"])(?![^'"\n]*\.py\1)[^'"\n]*(?:[\\/]|\.\w{1,8}\1)[^'"\n]*(?:\1|$)"""
)
_PATH = re.compile(
    r"(?<![\w./\\])(?:[A-Za-z]:)?[\\/](?:[^\s\\/'\"]+[\\/])*[^\s\\/'\"]+(?<!\.py)(?=\s|$|[,;:)])"
)
_BARE_FILE = re.compile(
    r"\S+\.(?:jpe?g|jp2|jif|jfif|j2[kc]|jpx|png|gif|tiff?|bmp|webp|hei[cf]|dcm|pdf|docx?|xlsx?|rtf"
    r"|txt|html?|xml|mp[34]|mov|avi|wmv|mpe?g)\b",
    re.IGNORECASE,
)
_NHI = re.compile(r"\b[A-HJ-NP-Z]{3}(?:\d{4}|\d{2}[A-HJ-NP-Z]{2})\b")


class RedactingFormatter(logging.Formatter):
    """Strikes paths, file names and national ids out of whole entries, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry without what looks like patient data; undecodable characters as escapes."""
        record.current_import = current_import.get()
        text = super().format(record)
        text = _QUOTED_FILE.sub("[file]", text)
        text = _PATH.sub("[file]", text)
        text = _BARE_FILE.sub("[file]", text)
        text = _NHI.sub("[nhi]", text)
        return text.encode("utf-8", "backslashreplace").decode()


class LogFile(RotatingFileHandler):
    """A log never stops the program, nor speaks into its output: what cannot be logged is dropped."""

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Roll over; while another program keeps the file from it, write on."""
        try:
            super().doRollover()
        except OSError:
            # Windows: another program of ours has the file open. The next one alone rolls it over.
            self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Drop the line."""
        del record


def start(folder: Path, *, fallback: Path) -> tuple[str, ...]:
    """Log to `folder` from now on, or to `fallback` if that cannot be written to.

    Repeating it moves the log. Returns what was wrong, in sentences to show at start. Never raises
    for a folder's sake: a program that cannot log still has to file.
    """
    stop()
    problems = []
    for place in dict.fromkeys((folder, fallback)):
        try:
            _add(_file_handler(place))
            break
        except OSError as error:
            problems.append(
                f"The log folder {place} cannot be written to ({type(error).__name__})."
            )
    _ours().setLevel(logging.INFO)
    return tuple(problems)


def speak_up() -> None:
    """Write everything, debugging lines too, to the log and to standard error."""
    _add(logging.StreamHandler(sys.stderr))
    _ours().setLevel(logging.DEBUG)


def stop() -> None:
    """Close the log; lines after that go nowhere."""
    while _handlers:
        handler = _handlers.pop()
        _ours().removeHandler(handler)
        handler.close()


def _ours() -> logging.Logger:
    # Not the root: libraries word their entries without knowing what may stand in a log.
    return logging.getLogger("message_centre")


def _file_handler(folder: Path) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True)
    return LogFile(folder / FILE_NAME, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")


def _add(handler: logging.Handler) -> None:
    handler.setFormatter(RedactingFormatter(LINE))
    _handlers.append(handler)
    _ours().addHandler(handler)
