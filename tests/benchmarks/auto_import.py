"""A burst of photos that file themselves, in the real window: what it takes, and how long the window blocks.

    python -m tests.benchmarks.auto_import                  200 photos of 12 megapixels over three folders
    python -m tests.benchmarks.auto_import --files 60       a smaller burst

Prints files a second and the longest time in which the window answered nothing; the exit code is 1 if
a file was not filed to its patient, or a second refresh changed anything.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from message_centre.services.bundle import Services
from message_centre.ui.actions import Name
from message_centre.ui.app import Program
from message_centre.ui.runner import Lane
from tests.support.counting import say
from tests.support.driver import wait
from tests.support.pictures import a_jpeg
from tests.support.practices import Practice

if TYPE_CHECKING:
    from message_centre.domain.people import Operator

_FOLDERS = 3
_PATIENTS = 20
_LONG_AGO = 7200
_SIZE = (4000, 3000)


class Blocks:
    """The longest time between two ticks of a timer that wants to tick every 5 ms."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()


def _folders(practice: Practice) -> list[Path]:
    folders = [practice.root / f"Phone {number}" for number in range(_FOLDERS)]
    for folder in folders:
        folder.mkdir()
    services = practice.services
    operator: Operator = services.permitting.operator("")
    value = os.pathsep.join(map(str, folders))
    services.configuring.set("operator.folders.images", value, operator=operator)
    services.configuring.set("operator.auto_import", "true", operator=operator)
    return folders


def _fill(folders: list[Path], files: int) -> Counter[str]:
    """Photos that differ in their last bytes only; how many are whose."""
    photo = a_jpeg(*_SIZE)
    wanted: Counter[str] = Counter()
    then = time.time() - _LONG_AGO
    for place in range(files):
        number = str(1001 + place % _PATIENTS)
        wanted[number] += 1
        name = f"INTOUCH_P{number}_D1_20260102_{place // 60:04}{place % 60:02}.jpg"
        path = folders[place % len(folders)] / name
        # A comment before the end of the picture: the same picture, other bytes.
        path.write_bytes(photo[:-2] + b"\xff\xfe\x00\x06" + f"{place:04}".encode() + photo[-2:])
        os.utime(path, (then, then))
    return wanted


def _is_still(program: Program) -> bool:
    main = program.main
    if main is None or main.files.is_refreshing or main.auto.is_importing:
        return False
    return not main._runner.is_busy(Lane.WRITE)


def _live_until_still(program: Program) -> None:
    until = time.monotonic() + 600
    wait(300)
    while not _is_still(program):
        wait(20)
        if time.monotonic() > until:
            raise AssertionError("it does not come to rest")


def _filed(services: Services) -> Counter[str]:
    found: Counter[str] = Counter()
    for record in services.records.everything():
        patient = services.register.get(record.patient_id)
        right = patient is not None and f"_P{patient.number}_" in record.original_name
        found[patient.number if patient and right else "wrong"] += 1
    return found


def _measure(root: Path, files: int, app: QApplication) -> bool:
    practice = Practice(root)
    folders = _folders(practice)
    for number in range(1001, 1001 + _PATIENTS):
        practice.add_patient(str(number), f"Synthetic{number}")
    practice.close()
    program = Program(app, practice.home, "")
    program.start()
    _live_until_still(program)
    wanted = _fill(folders, files)
    blocks, start = Blocks(), time.perf_counter()
    program.window.actions_[Name.REFRESH].trigger()
    _live_until_still(program)
    took = time.perf_counter() - start
    blocks.stop()
    main = program.main
    assert main is not None
    filed = _filed(main.services)
    before = len(list(main.services.trail.entries()))
    program.window.actions_[Name.REFRESH].trigger()
    _live_until_still(program)
    changed = len(list(main.services.trail.entries())) - before
    say(
        f"{files} photos of {_SIZE[0] * _SIZE[1] // 1_000_000} MP over {_FOLDERS} folders:"
        f" {sum(filed.values())} filed, {filed['wrong']} to a wrong patient, {took:.1f} s"
        f" ({files / took:.0f} a second); longest GUI block {blocks.longest * 1000:.0f} ms;"
        f" a second refresh changed {changed}"
    )
    ended = program.shut_down()
    return ended and filed == wanted and not changed


def main() -> int:
    """Run what the command line asks for."""
    words = argparse.ArgumentParser(prog="tests.benchmarks.auto_import")
    words.add_argument("--files", type=int, default=200)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QApplication.instance() or QApplication([])
    if not isinstance(made, QApplication):
        return 1
    with tempfile.TemporaryDirectory(prefix="message-centre-burst-") as folder:
        return 0 if _measure(Path(folder), words.parse_args().files, made) else 1


if __name__ == "__main__":
    sys.exit(main())
