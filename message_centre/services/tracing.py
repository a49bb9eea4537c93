"""Where an unforeseen error came from, without its words: those may hold a name, a token or patient data."""

import traceback
from types import TracebackType


def where(trace: TracebackType | None) -> str:
    """The way to the error for a log, from the deepest place outwards: `read:12 < open:40`."""
    frames = reversed(traceback.extract_tb(trace))
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
