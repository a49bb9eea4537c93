"""The small picture in the head of a photo: found, turned, and refused where it shows something else."""

import io
import random

import pytest
from PIL import Image

from message_centre.domain.embedded_thumbnails import EMBEDDED_BYTES, embedded_thumbnail
from message_centre.imaging.decoding import decode
from tests.support.pictures import BLUE, RED, a_jpeg, a_png, with_embedded

PHOTO, SMALL = a_jpeg(800, 600), a_jpeg(160, 120)


def near(pixel: bytes, colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 20 for a, b in zip(pixel, colour, strict=False))


def test_it_is_found_in_the_head_alone_as_pillow_finds_it() -> None:
    photo = with_embedded(PHOTO, SMALL, size=(800, 600))
    exif = Image.open(io.BytesIO(photo)).getexif()
    assert exif.get_ifd(0x8769)[0xA002] == 800, "the photo is one that others can read"
    found = embedded_thumbnail(photo[: len(photo) - 3000])
    assert found is not None
    picture = decode(found, longest=256)
    assert (picture.width, picture.height) == (160, 120)
    assert near(picture.rgba[:4], RED)


@pytest.mark.parametrize(("turn", "size", "corner"), [(3, (160, 120), None), (6, (120, 160), BLUE)])
def test_it_is_turned_as_the_photo_is(
    turn: int, size: tuple[int, int], corner: tuple[int, int, int] | None
) -> None:
    photo = with_embedded(PHOTO, SMALL, turn=turn, size=(800, 600))
    found = embedded_thumbnail(photo)
    assert found is not None
    picture, whole = decode(found, longest=256), decode(photo, longest=256)
    assert (picture.width, picture.height) == size
    assert (picture.width > picture.height) == (whole.width > whole.height)
    assert corner is None or near(picture.rgba[:4], corner)
    assert all(abs(a - b) < 20 for a, b in zip(picture.rgba[:3], whole.rgba[:3], strict=True))


@pytest.mark.parametrize(
    "photo",
    [
        b"",
        b"\xff\xd8",
        PHOTO,
        a_png(),
        with_embedded(a_jpeg(800, 300), SMALL, size=(800, 300)),
        with_embedded(PHOTO, b"no picture", size=(800, 600)),
        with_embedded(PHOTO, SMALL, size=(800, 600))[:900],
    ],
)
def test_without_one_that_shows_the_photo_there_is_none(photo: bytes) -> None:
    assert embedded_thumbnail(photo) is None


def test_nothing_hostile_gets_further_than_none_or_bytes_of_its_own() -> None:
    chance = random.Random(7)  # noqa: S311 - a test's own dice
    good = with_embedded(PHOTO, SMALL, size=(800, 600))[:EMBEDDED_BYTES]
    for _ in range(4000):
        spoilt = bytearray(good)
        for _ in range(chance.randrange(1, 12)):
            spoilt[chance.randrange(min(140, len(spoilt)))] = chance.randrange(256)
        found = embedded_thumbnail(bytes(spoilt[: chance.randrange(len(spoilt))]))
        assert found is None or (found.startswith(b"\xff\xd8") and len(found) < EMBEDDED_BYTES + 99)
