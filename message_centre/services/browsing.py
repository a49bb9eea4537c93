"""Files that a person takes for one patient from any folder: Patient > Images > Source > Browse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import Destination, FileKey, FileState, SourceFile
from message_centre.domain.people import Right
from message_centre.domain.time_gaps import by_gaps
from message_centre.domain.tree_names import stamped_time
from message_centre.services.configuring import Configuring
from message_centre.services.permitting import Permitting
from message_centre.services.ports import Imager, Trees
from message_centre.services.tree_listing import TreeLister
from message_centre.services.work import CancelToken, Progress, Report, silent

#: So many pictures are asked when they were taken; of more, names and file times tell it.
MOST_ASKED = 1000
_HEAD = 1 << 17
_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks, and for which provider the files will be."""

    operator: str
    provider: str


@dataclass(frozen=True, slots=True)
class Browsed:
    """What stands in the chosen places. `groups` are cut where the camera rested, the oldest first.

    `waiting` are still being written or held, `others` are no files for the record; each tells why.
    """

    groups: tuple[tuple[SourceFile, ...], ...]
    waiting: tuple[SourceFile, ...]
    others: tuple[SourceFile, ...]
    taken: Mapping[FileKey, datetime]
    copies: bool = True

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """Every file that can be saved, in the order of the groups."""
        return tuple(file for group in self.groups for file in group)

    def regrouped(self, gap: timedelta) -> "Browsed":
        """The same, cut at another rest."""
        groups = tuple(by_gaps(self.files, lambda file: self.taken[file.key], gap))
        return replace(self, groups=groups)


@dataclass(frozen=True)
class BrowsingParts:
    """What browsing is made of."""

    lister: TreeLister
    trees: Trees
    imager: Imager
    configuring: Configuring
    permitting: Permitting


class Browsing:
    """Lists on request and changes nothing; what is chosen is saved like any other file. Any thread."""

    def __init__(self, parts: BrowsingParts) -> None:
        self._parts = parts

    def usual_copies(self, places: Sequence[Path]) -> bool:
        """Whether files from there are copied unless a person says otherwise: not from towers.

        Raises:
            SourceOffline
        """
        return not all(map(self._parts.lister.is_in_tower, places))

    def usual_gap(self) -> timedelta:
        """After how long a rest a new group begins unless a person says otherwise."""
        return self._parts.configuring.session_gap()

    def look(
        self,
        places: Sequence[Path],
        who: Looker,
        token: CancelToken,
        report: Report = silent,
        *,
        copies: bool | None = None,
    ) -> Browsed:
        """What stands in these places now; `copies` is what is usual there unless it is said.

        Raises:
            NotPermitted, NotSignedIn: importing in bulk for this provider is not among the rights.
            BadSetting, SourceOffline, AccessDenied, IncompleteOrder: nothing can be listed there.
            Cancelled
        """
        self._parts.permitting.require(who.operator, Right.BULK_IMPORT, who.provider)
        keeps = self.usual_copies(places) if copies is None else copies
        found = self._parts.lister.of_places(places, copies=keeps, token=token, report=report)
        ready = [file for file in found if file.state is FileState.READY]
        taken = self._taken(ready, token, report)
        groups = tuple(by_gaps(ready, lambda file: taken[file.key], self.usual_gap()))
        others = tuple(file for file in found if file.state is FileState.OTHER)
        waiting = tuple(f for f in found if f.state not in {FileState.READY, FileState.OTHER})
        return Browsed(groups, waiting, others, taken, keeps)

    def _taken(
        self, files: Sequence[SourceFile], token: CancelToken, report: Report
    ) -> dict[FileKey, datetime]:
        """When each was taken: by its name or time, and where it is a picture by what it says."""
        taken = {file.key: stamped_time(file) or file.modified for file in files}
        asked = [file for file in files if file.destination is Destination.IMAGES][:MOST_ASKED]
        waiting = iter(asked)
        done = 0
        while together := list(islice(waiting, _TOGETHER)):
            token.check()
            report(Progress(done, len(asked)))
            facts = self._parts.imager.facts_of_all([self._head(file) for file in together])
            for file, said in zip(together, facts, strict=True):
                taken[file.key] = said.taken_at or taken[file.key]
            done += len(together)
        return taken

    def _head(self, file: SourceFile) -> bytes:
        source = self._parts.trees.by_id(file.key.source_id)
        if source is None:
            return b""
        try:
            return source.peek(file.key, file.fingerprint, _HEAD)[0]
        except MessageCentreError:
            return b""  # the import tells what is wrong with it
