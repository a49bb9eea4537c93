"""The number that a service gives a request, for its support; it goes into logs, so it must be one."""

import re

_ID = re.compile(r"[0-9A-Fa-f]{8,32}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
UNNAMED = "unnamed"


def request_id(told: object) -> str:
    """The number as it was told, or `unnamed`: what is worded otherwise may be anything, even a token."""
    text = str(told or "")
    return text if _ID.fullmatch(text) else UNNAMED
