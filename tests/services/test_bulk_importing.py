"""Towers: whose a folder is, what is refused, and what an import leaves behind."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from message_centre.domain.errors import BadSetting, IncompleteOrder, NotPermitted
from message_centre.domain.files import Destination
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.domain.tower_folders import FolderReport, TowerFolder, Verdict
from message_centre.domain.tower_profiles import GE_VSCAN_AIR, TOWER_ROOTS, Profile
from message_centre.services.browsing import Looker
from message_centre.services.bulk_importing import Tower
from message_centre.services.ports import DayCount
from message_centre.services.work import CancelToken
from tests.support.dicom import a_dicom
from tests.support.engine import A_JPEG, JANE, MARY, Engine, age, save_patients, started
from tests.support.pictures import a_jpeg, a_picture, encoded

ME = Looker("ADM", "1")
TWIN = replace(JANE, id="pt-cccccccccccc", number="102", first_names="June", nhi="")
DEAD = Patient(
    "pt-dddddddddddd", "103", "Gone", "Ann", date(1950, 1, 1), status=PatientStatus.DECEASED
)
NAMES = Profile("By name", "<last name> <first names> <birth date>")
BOTH = Profile("Both ids", "<patient number> <nhi> <last name>")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with started(tmp_path) as engine:
        save_patients(engine, DEAD)
        root = tmp_path / "tower"
        root.mkdir()
        engine.services.configuring.set(TOWER_ROOTS, str(root), operator=engine.operator)
        yield engine


def root_of(engine: Engine) -> Path:
    return engine.services.bulk_importer.roots()[0]


def put(engine: Engine, way: str, data: bytes = b"") -> Path:
    place = root_of(engine) / way
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data or A_JPEG + way.encode() + b"\xff\xd9")
    return age(place)


def review(
    engine: Engine, profile: Profile = GE_VSCAN_AIR, *, copies: bool = False
) -> dict[str, TowerFolder]:
    tower = Tower(root_of(engine), profile, copies)
    told: list[TowerFolder] = []
    found = engine.services.bulk_importer.review(tower, ME, CancelToken(), told.extend)
    assert tuple(told) == found
    return {one.name: one for one in found}


def run(engine: Engine, *folders: TowerFolder) -> tuple[list[FolderReport], list[ImportResult]]:
    results: list[ImportResult] = []
    reports = engine.services.bulk_importer.run(
        folders, ME, CancelToken(), lambda _, result: results.append(result)
    )
    return list(reports), results


@pytest.mark.parametrize(
    ("name", "verdict", "patient", "words"),
    [
        ("100_Jane_Smith", Verdict.SURE, JANE, ""),
        ("100_smith", Verdict.SURE, JANE, ""),
        ("zac5361_Smith", Verdict.SURE, JANE, ""),
        ("100", Verdict.THIN, JANE, "No last name"),
        ("100_Jane", Verdict.THIN, JANE, "No last name"),
        ("ZAC5361", Verdict.DOUBT, JANE, "never enough"),
        ("ZAC5361_Jane", Verdict.DOUBT, JANE, "never enough"),
        (
            "100_Mary_Jones",
            Verdict.DOUBT,
            JANE,
            "says \u201cJones\u201d, the register \u201cSmith\u201d",
        ),
        ("100_Smyth", Verdict.DOUBT, JANE, "says \u201cSmyth\u201d"),
        ("999_Jane_Smith", Verdict.DOUBT, None, "No patient has the id 999"),
        ("ZAC5362_Jane_Smith", Verdict.DOUBT, None, "check digit"),
        ("103_Ann_Gone", Verdict.DOUBT, DEAD, "deceased"),
        ("Jane Smith", Verdict.DOUBT, None, "No patient has the id"),
    ],
)
def test_a_folder_is_judged_by_what_its_name_says(
    engine: Engine, name: str, verdict: Verdict, patient: Patient | None, words: str
) -> None:
    put(engine, f"{name}/a.jpg")

    match = review(engine)[name].match

    assert (match.verdict, match.patient) == (verdict, patient)
    assert words in match.doubt


@pytest.mark.parametrize(
    ("name", "verdict", "words"),
    [
        ("Smith Jane 07-03-1961", Verdict.SURE, ""),
        ("Smith Jane 19610307", Verdict.SURE, ""),
        ("Smith Jane 03-07-1961", Verdict.DOUBT, "No patient has this name and birth date"),
        ("Smith Joan 07-03-1961", Verdict.DOUBT, "No patient has this name"),
    ],
)
def test_without_an_id_the_whole_name_and_the_birth_date_have_to_agree(
    engine: Engine, name: str, verdict: Verdict, words: str
) -> None:
    put(engine, f"{name}/a.jpg")

    match = review(engine, NAMES)[name].match

    assert match.verdict is verdict
    assert words in match.doubt


def test_two_ids_of_two_people_are_a_doubt(engine: Engine) -> None:
    put(engine, "101 ZAC5361 Smith/a.jpg")

    match = review(engine, BOTH)["101 ZAC5361 Smith"].match

    assert match.verdict is Verdict.DOUBT
    assert JANE.label in match.doubt
    assert MARY.label in match.doubt


def test_who_is_easily_taken_for_somebody_else_is_left_to_a_person(engine: Engine) -> None:
    save_patients(engine, TWIN)
    put(engine, "100_Jane_Smith/a.jpg")

    match = review(engine)["100_Jane_Smith"].match

    assert match.verdict is Verdict.THIN
    assert "June" in match.doubt


def test_an_nhi_of_somebody_else_inside_is_a_doubt(engine: Engine) -> None:
    put(engine, f"100_Jane_Smith/scan {MARY.nhi}.jpg")

    match = review(engine)["100_Jane_Smith"].match

    assert match.verdict is Verdict.DOUBT
    assert MARY.label in match.doubt


def test_loose_files_belong_to_nobody(engine: Engine) -> None:
    put(engine, "100_Jane_Smith.jpg")

    [found] = review(engine).values()

    assert (found.name, found.match.verdict) == ("", Verdict.DOUBT)


def test_accepted_folders_are_moved_with_what_belongs_to_them_and_the_rest_stays(
    engine: Engine,
) -> None:
    scan = "100_Jane_Smith/20260102101112/20260102101112"
    moved = [put(engine, f"{scan}.jpg"), put(engine, f"{scan}.xmp", b"<x/>")]
    left = [put(engine, "999_Nobody/a.jpg"), put(engine, "100_Jane_Smith/alone.xmp", b"<y/>")]
    found = review(engine)

    [report], results = run(engine, found["100_Jane_Smith"])

    assert (report.saved, report.already, report.unsaved) == (2, 0, 0)
    assert {one.outcome for one in results} == {Outcome.SAVED}
    assert not any(one.exists() for one in moved)
    assert all(one.exists() for one in left)
    records = engine.services.records.of_patient(JANE.id)
    assert {one.destination for one in records} == {Destination.IMAGES, Destination.NOTES}
    assert {one.original_name for one in records} == {"20260102101112.jpg", "20260102101112.xmp"}
    assert {f"{one.taken_at:%Y%m%d%H%M%S}" for one in records} == {"20260102101112"}
    assert engine.problems() == []
    assert set(review(engine)) == {"100_Jane_Smith", "999_Nobody"}
    assert not review(engine)["100_Jane_Smith"].files


def test_a_doubtful_folder_is_never_imported(engine: Engine) -> None:
    put(engine, "100_Jane_Smith/a.jpg")
    there = put(engine, "ZAC5361/a.jpg")
    found = review(engine)

    with pytest.raises(IncompleteOrder):
        run(engine, found["100_Jane_Smith"], found["ZAC5361"])

    assert there.exists()
    assert engine.services.records.of_patient(JANE.id) == ()


def test_copies_leave_their_originals_and_the_same_bytes_again_are_already_filed(
    engine: Engine,
) -> None:
    there = put(engine, "100_Jane_Smith/a.jpg")
    before = there.stat()

    first, _ = run(engine, review(engine, copies=True)["100_Jane_Smith"])
    again, results = run(engine, review(engine, copies=True)["100_Jane_Smith"])

    assert (first[0].saved, again[0].saved, again[0].already) == (1, 0, 1)
    assert results[0].outcome is Outcome.ALREADY_FILED
    assert there.stat().st_mtime_ns == before.st_mtime_ns
    [record] = engine.services.records.of_patient(JANE.id)
    assert record.source.endswith("(copied)")
    assert sorted(p.name for p in root_of(engine).rglob("*")) == ["100_Jane_Smith", "a.jpg"]


def test_a_copy_that_is_withdrawn_leaves_the_original_alone(engine: Engine) -> None:
    there = put(engine, "100_Jane_Smith/a.jpg")
    run(engine, review(engine, copies=True)["100_Jane_Smith"])
    [record] = engine.services.records.of_patient(JANE.id)

    engine.services.corrector.withdraw(record.id, operator="ADM", reason="wrong")

    assert there.exists()
    assert engine.stored() == []
    assert list((engine.home / "returned").iterdir()) == []


def test_a_copy_whose_original_is_gone_goes_to_the_inbox(engine: Engine) -> None:
    there = put(engine, "100_Jane_Smith/a.jpg")
    run(engine, review(engine, copies=True)["100_Jane_Smith"])
    [record] = engine.services.records.of_patient(JANE.id)
    there.unlink()

    engine.services.corrector.withdraw(record.id, operator="ADM", reason="wrong")

    assert not there.exists()
    assert len([p for p in (engine.home / "returned").iterdir() if p.is_file()]) == 1


def test_a_withdrawn_file_whose_folder_is_gone_goes_to_the_inbox(engine: Engine) -> None:
    there = put(engine, "100_Jane_Smith/a.jpg")
    run(engine, review(engine)["100_Jane_Smith"])
    [record] = engine.services.records.of_patient(JANE.id)
    there.parent.rmdir()

    engine.services.corrector.withdraw(record.id, operator="ADM", reason="wrong")

    [returned] = [p for p in (engine.home / "returned").iterdir() if p.is_file()]
    assert returned.name == "a.jpg"


def test_a_withdrawn_file_goes_back_where_it_came_from(engine: Engine) -> None:
    there = put(engine, "100_Jane_Smith/visit/a.jpg")
    before = there.read_bytes()
    run(engine, review(engine)["100_Jane_Smith"])
    [record] = engine.services.records.of_patient(JANE.id)
    assert not there.exists()

    engine.services.corrector.withdraw(record.id, operator="ADM", reason="wrong")

    assert there.read_bytes() == before


def test_links_pipes_hidden_and_empty_files_are_left_out(engine: Engine, tmp_path: Path) -> None:
    put(engine, "100_Jane_Smith/a.jpg")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.jpg").write_bytes(A_JPEG)
    folder = root_of(engine) / "100_Jane_Smith"
    (folder / "link").symlink_to(elsewhere)
    (folder / "link.jpg").symlink_to(elsewhere / "secret.jpg")
    os.mkfifo(folder / "pipe.jpg")
    put(engine, "100_Jane_Smith/.hidden.jpg")
    put(engine, "100_Jane_Smith/.cache/b.jpg")
    age(put(engine, "100_Jane_Smith/empty.jpg", b" ")).write_bytes(b"")

    found = review(engine)["100_Jane_Smith"]

    assert [one.name for one in found.files] == ["a.jpg"]
    assert found.others == 5
    assert [one.name for one in found.waiting] == ["empty.jpg"]


def test_a_picture_waits_for_the_companion_that_is_still_growing(engine: Engine) -> None:
    put(engine, "100_Jane_Smith/a.jpg")
    late = root_of(engine) / "100_Jane_Smith" / "a.xmp"
    late.write_bytes(b"<x/>")

    found = review(engine)["100_Jane_Smith"]

    assert found.files == ()
    assert {one.name for one in found.waiting} == {"a.jpg", "a.xmp"}


def test_the_stores_are_never_taken_for_a_tower(engine: Engine) -> None:
    for folder in (engine.home, engine.home / "stores" / "Images", engine.home.parent):
        with pytest.raises(BadSetting):
            engine.services.bulk_importer.review(
                Tower(folder, GE_VSCAN_AIR), ME, CancelToken(), lambda _: None
            )


def test_without_the_right_nothing_is_looked_at_or_filed(engine: Engine) -> None:
    rights = frozenset((EVERY_PROVIDER, right) for right in Right if right is not Right.BULK_IMPORT)
    put(engine, "100_Jane_Smith/a.jpg")
    found = review(engine)["100_Jane_Smith"]
    engine.services.people.save_operator(Operator("LOW", "Low", rights=rights))
    low = Looker("LOW", "1")
    bulk = engine.services.bulk_importer

    with pytest.raises(NotPermitted):
        bulk.review(Tower(root_of(engine), GE_VSCAN_AIR), low, CancelToken(), lambda _: None)
    with pytest.raises(NotPermitted):
        bulk.run([found], low, CancelToken(), lambda _f, _r: None)
    assert engine.services.records.of_patient(JANE.id) == ()


def test_all_roots_stand_with_the_reasons_why_they_wait(engine: Engine) -> None:
    bulk = engine.services.bulk_importer
    bulk.keep_profiles([NAMES], operator=engine.operator)
    put(engine, "100_Jane_Smith/a.jpg")
    put(engine, "Smith Jane 07-03-1961/a.jpg")
    put(engine, "TEST/a.jpg")

    [standing] = bulk.standing(ME, CancelToken())

    assert {one.name: one.match.verdict for one in standing.folders} == {
        "100_Jane_Smith": Verdict.SURE,
        "Smith Jane 07-03-1961": Verdict.SURE,
        "TEST": Verdict.DOUBT,
    }
    assert (standing.root, standing.away) == (str(root_of(engine)), "")


def test_a_profile_that_is_none_is_refused(engine: Engine) -> None:
    bulk = engine.services.bulk_importer
    for wrong in (Profile("x", "<nobody>"), Profile("ge vscan AIR", "<nhi>")):
        with pytest.raises(BadSetting):
            bulk.keep_profiles([wrong], operator=engine.operator)
    bulk.keep_profiles([NAMES, BOTH], operator=engine.operator)
    assert bulk.profiles() == (GE_VSCAN_AIR, NAMES, BOTH)
    assert bulk.profile(" by NAME") == NAMES
    with pytest.raises(BadSetting, match="GE Vscan Air"):
        bulk.profile("none")


def _sheet(engine: Engine) -> dict[str, DayCount]:
    sheets = engine.services.day_sheets
    counts = sheets.of(sheets.today(), engine.operator, "1", CancelToken())
    for one in counts:
        assert one.seen == one.filed + one.waiting + one.held + one.ignored
    return {one.source: one for one in counts}


def test_the_day_sheet_accounts_for_every_file_of_a_tower(engine: Engine) -> None:
    for way in ("100_Jane_Smith/a.jpg", "100_Jane_Smith/a.xmp", "101/b.jpg"):
        put(engine, way)
    for way in ("TEST/c.jpg", "TEST/c.xmp", "TEST/lonely.xmp", "loose.jpg"):
        put(engine, way)
    root = str(root_of(engine))
    today = engine.services.day_sheets.today()

    before = _sheet(engine)[root]
    run(engine, review(engine)["100_Jane_Smith"])
    after = _sheet(engine)[root]

    assert before == DayCount(today, root, seen=7, filed=0, waiting=3, held=3, ignored=1)
    assert after == DayCount(today, root, seen=7, filed=2, waiting=1, held=3, ignored=1)
    named = {one.name: one.reason for one in engine.services.day_sheets.files(today)}
    assert named == {
        "TEST": "Tower folder with 2 files. No patient has the id TEST.",
        "(files in no folder)": "Tower folder with 1 file. These files stand in no folder of their own.",
    }


def test_a_root_that_went_away_keeps_its_count_and_a_root_inside_another_counts_once(
    engine: Engine,
) -> None:
    put(engine, "100_Jane_Smith/a.jpg")
    root = root_of(engine)
    both = os.pathsep.join((str(root), str(root / "100_Jane_Smith")))
    engine.services.configuring.set(TOWER_ROOTS, both, operator=engine.operator)

    before = _sheet(engine)
    root.rename(root.with_name("unplugged"))
    after = _sheet(engine)

    assert before[str(root)].waiting == 1
    assert str(root / "100_Jane_Smith") not in before
    assert after == before
    [standing] = engine.services.bulk_importer.standing(ME, CancelToken())
    assert "share away" in standing.away


def test_a_header_that_names_somebody_else_is_a_doubt_and_never_filed(engine: Engine) -> None:
    put(engine, "100_Jane_Smith/a.dcm", a_dicom(JANE.number, "Smith^Jane", "19610307"))
    own = review(engine)["100_Jane_Smith"]
    put(engine, "100_Jane_Smith/b.dcm", a_dicom(MARY.number, "Jones^Mary"))

    found = review(engine)["100_Jane_Smith"]

    assert own.match.verdict is Verdict.SURE
    assert found.match.verdict is Verdict.DOUBT
    assert "b.dcm" in found.match.doubt
    assert "DICOM header" in found.match.doubt
    [standing] = engine.services.bulk_importer.standing(ME, CancelToken())
    assert [one.match.verdict for one in standing.folders] == [Verdict.DOUBT]
    with pytest.raises(IncompleteOrder):
        run(engine, found)
    assert engine.services.records.of_patient(JANE.id) == ()


def test_a_picture_whose_own_text_names_somebody_else_keeps_its_folder_from_being_filed(
    engine: Engine,
) -> None:
    exif = Image.Exif()
    exif[0x010E] = f"Patient {MARY.nhi} Mary Jones"
    put(engine, "100_Jane_Smith/a.jpg", a_jpeg(70))
    for number in range(250):
        put(engine, f"100_Jane_Smith/{number}.jpg", a_jpeg(71) + str(number).encode())
    last = review(engine)["100_Jane_Smith"].files[-1]
    odd = put(engine, f"100_Jane_Smith/{last.name}", encoded(a_picture(), "JPEG", exif=exif))
    other = put(engine, "101_Mary_Jones/b.jpg")
    found = review(engine)
    assert found["100_Jane_Smith"].match.verdict is Verdict.SURE

    reports, results = run(engine, found["100_Jane_Smith"], found["101_Mary_Jones"])

    told = {one.name: (one.saved, one.unsaved) for one in reports}
    assert told == {"100_Jane_Smith": (0, 251), "101_Mary_Jones": (1, 0)}
    assert last.name in reports[0].reason
    assert "picture's own text" in reports[0].reason
    assert {one.outcome for one in results} == {Outcome.REFUSED, Outcome.SAVED}
    assert odd.exists()
    assert not other.exists()
    assert engine.services.records.of_patient(JANE.id) == ()
