"""The nightly integrity check: reads every stored file at a gentle pace while the practice sleeps."""

import time
from collections import Counter
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from message_centre.domain.errors import RecordWithoutFile
from message_centre.services.auditing import AuditReport
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.window_state import WindowState
from message_centre.ui.words import tr

#: The hour from which a night's check may begin, and the one at which it no longer does.
_FROM, _UNTIL = 1, 6
_LOOK_MS = 5 * 60 * 1000
#: A pause after each file leaves the disk to whoever else needs it.
_PAUSE_SECONDS = 0.02
_KEY = "check/last"


def is_due(now: datetime, last: str) -> bool:
    """Whether a check should begin: at night, and none has been made since midnight."""
    return _FROM <= now.hour < _UNTIL and last != now.date().isoformat()


class NightWatch(QObject):
    """Looks at the clock now and then; `found` carries a problem if a check found one."""

    found = Signal(object)
    checked = Signal(object)

    def __init__(
        self, services: Services, runner: Runner, state: WindowState, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._runner = runner
        self._state = state
        self._is_busy = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and every few minutes from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Begin no more checks."""
        self._timer.stop()

    def look(self) -> None:
        """Begin a check if one is due."""
        now = self._services.clock.now()
        if self._is_busy or not is_due(now, self._state.text(_KEY)):
            return
        self._is_busy = True
        self._state.keep(_KEY, now.date().isoformat())
        job = self._runner.submit(Lane.FETCH, self._check)
        job.succeeded.connect(self._judge)
        job.finished.connect(self._end)

    def _check(self, token: CancelToken, report: Report) -> AuditReport:
        def paced(progress: Progress) -> None:
            report(progress)
            time.sleep(_PAUSE_SECONDS)

        checked = self._services.auditor.check_by_itself(token, paced)
        detail = f"{checked.records} records, {len(checked.findings)} problems"
        self._services.trail.add("check", operator="", detail=detail)
        return checked

    def _judge(self, checked: object) -> None:
        if not isinstance(checked, AuditReport):
            return
        self.checked.emit(checked)
        if checked.findings:
            kinds = Counter(finding.problem for finding in checked.findings)
            listed = ", ".join(f"{kind}: {count}" for kind, count in sorted(kinds.items()))
            words = tr(
                "The nightly check found {count} problems ({listed}). Nothing was repaired.",
                count=len(checked.findings),
                listed=listed,
            )
            self.found.emit(RecordWithoutFile(words))

    def _end(self) -> None:
        self._is_busy = False
