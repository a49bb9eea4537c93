"""Where a stored file goes: a shelf path from ids only, never from names."""

import re
from pathlib import PurePosixPath

_SAFE_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")
_SAFE_PROVIDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")


def shelf_path(provider: str, import_id: str, extension: str) -> str:
    """`<provider>/<2 hex>/<import id><extension>`, with `/`, relative to the store's root.

    An extension is kept only if it is up to eight ASCII letters or digits: stream names, bidirectional
    marks and separators from a hostile name can thus never reach the store.

    Raises:
        ValueError: the provider number is not fit to be a folder name.
    """
    if not _SAFE_PROVIDER.fullmatch(provider):
        raise ValueError("a provider number has letters, digits and hyphens only")
    kept = extension if _SAFE_EXTENSION.fullmatch(extension) else ""
    return f"{provider}/{import_id[-2:]}/{import_id}{kept}"


def import_id_of(path: str) -> str:
    """The import that put a file on its shelf, whichever record it is on by now."""
    return PurePosixPath(path).stem
