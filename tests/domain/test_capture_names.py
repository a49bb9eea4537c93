import random
import string
import time
from datetime import datetime

import pytest

from message_centre.domain.capture_names import DEFAULT_PATTERN, CaptureName, CapturePattern

USUAL = CapturePattern(DEFAULT_PATTERN)


def at(told: str) -> datetime:
    """A moment without a zone, as a name tells it."""
    return datetime.fromisoformat(told)


WELL = "INTOUCH_P1002_D1_20260102_101112.jpg"


def test_the_whole_name_is_read() -> None:
    assert USUAL.read(WELL) == CaptureName("1002", "1", at("2026-01-02T10:11:12"))


@pytest.mark.parametrize(
    "name",
    [
        "intouch_p1002_d1_20260102_101112.JPG",
        "INTOUCH_P1002_D1_20260102_101112_01.jpg",
        "INTOUCH_P1002_D1_20260102_101112_123.mp4",
    ],
)
def test_letter_case_counter_and_extension_make_no_difference(name: str) -> None:
    assert USUAL.read(name) == USUAL.read(WELL)


@pytest.mark.parametrize(
    "name",
    [
        f"x{WELL}",
        f"{WELL} ",
        f"{WELL}\n",
        f"{WELL}.part",
        "Copy of " + WELL,
        "INTOUCH_P_D1_20260102_101112.jpg",
        "INTOUCH_P1002_D_20260102_101112.jpg",
        "INTOUCH_P10A2_D1_20260102_101112.jpg",
        "INTOUCH_PZAC5361_D1_20260102_101112.jpg",
        "INTOUCH_P1002_D1_2026010_101112.jpg",
        "INTOUCH_P1002_D1_20260102_101112_.jpg",
        "INTOUCH_P1002_D1_20260102_101112 (1).jpg",
        "INTOUCH_P1002_D1_20260102_101112",
        "INTOUCH_P١٠٠٢_D1_20260102_101112.jpg",
        "\u0130NTOUCH_P1002_D1_20260102_101112.jpg",
        "INTOUCH_P-1002_D1_20260102_101112.jpg",
        "INTOUCH_D1_P1002_20260102_101112.jpg",
    ],
)
def test_a_name_that_does_not_fit_as_a_whole_says_nothing(name: str) -> None:
    assert USUAL.read(name) is None


@pytest.mark.parametrize(
    "moment",
    ["20260230_101112", "20261301_101112", "20260102_241112", "20260102_106012", "19991231_101112"],
)
def test_a_moment_that_no_calendar_has_is_told(moment: str) -> None:
    said = USUAL.read(f"INTOUCH_P1002_D1_{moment}.jpg")
    assert said is not None
    assert said.taken_at is None


def test_a_name_that_begins_as_the_pattern_was_meant() -> None:
    assert USUAL.was_meant("intouch_pABC.jpg")
    assert not USUAL.was_meant("IMG_0001.jpg")
    assert not CapturePattern(
        "P<patient number>_<provider number>_<yyyymmdd>_<hhmmss>.<ext>"
    ).was_meant("Photo.jpg")


def test_other_patterns_can_be_written() -> None:
    pattern = CapturePattern("<provider number>-<Patient  Number> <ddmmyyyy> <hh-mm-ss>.<ext>")
    assert pattern.read("2-77 31122025 23-59-58.PNG") == CaptureName(
        "77", "2", at("2025-12-31T23:59:58")
    )


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "1 to 200"),
        ("x" * 201, "1 to 200"),
        (r"INTOUCH_P(?P<patient>\d+).*", "means nothing"),
        ("<patient number>_<provider number>_<yyyymmdd>_<hhmmss>", "ends with"),
        ("<patient number><provider number>_<yyyymmdd>_<hhmmss>.<ext>", "no digit"),
        ("<patient number>1_<provider number>_<yyyymmdd>_<hhmmss>.<ext>", "no digit"),
        ("<patient number>[<nn>]_<provider number>_<yyyymmdd>_<hhmmss>.<ext>", "no digit"),
        ("<provider number>_<yyyymmdd>_<hhmmss>.<ext>", "patient number"),
        ("P<patient number>_<yyyymmdd>_<hhmmss>.<ext>", "provider number"),
        ("<patient number>_<provider number>_<hhmmss>.<ext>", "yyyymmdd"),
        ("<patient number>_<provider number>_<yyyymmdd>.<ext>", "hhmmss"),
        ("<patient number>_<patient number>_<provider number>_<yyyymmdd>_<hhmmss>.<ext>", "once"),
        ("<patient number>[_D<provider number>]_<yyyymmdd>_<hhmmss>.<ext>", "provider number"),
        ("<NHI>_<provider number>_<yyyymmdd>_<hhmmss>.<ext>", "no group <NHI>"),
        (DEFAULT_PATTERN + "]", "brackets"),
        (DEFAULT_PATTERN.replace("]", ""), "brackets"),
        (DEFAULT_PATTERN.replace("[", "[["), "brackets"),
        (DEFAULT_PATTERN.replace(">", "", 1), "half"),
        ("[a][b][c][d]" + DEFAULT_PATTERN, "at most 3"),
        ("[", "brackets"),
        ("[]", "patient number"),
    ],
)
def test_a_pattern_that_could_guess_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CapturePattern(pattern)


def test_no_name_takes_long_whatever_the_pattern() -> None:
    long = CapturePattern("[1][1]" + "_" * 60 + DEFAULT_PATTERN)
    names = ["1" * 255, "_" * 255, "INTOUCH_P" + "1" * 240, "1" * 100_000]
    start = time.perf_counter()
    for name in names * 250:
        assert long.read(name) is None
        assert USUAL.read(name) is None
    assert time.perf_counter() - start < 2


def test_of_ten_thousand_names_that_devices_give_none_fits() -> None:
    dice = random.Random(5)  # noqa: S311 - made-up names

    def nhi() -> str:
        return (
            "".join(dice.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=3)) + f"{dice.randrange(10_000):04}"
        )

    makers = (
        lambda n: f"DSC{n:04}.JPG",
        lambda n: f"SCN{n:04}.tif",
        lambda n: (
            f"IMG_2026{dice.randrange(1, 13):02}{dice.randrange(1, 29):02}_{dice.randrange(240_000):06}.jpg"
        ),
        lambda n: f"{nhi()}.jpg",
        lambda n: f"{nhi()}_20260102_{n:06}.jpg",
        lambda n: f"P{n}_D1_20260102_101112.jpg",
        lambda n: f"{n}_1_20260102_101112.jpg",
        lambda n: (
            "".join(dice.choices(string.ascii_letters + string.digits + "_-. ", k=30)) + ".png"
        ),
    )
    names = [makers[n % len(makers)](n) for n in range(10_000)]
    assert len(names) == 10_000
    assert [name for name in names if USUAL.read(name) or USUAL.was_meant(name)] == []
