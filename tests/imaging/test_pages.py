"""Pages, frames and animations, all through the wall: the right colours, or the right reason."""

import contextlib
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from pydicom.uid import UID

from message_centre.demo.flashpix import a_flashpix
from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.host.clock import SystemClock
from message_centre.imaging.dicom_frames import NO_PICTURE, PACKED
from message_centre.imaging.films import MOST_FRAMES
from message_centre.imaging.imager import PillowImager
from message_centre.imaging.pdf_pages import LOCKED
from message_centre.imaging.tiff_pages import MOST_PAGES, page_count
from message_centre.imaging.translating import CUT_SHORT, DAMAGED
from message_centre.imaging.wall import Wall
from message_centre.services.ports import Film, Page, Picture, Wish
from tests.imaging.bombs import BOMBS
from tests.imaging.test_bombs import peak
from tests.support.documents import (
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
    a_deflated_dicom,
    a_dicom,
    a_grey_dicom,
    a_locked_pdf,
    a_pdf,
    a_pdf_with_picture,
    a_tiff_of_claims,
    a_tiff_of_pages,
    an_animation,
)
from tests.support.pictures import BLUE, GREEN, RED, WHITE, a_jpeg, a_picture, encoded

LINES = ((0.1, 0.5), (0.35, 0.5), (0.6, 0.5), (0.9, 0.5))
QUARTERS = ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9))


@pytest.fixture(scope="module")
def wall() -> Iterator[Wall]:
    made = Wall(SystemClock(), size=1)
    yield made
    made.close()


def colours(
    picture: Picture, places: tuple[tuple[float, float], ...] = QUARTERS
) -> list[tuple[int, ...]]:
    image = Image.frombytes("RGBA", (picture.width, picture.height), picture.rgba)
    seen = []
    for x, y in places:
        pixel = image.getpixel((int(x * image.width), int(y * image.height)))
        assert isinstance(pixel, tuple)
        seen.append(pixel[:3])
    return seen


def near(seen: list[tuple[int, ...]], expected: list[tuple[int, ...]], by: int = 6) -> bool:
    pairs = zip(seen, expected, strict=True)
    return all(abs(a - b) <= by for one, two in pairs for a, b in zip(one, two, strict=True))


def why(wall: Wall, data: bytes, wish: Wish | None = None) -> str:
    with pytest.raises(UnreadablePicture) as refused:
        wall.page(data, wish or Wish(64))
    return refused.value.detail


def test_a_photo_is_one_page_and_tells_its_full_size_upright(wall: Wall) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page = wall.page(a_jpeg(800, 600, exif=exif), Wish(80))
    assert (page.number, page.count) == (0, 1)
    assert (page.width, page.height, page.most) == (600, 800, 800)
    assert (page.picture.width, page.picture.height) == (60, 80)
    assert near(colours(page.picture), [BLUE, RED, WHITE, GREEN])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_the_small_picture_is_turned_like_the_page(wall: Wall, form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    data = encoded(a_picture(400, 300), form, exif=exif)
    page, small = wall.page(data, Wish(400)), wall.picture(data, longest=64)
    assert page.picture.width < page.picture.height
    assert near(colours(small), colours(page.picture), by=20)
    assert near(colours(small), [GREEN, WHITE, RED, BLUE], by=20)


def test_inks_become_colours(wall: Wall) -> None:
    page = wall.page(encoded(a_picture(mode="CMYK"), "JPEG", quality=95), Wish(64))
    assert near(colours(page.picture), [RED, GREEN, BLUE, WHITE], by=12)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg"])
def test_the_pages_of_a_tiff_are_turned(wall: Wall, compression: str) -> None:
    data = a_tiff_of_pages(4, compression=compression)
    for number in range(4):
        page = wall.page(data, Wish(100, number))
        assert (page.number, page.count) == (number, 4)
        assert near(colours(page.picture), [(40 * (number + 1), 200, 90)] * 4)
    assert wall.page(data, Wish(100, 99)).number == 3
    assert wall.page(data, Wish(100, -3)).number == 0


def test_a_tiff_of_a_hundred_thousand_pages_offers_as_many_as_anybody_turns(wall: Wall) -> None:
    began = time.monotonic()
    data = a_tiff_of_claims(100_000)
    assert wall.page(data, Wish(64)).count == MOST_PAGES
    assert wall.page(data, Wish(64, 10**9)).number == MOST_PAGES - 1
    assert time.monotonic() - began < 10


def test_a_chain_of_pages_that_bites_its_tail_ends() -> None:
    sound = a_tiff_of_claims(3)
    assert sound.endswith(bytes(4))
    assert page_count(sound[:-4] + (16).to_bytes(4, "little")) == page_count(sound) == 3
    assert page_count(sound[:9]) == page_count(b"") == 1


def test_pages_of_a_pdf(wall: Wall) -> None:
    data = a_pdf(3)
    page = wall.page(data, Wish(400, 2))
    assert (page.number, page.count) == (2, 3)
    assert max(page.picture.width, page.picture.height) in {400, 401}
    assert page.width * 11 == pytest.approx(page.height * 8.5, rel=0.01)
    assert colours(page.picture) == [(255, 0, 0), (255,) * 3, (255,) * 3, (0, 0, 255)]
    assert page.most > page.height, "letters can be looked at closely"


def test_a_pdf_that_lies_about_its_pages(wall: Wall) -> None:
    page = wall.page(a_pdf(1, claims=(1 << 31) - 1), Wish(64, 5))
    assert page.number < page.count < 100_000
    assert page.number == 0


def test_pdf_bombs(wall: Wall) -> None:
    wall.page(a_pdf(), Wish(64))
    began = time.monotonic()
    for bomb in (a_pdf_with_picture(30_000), a_pdf(1, box=(1 << 30, 1 << 30))):
        try:
            page = wall.page(bomb, Wish(3000))
        except UnreadablePicture:
            continue
        assert max(page.picture.width, page.picture.height) <= 3001
    assert time.monotonic() - began < 20
    if sys.platform == "linux":
        assert peak(wall) < 1500
    assert wall.page(a_pdf(), Wish(64)).count == 1


def test_a_pdf_that_is_locked_says_so(wall: Wall) -> None:
    assert why(wall, a_locked_pdf()) == LOCKED


def test_half_a_pdf_says_so(wall: Wall) -> None:
    data = a_pdf(3)
    assert why(wall, data[: len(data) // 2]) == DAMAGED


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEGBaseline8Bit, JPEG2000Lossless])
def test_frames_of_dicom(wall: Wall, syntax: UID | None) -> None:
    data = a_dicom(3, syntax=syntax) if syntax else a_dicom(3)
    page = wall.page(data, Wish(64, 2))
    assert (page.number, page.count, page.window) == (2, 3, None)
    assert near(colours(page.picture), [RED, GREEN, BLUE, WHITE], by=10)


@pytest.mark.parametrize(
    ("header", "pause"),
    [({"FrameTime": 40}, 40), ({"CineRate": 20}, 50), ({}, 100), ({"FrameTime": 1e9}, 100)],
)
def test_frames_of_dicom_know_their_pace(wall: Wall, header: dict[str, Any], pause: int) -> None:
    assert wall.page(a_dicom(3, **header), Wish(64)).pause == pause
    assert wall.page(a_dicom(1, **header), Wish(64)).pause == 0


def greys(page: Page) -> list[int]:
    return [colour[0] for colour in colours(page.picture, LINES)]


def test_greys_are_seen_through_a_window(wall: Wall) -> None:
    data = a_grey_dicom([-1000, 0, 40, 3000], is_signed=True, WindowCenter=40, WindowWidth=400)
    page = wall.page(data, Wish(64))
    assert list(page.window or ()) == [40, 400]
    assert greys(page) == [0, 102, 128, 255]
    narrow = wall.page(data, Wish(64, window=(20, 40)))
    assert list(narrow.window or ()) == [20, 40]
    assert greys(narrow)[0] == 0
    assert greys(narrow)[3] == 255


def test_greys_without_a_window_take_the_whole_range_and_may_be_inverted(wall: Wall) -> None:
    values = [0, 1000, 3000, 4000] * 2
    assert greys(wall.page(a_grey_dicom(values), Wish(64, 1))) == [0, 64, 191, 255]
    inverted = a_grey_dicom(values, PhotometricInterpretation="MONOCHROME1")
    assert greys(wall.page(inverted, Wish(64))) == [255, 191, 64, 0]


def test_a_rescaled_grey_counts_with_its_slope(wall: Wall) -> None:
    hounsfield: dict[str, Any] = {"RescaleSlope": 1, "RescaleIntercept": -1024}
    data = a_grey_dicom([24, 1024, 1064, 4000], WindowCenter=40, WindowWidth=400, **hounsfield)
    assert greys(wall.page(data, Wish(64))) == [0, 102, 128, 255]


def test_high_bits_that_are_not_stored_count_for_nothing(wall: Wall) -> None:
    data = a_grey_dicom([0xF000, 0x1400, 0x0BFF, 0xFFFF], BitsStored=12, HighBit=11)
    assert greys(wall.page(data, Wish(64))) == [0, 64, 191, 255]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (a_dicom()[:5000], CUT_SHORT),
        (a_dicom(NumberOfFrames="2000000000"), CUT_SHORT),
        (a_dicom()[:300], NO_PICTURE),
        (a_dicom(BitsStored=40), DAMAGED),
    ],
)
def test_dicom_that_is_cut_or_lies(wall: Wall, data: bytes, words: str) -> None:
    assert why(wall, data, Wish(64, 19_999)) == words


SEEDS = {
    "pdf": a_pdf(3),
    "plain": a_dicom(2),
    "rle": a_dicom(2, syntax=RLELossless),
    "jpeg": a_dicom(2, syntax=JPEGBaseline8Bit),
    "grey": a_grey_dicom([1, 2, 3, 4] * 2, WindowCenter=3, WindowWidth=9),
    "tiff": a_tiff_of_pages(3, size=(40, 30)),
    "gif": an_animation(4),
}


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_damaged_bytes_are_refused_in_words_and_end_no_child(wall: Wall, name: str) -> None:
    chance, seed = random.Random(name), SEEDS[name]  # noqa: S311 - the same damage every time
    wall.page(seed, Wish(100))
    before = set(wall.pids)
    for _ in range(60):
        data = bytearray(seed)
        span = min(len(data), chance.choice((300, 1500, len(data))))
        for _ in range(chance.choice((1, 3, 12))):
            data[chance.randrange(span)] = chance.choice((0, 255, chance.randrange(256)))
        with contextlib.suppress(UnreadablePicture):
            wall.page(bytes(data), Wish(100, chance.randrange(4)))
            wall.film(bytes(data), longest=64)
    assert set(wall.pids) == before


def test_a_dicom_frame_larger_than_anything_is_refused_unread(wall: Wall) -> None:
    with pytest.raises(PictureTooLarge):
        wall.page(a_dicom(Rows=65_535, Columns=65_535), Wish(64))


def test_a_deflated_dicom_is_shown_and_a_bomb_of_one_refused_at_once(wall: Wall) -> None:
    page = wall.page(a_deflated_dicom(), Wish(64))
    assert near(colours(page.picture), [RED, GREEN, BLUE, WHITE])
    bomb = a_deflated_dicom(320 << 20)
    began = time.monotonic()
    with pytest.raises(PictureTooLarge):
        wall.page(bomb, Wish(64))
    assert time.monotonic() - began < 15
    assert wall.page(a_dicom(), Wish(64)).count == 1


def test_dicom_packed_in_a_rare_way_says_so(wall: Wall) -> None:
    data = a_dicom(syntax=JPEGBaseline8Bit)
    rare = data.replace(b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.92")
    assert why(wall, rare) == PACKED


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_frames(wall: Wall, form: str) -> None:
    film = wall.film(an_animation(5, form), longest=64)
    assert film.pauses == (80,) * 5
    assert film.is_whole
    for number, frame in enumerate(film.frames, 1):
        assert near(colours(frame), [(40 * number, 200, 90)] * 4)
        assert frame.width == 64


def test_what_does_not_move_gives_no_film(wall: Wall) -> None:
    assert wall.film(encoded(a_picture(mode="P"), "GIF"), longest=64) == Film()
    assert wall.film(a_jpeg(), longest=64) == Film()


def test_an_animation_cut_short_moves_up_to_there(wall: Wall) -> None:
    data = an_animation(6)
    film = wall.film(data[: len(data) * 2 // 3], longest=64)
    assert 2 <= len(film.frames) < 6


@pytest.mark.parametrize("letters", ["ISO_IR 192", "ISO_IR 100", "\\ISO 2022 IR 87", "GB18030"])
def test_dicom_in_any_letters_is_read_where_nothing_more_can_be_loaded(
    wall: Wall, letters: str
) -> None:
    data = a_dicom(SpecificCharacterSet=letters.split("\\"))
    assert near(colours(wall.page(data, Wish(64)).picture), [RED, GREEN, BLUE, WHITE])


def test_flashpix(wall: Wall) -> None:
    page = wall.page(a_flashpix(a_picture(128, 128)), Wish(64))
    assert page.width == 128
    assert near(colours(page.picture), [RED, GREEN, BLUE, WHITE])
    with pytest.raises(UnreadablePicture):
        wall.page(a_flashpix(a_picture(128, 128))[:9000], Wish(64))


@pytest.mark.parametrize("data", [a_jpeg(800, 600), a_tiff_of_pages(1), a_pdf(), a_dicom()])
def test_a_part_of_a_page_is_handed_out_as_sharp_as_the_whole(wall: Wall, data: bytes) -> None:
    whole = wall.page(data, Wish(400))
    part = wall.page(data, Wish(400, region=(0.5, 0.0, 1.0, 0.25)))
    assert part.picture.width == pytest.approx(whole.picture.width / 2, abs=1)
    assert part.picture.height == pytest.approx(whole.picture.height / 4, abs=1)
    assert part.region == pytest.approx((0.5, 0.0, 1.0, 0.25), abs=0.02)
    assert (part.width, part.most, part.count) == (whole.width, whole.most, whole.count)
    assert near(colours(part.picture, ((0.5, 0.4),)), colours(whole.picture, ((0.75, 0.1),)))


@pytest.mark.parametrize("region", [(9, 9, 9, 9), (-3, -3, -2, -2), (0.7, 0.7, 0.1, 0.1)])
def test_a_part_that_is_nowhere_is_a_pixel(
    wall: Wall, region: tuple[float, float, float, float]
) -> None:
    page = wall.page(a_jpeg(), Wish(64, region=region))
    assert (page.picture.width, page.picture.height) == (1, 1)


def test_an_endless_animation_ends(wall: Wall) -> None:
    began = time.monotonic()
    film = wall.film(BOMBS["gif-frames"](), longest=64)
    assert len(film.frames) == MOST_FRAMES
    assert not film.is_whole
    large = wall.film(an_animation(40, size=(2000, 1500)), longest=8192)
    assert sum(len(frame.rgba) for frame in large.frames) <= 96 << 20
    assert not large.is_whole
    assert time.monotonic() - began < 20


def test_without_a_wall_the_same_comes_out() -> None:
    bare = PillowImager(SystemClock())
    assert bare.page(a_pdf(2), Wish(64, 1)).number == 1
    assert len(bare.film(an_animation(3), longest=32).frames) == 3
