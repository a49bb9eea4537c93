"""What is fetched from a drive to show one of its files: as little as shows it, counted at its server."""

import itertools
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from message_centre.domain.errors import (
    FileChanged,
    FileGone,
    PictureTooLarge,
    UnreadablePicture,
)
from message_centre.domain.files import Fingerprint, SourceFile, SourceKind
from message_centre.host.clock import SystemClock
from message_centre.imaging.imager import PillowImager
from message_centre.imaging.thumbnail_cache import ThumbnailFiles
from message_centre.services import previewing
from message_centre.services.ports import Source
from message_centre.services.previewing import Previewer
from message_centre.services.work import CancelToken, silent
from message_centre.sources.drive import Drive, some_of
from message_centre.sources.drive_source import DrivePlace, DriveSource
from tests.sources.test_azure_blobs import drive_of
from tests.support.azurite import Azurite, Container
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.faulty_front import FaultyFront, faulty_front
from tests.support.graph_server import FILES_HOST
from tests.support.onedrive import Practice
from tests.support.pictures import a_jpeg
from tests.support.shelves import Shelves

PHOTO = a_jpeg(1200, 900)
LISTED = frozenset({".jpg", ".pdf", ".mp4", ".heic", ".txt"})
DOCUMENT = b"{\\rtf1 " + os.urandom(300_000)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DropboxWorld]:
    (tmp_path / "way").mkdir()
    with dropbox_world(tmp_path / "way") as found:
        yield found


@pytest.fixture
def front(azurite: Azurite) -> Iterator[FaultyFront]:
    with faulty_front(azurite.port) as found:
        yield found


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = Shelves(tmp_path / "home")
    yield made
    made.close()


class Desk:
    """Who looks at the files of one drive."""

    def __init__(self, shelves: Shelves, kind: SourceKind, drive: Drive) -> None:
        place = DrivePlace(f"{kind}:here", "Drive", kind)
        self.source = DriveSource(place, drive, SystemClock(), lambda: LISTED)
        imager = PillowImager(SystemClock())
        self.previewer = Previewer(
            open_source=self._source,
            store=shelves.store,
            imager=imager,
            cache=ThumbnailFiles(shelves.home / "cache" / "thumbnails", imager),
        )

    def _source(self, _source_id: str) -> Source:
        return self.source

    def file(self, name: str) -> SourceFile:
        files = self.source.list_files(CancelToken(), silent).files
        return next(file for file in files if file.name == name)

    def side(self, file: SourceFile, longest: int = 256) -> int:
        picture = self.previewer.small(file, longest=longest)
        return max(picture.width, picture.height)


def calls(world: DropboxWorld) -> Counter[str]:
    named = (one.path.removeprefix("/2/") for one in world.server.requests)
    return Counter(name for name in named if name.startswith("files/"))


class TestDropbox:
    def desk(self, shelves: Shelves, world: DropboxWorld) -> Desk:
        return Desk(shelves, SourceKind.DROPBOX, world.files())

    def test_a_tile_is_dropboxs_own_picture(self, shelves: Shelves, world: DropboxWorld) -> None:
        for name in ("a.jpg", "b.jpg"):
            world.dropbox.tree.put(f"{FOLDER}/{name}", PHOTO)
        desk = self.desk(shelves, world)

        assert desk.side(desk.file("a.jpg")) == 256

        assert calls(world) == {"files/list_folder": 1, "files/get_thumbnail_v2": 1}

    def test_it_is_of_the_revision_that_was_listed(
        self, shelves: Shelves, world: DropboxWorld
    ) -> None:
        world.dropbox.tree.put(f"{FOLDER}/a.jpg", PHOTO)
        desk = self.desk(shelves, world)
        file = desk.file("a.jpg")
        world.dropbox.tree.put(f"{FOLDER}/a.jpg", a_jpeg(60, 60))

        assert desk.side(file) == 256

    def test_a_kind_that_dropbox_makes_no_picture_of_is_fetched(
        self, shelves: Shelves, world: DropboxWorld
    ) -> None:
        world.dropbox.tree.put(f"{FOLDER}/a.heic", PHOTO)
        desk = self.desk(shelves, world)

        assert desk.side(desk.file("a.heic")) == 256
        assert calls(world)["files/download"] == 1

    def test_one_that_is_gone_is_told(self, shelves: Shelves, world: DropboxWorld) -> None:
        world.dropbox.tree.put(f"{FOLDER}/a.jpg", PHOTO)
        desk = self.desk(shelves, world)
        file = desk.file("a.jpg")
        never = Fingerprint(file.size, file.fingerprint.modified_ns, "0123456789abc")
        gone = replace(file, fingerprint=never)

        with pytest.raises(FileGone):
            desk.previewer.small(gone, longest=256)

    def test_of_a_document_that_is_looked_at_only_the_head_is_fetched(
        self, shelves: Shelves, world: DropboxWorld
    ) -> None:
        world.dropbox.tree.put(f"{FOLDER}/a.rtf", DOCUMENT)
        desk = self.desk(shelves, world)

        found = desk.previewer.of_source(desk.file("a.rtf"), longest=1600)

        assert found.reason.startswith("RTF")
        (asked,) = [one for one in world.server.requests if one.path.endswith("download")]
        assert asked.headers["range"] == f"bytes=0-{(1 << 16) - 1}"


class TestOneDrive:
    def desk(self, shelves: Shelves, onedrive: Practice) -> Desk:
        return Desk(shelves, SourceKind.ONEDRIVE, onedrive.drive("/in"))

    @pytest.mark.parametrize(("longest", "side"), [(90, 90), (150, 150), (256, 256)])
    def test_a_tile_is_onedrives_own_picture(
        self, shelves: Shelves, onedrive: Practice, longest: int, side: int
    ) -> None:
        onedrive.server.add("in/a.jpg", PHOTO)
        desk = self.desk(shelves, onedrive)
        file = desk.file("a.jpg")
        before = len(onedrive.server.https.requests)

        assert desk.side(file, longest) == side

        asked, fetched = onedrive.server.https.requests[before:]
        assert asked.query == {"$expand": "thumbnails"}
        assert (fetched.host, fetched.path.rpartition("/")[2]) == (FILES_HOST, "thumbnail")
        assert "authorization" not in fetched.headers

    def test_one_that_changed_is_not_shown(self, shelves: Shelves, onedrive: Practice) -> None:
        item = onedrive.server.add("in/a.jpg", PHOTO)
        desk = self.desk(shelves, onedrive)
        file = desk.file("a.jpg")
        onedrive.server.replace(item, a_jpeg(60, 60))

        with pytest.raises(FileChanged):
            desk.previewer.small(file, longest=256)
        onedrive.server.take_away(item)
        with pytest.raises(FileGone):
            desk.previewer.small(file, longest=256)

    def test_what_onedrive_makes_no_picture_of_is_fetched(
        self, shelves: Shelves, onedrive: Practice
    ) -> None:
        onedrive.server.add("in/a.jpg", b"no picture")
        desk = self.desk(shelves, onedrive)

        with pytest.raises(UnreadablePicture):
            desk.previewer.small(desk.file("a.jpg"), longest=256)
        fetched = [one for one in onedrive.server.https.requests if one.host == FILES_HOST]
        assert [one.path.rpartition("/")[2] for one in fetched] == ["download"]

    def test_of_a_document_that_is_looked_at_only_the_head_is_fetched(
        self, shelves: Shelves, onedrive: Practice
    ) -> None:
        onedrive.server.add("in/a.rtf", DOCUMENT)
        desk = self.desk(shelves, onedrive)

        assert desk.previewer.of_source(desk.file("a.rtf"), longest=1600).reason.startswith("RTF")

        (fetched,) = [one for one in onedrive.server.https.requests if one.host == FILES_HOST]
        assert fetched.headers["range"] == f"bytes=0-{(1 << 16) - 1}"


class TestAzure:
    def desk(self, shelves: Shelves, container: Container, front: FaultyFront) -> Desk:
        return Desk(shelves, SourceKind.AZURE, drive_of(container, port=front.port))

    def test_only_the_picture_that_is_looked_at_is_fetched(
        self, shelves: Shelves, container: Container, front: FaultyFront
    ) -> None:
        for name in ("a.jpg", "b.jpg"):
            container.put(name, PHOTO)
        desk = self.desk(shelves, container, front)

        assert desk.side(desk.file("a.jpg")) == 256

        listing, fetched = front.seen
        assert "comp=list" in listing[1]
        assert fetched == ("GET", f"/{container.azurite.account}/{container.name}/a.jpg")

    def test_a_tile_of_a_document_or_of_a_large_picture_costs_nothing(
        self,
        shelves: Shelves,
        container: Container,
        front: FaultyFront,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        container.put("a.rtf", DOCUMENT)
        container.put("a.jpg", PHOTO)
        monkeypatch.setattr(previewing, "_FETCHED_FOR_SMALL", len(PHOTO) - 1)
        desk = self.desk(shelves, container, front)
        document, picture = desk.file("a.rtf"), desk.file("a.jpg")
        front.seen.clear()

        with pytest.raises(UnreadablePicture):
            desk.previewer.small(document, longest=256)
        with pytest.raises(PictureTooLarge):
            desk.previewer.small(picture, longest=256)

        assert front.seen == []

    @pytest.mark.parametrize(
        ("content", "words"), [(DOCUMENT, "RTF"), (b"PK\x03\x04", "Archives are not opened")]
    )
    def test_of_a_document_that_is_looked_at_only_the_head_is_fetched(
        self,
        shelves: Shelves,
        container: Container,
        front: FaultyFront,
        content: bytes,
        words: str,
    ) -> None:
        container.put("a.rtf", content)
        desk = self.desk(shelves, container, front)
        taken: list[int] = []
        ask = front.ask

        def asked(
            method: str, path: str, headers: dict[str, str], body: bytes
        ) -> tuple[int, list[tuple[str, str]], bytes]:
            answer = ask(method, path, headers, body)
            if path.endswith("a.rtf"):
                taken.append(len(answer[2]))
            return answer

        front.ask = asked  # type: ignore[method-assign] # what is carried is measured

        found = desk.previewer.of_source(desk.file("a.rtf"), longest=1600)
        assert found.reason.startswith(words)
        assert taken == [min(len(content), 1 << 16)]

    @pytest.mark.parametrize("name", ["a.rtf", "a.txt"])
    def test_a_picture_under_another_name_is_shown_all_the_same(
        self, shelves: Shelves, container: Container, front: FaultyFront, name: str
    ) -> None:
        large = a_jpeg(2400, 1800) + os.urandom(100_000)
        container.put(name, large)
        desk = self.desk(shelves, container, front)

        found = desk.previewer.of_source(desk.file(name), longest=300)

        assert found.picture is not None
        assert max(found.picture.width, found.picture.height) == 300


def test_a_small_picture_without_an_end_is_none() -> None:
    assert some_of(iter([b"ab", b"c"]), 3) == b"abc"
    assert some_of(itertools.repeat(b"ab"), 3) is None
