"""The name of an upload, as our own receiver takes it: only what is safe, under a key that is known."""

import re
from dataclasses import dataclass, field

from message_centre.domain.content_kinds import ContentKind

#: An upload may be so large, and its name so long.
LARGEST = 64 << 20
LONGEST_NAME = 200
_LONGEST_PART = 80
_MOST_FOLDERS = 4
_DROPPED = re.compile(r"[^A-Za-z0-9#._-]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)

#: What is taken, and the extension that each gets: the content decides, never the name.
EXTENSIONS = {
    ContentKind.JPEG: ".jpg",
    ContentKind.HEIF: ".heic",
    ContentKind.PNG: ".png",
    ContentKind.PDF: ".pdf",
    ContentKind.MP4: ".mp4",
    ContentKind.MOV: ".mov",
}
PICTURES = frozenset({ContentKind.JPEG, ContentKind.HEIF, ContentKind.PNG})


@dataclass(frozen=True, slots=True)
class UploadName:
    """A name taken apart: the address key, the folders below it, the name without extension."""

    guid: str = field(repr=False)
    folders: tuple[str, ...]
    stem: str


def taken_apart(name: str) -> UploadName | None:
    """The parts of an upload's name, or None if it cannot be taken."""
    if len(name) > LONGEST_NAME:
        return None
    plain = name.replace("\\", "/").rpartition("/")[2] if "\\" in name else name
    plain = plain.replace(".jpg", "", 1).replace(".jpeg", "", 1)
    words = _DROPPED.sub("", plain).split("-")
    if not words[0].startswith("#"):
        return None
    folders = [_safe(word[1:]) for word in words[1:] if word.startswith("#")]
    stem = _safe("-".join(word for word in words[1:] if word and not word.startswith("#")))
    kept = tuple(folder for folder in folders if folder)[:_MOST_FOLDERS]
    return UploadName(words[0][1:], kept, stem or "photo")


def _safe(text: str) -> str:
    """A plain name on every system: no dots around it, none that Windows keeps for itself."""
    kept = text.strip(". ")[:_LONGEST_PART].rstrip(". ")
    return f"{kept}_" if _RESERVED.fullmatch(kept) else kept
