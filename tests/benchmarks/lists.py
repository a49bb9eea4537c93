"""A folder in a list on the screen, each contestant in a process of its own.

`python -m tests.benchmarks.lists ours FOLDER HOME` and `... qt FOLDER` each print one line of JSON:
milliseconds to the first and to all rows, the longest gap of the event loop, MiB for the rows.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.measured import Line, load, python

_SECONDS = 180.0


def lines(folder: Path, scratch: Path, rounds: int) -> list[Line]:
    """The lines of this part."""
    count = sum(1 for _ in folder.iterdir())
    empty = scratch / "empty"
    empty.mkdir(exist_ok=True)
    home = scratch / "list home"
    _settings(home, empty)
    told: dict[str, list[dict[str, float]]] = {"ours": [], "qt": []}
    for _ in range(rounds):
        for name, of in told.items():
            _settings(home, empty)
            of.append(json.loads(python("-m", __name__, name, folder, home, count)))

    def line(what: str, key: str, goal: float, unit: str) -> Line:
        pairs = zip(told["ours"], told["qt"], strict=True)
        found = sorted(ours[key] / max(qt[key], 0.1) for ours, qt in pairs)
        mine, other = (sorted(one[key] for one in told[name]) for name in told)
        place = len(found) // 2
        against = f"QFileSystemModel ({other[place]:.0f} {unit})"
        return Line(what, against, found[place], goal, f"{mine[place]:.0f} {unit}, load {load()}")

    return [
        line("in the window: first rows", "first", 1.0, "ms"),
        line("all rows", "all", 0.30, "ms"),
        line("longest freeze meanwhile", "freeze", 0.02, "ms"),
        line("memory for the rows", "memory", 0.25, "MiB"),
    ]


def _settings(home: Path, folder: Path) -> None:
    python(
        *("-m", "message_centre", "--home", home, "settings", "set"),
        *("operator.folders.images", folder),
    )


def main(name: str, folder: Path, home: Path, count: int) -> int:
    """One contestant."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the other side needs no Qt

    from message_centre.ui.app import keep_pace  # noqa: PLC0415 - as above

    app = QApplication([])
    keep_pace()
    found = (_ours if name == "ours" else _qt)(app, folder, home, count)
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    return 0


def _ours(app: object, folder: Path, home: Path, count: int) -> dict[str, float]:
    from message_centre.ui.actions import Name  # noqa: PLC0415 - as above
    from tests.benchmarks.driving import until, watched  # noqa: PLC0415 - as above
    from tests.support.window import opened_window  # noqa: PLC0415 - as above

    del app
    with opened_window(home) as window:
        until(
            lambda: window.actions_[Name.REFRESH].isEnabled() and not window.ext.banner.isVisible()
        )
        until(_after(1.0))
        _settings(home, folder)
        return watched(
            window.actions_[Name.REFRESH].trigger, window.model.rowCount, count, settle=2.0
        )


def _qt(app: object, folder: Path, home: Path, count: int) -> dict[str, float]:
    from PySide6.QtWidgets import QFileSystemModel, QTableView  # noqa: PLC0415 - as above

    from tests.benchmarks.driving import until, watched  # noqa: PLC0415 - as above

    del app, home
    model, view = QFileSystemModel(), QTableView()
    view.setModel(model)
    view.resize(1200, 800)
    view.show()
    until(_after(1.0))

    def begin() -> None:
        view.setRootIndex(model.setRootPath(str(folder)))

    return watched(begin, lambda: model.rowCount(view.rootIndex()), count, settle=2.0)


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
