"""What a confirmation asks for, and what it takes as an answer."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from message_centre.domain.assignments import Accepted
from message_centre.domain.files import Destination
from message_centre.domain.records import Record, RecordState
from message_centre.domain.similarity import Similar
from message_centre.services.assigning import Alerts, Duplicate
from message_centre.ui.assigning.confirmation import (
    Given,
    accepted,
    file_words,
    has_nothing_to_file,
    missing,
    warning_words,
)
from tests.support.patients import a_patient
from tests.support.source_files import a_source_file

JANE = a_patient(
    "1", last_name="Smith", first_names="Jane", birth_date=date(1961, 3, 7), nhi="ZAC5361"
)
OTHER = a_patient("2", last_name="Smyth", first_names="Jane", birth_date=date(1961, 3, 7))
SIMILAR = Alerts(similar=(Similar(OTHER, ("similar name",), ("last_name",)),))
RECORD = Record(
    id="r1",
    patient_id=OTHER.id,
    provider="1",
    operator="ADM",
    destination=Destination.IMAGES,
    title="",
    comment="",
    taken_at=None,
    taken_from=None,
    filed_at=datetime(2026, 3, 7, tzinfo=UTC),
    original_name="a.jpg",
    source="Waiting room",
    size=3,
    sha256="0" * 64,
    shelf_path="1/r1.jpg",
)


def test_the_button_names_how_many_what_and_whom() -> None:
    files = [a_source_file(f"{n}.jpg") for n in range(7)]
    assert file_words(files, JANE) == "File 7 images to SMITH, Jane, 07 Mar 1961, ZAC5361"
    assert file_words(files[:1], JANE).startswith("File 1 image to ")
    assert file_words([a_source_file("a.pdf")], JANE).startswith("File 1 document to ")


def test_the_warning_names_the_count_and_the_patient() -> None:
    words = warning_words([a_source_file("1.jpg"), a_source_file("2.jpg")], JANE)
    assert "2 images" in words
    assert "SMITH, Jane, 07 Mar 1961, ZAC5361" in words


def test_nothing_can_be_filed_before_the_alerts_are_in() -> None:
    assert missing(JANE, None, Given(year="1961")) == "Checking…"
    assert missing(JANE, Alerts(), Given()) == ""


@pytest.mark.parametrize("year", ["", "196", "1962", "61", " 1961", "1961 "])
def test_only_the_exact_year_of_birth_answers_a_similar_name(year: str) -> None:
    assert missing(JANE, SIMILAR, Given(year=year))
    assert accepted(JANE, SIMILAR, Given(year=year)) == frozenset()


def test_the_right_year_answers_a_similar_name() -> None:
    given = Given(year="1961")
    assert missing(JANE, SIMILAR, given) == ""
    assert accepted(JANE, SIMILAR, given) == {Accepted.SIMILAR_NAME}


def test_many_files_need_the_year_though_no_yes_goes_with_the_order() -> None:
    alerts = Alerts(many="more than 20 files")
    assert missing(JANE, alerts, Given())
    assert missing(JANE, alerts, Given(year="1961")) == ""
    assert accepted(JANE, alerts, Given(year="1961")) == frozenset()


def test_every_alert_needs_its_own_tick() -> None:
    elsewhere = Duplicate(a_source_file("a.jpg"), RECORD, OTHER, same_patient=False)
    gone = replace(RECORD, state=RecordState.WITHDRAWN, patient_id=JANE.id)
    before = Duplicate(a_source_file("b.jpg"), gone, JANE, same_patient=True)
    alerts = Alerts(duplicates=(elsewhere, before), status="deceased")
    needed = {Accepted.OTHER_PATIENT_HAS_IT, Accepted.FILED_BEFORE, Accepted.STATUS}
    for left_out in needed:
        assert missing(JANE, alerts, Given(ticked=frozenset(needed - {left_out})))
    assert missing(JANE, alerts, Given(ticked=frozenset(needed))) == ""


def test_a_yes_that_nobody_asked_for_is_not_carried() -> None:
    given = Given(ticked=frozenset(Accepted))
    assert accepted(JANE, Alerts(), given) == frozenset()


def test_files_that_are_all_on_record_leave_nothing_to_file() -> None:
    file = a_source_file("a.jpg")
    alerts = Alerts(duplicates=(Duplicate(file, RECORD, JANE, same_patient=True),))
    assert has_nothing_to_file((file,), alerts)
    assert not has_nothing_to_file((file, a_source_file("b.jpg")), alerts)
    assert not has_nothing_to_file((file,), None)
