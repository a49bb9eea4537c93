"""The sign-in to OneDrive by the real MSAL, against a sign-in service that speaks HTTPS on loopback."""

import logging
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import msal  # type: ignore[import-untyped] # it has no types
import pytest
import requests

from message_centre.domain.errors import (
    BadSetting,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
)
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.services.ports import DriveAccess
from message_centre.sources import entra
from message_centre.sources.graph import Tokens
from message_centre.sources.onedrive_access import OneDriveAccess
from tests.support.entra_server import APP_ID
from tests.support.https_server import Reply, Request, Trouble
from tests.support.microsoft_replies import as_html, as_json
from tests.support.onedrive import SECRET, TOKENS, Practice, answer_of

BACK = "http://localhost:50123"


def _token_calls(onedrive: Practice) -> int:
    return len(onedrive.server.https.asked("/token"))


def _takes(access: DriveAccess, tokens: Tokens) -> None:
    """The type checker is asked here, not the test run."""


def test_it_is_what_the_sign_in_and_the_calls_need(onedrive: Practice) -> None:
    access = onedrive.access()
    _takes(access, access)

    assert tuple(access.ports) == (0,)
    with pytest.raises(SignInNeeded):
        access.token()
    assert not onedrive.server.https.requests


@pytest.mark.parametrize("secret", ["", "a-secret~of.the+app"])
def test_a_person_signs_in_with_and_without_a_secret(onedrive: Practice, secret: str) -> None:
    onedrive.server.entra.secret = secret
    if secret:
        onedrive.vault.keep(SECRET, Secret(secret))
    access = onedrive.access()
    assert not access.is_signed_in()

    page = access.begin(BACK)
    account = access.finish(page, answer_of(page))

    assert (account.name, account.is_kept) == ("drive@practice.example", True)
    assert access.is_signed_in()
    assert access.drive_id() == onedrive.server.drive_id
    assert onedrive.server.entra.allows(access.token())
    asked = parse_qs(urlsplit(page.address).query)
    assert asked["response_mode"] == ["form_post"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {
        "https://graph.microsoft.com/Files.ReadWrite",
        "offline_access",
        "openid",
        "profile",
    }
    assert asked["state"] == [page.state]


def test_a_vault_that_forgets_is_told(onedrive: Practice) -> None:
    onedrive.vault.is_kept = False
    access = onedrive.access()
    page = access.begin(BACK)

    assert not access.finish(page, answer_of(page)).is_kept


def test_a_person_who_says_no_is_not_signed_in_and_may_try_again(onedrive: Practice) -> None:
    access = onedrive.access()
    page = access.begin(BACK)

    with pytest.raises(SignInNeeded, match="declined"):
        access.finish(page, answer_of(page, "deny"))
    assert not access.is_signed_in()
    assert onedrive.sign_in(access).is_signed_in()


def test_an_answer_is_taken_once(onedrive: Practice) -> None:
    access = onedrive.access()
    page = access.begin(BACK)
    answer = answer_of(page)
    access.finish(page, answer)
    access.sign_out()

    with pytest.raises(SignInNeeded, match="AADSTS54005"):
        access.finish(page, answer)
    assert not access.is_signed_in()


def test_an_answer_to_another_attempt_is_refused(onedrive: Practice) -> None:
    access = onedrive.access()
    page, other = access.begin(BACK), access.begin(BACK)

    with pytest.raises(MessageCentreError):
        access.finish(page, answer_of(other))
    with pytest.raises(MessageCentreError):
        access.finish(page, answer_of(other) | {"state": page.state})
    assert not access.is_signed_in()


@pytest.mark.parametrize(
    ("theirs", "ours", "is_expired", "words"),
    [
        ("theirs", "", False, "wants a secret"),
        ("", "ours", False, "registered without a secret"),
        ("theirs", "ours", False, "does not take the app's secret"),
        ("theirs", "theirs", True, "has expired"),
    ],
)
def test_a_secret_that_does_not_fit_is_told_in_words(
    onedrive: Practice, theirs: str, ours: str, is_expired: bool, words: str
) -> None:
    onedrive.server.entra.secret, onedrive.server.entra.secret_is_expired = theirs, is_expired
    if ours:
        onedrive.vault.keep(SECRET, Secret(ours))
    access = onedrive.access()
    page = access.begin(BACK)

    with pytest.raises(BadSetting, match=words):
        access.finish(page, answer_of(page))


def test_a_secret_that_expires_later_is_told_by_the_drive(onedrive: Practice) -> None:
    onedrive.server.entra.secret = "theirs"  # noqa: S105 - invented
    onedrive.vault.keep(SECRET, Secret("theirs"))
    drive = onedrive.drive()
    onedrive.server.entra.secret_is_expired = True
    onedrive.server.entra.expire_access()

    with pytest.raises(BadSetting, match="has expired"):
        list(drive.files(lambda _: None))


@pytest.mark.parametrize("app_id", ["", "my app", APP_ID[:-1]])
def test_an_app_id_that_cannot_be_one_is_refused_before_anybody_is_asked(
    onedrive: Practice, app_id: str
) -> None:
    onedrive.app_id = app_id

    with pytest.raises(BadSetting, match="App ID"):
        onedrive.access().begin(BACK)
    assert not onedrive.server.https.requests


def test_an_account_without_a_onedrive_is_told(onedrive: Practice) -> None:
    access = onedrive.access()
    page = access.begin(BACK)
    nothing = as_json(404, {"error": {"code": "itemNotFound"}})
    onedrive.server.https.fault("/me/drive", nothing, method="GET")

    with pytest.raises(SignInNeeded, match="no OneDrive"):
        access.finish(page, answer_of(page))
    assert not access.is_signed_in()


def test_a_started_program_renews_without_asking_anybody(onedrive: Practice) -> None:
    onedrive.sign_in()
    before = _token_calls(onedrive)
    onedrive.server.entra.expire_access()
    fresh = onedrive.access()

    first = fresh.token()  # what MSAL kept: it cannot know that it is taken no longer
    second = fresh.token(refused=first)

    assert onedrive.server.entra.allows(second)
    assert second != first
    assert _token_calls(onedrive) == before + 1
    assert onedrive.access().token() == second  # the renewed one was kept


def test_a_token_near_its_end_is_renewed_before_it_is_refused(onedrive: Practice) -> None:
    onedrive.server.entra.lifetime = 1
    access = onedrive.sign_in()
    before = _token_calls(onedrive)
    first = access.token()
    time.sleep(1.1)

    assert access.token() != first
    assert _token_calls(onedrive) > before


def test_a_token_is_asked_for_once_as_long_as_it_lasts(onedrive: Practice) -> None:
    access = onedrive.sign_in()
    asked = len(onedrive.server.https.requests)
    first = access.token()
    after_one = len(onedrive.server.https.requests)

    assert {access.token() for _ in range(5)} == {first}
    assert after_one - asked <= 1  # the authority's description, since the token itself was kept
    assert len(onedrive.server.https.requests) == after_one


def test_a_revoked_sign_in_is_refused_and_a_new_one_works_at_once(onedrive: Practice) -> None:
    access = onedrive.sign_in()
    first = access.token()
    onedrive.server.entra.revoke()
    for _ in range(3):
        with pytest.raises(SignInNeeded):
            access.token(refused=first)
    assert _token_calls(onedrive) == 2  # asked once, not once for each call

    onedrive.sign_in(access)
    assert onedrive.server.entra.allows(access.token())


def test_after_an_outage_the_next_call_asks_again(onedrive: Practice) -> None:
    access = onedrive.sign_in()
    first = access.token()
    onedrive.server.entra.expire_access()
    onedrive.server.https.fault("/token", as_json(500, {}), times=3, method="POST")
    with pytest.raises(SourceOffline):
        access.token(refused=first)

    assert onedrive.server.entra.allows(access.token())


def test_a_pause_the_sign_in_asks_for_is_told(onedrive: Practice) -> None:
    access = onedrive.sign_in()
    first = access.token()
    onedrive.server.https.fault("/token", as_json(429, {}, Retry_After="90"), method="POST")

    with pytest.raises(RateLimited) as told:
        access.token(refused=first)
    assert told.value.after == 90


@pytest.mark.parametrize(
    "fault",
    [
        as_html(200, "<h1>Log in to the Wi-Fi</h1>"),
        as_json(200, []),
        Trouble.CUT,
        as_json(502, {}),
    ],
    ids=["portal", "list", "dropped", "502"],
)
@pytest.mark.parametrize("part", ["/openid-configuration", "/token", "/me/drive"])
def test_a_line_that_is_no_line_to_microsoft_is_told(
    onedrive: Practice, part: str, fault: Reply | Trouble
) -> None:
    onedrive.server.https.fault(part, fault, times=99)
    access = onedrive.access()

    with pytest.raises(SourceOffline):
        onedrive.sign_in(access)
    assert not access.is_signed_in()

    onedrive.server.https.mend()
    assert onedrive.sign_in(access).is_signed_in()


def test_a_silent_sign_in_service_is_given_up_in_seconds(
    onedrive: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entra, "TIMEOUT", 1.0)
    onedrive.server.https.fault("/openid-configuration", Trouble.HANGS, method="GET")
    began = time.monotonic()

    with pytest.raises(SourceOffline, match="in time"):
        onedrive.access().begin(BACK)
    assert time.monotonic() - began < 3


def test_a_sign_in_that_cannot_be_reached_is_noted_in_the_log(
    onedrive: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    onedrive.sign_in()
    onedrive.server.https.fault("openid-configuration", Trouble.CUT, times=9)
    caplog.set_level(logging.WARNING, "message_centre.sources")

    with pytest.raises(SourceOffline):
        onedrive.access().token()

    assert "no answer from the sign-in: " in caplog.text


def test_signing_out_forgets_and_needs_nobody(onedrive: Practice) -> None:
    access = onedrive.sign_in()
    access.token()
    asked = len(onedrive.server.https.requests)

    access.sign_out()
    access.sign_out()

    assert not access.is_signed_in()
    assert TOKENS not in onedrive.vault.secrets
    with pytest.raises(SignInNeeded):
        access.token()
    assert len(onedrive.server.https.requests) == asked


def test_a_sign_out_elsewhere_is_not_undone_by_a_renewal(
    onedrive: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = onedrive.sign_in()
    first = access.token()
    answer = onedrive.server.entra.answer

    def signed_out_meanwhile(request: Request) -> Reply:
        onedrive.vault.forget(TOKENS)
        return answer(request)

    monkeypatch.setattr(onedrive.server.entra, "answer", signed_out_meanwhile)
    access.token(refused=first)

    assert not access.is_signed_in()


@pytest.mark.parametrize("kept", ["", "no json", "[]", '{"cache": "{}"}'])
def test_a_kept_sign_in_that_is_unreadable_is_none(onedrive: Practice, kept: str) -> None:
    onedrive.vault.keep(TOKENS, Secret(kept))

    with pytest.raises(SignInNeeded):
        onedrive.access().token()


def test_a_sign_in_for_another_app_id_is_none(onedrive: Practice) -> None:
    onedrive.sign_in()
    onedrive.app_id = APP_ID.replace("0b9f", "1c8e")

    with pytest.raises(SignInNeeded):
        onedrive.access().token()


def test_no_secret_token_code_or_name_is_logged_or_shown(
    onedrive: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    onedrive.server.entra.secret = "canary-secret"  # noqa: S105 - invented
    onedrive.vault.keep(SECRET, Secret("canary-secret"))
    with caplog.at_level(logging.DEBUG, "message_centre"):
        access = onedrive.access()
        page = access.begin(BACK)
        answer = answer_of(page)
        access.finish(page, answer)
        token = access.token(refused=access.token())
        onedrive.server.entra.revoke()
        with pytest.raises(SignInNeeded):
            access.token(refused=token)

    told = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("message_"))
    assert "signed in" in told
    assert "AADSTS50173" in told
    for secret in (answer["code"], page.state, token, "canary-secret", "practice.example"):
        assert secret not in told
        assert secret not in repr(page)


def test_the_device_code_of_the_server_is_what_msal_understands(onedrive: Practice) -> None:
    with entra.application(entra.Registration(APP_ID, NO_SECRET), entra.cache_of("")) as app:
        flow = app.initiate_device_flow(entra.SCOPES)
        onedrive.server.entra.decide_device(flow["user_code"], approve=True)
        granted = entra.granted(app.acquire_token_by_device_flow(flow))
        refused = app.initiate_device_flow(entra.SCOPES)
        onedrive.server.entra.decide_device(refused["user_code"], approve=False)
        with pytest.raises(SignInNeeded, match="declined"):
            entra.granted(app.acquire_token_by_device_flow(refused))

    assert onedrive.server.entra.allows(granted["access_token"])


def _walk(kind: type[BaseException]) -> list[type[BaseException]]:
    return [kind, *(found for one in kind.__subclasses__() for found in _walk(one))]


@pytest.mark.parametrize(
    "kind",
    sorted(
        {
            *_walk(requests.exceptions.RequestException),
            *_walk(msal.exceptions.MsalError),
            *_walk(msal.oauth2cli.oidc.IdTokenError),
            *_walk(msal.oauth2cli.oauth2.BrowserInteractionTimeoutError),
        },
        key=str,
    ),
    ids=str,
)
def test_every_exception_of_the_libraries_becomes_ours(kind: type[BaseException]) -> None:
    error = kind.__new__(kind)

    with pytest.raises(MessageCentreError) as told, entra.translating():
        raise error
    assert told.value.__cause__ is error


def test_making_one_reads_nothing_and_loads_no_library() -> None:
    """The window makes them for every provider, whether or not anybody signs in."""
    assert OneDriveAccess("1", lambda: APP_ID, _NoVault()).kind == "onedrive"
    look = (
        "import sys; import message_centre.sources.onedrive_access;"
        "print([one for one in ('msal', 'requests', 'urllib3') if one in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


class _NoVault:
    def read(self, name: str) -> Secret | None:
        raise AssertionError(name)

    def keep(self, name: str, secret: Secret) -> bool:
        raise AssertionError(name)

    def forget(self, name: str) -> None:
        raise AssertionError(name)
