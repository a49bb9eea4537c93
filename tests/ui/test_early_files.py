"""A long look shows its first files before it is over, and nothing that is not true."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from message_centre.bootstrap import open_home
from message_centre.domain.files import FileState, Listing
from message_centre.domain.outcomes import Outcome
from message_centre.services.ports import Found
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.sources.folder_listing import Looker
from message_centre.ui.files.files_controller import FilesController
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.rows import Standing
from message_centre.ui.runner import Runner
from tests.support.engine import JANE, Engine, save_patients
from tests.support.slow_folder import SlowFolder
from tests.support.window import opened_window

#: A look goes through files in pieces of 256: it waits before the third.
FILES, EARLY = 700, 512


class Sitting:
    """The list of a practice whose folder is slow, and every name that was ever shown."""

    def __init__(self, qtbot: QtBot, engine: Engine, runner: Runner, slow: SlowFolder) -> None:
        self.qtbot, self.engine, self.slow = qtbot, engine, slow
        self.model = FilesModel()
        self.view = FilesView(self.model)
        qtbot.addWidget(self.view)
        self.view.resize(900, 400)
        self.view.show()
        self.controller = FilesController(engine.services.lister, runner, self.model, self.view)
        self.ever: set[str] = set()
        self.seen: list[int] = []
        self.controller.seen.connect(lambda progress: self.seen.append(progress.done))
        self.model.rowsInserted.connect(self._note)

    def _note(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.ever |= {self.model.row(place).file.name for place in range(first, last + 1)}

    def sit_down(self) -> None:
        self.controller.sit_down(self.engine.operator, "1")

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=20_000)

    def until_early(self) -> None:
        self.until(lambda: self.model.rowCount() >= 200)
        assert self.controller.is_refreshing

    def end(self) -> None:
        self.slow.let.set()
        self.until(lambda: not self.controller.is_refreshing)

    def names(self) -> list[str]:
        return [self.model.row(place).file.name for place in range(self.model.rowCount())]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    services = open_home(tmp_path / "home")
    made = Engine(services, tmp_path / "inbox")
    made.source.mkdir()
    save_patients(made, JANE)
    services.configuring.set("operator.folders.images", str(made.source), operator=made.operator)
    yield made
    services.lister.unwatch()
    services.close()


@pytest.fixture
def sitting(
    qtbot: QtBot, engine: Engine, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sitting]:
    slow = SlowFolder(engine.source, monkeypatch, early=EARLY)
    slow.fill(FILES)
    made = Sitting(qtbot, engine, runner, slow)
    yield made
    slow.let.set()
    made.controller.stop()


def test_first_files_are_shown_and_can_be_used_before_the_look_is_over(sitting: Sitting) -> None:
    sitting.sit_down()
    sitting.until_early()

    assert len(sitting.names()) < EARLY
    assert sitting.model.count(Standing.READY) == len(sitting.names())
    assert sitting.model.tick(sitting.model.row(3), ticked=True)
    [ticked] = [file.name for file in sitting.model.ticked()]
    sitting.until(lambda: any(EARLY >= seen >= 200 for seen in sitting.seen))

    sitting.end()
    assert len(sitting.names()) == FILES
    assert sitting.names() == sorted(sitting.names(), reverse=True)
    assert [file.name for file in sitting.model.ticked()] == [ticked]


def test_a_file_on_record_is_not_shown_even_for_a_moment(sitting: Sitting) -> None:
    (sitting.engine.source / ".mc-hold").write_bytes(b"in the way")
    sitting.slow.let.set()
    assert sitting.engine.save("IMG 0005.jpg").outcome is Outcome.SAVED_SOURCE_KEPT
    sitting.slow.let.clear()

    sitting.sit_down()
    sitting.until_early()
    sitting.end()

    assert (sitting.engine.source / "IMG 0005.jpg").exists()
    assert len(sitting.ever) == FILES - 1
    assert "IMG 0005.jpg" not in sitting.ever


def test_a_file_that_still_settles_is_shown_as_that(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a file whose every question was answered is told early; as what it is."""
    judge = Looker._by_name

    def half_written(self: Looker, name: str, *given: object) -> tuple[FileState, str]:
        if name == "IMG 0007.jpg":
            return FileState.SETTLING, "Another program is still writing it."
        return judge(self, name, *given)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(Looker, "_by_name", half_written)
    sitting.sit_down()
    sitting.until_early()

    [row] = [row for row in sitting.model.rows() if row.file.name == "IMG 0007.jpg"]
    assert row.standing is Standing.SETTLING
    assert not sitting.model.tick(row, ticked=True)


def test_the_current_row_keeps_its_place_when_the_others_come(sitting: Sitting) -> None:
    sitting.sit_down()
    sitting.until_early()
    sitting.view.selectRow(4)
    row = sitting.view.current_row()
    assert row is not None
    before = sitting.view.row_rect(row).top()

    sitting.end()

    assert sitting.view.current_row() is row
    assert sitting.names().index(row.file.name) > 300
    assert abs(sitting.view.row_rect(row).top() - before) <= 1


def test_a_refresh_meanwhile_shares_the_look_and_shows_each_file_once(sitting: Sitting) -> None:
    sitting.sit_down()
    sitting.until_early()
    looks = sitting.slow.looks

    sitting.controller.refresh()
    sitting.qtbot.wait(300)
    assert sitting.slow.looks == looks
    assert len(sitting.names()) == len(set(sitting.names())) < EARLY
    sitting.end()

    assert len(sitting.names()) == FILES
    assert len(set(sitting.names())) == FILES


def test_a_file_that_was_saved_meanwhile_says_so_until_the_next_refresh(sitting: Sitting) -> None:
    sitting.sit_down()
    sitting.until_early()
    key = sitting.model.row(2).file.key
    sitting.model.mark_saved(key, "SMITH, Jane", "")

    sitting.end()

    row = sitting.model.find(key)
    assert row is not None
    assert row.is_saved
    assert row.patient == "SMITH, Jane"


def test_files_of_a_source_that_is_lost_meanwhile_are_away(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Looker.look

    def broken(self: Looker, *given: object) -> Iterator[object]:
        for count, row in enumerate(look(self, *given)):  # type: ignore[arg-type] # passed through
            if count == EARLY:
                raise OSError(5, "the share is gone")
            yield row

    monkeypatch.setattr(Looker, "look", broken)
    sitting.sit_down()
    sitting.until_early()
    sitting.end()

    assert sitting.model.count(Standing.AWAY) == len(sitting.names()) > 0
    assert not sitting.model.tick(sitting.model.row(0), ticked=True)


def test_a_look_that_takes_too_long_but_gets_on_changes_no_row(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting.sit_down()
    sitting.end()
    sitting.slow.let.clear()
    monkeypatch.setattr("message_centre.services.listing.SOURCE_SECONDS", 0.6)
    (source,) = sitting.engine.services.lister.sources(sitting.engine.operator, "1")[:1]
    list_files = source.list_files

    def slowly(token: CancelToken, report: Report, found: Found) -> Listing:
        while not sitting.slow.let.wait(0.05):
            report(Progress(600, 0))
        return list_files(token, report, found)

    monkeypatch.setattr(source, "list_files", slowly)
    told: list[Listing] = []
    sitting.controller.arrived.connect(told.append)
    sitting.controller.look_again()
    sitting.until(lambda: bool(told))

    assert "600 files were seen so far" in told[0].detail
    assert sitting.model.count(Standing.READY) == FILES
    assert [len(listing.files) for listing in sitting.controller.listings] == [FILES]
    (sitting.engine.source / "IMG 0000.jpg").unlink()
    sitting.slow.let.set()
    sitting.controller.look_again()
    sitting.until(lambda: sitting.model.count(Standing.GONE) == 1)
    assert sitting.model.count(Standing.READY) == FILES - 1


def test_the_window_counts_on_while_it_looks(
    qtbot: QtBot, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowFolder(engine.source, monkeypatch, early=EARLY)
    slow.fill(FILES)
    home = engine.home
    engine.services.close()
    with opened_window(home) as window:
        banner = window.ext.banner
        qtbot.waitUntil(lambda: "512 files so far" in banner.accessibleName(), timeout=30_000)
        assert banner.isVisible()
        assert window.model.rowCount() >= 200
        slow.let.set()
        qtbot.waitUntil(lambda: window.model.rowCount() == FILES, timeout=20_000)
        qtbot.waitUntil(lambda: not banner.isVisible(), timeout=20_000)
