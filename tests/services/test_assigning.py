from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from message_centre.domain.assignments import Accepted, Assignment
from message_centre.domain.errors import Cancelled, IncompleteOrder, MixedDestinations
from message_centre.domain.files import Destination, FileState, SourceFile
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.records import Record, RecordState
from message_centre.services.assigning import Alerts, Assigner
from message_centre.services.registering import Register
from message_centre.services.stability import Look
from message_centre.services.work import CancelToken, Progress, silent
from message_centre.sources.local_folder import LocalFolder
from message_centre.store.database import Database
from message_centre.store.patients import PatientsTable
from message_centre.store.recents import RecentsTable
from message_centre.store.records import SqlRecords, to_row
from message_centre.store.tables import records
from message_centre.store.trail import SqlTrail
from tests.support.patients import NOW, StillClock, a_patient
from tests.support.source_files import a_source_file

JANE = a_patient("1001", last_name="Specimen", first_names="Jane", nhi="ZAC5361")
OTTO = a_patient("1002", last_name="Faraway", first_names="Otto", nhi="ZBN77VL")
DAY = 24 * 3600


class NoLooks:
    """Keeps no looks between programs."""

    def read(self) -> Mapping[str, Look]:
        return {}

    def write(self, looks: Mapping[str, Look]) -> None:
        del looks


class Desk:
    """An assigner over a real record and a real folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "inbox"
        self.folder.mkdir()
        self.database = Database(home / "record.sqlite3")
        clock = StillClock()
        self.patients = PatientsTable(self.database, clock)
        self.patients.save([JANE, OTTO])
        register = Register(
            patients=self.patients,
            recents=RecentsTable(self.database, clock),
            trail=SqlTrail(self.database, clock, "desk"),
            clock=clock,
        )
        self.source = LocalFolder(
            self.folder, clock=clock, looks=NoLooks(), listed_extensions=lambda: frozenset({".jpg"})
        )
        self.assigner = Assigner(
            register=register,
            records=SqlRecords(self.database, "desk"),
            open_source=lambda source_id: (
                self.source if source_id == self.source.source_id else None
            ),
        )

    def receives(self, name: str, content: bytes) -> SourceFile:
        (self.folder / name).write_bytes(content)
        listing = self.source.list_files(CancelToken(), silent)
        (found,) = (file for file in listing.files if file.name == name)
        return replace(found, state=FileState.READY)

    def has_on_record(
        self, patient: Patient, content: bytes, state: RecordState = RecordState.FILED
    ) -> Record:
        record = Record(
            id=f"rec-{patient.id}-{state}",
            patient_id=patient.id,
            provider="1",
            operator="ADM",
            destination=Destination.IMAGES,
            title="",
            comment="",
            taken_at=None,
            taken_from=None,
            filed_at=NOW,
            original_name="x.jpg",
            source="inbox",
            size=len(content),
            sha256=sha256(content).hexdigest(),
            shelf_path=f"1/aa/{patient.id}.jpg",
            state=state,
        )
        with self.database.writing() as connection:
            connection.execute(insert(records), [to_row(record)])
        return record

    def alerts(self, *files: SourceFile, patient: Patient = JANE) -> Alerts:
        return self.assigner.alerts(patient, files, CancelToken())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.database.close()


def test_a_selection_of_one_kind_has_one_destination(desk: Desk) -> None:
    images = [a_source_file("a.jpg"), a_source_file("b.PNG")]
    assert desk.assigner.check_selection(images) is Destination.IMAGES
    assert desk.assigner.check_selection([a_source_file("a.pdf")]) is Destination.NOTES


def test_a_mixed_selection_is_refused_with_both_counts(desk: Desk) -> None:
    files = [a_source_file("a.jpg"), a_source_file("b.jpg"), a_source_file("c.pdf")]
    with pytest.raises(MixedDestinations, match="2 for Images and 1 for Notes"):
        desk.assigner.check_selection(files)


@pytest.mark.parametrize("state", [s for s in FileState if s is not FileState.READY])
def test_a_file_that_is_not_ready_is_refused(desk: Desk, state: FileState) -> None:
    with pytest.raises(IncompleteOrder, match="still growing"):
        desk.assigner.check_selection([a_source_file(state=state, reason="still growing")])


def test_an_empty_selection_is_refused(desk: Desk) -> None:
    with pytest.raises(IncompleteOrder, match="at least one"):
        desk.assigner.check_selection([])


def test_a_refusal_shows_a_hostile_name_safely(desk: Desk) -> None:
    hostile = a_source_file("a\u202egpj.exe", state=FileState.HELD)
    with pytest.raises(IncompleteOrder) as refused:
        desk.assigner.check_selection([hostile])
    assert "\u202e" not in refused.value.detail


def test_each_order_has_its_file_and_a_request_id_of_its_own(desk: Desk) -> None:
    files = [a_source_file("a.jpg"), a_source_file("b.jpg")]
    assignment = Assignment(JANE.id, "1", "ADM", title="Knee")
    orders = desk.assigner.orders(files, assignment)
    again = desk.assigner.orders(files, assignment)
    assert [order.file for order in orders] == files
    assert {order.assignment for order in orders} == {assignment}
    assert len({order.request_id for order in orders + again}) == 4


def test_a_mixed_selection_never_becomes_orders(desk: Desk) -> None:
    with pytest.raises(MixedDestinations):
        desk.assigner.orders(
            [a_source_file("a.jpg"), a_source_file("c.pdf")], Assignment(JANE.id, "1", "ADM")
        )


def test_an_ordinary_file_for_an_ordinary_patient_raises_no_alert(desk: Desk) -> None:
    found = desk.alerts(desk.receives("knee.jpg", b"knee"))
    assert found == Alerts()
    assert not found.needs_birth_year
    assert found.accepted_needed == frozenset()


def test_the_same_bytes_on_another_patient_name_the_record_and_need_a_yes(desk: Desk) -> None:
    record = desk.has_on_record(OTTO, b"knee")
    file = desk.receives("knee.jpg", b"knee")
    found = desk.alerts(file, desk.receives("other.jpg", b"other"))
    (duplicate,) = found.duplicates
    assert (duplicate.file, duplicate.record, duplicate.patient) == (file, record, OTTO)
    assert not duplicate.same_patient
    assert found.accepted_needed == {Accepted.OTHER_PATIENT_HAS_IT}


def test_the_same_bytes_on_this_patient_are_told_and_need_no_yes(desk: Desk) -> None:
    desk.has_on_record(JANE, b"knee")
    found = desk.alerts(desk.receives("knee.jpg", b"knee"))
    assert [duplicate.same_patient for duplicate in found.duplicates] == [True]
    assert found.accepted_needed == frozenset()


def test_bytes_withdrawn_from_this_patient_need_a_yes(desk: Desk) -> None:
    desk.has_on_record(JANE, b"knee", RecordState.WITHDRAWN)
    found = desk.alerts(desk.receives("knee.jpg", b"knee"))
    assert found.accepted_needed == {Accepted.FILED_BEFORE}


def test_bytes_withdrawn_from_somebody_else_are_where_they_belong_now(desk: Desk) -> None:
    desk.has_on_record(OTTO, b"knee", RecordState.WITHDRAWN)
    assert desk.alerts(desk.receives("knee.jpg", b"knee")) == Alerts()


def test_a_file_that_cannot_be_read_is_left_to_the_importer(desk: Desk) -> None:
    desk.has_on_record(OTTO, b"knee")
    file = desk.receives("knee.jpg", b"knee")
    (desk.folder / "knee.jpg").unlink()
    unknown_source = a_source_file("lost.jpg")
    assert desk.alerts(file).duplicates == ()
    assert desk.alerts(unknown_source).duplicates == ()


def test_looking_for_duplicates_reports_progress_and_can_be_cancelled(desk: Desk) -> None:
    files = [desk.receives("a.jpg", b"a"), desk.receives("b.jpg", b"b")]
    token, seen = CancelToken(), list[Progress]()
    desk.assigner.alerts(JANE, files, token, seen.append)
    assert seen == [Progress(0, 2), Progress(1, 2), Progress(2, 2)]
    token.cancel()
    with pytest.raises(Cancelled):
        desk.assigner.alerts(JANE, files, token)


@pytest.mark.parametrize("status", list(PatientStatus))
def test_a_status_other_than_active_needs_a_yes(desk: Desk, status: PatientStatus) -> None:
    patient = replace(JANE, status=status)
    found = desk.alerts(patient=patient)
    is_usual = status is PatientStatus.ACTIVE
    assert found.status == ("" if is_usual else status.value)
    assert (Accepted.STATUS in found.accepted_needed) is not is_usual


def test_a_similar_patient_needs_a_yes_and_the_birth_year(desk: Desk) -> None:
    twin = a_patient("1009", last_name="Specimen", first_names="Robert")
    desk.patients.save([twin])
    found = desk.alerts()
    assert [similar.patient for similar in found.similar] == [twin]
    assert found.accepted_needed == {Accepted.SIMILAR_NAME}
    assert found.needs_birth_year


@pytest.mark.parametrize(
    "name", ["ZBN77VL.jpg", "knee zbn77vl.jpg", "1002_knee.jpg", "ZAC5361 ZBN77VL.jpg"]
)
def test_a_name_that_identifies_somebody_else_is_a_conflict(desk: Desk, name: str) -> None:
    found = desk.alerts(a_source_file(name))
    assert OTTO.label in found.id_conflict
    assert found.needs_birth_year


@pytest.mark.parametrize(
    "name",
    ["ZAC5361.jpg", "1001 knee.jpg", "IMG_1002.jpg", "ZAA0067.jpg", "9999.jpg", "DSC1002.jpg"],
)
def test_own_unknown_and_counted_names_are_no_conflict(desk: Desk, name: str) -> None:
    assert desk.alerts(a_source_file(name)).id_conflict == ""


def test_a_number_merged_into_this_patient_is_no_conflict(desk: Desk) -> None:
    old = a_patient("777", first_names="Old", status=PatientStatus.MERGED, merged_into=JANE.id)
    desk.patients.save([old])
    assert desk.alerts(a_source_file("777 knee.jpg")).id_conflict == ""


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ([0] * 20, ""),
        ([0] * 21, "more than 20 files"),
        ([0, 2 * DAY], "more than one day"),
    ],
)
def test_many_files_or_days_ask_for_the_birth_year(desk: Desk, ages: list[int], words: str) -> None:
    files = [a_source_file(f"x{chr(97 + i)}.jpg", age=age) for i, age in enumerate(ages)]
    found = desk.alerts(*files)
    assert found.many == words
    assert found.needs_birth_year is bool(words)


def test_what_alerts_need_is_what_the_order_can_carry(desk: Desk) -> None:
    fields: dict[str, Any] = {"accepted": Alerts(status="deceased").accepted_needed}
    (order,) = desk.assigner.orders([a_source_file()], Assignment(JANE.id, "1", "ADM", **fields))
    assert Accepted.STATUS in order.assignment.accepted
