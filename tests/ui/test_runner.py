"""Threads and Qt meet in one place; these are the promises of that place."""

import logging
import threading

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from message_centre.domain.errors import Cancelled, FileGone
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.runner import Job, Lane, Newest, Runner, Work


class Told:
    """Everything a job said, in order."""

    def __init__(self, job: Job) -> None:
        self.said: list[tuple[str, object]] = []
        self.threads: set[object] = set()
        job.progressed.connect(self._progressed)
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._cancelled)
        job.finished.connect(self._finished)

    def _say(self, word: str, value: object = None) -> None:
        self.said.append((word, value))
        self.threads.add(threading.current_thread())

    def _progressed(self, value: object) -> None:
        self._say("progressed", value)

    def _succeeded(self, value: object) -> None:
        self._say("succeeded", value)

    def _failed(self, value: object) -> None:
        self._say("failed", value)

    def _cancelled(self) -> None:
        self._say("cancelled")

    def _finished(self) -> None:
        self._say("finished")

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.said]


def test_a_result_arrives_on_the_gui_thread_and_then_the_end(qtbot: QtBot, runner: Runner) -> None:
    worker: list[object] = []

    def work(_token: CancelToken, _report: Report) -> object:
        worker.append(threading.current_thread())
        return 42

    job = runner.submit(Lane.READ, work)
    told = Told(job)
    qtbot.waitUntil(lambda: "finished" in told.words)
    assert told.said == [("succeeded", 42), ("finished", None)]
    assert told.threads == {threading.main_thread()}
    assert worker[0] is not threading.main_thread()
    assert runner.is_idle


def test_an_expected_failure_is_delivered_and_not_logged(
    qtbot: QtBot, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    error = FileGone("gone")

    def work(_token: CancelToken, _report: Report) -> object:
        raise error

    told = Told(runner.submit(Lane.FETCH, work))
    qtbot.waitUntil(lambda: "finished" in told.words)
    assert told.said == [("failed", error), ("finished", None)]
    assert not caplog.records


def test_an_unforeseen_error_is_delivered_and_logged_without_its_words(
    qtbot: QtBot, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_token: CancelToken, _report: Report) -> object:
        raise OSError(2, "No such file", "/inbox/canary-name.jpg")

    with caplog.at_level(logging.ERROR):
        told = Told(runner.submit(Lane.FETCH, work))
        qtbot.waitUntil(lambda: "finished" in told.words)
    assert told.words == ["failed", "finished"]
    assert "FileNotFoundError" in caplog.text
    assert "canary" not in caplog.text
    caplog.clear()


def test_a_running_job_that_sees_its_token_is_cancelled_and_says_so(
    qtbot: QtBot, runner: Runner
) -> None:
    started = threading.Event()

    def work(token: CancelToken, _report: Report) -> None:
        started.set()
        while not token.is_cancelled:
            threading.Event().wait(0.005)
        token.check()

    job = runner.submit(Lane.WRITE, work)
    told = Told(job)
    assert started.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: "finished" in told.words)
    assert told.words == ["cancelled", "finished"]


def test_a_job_cancelled_in_the_queue_never_starts_but_still_ends(
    qtbot: QtBot, runner: Runner
) -> None:
    gate = threading.Event()
    ran: list[str] = []
    first = Told(runner.submit(Lane.WRITE, lambda _token, _report: gate.wait(5)))
    waiting = runner.submit(Lane.WRITE, lambda _token, _report: ran.append("ran"))
    told = Told(waiting)
    waiting.cancel()
    gate.set()
    qtbot.waitUntil(lambda: "finished" in told.words and "finished" in first.words)
    assert told.words == ["cancelled", "finished"]
    assert ran == []


def test_the_write_lane_does_one_thing_at_a_time_in_order(qtbot: QtBot, runner: Runner) -> None:
    order: list[int] = []
    busy = threading.Lock()

    def work(number: int) -> Work:
        def write(_token: CancelToken, _report: Report) -> None:
            assert busy.acquire(blocking=False)
            threading.Event().wait(0.002)
            order.append(number)
            busy.release()

        return write

    tolds = [Told(runner.submit(Lane.WRITE, work(number))) for number in range(10)]
    qtbot.waitUntil(lambda: all("finished" in told.words for told in tolds))
    assert order == list(range(10))
    assert all(told.words == ["succeeded", "finished"] for told in tolds)


def test_a_stuck_fetch_does_not_hold_up_a_read(qtbot: QtBot, runner: Runner) -> None:
    gate = threading.Event()
    for _ in range(6):
        runner.submit(Lane.FETCH, lambda _token, _report: gate.wait(5))
    told = Told(runner.submit(Lane.READ, lambda _token, _report: "answer"))
    qtbot.waitUntil(lambda: "finished" in told.words)
    assert runner.is_busy(Lane.FETCH)
    gate.set()
    qtbot.waitUntil(lambda: runner.is_idle)


def test_a_flood_of_progress_is_thinned_and_the_last_report_always_comes(
    qtbot: QtBot, runner: Runner
) -> None:
    def work(_token: CancelToken, report: Report) -> object:
        for done in range(5000):
            report(Progress(done + 1, 5000))
        return "done"

    told = Told(runner.submit(Lane.DECODE, work))
    qtbot.waitUntil(lambda: "finished" in told.words)
    reports = [value for word, value in told.said if word == "progressed"]
    assert 1 <= len(reports) <= 20
    assert reports[-1] == Progress(5000, 5000)
    assert told.words[-2:] == ["succeeded", "finished"]


def test_an_overtaken_answer_is_dropped(qtbot: QtBot, runner: Runner) -> None:
    gate = threading.Event()
    answers: list[object] = []
    newest = Newest(runner)

    def slow(_token: CancelToken, _report: Report) -> object:
        gate.wait(5)
        return "old"

    newest.ask(Lane.READ, slow, answers.append)
    newest.ask(Lane.READ, lambda _token, _report: "new", answers.append)
    qtbot.waitUntil(lambda: answers == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert answers == ["new"]


def test_a_forgotten_question_gets_no_answer_and_no_failure(qtbot: QtBot, runner: Runner) -> None:
    heard: list[object] = []
    newest = Newest(runner)

    def work(_token: CancelToken, _report: Report) -> object:
        raise FileGone

    newest.ask(Lane.READ, work, heard.append, heard.append)
    newest.forget()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert heard == []


def test_shutdown_lets_a_write_finish_and_delivers_nothing_afterwards(
    qapp: QApplication,
) -> None:
    runner = Runner()
    started = threading.Event()
    written: list[str] = []

    def write(_token: CancelToken, _report: Report) -> None:
        started.set()
        threading.Event().wait(0.1)
        written.append("committed")

    told = Told(runner.submit(Lane.WRITE, write))
    assert started.wait(5)
    assert runner.shutdown()
    assert written == ["committed"]
    qapp.processEvents()
    assert told.said == []


@pytest.mark.usefixtures("qapp")
def test_shutdown_gives_up_waiting_for_a_hung_fetch() -> None:
    runner = Runner()
    gate = threading.Event()
    runner.submit(Lane.FETCH, lambda _token, _report: gate.wait(10))
    assert not runner.shutdown(patience=0.05)
    gate.set()
    # The worker still tells the runner how it ended: were it the last to know the runner, it would be
    # the one to destroy it, and its timers, on the wrong thread.
    for thread in threading.enumerate():
        if thread.name.startswith(Lane.FETCH.value):
            thread.join(5)


@pytest.mark.usefixtures("qapp")
def test_shutdown_does_not_wait_for_work_that_never_began() -> None:
    runner, began = Runner(), threading.Event()

    def until_cancelled(token: CancelToken, _report: Report) -> None:
        began.set()
        while not token.is_cancelled:
            threading.Event().wait(0.01)

    for _ in range(8):
        runner.submit(Lane.READ, until_cancelled)
    assert began.wait(5)
    assert runner.shutdown(patience=2.0)


def test_work_submitted_after_shutdown_is_answered_as_cancelled(qtbot: QtBot) -> None:
    runner = Runner()
    assert runner.shutdown()
    told = Told(runner.submit(Lane.READ, lambda _token, _report: 1))
    qtbot.waitUntil(lambda: "finished" in told.words)
    assert told.words == ["cancelled", "finished"]


@pytest.mark.parametrize("lane", list(Lane))
def test_cancelled_raised_by_the_work_itself_is_not_a_failure(
    qtbot: QtBot, runner: Runner, lane: Lane
) -> None:
    def work(_token: CancelToken, _report: Report) -> object:
        raise Cancelled

    told = Told(runner.submit(lane, work))
    qtbot.waitUntil(lambda: "finished" in told.words)
    assert told.words == ["cancelled", "finished"]
