"""Files that a person takes for one patient from any folder."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from message_centre.domain.assignments import Assignment
from message_centre.domain.errors import BadSetting, SourceOffline
from message_centre.domain.files import SourceKind
from message_centre.domain.tower_profiles import SESSION_GAP, TOWER_ROOTS
from message_centre.services.browsing import Browsed, Looker
from message_centre.services.work import CancelToken
from tests.support.engine import A_JPEG, JANE, Engine, age, started

ME = Looker("ADM", "1")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with started(tmp_path) as engine:
        yield engine


def put(folder: Path, name: str, minutes: float) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    place.write_bytes(A_JPEG + str(place).encode() + b"\xff\xd9")
    return age(place, 86_400 - minutes * 60)


def look(engine: Engine, *places: Path, copies: bool = True) -> Browsed:
    return engine.services.browsing.look(places, ME, CancelToken(), copies=copies)


def names(browsed: Browsed) -> list[list[str]]:
    return [[file.name for file in group] for group in browsed.groups]


def test_a_folder_is_shown_with_its_sub_folders_cut_where_the_camera_rested(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "card"
    put(folder, "b.jpg", 5)
    put(folder / "sub", "a.jpg", 0)
    put(folder / "sub" / "deep", "c.jpg", 40)

    found = look(engine, folder)

    assert names(found) == [["a.jpg", "b.jpg"], ["c.jpg"]]
    assert names(found.regrouped(timedelta(minutes=60))) == [["a.jpg", "b.jpg", "c.jpg"]]
    engine.services.configuring.set(SESSION_GAP, "4", operator=engine.operator)
    assert names(look(engine, folder)) == [["a.jpg"], ["b.jpg"], ["c.jpg"]]


def test_of_single_files_only_those_are_shown_and_what_belongs_to_them(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "card"
    chosen = put(folder, "a.jpg", 0)
    put(folder, "a.xml", 0)
    put(folder, "b.jpg", 0)
    put(folder / "sub", "a.jpg", 0)

    found = look(engine, chosen)

    assert {file.name for file in found.files} == {"a.jpg", "a.xml"}


def test_the_time_in_a_name_counts_before_that_of_the_file(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "card"
    put(folder, "20260102101112.jpg", 0)
    put(folder, "IMG_20260102_101500.jpg", 300)

    found = look(engine, folder)

    assert names(found) == [["20260102101112.jpg", "IMG_20260102_101500.jpg"]]


def test_files_move_out_of_towers_and_are_copied_from_elsewhere(
    engine: Engine, tmp_path: Path
) -> None:
    tower, card = tmp_path / "tower", tmp_path / "card"
    inside = put(tower / "visit", "a.jpg", 0).parent
    put(card, "a.jpg", 0)
    engine.services.configuring.set(TOWER_ROOTS, str(tower), operator=engine.operator)
    browsing = engine.services.browsing

    assert not browsing.usual_copies([inside])
    assert browsing.usual_copies([card])
    assert browsing.usual_copies([card, inside])
    [moving] = look(engine, inside, copies=False).files
    assert moving.key.source_id == f"{SourceKind.TOWER}:{tower}"
    assert moving.key.path == "visit/a.jpg"
    [copied] = look(engine, card).files
    assert copied.kind is SourceKind.COPIED


def test_what_is_chosen_is_saved_together_with_titles_of_its_own(
    engine: Engine, tmp_path: Path
) -> None:
    card = tmp_path / "card"
    first, second = put(card, "a.jpg", 0), put(card, "a.xml", 0)
    files = look(engine, card, copies=False).files
    assigner = engine.services.assigner
    given = Assignment(JANE.id, "1", "ADM", title="Knee")
    image = next(file for file in files if file.name == "a.jpg")

    orders = assigner.orders(files, given, {image.key: "Left knee"})
    results = engine.services.importer.run_all(orders, CancelToken(), lambda _n, _r: None)

    assert all(one.is_saved for one in results)
    assert not first.exists()
    assert not second.exists()
    records = engine.services.records.of_patient(JANE.id)
    assert {one.original_name: one.title for one in records} == {
        "a.jpg": "Left knee",
        "a.xml": "Knee",
    }
    assert orders[1].assignment == replace(given)


def test_a_name_of_somebody_else_on_the_way_raises_the_risk_flag(
    engine: Engine, tmp_path: Path
) -> None:
    put(tmp_path / "card" / "101 visit", "a.jpg", 0)
    files = look(engine, tmp_path / "card").files

    alerts = engine.services.assigner.alerts(JANE, files, CancelToken())

    assert "101" in alerts.id_conflict
    assert alerts.needs_birth_year


def test_our_own_stores_and_folders_that_are_away_are_refused(
    engine: Engine, tmp_path: Path
) -> None:
    with pytest.raises(BadSetting):
        look(engine, engine.home / "stores")
    with pytest.raises(SourceOffline):
        look(engine, tmp_path / "none")
