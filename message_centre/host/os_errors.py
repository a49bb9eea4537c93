"""The operating system's errors, translated at the door into ours."""

import contextlib
import errno
from collections.abc import Iterator

from message_centre.domain.errors import (
    AccessDenied,
    FileBusy,
    FileGone,
    MessageCentreError,
    SourceOffline,
    StoreFull,
    StoreUnreachable,
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_BUSY = {errno.EBUSY, errno.ETXTBSY, errno.EAGAIN}
_LINK = {errno.ELOOP, errno.ENXIO, errno.EISDIR}


@contextlib.contextmanager
def store_errors() -> Iterator[None]:
    """Translate what the store's disk says."""
    try:
        yield
    except OSError as error:
        raise _of_store(error) from error


@contextlib.contextmanager
def source_errors() -> Iterator[None]:
    """Translate what a source's disk says."""
    try:
        yield
    except OSError as error:
        raise of_source(error) from error


def _of_store(error: OSError) -> MessageCentreError:
    if error.errno in _FULL:
        return StoreFull("The store's disk is full. The file is still at its source.")
    if error.errno in _REFUSED:
        return AccessDenied("The store refuses to be written to. The file is still at its source.")
    return StoreUnreachable(f"The store cannot be reached ({_word(error)}).")


@contextlib.contextmanager
def home_errors() -> Iterator[None]:
    """Translate what the home's disk says."""
    try:
        yield
    except OSError as error:
        words = f"The home folder cannot be read or written to ({_word(error)})."
        raise AccessDenied(words) from error


def of_source(error: OSError) -> MessageCentreError:
    """Our error for what a source's disk said."""
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return FileGone("The file is no longer at its source.")
    if error.errno in _FULL:
        return StoreFull("The disk of the source is full.")
    if error.errno in _REFUSED:
        return AccessDenied("The source refuses access.")
    if error.errno in _BUSY:
        return FileBusy("Another program is using the file.")
    if error.errno in _LINK:
        return FileGone("There is a link or a special file where the file was.")
    return SourceOffline(f"The source cannot be read ({_word(error)}).")


def _word(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
