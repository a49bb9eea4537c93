"""From the sign-in in a browser to a saved file and an empty Dropbox, through the services people use."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from dropbox import files as dropbox_types

from message_centre import bootstrap
from message_centre.domain.files import Listing, SourceKind, SourceState
from message_centre.domain.outcomes import Outcome
from message_centre.domain.sign_ins import OwnedDrive, SignIn, Step
from message_centre.services.signing_in import Attempt
from message_centre.services.work import CancelToken
from message_centre.sources.drive import Removal
from message_centre.sources.dropbox_access import PORTS
from message_centre.sources.dropbox_files import DropboxFiles
from tests.support.dropbox_server import rate_limited
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.engine import A_JPEG, Engine, started
from tests.support.https_server import Trouble


class _Form(HTMLParser):
    action = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.action = dict(attrs)["action"] or ""


def browse(address: str, answer: str = "allow") -> bool:
    """A browser in which a person presses a button of Dropbox's page."""
    with requests.Session() as session:
        form = _Form()
        form.feed(session.get(address).text)
        there = urlsplit(address)
        sent = session.post(f"{there.scheme}://{there.netloc}{form.action}", {"answer": answer})
        return sent.ok


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DropboxWorld]:
    (tmp_path / "way").mkdir()
    with dropbox_world(tmp_path / "way") as found:
        found.dropbox.sign_in.redirects += [f"http://localhost:{port}" for port in PORTS]
        yield found


@pytest.fixture
def desk(engine: Engine, world: DropboxWorld) -> Engine:
    """An engine whose operator has switched Dropbox on, and is not signed in."""
    configuring, by = engine.services.configuring, engine.operator
    configuring.set("system.dropbox.app_key", APP_KEY, operator=by)
    configuring.set("operator.dropbox.enabled", "true", operator=by)
    configuring.set("operator.dropbox.path", "/Apps/InTouch/", operator=by)
    return engine


def sign_in(desk: Engine, answer: str = "allow") -> SignIn:
    drive = OwnedDrive(SourceKind.DROPBOX, desk.operator.id)
    return desk.services.signing_in.sign_in(
        Attempt(drive, desk.operator, lambda address: browse(address, answer), CancelToken())
    )


def listing(desk: Engine) -> Listing:
    found = desk.services.lister.refresh(desk.operator, "1", CancelToken())
    (only,) = (one for one in found if one.kind is SourceKind.DROPBOX)
    return only


def put(world: DropboxWorld, name: str, data: bytes = A_JPEG) -> str:
    return world.dropbox.tree.put(f"{FOLDER}/{name}", data).rev


def test_signs_in_lists_saves_and_leaves_the_source_empty(
    desk: Engine, world: DropboxWorld
) -> None:
    put(world, "a.jpg")
    assert listing(desk).state is SourceState.SIGN_IN_NEEDED
    assert world.server.requests == []

    assert sign_in(desk).step is Step.CONNECTED

    assert desk.ready() == ["a.jpg"]
    assert world.server.asked("files/download") == []
    assert desk.save("a.jpg").outcome is Outcome.SAVED
    assert desk.stored()[0].read_bytes() == A_JPEG
    assert world.dropbox.tree.names(FOLDER) == []
    assert desk.ready() == []
    assert desk.problems() == []


def test_a_refusal_leaves_the_drive_signed_out(desk: Engine, world: DropboxWorld) -> None:
    assert sign_in(desk, "deny").step is Step.FAILED
    assert listing(desk).state is SourceState.SIGN_IN_NEEDED


def test_access_taken_back_on_the_site_wants_a_sign_in_and_then_goes_on(
    desk: Engine, world: DropboxWorld
) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    assert desk.ready() == ["a.jpg"]
    world.dropbox.sign_in.revoke()
    assert listing(desk).state is SourceState.SIGN_IN_NEEDED
    sign_in(desk)
    assert desk.save("a.jpg").outcome is Outcome.SAVED


def test_signing_out_ends_it(desk: Engine, world: DropboxWorld) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    drive = OwnedDrive(SourceKind.DROPBOX, desk.operator.id)
    desk.services.signing_in.sign_out(drive, desk.operator)
    assert listing(desk).state is SourceState.SIGN_IN_NEEDED


def test_another_account_is_another_source(desk: Engine, world: DropboxWorld) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    first = listing(desk)
    world.dropbox.sign_in.account_id = f"dbid:{'B' * 35}"
    sign_in(desk)
    second = listing(desk)
    assert second.source_id != first.source_id
    assert {file.key for file in first.files}.isdisjoint(file.key for file in second.files)


def test_a_hosted_workstation_asks_dropbox_nothing(
    desk: Engine, world: DropboxWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    desk.services.close()
    before = len(world.server.requests)
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("ts4.incloud.clinic",))
    with started(tmp_path) as hosted:
        found = listing(hosted)
        assert found.state is SourceState.NOT_ALLOWED
        assert "not allowed" in found.detail
        assert sign_in(hosted).step is Step.NOT_ALLOWED
    assert len(world.server.requests) == before


def test_a_version_put_there_after_the_download_stays_and_is_listed(
    desk: Engine, world: DropboxWorld
) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    order = desk.order("a.jpg")
    world.dropbox.after_download = lambda held: put(world, "a.jpg", b"unseen")
    assert desk.services.importer.run(order, CancelToken()).outcome is Outcome.SAVED
    assert desk.stored()[0].read_bytes() == A_JPEG
    assert world.dropbox.tree.names(FOLDER) == ["a.jpg"]
    assert desk.ready() == ["a.jpg"]


def test_a_file_that_changed_after_it_was_listed_stays(desk: Engine, world: DropboxWorld) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    order = desk.order("a.jpg")
    put(world, "a.jpg", b"another picture")
    assert desk.services.importer.run(order, CancelToken()).problem == "FileChanged"
    assert desk.stored() == []
    assert desk.ready() == ["a.jpg"]
    held = world.dropbox.tree.find(f"{FOLDER}/a.jpg")
    assert held is not None
    assert held.data == b"another picture"


def test_what_may_not_be_removed_is_saved_hidden_and_removed_later(
    desk: Engine, world: DropboxWorld
) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    world.dropbox.unwritable[f"{FOLDER}/a.jpg"] = dropbox_types.WriteError.no_write_permission
    result = desk.save("a.jpg")
    assert result.outcome is Outcome.SAVED_SOURCE_KEPT
    assert "does not allow" in result.reason
    assert desk.ready() == []
    world.dropbox.unwritable.clear()
    desk.services.recoverer.run()
    assert world.dropbox.tree.names(FOLDER) == []


def test_a_permission_that_is_granted_and_signed_in_with_counts_at_once(
    desk: Engine, world: DropboxWorld
) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    held = world.dropbox.sign_in
    fewer = frozenset({"account_info.read", "files.metadata.read", "files.content.read"})
    held._refresh = dict.fromkeys(held._refresh, fewer)
    held.expire()
    result = desk.save("a.jpg")
    assert result.outcome is Outcome.SAVED_SOURCE_KEPT
    assert "lacks a permission" in result.reason

    sign_in(desk)
    desk.services.recoverer.run()

    assert world.dropbox.tree.names(FOLDER) == []
    assert desk.problems() == []


@pytest.mark.parametrize("what", [Trouble.TRUNCATED, Trouble.CUT, rate_limited(300)])
def test_a_download_that_fails_leaves_nothing_and_takes_nothing(
    desk: Engine, world: DropboxWorld, what: Trouble
) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    order = desk.order("a.jpg")
    world.server.fault("files/download", what, times=50)
    result = desk.services.importer.run(order, CancelToken())
    assert result.problem in {"SourceOffline", "RateLimited"}
    assert world.dropbox.tree.names(FOLDER) == ["a.jpg"]
    assert desk.stored() == []


def test_the_answer_to_the_removal_is_lost(desk: Engine, world: DropboxWorld) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    world.server.fault("files/delete_v2", Trouble.REPLY_LOST)
    assert desk.save("a.jpg").outcome is Outcome.SAVED
    assert world.dropbox.tree.names(FOLDER) == []


@pytest.mark.parametrize("somebody_writes", [False, True])
@pytest.mark.parametrize("removed_first", [False, True])
def test_a_run_that_died_at_the_removal_is_finished_at_the_next_start(
    world: DropboxWorld,
    desk: Engine,
    monkeypatch: pytest.MonkeyPatch,
    *,
    removed_first: bool,
    somebody_writes: bool,
) -> None:
    class Killed(BaseException):
        """Nobody catches it, as nobody catches a kill."""

    put(world, "a.jpg")
    sign_in(desk)
    order = desk.order("a.jpg")
    remove = DropboxFiles.remove

    def die(drive: DropboxFiles, file_id: str, revision: str, sha256: str = "") -> Removal:
        if removed_first:
            remove(drive, file_id, revision, sha256)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(DropboxFiles, "remove", die)
        with pytest.raises(Killed):
            desk.services.importer.run(order, CancelToken())
    desk.services.close()
    if somebody_writes:
        put(world, "a.jpg", b"written meanwhile")

    with started(desk.home.parent) as again:
        assert [path.read_bytes() for path in again.stored()] == [A_JPEG]
        assert again.ready() == (["a.jpg"] if somebody_writes else [])
        assert again.problems() == []
    assert world.dropbox.tree.names(FOLDER) == (["a.jpg"] if somebody_writes else [])


def test_one_place_is_one_source_however_it_is_typed(desk: Engine, world: DropboxWorld) -> None:
    put(world, "a.jpg")
    sign_in(desk)
    first = listing(desk).source_id
    desk.services.configuring.set("operator.dropbox.path", FOLDER, operator=desk.operator)
    assert listing(desk).source_id == first


def test_no_secret_and_no_name_is_written_anywhere(desk: Engine, world: DropboxWorld) -> None:
    put(world, "Canary Testperson.jpg", b"no picture at all")
    sign_in(desk)
    desk.ready()
    refresh_tokens = list(world.dropbox.sign_in._refresh)
    access_tokens = list(world.dropbox.sign_in._access)
    world.server.fault("files/download", Trouble.TRUNCATED)
    desk.services.importer.run(desk.order("Canary Testperson.jpg"), CancelToken())
    written = b"".join(path.read_bytes() for path in sorted(desk.home.rglob("*")) if path.is_file())
    logs = b"".join(path.read_bytes() for path in sorted(desk.home.rglob("*.log")))
    assert b"dropbox" in logs.lower()
    assert b"Canary" not in logs
    for secret in (*refresh_tokens, *access_tokens):
        assert secret.encode() not in written
