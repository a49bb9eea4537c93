"""Signing in by a code with the real SDKs, against the drives' servers on loopback."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from message_centre.domain.errors import BadSetting, SignInNeeded
from message_centre.domain.secrets import Secret
from message_centre.services.ports import CodePage
from message_centre.sources.dropbox_access import DropboxAccess
from tests.support.certificates import Certificates
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_world import DropboxWorld, dropbox_world
from tests.support.onedrive import SECRET, MemoryVault, Practice, a_practice


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DropboxWorld]:
    with dropbox_world(tmp_path) as found:
        yield found


def shown(page: CodePage) -> str:
    """The code that a person copies from the page, once they have allowed the access."""
    posted = requests.post(page.address, data={"answer": "allow"}, timeout=10)
    found = re.search(r'value="([^"]+)"', posted.text)
    assert found is not None, posted.text
    return found[1]


@pytest.mark.usefixtures("world")
def test_dropbox_gives_a_code_to_be_entered_here() -> None:
    access = DropboxAccess("ADM", lambda: APP_KEY, MemoryVault())
    page = access.begin_by_code()
    asked = dict(parse_qsl(urlsplit(page.address).query))
    assert (asked["code_challenge_method"], asked["token_access_type"]) == ("S256", "offline")
    assert "redirect_uri" not in asked
    assert page.code == ""
    assert access.finish_by_code(page, "") is None
    with pytest.raises(SignInNeeded):
        access.finish_by_code(page, "mistyped")
    account = access.finish_by_code(page, shown(page))
    assert account is not None
    assert (account.name, access.is_signed_in()) == ("kiri@example.org", True)


@pytest.mark.usefixtures("world")
def test_a_code_of_dropbox_is_worth_nothing_to_another_attempt() -> None:
    access = DropboxAccess("ADM", lambda: APP_KEY, MemoryVault())
    page, another = access.begin_by_code(), access.begin_by_code()
    code = shown(page)
    with pytest.raises(SignInNeeded):
        access.finish_by_code(another, code)
    assert not access.is_signed_in()


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with a_practice(Certificates(tmp_path)) as found:
        yield found


def test_onedrive_takes_a_code_that_is_entered_on_its_page(practice: Practice) -> None:
    access = practice.access()
    page = access.begin_by_code()
    assert page.address == "https://microsoft.com/devicelogin"
    assert page.code
    assert access.finish_by_code(page, "") is None
    practice.server.entra.decide_device(page.code, approve=True)
    until = time.monotonic() + 10
    account = None
    while account is None and time.monotonic() < until:
        account = access.finish_by_code(page, "")
        time.sleep(0.1)
    assert account is not None
    assert account.name == practice.server.entra.person.name
    assert (access.is_signed_in(), access.drive_id() != "") == (True, True)
    practice.server.add("a.jpg", b"1")
    assert [one.name for one in practice.drive(access=access).files(lambda _count: None)] == [
        "a.jpg"
    ]


def test_somebody_says_no_on_microsofts_page(practice: Practice) -> None:
    access = practice.access()
    page = access.begin_by_code()
    practice.server.entra.decide_device(page.code, approve=False)
    with pytest.raises(SignInNeeded, match="declined"):
        access.finish_by_code(page, "")
    assert not access.is_signed_in()


def test_microsoft_is_not_asked_sooner_than_it_allows(practice: Practice) -> None:
    access = practice.access()
    page = access.begin_by_code()
    for _ in range(5):
        assert access.finish_by_code(page, "") is None
    assert len(practice.server.https.asked("/token")) == 1


def test_a_registration_with_a_secret_signs_in_by_the_browser(practice: Practice) -> None:
    practice.vault.keep(SECRET, Secret("s"))
    with pytest.raises(BadSetting, match="without a secret"):
        practice.access().begin_by_code()
