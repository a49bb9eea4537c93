"""What a file says about itself, and that it is never believed blindly."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from message_centre.domain.records import TakenFrom
from message_centre.imaging.imager import PillowImager
from message_centre.services.ports import CaptureFacts
from tests.support.pictures import a_jpeg, a_picture, encoded

NOW = datetime(2026, 3, 7, 12, 0, tzinfo=timezone(timedelta(hours=13)))


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def facts(data: bytes) -> CaptureFacts:
    return PillowImager(FixedClock()).facts(data)


def exif(taken: str, offset: str = "", **tags: Any) -> Image.Exif:
    made = Image.Exif()
    photo = made.get_ifd(0x8769)
    photo[0x9003] = taken
    if offset:
        photo[0x9011] = offset
    for number, value in tags.items():
        made[int(number.removeprefix("t"), 16)] = value
    return made


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF"])
def test_time_size_and_device_are_read(format_name: str) -> None:
    image = a_picture(64, 48)
    tags = exif("2025:12:31 23:59:58", "+13:00", t010f="Canon", t0110="Canon EOS R5")
    data = encoded(image, format_name, exif=tags.tobytes())
    found = facts(data)
    assert found.taken_at == datetime(2025, 12, 31, 23, 59, 58, tzinfo=NOW.tzinfo)
    assert found.taken_from is TakenFrom.EXIF
    assert (found.width, found.height) == (64, 48)
    assert found.device == "Canon EOS R5"
    assert found.format_name == {"HEIF": "HEIC", "WEBP": "WebP"}.get(format_name, format_name)


def test_facts_come_from_the_head_of_a_photo() -> None:
    whole = a_jpeg(2000, 1500, exif=exif("2025:12:31 23:59:58", "+13:00"))
    found = facts(whole[:4096])
    assert found.width == 2000
    assert found.taken_at is not None


def test_a_heic_that_is_not_all_there_still_tells_its_time() -> None:
    tags = exif("2025:12:31 23:59:58", "+13:00", t010f="Canon", t0110="R5")
    whole = encoded(a_picture(800, 600), "HEIF", exif=tags.tobytes())
    found = facts(whole[:64] + b"\0" * 40 + tags.tobytes() + b"\0" * 40)
    assert found.taken_at == datetime(2025, 12, 31, 23, 59, 58, tzinfo=NOW.tzinfo)
    assert found.device == "Canon R5"
    assert found.format_name == "HEIC"


def test_a_time_without_offset_is_local_time() -> None:
    found = facts(a_jpeg(exif=exif("2025:12:31 23:59:58")))
    assert found.taken_at == datetime(2025, 12, 31, 23, 59, 58).astimezone()
    assert found.taken_at.tzinfo is not None


@pytest.mark.parametrize(
    ("taken", "offset"),
    [
        ("1989:12:31 12:00:00", "+00:00"),
        ("0000:00:00 00:00:00", ""),
        ("    :  :     :  :  ", ""),
        ("2026:03:09 12:00:01", "+13:00"),
        ("9999:12:31 23:59:59", "-14:00"),
        ("0001:01:01 00:00:00", ""),
        ("2025:02:30 10:00:00", ""),
        ("2025-02-03", ""),
        ("yesterday", ""),
        ("", ""),
        ("2025:12:31 23:59:58", "+99:99"),
    ],
)
def test_an_implausible_time_is_no_fact(taken: str, offset: str) -> None:
    found = facts(a_jpeg(exif=exif(taken, offset)))
    assert found.taken_at is None
    assert found.taken_from is None
    assert found.width == 64


def test_a_clock_that_is_a_little_fast_is_believed() -> None:
    assert facts(a_jpeg(exif=exif("2026:03:08 11:00:00", "+13:00"))).taken_at is not None


@pytest.mark.parametrize("format_name", ["JPEG", "TIFF", "PNG"])
def test_a_turned_picture_has_the_size_that_is_seen(format_name: str) -> None:
    tags = Image.Exif()
    tags[0x0112] = 6
    found = facts(encoded(a_picture(64, 48), format_name, exif=tags))
    assert (found.width, found.height) == (48, 64)


def test_a_device_cannot_hide_or_reorder_anything() -> None:
    found = facts(a_jpeg(exif=exif("", t010f="Evil\u202eCam\n", t0110="x" * 500)))
    assert "\u202e" not in found.device
    assert "\n" not in found.device
    assert len(found.device) <= 60


def a_video(seconds: int, *, wide: bool = False) -> bytes:
    if wide:
        times = b"\1\0\0\0" + seconds.to_bytes(8, "big") * 2
    else:
        times = b"\0\0\0\0" + seconds.to_bytes(4, "big") * 2
    header = b"mvhd" + times + b"\0" * 80
    moov = b"moov" + (len(header) + 4).to_bytes(4, "big") + header
    return b"\0\0\0\x10ftypisom\0\0\0\0" + (len(moov) + 4).to_bytes(4, "big") + moov


@pytest.mark.parametrize("wide", [False, True])
def test_a_video_tells_when_it_was_recorded(wide: bool) -> None:
    recorded = datetime(2026, 1, 2, 3, 4, 5, tzinfo=NOW.tzinfo)
    epoch = datetime(1904, 1, 1, tzinfo=timezone(timedelta()))
    found = facts(a_video(int((recorded - epoch).total_seconds()), wide=wide))
    assert found.taken_at == recorded
    assert found.taken_from is TakenFrom.CONTAINER
    assert found.format_name == "MP4"


@pytest.mark.parametrize("seconds", [0, 1, 2**32 - 1])
def test_a_video_without_a_real_time_tells_none(seconds: int) -> None:
    assert facts(a_video(seconds)).taken_at is None


def test_a_document_tells_its_kind() -> None:
    assert facts(b"%PDF-1.4").format_name == "PDF"
    assert facts(b"a text").format_name == "text"
    assert facts(b"") == CaptureFacts()
    assert facts(b"\0\1\2") == CaptureFacts()


TAGGED = a_jpeg(exif=exif("2025:12:31 23:59:58", "+13:00", t010f="Canon", t0110="R5"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_facts_never_raise(data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from([TAGGED, encoded(a_picture(), "TIFF"), a_video(2**31)]))
    spoilt = bytearray(seed[: data.draw(st.integers(0, len(seed)))])
    for _ in range(data.draw(st.integers(0, 8)) if spoilt else 0):
        spoilt[data.draw(st.integers(0, min(len(spoilt), 400) - 1))] = data.draw(
            st.integers(0, 255)
        )
    assert isinstance(facts(bytes(spoilt)), CaptureFacts)
