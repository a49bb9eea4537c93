"""Whose photo it is: exactly one active patient by the id that was typed, or a person decides."""

from dataclasses import replace
from datetime import date

import pytest

from message_centre.domain.files import SourceFile
from message_centre.domain.nhi import is_valid
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.services.medimage_filing import PhotoClaim
from tests.medimage.practice import Photos, photographed
from tests.support.engine import A_JPEG, Engine, save_patients

_BORN = date(1980, 2, 3)


def patient(number: str, **more: object) -> Patient:
    made = Patient(f"pt-{number.encode().hex():0>12}", number, f"Name{number}", "Test", _BORN)
    return replace(made, **more)  # type: ignore[arg-type] # any field


ABC = patient("ABC1234")


@pytest.mark.parametrize("typed", ["ABC1234", "abc1234", "Abc1234 arm", "#ABC1234", "ABC1234."])
def test_an_id_is_found_however_it_was_typed(photos: Photos, typed: str) -> None:
    save_patients(photos.engine, ABC)
    photos.deliver(typed)

    claim = photos.claimed()

    assert (claim.patient, claim.provider, claim.rule) == (ABC, "1", "folder")


def test_the_name_tells_title_and_time(photos: Photos) -> None:
    save_patients(photos.engine, ABC)
    photos.deliver("ABC1234 #arm left wound")

    claim = photos.claimed()

    assert claim.title == "arm: left wound"
    assert claim.named_at is not None
    assert claim.named_at.isoformat().startswith("2026-08-21T14:03:09")


def test_other_ids_of_the_register_count_too(photos: Photos) -> None:
    save_patients(photos.engine, patient("7", alternate_id="M-55", nhi="ZZZ0016"))
    photos.deliver("zzz0016")

    assert photos.claimed().patient.number == "7"


def test_an_id_with_a_hyphen_is_put_together_again(photos: Photos) -> None:
    save_patients(photos.engine, patient("AB-1234"))
    photos.deliver("AB-1234 arm")

    claim = photos.claimed()

    assert (claim.patient.number, claim.rule, claim.title) == ("AB-1234", "folder and name", "arm")


def test_an_id_with_a_blank_is_put_together_again(photos: Photos) -> None:
    save_patients(photos.engine, patient("AB 1234"))
    photos.deliver("AB 1234 arm")

    assert photos.claimed().patient.number == "AB 1234"


def test_an_id_that_another_one_goes_on_from_is_never_a_guess(photos: Photos) -> None:
    save_patients(photos.engine, patient("AB"), patient("AB-1234"))
    photos.deliver("AB-1234 arm")
    assert "AB or AB-1234" in photos.refusal()


def test_an_id_that_may_have_been_cut_short_is_never_a_guess(photos: Photos) -> None:
    save_patients(photos.engine, patient("AB"), patient("AB-1234"))
    photos.deliver("AB arm")
    assert "begins with AB and a hyphen" in photos.refusal()


def test_an_id_goes_on_with_a_blank_too_and_many_that_only_begin_alike_do_not_count(
    photos: Photos,
) -> None:
    save_patients(photos.engine, patient("5"), *(patient(f"5{n}") for n in range(50)))
    photos.deliver("5 arm")
    assert photos.claimed().patient.number == "5"

    save_patients(photos.engine, patient("5 B"))
    assert "begins with 5" in photos.refusal()


def test_ids_that_arrive_alike_are_several(photos: Photos) -> None:
    save_patients(photos.engine, patient("AB 12"), patient("AB12"))
    photos.deliver("AB12")

    assert "2 patients" in photos.refusal()


def test_an_id_that_lost_a_letter_on_the_server_is_never_another_patients(photos: Photos) -> None:
    save_patients(photos.engine, patient("M\u0101ori1234"), patient("MORI1234"))
    photos.deliver("M\u0101ori1234 arm")

    assert "2 patients have the id MORI1234" in photos.refusal()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("image", "No patient id"),
        ("NOBODY", "No patient has the id NOBODY"),
        ("ABC.1234", "The register has ABC1234"),
        ("ZAC3561", "check digit is wrong"),
        ("ABC1235", "No patient has the id ABC1235"),
    ],
)
def test_what_names_nobody_is_left_with_its_reason(photos: Photos, typed: str, words: str) -> None:
    save_patients(photos.engine, ABC)
    photos.deliver(typed)

    assert words in photos.refusal()


def test_a_photo_without_a_patients_folder_is_left(photos: Photos) -> None:
    save_patients(photos.engine, ABC)
    photos.put("G/ABC1234-arm-21-Aug-2026-14-03-09.jpg")

    assert "No patient id" in photos.refusal()


@pytest.mark.parametrize("status", [PatientStatus.INACTIVE, PatientStatus.DECEASED])
def test_a_patient_who_is_not_active_is_left(photos: Photos, status: PatientStatus) -> None:
    save_patients(photos.engine, replace(ABC, status=status))
    photos.deliver("ABC1234")

    assert status.value in photos.refusal()


def test_a_merged_patient_is_followed_where_the_register_says_into_whom(photos: Photos) -> None:
    heir = patient("900")
    save_patients(photos.engine, heir, replace(ABC, status=PatientStatus.MERGED))
    photos.deliver("ABC1234")
    assert "merged" in photos.refusal()

    merged = replace(ABC, status=PatientStatus.MERGED, merged_into=heir.id)
    save_patients(photos.engine, merged)
    assert photos.claimed().patient == heir


def test_what_begins_and_ends_like_a_picture_and_is_none_is_left(photos: Photos) -> None:
    photos.put("G/100/x.jpg", A_JPEG)

    assert "Damaged" in photos.refusal()


def test_no_name_that_a_camera_gives_is_filed(photos: Photos) -> None:
    save_patients(photos.engine, patient("8", nhi="DSC0009"))
    filing = photos.engine.services.medimage.filing
    for number in range(0, 10_000, 997):
        for start in ("DSC", "IMG", "SCN", "FAX"):
            photos.put(f"G/{start}{number:04}/21-Aug-2026-14-03-09.jpg")
            photos.put(f"G/{start}{number:04}.jpg")
    photos.put("G/DSC0009/21-Aug-2026-14-03-09.jpg")

    rows = photos.rows().values()

    assert len(rows) == 89
    assert not [row for row in rows if isinstance(filing.claim(row), PhotoClaim)]


def test_of_ten_thousand_names_that_devices_give_none_is_filed_whatever_the_register_holds(
    photos: Photos,
) -> None:
    starts = ("DSC", "SCN", "IMG", "FAX", "PXL")
    valid = [f"{a}{n:04}" for a in starts for n in range(10_000) if is_valid(f"{a}{n:04}")]
    some = valid[:: len(valid) // 300]
    save_patients(photos.engine, *(patient(str(n), nhi=one) for n, one in enumerate(some, 500)))
    photos.deliver("100")
    row, filing = photos.row(), photos.engine.services.medimage.filing
    names = [f"{a}{n:04}" for n in range(0, 10_000, 5) for a in starts]
    assert len(names) == 10_000

    def delivered(path: str) -> SourceFile:
        return replace(row, key=replace(row.key, path=path), name=path.replace("/", "-"))

    paths = [
        (f"{name}/21-Aug-2026-14-03-09.jpg", f"{name}.jpg", f"image/{name}.jpg")[place % 3]
        for place, name in enumerate([*names, *some, *some, *some])
    ]

    assert not [one for one in paths if isinstance(filing.claim(delivered(one)), PhotoClaim)]
    assert isinstance(filing.claim(row), PhotoClaim)


def test_whoever_loses_the_key_between_list_and_claim_files_nothing(photos: Photos) -> None:
    photos.deliver("100")
    row = photos.row()
    services, operator = photos.engine.services, photos.engine.operator
    assert isinstance(services.medimage.filing.claim(row), PhotoClaim)

    services.medimage.pairing.retire(operator, "1")

    assert not isinstance(services.medimage.filing.claim(row), PhotoClaim)


def test_the_same_questions_are_answered_alike_on_every_engine(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    save_patients(engine, patient("AB"), patient("AB-1234"), patient("A%B-9"), patient("C_D"))
    with photographed(engine, tmp_path_factory.mktemp("photos")) as photos:
        photos.deliver("AB")
        assert "begins with AB" in photos.refusal()
        photos.put("G/AB/21-Aug-2026-14-03-09.jpg").unlink()
        photos.deliver("C_D")
        assert photos.claimed().patient.number == "C_D"
