import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import message_centre.sources
from message_centre.host import drive_logs, logs


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    yield
    drive_logs.stop()
    logs.stop()
    logging.getLogger("message_centre").setLevel(logging.NOTSET)


def written(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}


def test_each_drive_has_a_log_of_its_own_made_with_its_first_line(tmp_path: Path) -> None:
    logs.start(tmp_path, fallback=tmp_path)
    drive_logs.start(tmp_path)
    assert set(written(tmp_path)) == {logs.FILE_NAME}
    for name, loggers in drive_logs.FILES.items():
        for logger in loggers:
            logging.getLogger(f"message_centre.{logger}").info("step %s", logger)
        assert all(f"step {logger}" in written(tmp_path)[name] for logger in loggers)
    logging.getLogger("message_centre.other").info("ours")
    assert "ours" in written(tmp_path)[logs.FILE_NAME]
    assert "step" not in written(tmp_path)[logs.FILE_NAME]
    assert len(written(tmp_path)) == 4


def test_every_source_that_logs_does_so_to_its_drives_log() -> None:
    (folder,) = message_centre.sources.__path__
    speaking = {
        f"sources.{file.stem}"
        for file in Path(folder).glob("*.py")
        if "getLogger" in file.read_text()
    }
    # What receives from phones is no drive: the program's own log hears it.
    speaking.remove("sources.photo_server")
    assert speaking
    assert speaking <= {logger for loggers in drive_logs.FILES.values() for logger in loggers}


def test_the_libraries_own_lines_are_written_nowhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.start(tmp_path, fallback=tmp_path)
    drive_logs.start(tmp_path)
    for library in (*drive_logs.LIBRARIES, "azure.core.pipeline", "urllib3.connectionpool"):
        for level in (logging.DEBUG, logging.INFO, logging.ERROR):
            logging.getLogger(library).log(level, "GET /canary?sig=canary")
    said = capfd.readouterr()
    assert "canary" not in "".join((said.out, said.err, *written(tmp_path).values()))


def test_what_looks_like_a_file_name_is_struck_out(tmp_path: Path) -> None:
    drive_logs.start(tmp_path)
    logging.getLogger("message_centre.drives.dropbox").error("lost %s", "/apps/ZZTEST Ann.jpg")
    assert "ZZTEST" not in written(tmp_path)["MailCenter_Dropbox.log"]


def test_starting_again_moves_the_logs_and_stopping_gives_them_back(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    drive_logs.start(first)
    drive_logs.start(second)
    logger = logging.getLogger("message_centre.drives.azure")
    logger.error("once")
    drive_logs.stop()
    logs.start(first, fallback=first)
    logger.error("afterwards")
    assert written(second)["MailCenter_Azure.log"].count("once") == 1
    assert "afterwards" in written(first)[logs.FILE_NAME]
    assert "MailCenter_Azure.log" not in written(first)


def test_a_log_grows_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drive_logs, "_BYTES", 500)
    drive_logs.start(tmp_path)
    for number in range(60):
        logging.getLogger("message_centre.drives.onedrive").error("line %d", number)
    assert len(written(tmp_path)) == drive_logs._KEPT + 1
    assert "line 59" in written(tmp_path)["MailCenter_OneDrive.log"]


def test_a_folder_that_is_away_stops_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    drive_logs.start(tmp_path / "away")
    logging.getLogger("message_centre.drives.azure").error("unkept")
    assert capfd.readouterr().err == ""
