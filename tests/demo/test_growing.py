"""The file that grows for a while."""

from pathlib import Path

import pytest

from message_centre.demo.documents import pdf
from message_centre.demo.growing import GrowingFile


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "demo" / "Documents").mkdir(parents=True)
    return tmp_path


def test_it_grows_until_it_is_a_whole_report(home: Path) -> None:
    growing = GrowingFile(home, steps=5, seconds=0.0)
    growing.start()
    growing.finish()
    assert growing.path.read_bytes() == pdf(seed=91, pages=2)


def test_it_stops_early_when_asked(home: Path) -> None:
    with GrowingFile(home, steps=1000, seconds=60.0) as growing:
        pass
    assert growing.path.stat().st_size < len(pdf(seed=91, pages=2))


def test_a_home_without_demo_folders_gets_nothing(tmp_path: Path) -> None:
    growing = GrowingFile(tmp_path)
    growing.start()
    growing.stop()
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_already_is_left_alone(home: Path) -> None:
    growing = GrowingFile(home, steps=1, seconds=0.0)
    growing.path.write_bytes(b"earlier")
    growing.start()
    growing.stop()
    assert growing.path.read_bytes() == b"earlier"
