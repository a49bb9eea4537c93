"""A progressive JPEG is shown small from its first scan, and looks the same."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from message_centre.imaging import decoding
from message_centre.imaging.decoding import decode
from message_centre.imaging.jpeg_scans import first_scan, has_one_scan
from tests.support.pictures import a_jpeg, a_picture, encoded


def noisy(width: int = 2400, height: int = 1800, mode: str = "RGB") -> Image.Image:
    grain = Image.effect_noise((width, height), 40).convert("RGB")
    return ImageChops.add(a_picture(width, height), grain, scale=2).convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_first_scan_shows_what_all_of_them_show(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(noisy(mode=mode), "JPEG", quality=85, progressive=True)
    cut = first_scan(data)
    assert cut is not None
    assert len(cut) < len(data) / 3
    small = decode(data, longest=256)
    monkeypatch.setattr(decoding, "first_scan", lambda _data: None)
    whole = decode(data, longest=256)
    size = (small.width, small.height)
    assert size == (whole.width, whole.height) == (256, 192)
    one, other = (
        Image.frombytes("RGBA", size, each.rgba).convert("RGB") for each in (small, whole)
    )
    assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 3


def test_the_way_up_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(noisy(), "JPEG", progressive=True, exif=exif)
    small = decode(data, longest=256)
    assert (small.width, small.height) == (192, 256)


def test_where_more_than_an_eighth_is_wanted_every_scan_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoding, "first_scan", lambda _data: pytest.fail("the scans were cut"))
    decode(encoded(noisy(800, 600), "JPEG", progressive=True), longest=256)
    decode(encoded(noisy(), "JPEG"), longest=256)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", a_jpeg(), a_jpeg()[:200], b"\xff" * 50])
def test_what_has_no_such_scan_is_left_alone(data: bytes) -> None:
    assert first_scan(data) is None


def test_a_picture_cut_within_its_first_scan_is_told_as_such() -> None:
    data = encoded(noisy(), "JPEG", progressive=True)
    cut = first_scan(data)
    assert cut is not None
    assert first_scan(cut[: len(cut) // 2]) is None
    assert Image.open(io.BytesIO(cut)).size == (2400, 1800)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_an_ordinary_photo_has_one_scan(mode: str) -> None:
    data = encoded(noisy(mode=mode), "JPEG")
    assert has_one_scan(data)
    assert has_one_scan(data[:-2] + b"\xff\xda" * 9 + b"\xff\xd9")


def test_what_may_have_several_scans_is_not_taken_for_one_that_has_one() -> None:
    data = encoded(noisy(), "JPEG")
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    part = bytearray(data)
    part[scan + 4] = 1
    odd = [
        encoded(noisy(), "JPEG", progressive=True),
        bytes(part),
        data[:frame] + b"\xff" + data[frame:],
        data[:frame] + b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01" + bytes(3) + data[frame:],
        data[:frame] + b"\xff\xc2" + data[frame + 2 :],
        data[:scan],
        b"",
    ]
    assert not any(map(has_one_scan, odd))
