"""File names as people may safely see them."""

import re
import unicodedata

_REPLACED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
#: Joiners that emoji and some scripts need; they move nothing and hide nothing by themselves.
_HARMLESS = {"\u200d", "\ufe0f"}
#: What Windows, or any system, does not take within a file's name.
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
#: Room for a folder's ` (returned 999)` within the 255 bytes that file systems give a name.
_NAME_BYTES = 200


def shown(name: str) -> str:
    """Return `name` with control, bidirectional and invisible characters written as escapes.

    A name can thus not reorder, hide or break the line it stands in. The original name is kept
    elsewhere as data.
    """
    if name.isprintable():
        return name  # none of the replaced categories counts as printable
    return "".join(_visible(character) for character in name)


def _visible(character: str) -> str:
    if character in _HARMLESS or unicodedata.category(character) not in _REPLACED_CATEGORIES:
        return character
    return f"\\u{ord(character):04x}"


def plain(name: str) -> str:
    """A name that a folder of any system takes, for a file whose drive allowed it more.

    The extension stays; what cannot stand in a name becomes a low line.
    """
    kept = _NO_NAME.sub("_", name).strip(" .") or "_"
    stem, dot, extension = kept.rpartition(".")
    if not stem:
        stem, dot, extension = kept, "", ""
    room = _NAME_BYTES - len(f"{dot}{extension}".encode())
    return stem.encode()[: max(room, 1)].decode(errors="ignore") + dot + extension
