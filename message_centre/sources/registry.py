"""Kind to source: makes the sources that are configured or remembered, each once."""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from message_centre.domain.files import SourceKind
from message_centre.host.looks_file import LooksFile
from message_centre.services.ports import Clock, Source, TreeSource
from message_centre.sources.drive import Drive
from message_centre.sources.drive_source import DrivePlace, DriveSource
from message_centre.sources.local_folder import LocalFolder
from message_centre.sources.medimage_folder import (
    MedImageFolder,
    MedImagePlace,
    UnknownSenders,
)
from message_centre.sources.tower_folder import TowerFolder

#: Makes the place and the adapter of a drive's folder from its source id; calls nobody yet.
DriveMaker = Callable[[str], tuple[DrivePlace, Drive]]
#: What the practice's address keys are called: each guid's provider.
Guids = Callable[[], Mapping[str, str]]
_MEDIMAGE = frozenset({SourceKind.MEDIMAGE, SourceKind.QUARANTINE})


class Sources:
    """Implements `services.ports.SourceRegistry`. May be called on any thread."""

    def __init__(
        self,
        home: Path,
        clock: Clock,
        listed_extensions: Callable[[], frozenset[str]],
        drives: Mapping[SourceKind, DriveMaker],
        guids: Guids = dict,
    ) -> None:
        self._home = home
        self._clock = clock
        self._listed_extensions = listed_extensions
        self._drives = drives
        self._guids = guids
        self._made: dict[str, LocalFolder] = {}
        self._trees: dict[str, TowerFolder] = {}
        self._drives_made: dict[str, DriveSource] = {}
        self._lock = threading.Lock()

    def folder(self, path: Path) -> Source:
        """The source of a watched folder."""
        return self._make(path, SourceKind.FOLDER)

    def returned(self) -> Source:
        """The inbox of this home for withdrawn files; made where it is missing."""
        path = self._home / "returned"
        with contextlib.suppress(OSError):
            # Without it the inbox is a source that is away; who puts a file there is told so.
            path.mkdir(mode=0o700, exist_ok=True)
        return self._make(path, SourceKind.RETURNED)

    def tree(self, path: Path, *, copies: bool) -> TreeSource:
        """The source of a folder with its sub-folders."""
        return self._tree(path, SourceKind.COPIED if copies else SourceKind.TOWER)

    def by_id(self, source_id: str) -> Source | None:
        """The source with that id, or None if its kind is not known here."""
        named, _, path = source_id.partition(":")
        if named not in set(SourceKind) or not path:
            return None
        kind = SourceKind(named)
        if kind.is_tree:
            return self._tree(Path(path), kind)
        return self._drive(source_id, kind) if kind.is_drive else self._make(Path(path), kind)

    def _drive(self, source_id: str, kind: SourceKind) -> Source | None:
        maker = self._drives.get(kind)
        if maker is None:
            return None
        with self._lock:
            made = self._drives_made.get(source_id)
            if made is None:
                place, drive = maker(source_id)
                made = DriveSource(place, drive, self._clock, self._listed_extensions)
                self._drives_made[source_id] = made
            return made

    def _make(self, path: Path, kind: SourceKind) -> LocalFolder:
        with self._lock:
            made = self._made.get(f"{kind}:{path}")
            if made is None:
                looks = LooksFile(self._looks_file(path))
                if kind in _MEDIMAGE:
                    made = self._medimage(path, kind, looks)
                else:
                    made = LocalFolder(
                        path,
                        clock=self._clock,
                        looks=looks,
                        listed_extensions=self._listed_extensions,
                        kind=kind,
                    )
                self._made[f"{kind}:{path}"] = made
            return made

    def _tree(self, path: Path, kind: SourceKind) -> TowerFolder:
        with self._lock:
            made = self._trees.get(f"{kind}:{path}")
            if made is None:
                made = TowerFolder(
                    path,
                    clock=self._clock,
                    looks=LooksFile(self._looks_file(path)),
                    listed_extensions=self._listed_extensions,
                    kind=kind,
                )
                self._trees[f"{kind}:{path}"] = made
            return made

    def _medimage(self, path: Path, kind: SourceKind, looks: LooksFile) -> LocalFolder:
        maker = UnknownSenders if path.name == UnknownSenders.NAME else MedImageFolder
        place = MedImagePlace(path, kind, self._guids)
        return maker(place, self._clock, looks, self._listed_extensions)

    def _looks_file(self, path: Path) -> Path:
        mark = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return self._home / "cache" / "looks" / f"{mark}.json"
