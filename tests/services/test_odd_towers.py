"""Towers as they stand in practices: odd names, links, folders that change, are locked or go away."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from message_centre.domain.errors import SourceOffline
from message_centre.domain.files import FileState
from message_centre.domain.tower_folders import FolderReport, TowerFolder, Verdict
from message_centre.domain.tower_profiles import GE_VSCAN_AIR, TOWER_ROOTS
from message_centre.services.browsing import Looker
from message_centre.services.bulk_importing import Tower
from message_centre.services.work import CancelToken
from message_centre.sources.open_folder import OpenFolder
from tests.support.denied import permissions_count
from tests.support.engine import A_JPEG, JANE, MARY, Engine, age, started

ME = Looker("ADM", "1")
OURS = "100_Jane_Smith"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with started(tmp_path) as engine:
        root = tmp_path / "tower"
        root.mkdir()
        engine.services.configuring.set(TOWER_ROOTS, str(root), operator=engine.operator)
        yield engine


@pytest.fixture
def root(engine: Engine) -> Path:
    return engine.services.bulk_importer.roots()[0]


def put(place: Path, data: bytes = b"") -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data or A_JPEG + os.fsencode(place) + b"\xff\xd9")
    return age(place)


def review(engine: Engine, root: Path) -> dict[str, TowerFolder]:
    tower = Tower(root, GE_VSCAN_AIR)
    found = engine.services.bulk_importer.review(tower, ME, CancelToken(), lambda _: None)
    return {one.name: one for one in found}


def run(engine: Engine, *folders: TowerFolder) -> list[FolderReport]:
    heard: list[str] = []
    reports = engine.services.bulk_importer.run(
        folders, ME, CancelToken(), lambda _, result: heard.append(result.name)
    )
    assert len(heard) == sum(len(folder.files) for folder in folders)
    return list(reports)


def names(engine: Engine, patient_id: str = JANE.id) -> list[str]:
    return sorted(one.original_name for one in engine.services.records.of_patient(patient_id))


@pytest.mark.parametrize(
    "name",
    [
        "visit \u014cm\u0101 \U0001f9e0",
        "line\nbreak\ttab",
        "x" * 255,
        os.fsdecode(b"\xff\xfe latin"),
        "\u202egpj.exe",
        " leading and trailing ",
        "100%41",
    ],
)
def test_any_name_that_a_disk_can_hold_is_moved_and_shown(
    engine: Engine, root: Path, name: str
) -> None:
    inside = put(root / OURS / name / "a.jpg")
    nobody = put(root / name / "b.jpg")

    found = review(engine, root)
    [report] = run(engine, found[OURS])

    assert report.saved == 1
    assert not inside.exists()
    assert nobody.exists()
    [other] = [one for key, one in found.items() if key != OURS]
    assert other.match.verdict is Verdict.DOUBT
    other.name.encode("utf-8")
    [standing] = engine.services.bulk_importer.standing(ME, CancelToken())
    assert [one.name for one in standing.folders] == [other.name]
    sheets = engine.services.day_sheets
    counts = sheets.of(sheets.today(), engine.operator, "1", CancelToken())
    [line] = [one for one in counts if one.source == str(root)]
    assert (line.seen, line.filed, line.held) == (2, 1, 1)


def test_a_folder_with_a_line_break_in_its_name_is_read_as_it_stands(
    engine: Engine, root: Path
) -> None:
    put(root / "100_Jane_Smith\n" / "a.jpg")
    put(root / "100_Jane\n_Smith" / "a.jpg")

    found = review(engine, root)

    assert len(found) == 2
    for one in found.values():
        if one.match.verdict is not Verdict.DOUBT:
            assert one.match.patient == JANE


def test_links_inside_a_tower_are_not_followed(engine: Engine, root: Path, tmp_path: Path) -> None:
    secret = put(tmp_path / "elsewhere" / "secret.jpg")
    (root / "101_Mary_Jones").symlink_to(secret.parent, target_is_directory=True)
    put(root / OURS / "a.jpg")
    (root / OURS / "loop").symlink_to(root, target_is_directory=True)

    found = review(engine, root)

    assert [one.name for one in found[OURS].files] == ["a.jpg"]
    assert "101_Mary_Jones" not in found
    assert secret.exists()
    run(engine, found[OURS])
    assert names(engine) == ["a.jpg"]


def test_a_folder_that_is_renamed_meanwhile_is_not_filed_and_stands_under_its_new_name(
    engine: Engine, root: Path
) -> None:
    put(root / OURS / "a.jpg")
    put(root / OURS / "b.jpg")
    found = review(engine, root)
    (root / OURS).rename(root / "101_Mary_Jones")

    [report] = run(engine, found[OURS])

    assert (report.saved, report.unsaved) == (0, 2)
    assert report.reason
    assert names(engine) == []
    assert len(review(engine, root)["101_Mary_Jones"].files) == 2
    assert engine.problems() == []


def test_a_folder_that_another_took_the_name_of_is_not_filed(engine: Engine, root: Path) -> None:
    put(root / OURS / "a.jpg")
    found = review(engine, root)
    (root / OURS).rename(root / "older")
    other = put(root / OURS / "a.jpg", A_JPEG + b"somebody else's\xff\xd9")

    [report] = run(engine, found[OURS])

    assert (report.saved, report.unsaved) == (0, 1)
    assert other.exists()
    assert (root / "older" / "a.jpg").exists()


def test_an_examination_that_was_exported_twice_is_filed_once(engine: Engine, root: Path) -> None:
    data = A_JPEG + b"the same scan\xff\xd9"
    put(root / OURS / "20260102101112.jpg", data)
    again = put(root / "100_Smith" / "20260102101112.jpg", data)
    found = review(engine, root)

    first, second = run(engine, found[OURS], found["100_Smith"])

    assert (first.saved, second.saved, second.already) == (1, 0, 1)
    assert len(names(engine)) == 1
    assert again.exists()
    assert engine.problems() == []


def test_an_examination_that_is_on_somebody_elses_record_is_refused_with_the_reason(
    engine: Engine, root: Path
) -> None:
    data = A_JPEG + b"the same scan\xff\xd9"
    put(root / OURS / "a.jpg", data)
    there = put(root / "101_Mary_Jones" / "a.jpg", data)
    found = review(engine, root)

    run(engine, found[OURS])
    [report] = run(engine, found["101_Mary_Jones"])

    assert (report.saved, report.unsaved) == (0, 1)
    assert report.reason
    assert there.exists()
    assert names(engine, MARY.id) == []


def test_a_folder_that_may_not_be_read_is_told_and_counted(engine: Engine, root: Path) -> None:
    put(root / OURS / "a.jpg")
    locked = put(root / OURS / "locked" / "b.jpg").parent
    whole = put(root / "101_Mary_Jones" / "c.jpg").parent
    with permissions_count():
        locked.chmod(0)
        whole.chmod(0)
        try:
            found = review(engine, root)
            [report] = run(engine, found[OURS])
            sheets = engine.services.day_sheets
            counts = sheets.of(sheets.today(), engine.operator, "1", CancelToken())
            named = sheets.files(sheets.today())
        finally:
            locked.chmod(0o700)
            whole.chmod(0o700)

    assert [one.name for one in found[OURS].files] == ["a.jpg"]
    [late] = found[OURS].waiting
    assert (late.name, late.state) == ("locked", FileState.HELD)
    assert "access is denied" in late.reason
    assert not found["101_Mary_Jones"].can_be_accepted
    assert report.saved == 1
    [line] = [one for one in counts if one.source == str(root)]
    assert (line.seen, line.filed, line.held) == (3, 1, 2)
    assert {one.name for one in named} == {"locked", "101_Mary_Jones"}
    assert len(review(engine, root)["101_Mary_Jones"].files) == 1


def test_what_lies_too_deep_is_told(engine: Engine, root: Path) -> None:
    deep = put(root / OURS / "/".join("abcdefghijklmnop") / "a.jpg")
    put(root / OURS / "b.jpg")

    found = review(engine, root)[OURS]

    assert [one.name for one in found.files] == ["b.jpg"]
    [late] = found.waiting
    assert "deep" in late.reason
    assert deep.exists()


def test_a_folder_that_becomes_a_link_while_it_is_looked_at_is_told(
    engine: Engine, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / OURS / "a.jpg")
    inside = put(root / OURS / "visit" / "b.jpg").parent
    secret = put(tmp_path / "elsewhere" / "secret.jpg")

    def exchange() -> None:
        inside.rename(root / "gone")
        inside.symlink_to(secret.parent)

    _before_entering(monkeypatch, "visit", exchange)

    found = review(engine, root)[OURS]

    assert [one.name for one in found.files] == ["a.jpg"]
    [late] = found.waiting
    assert late.name == "visit"


def test_a_root_that_is_unplugged_in_the_middle_is_away_not_empty(
    engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / OURS / "a.jpg")
    put(root / "101_Mary_Jones" / "b.jpg")
    sheets = engine.services.day_sheets
    before = sheets.of(sheets.today(), engine.operator, "1", CancelToken())
    _before_entering(
        monkeypatch, "101_Mary_Jones", lambda: root.rename(root.with_name("unplugged"))
    )

    with pytest.raises(SourceOffline):
        review(engine, root)
    assert sheets.of(sheets.today(), engine.operator, "1", CancelToken()) == before


def test_a_root_that_is_unplugged_during_the_import_loses_nothing(
    engine: Engine, root: Path
) -> None:
    for number in range(30):
        put(root / OURS / f"{number}.jpg")
    found = review(engine, root)
    unplugged = root.with_name("unplugged")
    root.rename(unplugged)

    [report] = run(engine, found[OURS])

    assert (report.saved, report.unsaved) == (0, 30)
    assert report.reason
    assert len(list(unplugged.rglob("*.jpg"))) == 30
    unplugged.rename(root)
    [again] = run(engine, review(engine, root)[OURS])
    assert again.saved == 30
    assert len(names(engine)) == 30
    assert engine.problems() == []


def _before_entering(
    monkeypatch: pytest.MonkeyPatch, name: str, deed: Callable[[], object]
) -> None:
    """Let something happen just before a folder of that name is entered, once."""
    enter, waiting = OpenFolder.below, [deed]

    def below(self: OpenFolder, wanted: str) -> OpenFolder:
        if wanted == name and waiting:
            waiting.pop()()
        return enter(self, wanted)

    monkeypatch.setattr(OpenFolder, "below", below)
