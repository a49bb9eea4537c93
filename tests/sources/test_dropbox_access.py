"""Signing in to Dropbox: the SDK's own flow against a page, codes and tokens on loopback."""

import json
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from message_centre.domain.errors import BadSetting, SignInNeeded, SourceOffline
from message_centre.domain.secrets import Secret
from message_centre.services.ports.signing import SignInPage
from message_centre.sources.dropbox_access import PORTS, SCOPES, DropboxAccess
from message_centre.sources.dropbox_files import DropboxFiles
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.https_server import Reply, Trouble

REDIRECT = f"http://localhost:{PORTS[0]}"


class Shelf:
    """Keeps secrets in memory."""

    def __init__(self, *, lasts: bool = True) -> None:
        self.held: dict[str, Secret] = {}
        self._lasts = lasts

    def read(self, name: str) -> Secret | None:
        return self.held.get(name)

    def keep(self, name: str, secret: Secret) -> bool:
        self.held[name] = secret
        return self._lasts

    def forget(self, name: str) -> None:
        self.held.pop(name, None)


class _Buttons(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.answers: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
        if tag == "button":
            self.answers[found["value"]] = found["name"]


def browse(page: SignInPage, answer: str = "allow") -> dict[str, str]:
    """What a browser comes back with after a person has pressed a button of the page."""
    with requests.Session() as session:
        shown = session.get(page.address)
        assert shown.status_code == 200, shown.text
        form = _Buttons()
        form.feed(shown.text)
        address = f"https://www.dropbox.com{form.action}"
        sent = session.post(address, data={form.answers[answer]: answer}, allow_redirects=False)
    assert sent.status_code == 302
    back = urlsplit(sent.headers["Location"])
    assert f"{back.scheme}://{back.netloc}" == REDIRECT
    return dict(parse_qsl(back.query))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DropboxWorld]:
    with dropbox_world(tmp_path) as found:
        found.dropbox.sign_in.redirects += [f"http://localhost:{port}" for port in PORTS]
        yield found


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def access(world: DropboxWorld, shelf: Shelf) -> DropboxAccess:
    return DropboxAccess("ADM", lambda: APP_KEY, shelf)


def test_signs_in_and_moves_a_file(world: DropboxWorld, access: DropboxAccess) -> None:
    held = world.dropbox.tree.put(f"{FOLDER}/a.jpg", b"bytes")
    assert not access.is_signed_in()

    page = access.begin(REDIRECT)
    account = access.finish(page, browse(page))

    assert account.name == "kiri@example.org"
    assert account.is_kept
    kept = access.kept()
    assert kept is not None
    drive = DropboxFiles(lambda: access.credentials(kept.account_id), FOLDER)
    (file,) = drive.files(lambda count: None)
    assert b"".join(drive.read(file)) == b"bytes"
    drive.remove(held.id, held.rev)
    assert world.dropbox.tree.names(FOLDER) == []


def test_asks_for_what_it_needs_and_for_nothing_more(access: DropboxAccess) -> None:
    asked = dict(parse_qsl(urlsplit(access.begin(REDIRECT).address).query))
    assert asked["scope"].split() == list(SCOPES)
    assert (asked["code_challenge_method"], asked["token_access_type"]) == ("S256", "offline")
    assert "client_secret" not in asked


def test_two_attempts_share_nothing(access: DropboxAccess) -> None:
    first, second = access.begin(REDIRECT), access.begin(REDIRECT)
    assert first.state != second.state
    with pytest.raises(SignInNeeded):
        access.finish(second, browse(first))
    assert not access.is_signed_in()


def test_says_who_refused(world: DropboxWorld, access: DropboxAccess) -> None:
    page = access.begin(REDIRECT)
    with pytest.raises(SignInNeeded, match="refused on Dropbox's page"):
        access.finish(page, browse(page, "deny"))
    assert not access.is_signed_in()


def test_a_code_is_good_once(access: DropboxAccess) -> None:
    page = access.begin(REDIRECT)
    answer = browse(page)
    access.finish(page, answer)
    with pytest.raises(SignInNeeded, match="does not take"):
        access.finish(page, answer)
    assert access.is_signed_in()


@pytest.mark.parametrize("answer", [{}, {"code": "x"}, {"code": "x", "error": "y"}])
def test_an_answer_that_makes_no_sense(access: DropboxAccess, answer: dict[str, str]) -> None:
    page = access.begin(REDIRECT)
    with pytest.raises(SignInNeeded):
        access.finish(page, {"state": page.state, **answer})


def test_may_be_finished_again_after_the_line_dropped(
    world: DropboxWorld, access: DropboxAccess
) -> None:
    page = access.begin(REDIRECT)
    answer = browse(page)
    world.server.fault("oauth2/token", Trouble.CUT)
    with pytest.raises(SourceOffline):
        access.finish(page, answer)
    assert access.finish(page, answer).name == "kiri@example.org"


def test_another_app_cannot_use_the_code(world: DropboxWorld, shelf: Shelf) -> None:
    access = DropboxAccess("ADM", lambda: APP_KEY, shelf)
    page = access.begin(REDIRECT)
    answer = browse(page)
    page.memory.consumer_key = "another"  # type: ignore[attr-defined]  # the SDK's
    with pytest.raises(BadSetting, match="app_key"):
        access.finish(page, answer)


def test_a_code_that_was_caught_is_worth_nothing_without_the_verifier(
    access: DropboxAccess,
) -> None:
    page, another = access.begin(REDIRECT), access.begin(REDIRECT)
    caught = browse(page)
    with pytest.raises(SignInNeeded):
        access.finish(another, {**caught, "state": another.state})


def test_an_app_without_every_permission_is_refused_at_once(
    world: DropboxWorld, access: DropboxAccess
) -> None:
    page = access.begin(REDIRECT)
    less = page.address.replace("files.content.write", "")
    answer = browse(SignInPage(less, page.state, page.memory))
    with pytest.raises(BadSetting, match=r"files\.content\.write"):
        access.finish(page, answer)
    assert not access.is_signed_in()


def test_an_app_key_that_is_empty(world: DropboxWorld, shelf: Shelf) -> None:
    with pytest.raises(BadSetting, match=r"system\.dropbox\.app_key"):
        DropboxAccess("ADM", lambda: "", shelf).begin(REDIRECT)
    assert world.server.requests == []


def test_the_sign_in_stands_even_if_the_name_is_not_to_be_had(
    world: DropboxWorld, access: DropboxAccess
) -> None:
    page = access.begin(REDIRECT)
    answer = browse(page)
    world.server.fault("users/get_current_account", Reply(503, b"", "text/plain"))
    assert access.finish(page, answer).name == "Dropbox"
    assert access.is_signed_in()


def test_tells_where_nothing_is_kept_for_long(world: DropboxWorld) -> None:
    access = DropboxAccess("ADM", lambda: APP_KEY, Shelf(lasts=False))
    page = access.begin(REDIRECT)
    assert not access.finish(page, browse(page)).is_kept


def test_each_operator_has_a_sign_in_of_their_own(
    access: DropboxAccess, world: DropboxWorld, shelf: Shelf
) -> None:
    page = access.begin(REDIRECT)
    access.finish(page, browse(page))
    assert not DropboxAccess("NUR", lambda: APP_KEY, shelf).is_signed_in()


def test_another_account_is_not_taken_for_this_one(access: DropboxAccess) -> None:
    page = access.begin(REDIRECT)
    access.finish(page, browse(page))
    with pytest.raises(SignInNeeded):
        access.credentials("dbid:another")


def test_signing_out_forgets_and_takes_back(
    world: DropboxWorld, access: DropboxAccess, shelf: Shelf
) -> None:
    page = access.begin(REDIRECT)
    access.finish(page, browse(page))
    kept = access.kept()
    assert kept is not None
    access.sign_out()
    assert shelf.held == {}
    assert not access.is_signed_in()
    stolen = DropboxFiles(lambda: (APP_KEY, kept.token), FOLDER)
    with pytest.raises(SignInNeeded):
        list(stolen.files(lambda count: None))
    access.sign_out()  # nothing that is kept is fine


def test_signing_out_waits_for_nobody(
    world: DropboxWorld, access: DropboxAccess, shelf: Shelf
) -> None:
    page = access.begin(REDIRECT)
    access.finish(page, browse(page))
    world.server.close()
    began = time.monotonic()
    access.sign_out()
    assert time.monotonic() - began < 5
    assert shelf.held == {}
    world.proxy.refused.clear()


@pytest.mark.parametrize("held", ["", "nonsense", "[]", "{}", json.dumps({"token": "x"})])
def test_what_is_not_of_our_making_is_no_sign_in(
    world: DropboxWorld, access: DropboxAccess, shelf: Shelf, held: str
) -> None:
    shelf.held["dropbox.ADM"] = Secret(held)
    assert not access.is_signed_in()


def test_nothing_secret_is_shown_or_logged(
    world: DropboxWorld, access: DropboxAccess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    page = access.begin(REDIRECT)
    answer = browse(page)
    caplog.clear()  # what the browser logs is not ours
    access.finish(page, answer)
    with pytest.raises(SignInNeeded):
        access.finish(page, answer)
    kept = access.kept()
    assert kept is not None
    access.sign_out()
    told = f"{caplog.text} {page!r} {kept!r}"
    assert "finish: signed in" in told
    assert "status 400" in told or "HTTPError" in told
    verifier = page.memory.code_verifier  # type: ignore[attr-defined]  # the SDK's
    for secret in (answer["code"], kept.token.reveal(), page.state, verifier, "kiri@"):
        assert secret not in told
