"""The synthetic files are what their names say, but for those that are there because they are not."""

import hashlib
import io
import struct
from datetime import UTC, datetime, timedelta

import pillow_heif
import pytest
from PIL import ExifTags, Image

from message_centre.demo.documents import rich_letter
from message_centre.demo.samples import Sample, plan
from message_centre.demo.video import video
from message_centre.domain.files import Destination
from message_centre.domain.kinds import DEFAULT_LISTED, destination_of, extension_of

NOW = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
PLAN = plan(60, now=NOW)
FORMATS = {
    "JPEG": (".jpg", ".jpeg", ".jif", ".jfif"),
    "JPEG2000": (".jp2", ".jpx", ".j2k", ".j2c"),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
    "PNG": (".png",),
}


def sample(name: str) -> Sample:
    return next(one for one in PLAN if one.name == name)


def test_no_two_samples_share_their_name_or_their_bytes() -> None:
    assert len({(one.folder, one.name.lower()) for one in PLAN}) == 60
    assert len({hashlib.sha256(one.content()).digest() for one in PLAN}) == 60


def test_the_next_round_has_other_bytes_under_the_same_names() -> None:
    again = plan(8, now=NOW, seed=1000)
    assert [one.name for one in again] == [one.name for one in PLAN[:8]]
    assert all(a.content() != b.content() for a, b in zip(again, PLAN, strict=False))


def test_times_lie_in_the_past_but_for_the_one_that_is_still_arriving() -> None:
    fresh = [one.name for one in PLAN if one.age < timedelta(minutes=1)]
    assert fresh == ["Arriving just now.pdf"]


def test_each_folder_gets_what_belongs_there_and_some_files_of_other_types() -> None:
    unlisted = {one.name for one in PLAN if extension_of(one.name) not in DEFAULT_LISTED}
    assert unlisted == {"Tower export.zip", "Calibration.xyz"}
    for one in PLAN:
        if one.name not in unlisted:
            images = destination_of(extension_of(one.name)) is Destination.IMAGES
            assert one.folder == ("Images" if images else "Documents")


@pytest.mark.parametrize(
    ("written", "extension"),
    [(written, extension) for written, them in FORMATS.items() for extension in them],
)
def test_there_is_a_real_picture_for_every_extension_that_can_be_written(
    written: str, extension: str
) -> None:
    data = sample(f"Sample {extension[1:].upper()}{extension}").content()
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == written
        image.load()


def test_the_phone_picture_is_turned_and_knows_its_time_with_offset() -> None:
    with Image.open(io.BytesIO(sample("Turned by the phone.jpg").content())) as image:
        exif = image.getexif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    assert exif[ExifTags.Base.Orientation] == 6
    assert details[ExifTags.Base.DateTimeOriginal] == "2024:05:06 04:08:00"
    assert details[ExifTags.Base.OffsetTimeOriginal] == "+00:00"


def test_the_heic_is_one_whatever_it_is_called() -> None:
    for name in ("Phone photo.heic", "HEIC called.jpg"):
        assert pillow_heif.is_supported(io.BytesIO(sample(name).content()))


def test_the_half_transferred_picture_has_no_end() -> None:
    data = sample("Half transferred.jpg").content()
    assert data.startswith(b"\xff\xd8")
    assert not data.endswith(b"\xff\xd9")


def test_documents_are_whole() -> None:
    for one in PLAN:
        if one.name.endswith(".pdf"):
            assert one.content().rstrip().endswith(b"%%EOF")
    assert rich_letter(3).startswith(b"{\\rtf1")
    assert b"K\\u333?whai" in rich_letter(3)


def test_the_video_is_an_avi_whose_index_points_at_every_frame() -> None:
    data = video(4)
    assert (data[:4], data[8:12]) == (b"RIFF", b"AVI ")
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    movie, index = data.index(b"movi"), data.index(b"idx1")
    entries = data[index + 8 :]
    assert len(entries) == 24 * 16
    for start in range(0, len(entries), 16):
        offset, size = struct.unpack("<2I", entries[start + 8 : start + 16])
        frame = data[movie + offset : movie + offset + 8 + size]
        assert frame[:4] == b"00dc"
        assert (frame[8:10], frame[-2:]) == (b"\xff\xd8", b"\xff\xd9")


def test_a_hundred_thousand_files_are_planned_without_being_drawn() -> None:
    many = plan(100_000, now=NOW)
    assert len({(one.folder, one.name) for one in many}) == 100_000
    late = [many[-1].content(), many[-41].content()]
    assert late[0] != late[1]
    with Image.open(io.BytesIO(late[0])) as image:
        image.load()
