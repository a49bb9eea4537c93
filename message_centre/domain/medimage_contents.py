"""What a MedImage Server has done to a photo on its way, as its first bytes tell."""

from message_centre.domain.content_kinds import ContentKind
from message_centre.domain.content_signatures import sniff
from message_centre.domain.kinds import IMAGE_EXTENSIONS

_TOP_BIT = 0x80
_WORDS = frozenset({ContentKind.TEXT, ContentKind.HTML, ContentKind.XML, ContentKind.SCRIPT})
_PHOTO = IMAGE_EXTENSIONS | {".heic", ".heif"}
DAMAGED = (
    "Damaged by the MedImage Server, as it does with HEIC photos of an iPhone. Set the phone's camera"
    " to Most Compatible and take it again."
)
INCOMPLETE = (
    "Incomplete: the MedImage Server stopped while copying it. The whole photo is in the server's"
    " photos folder."
)
NO_IMAGE = "Not an image: the file holds text."


def diagnosis(head: bytes, extension: str) -> str:
    """What is wrong with a photo, in words; empty where nothing is.

    The server writes what it does not know as text of seven bits, so that no byte of it has its top
    bit any more; no photo is without.
    """
    if extension not in _PHOTO or not head or any(one >= _TOP_BIT for one in head):
        return ""
    return NO_IMAGE if sniff(head) in _WORDS else DAMAGED
