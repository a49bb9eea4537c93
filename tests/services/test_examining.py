"""What the Test buttons say of real folders and drives, and that they leave them as they were."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from message_centre.domain.errors import Cancelled
from message_centre.domain.files import SourceKind
from message_centre.domain.findings import Verdict
from message_centre.domain.secrets import Secret
from message_centre.domain.sign_ins import OwnedDrive, Step
from message_centre.services.configuring import Configuring
from message_centre.services.examining import AzureTrial, Examiner
from message_centre.services.ports import Look, Probes, ServerLine
from message_centre.services.signing_in import Attempt
from message_centre.services.work import CancelToken
from message_centre.sources.dropbox_access import PORTS
from message_centre.sources.place_probes import PlaceProbes
from tests.support.azurite import Container
from tests.support.certificates import Certificates
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.engine import Engine
from tests.support.entra_server import APP_ID
from tests.support.faulty_front import Fault, FaultyFront, Spoil, faulty_front
from tests.support.onedrive import Practice as OneDrive
from tests.support.onedrive import a_practice
from tests.support.scripted_browser import ScriptedBrowser


@pytest.fixture
def examiner(engine: Engine) -> Examiner:
    return engine.services.examiner


def parts_of(engine: Engine) -> tuple[Probes, Configuring, ServerLine]:
    examiner = engine.services.examiner
    return examiner._probes, engine.services.configuring, examiner._line


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


# Folders


def test_a_folder_that_can_be_emptied(examiner: Examiner, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.jpg").write_bytes(b"1")
    found = examiner.folder(tmp_path / "a", CancelToken())
    assert found.verdict is Verdict.GOOD
    assert found.words == "It can be read: 1 file. Files may be removed from it."
    assert names(tmp_path / "a") == ["one.jpg"]


def test_a_folder_that_is_not_there_or_is_a_file(examiner: Examiner, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    missing = examiner.folder(tmp_path / "nowhere", CancelToken())
    assert (missing.verdict, missing.words.split(".")[0]) == (
        Verdict.BAD,
        "There is no such folder",
    )
    assert "not a folder" in examiner.folder(tmp_path / "file", CancelToken()).words


def test_a_folder_that_keeps_its_files(
    examiner: Examiner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr("message_centre.sources.open_folder.os.mkdir", refused)
    found = examiner.folder(tmp_path, CancelToken())
    assert found.verdict is Verdict.WARNING
    assert "may not be removed" in found.words


def test_a_folder_that_never_answers_is_given_up(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    over = threading.Event()

    def hang(*_: object) -> Look:
        over.wait(30)
        return Look(0)

    monkeypatch.setattr(PlaceProbes, "folder", hang)
    examiner = Examiner(*parts_of(engine), seconds=0.3)
    begun = time.monotonic()
    found = examiner.folder(tmp_path, CancelToken())
    assert time.monotonic() - begun < 3
    assert (found.verdict, "no answer within 0.3 seconds" in found.words) == (Verdict.BAD, True)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        examiner.folder(tmp_path, token)
    over.set()


# Azure Storage


@pytest.fixture
def trial(container: Container) -> AzureTrial:
    azurite = container.azurite
    return AzureTrial(azurite.account, azurite.endpoint, container.name, key=Secret(azurite.key))


def test_a_container_is_listed_and_keeps_what_it_holds(
    examiner: Examiner, trial: AzureTrial, container: Container
) -> None:
    container.put("a.jpg", b"1")
    container.put("inside/b.jpg", b"2")
    container.put("inside/c.jpg", b"3")
    found = examiner.azure(trial, CancelToken())
    assert (found.verdict, found.words) == (
        Verdict.GOOD,
        "It can be read: 1 file. Files may be removed from it.",
    )
    assert "2 files" in examiner.azure(replace(trial, path="/inside"), CancelToken()).words
    assert container.names == ["a.jpg", "inside/b.jpg", "inside/c.jpg"]
    assert examiner.azure_account(trial, CancelToken()).verdict is Verdict.GOOD


def test_the_kept_key_counts_where_none_is_given(
    engine: Engine, examiner: Examiner, trial: AzureTrial
) -> None:
    without = replace(trial, key=None)
    assert "No account and key" in examiner.azure(without, CancelToken()).words
    key = trial.key or Secret("")
    engine.services.configuring.set_secret("system.azure.key", key, operator=engine.operator)
    assert examiner.azure(without, CancelToken()).verdict is Verdict.GOOD


def test_what_is_wrong_with_azure_is_said_plainly(examiner: Examiner, trial: AzureTrial) -> None:
    wrong = Secret("A" * 86 + "==")
    for ask in (examiner.azure, examiner.azure_account):
        found = ask(replace(trial, key=wrong), CancelToken())
        assert found.verdict is Verdict.BAD
        assert "does not take the account and key" in found.words
    no_key = examiner.azure(replace(trial, key=Secret("short")), CancelToken())
    assert "no key of Azure Storage" in no_key.words
    missing = examiner.azure(replace(trial, container="not-there"), CancelToken())
    assert "no container of this name" in missing.words
    assert "No container" in examiner.azure(replace(trial, container=""), CancelToken()).words


def test_no_network_is_said_within_seconds(examiner: Examiner, trial: AzureTrial) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}/{trial.account}"
    begun = time.monotonic()
    found = examiner.azure(replace(trial, endpoint=closed), CancelToken())
    assert time.monotonic() - begun < 10
    assert found.words.startswith("Azure Storage cannot be reached. Check the network")


@pytest.fixture
def front(container: Container) -> Iterator[FaultyFront]:
    with faulty_front(container.azurite.port) as found:
        yield found


def test_a_right_to_delete_that_is_missing_is_a_warning(
    examiner: Examiner, trial: AzureTrial, front: FaultyFront
) -> None:
    refusal = {"x-ms-error-code": "AuthorizationPermissionMismatch"}
    front.faults.append(Fault(Spoil.ANSWER, "DELETE", 403, refusal))
    beside = f"http://127.0.0.1:{front.port}/{trial.account}"
    found = examiner.azure(replace(trial, endpoint=beside), CancelToken())
    assert found.verdict is Verdict.WARNING
    assert "may not be removed" in found.words


def test_a_silent_server_is_said_within_the_time(
    engine: Engine, trial: AzureTrial, front: FaultyFront
) -> None:
    front.faults.append(Fault(Spoil.HANG))
    beside = f"http://127.0.0.1:{front.port}/{trial.account}"
    examiner = Examiner(*parts_of(engine), seconds=1.0)
    found = examiner.azure(replace(trial, endpoint=beside), CancelToken())
    assert "no answer within 1 seconds" in found.words


# Drives with a sign-in


def sign_in(engine: Engine, kind: SourceKind, press: str) -> OwnedDrive:
    signing, browser = engine.services.signing_in, ScriptedBrowser(press)
    drive = signing.drive_of(kind, engine.operator, "1")
    ended = signing.sign_in(Attempt(drive, engine.operator, browser.open, CancelToken()))
    browser.join()
    assert ended.step is Step.CONNECTED, ended.detail
    assert signing.is_signed_in(drive)
    return drive


@pytest.fixture
def dropbox(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DropboxWorld]:
    engine.services.configuring.set("system.dropbox.app_key", APP_KEY, operator=engine.operator)
    with dropbox_world(tmp_path) as found:
        found.dropbox.sign_in.redirects += [f"http://localhost:{port}" for port in PORTS]
        found.dropbox.tree.put(f"{FOLDER}/ZZTEST scan.pdf", b"%PDF-1.4 synthetic")
        yield found


def test_dropbox_says_who_is_signed_in(engine: Engine, dropbox: DropboxWorld) -> None:
    examiner, nobody = engine.services.examiner, OwnedDrive(SourceKind.DROPBOX, engine.operator.id)
    before = examiner.signed(nobody, FOLDER, CancelToken())
    assert before.verdict is Verdict.BAD
    assert "Nobody is signed in" in before.words
    drive = sign_in(engine, SourceKind.DROPBOX, "allow")
    found = examiner.signed(drive, FOLDER, CancelToken())
    assert (found.verdict, found.words) == (
        Verdict.GOOD,
        "Signed in as kiri@example.org. It can be read: 1 file. Files may be removed from it.",
    )
    assert dropbox.dropbox.tree.find(f"{FOLDER}/ZZTEST scan.pdf") is not None
    assert "no folder /nowhere" in examiner.signed(drive, "/nowhere", CancelToken()).words
    dropbox.dropbox.sign_in.revoke()
    assert examiner.signed(drive, FOLDER, CancelToken()).verdict is Verdict.BAD


@pytest.fixture
def onedrive(engine: Engine, tmp_path: Path) -> Iterator[OneDrive]:
    key = "provider.1.onedrive.app_id"
    engine.services.configuring.set(key, APP_ID, operator=engine.operator)
    with a_practice(Certificates(tmp_path)) as found:
        found.server.add("Scans/ZZTEST scan.pdf", b"%PDF-1.4 synthetic")
        yield found


def test_onedrive_says_who_is_signed_in(engine: Engine, onedrive: OneDrive) -> None:
    examiner = engine.services.examiner
    drive = sign_in(engine, SourceKind.ONEDRIVE, "approve")
    found = examiner.signed(drive, "/Scans", CancelToken())
    assert found.verdict is Verdict.GOOD
    person = onedrive.server.entra.person.name
    assert found.words == f"Signed in as {person}. It can be read: 1 file."
