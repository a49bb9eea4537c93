"""The Ext list: nothing jumps, no tick is lost, and what was saved says so."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from message_centre.domain.files import FileState, Fingerprint, SourceFile, SourceKind, SourceState
from message_centre.domain.outcomes import Outcome
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_sorting import (
    KEYS,
    Wish,
    orders_of,
    presorted,
    sorted_rows,
    with_arrivals,
)
from message_centre.ui.files.rows import Column, Standing, row_of, rows_of
from tests.support.source_files import a_listing, a_source_file

Asc, Desc = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
Role = Qt.ItemDataRole


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def model(qtmodeltester: ModelTester) -> FilesModel:
    made = FilesModel()
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]  # pytest-qt has no types here
    return made


def refresh(
    model: FilesModel, *files: SourceFile, state: SourceState = SourceState.CONNECTED
) -> None:
    model.refresh(rows_of(a_listing(*files, state=state)))


def look_again(
    model: FilesModel, *files: SourceFile, state: SourceState = SourceState.CONNECTED
) -> None:
    model.look_again(rows_of(a_listing(*files, state=state, detail="The share is away.")))


def names(model: FilesModel) -> list[str]:
    return [model.row(place).cells[Column.NAME] for place in range(model.rowCount())]


def tick(model: FilesModel, *wanted: SourceFile) -> None:
    for file in wanted:
        row = model.find(file.key)
        assert row is not None
        assert model.tick(row, ticked=True)


def standing(model: FilesModel, file: SourceFile) -> Standing:
    row = model.find(file.key)
    assert row is not None
    return row.standing


OLD, MIDDLE, NEW = (
    a_source_file("IMG 9.jpg", age=300, size=9),
    a_source_file("IMG 10.jpg", age=200, size=5_000_000),
    a_source_file("letter.pdf", age=100, size=70_000),
)


def test_the_newest_file_stands_first(model: FilesModel) -> None:
    refresh(model, OLD, NEW, MIDDLE)
    assert names(model) == ["letter.pdf", "IMG 10.jpg", "IMG 9.jpg"]


def test_names_sort_as_people_count(model: FilesModel) -> None:
    refresh(model, MIDDLE, OLD, NEW)
    model.sort(Column.NAME, Asc)
    assert names(model) == ["IMG 9.jpg", "IMG 10.jpg", "letter.pdf"]


def test_sizes_sort_as_numbers_and_show_as_people_read(model: FilesModel) -> None:
    refresh(model, OLD, NEW, MIDDLE)
    model.sort(Column.SIZE, Desc)
    assert [model.row(place).cells[Column.SIZE] for place in range(3)] == ["4.8 MB", "68 KB", "9 B"]


@pytest.mark.parametrize("column", list(Column))
def test_every_column_sorts_both_ways(model: FilesModel, column: Column) -> None:
    refresh(model, OLD, NEW, MIDDLE)
    tick(model, MIDDLE)
    model.mark_saved(NEW.key, "SMITH, Jane", "Report")
    for order in (Asc, Desc):
        model.sort(column, order)
        assert sorted(names(model)) == sorted(["IMG 9.jpg", "IMG 10.jpg", "letter.pdf"])


def test_the_filter_looks_into_every_column_and_folds_accents(model: FilesModel) -> None:
    accented = a_source_file("Tāne knee.jpg", age=50)
    refresh(model, OLD, NEW, MIDDLE, accented)
    model.filter("tane KNEE")
    assert names(model) == ["Tāne knee.jpg"]
    model.filter("pdf document")
    assert names(model) == ["letter.pdf"]
    model.mark_saved(OLD.key, "SMITH, Jane", "Left arm")
    model.filter("smith arm")
    assert names(model) == ["IMG 9.jpg"]
    model.filter("")
    assert len(names(model)) == 4


def test_the_current_row_and_held_indexes_follow_their_rows(model: FilesModel) -> None:
    refresh(model, OLD, NEW, MIDDLE)
    selection = QItemSelectionModel(model)
    selection.setCurrentIndex(
        model.index(2, Column.NAME), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )
    held = QPersistentModelIndex(model.index(2, Column.SIZE))
    model.sort(Column.NAME, Asc)
    assert model.row(selection.currentIndex().row()).file == OLD
    assert model.data(held) == "9 B"
    model.filter("img")
    assert model.row(selection.selectedIndexes()[0].row()).file == OLD
    look_again(model, OLD, NEW, MIDDLE, a_source_file("IMG 1.jpg"))
    assert model.data(held) == "9 B"
    model.filter("letter")
    assert not held.isValid()
    assert not selection.hasSelection()


def test_ticks_outlive_sorting_filtering_and_looking_again(model: FilesModel) -> None:
    refresh(model, OLD, NEW, MIDDLE)
    tick(model, OLD, NEW)
    model.sort(Column.SIZE, Asc)
    model.filter("letter")
    look_again(model, OLD, NEW, MIDDLE, a_source_file("IMG 11.jpg"))
    assert model.ticked() == (NEW, OLD)
    refresh(model, OLD, NEW, MIDDLE)
    assert set(model.ticked()) == {OLD, NEW}


def test_a_tick_does_not_pass_to_bytes_that_nobody_saw(model: FilesModel) -> None:
    refresh(model, OLD, NEW)
    tick(model, OLD, NEW)
    changed = replace(OLD, fingerprint=Fingerprint(10, 1, "1:other"))
    look_again(model, changed, NEW)
    assert model.ticked() == (NEW,)


def test_a_drive_is_named_by_its_kind_and_leaves_room_for_patient_and_title() -> None:
    file = replace(OLD, kind=SourceKind.AZURE, source_name="Azure scans-of-the-tower/endoscopy")
    assert row_of(file).cells[Column.SOURCE] == "Azure"
    folder = replace(OLD, source_name="/srv/share/Images")
    assert row_of(folder).cells[Column.SOURCE] == "Images"


@pytest.mark.parametrize(
    "state",
    [SourceState.OFFLINE, SourceState.ERROR, SourceState.SIGN_IN_NEEDED, SourceState.NOT_ALLOWED],
)
def test_a_tick_waits_while_its_source_is_away(model: FilesModel, state: SourceState) -> None:
    refresh(model, OLD, NEW)
    tick(model, OLD)
    look_again(model, state=state)
    assert model.ticked() == ()
    assert standing(model, OLD) is Standing.AWAY
    row = model.find(OLD.key)
    assert row is not None
    assert row.note == "The share is away."
    refresh(model, state=state)
    look_again(model, OLD, NEW)
    assert model.ticked() == (OLD,)


def test_what_a_source_that_is_still_being_listed_has_not_shown_yet_stays_as_it_stands(
    model: FilesModel,
) -> None:
    refresh(model, OLD, MIDDLE)
    tick(model, OLD)
    model.mark_saved(MIDDLE.key, "SMITH, Jane", "")
    look_again(model, NEW, state=SourceState.CONNECTING)
    assert names(model) == ["letter.pdf", "IMG 10.jpg", "IMG 9.jpg"]
    assert (standing(model, OLD), model.ticked()) == (Standing.READY, (OLD,))
    refresh(model, NEW, state=SourceState.CONNECTING)
    assert names(model) == ["letter.pdf", "IMG 9.jpg"]
    assert model.ticked() == (OLD,)
    refresh(model, NEW)
    assert names(model) == ["letter.pdf"]


def test_looking_again_adds_in_place_and_takes_no_row_away(model: FilesModel) -> None:
    refresh(model, OLD, NEW)
    look_again(model, MIDDLE)
    assert names(model) == ["letter.pdf", "IMG 10.jpg", "IMG 9.jpg"]
    assert standing(model, OLD) is Standing.GONE
    refresh(model, MIDDLE)
    assert names(model) == ["IMG 10.jpg"]


def test_an_arrival_above_a_pinned_row_is_put_below_it_until_the_next_refresh(
    model: FilesModel,
) -> None:
    refresh(model, OLD, MIDDLE)
    made = rows_of(a_listing(OLD, MIDDLE, NEW))
    model.look_again(made, pinned=model.find(MIDDLE.key))
    assert names(model) == ["IMG 10.jpg", "letter.pdf", "IMG 9.jpg"]
    refresh(model, OLD, MIDDLE, NEW)
    assert names(model) == ["letter.pdf", "IMG 10.jpg", "IMG 9.jpg"]


def test_a_saved_row_stays_greyed_with_patient_and_title_and_goes_at_the_refresh(
    model: FilesModel,
) -> None:
    refresh(model, OLD, NEW)
    tick(model, OLD)
    grey_before = model.data(model.index(1, Column.NAME), Role.ForegroundRole)
    icon_before = model.data(model.index(1, Column.ICON), Role.DecorationRole)
    model.mark_saved(OLD.key, "SMITH, Jane", "Left arm")
    assert model.data(model.index(1, Column.PATIENT)) == "SMITH, Jane"
    assert model.data(model.index(1, Column.TITLE)) == "Left arm"
    assert grey_before is None
    assert model.data(model.index(1, Column.NAME), Role.ForegroundRole) is not None
    icon = model.data(model.index(1, Column.ICON), Role.DecorationRole)
    assert icon.cacheKey() != icon_before.cacheKey()
    assert model.ticked() == ()
    look_again(model, NEW)
    assert standing(model, OLD) is Standing.SAVED
    refresh(model, NEW)
    assert names(model) == ["letter.pdf"]


def test_a_saved_row_cannot_be_ticked_by_any_means(model: FilesModel) -> None:
    refresh(model, OLD)
    model.mark_saved(OLD.key, "SMITH, Jane", "", Outcome.SAVED_SOURCE_KEPT)
    row = model.row(0)
    assert not model.tick(row, ticked=True)
    assert not model.setData(model.index(0, 0), Qt.CheckState.Checked.value, Role.CheckStateRole)
    model.tick_all(ticked=True)
    assert model.ticked() == ()
    assert row.badge == "saved, source kept"
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsUserCheckable


def test_a_failed_row_says_why_and_can_be_tried_again(model: FilesModel) -> None:
    refresh(model, OLD)
    model.mark_failed(OLD.key, "The disk is full.")
    assert standing(model, OLD) is Standing.NOT_SAVED
    look_again(model, OLD)
    assert "The disk is full." in model.data(model.index(0, Column.NAME), Role.ToolTipRole)
    tick(model, OLD)
    refresh(model, OLD)
    assert standing(model, OLD) is Standing.READY


def test_an_undone_save_makes_the_row_what_it_was(model: FilesModel) -> None:
    refresh(model, OLD)
    model.mark_saved(OLD.key, "SMITH, Jane", "Left arm")
    model.mark_unsaved(OLD.key)
    assert standing(model, OLD) is Standing.READY
    assert model.data(model.index(0, Column.PATIENT)) == ""
    tick(model, OLD)


def test_select_all_ticks_what_is_shown_ready_and_unsaved(model: FilesModel) -> None:
    settling = a_source_file("new.jpg", state=FileState.SETTLING)
    saved = a_source_file("saved.jpg", age=20)
    refresh(model, OLD, MIDDLE, NEW, settling, saved)
    model.mark_saved(saved.key, "SMITH, Jane", "")
    model.filter("jpg")
    assert model.tick_state() is Qt.CheckState.Unchecked
    model.tick_all(ticked=True)
    assert set(model.ticked()) == {OLD, MIDDLE}
    assert model.tick_state() is Qt.CheckState.Checked
    model.filter("")
    assert model.tick_state() is Qt.CheckState.PartiallyChecked


def test_files_of_other_types_are_shown_only_on_request_and_never_ticked(model: FilesModel) -> None:
    other = a_source_file("x.exe", state=FileState.OTHER, reason="Not a listed type.")
    refresh(model, OLD, other)
    assert names(model) == ["IMG 9.jpg"]
    assert model.count(Standing.OTHER) == 1
    model.show_other(wanted=True)
    assert names(model) == ["x.exe", "IMG 9.jpg"]
    model.tick_all(ticked=True)
    assert model.ticked() == (OLD,)


def test_a_settling_file_becomes_ready_where_it_stands(model: FilesModel) -> None:
    settling = replace(OLD, state=FileState.SETTLING, reason="Still being written.")
    refresh(model, settling, NEW)
    assert not model.row(1).can_be_ticked
    look_again(model, OLD, NEW)
    assert standing(model, OLD) is Standing.READY
    assert names(model) == ["letter.pdf", "IMG 9.jpg"]


def test_what_a_look_at_the_bytes_found_stays_until_the_bytes_change(model: FilesModel) -> None:
    refresh(model, OLD, NEW)
    assert model.to_inspect(10) == (NEW, OLD)
    odd = replace(OLD, reason="Looks incomplete: its end is missing.")
    model.inspected([OLD, NEW], [odd])
    assert model.to_inspect(10) == ()
    refresh(model, OLD, NEW)
    assert model.row(1).badge == "looks incomplete"
    tick(model, OLD)
    assert model.ticked() == (odd,)
    look_again(model, replace(OLD, fingerprint=Fingerprint(99, 99, "x")), NEW)
    assert standing(model, OLD) is Standing.READY
    assert len(model.to_inspect(10)) == 1


def test_rows_of_a_source_that_is_no_longer_listed_leave(model: FilesModel) -> None:
    elsewhere = a_source_file("b.jpg", source_id="folder:b")
    refresh(model, OLD)
    model.refresh(rows_of(a_listing(elsewhere, source_id="folder:b")))
    model.keep_only(["folder:b"])
    assert names(model) == ["b.jpg"]


def test_names_are_shown_safely_and_tips_are_never_rich_text(model: FilesModel) -> None:
    refresh(model, a_source_file("<b>x</b>\u202egpj.exe\n.jpg"))
    assert "\u202e" not in names(model)[0]
    assert "\n" not in names(model)[0]
    assert "<b>" not in model.data(model.index(0, Column.NAME), Role.ToolTipRole)


def test_a_screen_reader_hears_the_state_of_box_and_file(model: FilesModel) -> None:
    refresh(model, OLD)
    assert model.data(model.index(0, Column.TICK), Role.AccessibleTextRole) == "not ticked"
    tick(model, OLD)
    assert model.data(model.index(0, Column.TICK), Role.AccessibleTextRole) == "ticked"
    spoken = model.data(model.index(0, Column.NAME), Role.AccessibleTextRole)
    assert spoken.startswith("IMG 9.jpg, ticked, ready, JPG image")
    model.mark_saved(OLD.key, "SMITH, Jane", "Arm")
    spoken = model.data(model.index(0, Column.NAME), Role.AccessibleTextRole)
    assert "saved" in spoken
    assert "SMITH, Jane" in spoken


def test_a_file_time_outside_the_calendar_does_no_harm(model: FilesModel) -> None:
    refresh(model, replace(OLD, fingerprint=Fingerprint(1, 10**22, "x")))
    assert model.data(model.index(0, Column.DATE)) == "unknown"


def best(work: Callable[[], object], rounds: int = 3) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return min(once() for _ in range(rounds))


def test_a_hundred_thousand_rows_sort_and_filter_at_the_speed_of_lists() -> None:
    model = FilesModel()
    files = [a_source_file(f"IMG {n * 7919 % 100_000}.jpg", age=n) for n in range(100_000)]
    model.refresh(rows_of(a_listing(*files)))
    texts = [model.row(place).haystack for place in range(model.rowCount())]
    keys = [KEYS[Column.NAME](model.row(place)) for place in range(model.rowCount())]

    def filter_model() -> None:
        model.wish_for(Wish())
        model.wish_for(replace(Wish(), text="img 77"))

    def sort_model() -> None:
        model.sort(Column.NAME, Asc)
        model.sort(Column.DATE, Asc)

    limit = best(lambda: [text for text in texts if "img 77" in text])
    assert best(filter_model) < max(0.5, 20 * limit)
    limit = best(lambda: sorted(range(len(keys)), key=keys.__getitem__))
    assert best(sort_model) < max(1.0, 4 * limit)


def seen(model: FilesModel) -> list[tuple[object, ...]]:
    rows = [model.row(place) for place in range(model.rowCount())]
    return [(*row.cells, row.standing, row.is_ticked, row.badge, row.file) for row in rows]


def changed_a_little(files: list[SourceFile], chance: random.Random) -> list[SourceFile]:
    """Some leave, some change their bytes, some come; the others are the very same objects."""
    kept = [file for file in files if chance.random() > 0.2]
    for place in range(len(kept)):
        if chance.random() < 0.2:
            size = chance.randrange(1, 99)
            kept[place] = replace(kept[place], fingerprint=Fingerprint(size, size, str(size)))
    number = chance.randrange(1000)
    return [*kept, a_source_file(f"IMG {number}.jpg", age=number)]


@pytest.mark.parametrize("seed", range(12))
def test_a_listing_told_by_what_differs_shows_the_same_as_the_whole(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's own dice
    whole, brief = FilesModel(), FilesModel()
    files = [a_source_file(f"IMG {n}.jpg", age=5000 + n) for n in range(30)]
    last = None
    for _ in range(12):
        state = SourceState.OFFLINE if chance.random() < 0.1 else SourceState.CONNECTED
        shown = [] if state is SourceState.OFFLINE else files
        listing = a_listing(*dict.fromkeys(shown), state=state)
        is_refresh, key = chance.random() < 0.5, chance.choice(files).key
        for model, made in ((whole, rows_of(listing)), (brief, rows_of(listing, last))):
            (model.refresh if is_refresh else model.look_again)(made)
            if row := model.find(key):
                model.tick(row, ticked=True)
        for model in (whole, brief):
            model.mark_failed(files[0].key, "The disk is full.")
        assert seen(brief) == seen(whole)
        assert [brief.count(one) for one in Standing] == [whole.count(one) for one in Standing]
        assert brief.ticked() == whole.ticked()
        last, files = listing, changed_a_little(files, chance)


def test_counts_and_ticks_kept_up_are_what_counting_anew_finds() -> None:
    chance = random.Random(1)  # noqa: S311 - a test's own dice
    model = FilesModel()
    files = [a_source_file(f"IMG {n}.jpg", age=n) for n in range(40)]
    refresh(model, *files)
    for _ in range(200):
        file = chance.choice(files)
        steps: list[Callable[[], object]] = [
            partial(model.mark_saved, file.key, "SMITH, Jane", ""),
            partial(model.mark_failed, file.key, "The disk is full."),
            partial(model.mark_unsaved, file.key),
            partial(model.tick, model.find(file.key) or model.row(0), ticked=True),
            partial(model.filter, chance.choice(["", "img 1", "nothing"])),
            partial(model.tick_all, ticked=chance.random() < 0.5),
            partial(refresh, model, *chance.sample(files, 30)),
            partial(look_again, model, *chance.sample(files, 30)),
        ]
        chance.choice(steps)()
        if not model.rowCount():
            model.filter("")
        column = chance.choice(list(Column))
        model.sort(column, chance.choice([Asc, Desc]))
        keys = [KEYS[column](model.row(place)) for place in range(model.rowCount())]
        assert keys == sorted(keys, reverse=model.wish.descending)
        if chance.random() < 0.3:
            model.orders.take(model.orders.version, orders_of(model.rows(), lambda: None))
        rows = [row for file in files if (row := model.find(file.key))]
        for standing in Standing:
            assert model.count(standing) == sum(row.standing is standing for row in rows)
        ticked = {row.file for row in rows if row.is_ticked and row.can_be_ticked}
        assert set(model.ticked()) == ticked
        shown = [model.row(place) for place in range(model.rowCount())]
        assert model.shown_ticks() == sum(row.file in ticked for row in shown)
        assert model.count_ticked() == len(ticked)
        can_be_ticked = sum(row.can_be_ticked for row in shown)
        expected = {0: Qt.CheckState.Unchecked, can_be_ticked: Qt.CheckState.Checked}
        if model.shown_ticks() or can_be_ticked:
            state = expected.get(model.shown_ticks(), Qt.CheckState.PartiallyChecked)
            assert model.tick_state() is state


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("descending", [False, True])
def test_rows_sorted_on_a_worker_stand_as_the_list_sorts_them(
    column: Column, descending: bool
) -> None:
    files = [a_source_file(f"IMG {n * 7919 % 9000}.jpg", age=n % 90) for n in range(9000)]
    wish = Wish(column, descending)
    made = presorted(rows_of(a_listing(*files)), wish)
    key = KEYS[column]
    keys = [key(row) for row in made.rows]
    assert keys == sorted(keys, reverse=descending)
    assert len(made.by_ident) == len(files)


@pytest.mark.parametrize("descending", [False, True])
def test_many_arrivals_stand_where_each_alone_would(descending: bool) -> None:
    wish = Wish(Column.SIZE, descending)
    rows = [row_of(a_source_file(f"{n}.jpg", size=n)) for n in range(60)]
    order = sorted_rows(rows[::3], wish)
    new = sorted_rows([row for row in rows if row not in order], wish)
    assert with_arrivals(new, order, wish) == sorted_rows(rows, wish)
    pinned = with_arrivals(new, order, wish, first=5)
    assert pinned[:5] == order[:5]
    assert [row for row in pinned if row in order] == order


def test_an_order_made_ahead_counts_while_nothing_it_was_made_of_has_changed() -> None:
    model = FilesModel()
    refresh(model, OLD, NEW)
    made = orders_of(model.rows(), lambda: None)
    version = model.orders.version
    model.mark_saved(NEW.key, "SMITH, Jane", "Report")
    model.orders.take(version, made)
    model.sort(Column.SIZE, Asc)
    assert names(model) == ["IMG 9.jpg", "letter.pdf"]
    look_again(model, OLD, MIDDLE, NEW)
    model.orders.take(version, made)
    model.sort(Column.SIZE, Desc)
    assert names(model) == ["IMG 10.jpg", "letter.pdf", "IMG 9.jpg"]
