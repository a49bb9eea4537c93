"""What a file's name and size alone say of it, the same for every kind of source."""

from message_centre.domain.files import FileState
from message_centre.domain.kinds import is_hidden, is_temporary


def judged(name: str, extension: str, size: int, listed: frozenset[str]) -> tuple[FileState, str]:
    """State and reason; READY means that nothing speaks against it."""
    doubts = (
        (is_temporary(name), FileState.SETTLING, "Still being written or downloaded."),
        (is_hidden(name), FileState.OTHER, "A hidden file."),
        (
            extension not in listed,
            FileState.OTHER,
            f"Files {extension or 'without an extension'} are not on the practice's list.",
        ),
        (size == 0, FileState.SETTLING, "Empty so far."),
    )
    for applies, state, reason in doubts:
        if applies:
            return state, reason
    return FileState.READY, ""
