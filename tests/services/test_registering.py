import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from message_centre.domain.errors import BadRegisterFile, Cancelled, FixTheInput, UnknownPatient
from message_centre.domain.outcomes import RegisterReport
from message_centre.domain.patients import PatientStatus
from message_centre.services.register_import import chunk_size
from message_centre.services.registering import Register
from message_centre.services.work import CancelToken, Progress
from message_centre.store.database import Database
from message_centre.store.patients import PatientsTable
from message_centre.store.recents import RecentsTable
from message_centre.store.trail import SqlTrail
from tests.support.patients import StillClock, a_patient

HEADER = "number,last_name,first_names,known_as,birth_date,sex,nhi,alternate_id,phone,email,address,status"
NHI_SYSTEM = "https://standards.digital.health.nz/ns/nhi-id"


class Practice:
    """A register over a real record, and its trail."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        clock = StillClock()
        self.trail = SqlTrail(self.database, clock, "desk")
        self.patients = PatientsTable(self.database, clock)
        recents = RecentsTable(self.database, clock)
        self.register = Register(
            patients=self.patients, recents=recents, trail=self.trail, clock=clock
        )

    def imports(self, content: str | bytes) -> RegisterReport:
        file = self.folder / "register"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.register.import_file(file, operator="ADM", token=CancelToken())

    def actions(self) -> list[tuple[str, str]]:
        return [(entry.action, entry.detail) for entry in self.trail.entries()]


@pytest.fixture
def practice(tmp_path: Path, database: Database) -> Practice:
    return Practice(tmp_path, database)


def counts(report: RegisterReport) -> tuple[int, int, int, int]:
    return (report.new, report.changed, report.unchanged, len(report.refused))


def a_resource(number: str, **fields: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "resourceType": "Patient",
        "id": f"id-{number}",
        "identifier": [{"value": number}],
        "name": [{"family": "Testcase", "given": ["Nobody", "At", "All"]}],
        "birthDate": "1970-01-02",
    }
    return usual | fields


def a_bundle(*resources: dict[str, Any]) -> str:
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


CSV = f"""{HEADER}
1001,Specimen,Jane,Jinny,1961-03-07,F,zac 5361,A1,021 555 123,j@example.org,"1 Nowhere St, Town",
1002,Ngāta,Tāne,,07/03/1961,M,,,,,,deceased
"""


def test_a_csv_file_with_every_column_is_imported(practice: Practice) -> None:
    assert counts(practice.imports(CSV)) == (2, 0, 0, 0)
    jane = practice.register.resolve("1001")
    assert (jane.last_name, jane.nhi, jane.birth_date) == ("Specimen", "ZAC5361", date(1961, 3, 7))
    assert jane.address == "1 Nowhere St, Town"
    assert practice.register.resolve("1002").status is PatientStatus.DECEASED
    assert jane.id.startswith("pt-")
    assert practice.register.resolve(jane.id) == jane


def test_the_same_file_again_changes_nothing(practice: Practice) -> None:
    practice.imports(CSV)
    before = practice.register.resolve("1001")
    assert counts(practice.imports(CSV)) == (0, 0, 2, 0)
    assert practice.register.resolve("1001") == before


def test_a_changed_row_updates_the_patient_in_place(practice: Practice) -> None:
    practice.imports(CSV)
    before = practice.register.resolve("1001")
    assert counts(practice.imports(CSV.replace("Specimen", "Married"))) == (0, 1, 1, 0)
    after = practice.register.resolve("1001")
    assert (after.id, after.last_name) == (before.id, "Married")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_byte_order_mark_and_line_ends_are_recognised(
    practice: Practice, separator: str, start: str, end: str
) -> None:
    rows = [["Birth Date", "LAST_NAME", " number "], ["7.3.1961", "Specimen", "1"]]
    text = start + end.join(separator.join(row) for row in rows) + end
    assert counts(practice.imports(text)) == (1, 0, 0, 0)
    assert practice.register.resolve("1").birth_date == date(1961, 3, 7)


def test_a_separator_line_as_excel_writes_it_is_understood(practice: Practice) -> None:
    report = practice.imports("sep=;\nnumber;last_name;birth_date\n1;A;x\n2;B;1/1/1970\n")
    assert counts(report) == (1, 0, 0, 1)
    assert report.refused[0].line == 3


def test_columns_that_are_not_there_keep_what_is_known(practice: Practice) -> None:
    practice.imports(CSV)
    report = practice.imports("number,last_name,birth_date\n1001,Specimen,1961-03-07\n")
    assert counts(report) == (0, 0, 1, 0)
    cleared = "number,last_name,birth_date,phone\n1001,Specimen,1961-03-07,\n"
    assert counts(practice.imports(cleared)) == (0, 1, 0, 0)
    assert practice.register.resolve("1001").phone == ""


def test_each_refused_row_has_its_line_and_reason_and_holds_up_no_other(practice: Practice) -> None:
    practice.imports(CSV)
    rows = [
        "2001,Good,Row,,1970-01-02,,ZAA0067,,,,,",
        "2002,Bad,Date,,31/2/1970,,,,,,,",
        "2003,Not,Born,,21/11/2026,,,,,,,",
        ",No,Number,,1970-01-02,,,,,,,",
        "2005,,Nameless,,1970-01-02,,,,,,,",
        "2006,Bad,Nhi,,1970-01-02,,ZAC5362,,,,,",
        "2007,Taken,Nhi,,1970-01-02,,ZAC5361,,,,,",
        "2008,Same,Nhi,,1970-01-02,,ZAA0067,,,,,",
        "2001,Twice,There,,1970-01-02,,,,,,,",
        "pt-123,Our,Own,,1970-01-02,,,,,,,",
        "2011,Bad,Status,,1970-01-02,,,,,,,asleep",
        "2012,Too,Many,,1970-01-02,,,,,,,,more",
        "2013,Half,Date,,1970,,,,,,,",
        '2014,"Two',
        'lines",Fine,,1970-01-02,,,,,,,',
        "2015,Long,,,1066-10-14,,,,,,,",
    ]
    report = practice.imports("\n".join([HEADER, *rows]))
    reasons = {row.line: row.reason for row in report.refused}
    assert report.new == 2
    assert list(reasons) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17]
    for line, word in [
        (3, "31/2/1970"),
        (4, "future"),
        (5, "number"),
        (6, "last_name"),
        (7, "check"),
    ]:
        assert word in reasons[line]
    for line, word in [(8, "1001"), (9, "2001"), (10, "before"), (11, "pt-"), (12, "asleep")]:
        assert word in reasons[line]
    assert practice.register.resolve("2014").last_name == "Two lines"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"number,last_name,birth_date\n1,M\xfcller,1970-01-01\n", "UTF-8"),
        ("number,last_name,birth_date\n1,A,1970-01-01\n".encode("utf-16"), "UTF-8"),
        (b"number,last_name\n1,A\n", "birth_date"),
        (b"number,lastname,birth_date\n1,A,1970-01-01\n", "last_name"),
        (b"number,number,last_name,birth_date\n", "twice"),
        (b'number,last_name,birth_date\n1,A,1970-01-01\n2,"B,1970-01-01\n', "CSV"),
        (b"\x00\x01\x02\x03", "header"),
        (b"{}", "FHIR"),
        (b"[1]", "FHIR"),
        (b'{"resourceType": "Bundle"', "FHIR"),
        (b'{"resourceType": "Bundle", "entry": 5}', "Patient"),
        (b'{"resourceType": "Bundle", "entry": []}', "Patient"),
        (b"[" * 100_000, "deep"),
    ],
)
def test_what_is_no_register_is_refused_with_words_and_changes_nothing(
    practice: Practice, content: bytes, word: str
) -> None:
    with pytest.raises(BadRegisterFile, match=word):
        practice.imports(content)
    assert practice.register.count() == 0


def test_a_file_that_cannot_be_opened_is_refused(practice: Practice) -> None:
    for path in (practice.folder / "nowhere.csv", practice.folder):
        with pytest.raises(BadRegisterFile):
            practice.register.import_file(path, operator="ADM", token=CancelToken())


def test_foreign_columns_are_left_out(practice: Practice) -> None:
    report = practice.imports("number,gp,last_name,birth_date\n1,Dr X,A,1970-01-01\n")
    assert counts(report) == (1, 0, 0, 0)


FULL = a_resource(
    "C-77",
    identifier=[
        {"system": "urn:other", "value": "OTHER"},
        {"use": "old", "system": NHI_SYSTEM, "value": "ZAA0067"},
        {"use": "official", "system": NHI_SYSTEM, "value": "zac5361"},
        {"type": {"coding": [{"code": "MR"}]}, "value": "C-77"},
    ],
    name=[
        {"use": "old", "family": "Maiden", "given": ["Jane"]},
        {"use": "nickname", "given": ["Jinny"]},
        {"use": "usual", "family": "Wrong", "given": ["Wrong"]},
        {"use": "official", "family": "Specimen", "given": ["Jane", "Ann"]},
    ],
    telecom=[
        {"system": "phone", "use": "old", "value": "000"},
        {"system": "phone", "value": "021 555 123"},
        {"system": "email", "value": "j@example.org"},
    ],
    address=[{"line": ["1 Nowhere St"], "city": "Town", "postalCode": "9999"}],
    gender="female",
    deceasedDateTime="2020-01-01",
)


def test_a_fhir_patient_is_taken_with_all_that_we_keep(practice: Practice) -> None:
    assert counts(practice.imports(a_bundle(FULL))) == (1, 0, 0, 0)
    jane = practice.register.resolve("C-77")
    assert jane.name == "SPECIMEN, Jane Ann (Jinny)"
    assert (jane.nhi, jane.alternate_id, jane.sex) == ("ZAC5361", "OTHER", "female")
    assert (jane.phone, jane.email) == ("021 555 123", "j@example.org")
    assert jane.address == "1 Nowhere St, Town, 9999"
    assert jane.status is PatientStatus.DECEASED
    assert counts(practice.imports(a_bundle(FULL))) == (0, 0, 1, 0)


def test_a_bundle_written_over_many_lines_is_read_too(practice: Practice) -> None:
    spread = json.dumps(json.loads(a_bundle(FULL, {"resourceType": "Observation"})), indent=2)
    assert counts(practice.imports("\ufeff" + spread)) == (1, 0, 0, 0)


def test_ndjson_is_read_line_by_line_and_a_bad_line_refused(practice: Practice) -> None:
    lines = [json.dumps(a_resource("1")), "", "{broken", json.dumps(a_resource("2", active=False))]
    report = practice.imports("\n".join([*lines, json.dumps(a_resource("3", birthDate="1970"))]))
    assert counts(report) == (2, 0, 0, 2)
    assert [row.line for row in report.refused] == [3, 5]
    assert practice.register.resolve("2").status is PatientStatus.INACTIVE


def test_a_patient_known_by_nhi_alone_has_it_as_number(practice: Practice) -> None:
    only = a_resource("x", identifier=[{"system": NHI_SYSTEM, "value": "ZAC5361"}])
    practice.imports(a_bundle(only))
    assert practice.register.resolve("ZAC5361").nhi == "ZAC5361"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["id", "identifier", "name", "telecom", "address", "link", "birthDate"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["value", "use", "family", "other"]), inner)
            ),
            max_leaves=5,
        ),
    )
)
def test_a_resource_of_any_shape_is_taken_or_refused(practice: Practice, fields: Any) -> None:
    report = practice.imports(a_bundle(a_resource("1", **fields)))
    assert sum(counts(report)) == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_merged_patients_point_to_who_remains_in_any_order(
    practice: Practice, order: tuple[int, ...]
) -> None:
    rows = [
        "1,A,1970-01-02,ZAC5361,merged:2",
        "2,A,1970-01-02,ZAC5361,merged:3",
        "3,A,1970-01-02,ZAC5361,",
    ]
    text = "\n".join(["number,last_name,birth_date,nhi,status", *(rows[place] for place in order)])
    assert counts(practice.imports(text)) == (3, 0, 0, 0)
    first, second = practice.register.resolve("1"), practice.register.resolve("2")
    assert first.merged_into == second.id
    assert second.status is PatientStatus.MERGED
    assert counts(practice.imports(text)) == (0, 0, 3, 0)


def test_a_fhir_link_replaced_by_merges(practice: Practice) -> None:
    link = [{"type": "replaced-by", "other": {"reference": "Patient/id-2"}}]
    bundle = a_bundle(a_resource("1", link=link), a_resource("2"))
    assert counts(practice.imports(bundle)) == (2, 0, 0, 0)
    assert practice.register.resolve("1").merged_into == practice.register.resolve("2").id


@pytest.mark.parametrize("target", ["9", "1"])
def test_a_merge_into_nobody_or_oneself_is_refused(practice: Practice, target: str) -> None:
    report = practice.imports(
        f"number,last_name,birth_date,status\n1,A,1970-01-02,merged:{target}\n"
    )
    assert counts(report) == (0, 0, 0, 1)


def test_a_large_file_reports_progress_and_a_cancel_keeps_whole_chunks(practice: Practice) -> None:
    rows = "".join(f"{number},Row,1970-01-02\n" for number in range(1200))
    file = practice.folder / "many.csv"
    file.write_text(f"number,last_name,birth_date\n{rows}")
    token, seen = CancelToken(), list[Progress]()

    def report(progress: Progress) -> None:
        seen.append(progress)
        token.cancel()

    with pytest.raises(Cancelled):
        practice.register.import_file(file, operator="ADM", token=token, report=report)
    assert seen == [Progress(500, 1200)]
    assert practice.register.count() == 500
    whole = practice.register.import_file(file, operator="ADM", token=CancelToken())
    assert counts(whole) == (700, 0, 500, 0)
    assert practice.actions() == [
        ("register-import", "not finished: 500 new, 0 changed, 0 unchanged, 0 refused"),
        ("register-import", "finished: 700 new, 0 changed, 500 unchanged, 0 refused"),
    ]


def test_a_patient_is_added_by_hand_and_the_trail_tells(practice: Practice) -> None:
    fields = {"number": "7", "last_name": " O\u2019Sample ", "birth_date": "7 mar 1961"}
    added = practice.register.add(fields, operator="ADM")
    assert practice.register.get(added.id) == added
    assert (added.last_name, added.birth_date) == ("O\u2019Sample", date(1961, 3, 7))
    assert practice.actions() == [("patient-add", "number 7")]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"number": "1001", "last_name": "A", "birth_date": "1/1/1970"},
        {"number": "8", "last_name": "A", "birth_date": "1/1/1970", "nhi": "ZAC5361"},
        {"number": "8", "last_name": "A", "birth_date": "1/1/1970", "nhi": "ZAC5362"},
        {"number": "PT-8", "last_name": "A", "birth_date": "1/1/1970"},
        {"number": "8", "last_name": "A", "birth_date": "1/1/1970", "status": "merged:99"},
        {"number": "8" * 41, "last_name": "A", "birth_date": "1/1/1970"},
    ],
)
def test_what_cannot_be_added_says_why_and_leaves_no_trail(
    practice: Practice, fields: dict[str, str]
) -> None:
    practice.imports(CSV)
    with pytest.raises(FixTheInput):
        practice.register.add(fields, operator="ADM")
    assert practice.register.count() == 2
    assert len(practice.actions()) == 1


def test_control_and_invisible_characters_do_not_get_into_the_register(practice: Practice) -> None:
    fields = {"number": "7\u200b8", "last_name": "A\u202eB\n C", "birth_date": "1/1/1970"}
    assert practice.register.add(fields, operator="ADM").last_name == "AB C"
    assert practice.register.resolve("78").number == "78"


def test_damaged_characters_are_refused_with_words(practice: Practice) -> None:
    half = a_resource("1", name=[{"family": "Half\ud800"}])
    report = practice.imports(a_bundle(half, a_resource("2\udcff"), a_resource("3")))
    assert counts(report) == (1, 0, 0, 2)
    assert all("damaged" in row.reason for row in report.refused)


@pytest.mark.parametrize("reference", ["nobody", "", "\udcff", "a\x00b"])
def test_an_unknown_reference_is_refused(practice: Practice, reference: str) -> None:
    with pytest.raises(UnknownPatient):
        practice.register.resolve(reference)


def test_recent_patients_come_back_the_latest_first(practice: Practice) -> None:
    practice.imports(CSV)
    jane, tane = practice.register.resolve("1001"), practice.register.resolve("1002")
    practice.register.used("ADM", jane.id)
    assert practice.register.recents("ADM") == (jane,)
    assert practice.register.recents("OTHER") == ()
    assert tane not in practice.register.recents("ADM")


def test_similar_patients_come_with_reasons(practice: Practice) -> None:
    jane = a_patient("1", last_name="Specimen", first_names="Jane")
    joan = a_patient("2", last_name="Specimen", first_names="Jayne", nhi="ZAC5361")
    gone = a_patient("3", last_name="Specimen", first_names="Jane", status=PatientStatus.MERGED)
    practice.patients.save([jane, joan, gone, a_patient("4")])
    (similar,) = practice.register.similar(jane)
    assert similar.patient == joan
    assert "same last name and birth date" in similar.reasons
    assert "nhi" in similar.differs


@pytest.mark.parametrize(
    ("total", "at_once"),
    [(0, 500), (25_000, 500), (100_000, 2_000), (250_000, 5_000), (5_000_000, 5_000)],
)
def test_a_large_register_is_saved_in_fewer_and_larger_steps(total: int, at_once: int) -> None:
    assert chunk_size(total) == at_once
