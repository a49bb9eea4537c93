"""Towers with the record on a server: two workstations at one root, and a server that fails in the middle."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from message_centre.domain.outcomes import ImportResult
from message_centre.domain.settings import DATABASE_URL
from message_centre.domain.tower_folders import FolderReport, Verdict
from message_centre.domain.tower_profiles import GE_VSCAN_AIR, TOWER_ROOTS
from message_centre.host.settings_file import SettingsFile
from message_centre.services import bulk_importing
from message_centre.services.browsing import Looker
from message_centre.services.bulk_importing import Tower
from message_centre.services.work import CancelToken
from tests.support.engine import A_JPEG, JANE, MARY, Engine, age, started
from tests.support.postgres import Cluster, running_cluster

ME = Looker("ADM", "1")
FOLDERS = {"100_Jane_Smith": JANE, "101_Mary_Jones": MARY}
EACH = 120


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A server that may be stopped without harm to other tests."""
    with running_cluster() as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", found.password)
        yield found


@pytest.fixture
def desk(own: Cluster, tmp_path: Path) -> Iterator[Engine]:
    name = own.fresh()
    with started(tmp_path, own.url(name)) as engine:
        root = tmp_path / "tower"
        for folder in FOLDERS:
            for number in range(EACH):
                place = root / folder / "visit" / f"{number}.jpg"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(A_JPEG + f"{folder} {number}".encode() + b"\xff\xd9")
                age(place)
        (root / "TEST").mkdir()
        (root / "TEST" / "a.jpg").write_bytes(A_JPEG)
        age(root / "TEST" / "a.jpg")
        engine.services.configuring.set(TOWER_ROOTS, str(root), operator=engine.operator)
        yield engine
    own.drop(name)


def import_all(engine: Engine, told: list[ImportResult]) -> tuple[FolderReport, ...]:
    bulk = engine.services.bulk_importer
    tower = Tower(bulk.roots()[0], GE_VSCAN_AIR)
    found = bulk.review(tower, ME, CancelToken(), lambda _: None)
    sure = [one for one in found if one.match.verdict is Verdict.SURE and one.files]
    return bulk.run(sure, ME, CancelToken(), lambda _, result: told.append(result))


def check_all_filed_once(engine: Engine) -> None:
    for folder, patient in FOLDERS.items():
        records = engine.services.records.of_patient(patient.id)
        assert len(records) == len({one.sha256 for one in records}) == EACH
        assert not list((engine.home.parent / "tower" / folder).rglob("*.jpg"))
    assert engine.problems() == []
    sheets = engine.services.day_sheets
    counts = sheets.of(sheets.today(), engine.operator, "1", CancelToken())
    [line] = [one for one in counts if one.source.endswith("tower")]
    assert (line.seen, line.filed, line.waiting, line.held) == (2 * EACH + 1, 2 * EACH, 0, 1)


def test_two_workstations_at_one_root_file_everything_once(desk: Engine, tmp_path: Path) -> None:
    with started(tmp_path, SettingsFile(desk.home).read()[DATABASE_URL]) as other:
        results: tuple[list[ImportResult], list[ImportResult]] = ([], [])
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(import_all, (desk, other), results))

    told = [result for some in results for result in some]
    assert sum(result.is_saved for result in told) == 2 * EACH
    assert all(result.reason for result in told if not result.is_saved)
    check_all_filed_once(desk)


def test_a_server_that_stops_in_the_middle_costs_nothing_and_the_next_run_goes_on(
    own: Cluster, desk: Engine
) -> None:
    told: list[ImportResult] = []
    bulk = desk.services.bulk_importer
    found = bulk.review(Tower(bulk.roots()[0], GE_VSCAN_AIR), ME, CancelToken(), lambda _: None)
    sure = [one for one in found if one.match.verdict is Verdict.SURE]

    def stop_after_the_first_folder(_: FolderReport, result: ImportResult) -> None:
        told.append(result)
        if len(told) == EACH:
            own.stop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_importing, "_FILES_TOGETHER", EACH)
        first, second = bulk.run(sure, ME, CancelToken(), stop_after_the_first_folder)
    own.start()

    assert [result.is_saved for result in told] == [True] * EACH + [False] * EACH
    assert {result.problem for result in told[EACH:]} == {"DatabaseAway"}
    assert (first.saved, second.saved, second.unsaved) == (EACH, 0, EACH)
    assert "does not answer" in second.reason
    desk.services.recoverer.run()
    again: list[ImportResult] = []
    import_all(desk, again)
    assert [result.is_saved for result in again] == [True] * EACH
    check_all_filed_once(desk)
