"""The signatures themselves: the first bytes that every well-formed file of a kind begins with."""

import re

from message_centre.domain.content_kinds import ContentKind
from message_centre.domain.dicom_headers import has_mark, is_dicom

_STARTS: tuple[tuple[bytes, ContentKind], ...] = (
    (b"\xff\xd8\xff", ContentKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", ContentKind.PNG),
    (b"GIF87a", ContentKind.GIF),
    (b"GIF89a", ContentKind.GIF),
    (b"II*\0", ContentKind.TIFF),
    (b"MM\0*", ContentKind.TIFF),
    (b"II+\0", ContentKind.TIFF),
    (b"MM\0+", ContentKind.TIFF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", ContentKind.JPEG_2000),
    (b"\xff\x4f\xff\x51", ContentKind.JPEG_2000_STREAM),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ContentKind.WINDOWS_MEDIA),
    (b"\0\0\x01\xba", ContentKind.MPEG),
    (b"\0\0\x01\xb3", ContentKind.MPEG),
    (b"ID3", ContentKind.MP3),
    (b"{\\rtf", ContentKind.RTF),
    (b"\x7fELF", ContentKind.PROGRAM),
    (b"\xfe\xed\xfa\xce", ContentKind.PROGRAM),
    (b"\xfe\xed\xfa\xcf", ContentKind.PROGRAM),
    (b"\xce\xfa\xed\xfe", ContentKind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", ContentKind.PROGRAM),
    (b"\xca\xfe\xba\xbe", ContentKind.PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", ContentKind.PROGRAM),  # a Windows shortcut starts one
    (b"#!AMR", ContentKind.AMR),
    (b"#!", ContentKind.SCRIPT),
    (b"8BPS\0\x01", ContentKind.PHOTOSHOP),
    (b"\x59\xa6\x6a\x95", ContentKind.SUN_RASTER),
    (b"\x1a\x45\xdf\xa3", ContentKind.MATROSKA),
    (b"fLaC", ContentKind.FLAC),
    (b"OggS", ContentKind.OGG),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The class that a FlashPix picture's root names; without it the container holds a document.
_FLASHPIX_CLASS = bytes.fromhex("0067615654c1ce11855300aa00a1f95b")
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"}
)
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_MOV_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_RIFF = {
    b"WEBP": ContentKind.WEBP,
    b"AVI ": ContentKind.AVI,
    b"WAVE": ContentKind.WAV,
    b"AIFF": ContentKind.AIFF,
    b"AIFC": ContentKind.AIFF,
}
_NETPBM = re.compile(rb"P[1-6]\s+(?:#[^\n]{0,200}\n\s*){0,9}\d{1,6}\s+\d{1,6}\s")
#: Version, run lengths, depth; behind size and palette a nought, and 1 to 4 planes.
_PCX = re.compile(rb"\n[\x00\x02-\x05]\x01[\x01\x02\x04\x08].{60}\x00[\x01-\x04]", re.DOTALL)
_PCX_HEADER = 128
#: A colour map and a kind of picture that belong together, a depth, and no bit that has no meaning.
_TARGA = re.compile(
    rb".(?:\x00[\x02\x03\x0a\x0b]\x00{5}|\x01[\x01\x09]..(?!\x00\x00)..[\x0f\x10\x18\x20])"
    rb".{4}(?!\x00\x00).[\x00-\x3f](?!\x00\x00).[\x00-\x3f][\x08\x0f\x10\x18\x20][\x00-\x3f]",
    re.DOTALL,
)
_TARGA_HEADER = 18
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HTML = re.compile(r"<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
_SVG = re.compile(r"<(!doctype\s+svg|svg)\b", re.IGNORECASE)
_SCRIPT = re.compile(r"(@echo\s+off|<\?php|<%)", re.IGNORECASE)
_TEXT_SEEN = 4096
_PER_CONTROL = 40
_SMALLEST_BMP = 26
_MP3_HEADER = 4
_MP3_STARTS = tuple(bytes((0xFF, second)) for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2))
_NO_BIT_RATES = {0, 15}
_NO_SAMPLE_RATE = 3


def sniff(head: bytes) -> ContentKind:
    """The kind of content that begins with `head`; a few kilobytes are enough."""
    if not head:
        return ContentKind.EMPTY
    if has_mark(head):
        # Before all others: its preamble may hold the header of a TIFF, so that both can be read.
        return ContentKind.DICOM
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    return _by_place(head) or _by_words(head) or ContentKind.UNKNOWN


def _by_place(head: bytes) -> ContentKind | None:
    """Kinds whose signature needs more than its first bytes."""
    for judge in (_boxed, _contained, _framed):
        kind = judge(head)
        if kind is not None:
            return kind
    return None


def _boxed(head: bytes) -> ContentKind | None:
    name, brand = head[4:8], head[8:12]
    if name == b"ftyp":
        length = min(int.from_bytes(head[:4], "big"), 256)
        brands = {brand} | {head[at : at + 4] for at in range(16, length, 4)}
        # An AVIF file may call itself mif1 first and name its real brand behind.
        if brands & _AVIF_BRANDS and brand not in _HEIF_BRANDS - {b"mif1", b"msf1"}:
            return ContentKind.AVIF
        if brand in _HEIF_BRANDS:
            return ContentKind.HEIF
        if brand in _SOUND_BRANDS:
            return ContentKind.MP4_SOUND
        return ContentKind.MOV if brand == b"qt  " else ContentKind.MP4
    return ContentKind.MOV if name in _MOV_BOXES else None


def _contained(head: bytes) -> ContentKind | None:
    if head.startswith(_OLE):
        return ContentKind.FLASHPIX if _FLASHPIX_CLASS in head else ContentKind.OLE
    if head.startswith((b"RIFF", b"FORM")):
        return _RIFF.get(head[8:12])
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        office = head[30:].startswith((b"[Content_Types].xml", b"_rels/.rels"))
        return ContentKind.OFFICE_OPEN if office else ContentKind.ZIP
    if b"%PDF-" in head[:1024]:
        return ContentKind.PDF
    if is_dicom(head):
        return ContentKind.DICOM
    return ContentKind.PHOTO_CD if head[2048:2052] == b"PCD_" else None


def _framed(head: bytes) -> ContentKind | None:
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0" and len(head) >= _SMALLEST_BMP:
        return ContentKind.BMP
    if head.startswith(b"MZ") and _BINARY.search(head):
        return ContentKind.PROGRAM
    is_stream = head[:1] == b"G" and head[188:189] == b"G" and head[376:377] == b"G"
    if is_stream and _BINARY.search(head):
        return ContentKind.MPEG
    return ContentKind.MP3 if _is_mp3_frame(head) else _unsigned_picture(head)


def _unsigned_picture(head: bytes) -> ContentKind | None:
    """Old formats whose header has to fit as a whole, since it begins with no signature."""
    if _NETPBM.match(head):
        return ContentKind.NETPBM
    if _PCX.match(head) and len(head) >= _PCX_HEADER:
        return ContentKind.PCX
    return ContentKind.TARGA if _TARGA.match(head) and len(head) > _TARGA_HEADER else None


def _is_mp3_frame(head: bytes) -> bool:
    if len(head) < _MP3_HEADER or not head.startswith(_MP3_STARTS):
        return False
    bit_rate, sample_rate = head[2] >> 4, (head[2] >> 2) & 3
    return bit_rate not in _NO_BIT_RATES and sample_rate != _NO_SAMPLE_RATE


def _by_words(head: bytes) -> ContentKind | None:
    words = _as_text(head[:_TEXT_SEEN])
    if words is None:
        return None
    start = words.lstrip("\ufeff \t\r\n")
    if _SCRIPT.match(start):
        return ContentKind.SCRIPT
    if start.startswith("<"):
        return _markup(start)
    return ContentKind.TEXT


def _markup(text: str) -> ContentKind:
    html, svg = _HTML.search(text), _SVG.search(text)
    if svg and (html is None or svg.start() < html.start()):
        return ContentKind.SVG
    if html:
        return ContentKind.HTML
    return ContentKind.XML if text.startswith(("<?xml", "<!DOCTYPE")) else ContentKind.TEXT


def _as_text(head: bytes) -> str | None:
    """The words, or None if these bytes are no text in any common encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        words = head.decode("utf-16", "replace")
        return None if "\0" in words else words
    # A laboratory's message or an old program's text holds a control character here and there.
    if b"\0" in head or len(_BINARY.findall(head)) > 1 + len(head) // _PER_CONTROL:
        return None
    words = head.decode("utf-8", "replace")
    # A cut character at the end is fine; older encodings have some high bytes, binaries many.
    return words if words.count("\ufffd") <= 1 + len(head) // 4 else None
