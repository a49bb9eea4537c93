"""Whatever a picture does to its decoder, the program goes on and the next picture is shown."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from message_centre.domain.contents import ContentKind
from message_centre.domain.errors import Cancelled, PictureTooLarge, UnreadablePicture
from message_centre.domain.records import TakenFrom
from message_centre.host.clock import SystemClock
from message_centre.imaging.child import Child, ChildGone, Question, _Guard, _Watched
from message_centre.imaging.decoding import KIND_UNKNOWN
from message_centre.imaging.imager import PillowImager
from message_centre.imaging.wall import STOPPED, TOO_SLOW, UNAVAILABLE, Limits, Wall
from message_centre.services.ports import CaptureFacts, Picture
from message_centre.services.work import CancelToken, carrying
from tests.imaging.misbehaving import asking, text_of
from tests.support.pictures import a_jpeg, a_picture, a_png, encoded
from tests.support.walls import (
    SHORT,
    a_wall,
    comes_true,
    is_running,
    is_zombie,
    open_descriptors,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux about processes")

DEADLY = {"crash", "abort", "leave", "raise"}
#: No real limit is met by these; a busy computer may be slow.
PATIENT = Limits(picture=60, facts=60, start=60, patience=60, facts_patience=60)


def refusal(wall: Wall, habit: str) -> str:
    with pytest.raises(UnreadablePicture) as refused:
        wall.picture(asking(habit), longest=64)
    return refused.value.detail


def works(wall: Wall) -> bool:
    return text_of(wall.picture(asking("good"), longest=64)) == "good"


@pytest.mark.parametrize("habit", sorted(DEADLY))
def test_a_decoder_that_dies_costs_one_picture(habit: str) -> None:
    with a_wall() as wall:
        assert works(wall)
        before = wall.pids
        assert refusal(wall, habit) == STOPPED
        assert works(wall)
        assert set(wall.pids).isdisjoint(before)
        assert not any(is_running(pid) for pid in before)


@pytest.mark.parametrize("habit", ["hang", "spin", "hang-in-c"])
def test_a_decoder_that_hangs_is_ended_in_time(habit: str) -> None:
    with a_wall() as wall:
        assert works(wall)
        began = time.monotonic()
        assert refusal(wall, habit) == TOO_SLOW
        assert time.monotonic() - began < SHORT.picture + 5
        assert works(wall)


def test_a_decoder_that_takes_all_memory_gets_none() -> None:
    with a_wall(str(256 << 20), limits=PATIENT) as wall:
        assert works(wall)
        before = wall.pids
        with pytest.raises(PictureTooLarge):
            wall.picture(asking("allocate"), longest=64)
        # The kernel refused it; the child itself has come to no harm.
        assert works(wall)
        assert wall.pids == before
        assert refusal(wall, "map") == STOPPED
        assert works(wall)


def test_a_decoder_that_uses_up_the_time_of_its_life_is_replaced() -> None:
    with a_wall(str(1 << 30), "1", limits=PATIENT) as wall:
        assert refusal(wall, "spin") == STOPPED
        assert works(wall)


@pytest.mark.parametrize(("habit", "words"), [("babble", STOPPED), ("flood", STOPPED)])
def test_nonsense_is_not_believed(habit: str, words: str) -> None:
    with a_wall() as wall:
        assert refusal(wall, habit) == words
        assert works(wall)


def test_a_picture_whose_pixels_do_not_fit_its_size_is_damaged() -> None:
    with a_wall() as wall:
        assert refusal(wall, "lie") == "The picture is damaged and cannot be shown."


def test_what_a_decoder_prints_does_not_get_into_the_answers() -> None:
    with a_wall() as wall:
        assert text_of(wall.picture(asking("whisper"), longest=64)) == "whisper"
        assert works(wall)


@pytest.mark.parametrize("habit", [*sorted(DEADLY), "hang", "spin", "hang-in-c", "allocate"])
def test_facts_never_raise_and_never_take_longer_than_their_limit(habit: str) -> None:
    with a_wall(str(256 << 20)) as wall:
        began = time.monotonic()
        assert wall.facts(asking(habit)) == CaptureFacts(format_name="JPEG")
        assert time.monotonic() - began < SHORT.facts + 10
        assert wall.facts(asking("whisper")).format_name == "JPEG"


@pytest.mark.parametrize("habit", ["crash", "hang", "allocate"])
def test_of_facts_heard_together_the_bad_file_costs_only_its_own(habit: str) -> None:
    photos = [asking("whisper") + bytes(more) for more in range(3)]
    with a_wall(str(256 << 20)) as wall:
        heard = wall.facts_of_all([photos[0], asking(habit), b"", *photos[1:]])
        widths = [len(photos[0]), 0, 0, len(photos[1]), len(photos[2])]
        assert [facts.width for facts in heard] == widths
        assert heard[1:3] == [CaptureFacts(format_name="JPEG"), CaptureFacts()]
        before = wall.pids
        assert [facts.width for facts in wall.facts_of_all(photos)] == [*map(len, photos)]
        assert wall.pids == before
        assert wall.facts_of_all([]) == []


def test_facts_that_cannot_be_true_are_no_facts() -> None:
    with a_wall() as wall:
        wall.facts(asking("spoil-facts"))
        # From its second answer on the child lies.
        facts = wall.facts(asking("whisper"))
    assert (facts.taken_at, facts.taken_from, facts.width, facts.height) == (None, None, 0, 0)
    assert len(facts.format_name) <= 40
    assert facts.format_name.isascii()
    assert facts.device == ""


def test_an_import_does_not_wait_behind_a_slow_preview() -> None:
    with a_wall(limits=Limits(picture=30, facts=10, start=30)) as wall:
        slow = threading.Thread(target=refusal, args=(wall, "hang"))
        slow.start()
        assert comes_true(lambda: len(wall.pids) == 1)
        began = time.monotonic()
        assert wall.facts(asking("whisper")).format_name == "JPEG"
        assert time.monotonic() - began < 10
        wall.close()
        slow.join(10)
        assert not slow.is_alive()


def test_a_child_killed_between_two_pictures_is_replaced() -> None:
    with a_wall() as wall:
        for _ in range(3):
            assert works(wall)
            (pid,) = wall.pids
            os.kill(pid, signal.SIGKILL)
            assert comes_true(partial(is_zombie, pid))
        assert works(wall)


def test_a_child_killed_during_a_picture_costs_that_picture() -> None:
    with a_wall(limits=PATIENT) as wall, ThreadPoolExecutor(1) as pool:
        assert works(wall)
        (pid,) = wall.pids
        asked = pool.submit(refusal, wall, "hang")
        time.sleep(0.2)
        os.kill(pid, signal.SIGKILL)
        assert asked.result(10) == STOPPED
        assert works(wall)


def test_many_threads_at_once_get_each_their_own_picture() -> None:
    pictures = [a_jpeg(40 + number, 30) for number in range(16)]
    wall = Wall(SystemClock(), limits=PATIENT, size=3)

    def ask(number: int) -> bool:
        picture = wall.picture(pictures[number % 16], longest=64)
        return (picture.width, picture.height) == (40 + number % 16, 30)

    try:
        with ThreadPoolExecutor(12) as pool:
            assert all(pool.map(ask, range(300)))
        assert len(wall.pids) <= 3
    finally:
        wall.close()


def test_bad_and_good_pictures_at_once_do_not_disturb_each_other() -> None:
    habits = ["good", "crash", "good", "leave", "good", "hang"] * 5
    with a_wall(size=3) as wall, ThreadPoolExecutor(6) as pool:

        def ask(habit: str) -> bool:
            try:
                return text_of(wall.picture(asking(habit), longest=64)) == habit
            except UnreadablePicture:
                return False

        assert list(pool.map(ask, habits)) == [habit == "good" for habit in habits]


def test_two_hundred_pictures_leave_no_zombie_and_no_descriptor() -> None:
    with a_wall() as wall:
        assert works(wall)
        before, seen = open_descriptors(), set(wall.pids)
        for number in range(200):
            if number % 20 == 10:
                assert refusal(wall, "leave") == STOPPED
            assert works(wall)
            seen.update(wall.pids)
        assert len(seen) == 11
        assert open_descriptors() == before
    assert not any(is_running(pid) for pid in seen)
    assert open_descriptors() <= before - 2
    assert not [t for t in threading.enumerate() if t.name == "decoding-guard" and t.is_alive()]


def test_closing_ends_the_children_and_the_picture_on_its_way() -> None:
    with a_wall(limits=PATIENT) as wall, ThreadPoolExecutor(1) as pool:
        assert works(wall)
        pids = wall.pids
        asked = pool.submit(refusal, wall, "hang")
        time.sleep(0.2)
        wall.close()
        assert asked.result(10) == STOPPED
        assert not any(is_running(pid) for pid in pids)
        assert refusal(wall, "good") == UNAVAILABLE
        assert wall.facts(asking("good")) == CaptureFacts(format_name="JPEG")
        wall.close()


def test_a_wall_that_is_forgotten_takes_its_children_along() -> None:
    with a_wall() as wall:
        assert works(wall)
        pids = wall.pids
        del wall
    assert comes_true(lambda: not any(is_running(pid) for pid in pids))


def test_the_wish_to_stop_ends_a_slow_picture_at_once() -> None:
    token = CancelToken()
    with a_wall(limits=PATIENT) as wall:
        assert works(wall)
        threading.Timer(0.3, token.cancel).start()
        began = time.monotonic()
        with carrying(token), pytest.raises(Cancelled):
            wall.picture(asking("hang"), longest=64)
        assert time.monotonic() - began < 5
        assert works(wall)


def test_the_wish_to_stop_ends_waiting_for_a_child() -> None:
    token = CancelToken()
    with a_wall(limits=PATIENT) as wall, ThreadPoolExecutor(1) as pool:
        assert works(wall)
        asked = pool.submit(refusal, wall, "hang")
        time.sleep(0.2)
        threading.Timer(0.2, token.cancel).start()
        with carrying(token), pytest.raises(Cancelled):
            wall.picture(asking("good"), longest=64)
        wall.close()
        assert asked.result(10) == STOPPED


def test_waiting_for_a_child_has_an_end() -> None:
    limits = Limits(picture=60, patience=0.3, start=30)
    with a_wall(limits=limits) as wall, ThreadPoolExecutor(1) as pool:
        assert comes_true(lambda: _asked(wall))
        asked = pool.submit(refusal, wall, "hang")
        time.sleep(0.2)
        assert refusal(wall, "good") == UNAVAILABLE
        wall.close()
        assert asked.result(10) == STOPPED


def _asked(wall: Wall) -> bool:
    try:
        return works(wall)
    except UnreadablePicture:
        return False


@pytest.mark.parametrize(
    "command", [("/not/there",), (sys.executable, "-c", "pass"), (sys.executable, "-c", "print(1)")]
)
def test_a_computer_on_which_no_child_starts_shows_no_pictures_and_does_not_keep_trying(
    command: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    wall = Wall(SystemClock(), command=command, limits=PATIENT, size=1)
    assert refusal(wall, "good") == UNAVAILABLE
    began = time.monotonic()
    for _ in range(50):
        assert refusal(wall, "good") == UNAVAILABLE
    assert time.monotonic() - began < 1
    assert len(caplog.records) == 1
    assert wall.pids == ()
    wall.close()


_PARENT = """
import sys, threading, time
from tests.imaging.misbehaving import asking
from tests.support.walls import SHORT, a_wall
with a_wall() as wall:
    wall.picture(asking("good"), longest=64)
    print(*wall.pids, flush=True)
    if sys.argv[1] == "busy":
        wall.picture(asking("hang"), longest=64)
    time.sleep(600)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_killed_program_leaves_no_child_behind(state: str) -> None:
    root = Path(__file__).parents[2]
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, state], stdout=subprocess.PIPE, cwd=root
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        time.sleep(0.1)
        parent.kill()
        parent.wait()
        # Nobody may be there to take its exit status: a zombie has ended as well.
        assert comes_true(lambda: not is_running(pid) or is_zombie(pid))


def test_pictures_give_way_to_the_window_and_facts_do_not() -> None:
    wall, ours = Wall(SystemClock(), limits=PATIENT), os.getpriority(os.PRIO_PROCESS, 0)
    try:
        wall.facts(a_jpeg())
        (facts,) = wall.pids
        wall.picture(a_jpeg(), longest=64)
        (picture,) = set(wall.pids) - {facts}
        assert os.getpriority(os.PRIO_PROCESS, facts) == ours
        assert os.getpriority(os.PRIO_PROCESS, picture) == min(19, ours + 5)
    finally:
        wall.close()


def test_a_guard_that_comes_late_does_not_kill_a_child_that_has_answered() -> None:
    child = Child((sys.executable, "-c", "input()"))
    try:
        guard = _Guard(child.kill)
        guard._watched = _Watched(0.0, None)
        guard.stop()
        guard._look()
        assert child.is_well
        guard._watched = _Watched(0.0, None)
        guard._look()
        assert not child.is_well
    finally:
        child.end()


def test_one_guard_watches_all_requests_of_a_child_also_after_a_rest() -> None:
    killed = threading.Event()
    guard = _Guard(killed.set)
    try:
        for _ in range(50):
            guard.begin(60, None)
            guard.stop()
        assert comes_true(lambda: not guard._work.is_set())
        assert len([t for t in threading.enumerate() if t.name == "decoding-guard"]) == 1
        assert not killed.is_set()
        guard.begin(0.1, None)
        assert killed.wait(10)
    finally:
        guard.end()


def test_every_format_looks_behind_the_wall_as_it_looks_without() -> None:
    wall, plain = Wall(SystemClock(), limits=PATIENT), PillowImager(SystemClock())
    kinds = ["JPEG", "MPO", "PNG", "GIF", "TIFF", "JPEG2000", "WEBP", "BMP", "HEIF"]
    datas = [encoded(a_picture(600, 400), kind) for kind in kinds]
    for mode, kind in [("CMYK", "JPEG"), ("P", "PNG"), ("1", "TIFF"), ("I;16", "TIFF")]:
        image = a_picture(200, 100).convert("L" if mode == "I;16" else mode)
        datas.append(encoded(image.convert(mode), kind))
    datas.append(encoded(a_picture(200, 100).convert("RGBA").convert("La").convert("LA"), "PNG"))
    try:
        for data in datas:
            assert wall.picture(data, longest=150) == plain.picture(data, longest=150)
            assert wall.facts(data) == plain.facts(data)
    finally:
        wall.close()


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/St_Johns", ""])
def test_the_time_of_a_picture_is_told_in_the_zone_of_this_computer(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone) if zone else monkeypatch.delenv("TZ", raising=False)
    time.tzset()
    exif = a_picture(64, 48).getexif()
    exif.get_ifd(0x8769)[0x9003] = "2024:07:14 09:30:00"
    exif[0x0110] = "Camera \u202e"
    data = a_jpeg(exif=exif)
    wall = Wall(SystemClock(), limits=PATIENT, size=1)
    try:
        facts = wall.facts(data)
        assert facts.taken_from is TakenFrom.EXIF
        assert facts == PillowImager(SystemClock()).facts(data)
    finally:
        wall.close()
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "data", [b"", b"plain text", b"%PDF-1.7 ...", b"\x89PNG", b"MZ" + b"\0" * 99]
)
def test_what_needs_no_decoder_starts_no_child(data: bytes) -> None:
    wall = Wall(SystemClock(), command=("/not/there",))
    assert wall.facts(data) == PillowImager(SystemClock()).facts(data)
    if not data.startswith(b"\x89PNG"):
        with pytest.raises(UnreadablePicture, match=KIND_UNKNOWN):
            wall.picture(data, longest=64)
    assert wall.pids == ()


def test_more_bytes_than_allowed_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("message_centre.imaging.wall.BYTE_LIMIT", 100)
    wall = Wall(SystemClock(), command=("/not/there",))
    with pytest.raises(PictureTooLarge):
        wall.picture(a_png(), longest=64)
    assert wall.facts(a_png()).format_name == ContentKind.PNG.words


def test_thumbnails_are_packed_and_unpacked_behind_the_wall() -> None:
    wall = Wall(SystemClock(), limits=PATIENT, size=1)
    try:
        clear = Picture(20, 10, b"\x64\x96\xc8\x40" * 200)
        assert wall.decoded(wall.encoded(clear)) == clear
        with pytest.raises(UnreadablePicture):
            wall.encoded(Picture(20, 10, b"too short"))
        with pytest.raises(UnreadablePicture):
            wall.decoded(b"\xff\xd8\xff\xe0 spoilt")
        swapped = wall.decoded(a_jpeg(2000, 1000))
        assert (swapped.width, swapped.height) == (512, 256)
    finally:
        wall.close()


def test_a_child_is_replaced_before_it_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("message_centre.imaging.child._MOST_REQUESTS", 5)
    with a_wall() as wall:
        seen: set[int] = set()
        for _ in range(20):
            assert works(wall)
            seen.update(wall.pids)
        assert len(seen) >= 3


def test_a_request_to_a_child_that_has_gone_is_answered_at_once() -> None:
    child = Child((sys.executable, "-c", "pass"))
    try:
        with pytest.raises(ChildGone):
            child.ask(Question({"ask": "picture", "longest": 9}, b"x" * (1 << 22), 9, 30.0), None)
        assert not child.is_well
    finally:
        child.end()
