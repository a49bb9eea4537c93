"""Ids for imports, records and requests."""

import uuid


def new_id() -> str:
    """An id that no other import, record or request has or will have."""
    return uuid.uuid4().hex
