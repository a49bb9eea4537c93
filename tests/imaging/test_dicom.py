"""DICOM as devices write it: every packing is shown or named, with and without a head."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest

from message_centre.domain.contents import ContentKind, sniff
from message_centre.domain.dicom_headers import is_dicom
from message_centre.domain.errors import UnreadablePicture
from message_centre.domain.records import TakenFrom
from message_centre.host.clock import SystemClock
from message_centre.imaging.dicom_frames import PACKED, PACKED_DEEP, PACKED_LS, PACKED_VIDEO
from message_centre.imaging.translating import DAMAGED
from message_centre.imaging.wall import Wall
from message_centre.services.ports import Wish
from tests.imaging.test_pages import LINES, colours, near
from tests.support import packed_frames
from tests.support.documents import a_bare_dicom, a_dicom, a_grey_dicom, a_packed_dicom
from tests.support.pictures import BLUE, GREEN, RED, WHITE, a_jpeg

NUMBERS = "1.2.840.10008.1.2.4."
SAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"


@pytest.fixture(scope="module")
def wall() -> Iterator[Wall]:
    made = Wall(SystemClock(), size=1)
    yield made
    made.close()


def why(wall: Wall, data: bytes) -> str:
    with pytest.raises(UnreadablePicture) as refused:
        wall.page(data, Wish(64))
    return refused.value.detail


@pytest.mark.parametrize("number", ["57", "70"])
def test_lossless_jpeg_of_eight_bits_is_shown(wall: Wall, number: str) -> None:
    page = wall.page(a_packed_dicom(packed_frames.LOSSLESS, NUMBERS + number), Wish(64))
    assert near(colours(page.picture), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize("number", ["201", "202", "203"])
def test_high_throughput_jpeg_2000_is_shown(wall: Wall, number: str) -> None:
    page = wall.page(a_packed_dicom(packed_frames.HIGH_THROUGHPUT, NUMBERS + number), Wish(64))
    assert near(colours(page.picture), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize(
    ("frame", "number", "words"),
    [
        (packed_frames.JPEG_LS, "80", PACKED_LS),
        (packed_frames.JPEG_LS, "81", PACKED_LS),
        (packed_frames.DEEP, "70", PACKED_DEEP),
        (packed_frames.DEEP, "51", PACKED_DEEP),
        (b"\0\0", "92", PACKED),
        (b"\0\0", "100", PACKED_VIDEO),
        (b"\0\0", "102", PACKED_VIDEO),
        (packed_frames.LOSSLESS[:40], "70", DAMAGED),
    ],
)
def test_a_packing_that_is_not_shown_is_named(
    wall: Wall, frame: bytes, number: str, words: str
) -> None:
    assert why(wall, a_packed_dicom(frame, NUMBERS + number)) == words


def test_a_preamble_that_is_a_tiff_header_hides_nothing(wall: Wall) -> None:
    data = b"II*\0" + a_dicom()[4:]
    assert sniff(data) is ContentKind.DICOM
    assert near(colours(wall.page(data, Wish(64)).picture), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize(
    "data",
    [a_bare_dicom(), a_bare_dicom(explicit=False), a_bare_dicom(with_meta=True)],
    ids=["explicit", "implicit", "with-meta"],
)
def test_a_file_without_its_mark_is_shown(wall: Wall, data: bytes) -> None:
    assert sniff(data) is ContentKind.DICOM
    page = wall.page(data, Wish(64))
    assert [colour[0] for colour in colours(page.picture, LINES)] == [0, 80, 160, 240]
    (identity,) = wall.identities([data])
    assert identity.name == "SYNTHETIC"


def test_bytes_that_only_look_a_little_like_it_are_none() -> None:
    whole = a_bare_dicom()
    for data in (
        b"",
        whole[:8],
        whole[:40],
        b"\x08\0\x18\0" + bytes(4) + b"\x08\0\x16\0" + bytes(4) + b"\x08\0\x05\0" + bytes(4),
        b"\x08\0\x05\0\xff\xff\0\0" + bytes(100),
        b"\x08\0\0\0" * 40,
        bytes(400),
        a_jpeg(),
    ):
        assert not is_dicom(data), data[:20]


def test_colours_that_two_pixels_share(wall: Wall) -> None:
    dataset = pydicom.dcmread(io.BytesIO(a_dicom(size=(64, 48))))
    dataset.PhotometricInterpretation = "YBR_FULL_422"
    dataset.PixelData = bytes((76, 76, 85, 255)) * (64 * 48 // 2)
    out = io.BytesIO()
    dataset.save_as(out)
    assert near(colours(wall.page(out.getvalue(), Wish(64)).picture), [(254, 0, 0)] * 4)


def test_deep_greys_are_seen_whole_where_no_window_is_told(wall: Wall) -> None:
    page = wall.page(a_grey_dicom([0, 1000, 2000, 4000]), Wish(64))
    assert [colour[0] for colour in colours(page.picture, LINES)] == [0, 64, 128, 255]


def test_jpeg_2000_means_the_same_greys_as_plain_pixels(wall: Wall) -> None:
    plain, packed = (
        wall.page((SAMPLES / name).read_bytes(), Wish(64))
        for name in ("MR_small.dcm", "MR_small_jp2klossless.dcm")
    )
    assert packed == plain


def test_jpeg_2000_of_thirteen_bits_is_seen_through_its_window(wall: Wall) -> None:
    page = wall.page((SAMPLES / "J2K_pixelrep_mismatch.dcm").read_bytes(), Wish(512))
    brain = ((0.42, 0.75), (0.58, 0.75), (0.35, 0.4))
    assert all(60 < red < 200 for red, *_ in colours(page.picture, brain))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.dcm")), ids=lambda path: path.stem)
def test_every_sample_of_the_library_is_shown_or_says_why(wall: Wall, path: Path) -> None:
    said, width = "", 0
    try:
        width = wall.page(path.read_bytes(), Wish(64)).picture.width
    except UnreadablePicture as refused:
        said = refused.detail
    assert width > 1 or said.endswith(".")
    assert width > 1 or path.stem not in SHOWN


SHOWN = frozenset(
    "CT_small MR_small MR_small_RLE MR_small_implicit MR_small_expb MR_small_jp2klossless"
    " SC_rgb_jpeg_gdcm SC_ybr_full_422_uncompressed SC_rgb_rle_2frame SC_jpeg_no_color_transform_2"
    " 693_J2KI JPEG2000 image_dfl ExplVR_BigEnd SC_rgb_small_odd_jpeg examples_palette".split()
)


def test_the_header_tells_when_by_what_and_how_large(wall: Wall) -> None:
    told: dict[str, Any] = {"Manufacturer": "Acme", "ManufacturerModelName": "Scope 3"}
    facts = wall.facts(
        a_dicom(size=(300, 200), ContentDate="20240307", ContentTime="101530.25", **told)
    )
    assert (facts.width, facts.height, facts.format_name) == (300, 200, "DICOM")
    assert facts.device == "Acme Scope 3"
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat()[:19] == "2024-03-07T10:15:30"
    assert facts.taken_from is TakenFrom.CONTAINER
    both = wall.facts(a_dicom(AcquisitionDateTime="202401021130", ContentDate="20240307"))
    assert both.taken_at is not None
    assert both.taken_at.isoformat()[:16] == "2024-01-02T11:30"


@pytest.mark.parametrize("day", ["20250230", "19010101", "2024", "99990101"])
def test_a_day_that_cannot_be_is_no_fact(wall: Wall, day: str) -> None:
    data = a_dicom(ContentDate="20240307").replace(b"20240307", day.ljust(8).encode())
    facts = wall.facts(data)
    assert (facts.taken_at, facts.taken_from, facts.width) == (None, None, 64)


def test_a_file_that_is_not_shown_has_its_facts(wall: Wall) -> None:
    facts = wall.facts(a_packed_dicom(packed_frames.JPEG_LS, NUMBERS + "80"))
    assert (facts.width, facts.height, facts.format_name) == (16, 12, "DICOM")
    cut = wall.facts(a_dicom()[:140])
    assert (cut.width, cut.format_name) == (0, "DICOM")
