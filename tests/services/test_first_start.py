from collections.abc import Iterator
from pathlib import Path

import pytest

from message_centre.bootstrap import open_home
from message_centre.domain.errors import BadSetting, FixTheInput, WeakPassword
from message_centre.domain.people import ALL_RIGHTS, Operator, Provider
from message_centre.domain.secrets import Secret
from message_centre.domain.settings import DATABASE_URL
from message_centre.host.settings_file import SettingsFile
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken

WORD = Secret("correct horse battery")
REGISTER = "number,last_name,birth_date\n1,Example,1961-03-07\n2,Sample,not a date\n"


@pytest.fixture
def services(tmp_path: Path, record_url: str) -> Iterator[Services]:
    """A fresh home on either engine, its usual operator sitting there."""
    if record_url:
        SettingsFile(tmp_path / "home").write(DATABASE_URL, record_url)
    opened = open_home(tmp_path / "home")
    opened.entering.sign_in("")
    yield opened
    opened.close()


def test_every_step_is_done_and_it_is_not_offered_again(services: Services, tmp_path: Path) -> None:
    first = services.first_start
    assert first.is_due()
    steps = [first.standing().next_step]
    first.name_practice("Hillside Surgery")
    steps.append(first.standing().next_step)
    first.name_operator("MEG", "Meg Moss", WORD)
    steps.append(first.standing().next_step)
    first.name_provider("Dr Example")
    steps.append(first.standing().next_step)
    assert steps == [0, 1, 2, 3]
    first.place_stores(str(tmp_path / "images"), first.standing().documents)
    file = tmp_path / "register.csv"
    file.write_text(REGISTER)
    report = services.register.import_file(file, operator="MEG", token=CancelToken())
    assert (report.new, len(report.refused)) == (1, 1)
    first.finish()

    assert not first.is_due()
    standing = first.standing()
    assert (standing.practice, standing.patients) == ("Hillside Surgery", 1)
    assert standing.images == str(tmp_path / "images")
    assert services.people.providers() == (Provider("1", "Dr Example"),)
    assert services.permitting.operator("").id == "MEG"
    assert [one.action for one in services.trail.entries()].count("settings") >= 6


def test_it_is_resumed_where_it_was_left(services: Services) -> None:
    services.first_start.name_practice("Hillside Surgery")
    services.first_start.name_operator("ADM", "Meg Moss", WORD)

    again = open_home(services.home)
    try:
        assert again.entering.is_guarded
        again.entering.sign_in("ADM", WORD)
        assert again.first_start.is_due()
        assert again.first_start.standing().next_step == 2
        assert again.people.operators() == (Operator("ADM", "Meg Moss", rights=ALL_RIGHTS),)
    finally:
        again.close()


@pytest.mark.parametrize("who", ["ADM", "MEG"])
def test_a_weak_password_leaves_the_home_open(services: Services, who: str) -> None:
    with pytest.raises(WeakPassword):
        services.first_start.name_operator(who, "Meg Moss", Secret("password1"))

    assert not services.entering.is_guarded
    assert services.first_start.is_due()
    again = open_home(services.home)
    assert again.entering.sign_in("").id == "ADM"
    again.close()
    services.first_start.name_operator(who, "Meg Moss", WORD)
    assert services.entering.is_guarded


def test_what_cannot_be_is_refused(services: Services) -> None:
    first = services.first_start
    with pytest.raises(FixTheInput):
        first.name_operator("../x", "Meg", WORD)
    with pytest.raises(FixTheInput):
        first.name_provider(" ")
    with pytest.raises(BadSetting):
        first.place_stores("not/a/full/path", "")


def test_a_practice_at_work_is_not_led(services: Services, tmp_path: Path) -> None:
    operator = services.permitting.operator("ADM")
    services.configuring.set("operator.folders.images", str(tmp_path / "in"), operator=operator)

    assert not services.first_start.is_due()
