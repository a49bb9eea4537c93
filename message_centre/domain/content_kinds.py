"""Kinds of content, their words, and which kinds an extension promises."""

from dataclasses import dataclass
from enum import Enum


class ContentKind(Enum):
    """What a signature tells; the value is how a sentence names it: "The content is ..."."""

    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    TIFF = "TIFF"
    JPEG_2000 = "JPEG 2000"
    JPEG_2000_STREAM = "a JPEG 2000 codestream"
    HEIF = "HEIC"
    AVIF = "AVIF"
    WEBP = "WebP"
    BMP = "BMP"
    NETPBM = "a Netpbm picture"
    PCX = "PCX"
    PHOTOSHOP = "Photoshop"
    SUN_RASTER = "a Sun raster"
    TARGA = "Targa"
    PHOTO_CD = "Photo CD"
    FLASHPIX = "FlashPix"
    PDF = "PDF"
    MP4 = "MP4"
    MOV = "QuickTime"
    AVI = "AVI"
    MPEG = "MPEG"
    WINDOWS_MEDIA = "Windows Media"
    MATROSKA = "Matroska"
    MP3 = "MP3"
    MP4_SOUND = "MPEG-4 audio"
    WAV = "WAV"
    AIFF = "AIFF"
    AMR = "AMR"
    FLAC = "FLAC"
    OGG = "Ogg"
    ZIP = "a ZIP archive"
    OFFICE_OPEN = "an Office document"
    OLE = "an older Office document"
    DICOM = "DICOM"
    RTF = "RTF"
    HTML = "HTML"
    XML = "XML"
    SVG = "SVG"
    PROGRAM = "a program"
    SCRIPT = "a script"
    TEXT = "text"
    EMPTY = "nothing"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """How a sentence names it."""
        return self.value


@dataclass(frozen=True, slots=True)
class Expected:
    """The kinds that an extension allows; `may_be_unsigned` where such files need no signature."""

    words: str
    kinds: frozenset[ContentKind]
    may_be_unsigned: bool = False


_K = ContentKind
_PICTURES_2000 = frozenset({_K.JPEG_2000, _K.JPEG_2000_STREAM})
_VIDEO_BOXES = frozenset({_K.MP4, _K.MOV, _K.MP4_SOUND})
_MARKUP = frozenset({_K.HTML, _K.XML, _K.SVG, _K.TEXT})

_ROWS: tuple[tuple[str, Expected], ...] = (
    (".jpg .jpeg .jpe .jif .jfif", Expected("JPEG", frozenset({_K.JPEG}))),
    (".png", Expected("PNG", frozenset({_K.PNG}))),
    (".gif", Expected("GIF", frozenset({_K.GIF}))),
    (".tif .tiff", Expected("TIFF", frozenset({_K.TIFF}))),
    (".jp2 .jpx .j2k .j2c", Expected("JPEG 2000", _PICTURES_2000)),
    (".heic .heif", Expected("HEIC", frozenset({_K.HEIF, _K.AVIF}))),
    (".webp", Expected("WebP", frozenset({_K.WEBP}))),
    (".bmp", Expected("BMP", frozenset({_K.BMP}))),
    (".avif", Expected("AVIF", frozenset({_K.AVIF}))),
    (".pbm .pgm .ppm", Expected("a Netpbm picture", frozenset({_K.NETPBM}))),
    (".pcx", Expected("PCX", frozenset({_K.PCX}))),
    (".psd", Expected("Photoshop", frozenset({_K.PHOTOSHOP}))),
    (".ras", Expected("a Sun raster", frozenset({_K.SUN_RASTER}), may_be_unsigned=True)),
    (".tga", Expected("Targa", frozenset({_K.TARGA}), may_be_unsigned=True)),
    (".pcd", Expected("Photo CD", frozenset({_K.PHOTO_CD}))),
    (".fpx", Expected("FlashPix", frozenset({_K.FLASHPIX, _K.OLE}))),
    (".svg", Expected("SVG", frozenset({_K.SVG, _K.XML}))),
    (".pdf", Expected("PDF", frozenset({_K.PDF}))),
    # A Word or Excel document that is locked with a password is wrapped in the older container.
    (".docx .xlsx", Expected("an Office document", frozenset({_K.OFFICE_OPEN, _K.ZIP, _K.OLE}))),
    (".doc", Expected("a Word document", frozenset({_K.OLE, _K.RTF}))),
    (".xls", Expected("an Excel document", frozenset({_K.OLE}))),
    (".rtf", Expected("RTF", frozenset({_K.RTF}))),
    (".xml .xsl", Expected("XML", _MARKUP)),
    (".html .htm", Expected("HTML", _MARKUP)),
    (".txt", Expected("text", _MARKUP, may_be_unsigned=True)),
    (".mp4 .m4v", Expected("MP4", _VIDEO_BOXES)),
    (".m4a", Expected("MPEG-4 audio", _VIDEO_BOXES)),
    (".mov", Expected("QuickTime", _VIDEO_BOXES, may_be_unsigned=True)),
    (".avi", Expected("AVI", frozenset({_K.AVI}))),
    (".mpg .mpeg", Expected("MPEG", frozenset({_K.MPEG}), may_be_unsigned=True)),
    (".wmv", Expected("Windows Media", frozenset({_K.WINDOWS_MEDIA}))),
    (".mkv .webm", Expected("Matroska", frozenset({_K.MATROSKA}))),
    (".wav", Expected("WAV", frozenset({_K.WAV}))),
    (".aif .aiff", Expected("AIFF", frozenset({_K.AIFF}))),
    (".amr", Expected("AMR", frozenset({_K.AMR}))),
    (".flac", Expected("FLAC", frozenset({_K.FLAC}))),
    (".ogg .opus", Expected("Ogg", frozenset({_K.OGG}))),
    (".mp3", Expected("MP3", frozenset({_K.MP3}), may_be_unsigned=True)),
    (".dcm .dicom", Expected("DICOM", frozenset({_K.DICOM}), may_be_unsigned=True)),
)

EXPECTED = {extension: row for extensions, row in _ROWS for extension in extensions.split()}
