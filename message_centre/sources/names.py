"""What a file's name and size alone say of it, the same for every kind of source."""

from message_centre.domain.files import FileState
from message_centre.domain.kinds import is_hidden, is_temporary


def judged(name: str, extension: str, size: int, listed: frozenset[str]) -> tuple[FileState, str]:
    """State and reason; READY means that nothing speaks against it."""
    if is_temporary(name):
        return FileState.SETTLING, "Still being written or downloaded."
    if is_hidden(name):
        return FileState.OTHER, "A hidden file."
    if extension not in listed:
        told = extension or "without an extension"
        return FileState.OTHER, f"Files {told} are not on the practice's list."
    return (FileState.READY, "") if size else (FileState.SETTLING, "Empty so far.")
