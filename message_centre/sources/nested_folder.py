"""A folder whose files stand some folders below; each is entered without following a link."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from message_centre.domain.errors import FileGone, SourceOffline
from message_centre.domain.files import FileKey, SourceFile
from message_centre.domain.outcomes import Release, Released
from message_centre.services.ports import Filed
from message_centre.sources.folder_listing import Looker, name_of
from message_centre.sources.folder_release import HOLD
from message_centre.sources.local_folder import LocalFolder
from message_centre.sources.open_folder import OpenFolder


class NestedFolder(LocalFolder):
    """A `LocalFolder` whose keys hold the folders before the name. No folder of it is ever removed."""

    #: How many folders below each other are entered.
    deepest = 8

    @property
    def _ground(self) -> Path:
        """The folder that is opened first."""
        return self.path

    @property
    def _start(self) -> tuple[str, ...]:
        """The folders that lead from the ground to where the files' keys begin."""
        return ()

    def _walk(
        self,
        looker: Looker,
        folder: OpenFolder,
        above: tuple[str, ...],
        check: Callable[[int], None],
    ) -> Iterator[SourceFile]:
        """The files of a folder and of those inside; a folder that is a link is not entered."""
        yield from looker.rows(folder, check, above)
        for name in folders_in(folder) if len(above) < self.deepest else ():
            with contextlib.suppress(FileNotFoundError, PermissionError), folder.below(name) as one:
                yield from self._walk(looker, one, (*above, name), check)

    def _name(self, key: FileKey) -> str:
        return parts_of(key)[-1]

    @contextlib.contextmanager
    def _folder(self, key: FileKey) -> Iterator[OpenFolder]:
        with contextlib.ExitStack() as stack:
            try:
                folder = stack.enter_context(OpenFolder(self._ground))
            except OSError as error:
                raise SourceOffline("The folder is not there; is the share away?") from error
            if self._start and not set(self._start).issubset(folder.names()):
                raise FileNotFoundError(2, "no such folder")
            for name in (*self._start, *parts_of(key)[:-1]):
                folder = stack.enter_context(folder.below(name))
            yield folder

    def release(self, filed: Sequence[Filed]) -> tuple[Released, ...]:
        """Remove exactly the filed bytes, folder by folder; the folders stay."""
        answers: dict[FileKey, Released] = {}
        for above in dict.fromkeys(_above(one.key) for one in filed):
            group = [one for one in filed if _above(one.key) == above]
            told = zip(group, self._release(group), strict=True)
            answers.update({one.key: answer for one, answer in told})
        return tuple(answers[one.key] for one in filed)

    def _release(self, group: Sequence[Filed]) -> tuple[Released, ...]:
        try:
            with self._folder(group[0].key):
                pass
        except FileNotFoundError:
            return (Released(Release.RELEASED),) * len(group)  # gone with its folder
        except (OSError, SourceOffline):
            pass  # told by the release itself
        return super().release(group)

    def still_has(self, key: FileKey, *, sha256: str, import_id: str) -> bool:
        """As every folder; a folder below that is gone holds nothing."""
        try:
            return super().still_has(key, sha256=sha256, import_id=import_id)
        except FileGone:
            return False

    def still_there(self, key: FileKey, fingerprint: str) -> bool:
        """As every folder; a folder below that is gone shows nothing."""
        try:
            return super().still_there(key, fingerprint)
        except FileGone:
            return False

    def restore(self, key: FileKey, *, import_id: str) -> None:
        """As every folder; nothing is set aside in one that is gone."""
        with contextlib.suppress(FileGone):
            super().restore(key, import_id=import_id)

    def put_back(self, filed: Filed, chunks: Iterable[bytes]) -> FileKey:
        """As every folder. Raises SourceOffline where the folder below is gone."""
        try:
            return super().put_back(filed, chunks)
        except FileGone as error:
            raise SourceOffline("The folder it came from is gone.") from error


def folders_in(folder: OpenFolder) -> list[str]:
    """The names of the folders inside, in order; never the one where files are set aside."""
    return [name for name in folder.folders() if name != HOLD]


def parts_of(key: FileKey) -> list[str]:
    """The names that lead to a file. Raises FileNotFoundError where one is no plain name."""
    return [name_of(FileKey(key.source_id, part)) for part in key.path.split("/")]


def _above(key: FileKey) -> str:
    return key.path.rpartition("/")[0]
