"""The start: from the process's first moment to the painted window, against an empty window."""

import json
from pathlib import Path

from tests.benchmarks.measured import Line, middle, python, ratio, take_turns
from tests.support.engine import age

#: What must not be loaded before the window has been painted and shows its first rows.
_HEAVY = ("sqlalchemy", "dropbox", "msal", "azure", "numpy", "PIL", "av", "cv2")
_END = """
import json, os, resource, sys, time
def end():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    heavy = [name for name in HEAVY if name in sys.modules]
    sys.stdout.write(json.dumps({"peak": peak, "heavy": heavy}) + "\\n")
    sys.stdout.flush()
    os._exit(0)
"""
_EMPTY = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, end)
app = QApplication([])
window = Window()
window.resize(1200, 800)
window.show()
app.exec()
"""
_OURS = """
from pathlib import Path
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QTableView
from message_centre.ui import app
from message_centre.ui.main_window import MainWindow
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == event.Type.Paint and isinstance(watched, MainWindow):
            QTimer.singleShot(0, end)
        return False
def look():
    for top in application.topLevelWidgets():
        for view in top.findChildren(QTableView, "filesView"):
            if view.model() and view.model().rowCount():
                end()
application = QApplication([])
if UNTIL == "painted":
    painted = Painted()
    application.installEventFilter(painted)
else:
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(5)
app.run(Path(HOME), None)
"""


def lines(scratch: Path, rounds: int) -> list[Line]:
    """The lines of this part."""
    home, inbox = scratch / "start home", scratch / "start inbox"
    inbox.mkdir(exist_ok=True)
    age_of = inbox / "a.jpg"
    age_of.write_bytes(b"\xff\xd8\xff\xe0 synthetic \xff\xd9")
    age(age_of)
    setting = ("settings", "set", "operator.folders.images", inbox)
    python("-m", "message_centre", "--home", home, *setting)
    told: dict[str, dict[str, object]] = {}

    def start(name: str, code: str, until: str = "") -> None:
        given = f"HEAVY = {_HEAVY!r}\nHOME = {str(home)!r}\nUNTIL = {until!r}\n"
        told[name] = json.loads(python("-c", given + _END + code).splitlines()[-1])

    taken = take_turns(
        {
            "empty": lambda: start("empty", _EMPTY),
            "painted": lambda: start("painted", _OURS, "painted"),
            "rows": lambda: start("rows", _OURS, "rows"),
        },
        rounds,
    )
    against = f"an empty window ({middle(taken, 'empty'):.0f} ms)"
    heavy = told["painted"]["heavy"]
    names = ", ".join(heavy) if isinstance(heavy, list) else ""
    return [
        Line("start to the painted window", against, ratio(taken, "painted", "empty"), 1.35),
        Line("start to the first rows, record open", against, ratio(taken, "rows", "empty"), 2.0),
        _peak("peak memory of the painted window", told, "painted", 1.6),
        _peak("peak memory with the record open", told, "rows", None),
        Line(
            "heavy libraries loaded before the paint",
            ", ".join(_HEAVY),
            float(len(names.split())),
            0,
            names,
        ),
    ]


def _peak(what: str, told: dict[str, dict[str, object]], name: str, goal: float | None) -> Line:
    ours, empty = (float(str(told[one]["peak"])) for one in (name, "empty"))
    note = f"{ours / 1024:.0f} MiB"
    return Line(what, f"an empty window ({empty / 1024:.0f} MiB)", ours / empty, goal, note)
