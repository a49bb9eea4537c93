"""Every kind of place that files come from, made alike for one suite: a folder, and three drives.

What is done to a place here is done by somebody else, past the program; what the program does is asked of
its `source`.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dropbox import files as dropbox_types

from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.files import SourceFile, SourceKind
from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.domain.outcomes import Released
from message_centre.domain.secrets import Secret
from message_centre.host.clock import SystemClock
from message_centre.host.looks_file import LooksFile
from message_centre.services.ports import Filed, Source
from message_centre.services.work import CancelToken, silent
from message_centre.sources import azure_listing, dropbox_files
from message_centre.sources.azure_blobs import AzureAccess, AzureBlobs
from message_centre.sources.drive import Drive
from message_centre.sources.drive_source import DrivePlace, DriveSource
from message_centre.sources.dropbox_line import Waits
from message_centre.sources.local_folder import LocalFolder
from message_centre.sources.retrying import Patience
from message_centre.sources.tower_folder import TowerFolder
from tests.support.azurite import Container
from tests.support.certificates import Certificates
from tests.support.dropbox_server import rate_limited
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.engine import age
from tests.support.faulty_front import Fault, FaultyFront, Spoil, faulty_front
from tests.support.graph_server import FILES_HOST, Item, quick_xor
from tests.support.https_server import Trouble
from tests.support.microsoft_replies import as_json
from tests.support.onedrive import Practice, a_practice

#: The import that files what a test releases.
JOB = "0123456789abcdef0123456789abcdef"
#: So many rows come with one answer of a drive.
PAGE = 4
_FOR_EVER = 10_000


class Place(ABC):
    """One folder, and the program's source for it."""

    source: Source

    @abstractmethod
    def put(self, name: str, data: bytes) -> None:
        """Somebody saves a file, or another version of it; it is old enough to be taken."""

    @abstractmethod
    def take_away(self, name: str) -> None:
        """Somebody removes it."""

    @abstractmethod
    def held(self) -> dict[str, bytes]:
        """Everything directly inside, by name."""

    @abstractmethod
    def forbid(self, name: str) -> None:
        """From now on nobody may remove it."""

    @abstractmethod
    def go_away(self) -> None:
        """It can not be reached."""

    @abstractmethod
    def come_back(self) -> None:
        """Everything is as it should be."""

    def downloads(self) -> int:
        """How often bytes of files were asked for."""
        return 0

    def pause(self, seconds: int) -> None:
        """The next call is told to wait so long."""
        raise NotImplementedError(seconds)

    def lose_answer(self) -> None:
        """The next removal is done, and nobody hears of it."""
        raise NotImplementedError

    def cut_downloads(self) -> None:
        """Half of what is asked for arrives, however often it is asked."""
        raise NotImplementedError

    # What the program does

    def rows(self) -> dict[str, SourceFile]:
        """What the source lists, by name."""
        return {one.name: one for one in self.source.list_files(CancelToken(), silent).files}

    def read(self, row: SourceFile) -> bytes:
        """The bytes of a listed file, as an import reads them."""
        with self.source.open(row.key, row.fingerprint) as opened:
            data = b"".join(opened.chunks())
            opened.check_unchanged()
            return data

    def release(self, *rows: tuple[SourceFile, bytes]) -> tuple[Released, ...]:
        """Let go of these, whose bytes are on record."""
        return self.source.release(
            [
                Filed(
                    row.key,
                    hashlib.sha256(data).hexdigest(),
                    f"{number:02}{JOB[2:]}",
                    fingerprint=str(row.fingerprint),
                )
                for number, (row, data) in enumerate(rows)
            ]
        )


class FolderPlace(Place):
    """A folder of this computer."""

    def __init__(self, folder: Path) -> None:
        self._here, self._away = folder / "inbox", folder / "away"
        self._here.mkdir()
        self.source = self.make(LooksFile(folder / "looks.json"))

    def make(self, looks: LooksFile) -> LocalFolder:
        """The source of the folder."""
        return LocalFolder(
            self._here,
            clock=SystemClock(),
            looks=looks,
            listed_extensions=lambda: DEFAULT_LISTED,
        )

    def put(self, name: str, data: bytes) -> None:
        path = self._here / name
        path.parent.mkdir(exist_ok=True)
        part = path.with_name("as devices do it")  # another file takes the name
        part.write_bytes(data)
        age(part).replace(path)

    def take_away(self, name: str) -> None:
        (self._here / name).unlink()

    def held(self) -> dict[str, bytes]:
        return {one.name: one.read_bytes() for one in self._here.iterdir() if one.is_file()}

    def forbid(self, name: str) -> None:
        del name  # the folder lets go of none: what is set aside finds its place taken
        (self._here / ".mc-hold").write_bytes(b"somebody's file")

    def go_away(self) -> None:
        self._here.rename(self._away)

    def come_back(self) -> None:
        if self._away.exists():
            self._away.rename(self._here)
        (self._here / ".mc-hold").unlink(missing_ok=True)


class TowerPlace(FolderPlace):
    """A tower's root, of which the files that stand directly inside are asked."""

    def make(self, looks: LooksFile) -> LocalFolder:
        return TowerFolder(
            self._here,
            clock=SystemClock(),
            looks=looks,
            listed_extensions=lambda: DEFAULT_LISTED,
            kind=SourceKind.TOWER,
        )


class AzurePlace(Place):
    """A folder of a container, behind a line that can fail."""

    def __init__(self, container: Container, front: FaultyFront) -> None:
        self._container, self._front = container, front
        self._leases: list[object] = []
        account = container.azurite.account
        access = AzureAccess(
            f"http://127.0.0.1:{front.port}/{account}", Secret(container.azurite.key)
        )
        folder = AzureFolder(account, container.name, "in/box")
        self.source = _source(SourceKind.AZURE, AzureBlobs(folder, lambda: access))

    def put(self, name: str, data: bytes) -> None:
        self._container.put(f"in/box/{name}", data)

    def take_away(self, name: str) -> None:
        self._container.client.delete_blob(f"in/box/{name}")

    def held(self) -> dict[str, bytes]:
        inside = [one.removeprefix("in/box/") for one in self._container.names]
        return {one: self._container.content(f"in/box/{one}") for one in inside if "/" not in one}

    def forbid(self, name: str) -> None:
        blob = self._container.client.get_blob_client(f"in/box/{name}")
        self._leases.append(blob.acquire_lease())

    def go_away(self) -> None:
        self._front.faults.extend([Fault(Spoil.DROP)] * _FOR_EVER)

    def come_back(self) -> None:
        self._front.faults.clear()
        for lease in self._leases:
            lease.release()  # type: ignore[attr-defined] # the SDK's own class, which it does not export
        self._leases.clear()

    def downloads(self) -> int:
        return sum("comp=list" not in path for _, path in self._front.seen)

    def pause(self, seconds: int) -> None:
        told = {"Retry-After": str(seconds)}
        self._front.faults.append(Fault(Spoil.ANSWER, status=503, headers=told))

    def lose_answer(self) -> None:
        self._front.faults.append(Fault(Spoil.LOSE, "DELETE"))

    def cut_downloads(self) -> None:
        self._front.faults.extend([Fault(Spoil.CUT, "GET")] * _FOR_EVER)


class DropboxPlace(Place):
    """A folder of an account."""

    def __init__(self, world: DropboxWorld) -> None:
        self._world, self._tree = world, world.dropbox.tree
        waits = Waits(connecting=2.0, answering=2.0, again=Patience(budget=4.0))
        self.source = _source(SourceKind.DROPBOX, world.files(waits=waits))
        self._tree.make_folder(FOLDER)

    def put(self, name: str, data: bytes) -> None:
        self._tree.put(f"{FOLDER}/{name}", data)

    def take_away(self, name: str) -> None:
        self._tree.remove(f"{FOLDER}/{name}")

    def held(self) -> dict[str, bytes]:
        found = {name: self._tree.find(f"{FOLDER}/{name}") for name in self._tree.names(FOLDER)}
        return {name: held.data for name, held in found.items() if held is not None}

    def forbid(self, name: str) -> None:
        refusal = dropbox_types.WriteError.no_write_permission
        self._world.dropbox.unwritable[f"{FOLDER}/{name}".lower()] = refusal

    def go_away(self) -> None:
        self._world.server.fault("", Trouble.CUT, times=_FOR_EVER)

    def come_back(self) -> None:
        self._world.server.mend()
        self._world.dropbox.unwritable.clear()

    def downloads(self) -> int:
        return len(self._world.server.asked("files/download"))

    def pause(self, seconds: int) -> None:
        # The sign-in is a service of its own, with pauses of its own.
        for path in ("files/list_folder", "files/download"):
            self._world.server.fault(path, rate_limited(seconds))

    def lose_answer(self) -> None:
        self._world.server.fault("files/delete_v2", Trouble.REPLY_LOST)

    def cut_downloads(self) -> None:
        self._world.server.fault("files/download", Trouble.TRUNCATED, times=_FOR_EVER)


class OneDrivePlace(Place):
    """A folder of a drive of a company's account."""

    def __init__(self, practice: Practice) -> None:
        self._server = practice.server
        self._server.page = PAGE
        self._server.folder("in/box")
        self.source = _source(SourceKind.ONEDRIVE, practice.drive("/in/box"))

    def put(self, name: str, data: bytes) -> None:
        quick_xor(data)
        found = self._items().get(name)
        if found is None:
            self._server.add(f"in/box/{name}", data)
        else:
            self._server.replace(found.id, data)

    def take_away(self, name: str) -> None:
        self._server.take_away(self._items()[name].id)

    def held(self) -> dict[str, bytes]:
        return {one.name: one.content or b"" for one in self._items().values()}

    def forbid(self, name: str) -> None:
        self._server.locked.add(self._items()[name].id)

    def go_away(self) -> None:
        self._server.https.fault("", Trouble.CUT, times=_FOR_EVER)

    def come_back(self) -> None:
        self._server.https.mend()
        self._server.locked.clear()

    def downloads(self) -> int:
        return sum(one.host == FILES_HOST for one in self._server.https.requests)

    def pause(self, seconds: int) -> None:
        busy = as_json(429, {"error": {"code": "activityLimitReached"}}, Retry_After=str(seconds))
        for path in ("/children", "/download"):
            self._server.https.fault(path, busy)

    def lose_answer(self) -> None:
        self._server.https.fault("", Trouble.REPLY_LOST, method="DELETE")

    def cut_downloads(self) -> None:
        self._server.https.fault("/download", Trouble.TRUNCATED, times=_FOR_EVER)

    def _items(self) -> dict[str, Item]:
        box = self._server.folder("in/box")
        inside = (one for one in self._server.items.values() if one.parent == box)
        return {one.name: one for one in inside if one.content is not None}


def _source(kind: SourceKind, drive: Drive) -> DriveSource:
    place = DrivePlace(f"{kind}:account/in/box", "in/box", kind)
    return DriveSource(place, drive, SystemClock(), lambda: DEFAULT_LISTED)


@contextmanager
def a_place(kind: SourceKind, folder: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """An empty place of this kind; servers are started for it alone, but for Azurite."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(azure_listing, "PAGE", PAGE)
        patch.setattr(dropbox_files, "_PAGE", PAGE)
        if kind is SourceKind.FOLDER:
            yield FolderPlace(folder)
        elif kind is SourceKind.TOWER:
            yield TowerPlace(folder)
        elif kind is SourceKind.AZURE:
            container: Container = request.getfixturevalue("container")
            with faulty_front(container.azurite.port) as front:
                yield AzurePlace(container, front)
        elif kind is SourceKind.DROPBOX:
            with dropbox_world(folder) as world:
                yield DropboxPlace(world)
        else:
            with a_practice(Certificates(folder)) as practice:
                yield OneDrivePlace(practice)
