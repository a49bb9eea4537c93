"""File names as people may safely see them."""

import unicodedata

_REPLACED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
#: Joiners that emoji and some scripts need; they move nothing and hide nothing by themselves.
_HARMLESS = {"\u200d", "\ufe0f"}


def shown(name: str) -> str:
    """Return `name` with control, bidirectional and invisible characters written as escapes.

    A name can thus not reorder, hide or break the line it stands in. The original name is kept
    elsewhere as data.
    """
    return "".join(_visible(character) for character in name)


def _visible(character: str) -> str:
    if character in _HARMLESS or unicodedata.category(character) not in _REPLACED_CATEGORIES:
        return character
    return f"\\u{ord(character):04x}"
