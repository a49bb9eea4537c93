"""What became of files while this window looked elsewhere: told by the trail, in its order."""

from dataclasses import dataclass
from enum import StrEnum

from message_centre.domain.files import FileKey, Fingerprint


class ChangeKind(StrEnum):
    """What somebody did."""

    FILED = "filed"
    WITHDRAWN = "withdrawn"
    REASSIGNED = "reassigned"


@dataclass(frozen=True, slots=True)
class Change:
    """One file's change. `patient` and `title` are what its row shows; a withdrawn one shows none."""

    seq: int
    kind: ChangeKind
    key: FileKey
    patient: str = ""
    title: str = ""
    fingerprint: str = ""

    def is_about(self, seen: Fingerprint) -> bool:
        """Whether this concerns the bytes that a row shows, and not others under the same name.

        Workstations number the files of one share differently, so that size and time have to do.
        """
        try:
            filed = Fingerprint.parse(self.fingerprint)
        except ValueError:
            return False
        return (filed.size, filed.modified_ns) == (seen.size, seen.modified_ns)
