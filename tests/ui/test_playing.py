"""Videos and sounds: shown and heard through a process of their own, which holds nothing up."""

import os
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from message_centre.domain.assignments import Assignment
from message_centre.services.previewing import Medium
from message_centre.services.work import CancelToken
from message_centre.ui.playing import player
from message_centre.ui.playing.playing import PlayingController
from message_centre.ui.playing.protocol import MOST_PIXELS, Nonsense, Reader, packed
from message_centre.ui.runner import Runner
from message_centre.ui.viewing.stage import Stage
from message_centre.ui.viewing.viewing_actions import View
from tests.support.practice import Practice
from tests.support.recordings import RED_VIDEO, a_sound, a_video
from tests.support.walls import comes_true, holders, is_running

pytest.importorskip("PySide6.QtMultimedia")
ROOT = Path(__file__).parents[2]
PATIENCE = 40_000


class Playing:
    """A stage on which something is played."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner) -> None:
        self.qtbot, self.practice, self.runner = qtbot, practice, runner
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.stage = Stage(self.window)
        QVBoxLayout(self.window).addWidget(self.stage)
        self.controller = PlayingController(runner, self.stage)
        self.view, self.player = self.controller.view, self.controller.player
        self.states: list[player.State] = []
        self.player.changed.connect(self.states.append)
        self.window.resize(480, 400)
        self.window.show()

    def offer(self, name: str, content: bytes, *, at_once: bool = True) -> None:
        self.practice.drop(name, content)
        (file,) = self.practice.files(name)
        medium = Medium.SOUND if name.endswith(".wav") else Medium.VIDEO
        copy = partial(self.practice.services.exporter.copy_listed, file)
        self.controller.offer(medium, copy, at_once=at_once)

    def wait(self, condition: Callable[[], bool | None]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE)

    def wait_for_picture(self) -> None:
        self.wait(lambda: not self.view.picture.image.isNull())

    def wait_for_state(self) -> None:
        self.wait(lambda: any(state.duration for state in self.states))

    def is_playing(self) -> bool:
        return self.states[-1].is_playing

    def say(self) -> str:
        return self.view.words.text() if self.view.words.isVisible() else ""

    def folder(self) -> Path:
        held = vars(self.controller)["_folder"]
        assert held is not None
        return Path(held.name)


@pytest.fixture
def playing(qtbot: QtBot, practice: Practice, runner: Runner) -> Iterator[Playing]:
    made = Playing(qtbot, practice, runner)
    yield made
    made.controller.forget()
    qtbot.waitUntil(lambda: runner.is_idle, timeout=PATIENCE)


def test_a_video_shows_its_first_picture_plays_stops_and_goes_anywhere(playing: Playing) -> None:
    playing.offer("a.avi", a_video(frames=36))
    playing.wait_for_picture()
    colour = playing.view.picture.image.pixelColor(100, 100)
    shown = (colour.red(), colour.green(), colour.blue())
    assert all(abs(a - b) < 25 for a, b in zip(shown, RED_VIDEO, strict=True))
    playing.wait_for_state()
    assert playing.states[-1].duration == 3000
    assert not playing.is_playing()
    assert playing.view.play.accessibleName() == "Play"
    playing.view.play.click()
    playing.wait(lambda: playing.states[-1].position > 100)
    assert playing.is_playing()
    assert playing.view.play.accessibleName() == "Pause"
    playing.stage.tools[View.PLAY].trigger()
    playing.wait(lambda: not playing.is_playing())
    playing.view.place.setValue(2500)
    playing.wait(lambda: abs(playing.states[-1].position - 2500) < 200)
    assert playing.view.time.text() == "0:02 / 0:03"
    QTest.keyClick(playing.view.place, Qt.Key.Key_Home)
    playing.wait(lambda: playing.states[-1].position < 200)


def test_a_large_recording_waits_until_it_is_asked_for(playing: Playing) -> None:
    playing.offer("a.avi", a_video(), at_once=False)
    playing.qtbot.wait(200)
    assert not playing.player.is_open
    assert playing.say() == "Video"
    playing.view.load.click()
    playing.wait_for_picture()


def test_a_sound_has_controls_and_no_picture(playing: Playing) -> None:
    playing.offer("a.wav", a_sound(2))
    playing.wait_for_state()
    state = playing.states[-1]
    assert (state.has_picture, state.has_sound) == (False, True)
    assert abs(state.duration - 2000) < 100
    assert playing.view.play.isVisible()
    assert playing.view.volume.isVisible()
    playing.view.volume.setValue(20)
    playing.view.play.click()
    playing.wait(lambda: playing.states[-1].position > 100)


@pytest.mark.parametrize("content", [b"no video at all", a_video()[:60], b""])
def test_what_cannot_be_played_says_so(playing: Playing, content: bytes) -> None:
    if content:
        playing.offer("a.avi", content)
    else:
        playing.offer("a.avi", b"RIFF")
    playing.wait(lambda: "cannot be played" in playing.say())
    assert not playing.player.is_open
    assert vars(playing.controller)["_folder"] is None


def test_a_process_that_dies_costs_one_recording(playing: Playing) -> None:
    playing.offer("a.avi", a_video())
    playing.wait_for_picture()
    os.kill(playing.player.pid, signal.SIGKILL)
    playing.wait(lambda: "cannot be played" in playing.say())
    playing.view.picture.clear()
    playing.offer("b.avi", a_video())
    playing.wait_for_picture()


def test_a_recording_that_plays_is_held_by_nobody_and_can_be_saved(
    playing: Playing, practice: Practice
) -> None:
    jane = practice.add_patient("1", "Smith", "Jane")
    playing.offer("a.avi", a_video(frames=60))
    playing.wait_for_picture()
    playing.view.play.click()
    playing.wait(lambda: any(state.is_playing for state in playing.states))
    assert not holders(practice.waiting / "a.avi")
    assignment = Assignment(jane.id, practice.provider, practice.operator.id)
    orders = practice.services.assigner.orders(practice.files("a.avi"), assignment)
    (result,) = practice.services.importer.run_all(orders, CancelToken(), lambda *_: None)
    assert result.is_saved
    assert not (practice.waiting / "a.avi").exists()
    assert playing.player.is_open, "and it goes on playing"


def test_what_is_left_is_let_go_of_at_once(playing: Playing) -> None:
    playing.offer("a.avi", a_video())
    playing.wait_for_picture()
    pid, folder = playing.player.pid, playing.folder()
    assert list(folder.iterdir())
    playing.controller.forget()
    assert not folder.exists()
    assert comes_true(lambda: not is_running(pid))
    playing.controller.toggle()
    assert not playing.player.is_open


def test_what_is_hidden_is_silent(playing: Playing) -> None:
    playing.offer("a.avi", a_video(frames=60))
    playing.wait_for_picture()
    playing.view.play.click()
    playing.wait(lambda: any(state.is_playing for state in playing.states))
    playing.window.hide()
    playing.wait(lambda: not playing.is_playing())


def test_a_copy_that_comes_too_late_is_removed(
    playing: Playing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for name in ("a.avi", "b.avi", "c.avi"):
        playing.offer(name, a_video())
        playing.controller.forget()
    playing.wait(lambda: playing.runner.is_idle)
    playing.qtbot.wait(100)
    assert not list((tmp_path / "temporary").iterdir())
    assert not playing.player.is_open


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_the_process_is_locked_in_before_it_reads(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    code = f"""
import socket
from message_centre.imaging.confining import confine_player
print(*confine_player())
for act in (lambda: open({str(secret)!r}), lambda: open({str(secret)!r}, "w"), socket.socket):
    try:
        act()
        print("done")
    except OSError:
        print("refused")
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    held, *refused = ended.stdout.splitlines()
    assert {"files", "calls", "memory", "file-size"} <= set(held.split())
    assert refused == ["refused"] * 3


def test_messages_are_put_together_from_pieces() -> None:
    reader = Reader()
    data = packed({"said": "state"}) + packed({"said": "frame"}, b"1234")
    heard = [one for at in range(0, len(data), 3) for one in reader.take(data[at : at + 3])]
    assert heard == [({"said": "state"}, b""), ({"said": "frame"}, b"1234")]


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">II", 1 << 20, 0),
        struct.pack(">II", 2, MOST_PIXELS + 1),
        struct.pack(">II", 3, 0) + b"{{{",
        struct.pack(">II", 2, 0) + b"[]",
    ],
)
def test_nonsense_is_not_believed(data: bytes) -> None:
    with pytest.raises(Nonsense):
        list(Reader().take(data))


@pytest.mark.parametrize(
    "head",
    [
        {"said": "frame", "width": 4, "height": 4, "full": [4, 4]},
        {"said": "frame", "width": "x", "height": 4, "full": [4, 4]},
        {"said": "frame"},
        {"said": "state", "position": "x", "duration": 1},
        {"said": "state"},
    ],
)
def test_a_process_that_lies_is_ended(
    playing: Playing, head: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = packed(head, b"1234")
    code = f"import os, time; os.write(1, {said!r}); time.sleep(60)"
    monkeypatch.setattr(player, "_command", lambda: (sys.executable, "-c", code))
    playing.offer("a.avi", a_video())
    playing.wait(lambda: playing.player.is_open)
    pid = playing.player.pid
    playing.wait(lambda: "cannot be played" in playing.say())
    assert comes_true(lambda: not is_running(pid))
