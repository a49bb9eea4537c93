import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_centre.host import logs
from message_centre.services.work import current_import

log = logging.getLogger("message_centre.tests")


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    yield
    logs.stop()
    logging.getLogger("message_centre").setLevel(logging.NOTSET)


def written(folder: Path) -> str:
    return (folder / logs.FILE_NAME).read_text("utf-8")


def test_lines_carry_level_module_and_import(tmp_path: Path) -> None:
    assert logs.start(tmp_path, fallback=tmp_path / "other") == ()
    token = current_import.set("0a1b")
    log.info("staged %d bytes", 12)
    current_import.reset(token)
    log.info("afterwards")

    first, second = written(tmp_path).splitlines()
    assert first.endswith("INFO message_centre.tests [0a1b] staged 12 bytes")
    assert "[0a1b]" not in second


@pytest.mark.parametrize(
    ("text", "canary"),
    [
        ("lost '/in box/ZZTEST Ann.jpg'", "ZZTEST"),
        ('lost "ZZTEST Ann.jpg"', "ZZTEST"),
        ("lost /inbox/ZZTEST.jpg now", "ZZTEST"),
        (r"lost C:\inbox\ZZTEST.jpg", "ZZTEST"),
        (r"lost \\server\share\ZZTEST.tif", "ZZTEST"),
        ("lost zztest-ann.PDF", "zztest"),
        ("patient ZZZ0016", "ZZZ0016"),
        ("patient ZZZ00AX", "ZZZ00AX"),
    ],
)
def test_what_looks_like_a_name_or_a_national_id_is_struck_out(
    tmp_path: Path, text: str, canary: str
) -> None:
    logs.start(tmp_path, fallback=tmp_path)
    log.warning("%s", text)

    assert canary not in written(tmp_path)


def test_a_tracebacks_error_text_is_struck_out_but_its_code_lines_stay(tmp_path: Path) -> None:
    logs.start(tmp_path, fallback=tmp_path)
    try:
        Path("/nowhere/ZZTEST Ann.jpg").read_bytes()
    except FileNotFoundError:
        log.exception("could not read")

    text = written(tmp_path)
    assert "ZZTEST" not in text
    assert "test_logs.py" in text


def test_an_undecodable_name_does_not_break_the_log(tmp_path: Path) -> None:
    logs.start(tmp_path, fallback=tmp_path)
    log.info("odd %s", "\udcff")

    assert r"odd \udcff" in written(tmp_path)


def test_a_log_folder_that_cannot_be_made_falls_back_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    (problem,) = logs.start(tmp_path / "file" / "logs", fallback=tmp_path / "own")
    log.info("still logged")

    assert "cannot be written" in problem
    assert "still logged" in written(tmp_path / "own")


def test_starting_again_moves_the_log(tmp_path: Path) -> None:
    logs.start(tmp_path / "a", fallback=tmp_path)
    logs.start(tmp_path / "b", fallback=tmp_path)
    log.info("once")

    assert written(tmp_path / "a") == ""
    assert written(tmp_path / "b").count("once") == 1


def test_a_log_that_grows_is_rolled_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_BYTES", 500)
    logs.start(tmp_path, fallback=tmp_path)
    for number in range(40):
        log.info("line %d", number)

    assert 1 < len(list(tmp_path.iterdir())) <= logs._KEPT + 1
    assert "line 39" in written(tmp_path)


def test_a_full_disk_says_nothing_on_the_programs_own_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.start(tmp_path, fallback=tmp_path)
    (handler,) = logs._handlers
    assert isinstance(handler, logging.StreamHandler)

    def full(_text: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler.stream, "write", full)
    log.error("cannot be kept")

    assert capfd.readouterr().err == ""


def test_speaking_up_writes_debugging_lines_to_standard_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.start(tmp_path, fallback=tmp_path)
    log.debug("unheard")
    logs.speak_up()
    log.debug("heard")

    assert "unheard" not in capfd.readouterr().err + written(tmp_path)
    assert "heard" in written(tmp_path)
