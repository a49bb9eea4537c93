"""`sign-in` with the real SDKs: a browser, the drive's servers on loopback, and our receiver between.

The browser is a script, and then a real Chromium: a judge that nobody here wrote.
"""

import contextlib
import json
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from message_centre import bootstrap
from message_centre.cli.main import run
from message_centre.services.signing_in import SigningParts
from message_centre.sources.dropbox_access import PORTS
from tests.support.certificates import Certificates
from tests.support.chromium import Chromium, browsing
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.entra_server import APP_ID, LOGIN_HOST
from tests.support.onedrive import Practice as OneDrive
from tests.support.onedrive import a_practice
from tests.support.program import Practice
from tests.support.scripted_browser import ScriptedBrowser

Browser = Callable[[Mapping[str, int], str], ScriptedBrowser | Chromium]
Ask = Callable[..., list[dict[str, Any]]]
CANARY = "ZZTEST Ann scan.pdf"


@pytest.fixture
def ask(
    practice: Practice, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Ask:
    """Run a command in this process, whose vault lasts as long as it does; gives its lines."""
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("pc7.practice.example",))

    def call(*arguments: str) -> list[dict[str, Any]]:
        given = ["--home", str(practice.home), "--json", *arguments]
        run(given, open_window=lambda _home, _operator: 1)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


@pytest.fixture
def dropbox(tmp_path: Path) -> Iterator[DropboxWorld]:
    with dropbox_world(tmp_path) as found:
        found.dropbox.sign_in.redirects += [f"http://localhost:{port}" for port in PORTS]
        found.dropbox.tree.put(f"{FOLDER}/{CANARY}", b"%PDF-1.4 synthetic")
        yield found


@pytest.fixture
def onedrive(tmp_path: Path) -> Iterator[OneDrive]:
    with a_practice(Certificates(tmp_path)) as found:
        found.server.add(f"Scans/{CANARY}", b"%PDF-1.4 synthetic")
        yield found


@pytest.fixture(params=["scripted", "chromium"])
def browser(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """Makes the browser that the program opens next: where host names lead to, and what is pressed."""
    with contextlib.ExitStack() as stack:

        def make(ways: Mapping[str, int], press: str) -> ScriptedBrowser | Chromium:
            made: ScriptedBrowser | Chromium = ScriptedBrowser(press)
            if request.param == "chromium":
                authority = tmp_path / "authority.pem"
                made = stack.enter_context(browsing(tmp_path / press, authority, ways, press))
            monkeypatch.setattr(webbrowser, "open", made.open)
            return made

        yield make


def told_nothing(home: Path, *canaries: str) -> None:
    """No secret anywhere in the home; no file name in a log."""
    for file in home.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert not [one for one in canaries if one.encode() in data], file
        assert file.suffix != ".log" or b"ZZTEST" not in data


def test_dropbox(ask: Ask, dropbox: DropboxWorld, practice: Practice, browser: Browser) -> None:
    ways = dropbox.dropbox.ways()
    ask("settings", "set", "operator.dropbox.enabled", "true")
    ask("settings", "set", "operator.dropbox.path", FOLDER)
    ask("settings", "set", "system.dropbox.app_key", APP_KEY)
    assert [line["state"] for line in ask("sources")] == ["sign-in-needed"]

    said_no = browser(ways, "deny")
    assert [line["state"] for line in ask("sign-in", "dropbox")] == ["failed"]
    said_no.join()

    person = browser(ways, "allow")
    (line,) = ask("sign-in", "dropbox")
    person.join()
    assert line["state"] == "connected", line
    assert "The answer has arrived" in person.last
    assert [line["name"] for line in ask("list")] == [CANARY]
    log = (practice.home / "logs" / "MailCenter_Dropbox.log").read_text()
    assert "connected after" in log
    told_nothing(practice.home, *tokens(dropbox))

    assert [line["state"] for line in ask("sign-out", "dropbox")] == ["signed-out"]
    assert [line["state"] for line in ask("sources")] == ["sign-in-needed"]


def tokens(dropbox: DropboxWorld) -> list[str]:
    """Every code and token that the sign-in page has given."""
    found = [
        one
        for value in vars(dropbox.dropbox.sign_in).values()
        if isinstance(value, dict)
        for one in value
    ]
    assert found
    return [str(one) for one in found]


def test_onedrive(ask: Ask, onedrive: OneDrive, practice: Practice, browser: Browser) -> None:
    ways = {LOGIN_HOST: onedrive.server.https.port}
    ask("settings", "set", "operator.onedrive.enabled", "true")
    ask("settings", "set", "operator.onedrive.path", "/Scans")
    ask("settings", "set", "provider.1.onedrive.app_id", APP_ID)
    assert [line["state"] for line in ask("sources")] == ["sign-in-needed"]

    said_no = browser(ways, "deny")
    assert [line["state"] for line in ask("sign-in", "onedrive")] == ["failed"]
    said_no.join()

    person = browser(ways, "approve")
    (line,) = ask("sign-in", "onedrive")
    person.join()
    assert line["state"] == "connected", line
    assert "The answer has arrived" in person.last
    assert [line["name"] for line in ask("list")] == [CANARY]
    told_nothing(practice.home, "access_token", "refresh_token")

    assert [line["state"] for line in ask("sign-out", "onedrive")] == ["signed-out"]
    assert [line["state"] for line in ask("sources")] == ["sign-in-needed"]


def test_nobody_finishes_in_time_and_the_next_wish_begins_anew(
    ask: Ask, dropbox: DropboxWorld, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("settings", "set", "operator.dropbox.enabled", "true")
    ask("settings", "set", "system.dropbox.app_key", APP_KEY)
    monkeypatch.setattr(bootstrap, "SigningParts", partial(SigningParts, window=1.0))
    opened: list[str] = []

    def leave_it(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", leave_it)

    began = time.monotonic()
    (line,) = ask("sign-in", "dropbox")
    assert 1 <= time.monotonic() - began < 5
    assert line["state"] == "abandoned"
    assert "given up for now. Click My Mail or Reconnect to try again." in line["detail"]
    log = (practice.home / "logs" / "MailCenter_Dropbox.log").read_text()
    assert ": abandoned after 1." in log
    assert [one["state"] for one in ask("sources")] == ["sign-in-needed"]

    late = ScriptedBrowser("allow")
    with pytest.raises(requests.ConnectionError):
        late.browse(opened[0])  # the page is still there; whoever listened is not
    assert [one["state"] for one in ask("sources")] == ["sign-in-needed"]

    person = ScriptedBrowser("allow")
    monkeypatch.setattr(webbrowser, "open", person.open)
    (line,) = ask("sign-in", "dropbox")
    person.join()
    assert line["state"] == "connected", line
