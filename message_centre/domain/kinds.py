"""Extension tables: whether a file is listed, and then Images or Notes."""

from message_centre.domain.files import Destination

#: The extensions that are saved to Images; every other one becomes a document in Notes.
IMAGE_EXTENSIONS = frozenset(
    ".tif .tiff .gif .jpeg .jpg .jif .jfif .jp2 .jpx .j2k .j2c .fpx .pcd .png".split()
)

_DOCUMENTS = (
    ".ani .bmp .cal .dicom .fax .img .jbg .jpe .mac .pbm .pcx .pct .pgm .ppm .psd .ras .svg .tga"
    " .wmf .txt .rtf .doc .docx .pdf .xml .xsl .xls .xlsx .html .htm .avi .mpg .mpeg .mp4 .mp3"
    " .wmv .mov .heic .heif .webp .dcm"
)

#: What the Ext list shows until a practice sets its own list.
DEFAULT_LISTED = IMAGE_EXTENSIONS | frozenset(_DOCUMENTS.split())

_TEMPORARY_EXTENSIONS = frozenset({".tmp", ".part", ".crdownload", ".filepart", ".partial"})
_TEMPORARY_PREFIXES = ("~$", ".~lock", "~")


def extension_of(name: str) -> str:
    """Return the last extension, lower case with its dot, or an empty string.

    A leading dot makes a hidden file, not an extension.
    """
    stem, dot, last = name.rpartition(".")
    if not dot or not stem.strip("."):
        return ""
    return f".{last.lower()}"


def destination_of(extension: str) -> Destination:
    """Images for the fourteen image extensions, else Notes."""
    return Destination.IMAGES if extension in IMAGE_EXTENSIONS else Destination.NOTES


def is_temporary(name: str) -> bool:
    """Whether the name says that a program is still writing, copying or downloading the file."""
    return extension_of(name) in _TEMPORARY_EXTENSIONS or name.startswith(_TEMPORARY_PREFIXES)


def is_hidden(name: str) -> bool:
    """Whether the name alone hides the file."""
    return name.startswith(".") or name.lower() in {"thumbs.db", "desktop.ini"}
