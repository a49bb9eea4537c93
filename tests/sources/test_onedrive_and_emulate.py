"""A second, foreign sign-in service as a judge: nobody who made it knew this program."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from message_centre.domain.errors import BadSetting, SignInNeeded
from message_centre.domain.secrets import Secret
from message_centre.services.ports import DriveAccount
from message_centre.services.work import CancelToken
from message_centre.sources.onedrive_access import OneDriveAccess
from message_centre.sources.sign_in import listening
from tests.support.emulate import PERSON, Emulate, running_emulate
from tests.support.entra_server import LOGIN_HOST
from tests.support.onedrive import SECRET, Practice
from tests.support.scripted_browser import ScriptedBrowser


@pytest.fixture(params=["with a secret", "public"])
def foreign(
    onedrive: Practice, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Emulate]:
    """It gives out the tokens that the drive takes."""
    with running_emulate(tmp_path, is_public=request.param == "public") as found:
        onedrive.server.sign_in = found
        if found.secret:
            onedrive.vault.keep(SECRET, Secret(found.secret))
        yield found


only_with_a_secret = pytest.mark.parametrize("foreign", ["with a secret"], indirect=True)


def _sign_in(foreign: Emulate, access: OneDriveAccess) -> DriveAccount:
    """The program's own receiver, and a person who chooses an account in a browser."""
    browser = ScriptedBrowser(PERSON)
    with listening([foreign.back]) as receiver:
        page = access.begin(receiver.address)
        receiver.expect(page.state)
        browser.open(page.address)
        answer = receiver.receive(seconds=30, token=CancelToken())
    browser.join()
    assert "The answer has arrived" in browser.last
    assert answer is not None
    return access.finish(page, answer)


def test_a_person_signs_in_and_the_drive_is_listed(onedrive: Practice, foreign: Emulate) -> None:
    onedrive.server.add("in/a.jpg", b"as it was seen")
    access = onedrive.access()

    assert _sign_in(foreign, access) == DriveAccount(PERSON, is_kept=True)

    (file,) = onedrive.drive("in", access).files(lambda _: None)
    assert file.name == "a.jpg"
    posted = [one for one in onedrive.server.https.requests if one.path.endswith("/authorize")]
    assert [one.query["response_mode"] for one in posted] == ["form_post"]
    assert [one.query["code_challenge_method"] for one in posted] == ["S256"]


def test_access_is_renewed_also_by_the_next_program(onedrive: Practice, foreign: Emulate) -> None:
    access = onedrive.access()
    _sign_in(foreign, access)
    first = access.token()
    second = access.token(refused=first)
    assert second != first
    assert foreign.allows(second)

    started_anew = onedrive.access()
    assert started_anew.token() == second
    third = started_anew.token(refused=second)
    assert third not in {first, second}
    assert foreign.allows(third)


def test_a_sign_in_that_is_taken_back_is_asked_for_again(
    onedrive: Practice, foreign: Emulate
) -> None:
    access = onedrive.access()
    _sign_in(foreign, access)
    first = access.token()
    kept = onedrive.vault.secrets.copy()
    access.token(refused=first)
    # The refresh token was used by now, and this service takes each once.
    onedrive.vault.secrets = kept
    other = onedrive.access()
    with pytest.raises(SignInNeeded):
        other.token(refused=other.token())

    _sign_in(foreign, other)
    assert foreign.allows(other.token())


def test_a_verifier_that_does_not_fit_the_challenge_is_refused(
    onedrive: Practice, foreign: Emulate
) -> None:
    access = onedrive.access()
    with listening([foreign.back]) as receiver:
        page = access.begin(receiver.address)
        receiver.expect(page.state)
        browser = ScriptedBrowser(PERSON)
        browser.open(page.address)
        answer = receiver.receive(seconds=30, token=CancelToken())
    browser.join()
    assert isinstance(page.memory, dict)
    other = replace(page, memory=page.memory | {"code_verifier": "another" * 8})
    with pytest.raises(SignInNeeded):
        access.finish(other, answer or {})
    assert not access.is_signed_in()


@only_with_a_secret
def test_a_wrong_secret_is_a_setting_to_mend(onedrive: Practice, foreign: Emulate) -> None:
    onedrive.vault.keep(SECRET, Secret("of another app"))
    with pytest.raises(BadSetting, match="secret"):
        _sign_in(foreign, onedrive.access())


@only_with_a_secret
def test_an_address_that_is_not_registered_shows_in_the_browser_alone(
    onedrive: Practice, foreign: Emulate
) -> None:
    page = onedrive.access().begin("http://localhost:1")
    shown = requests.get(page.address, timeout=10)
    assert shown.url.startswith(f"https://{LOGIN_HOST}/")
    assert (shown.status_code, "Redirect URI mismatch" in shown.text) == (400, True)
