"""Making a demo practice in a real home."""

from pathlib import Path

import pytest

from message_centre.bootstrap import open_home
from message_centre.demo.making import HomeInUse, make_demo
from message_centre.domain.files import FileState
from message_centre.domain.people import Right
from message_centre.services.work import CancelToken


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def names(home: Path, operator_id: str = "ADM") -> dict[str, FileState]:
    services = open_home(home)
    try:
        operator = next(one for one in services.people.operators() if one.id == operator_id)
        listings = services.lister.refresh(operator, "2", CancelToken())
        return {file.name: file.state for listing in listings for file in listing.files}
    finally:
        services.close()


def test_it_says_what_it_made_and_that_is_there(home: Path) -> None:
    said: list[str] = []
    made = make_demo(home, patients=40, files=30, say=said.append)
    assert (made.patients, made.files, made.providers, made.operators) == (40, 30, 2, 3)
    assert made.home == home
    assert said
    assert len(names(home)) == 30


def test_every_operator_sees_files_that_are_ready_one_that_settles_and_other_types(
    home: Path,
) -> None:
    make_demo(home, patients=1, files=30)
    for operator in ("ADM", "REC", "CLI"):
        seen = names(home, operator)
        assert seen["Arriving just now.pdf"] is FileState.SETTLING
        assert seen["Tower export.zip"] is FileState.OTHER
        assert sum(state is FileState.READY for state in seen.values()) == 27


def test_the_operators_have_different_rights(home: Path) -> None:
    make_demo(home, patients=1, files=1)
    services = open_home(home)
    by_id = {one.id: one for one in services.people.operators()}
    services.close()
    assert by_id["ADM"].may(Right.SET_UP, "1")
    assert by_id["REC"].may(Right.SAVE, "1")
    assert not by_id["REC"].may(Right.SET_UP, "1")
    assert not by_id["CLI"].may(Right.SAVE, "1")
    assert by_id["CLI"].may(Right.SAVE, "2")


def test_a_home_with_a_patient_of_its_own_is_refused_and_left_as_it_is(home: Path) -> None:
    services = open_home(home)
    fields = {"number": "7", "last_name": "Synthetic", "birth_date": "1970-01-01"}
    services.register.add(fields, operator="ADM")
    services.close()
    with pytest.raises(HomeInUse):
        make_demo(home, patients=3, files=3)
    services = open_home(home)
    left = services.register.count(), len(services.people.operators())
    services.close()
    assert left == (1, 1)
    assert not (home / "demo").exists()


def test_a_demo_home_made_again_keeps_its_people_and_gets_what_is_missing(home: Path) -> None:
    make_demo(home, patients=20, files=12)
    taken = home / "demo" / "Images" / "Clinic photo 1.jpg"
    before = taken.read_bytes()
    taken.unlink()
    again = make_demo(home, patients=20, files=12)
    assert (again.patients, again.files) == (20, 1)
    assert taken.read_bytes() != before


def test_a_making_that_was_interrupted_can_be_made_again(home: Path) -> None:
    def interrupted(words: str) -> None:
        if words.startswith("Files"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(home, patients=5, files=5, say=interrupted)
    assert make_demo(home, patients=5, files=5).files == 5
