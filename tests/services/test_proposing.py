"""Guesses at the patient with a real register, real folders and real headers."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from message_centre.domain import nhi
from message_centre.domain.errors import Cancelled
from message_centre.domain.files import SourceFile, SourceKind
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.proposals import THRESHOLD, Proposals
from message_centre.services.work import CancelToken
from tests.support.dicom import a_dicom
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice, a_practice
from tests.support.source_files import a_source_file

COUNT = 10_000
PREFIXES = (*sorted(nhi.DEVICE_PREFIXES), "DSCF", "DSCN", "GOPR", "P", "IMG_", "Scan", "Image ")


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    made = a_practice(tmp_path)
    yield made
    made.services.close()


@pytest.fixture
def jane(practice: Practice) -> Patient:
    return practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")


@pytest.fixture
def ann(practice: Practice) -> Patient:
    return practice.add_patient("4050", "Brown", "Ann", birth_date="1975-10-02")


def propose(practice: Practice, *files: SourceFile) -> Proposals:
    return practice.services.proposing.propose(files, practice.operator.id, CancelToken())


def dropped(practice: Practice, name: str, content: bytes = b"\xff\xd8\xff\xe0") -> SourceFile:
    practice.drop(name, content)
    return practice.files(name)[0]


def test_a_number_and_a_name_in_the_file_name(practice: Practice, jane: Patient) -> None:
    told = propose(practice, dropped(practice, "ZAC5361 smith.jpg")).told
    assert told is not None
    assert told.patient == jane
    assert told.words == "NHI ZAC5361 in the file name; name agrees"


def test_a_folder_of_the_patient(practice: Practice, jane: Patient) -> None:
    file = replace(a_source_file("DSC0001.jpg"), source_name="/srv/tower/1025 Smith Jane")
    told = propose(practice, file).told
    assert told is not None
    assert told.patient == jane
    assert "number 1025 in the folder name" in told.words


def test_a_dicom_header_points_to_its_patient(practice: Practice, jane: Patient) -> None:
    header = a_dicom("ZAC5361", "SMITH^JANE", "19610307")
    told = propose(practice, dropped(practice, "IM00001.dcm", header)).told
    assert told is not None
    assert told.patient == jane
    assert told.score == 1.0
    assert "NHI ZAC5361 in the DICOM header" in told.words


def test_the_text_in_a_picture_points_to_its_patient(practice: Practice, jane: Patient) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Smith, Jane 1025"
    told = propose(practice, dropped(practice, "DSC0001.jpg", a_jpeg(exif=exif.tobytes()))).told
    assert told is not None
    assert told.patient == jane
    assert told.words == "number 1025 in the picture's own text; name agrees"


def test_a_header_with_another_birth_date_is_a_conflict_and_nobody_is_proposed(
    practice: Practice, jane: Patient
) -> None:
    file = dropped(practice, "IM00001.dcm", a_dicom("ZAC5361", "SMITH^JANE", "19620307"))
    found = propose(practice, file)
    assert found.told is None
    assert "says born 07 Mar 1962" in found.conflict


def test_name_of_one_patient_and_number_of_another_is_a_conflict(
    practice: Practice, jane: Patient, ann: Patient
) -> None:
    found = propose(practice, dropped(practice, "smith jane 4050.jpg"))
    assert found.told is None
    assert found.conflict
    assert "4050 in the file name is of BROWN, Ann" in found.conflict or "different" in (
        found.conflict
    )


def test_files_of_two_patients_are_a_conflict(
    practice: Practice, jane: Patient, ann: Patient
) -> None:
    files = [dropped(practice, name) for name in ("1025 smith.jpg", "4050 brown.jpg")]
    found = propose(practice, *files)
    assert found.told is None
    assert found.conflict.startswith("What is written points to different patients")


def test_several_files_tell_how_many_point_there(practice: Practice, jane: Patient) -> None:
    files = [dropped(practice, name) for name in ("1025 smith.jpg", "1025 smith 2.jpg", "c.jpg")]
    told = propose(practice, *files).told
    assert told is not None
    assert told.evidence[-1] == "2 of 3 files"


def test_the_name_that_intouch_gave_is_enough(practice: Practice, jane: Patient) -> None:
    told = propose(practice, dropped(practice, "INTOUCH_P1025_D1_20261101_101500.jpg")).told
    assert told is not None
    assert told.words == "number 1025 in the name that inTOUCH gave"


def test_somebody_saved_to_lately_is_a_weak_hint(practice: Practice, jane: Patient) -> None:
    practice.services.register.used(practice.operator.id, jane.id)
    assert propose(practice, dropped(practice, "knee.jpg")).ranked == ()
    found = propose(practice, dropped(practice, "1025.jpg"))
    assert found.told is None
    assert found.ranked[0].evidence[-1] == "saved to lately"


def test_a_merged_patient_is_followed_where_the_register_says_so(
    practice: Practice, jane: Patient
) -> None:
    merged = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:practice", "value": "77701"}],
        "name": [{"family": "Smyth", "given": ["Jane"]}],
        "birthDate": "1961-03-07",
        "link": [{"type": "replaced-by", "other": {"identifier": {"value": "1025"}}}],
    }
    register = practice.waiting.parent / "register.ndjson"
    register.write_text(json.dumps(merged))
    practice.services.register.import_file(
        register, operator=practice.operator.id, token=CancelToken()
    )
    told = propose(practice, dropped(practice, "77701 smith.jpg")).told
    assert told is not None
    assert told.patient.id == jane.id


def test_nothing_of_a_drive_is_fetched(practice: Practice, jane: Patient) -> None:
    there = dropped(practice, "IM00001.dcm", a_dicom("ZAC5361", "SMITH^JANE", "19610307"))
    assert propose(practice, replace(there, kind=SourceKind.DROPBOX)).ranked == ()


def test_a_file_that_is_gone_says_only_its_name(practice: Practice, jane: Patient) -> None:
    file = dropped(practice, "1025 smith.jpg")
    (practice.waiting / "1025 smith.jpg").unlink()
    assert propose(practice, file).told is not None


def test_a_header_raises_the_risk_flag_of_the_choice(
    practice: Practice, jane: Patient, ann: Patient
) -> None:
    file = dropped(practice, "IM00001.dcm", a_dicom("ZAC5361", "SMITH^JANE", "19610307"))
    assigner = practice.services.assigner
    assert not assigner.alerts(jane, [file], CancelToken()).needs_birth_year
    alerts = assigner.alerts(ann, [file], CancelToken())
    assert alerts.needs_birth_year
    assert "DICOM header" in alerts.id_conflict


def test_somebody_elses_name_raises_the_risk_flag(
    practice: Practice, jane: Patient, ann: Patient
) -> None:
    file = dropped(practice, "smith jane wound.jpg")
    alerts = practice.services.assigner.alerts(ann, [file], CancelToken())
    assert "the name in the file name is of SMITH, Jane" in alerts.id_conflict


def test_it_can_be_given_up(practice: Practice, jane: Patient) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        practice.services.proposing.propose(
            [dropped(practice, "a.jpg")], practice.operator.id, token
        )


def device_names(count: int) -> list[str]:
    """Counters, dates and random capitals, as cameras, scanners and phones name their files."""
    dice = random.Random(7)  # noqa: S311 - nothing here is a secret
    forms = (
        lambda n: f"{PREFIXES[n % len(PREFIXES)]}{n:04d}.JPG",
        lambda n: f"IMG_202611{n % 28 + 1:02d}_{n % 24:02d}{n % 60:02d}{n % 59:02d}.jpg",
        lambda n: f"IMG-202611{n % 28 + 1:02d}-WA{n:04d}.jpg",
        lambda n: f"{n:04d}.png",
        lambda n: f"{''.join(dice.choices('ABCDEFGHJKLMNPQRSTUVWXYZ', k=3))}{n:04d}.tif",
    )
    return [forms[n % len(forms)](n) for n in range(count)]


def test_of_ten_thousand_device_names_none_is_proposed(practice: Practice) -> None:
    names = device_names(COUNT)
    # The worst register: every counter is somebody's number, every valid NHI is somebody's.
    stems = [name.partition(".")[0] for name in names]
    nhis = sorted({stem for stem in stems if nhi.is_valid(stem)})
    assert len(nhis) > COUNT // 100
    lines = ["number,last_name,first_names,birth_date,nhi"]
    lines += [
        f"{n:04d},Image,Scan,1961-03-07,{nhis[n] if n < len(nhis) else ''}" for n in range(COUNT)
    ]
    register = practice.waiting.parent / "register.csv"
    register.write_text("\n".join(lines))
    report = practice.services.register.import_file(
        register, operator=practice.operator.id, token=CancelToken()
    )
    assert report.new == COUNT
    hinted = 0
    for first in range(0, COUNT, 500):
        files = [a_source_file(name) for name in names[first : first + 500]]
        found = propose(practice, *files)
        assert all(one.score < THRESHOLD for one in found.ranked)
        assert found.told is None
        hinted += len(found.ranked)
    # The clues were seen, and judged too weak.
    assert hinted > COUNT // 100


def test_two_patients_of_one_name_and_a_name_alone_is_blank_and_a_number_decides(
    practice: Practice, jane: Patient
) -> None:
    other = practice.add_patient("3003", "Smith", "Jane", birth_date="1988-01-01")
    assert propose(practice, dropped(practice, "smith jane.jpg")).told is None
    told = propose(practice, dropped(practice, "3003 smith jane.jpg")).told
    assert told is not None
    assert told.patient.id == other.id
    # The name fits both, so that choosing the other one is no contradiction, but the number is.
    alerts = practice.services.assigner.alerts(
        jane, practice.files("3003 smith jane.jpg"), CancelToken()
    )
    assert "3003" in alerts.id_conflict
    assert alerts.needs_birth_year


def test_the_birth_date_tells_two_patients_of_one_name_apart(
    practice: Practice, jane: Patient
) -> None:
    other = practice.add_patient("3003", "Smith", "Jane", birth_date="1988-01-01")
    told = propose(practice, dropped(practice, "smith jane 1988-01-01.jpg")).told
    assert told is not None
    assert told.patient.id == other.id


def test_a_patient_who_has_died_is_proposed_by_status_and_wants_one_more_yes(
    practice: Practice,
) -> None:
    practice.add_patient("1025", "Smith", "Jane", status="deceased")
    file = dropped(practice, "1025 smith.jpg")
    told = propose(practice, file).told
    assert told is not None
    assert told.patient.status is PatientStatus.DECEASED
    assert practice.services.assigner.alerts(told.patient, [file], CancelToken()).status


def test_a_merged_patient_of_whom_the_register_does_not_say_where_is_not_proposed(
    practice: Practice, ann: Patient
) -> None:
    practice.add_patient("1025", "Smith", "Jane", status="merged")
    file = dropped(practice, "1025 smith jane.jpg")
    assert propose(practice, file).ranked == ()
    assert "1025" in practice.services.assigner.alerts(ann, [file], CancelToken()).id_conflict


def test_a_folder_of_one_patient_and_a_header_of_another_is_a_conflict(
    practice: Practice, jane: Patient, ann: Patient
) -> None:
    file = dropped(practice, "IM00001.dcm", a_dicom("4050", "BROWN^ANN", "19751002"))
    file = replace(file, source_name="tower/1025 Smith Jane")
    proposals = propose(practice, file)
    assert proposals.told is None
    assert "SMITH, Jane" in proposals.conflict
    assert "BROWN, Ann" in proposals.conflict
    for patient in (jane, ann):
        assert practice.services.assigner.alerts(patient, [file], CancelToken()).needs_birth_year


def test_a_proposal_files_nothing(practice: Practice, jane: Patient) -> None:
    file = dropped(practice, "1025 smith ZAC5361.jpg")
    assert propose(practice, file).told is not None
    assert (practice.waiting / file.name).is_file()
    assert practice.records(jane) == ()
