"""When files were taken, read from real heads behind the real wall."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from message_centre.domain.errors import Cancelled
from message_centre.domain.files import SourceFile, SourceKind
from message_centre.services.capture_reading import Capture, CaptureReader
from message_centre.services.work import CancelToken
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice, a_practice

AT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


def taken(device: str = "iPhone 12", side: int = 16) -> bytes:
    exif = Image.Exif()
    exif[0x0110] = device
    exif[0x8769] = {0x9003: f"{AT:%Y:%m:%d %H:%M:%S}", 0x9011: "+00:00"}
    return a_jpeg(side, 16, exif=exif.tobytes())


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    made = a_practice(tmp_path)
    yield made
    made.services.close()


def files(practice: Practice, count: int) -> tuple[SourceFile, ...]:
    names = [f"{number}.jpg" for number in range(count)]
    for number, name in enumerate(names):
        practice.drop(name, taken(side=16 + number))
    return practice.files(*names)


def test_time_and_device_are_read_and_remembered(practice: Practice) -> None:
    captures, found = practice.services.captures, files(practice, 3)
    assert captures.known(found) == {}
    captures.read(found, CancelToken())
    one = Capture(int(AT.timestamp() * 1e9), "iPhone 12")
    assert captures.known(found) == {file.key: one for file in found}


def test_changed_bytes_are_not_what_was_read(practice: Practice) -> None:
    captures, (file,) = practice.services.captures, files(practice, 1)
    captures.read([file], CancelToken())
    practice.drop("0.jpg", a_jpeg(40), age=1000)
    [changed] = practice.files("0.jpg")
    assert captures.known([changed]) == {}


def test_nothing_of_a_drive_is_read(practice: Practice) -> None:
    captures, (file,) = practice.services.captures, files(practice, 1)
    drive = replace(file, kind=SourceKind.ONEDRIVE)
    captures.read([drive], CancelToken())
    assert captures.known([drive]) == {}


def test_it_stops_when_its_time_is_over_and_goes_on_later(practice: Practice) -> None:
    found = files(practice, 20)

    class Late:
        """A clock on which every look takes a minute."""

        at = 0.0

        def now(self) -> datetime:
            return AT

        def monotonic(self) -> float:
            self.at += 60
            return self.at

    services = practice.services
    real = services.captures
    captures = CaptureReader(real._open_source, real._imager, Late())
    captures.read(found, CancelToken(), seconds=90)
    assert set(captures.known(found)) == {file.key for file in found[:8]}
    captures.read(found, CancelToken())
    assert set(captures.known(found)) == {file.key for file in found}


def test_it_can_be_given_up(practice: Practice) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        practice.services.captures.read(files(practice, 1), token)
