"""The short form of the slow-device suite, and the proof that it bites."""

from tests.support.suites import run_suite


def test_no_slow_device_has_its_file_taken_half_written() -> None:
    ended = run_suite("tests.devices.run", "--files", "36")

    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts["files saved"] == 2 * 36
    assert ended.counts["hints of the watcher"] > 20


def test_the_suite_catches_the_usual_rule() -> None:
    ended = run_suite("tests.devices.run", "--files", "36", "--fault", "stable-twice")

    assert ended.code == 1, ended.told
    assert "taken half-written" in ended.told
