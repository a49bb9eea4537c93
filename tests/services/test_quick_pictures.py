"""Small pictures: at once where something lies ready, read once, and never of other bytes."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from message_centre.domain.embedded_thumbnails import EMBEDDED_BYTES
from message_centre.domain.errors import UnreadablePicture
from message_centre.domain.files import FileKey, Fingerprint, SourceFile, SourceKind
from message_centre.domain.records import RecordState
from message_centre.host.clock import SystemClock
from message_centre.imaging.imager import PillowImager
from message_centre.imaging.thumbnail_cache import ThumbnailFiles
from message_centre.services.ports import Picture, Source
from message_centre.services.previewing import Previewer
from tests.support.pictures import a_jpeg, with_embedded
from tests.support.shelves import Shelves, a_source_file

PHOTO = with_embedded(a_jpeg(1600, 1200), a_jpeg(160, 120), size=(1600, 1200))


class Place:
    """A source of one file that counts what was read of it."""

    def __init__(self, content: bytes, made: bytes | None = None) -> None:
        self.content, self.made = content, made
        self.read = self.peeked = self.asked = 0

    @contextmanager
    def open(self, _key: FileKey, _fingerprint: Fingerprint) -> Iterator["Place"]:
        yield self

    def chunks(self, at_most: int | None = None) -> Iterator[bytes]:
        del at_most
        self.read += len(self.content)
        yield self.content

    def check_unchanged(self) -> None:
        """Nobody changes it."""

    def peek(self, _key: FileKey, _fingerprint: Fingerprint, length: int) -> tuple[bytes, bytes]:
        self.peeked += length
        return self.content[:length], self.content[-length:]

    def thumbnail(self, _key: FileKey, _fingerprint: Fingerprint, _longest: int) -> bytes | None:
        self.asked += 1
        return self.made


class Desk:
    """A previewer over one place and a cache that lies on the disk."""

    def __init__(self, shelves: Shelves, place: Place) -> None:
        imager = PillowImager(SystemClock())
        self.cache = shelves.home / "cache" / "thumbnails"
        self.place = place
        self.previewer = Previewer(
            open_source=self._open,
            store=shelves.store,
            imager=imager,
            cache=ThumbnailFiles(self.cache, imager),
        )
        self.file = a_source_file("a.jpg", size=len(place.content))

    def _open(self, _source_id: str) -> Source:
        return self.place  # type: ignore[return-value]  # the part of a source that is used

    def small(self, file: SourceFile | None = None) -> Picture:
        return self.previewer.small(file or self.file, longest=256)

    def quick(self, file: SourceFile | None = None) -> Picture | None:
        return self.previewer.quick(file or self.file, longest=256)


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = Shelves(tmp_path / "home")
    yield made
    made.close()


def side(picture: Picture | None) -> int:
    return max(picture.width, picture.height) if picture else 0


def test_a_glance_reads_the_head_alone_and_the_picture_comes_later(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(PHOTO))
    assert side(desk.quick()) == 160
    assert (desk.place.peeked, desk.place.read) == (EMBEDDED_BYTES, 0)
    assert side(desk.small()) == 256
    assert side(desk.quick()) == 256, "what is kept is better than what the camera put in front"


def test_a_small_picture_is_made_once(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(PHOTO))
    desk.small()
    read = desk.place.read
    assert side(desk.small()) == 256
    assert desk.place.read == read


def test_other_bytes_under_the_same_name_have_a_picture_of_their_own(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(PHOTO))
    desk.small()
    desk.place.content = a_jpeg(300, 900)
    later = replace(desk.file, fingerprint=Fingerprint(len(desk.place.content), 5, "other"))
    picture = desk.small(later)
    assert picture.height > picture.width


def test_the_cache_may_be_deleted_while_it_is_used(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(PHOTO))
    for _ in range(3):
        assert side(desk.small()) == 256
        shutil.rmtree(desk.cache)
    assert side(desk.quick()) == 160
    assert desk.place.read == 3 * len(PHOTO)


def test_a_drive_is_asked_once_for_its_picture_and_never_for_a_glance(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(PHOTO, made=a_jpeg(256, 192)))
    remote = replace(desk.file, kind=SourceKind.DROPBOX)
    assert desk.quick(remote) is None
    assert side(desk.small(remote)) == side(desk.small(remote)) == 256
    assert side(desk.quick(remote)) == 256
    assert (desk.place.asked, desk.place.read, desk.place.peeked) == (1, 0, 0)


def test_what_cannot_be_shown_is_not_kept(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(b"MZ\x90\0 a program"))
    assert desk.quick() is None
    for _ in range(2):
        with pytest.raises(UnreadablePicture):
            desk.small()
    assert not desk.cache.exists()


def test_no_name_or_path_stands_in_the_cache(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(PHOTO))
    desk.small()
    (kept,) = [path for path in desk.cache.rglob("*") if path.is_file()]
    assert len(kept.name) == 64
    assert int(kept.name, 16)


def test_a_stored_picture_has_its_glance_too_but_not_once_withdrawn(shelves: Shelves) -> None:
    desk = Desk(shelves, Place(PHOTO))
    record = shelves.file(PHOTO, "a.jpg")
    assert side(desk.previewer.quick_of_record(record)) == 160
    assert side(desk.previewer.thumbnail(record)) == 256
    assert side(desk.previewer.quick_of_record(record)) == 256
    assert desk.previewer.quick_of_record(replace(record, state=RecordState.WITHDRAWN)) is None
