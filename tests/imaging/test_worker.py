"""The child's side of the conversation, without its locks."""

import io
import json
import os
import struct
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.domain.records import TakenFrom
from message_centre.imaging.child import BUNDLE_ARGUMENT, command
from message_centre.imaging.decoding import KIND_UNKNOWN, KIND_UNSUPPORTED
from message_centre.imaging.frames import BrokenFrame, read_frame, write_frame
from message_centre.imaging.messages import code_of, error_of, packed_facts, unpacked_facts
from message_centre.imaging.translating import CUT_SHORT, DAMAGED, TOO_LARGE
from message_centre.imaging.worker import Skills, serve
from message_centre.services.ports import CaptureFacts, Picture
from tests.support.pictures import a_jpeg

ROOT = Path(__file__).parents[2]
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def answered(head: dict[str, Any], body: bytes, skills: Skills) -> tuple[dict[str, Any], bytes]:
    asked, told = io.BytesIO(), io.BytesIO()
    write_frame(asked, {"wall": 60, "cpu": 60, **head}, body)
    asked.seek(0)
    serve(asked, told, skills)
    told.seek(0)
    frame = read_frame(told, most=1 << 30)
    assert frame is not None
    assert frame[0].pop("spent") > 0
    return frame[0], bytes(frame[1])


def test_a_picture_is_answered_with_its_pixels() -> None:
    head, body = answered({"ask": "picture", "longest": 32}, a_jpeg(64, 48), Skills())
    assert head == {"width": 32, "height": 24}
    assert len(body) == 32 * 24 * 4


def test_facts_are_answered_without_pixels() -> None:
    one, two = a_jpeg(64, 48), a_jpeg(48, 64)
    asked = {"ask": "facts", "now": NOW.isoformat(), "sizes": [len(one), len(two)]}
    head, body = answered(asked, one + two, Skills())
    found = [(facts["width"], facts["height"], facts["format_name"]) for facts in head["facts"]]
    assert found == [(64, 48, "JPEG"), (48, 64, "JPEG")]
    assert body == b""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnreadablePicture(DAMAGED), "damaged"),
        (UnreadablePicture(CUT_SHORT), "cut-short"),
        (UnreadablePicture(KIND_UNKNOWN), "unknown"),
        (UnreadablePicture(KIND_UNSUPPORTED), "unsupported"),
        (UnreadablePicture("Call this number."), "damaged"),
        (PictureTooLarge(TOO_LARGE), "too-large"),
        (MemoryError(), "too-large"),
    ],
)
def test_a_refusal_travels_as_a_code_and_comes_out_as_the_same_words(
    error: Exception, code: str
) -> None:
    def refuse(_data: bytes, *, longest: int) -> Picture:
        del longest
        raise error

    head, body = answered({"ask": "picture", "longest": 9}, b"x", Skills(picture=refuse))
    assert (head, body) == ({"error": code}, b"")
    back = error_of(head["error"])
    assert code_of(back) == code
    if isinstance(error, UnreadablePicture) and "number" not in error.detail:
        assert (type(back), back.detail) == (type(error), error.detail)


@pytest.mark.parametrize("code", [None, 5, "", "buy now", ["damaged"], {"a": 1}])
def test_a_code_that_nobody_knows_is_a_damaged_picture(code: object) -> None:
    assert error_of(code).detail == DAMAGED


def test_facts_come_out_as_they_went_in() -> None:
    facts = CaptureFacts(NOW, TakenFrom.EXIF, 4000, 3000, "JPEG", "Some Camera")
    assert unpacked_facts(packed_facts(facts), NOW) == facts
    assert unpacked_facts(packed_facts(CaptureFacts()), NOW) == CaptureFacts()


@pytest.mark.parametrize("moment", ["2031-01-01T00:00:00+00:00", "2029-01-01T00:00:00", "then", 5])
def test_a_moment_that_cannot_be_is_no_fact(moment: object) -> None:
    said = {"taken_at": moment, "taken_from": "exif"}
    assert unpacked_facts(said, NOW) == CaptureFacts()


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"\0" * 11,
        struct.pack(">IQ", 1 << 31, 0),
        struct.pack(">IQ", 2, 101) + b"{}" + b"x" * 101,
        struct.pack(">IQ", 2, 50) + b"{}" + b"x" * 49,
        struct.pack(">IQ", 2, 0) + b"[]",
        struct.pack(">IQ", 2, 0) + b"{",
        struct.pack(">IQ", 2, 0) + b"\xff\xfe",
        struct.pack(">IQ", 60_000, 0) + b"[" * 60_000,
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_not_a_frame_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(data), most=100)


def test_a_clean_end_is_no_error() -> None:
    assert read_frame(io.BytesIO(), most=100) is None


def started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(
    "words",
    [command(), (sys.executable, "-m", "message_centre", BUNDLE_ARGUMENT)],
    ids=["checkout", "bundle"],
)
def test_both_ways_of_starting_a_child_serve_until_the_input_ends(words: tuple[str, ...]) -> None:
    child = started(*words)
    asked = io.BytesIO()
    write_frame(asked, {"ask": "picture", "longest": 8, "wall": 60, "cpu": 60}, a_jpeg(64, 48))
    told, errors = child.communicate(asked.getvalue(), timeout=60)
    answers = io.BytesIO(told)
    ready, shown = read_frame(answers, most=0), read_frame(answers, most=1 << 20)
    assert ready is not None
    assert shown is not None
    assert isinstance(ready[0]["ready"], list)
    assert (shown[0]["width"], shown[0]["height"]) == (8, 6)
    assert (child.returncode, errors) == (0, b"")


def test_a_bundle_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command() == (sys.executable, BUNDLE_ARGUMENT)


def test_a_child_that_is_spoken_to_wrongly_leaves_without_a_word() -> None:
    child = started(*command())
    _, errors = child.communicate(b"hello\n", timeout=60)
    assert (child.returncode, errors) == (1, b"")


def test_a_child_loads_neither_the_window_nor_the_record() -> None:
    code = (
        "import json, sys; from message_centre.imaging import decoding, worker;"
        "decoding.load_decoders(); print(json.dumps(sorted(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    loaded = set(json.loads(told.stdout))
    assert {"PIL.Image", "PIL.JpegImagePlugin"} <= loaded
    assert not loaded & {"PySide6", "shiboken6", "sqlalchemy", "message_centre.bootstrap", "ssl"}
