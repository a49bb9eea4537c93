"""Files that file themselves: to the patient their name says, once, and never by a guess."""

import dataclasses
import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from message_centre.domain.auto_imports import AutoProgress, Doubt, Left, Plan
from message_centre.domain.errors import StoreFull
from message_centre.domain.files import FileState
from message_centre.domain.outcomes import ImportResult, Outcome, Release, Released
from message_centre.domain.patients import PatientStatus
from message_centre.domain.people import Operator, Provider, Right
from message_centre.domain.records import TakenFrom
from message_centre.services.work import CancelToken
from message_centre.sources.local_folder import LocalFolder
from message_centre.store.image_store import FolderImageStore
from tests.support.engine import A_JPEG, JANE, MARY, Engine, age, save_patients
from tests.support.pictures import a_jpeg

if TYPE_CHECKING:
    from collections.abc import Sequence

JPEG = a_jpeg()


def named(
    patient: str = "100", provider: str = "1", at: str = "20260102_101112", end: str = ".jpg"
) -> str:
    return f"INTOUCH_P{patient}_D{provider}_{at}{end}"


def judged(engine: Engine, operator: str = "ADM") -> tuple[list[Plan], dict[str, Doubt]]:
    found = engine.services.auto_importer.judge(
        list(engine.files().values()), operator, CancelToken()
    )
    return list(found.plans), {left.file.name: left.doubt for left in found.left}


class Run:
    """One auto-import of everything that is listed."""

    def __init__(self, engine: Engine, operator: str = "ADM", cancel_after: int = 0) -> None:
        self.told: list[AutoProgress] = []
        self.results: list[ImportResult] = []
        token = CancelToken()

        def told(progress: AutoProgress, plan: Plan, result: ImportResult) -> None:
            del plan
            self.told.append(progress)
            self.results.append(result)
            if len(self.told) == cancel_after:
                token.cancel()

        auto = engine.services.auto_importer
        plans = auto.judge(list(engine.files().values()), operator, CancelToken()).plans
        self.left: Sequence[Left] = auto.run(plans, operator, token, told)

    @property
    def outcomes(self) -> list[Outcome]:
        return [result.outcome for result in self.results]


def on_record(engine: Engine) -> list[tuple[str, str, str]]:
    return [
        (one.patient_id, one.provider, one.original_name)
        for one in engine.services.records.everything()
    ]


def test_a_file_goes_to_whom_its_name_says_with_its_time_and_no_words(engine: Engine) -> None:
    path = engine.put(named("101"), JPEG)
    film = engine.put(named("100", end=".mov"), b"\0\0\0\x14ftypqt  \0\0\0\0qt  \0\0\0\x08moov")

    run = Run(engine)

    assert run.outcomes == [Outcome.SAVED, Outcome.SAVED]
    assert not path.exists()
    assert not film.exists()
    picture, movie = sorted(engine.services.records.everything(), key=lambda one: one.destination)
    assert (picture.patient_id, picture.provider, picture.operator) == (MARY.id, "1", "ADM")
    assert (picture.title, picture.comment, picture.destination) == ("", "", "images")
    assert (movie.patient_id, movie.destination) == (JANE.id, "notes")
    assert picture.taken_at == datetime.fromisoformat("2026-01-02T10:11:12").astimezone()
    assert picture.taken_from is TakenFrom.FILE_NAME
    assert [entry.action for entry in engine.services.trail.entries()].count("auto-import") == 2
    assert run.told[-1] == AutoProgress(2, imported=2)
    assert engine.problems() == []


def test_a_second_run_changes_nothing(engine: Engine) -> None:
    engine.put(named(), JPEG)
    engine.put(named("999"), JPEG)
    Run(engine)
    before = on_record(engine), len(list(engine.services.trail.entries())), engine.ready()

    again = Run(engine)

    assert again.results == []
    assert (on_record(engine), len(list(engine.services.trail.entries())), engine.ready()) == before


def device_names() -> list[str]:
    """What cameras, scanners and phones call 10,000 pictures."""
    makers = (
        "DSC{:04}.JPG",
        "SCN{:04}.tif",
        "IMG_{:04}.jpg",
        "IMG_20260102_{:06}.jpg",
        "{:04}.jpg",
    )
    return [maker.format(n) for n in range(2000) for maker in makers]


def test_of_ten_thousand_device_names_none_files_itself(engine: Engine) -> None:
    likely = ("0001", "1001", "20260102")
    like_devices = [
        dataclasses.replace(JANE, id=f"pt-{n:012}", number=number, nhi=nhi)
        for n, (number, nhi) in enumerate(
            zip(likely, ("DSC0009", "SCN0008", "IMG0006"), strict=True)
        )
    ]
    save_patients(engine, *like_devices)
    names = device_names()
    for name in names:
        engine.put(name, JPEG)

    assert len(set(names)) == len(engine.ready()) == 10_000
    assert judged(engine) == ([], {})
    assert Run(engine).results == []
    assert on_record(engine) == []


@pytest.mark.parametrize(
    ("name", "doubt"),
    [
        (named("999"), Doubt.PATIENT),
        (named("0100"), Doubt.PATIENT),
        (named(provider="7"), Doubt.PROVIDER),
        (named(provider="01"), Doubt.PROVIDER),
        (named(at="20260231_101112"), Doubt.TIME),
        (named(at="20990101_000000"), Doubt.FUTURE),
        ("INTOUCH_P100_2026.jpg", Doubt.NAME),
    ],
)
def test_what_would_be_a_guess_waits_for_a_person(engine: Engine, name: str, doubt: Doubt) -> None:
    engine.put(name, JPEG)

    assert judged(engine) == ([], {name: doubt})
    assert Run(engine).results == []
    assert engine.ready() == [name]


def test_a_minute_ahead_waits_and_is_taken_when_its_time_has_come(engine: Engine) -> None:
    soon, past = (
        datetime.now(UTC).astimezone() + timedelta(minutes=1),
        datetime.now(UTC).astimezone(),
    )
    engine.put(named(at=f"{soon:%Y%m%d_%H%M%S}"), JPEG)
    engine.put(named(at=f"{past:%Y%m%d_%H%M%S}"), JPEG)

    plans, left = judged(engine)

    assert len(plans) == 1
    assert list(left.values()) == [Doubt.FUTURE]


def test_an_hour_that_the_clocks_skipped_is_no_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        engine.put(named(at="20250928_023000"), JPEG)
        engine.put(named(at="20250928_033000"), JPEG)
        plans, left = judged(engine)
    finally:
        monkeypatch.undo()
        time.tzset()

    told = [plan.taken_at.isoformat() for plan in plans if plan.taken_at]
    assert told == ["2025-09-28T03:30:00+13:00"]
    assert list(left.values()) == [Doubt.TIME]


@pytest.mark.parametrize("status", [PatientStatus.INACTIVE, PatientStatus.DECEASED])
def test_a_patient_who_is_not_active_waits_for_a_person(
    engine: Engine, status: PatientStatus
) -> None:
    save_patients(engine, dataclasses.replace(JANE, status=status))
    engine.put(named(), JPEG)

    assert judged(engine)[1] == {named(): Doubt.PATIENT_STATUS}


def test_a_merged_patient_is_followed_only_where_the_register_says_to_whom(engine: Engine) -> None:
    ann = dataclasses.replace(
        JANE, id="pt-7", number="7", nhi="", status=PatientStatus.MERGED, merged_into="pt-8"
    )
    bea = dataclasses.replace(ann, id="pt-8", number="8", merged_into=MARY.id)
    lost = dataclasses.replace(ann, id="pt-9", number="9", merged_into="")
    ring = dataclasses.replace(ann, id="pt-10", number="10", merged_into="pt-11")
    back = dataclasses.replace(ann, id="pt-11", number="11", merged_into="pt-10")
    save_patients(engine, ann, bea, lost, ring, back)
    for number in ("7", "8", "9", "10"):
        engine.put(named(number), JPEG)

    plans, left = judged(engine)

    assert {plan.patient.id for plan in plans} == {MARY.id}
    assert len(plans) == 2
    assert left == {named("9"): Doubt.MERGED, named("10"): Doubt.MERGED}


def test_provider_and_right_are_those_of_the_name_and_not_of_the_desk(engine: Engine) -> None:
    people = engine.services.people
    people.save_provider(Provider("2", "Second"))
    people.save_provider(Provider("3", "Gone", is_active=False))
    may = {("1", Right.SEE_EXT), ("1", Right.SAVE), ("2", Right.AUTO_IMPORT)}
    people.save_operator(Operator("KIM", "Kim", rights=frozenset(may)))
    for provider in ("1", "2", "3"):
        engine.put(named(provider=provider), JPEG)

    plans, left = judged(engine, "KIM")

    assert [plan.provider for plan in plans] == ["2"]
    assert left == {named(): Doubt.RIGHT, named(provider="3"): Doubt.PROVIDER_STATUS}
    assert Run(engine, "KIM").outcomes == [Outcome.SAVED]
    assert on_record(engine) == [(JANE.id, "2", named(provider="2"))]


def test_a_right_that_is_lost_between_look_and_import_counts(engine: Engine) -> None:
    engine.put(named(), JPEG)
    plans, _ = judged(engine)
    operator = dataclasses.replace(engine.operator, rights=frozenset({("*", Right.SAVE)}))
    engine.services.people.save_operator(operator)

    answers: list[ImportResult] = []
    left = engine.services.auto_importer.run(
        plans, "ADM", CancelToken(), lambda progress, plan, result: answers.append(result)
    )

    assert [one.problem for one in answers] == ["NotPermitted"]
    assert [one.doubt for one in left] == [Doubt.NOT_IMPORTED]
    assert on_record(engine) == []


def test_damaged_and_disguised_files_wait_for_a_person(engine: Engine) -> None:
    engine.put(named(), JPEG[:-300])
    engine.put(named("101"), b"MZ" + bytes(300))
    engine.put(named(end=".txt"), b"")

    plans, left = judged(engine)

    assert plans == []
    assert left == {named(): Doubt.CONTENT, named("101"): Doubt.CONTENT}
    assert engine.files()[named(end=".txt")].state is not FileState.READY


def test_bytes_are_judged_where_they_are_copied_too(engine: Engine) -> None:
    """As for a drive, of which nothing is read before."""
    engine.put(named(), A_JPEG[:-2])
    file = engine.files()[named()]
    plan = Plan(file, JANE, "1", datetime.fromisoformat("2026-01-02T10:11:12+00:00"))
    told: list[ImportResult] = []

    left = engine.services.auto_importer.run(
        [plan], "ADM", CancelToken(), lambda progress, plan, result: told.append(result)
    )

    assert [one.problem for one in told] == ["DoubtfulContent"]
    assert [one.doubt for one in left] == [Doubt.CONTENT]
    assert (engine.ready(), engine.stored(), engine.problems()) == ([named()], [], [])
    assert judged(engine) == ([], {named(): Doubt.CONTENT})


def test_the_same_file_again_is_discarded_and_told(engine: Engine) -> None:
    engine.put(named(), JPEG)
    Run(engine)
    path = engine.put(named(), JPEG)

    run = Run(engine)

    assert run.outcomes == [Outcome.ALREADY_FILED]
    assert run.told[-1] == AutoProgress(1, again=1)
    assert not path.exists()
    assert len(engine.stored()) == len(on_record(engine)) == 1
    last = list(engine.services.trail.entries())[-1]
    assert (last.action, last.patient_id) == ("auto-import-again", JANE.id)
    assert engine.problems() == []


def test_the_same_name_with_other_bytes_is_a_new_picture(engine: Engine) -> None:
    engine.put(named(), JPEG)
    Run(engine)
    engine.put(named(), a_jpeg(80, 60))

    assert Run(engine).outcomes == [Outcome.SAVED]
    assert on_record(engine) == [(JANE.id, "1", named())] * 2


def test_the_same_bytes_under_another_name_wait_for_a_person(engine: Engine) -> None:
    engine.put(named(), JPEG)
    Run(engine)
    engine.put(named(end="_02.jpg"), JPEG)
    engine.put(named("101"), JPEG)

    run = Run(engine)

    assert [left.doubt for left in run.left] == [Doubt.TWIN, Doubt.TWIN]
    assert len(engine.ready()) == 2
    assert Run(engine).results == []
    assert engine.problems() == []


def test_a_withdrawn_file_is_not_filed_again_by_itself(engine: Engine) -> None:
    engine.put(named(), JPEG)
    [filed] = Run(engine).results
    engine.services.corrector.withdraw(filed.record_id, operator="ADM", reason="wrong number")
    age(engine.source / named())

    run = Run(engine)

    assert [left.doubt for left in run.left] == [Doubt.TWIN]
    assert on_record(engine) == []
    assert engine.ready() == [named()]


def test_a_file_whose_stored_twin_is_damaged_is_not_let_go_of(engine: Engine) -> None:
    engine.put(named(), JPEG)
    Run(engine)
    [stored] = engine.stored()
    stored.chmod(0o600)
    stored.write_bytes(JPEG[:-1] + b"x")
    path = engine.put(named(), JPEG)

    run = Run(engine)

    assert path.read_bytes() == JPEG
    assert [left.doubt for left in run.left] == [Doubt.TWIN]


def test_a_file_that_came_again_and_cannot_be_removed_is_hidden_until_it_can(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.put(named(), JPEG)
    [filed] = Run(engine).results
    path = engine.put(named(), JPEG)
    with monkeypatch.context() as patch:
        patch.setattr(
            LocalFolder, "release", lambda _self, _filed: (Released(Release.KEPT, "Held."),)
        )
        run = Run(engine)
        assert run.outcomes == [Outcome.ALREADY_FILED]
        assert "Held." in run.results[0].reason
        assert (path.exists(), engine.ready()) == (True, [])

    engine.services.recoverer.run()

    assert not path.exists()
    assert engine.services.records.get(filed.record_id) is not None
    assert engine.problems() == []


def test_a_kept_file_is_listed_again_once_its_record_is_withdrawn(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = engine.source.parent / "other"
    other.mkdir()
    engine.put(named(), JPEG)
    [filed] = Run(engine).results
    engine.services.configuring.set(
        "operator.folders.images", f"{engine.source}:{other}", operator=engine.operator
    )
    shutil.move(engine.put(named(), JPEG), other)
    with monkeypatch.context() as patch:
        patch.setattr(
            LocalFolder, "release", lambda _self, _filed: (Released(Release.KEPT, "Held."),)
        )
        Run(engine)
    engine.services.corrector.withdraw(filed.record_id, operator="ADM", reason="wrong number")

    assert (other / named()).read_bytes() == JPEG
    assert (engine.source / named()).read_bytes() == JPEG
    listed = engine.services.lister.refresh(engine.operator, "1", CancelToken())
    assert [len(listing.files) for listing in listed] == [1, 1]


def test_recovery_leaves_a_file_whose_record_was_withdrawn_meanwhile(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the release, and withdrawn by a colleague before this workstation starts again."""
    other = engine.source.parent / "other"
    other.mkdir()
    engine.put(named(), JPEG)
    [filed] = Run(engine).results
    engine.services.configuring.set(
        "operator.folders.images", f"{engine.source}:{other}", operator=engine.operator
    )
    shutil.move(engine.put(named(), JPEG), other)
    with monkeypatch.context() as patch:
        patch.setattr(
            LocalFolder, "release", lambda _self, _filed: (Released(Release.KEPT, "Held."),)
        )
        Run(engine)
    engine.services.corrector.withdraw(filed.record_id, operator="ADM", reason="wrong number")
    engine.alter(
        "UPDATE imports SET state = 'filed', session = 'dead' WHERE record_id <> id"
        " AND state = 'done'"
    )

    engine.services.recoverer.run()

    assert (other / named()).read_bytes() == JPEG
    assert engine.stored() == []
    listed = engine.services.lister.refresh(engine.operator, "1", CancelToken())
    assert [len(listing.files) for listing in listed] == [1, 1]
    assert engine.problems() == []


def test_a_cancel_stops_between_files_and_leaves_the_rest_for_next_time(engine: Engine) -> None:
    for number in range(4):
        engine.put(named(end=f"_{number}.jpg"), a_jpeg(60 + number, 40))

    run = Run(engine, cancel_after=2)

    assert run.outcomes == [Outcome.SAVED] * 2 + [Outcome.CANCELLED] * 2
    assert run.left == ()
    assert (run.told[-1].imported, run.told[-1].left) == (2, 0)
    assert Run(engine).outcomes == [Outcome.SAVED] * 2


def test_a_full_store_is_tried_again_at_the_next_refresh(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> object:
        raise StoreFull("The disk of the store is full.")

    engine.put(named(), JPEG)
    with monkeypatch.context() as patch:
        patch.setattr(FolderImageStore, "stage", full)
        run = Run(engine)
    assert [(left.doubt, left.reason) for left in run.left] == [
        (Doubt.NOT_IMPORTED, "The disk of the store is full.")
    ]
    files = list(engine.files().values())
    auto = engine.services.auto_importer
    assert auto.judge(files, "ADM", CancelToken(), again=False).plans == ()

    assert Run(engine).outcomes == [Outcome.SAVED]


def test_a_file_that_somebody_else_took_is_left_to_nobody(engine: Engine) -> None:
    engine.put(named(), JPEG)
    plans, _ = judged(engine)
    engine.save(named())
    told: list[AutoProgress] = []

    left = engine.services.auto_importer.run(
        plans, "ADM", CancelToken(), lambda progress, plan, result: told.append(progress)
    )

    assert left == ()
    assert told == [AutoProgress(1, elsewhere=1)]


def test_a_label_that_changed_since_the_look_stops_the_import(engine: Engine) -> None:
    engine.put(named(), JPEG)
    plans, _ = judged(engine)
    save_patients(engine, dataclasses.replace(JANE, last_name="Other"))

    left = engine.services.auto_importer.run(plans, "ADM", CancelToken(), lambda *_: None)

    assert [one.doubt for one in left] == [Doubt.NOT_IMPORTED]
    assert on_record(engine) == []


def test_reasons_are_told_only_where_it_is_on(engine: Engine) -> None:
    engine.put(named("999"), JPEG)
    files = list(engine.files().values())
    auto = engine.services.auto_importer
    assert auto.reasons(files, "ADM") == {}

    engine.services.configuring.set("operator.auto_import", "true", operator=engine.operator)

    assert list(auto.reasons(files, "ADM").values()) == [
        "The register has no patient with the number 999."
    ]


def test_the_practice_may_have_another_pattern(engine: Engine) -> None:
    engine.services.configuring.set(
        "system.intouch.pattern",
        "<provider number>-<patient number>-<ddmmyyyy>-<hhmmss>.<ext>",
        operator=engine.operator,
    )
    engine.put("1-101-31122025-101112.jpg", JPEG)
    engine.put(named(), JPEG)

    assert Run(engine).outcomes == [Outcome.SAVED]
    assert on_record(engine) == [(MARY.id, "1", "1-101-31122025-101112.jpg")]


def test_the_day_sheet_balances_and_names_everything(engine: Engine) -> None:
    configuring, sheets = engine.services.configuring, engine.services.day_sheets
    configuring.set("operator.auto_import", "true", operator=engine.operator)
    engine.put(named(), JPEG)
    engine.put(named("999"), JPEG)
    engine.put("DSC0001.jpg", JPEG)
    engine.put("setup.exe", b"MZ")
    Run(engine)
    engine.put(named(), JPEG)
    Run(engine)
    today = engine.services.clock.now().date()

    [count] = sheets.of(today, engine.operator, "1", CancelToken())

    assert (count.seen, count.filed, count.waiting, count.held, count.ignored) == (5, 1, 1, 1, 2)
    assert sorted((one.fate, one.name) for one in sheets.files(today)) == [
        ("auto-imported", named()),
        ("came-again", named()),
        ("held", named("999")),
    ]
