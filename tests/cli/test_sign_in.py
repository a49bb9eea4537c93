"""`sign-in` and `sign-out`: a real home and a real receiver; the drive's own part is scripted."""

import json
import os
import signal
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from message_centre import bootstrap
from message_centre.cli.main import run
from message_centre.domain.files import SourceKind
from message_centre.services.signing_in import SigningParts
from tests.support.drive_accesses import (
    ACCOUNT,
    CODE,
    STATE,
    TOKEN,
    VERIFIER,
    Browser,
    FakeAccess,
)
from tests.support.program import Practice

Command = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def access(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> FakeAccess:
    """Stands in for both drives; two seconds are the window, and no name of this computer is hosted."""
    made = FakeAccess()

    def parts(_accesses: object, *others: Any) -> SigningParts:
        accesses = dict.fromkeys((SourceKind.DROPBOX, SourceKind.ONEDRIVE), lambda _owner: made)
        return replace(SigningParts(accesses, *others), window=2.0)

    for drive in ("dropbox", "onedrive"):
        practice.set_up("settings", "set", f"operator.{drive}.enabled", "true")
    monkeypatch.setattr(bootstrap, "SigningParts", parts)
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("pc7.practice.example",))
    return made


@pytest.fixture
def command(practice: Practice, capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*arguments: str) -> tuple[int, dict[str, Any]]:
        given = ["--home", str(practice.home), "--json", *arguments]
        code = run(given, open_window=lambda _home, _operator: 1)
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return call


def use(monkeypatch: pytest.MonkeyPatch, browser: Callable[[str], bool]) -> None:
    monkeypatch.setattr(webbrowser, "open", browser)


def test_signing_in_and_out(
    access: FakeAccess, command: Command, monkeypatch: pytest.MonkeyPatch, practice: Practice
) -> None:
    browser = Browser(access, code=CODE)
    use(monkeypatch, browser.open)
    code, line = command("sign-in", "Dropbox")
    browser.join()
    assert code == 0
    assert line == {
        "source": "dropbox",
        "state": "connected",
        "detail": f"Signed in as {ACCOUNT}.",
    }
    assert access.is_signed_in()
    assert browser.statuses == [200]
    code, line = command("sign-out", "dropbox")
    assert (code, line["state"]) == (0, "signed-out")
    assert not access.is_signed_in()
    log = (practice.home / "logs" / "MailCenter_Dropbox.log").read_text()
    assert "connected after" in log
    assert "signed out" in log
    written = b"".join(file.read_bytes() for file in (practice.home / "logs").iterdir())
    for canary in (CODE, STATE, VERIFIER, TOKEN, ACCOUNT):
        assert canary.encode() not in written


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"error": "access_denied"}, ("failed", "The permission was not given.")),
        ({"code": "wrong"}, ("failed", "refused the answer")),
        ({"code": CODE, "state": "foreign"}, ("abandoned", "Nobody finished signing in")),
    ],
)
def test_what_does_not_work_ends_with_three_and_says_why(
    access: FakeAccess,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, str],
    told: tuple[str, str],
) -> None:
    browser = Browser(access, **fields)
    use(monkeypatch, browser.open)
    code, line = command("sign-in", "onedrive")
    browser.join()
    assert (code, line["state"]) == (3, told[0])
    assert told[1] in line["detail"]
    assert not access.is_signed_in()


@pytest.mark.parametrize("breaks", [False, True])
def test_without_a_browser_the_address_is_there_to_be_copied(
    access: FakeAccess,
    practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    breaks: bool,
) -> None:
    browser = Browser(access, code=CODE)

    def none(address: str) -> bool:
        browser.open(address)  # a person does so by hand
        if breaks:
            raise webbrowser.Error
        return False

    use(monkeypatch, none)
    given = ["--home", str(practice.home), "sign-in", "dropbox"]
    assert run(given, open_window=lambda _home, _operator: 1) == 0
    browser.join()
    assert "https://drive.example.test/authorize?" in capsys.readouterr().err


def test_ctrl_c_gives_up(
    access: FakeAccess, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_address: str) -> bool:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        return True

    use(monkeypatch, interrupt)
    code, line = command("sign-in", "dropbox")
    assert (code, line["state"]) == (130, "abandoned")


def test_where_it_is_hosted_dropbox_is_refused_and_nothing_is_opened(
    access: FakeAccess, command: Command, monkeypatch: pytest.MonkeyPatch, practice: Practice
) -> None:
    browser = Browser(access, code=CODE)
    use(monkeypatch, browser.open)
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("ts4.incloud.clinic",))
    code, line = command("sign-in", "dropbox")
    assert (code, line["state"]) == (3, "not-allowed")
    assert "incloud.clinic" in line["detail"]
    assert (access.begun, browser.opened) == (0, [])
    log = (practice.home / "logs" / "MailCenter_Dropbox.log").read_text()
    assert "not allowed for applications hosted" in log
    practice.set_up("settings", "set", "system.hosted_domains", "other.example")
    assert command("sign-in", "dropbox")[0] == 0


def test_a_source_that_is_none_or_needs_no_sign_in_is_wrong_usage(
    access: FakeAccess, practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    practice.watch()
    for source, words in (
        ("gropbox", "There is no source 'gropbox'. One signs in to dropbox and onedrive."),
        ("azure", "This source needs no sign-in."),
        (str(practice.inbox), "This source needs no sign-in."),
    ):
        for verb in ("sign-in", "sign-out"):
            given = ["--home", str(practice.home), verb, source]
            assert run(given, open_window=lambda _home, _operator: 1) == 2
            assert words in capsys.readouterr().err
    assert access.begun == 0


def test_the_trail_tells_every_sign_in(
    access: FakeAccess,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    practice: Practice,
) -> None:
    use(monkeypatch, Browser(access, code=CODE).open)
    command("sign-in", "dropbox")
    command("sign-out", "dropbox")
    lines = practice.json("trail").lines
    told = [(line["action"], line["detail"]) for line in lines if "sign" in line["action"]]
    assert told == [
        ("sign-in", f"Dropbox: connected. Signed in as {ACCOUNT}."),
        ("sign-out", "Dropbox"),
    ]
