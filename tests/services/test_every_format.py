"""Every extension of the list: shown, played or named with its facts, whole and however damaged."""

import hashlib
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from message_centre.demo.flashpix import a_flashpix
from message_centre.demo.photo_cd import photo_cd
from message_centre.domain.files import FileState, SourceFile
from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.services.ports import Picture
from message_centre.services.previewing import Medium, Preview
from message_centre.services.work import CancelToken
from tests.support.documents import a_bare_dicom, a_dicom, a_pdf
from tests.support.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    a_photoshop,
    a_picture,
    a_png_that_claims,
    a_sun_raster,
    encoded,
)
from tests.support.practice import Practice, a_practice
from tests.support.recordings import a_sound, a_video
from tests.support.walls import holders

QUARTERS = [RED, GREEN, BLUE, WHITE]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_OFFICE = b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(80)
_UNSHOWN = bytes(range(200, 256)) * 20


def _as(form: str, **options: Any) -> Callable[[], bytes]:
    return lambda: encoded(a_picture(300, 200), form, **options)


#: What is shown in its colours.
PICTURES: dict[str, Callable[[], bytes]] = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jif", ".jfif"), _as("JPEG", quality=95)),
    **dict.fromkeys((".tif", ".tiff"), _as("TIFF", compression="tiff_lzw")),
    ".png": _as("PNG"),
    ".gif": lambda: encoded(a_picture(300, 200).quantize(8), "GIF"),
    **dict.fromkeys((".jp2", ".jpx"), _as("JPEG2000")),
    **dict.fromkeys((".j2k", ".j2c"), _as("JPEG2000", no_jp2=True)),
    ".fpx": lambda: a_flashpix(a_picture(128, 128)),
    ".pcd": lambda: photo_cd(a_picture(768, 512)),
    **dict.fromkeys((".heic", ".heif"), _as("HEIF", quality=95)),
    ".webp": _as("WEBP", lossless=True),
    ".bmp": _as("BMP"),
    ".ppm": _as("PPM"),
    ".pcx": _as("PCX"),
    ".psd": lambda: a_photoshop(a_picture(300, 200)),
    ".ras": lambda: a_sun_raster(a_picture(300, 200)),
    ".tga": _as("TGA"),
    ".avif": _as("AVIF", quality=95),
    **dict.fromkeys((".dcm", ".dicom"), lambda: a_dicom(size=(300, 200))),
}
#: What is shown, but has other colours.
GREY: dict[str, Callable[[], bytes]] = {
    ".pgm": lambda: encoded(a_picture(300, 200, "L"), "PPM"),
    ".pbm": lambda: encoded(a_picture(300, 200, "1"), "PPM"),
    ".pdf": a_pdf,
    ".img": a_bare_dicom,
}
TEXTS = dict.fromkeys(
    (".txt", ".xml", ".xsl", ".html", ".htm", ".svg"), b"<a>Left knee, two weeks after the fall</a>"
)
MEDIA: dict[str, tuple[bytes, Medium]] = {
    ".avi": (a_video(), Medium.VIDEO),
    ".mpg": (b"\0\0\x01\xba\x44" + bytes(99), Medium.VIDEO),
    ".mpeg": (b"\0\0\x01\xb3\x14" + bytes(99), Medium.VIDEO),
    ".mp4": (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", Medium.VIDEO),
    ".mov": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Medium.VIDEO),
    ".wmv": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(99), Medium.VIDEO),
    ".mkv": (b"\x1a\x45\xdf\xa3" + bytes(99), Medium.VIDEO),
    ".mp3": (b"ID3\x04" + bytes(99), Medium.SOUND),
    ".wav": (a_sound(), Medium.SOUND),
    ".m4a": (b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom", Medium.SOUND),
    ".aiff": (b"FORM\0\0\0\x20AIFF" + bytes(40), Medium.SOUND),
    ".amr": (b"#!AMR\n" + bytes(99), Medium.SOUND),
    ".flac": (b"fLaC\0\0\0\x22" + bytes(99), Medium.SOUND),
    ".opus": (b"OggS\0\2" + bytes(99), Medium.SOUND),
}
#: What no library here decodes: its reason and its facts are shown.
NAMED: dict[str, bytes] = {
    **dict.fromkeys((".doc", ".xls"), _OLE),
    **dict.fromkeys((".docx", ".xlsx"), _OFFICE),
    ".rtf": b"{\\rtf1 Left knee}",
    ".wmf": struct.pack("<IH", 0x9AC6CDD7, 0) + bytes(80),
    ".ani": b"RIFF\x40\0\0\0ACON" + bytes(60),
    **dict.fromkeys((".cal", ".fax", ".jbg", ".mac", ".pct"), _UNSHOWN),
}
ALL = {
    **{extension: made() for extension, made in (PICTURES | GREY).items()},
    **TEXTS,
    **{extension: content for extension, (content, _) in MEDIA.items()},
    **NAMED,
}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    made = a_practice(tmp_path_factory.mktemp("formats"))
    yield made
    made.services.close()


def look(practice: Practice, name: str, content: bytes) -> tuple[SourceFile, Preview]:
    """The preview of one file that is really there, which is the same file afterwards."""
    path = practice.drop(name, content)
    try:
        (file,) = practice.files(name)
        preview = practice.services.previewer.of_source(file, longest=400)
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(content).digest()
        assert not holders(path)
        return file, preview
    finally:
        path.unlink()


def quarters(picture: Picture) -> list[tuple[int, ...]]:
    places = ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9))
    starts = (
        4 * (int(y * picture.height) * picture.width + int(x * picture.width)) for x, y in places
    )
    return [tuple(picture.rgba[start : start + 3]) for start in starts]


def test_every_extension_of_the_list_has_its_row() -> None:
    assert sorted(DEFAULT_LISTED - set(ALL)) == []


@pytest.mark.parametrize("extension", sorted(PICTURES))
def test_a_picture_is_shown_in_its_colours_with_its_size(
    practice: Practice, extension: str
) -> None:
    _, preview = look(practice, f"a{extension}", PICTURES[extension]())
    assert preview.picture is not None, preview.reason
    pairs = zip(quarters(preview.picture), QUARTERS, strict=True)
    assert all(abs(a - b) <= 8 for one, two in pairs for a, b in zip(one, two, strict=True))
    facts = preview.facts
    assert facts.format_name
    assert preview.page is not None
    assert (facts.width, facts.height) == (preview.page.width, preview.page.height)


@pytest.mark.parametrize("extension", sorted(GREY))
def test_a_page_is_shown(practice: Practice, extension: str) -> None:
    _, preview = look(practice, f"a{extension}", GREY[extension]())
    assert preview.picture is not None, preview.reason
    assert len(set(quarters(preview.picture))) > 1
    assert preview.facts.format_name


@pytest.mark.parametrize("extension", sorted(TEXTS))
def test_text_is_shown_as_it_is_written(practice: Practice, extension: str) -> None:
    _, preview = look(practice, f"a{extension}", TEXTS[extension])
    assert "<a>Left knee" in preview.text


@pytest.mark.parametrize("extension", sorted(MEDIA))
def test_a_recording_is_offered_to_be_played(practice: Practice, extension: str) -> None:
    content, medium = MEDIA[extension]
    _, preview = look(practice, f"a{extension}", content)
    assert preview.medium is medium
    assert preview.facts.format_name


@pytest.mark.parametrize("extension", sorted(NAMED))
def test_what_is_not_shown_says_so(practice: Practice, extension: str) -> None:
    _, preview = look(practice, f"a{extension}", NAMED[extension])
    assert preview.reason.endswith(".")
    assert preview.picture is None


def damaged(content: bytes, extension: str) -> dict[str, bytes]:
    """The same file cut, spoilt and lost."""
    dice = random.Random(extension)  # noqa: S311 - a seeded test
    spoilt = bytearray(content)
    for _ in range(40):
        spoilt[dice.randrange(12, len(spoilt))] = dice.randrange(256)
    return {
        "half": content[: len(content) // 2],
        "start": content[:40],
        "spoilt": bytes(spoilt),
        "no start": bytes(64) + content[64:],
        "zeros": bytes(len(content)),
    }


@pytest.mark.parametrize("extension", sorted(ALL))
def test_a_damaged_file_is_shown_as_far_as_it_goes_or_says_so(
    practice: Practice, extension: str
) -> None:
    for how, content in damaged(ALL[extension], extension).items():
        file, preview = look(practice, f"a{extension}", content)
        told = preview.picture or preview.text.strip() or preview.reason
        assert told, (how, preview)
        assert file.size == len(content)


@pytest.mark.parametrize("extension", sorted(ALL))
def test_an_empty_file_of_the_kind_is_never_shown(practice: Practice, extension: str) -> None:
    name = f"a{extension}"
    path = practice.drop(name, ALL[extension])
    try:
        (file,) = practice.files(name)
        path.write_bytes(b"")
        assert practice.services.previewer.of_source(file, longest=64).reason.endswith(".")
        listings = practice.services.lister.refresh(practice.operator, "1", CancelToken())
        there = [file for listing in listings for file in listing.files if file.name == name]
        assert all(file.state is not FileState.READY for file in there)
    finally:
        path.unlink()


_HUGE = {
    ".pgm": b"P5 99999 99999 255\n",
    ".ppm": b"P6 99999 99999 255\n",
    ".pbm": b"P4 99999 99999\n",
    ".pcx": bytes((10, 5, 1, 8))
    + struct.pack("<6H", 0, 0, 65534, 65534, 72, 72)
    + bytes(49)
    + bytes((3, 254, 255, 1, 0))
    + bytes(58),
    ".psd": struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 300_000, 300_000, 8, 3) + bytes(14),
    ".ras": struct.pack(">8I", 0x59A66A95, 99999, 99999, 24, 0, 1, 0, 0),
    ".tga": bytes((0, 0, 2)) + bytes(9) + struct.pack("<HHBB", 16383, 16383, 24, 0),
    ".png": a_png_that_claims(99999, 99999),
}


@pytest.mark.parametrize("extension", sorted(_HUGE))
def test_a_file_that_claims_to_be_huge_is_not_decoded(practice: Practice, extension: str) -> None:
    _, preview = look(practice, f"a{extension}", _HUGE[extension] + bytes(64))
    assert preview.reason == "The picture is larger than what is shown here."
