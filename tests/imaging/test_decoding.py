"""Every format gives a picture, and nothing that a file holds does any harm."""

import io
import struct
import threading
import time
import warnings
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.imaging import decoding
from message_centre.imaging.decoding import decode
from message_centre.imaging.translating import DECODER_ERRORS, translating
from message_centre.services.ports import Picture
from tests.support.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    a_jpeg,
    a_photo_cd,
    a_picture,
    a_png,
    a_png_that_claims,
    encoded,
    png_chunk,
)

FORMATS: list[tuple[str, dict[str, Any]]] = [
    ("JPEG", {"quality": 95}),
    ("JPEG", {"quality": 95, "progressive": True}),
    ("MPO", {"quality": 95}),
    ("PNG", {}),
    ("GIF", {}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("TIFF", {"compression": "jpeg", "quality": 95}),
    ("JPEG2000", {}),
    ("JPEG2000", {"no_jp2": True}),
    ("WEBP", {"lossless": True}),
    ("BMP", {}),
    ("HEIF", {"quality": 95}),
]


def corners(picture: Picture) -> list[tuple[int, int, int]]:
    """Colours near the corners: above left, above right, below left, below right."""
    image = Image.frombytes("RGBA", (picture.width, picture.height), picture.rgba)
    right, below = picture.width - 4, picture.height - 4
    seen = []
    for place in ((4, 4), (right, 4), (4, below), (right, below)):
        # Four bands give four numbers; Pillow's types allow for one.
        red, green, blue, alpha = image.getpixel(place)  # type: ignore[misc]
        assert alpha == 255
        seen.append((red, green, blue))
    return seen


def near(seen: list[tuple[int, int, int]], wanted: list[tuple[int, int, int]]) -> bool:
    flat = zip(seen, wanted, strict=True)
    return all(abs(a - b) < 25 for one, two in flat for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize(("format_name", "options"), FORMATS)
def test_every_format_is_shown_no_larger_than_asked(
    format_name: str, options: dict[str, Any]
) -> None:
    picture = decode(encoded(a_picture(600, 400), format_name, **options), longest=150)
    assert (picture.width, picture.height) == (150, 100)
    assert len(picture.rgba) == 150 * 100 * 4
    assert near(corners(picture), [RED, GREEN, BLUE, WHITE])


def test_a_photo_cd_is_shown() -> None:
    picture = decode(a_photo_cd(), longest=256)
    assert max(picture.width, picture.height) == 256


def test_a_small_picture_is_not_enlarged() -> None:
    picture = decode(a_png(30, 20), longest=256)
    assert (picture.width, picture.height) == (30, 20)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "wanted"),
    [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
        (0, [RED, GREEN, BLUE, WHITE]),
        (99, [RED, GREEN, BLUE, WHITE]),
    ],
)
@pytest.mark.parametrize("longest", [120, 1200])
def test_a_turned_picture_is_shown_upright(
    format_name: str, orientation: int, wanted: list[tuple[int, int, int]], longest: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(a_picture(240, 160), format_name, exif=exif)
    assert near(corners(decode(data, longest=longest)), wanted)


def test_a_turned_heic_is_shown_upright_once() -> None:
    image = a_picture(240, 160)
    image.getexif()[0x0112] = 6
    data = encoded(image, "HEIF", quality=95)
    picture = decode(data, longest=120)
    assert picture.height > picture.width
    assert near(corners(picture), [BLUE, RED, WHITE, GREEN])


@pytest.mark.parametrize(
    ("mode", "format_name"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("I", "TIFF"),
        ("F", "TIFF"),
        ("I;16", "TIFF"),
        ("I;16B", "TIFF"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("YCbCr", "JPEG"),
        ("1", "TIFF"),
        ("LA", "TIFF"),
        ("PA", "TIFF"),
    ],
)
def test_every_mode_is_shown(mode: str, format_name: str) -> None:
    if mode.startswith("I;16"):
        image = Image.new(mode, (300, 200), 3000)
    elif mode == "F":
        image = a_picture(300, 200, "L").convert("F")
    else:
        image = a_picture(300, 200, mode)
    picture = decode(encoded(image, format_name), longest=100)
    assert max(picture.width, picture.height) == 100


def test_a_twelve_bit_picture_is_neither_black_nor_white() -> None:
    image = Image.frombytes("I;16", (2, 1), (2048).to_bytes(2, "little") + b"\xff\x0f")
    picture = decode(encoded(image, "PNG"), longest=100)
    assert picture.rgba[0] in range(120, 136)
    assert picture.rgba[4] == 255


def test_transparency_is_kept() -> None:
    picture = decode(encoded(Image.new("RGBA", (10, 10), (9, 9, 9, 0)), "PNG"), longest=10)
    assert picture.rgba[3] == 0


@pytest.mark.parametrize(("format_name", "options"), FORMATS)
def test_a_picture_cut_short_is_refused_in_words(format_name: str, options: dict[str, Any]) -> None:
    whole = encoded(a_picture(600, 400), format_name, **options)
    for share in (0.02, 0.3, 0.6):
        with pytest.raises(UnreadablePicture) as caught:
            decode(whole[: int(len(whole) * share)], longest=256)
        assert caught.value.detail.startswith(("The picture is", "The content is"))


def test_a_cut_jpeg_says_that_a_part_is_missing() -> None:
    whole = a_jpeg(600, 400)
    with pytest.raises(UnreadablePicture, match="part of it is missing"):
        decode(whole[: len(whole) // 2], longest=256)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
        b"%PDF-1.4\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\xd7\xcd\xc6\x9a" + b"\0" * 40,
        b"\0\0\1\0\1\0\x10\x10" + b"\0" * 40,
        b"#define x_width 9\n#define x_height 9\n",
        b"P7\nWIDTH 2\nHEIGHT 2\n" + b"\0" * 12,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    ],
)
def test_what_is_not_on_the_list_of_formats_is_never_decoded(data: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        decode(data, longest=256)


def a_tiff_that_claims(width: int, height: int) -> bytes:
    rows = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1)]
    rows += [(278, height), (279, 10)]
    fields = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in rows)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(rows)) + fields + b"\0\0\0\0"


def a_bmp_that_claims(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + info + b"\0" * 46


BOMBS = {
    "png": a_png_that_claims(60_000, 60_000, png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))),
    "png, just too large": a_png_that_claims(12_001, 10_000, png_chunk(b"IDAT", b"")),
    "tiff": a_tiff_that_claims(100_000, 100_000),
    "bmp": a_bmp_that_claims(65_000, 65_000),
    "gif": b"GIF89a\xff\xff\xff\xff\x80\0\0" + b"\0" * 6 + b",\0\0\0\0\xff\xff\xff\xff\0\x02\0;",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header_at_once(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(PictureTooLarge):
        decode(BOMBS[name], longest=256)
    assert time.monotonic() - started < 2


def test_a_jpeg_that_claims_the_largest_size_is_refused() -> None:
    data = bytearray(a_jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
    with pytest.raises(PictureTooLarge):
        decode(bytes(data), longest=256)


def test_compressed_text_in_a_png_is_not_unpacked_without_end() -> None:
    bomb = png_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 50_000_000, 9))
    data = a_png_that_claims(8, 8, bomb, png_chunk(b"IDAT", zlib.compress(b"\0" * 72)))
    with pytest.raises(UnreadablePicture):
        decode(data, longest=256)


def test_a_jpeg_with_thousands_of_scans_is_refused() -> None:
    data = encoded(a_picture(1500, 1500), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    scan = data[at:-2]
    with pytest.raises(PictureTooLarge):
        decode(data[:-2] + scan * 2000 + b"\xff\xd9", longest=256)


def test_more_bytes_than_allowed_are_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BYTE_LIMIT", 100)
    with pytest.raises(PictureTooLarge):
        decode(a_jpeg(), longest=256)


def test_another_library_cannot_turn_the_limits_off() -> None:
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with pytest.raises(PictureTooLarge):
            decode(BOMBS["png"], longest=256)
        whole = a_jpeg(600, 400)
        with pytest.raises(UnreadablePicture):
            decode(whole[: len(whole) // 2], longest=256)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def test_a_jpeg_2000_that_lies_about_its_levels_is_shown_all_the_same() -> None:
    data = bytearray(encoded(a_picture(600, 400), "JPEG2000", no_jp2=True, num_resolutions=2))
    assert decode(bytes(data), longest=40).width == 40


@pytest.mark.parametrize("error", DECODER_ERRORS)
def test_whatever_a_decoder_raises_is_one_of_our_errors(error: type[Exception]) -> None:
    with pytest.raises(UnreadablePicture), translating():
        raise error("made up")


def test_running_out_of_memory_is_a_picture_too_large() -> None:
    with pytest.raises(PictureTooLarge), translating():
        raise MemoryError


def test_a_warning_neither_shows_nor_spoils_the_picture() -> None:
    exif = a_jpeg(exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode(exif, longest=64).width == 64
        before = list(warnings.filters)
        with translating():
            pass
        assert list(warnings.filters) == before


def test_warnings_come_back_after_several_threads_have_decoded() -> None:
    before = list(warnings.filters)
    data = a_jpeg(600, 400)
    threads = [threading.Thread(target=decode, args=(data,), kwargs={"longest": 90}) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


SEEDS = [
    a_jpeg(),
    a_png(),
    *(encoded(a_picture(), name) for name in ("GIF", "TIFF", "WEBP", "BMP", "JPEG2000", "HEIF")),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_a_damaged_picture_is_shown_or_refused_and_never_anything_else(
    seed: bytes, data: st.DataObject
) -> None:
    spoilt = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, min(len(spoilt), 700) - 1))
        spoilt[place] = data.draw(st.integers(0, 255))
    try:
        picture = decode(bytes(spoilt), longest=64)
    except UnreadablePicture:
        return
    assert len(picture.rgba) == picture.width * picture.height * 4
    assert max(picture.width, picture.height) <= 64


def test_only_the_first_frame_of_an_animation_is_read() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert near(corners(decode(out.getvalue(), longest=40)), [RED] * 4)
