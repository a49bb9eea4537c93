"""The real program as a process of its own, whose window obeys standard input and tells its pulse.

A line is an order. `refresh` is F5, answered by a JSON line when everything that came of it has ended; `press`
is F5 by somebody who does not wait; `pulse` tells the gaps between beats since it was asked last; `end`
closes the window. While it lives a person walks through the list with the arrow keys, so that the window has something to do.
"""

import json
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from message_centre.ui import app
from message_centre.ui.actions import Name
from message_centre.ui.runner import Lane
from tests.bursts.beats import Pulse
from tests.support.counting import say

_STEP_MS = 20
_KEY_MS = 150
#: A refresh is over when nothing has been under way for so many steps.
_STILL_STEPS = 15


class Obeying(app.Program):
    """The program, with somebody at its keyboard."""

    _ordered = Signal(str)

    def start(self) -> None:
        """As the program; then listen."""
        super().start()
        self._waiting = ""
        self._still = 0
        self._pulse = Pulse(self)
        self._ordered.connect(self._obey, Qt.ConnectionType.QueuedConnection)
        self._step = _timer(self, _STEP_MS, self._look)
        self._keys = _timer(self, _KEY_MS, self._press)
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self._ordered.emit(line.strip())

    def _obey(self, order: str) -> None:
        if order == "end":
            self._pulse.stop()
            self._keys.stop()
            self.window.close()
        elif order == "pulse":
            say(json.dumps(self._pulse.report()))
        elif order == "press":
            self._refresh()
        else:
            self._waiting, self._still = order, 0
            if order == "refresh":
                self._refresh()

    def _refresh(self) -> None:
        self.window.actions_[Name.REFRESH].trigger()

    def _look(self) -> None:
        if not self._waiting:
            return
        self._still = self._still + 1 if self._is_still() else 0
        if self._still > _STILL_STEPS:
            order, self._waiting = self._waiting, ""
            say(json.dumps({"done": order, "rows": self.window.model.rowCount()}))

    def _is_still(self) -> bool:
        main = self.main
        if main is None or main.files.is_refreshing or main.auto.is_importing:
            return False
        return not self._runner.is_busy(Lane.WRITE)

    def _press(self) -> None:
        """One row further down, and from the end to the top again."""
        view = self.window.ext.view
        last = self.window.model.rowCount() - 1
        at_end = view.currentIndex().row() >= last
        if self.main is not None and last > 0:
            QTest.keyClick(view, Qt.Key.Key_Home if at_end else Qt.Key.Key_Down)


def _timer(parent: QObject, pace: int, slot: object) -> QTimer:
    made = QTimer(parent)
    made.setInterval(pace)
    made.timeout.connect(slot)
    made.start()
    return made


def main() -> int:
    """Open the window on the home that the first argument names."""
    QApplication([])
    app.Program = Obeying  # type: ignore[misc] # the program with somebody at its keyboard
    return app.run(Path(sys.argv[1]), None)


if __name__ == "__main__":
    sys.exit(main())
