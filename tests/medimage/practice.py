"""A practice whose photos come from a MedImage Server that is played on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from message_centre.domain.files import Listing, SourceFile, SourceKind
from message_centre.services.medimage_filing import PhotoClaim, PhotoRefusal
from message_centre.services.work import CancelToken
from tests.support.engine import Engine, age
from tests.support.medimage_names import GUID
from tests.support.medimage_phone import Phone
from tests.support.medimage_server import MedImageServer, running
from tests.support.pictures import a_jpeg

RETIRED = "GUIDxPLACEHOLDER99"


@dataclass
class Photos:
    """A server, its phones, and the practice that files what they send."""

    engine: Engine
    server: MedImageServer
    root: Path

    def phone(self, guid: str = GUID) -> Phone:
        return Phone(self.server.url, guid)

    def deliver(self, typed: str, photo: bytes | None = None, **how: str) -> None:
        """Send a photo and wait until it has landed and come to rest."""
        self.phone(how.get("guid", GUID)).send(
            typed, photo or a_jpeg(), how.get("when", "21-Aug-2026-14-03-09")
        )
        self.settle()

    def settle(self, seconds: float = 60.0) -> None:
        """Let the moves end, and time pass over everything delivered."""
        self.server.settle()
        for path in self.root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                age(path, seconds)

    def put(self, path: str, content: bytes | None = None, seconds: float = 60.0) -> Path:
        """A file as if it had been delivered."""
        where = self.root / path.replace("G/", f"{GUID}/", 1)
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(a_jpeg() if content is None else content)
        return age(where, seconds)

    def listings(self) -> dict[SourceKind, Listing]:
        found = self.engine.services.lister.refresh(self.engine.operator, "1", CancelToken())
        return {one.kind: one for one in found}

    def rows(self) -> dict[str, SourceFile]:
        return self.engine.files()

    def row(self) -> SourceFile:
        (only,) = self.rows().values()
        return only

    def claim(self) -> PhotoClaim | PhotoRefusal:
        return self.engine.services.medimage.filing.claim(self.row())

    def refusal(self) -> str:
        found = self.claim()
        assert isinstance(found, PhotoRefusal), found
        return found.reason

    def claimed(self) -> PhotoClaim:
        found = self.claim()
        assert isinstance(found, PhotoClaim), found
        return found


@contextmanager
def photographed(engine: Engine, folder: Path, **behaviour: object) -> Iterator[Photos]:
    """The engine's practice with a key and a server."""
    with running(folder / "medimage", **behaviour) as server:
        root = folder / "medimage" / "backup"
        for key, value in (
            ("system.medimage.root", str(root)),
            ("provider.1.medimage.guid", GUID),
            ("provider.1.medimage.retired", RETIRED),
        ):
            engine.services.configuring.set(key, value, operator=engine.operator)
        yield Photos(engine, server, root)
