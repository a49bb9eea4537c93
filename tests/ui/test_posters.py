"""One picture of a video, from a process that is locked in and can do nothing else."""

import struct
import sys
import threading
import time
from pathlib import Path

import pytest

from message_centre.domain.errors import Cancelled, UnreadablePicture
from message_centre.imaging.posters import NO_POSTER, Posters
from message_centre.services.work import CancelToken, current_token
from tests.support.recordings import RED_VIDEO, a_sound, a_video

pytest.importorskip("PySide6.QtMultimedia")


def left(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_video_gives_a_picture_in_its_colours(tmp_path: Path) -> None:
    picture = Posters().poster(left(tmp_path / "video", a_video()), longest=160)
    assert (picture.width, picture.height) == (160, 120)
    middle = 4 * (60 * 160 + 80)
    shown = tuple(picture.rgba[middle : middle + 4])
    assert all(abs(a - b) < 25 for a, b in zip(shown, (*RED_VIDEO, 255), strict=True))


def test_the_dark_in_which_a_video_begins_is_passed_over(tmp_path: Path) -> None:
    content = a_video(120, first=(6, (0, 0, 0)))
    picture = Posters().poster(left(tmp_path / "video", content), longest=64)
    assert picture.rgba[4 * 64 * 24 + 128] > 150


@pytest.mark.parametrize(
    "content", [b"no video", a_video()[:80], a_sound(), b""], ids=["words", "cut", "sound", "empty"]
)
def test_what_has_no_picture_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadablePicture, match=NO_POSTER):
        Posters().poster(left(tmp_path / "video", content), longest=64)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\0",
        struct.pack(">II", 8, 8) + bytes(8),
        struct.pack(">II", 0, 0),
        struct.pack(">II", 9999, 1) + bytes(9999 * 4),
        struct.pack(">II", 4, 4) + bytes(4 * 4 * 4 + 1),
    ],
)
def test_a_process_that_lies_is_not_believed(tmp_path: Path, said: bytes) -> None:
    code = f"import os; os.write(1, {said!r})"
    with pytest.raises(UnreadablePicture):
        Posters(command=(sys.executable, "-c", code)).poster(tmp_path, longest=64)


def test_a_process_that_says_too_much_or_nothing_is_ended(tmp_path: Path) -> None:
    for code in ("import time; time.sleep(60)", "import os\nwhile 1: os.write(1, bytes(65536))"):
        began = time.monotonic()
        with pytest.raises(UnreadablePicture):
            Posters(command=(sys.executable, "-c", code), seconds=1).poster(tmp_path, longest=64)
        assert time.monotonic() - began < 8


def test_nobody_waits_for_what_is_not_wanted_any_more(tmp_path: Path) -> None:
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    mark = current_token.set(token)
    began = time.monotonic()
    try:
        with pytest.raises(Cancelled):
            Posters(command=(sys.executable, "-c", "import time; time.sleep(60)")).poster(
                tmp_path, longest=64
            )
    finally:
        current_token.reset(mark)
    assert time.monotonic() - began < 8
