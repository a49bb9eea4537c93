"""Which filed documents may be handed to another program: a short list, and everything else not."""

from enum import Enum

from message_centre.domain.kinds import IMAGE_EXTENSIONS

_PLAIN = frozenset(
    ".pdf .bmp .webp .heic .heif .txt .docx .xlsx .mp4 .m4v .mov .avi .mpg .mpeg .wmv .mp3 .wav".split()
)
#: These may carry macros or links to elsewhere; a person is told first.
_RISKY = frozenset(".doc .xls .rtf .csv .ppt .pptx .odt .ods".split())


class Opening(Enum):
    """What may be done with a document of this extension."""

    ALLOWED = "allowed"
    RISKY = "risky"
    NEVER = "never"


def opening_of(extension: str) -> Opening:
    """Programs, scripts, web pages, shortcuts and whatever nobody thought of are never opened."""
    if extension in _PLAIN or extension in IMAGE_EXTENSIONS:
        return Opening.ALLOWED
    return Opening.RISKY if extension in _RISKY else Opening.NEVER
