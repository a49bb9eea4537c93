"""The nightly check: once a night, gently, and its findings are told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from pytestqt.qtbot import QtBot

from message_centre.services.auditing import AuditReport
from message_centre.ui.night_watch import NightWatch, is_due
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Runner
from message_centre.ui.window_state import WindowState
from tests.support.engine import Engine


@dataclass
class NightClock:
    """Implements `services.ports.Clock`; it is always two o'clock."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


@pytest.mark.parametrize(
    ("hour", "last", "due"),
    [
        (2, "", True),
        (2, "2026-11-21", True),
        (2, "2026-11-22", False),
        (0, "", False),
        (6, "", False),
        (14, "", False),
    ],
)
def test_a_check_is_due_once_a_night(hour: int, last: str, due: bool) -> None:
    assert is_due(datetime(2026, 11, 22, hour).astimezone(), last) is due


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    made = Runner()
    yield made
    assert made.shutdown()


@pytest.fixture
def watch(engine: Engine, runner: Runner) -> NightWatch:
    clock = NightClock(datetime(2026, 11, 22, 2).astimezone())
    services = replace(engine.services, clock=clock)
    return NightWatch(services, runner, WindowState(engine.home), runner)


def test_a_damaged_stored_file_is_told_in_the_morning(
    qtbot: QtBot, engine: Engine, watch: NightWatch
) -> None:
    engine.put("a.jpg")
    engine.save("a.jpg")
    [stored] = engine.stored()
    stored.chmod(0o600)
    stored.write_bytes(b"damaged")

    with qtbot.waitSignal(watch.found, timeout=10_000) as found:
        watch.look()

    problem = problem_of(found.args[0])
    assert "1 problems" in problem.text
    assert "wrong-size" in problem.text
    assert stored.read_bytes() == b"damaged"
    assert list(engine.services.trail.entries())[-1].action == "check"


def test_a_practice_in_order_is_checked_once_and_nobody_is_bothered(
    qtbot: QtBot, engine: Engine, watch: NightWatch
) -> None:
    engine.put("a.jpg")
    engine.save("a.jpg")

    with qtbot.assertNotEmitted(watch.found), qtbot.waitSignal(watch.checked) as checked:
        watch.look()
    report = checked.args[0]
    assert isinstance(report, AuditReport)
    assert (report.records, report.findings) == (1, ())

    with qtbot.assertNotEmitted(watch.checked, wait=300):
        watch.look()
