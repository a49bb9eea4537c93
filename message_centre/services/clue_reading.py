"""Gathers what files say of their patients. Nothing is fetched from a drive for that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from message_centre.domain.capture_names import CapturePattern
from message_centre.domain.clues import Clue, Where
from message_centre.domain.contents import HEAD_BYTES
from message_centre.domain.errors import BadSetting, MessageCentreError
from message_centre.domain.files import FileKey, Fingerprint, SourceFile, SourceKind
from message_centre.domain.patients import Patient
from message_centre.domain.tree_names import way_of
from message_centre.services.ports import Imager, Source, WrittenIdentity
from message_centre.services.work import CancelToken

#: So many files of a batch are looked into; the names of all are read.
_MOST_OPENED = 200
_AT_ONCE = 8
_FOLDERS = 2
#: What so many files say is remembered, while they stay as they are.
_MOST_KNOWN = 100_000
#: Folders that tell nothing of a patient: where withdrawn files come back to, and phones deliver.
_NAMELESS = frozenset({SourceKind.RETURNED, SourceKind.QUARANTINE, SourceKind.MEDIMAGE})


@dataclass(frozen=True)
class ClueParts:
    """What is asked: for the source with an id, for the pattern of names, for the id typed on a phone."""

    open_source: Callable[[str], Source | None]
    imager: Imager
    pattern: Callable[[], CapturePattern]
    typed_for: Callable[[SourceFile], Patient | None]


class ClueReader:
    """Reads names, folders, and the heads of files that lie on this computer or a share. Any thread."""

    def __init__(self, parts: ClueParts) -> None:
        self._parts = parts
        self._known: dict[FileKey, tuple[Fingerprint, tuple[Clue, ...]]] = {}

    def read(
        self, files: Sequence[SourceFile], token: CancelToken
    ) -> Mapping[FileKey, tuple[Clue, ...]]:
        """The clues of each file.

        Raises:
            Cancelled
        """
        clues = {file.key: self._named(file) for file in files}
        near = [file for file in files if not file.kind.is_drive][:_MOST_OPENED]
        for first in range(0, len(near), _AT_ONCE):
            token.check()
            for file, written in self._written(near[first : first + _AT_ONCE]):
                clues[file.key] += written
        return clues

    def _written(
        self, files: Sequence[SourceFile]
    ) -> Iterator[tuple[SourceFile, tuple[Clue, ...]]]:
        """What the heads of files say; one that is as it was is not read again."""
        known = {file.key: self._known.get(file.key, (None, ())) for file in files}
        new = [file for file in files if known[file.key][0] != file.fingerprint]
        heads = [self._head(file) for file in new]
        said = self._parts.imager.identities(heads) if new else []
        for file, head, identity in zip(new, heads, said, strict=True):
            known[file.key] = file.fingerprint, _written(identity)
            if head:
                self._known[file.key] = file.fingerprint, _written(identity)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        yield from ((file, known[file.key][1]) for file in files)

    def _named(self, file: SourceFile) -> tuple[Clue, ...]:
        """What name and folders say; a name that was built to tell the patient says nothing else."""
        if file.kind is SourceKind.MEDIMAGE:
            patient = self._parts.typed_for(file)
            return (Clue(Where.PHONE, patient_id=patient.number),) if patient else ()
        name = PurePath(file.name).name
        number = self._captured(name)
        if number:
            return (Clue(Where.CAPTURE, patient_id=number),)
        folders = () if file.kind in _NAMELESS else _folders(file)
        return (Clue(Where.NAME, name), *(Clue(Where.FOLDER, folder) for folder in folders))

    def _captured(self, name: str) -> str:
        try:
            read = self._parts.pattern().read(name)
        except BadSetting:
            return ""
        return read.patient_number if read else ""

    def _head(self, file: SourceFile) -> bytes:
        source = self._parts.open_source(file.key.source_id)
        if source is None:
            return b""
        try:
            return source.peek(file.key, file.fingerprint, HEAD_BYTES)[0]
        except MessageCentreError:
            return b""


def _folders(file: SourceFile) -> tuple[str, ...]:
    """The last folders before a file, the nearest first; of a tower only those below its root."""
    above = "" if file.kind is SourceKind.TOWER else file.source_name
    parts = [part for part in above.replace("\\", "/").split("/") if part]
    if file.kind.is_tree:
        parts += way_of(file)[:-1]
    return tuple(reversed(parts[-_FOLDERS:]))


def _written(identity: WrittenIdentity) -> tuple[Clue, ...]:
    found = []
    if identity.patient_id or identity.name or identity.birth_date:
        told = (identity.patient_id, identity.name, identity.birth_date)
        found.append(Clue(Where.HEADER, "", *told))
    if identity.text:
        found.append(Clue(Where.METADATA, identity.text))
    return tuple(found)
