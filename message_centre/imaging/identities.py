"""What a file says of its patient: the fields of a DICOM header, the texts of a picture's tags.

Header only, no pixels, and nothing here raises. It runs in the decoding child.
"""

import codecs
import contextlib
import importlib
import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from message_centre.domain.contents import ContentKind, sniff
from message_centre.domain.dicom_headers import has_mark
from message_centre.domain.errors import UnreadablePicture
from message_centre.domain.names import shown
from message_centre.imaging.decoding import is_decodable, opened
from message_centre.imaging.translating import translating
from message_centre.services.ports import WrittenIdentity

if TYPE_CHECKING:
    from PIL import Image

#: Characters of a field that are kept.
LONGEST_FIELD = 64
LONGEST_TEXT = 400

_PATIENT_NAME, _PATIENT_ID, _BIRTH_DATE = 0x00100010, 0x00100020, 0x00100030
_DESCRIPTION, _PHOTO_TAGS, _USER_COMMENT = 0x010E, 0x8769, 0x9286
#: Title, comment, keywords and subject, as Windows writes them.
_WINDOWS_TEXTS = (0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F)
_COMMENT_HEAD = 8
_XMP_TEXTS = re.compile(
    r"<(dc:title|dc:description|dc:subject|photoshop:Headline)\b[^>]*>(.{0,4000}?)</\1>", re.DOTALL
)
_MARKUP = re.compile(r"<[^>]*>")
#: What the character sets of DICOM and of EXIF are called in Python; one that is not loaded before the child locks
#: itself in cannot be loaded later.
_CHARACTER_SETS = (
    "ascii latin_1 utf_8 gb18030 gbk shift_jis euc_jp euc_kr iso2022_jp iso2022_jp_2 iso8859_2"
    " iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_15 iso_ir_13"
    " tis_620 utf_16 utf_16_le utf_16_be"
).split()


def load(*, documents: bool) -> None:
    """Load everything that reading tags may need, and headers where this child is for documents."""
    if documents:
        with contextlib.suppress(ImportError):
            importlib.import_module("pydicom.filereader")
    importlib.import_module("html")
    for name in _CHARACTER_SETS:
        with contextlib.suppress(LookupError):
            codecs.lookup(name)


def has_identity(data: bytes) -> bool:
    """Whether a look inside may tell anything. Loads no decoder."""
    kind = sniff(data)
    return kind is ContentKind.DICOM or is_decodable(kind)


def identity_of(data: bytes) -> WrittenIdentity:
    """What the head of a file says of its patient; nothing where it cannot be read."""
    if sniff(data) is ContentKind.DICOM:
        return _of_header(data)
    try:
        with translating():
            return WrittenIdentity(text=_plain(" ".join(_texts(opened(data))), LONGEST_TEXT))
    except UnreadablePicture:
        return WrittenIdentity()


def _of_header(data: bytes) -> WrittenIdentity:
    from pydicom.errors import BytesLengthException, InvalidDicomError  # noqa: PLC0415 - see `load`
    from pydicom.filereader import read_partial  # noqa: PLC0415 - as above

    try:
        header = read_partial(io.BytesIO(data), _is_past_patient, force=not has_mark(data))
        return WrittenIdentity(
            patient_id=_field(header, _PATIENT_ID),
            name=_field(header, _PATIENT_NAME).replace("^", " ").replace("=", " ").strip(),
            birth_date=_day(_field(header, _BIRTH_DATE)),
        )
    except (InvalidDicomError, BytesLengthException, *_DAMAGE):
        return WrittenIdentity()


#: What pydicom raises at headers that are cut short or made up.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)


def _is_past_patient(tag: Any, _kind: object, _length: int) -> bool:
    return int(tag) > _BIRTH_DATE


def _field(header: Any, tag: int) -> str:
    element = header.get(tag)
    return _plain(str(element.value), LONGEST_FIELD) if element is not None else ""


def _day(text: str) -> date | None:
    digits = text.replace(".", "")
    if not re.fullmatch(r"[0-9]{8}", digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _texts(image: "Image.Image") -> list[str]:
    from html import unescape  # noqa: PLC0415 - see `load`

    exif = image.getexif()
    found = [_words(exif.get(_DESCRIPTION))]
    found += [_utf16(exif.get(tag)) for tag in _WINDOWS_TEXTS]
    found.append(_comment(exif.get_ifd(_PHOTO_TAGS).get(_USER_COMMENT)))
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    text = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else str(xmp)
    inner = (unescape(_MARKUP.sub(" ", part[2])) for part in _XMP_TEXTS.finditer(text))
    return [one for one in (*found, *inner) if one]


def _words(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def _utf16(value: object) -> str:
    if isinstance(value, tuple):
        value = bytes(value)
    return value.decode("utf-16-le", "replace") if isinstance(value, bytes) else ""


def _comment(value: object) -> str:
    """A comment begins with the name of its character set."""
    if not isinstance(value, bytes) or len(value) <= _COMMENT_HEAD:
        return _words(value)
    code = "utf-16" if value.startswith(b"UNICODE") else "utf-8"
    return value[_COMMENT_HEAD:].decode(code, "replace")


def _plain(text: str, longest: int) -> str:
    return shown(" ".join(text.replace("\0", " ").split()))[:longest]
