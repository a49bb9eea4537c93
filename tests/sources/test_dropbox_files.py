"""A folder of Dropbox, through the real SDK over real HTTPS to a server that speaks its protocol."""

import json
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from dropbox import files as dropbox_types
from stone.backends.python_rsrc import stone_serializers

from message_centre.domain.errors import (
    AccessDenied,
    Cancelled,
    FileChanged,
    FileGone,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
)
from message_centre.domain.secrets import Secret
from message_centre.sources.drive import DriveFile, Removal
from message_centre.sources.dropbox_files import DropboxFiles, normalised
from message_centre.sources.dropbox_line import Waits
from message_centre.sources.retrying import Patience
from tests.support.certificates import Certificates
from tests.support.connect_proxy import ConnectProxy
from tests.support.dropbox_server import rate_limited
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_tree import BLOCK
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.https_server import HttpsServer, Reply, Trouble

LIST, CONTINUE = "files/list_folder", "files/list_folder/continue"
DOWNLOAD, DELETE, METADATA = "files/download", "files/delete_v2", "files/get_metadata"
IMPATIENT = Waits(connecting=1.0, answering=1.0, again=Patience(tries=2, budget=1.5))
PORTAL = Reply(200, b"<html>Welcome to our guest network</html>", "text/html")


BODIES = (
    b"",
    b"<html>",
    b"null",
    b"[]",
    b"7",
    b'"x"',
    b"{}",
    b'{"error": 7}',
    b'{"error": {}}',
    b'{"error": {".tag": "unheard_of"}}',
    b'{"error": {".tag": "other"}, "user_message": "words"}',
    b"\xff\xfe",
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DropboxWorld]:
    with dropbox_world(tmp_path) as found:
        yield found


def put(world: DropboxWorld, name: str, data: bytes = b"some bytes") -> DriveFile:
    held = world.dropbox.tree.put(f"{FOLDER}/{name}", data)
    modified = int(held.modified.timestamp()) * 1_000_000_000
    return DriveFile(held.id, name, len(data), modified, held.rev)


def listed(drive: DropboxFiles) -> list[DriveFile]:
    return list(drive.files(lambda count: None))


def names(drive: DropboxFiles) -> set[str]:
    return {file.name for file in listed(drive)}


def whole(drive: DropboxFiles, file: DriveFile) -> bytes:
    return b"".join(drive.read(file))


def every_call(drive: DropboxFiles, file: DriveFile) -> tuple[Callable[[], object], ...]:
    return (
        lambda: listed(drive),
        lambda: drive.find(file.id),
        lambda: drive.remove(file.id, file.revision),
        lambda: whole(drive, file),
    )


class TestListing:
    def test_shows_each_file_as_dropbox_has_it_and_downloads_nothing(
        self, world: DropboxWorld
    ) -> None:
        put(world, "Wunde 1.jpg")
        put(world, "māori ü 照片 #%2f&+.png", b"")
        world.dropbox.tree.put(f"{FOLDER}/deeper/hidden.jpg", b"elsewhere")
        world.dropbox.tree.put("/above.jpg", b"elsewhere")

        found = listed(world.files())

        assert {(file.name, file.size) for file in found} == {
            ("Wunde 1.jpg", 10),
            ("māori ü 照片 #%2f&+.png", 0),
        }
        assert world.server.asked(DOWNLOAD) == []

    def test_shows_what_find_shows(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        drive = world.files()
        assert listed(drive) == [file]
        assert drive.find(file.id) == file

    def test_follows_every_page(self, world: DropboxWorld) -> None:
        for number in range(2001):
            world.dropbox.tree.put(f"{FOLDER}/{number}.jpg", b"x")
        counts: list[int] = []
        assert len(list(world.files().files(counts.append))) == 2001
        assert counts == [0, 1000, 2000, 2001]
        assert len(world.server.asked(LIST)) == 1
        assert len(world.server.asked(CONTINUE)) == 2

    def test_takes_changes_that_come_with_later_pages(self, world: DropboxWorld) -> None:
        for number in range(1001):
            world.dropbox.tree.put(f"{FOLDER}/{number}.jpg", b"x")
        tree = world.dropbox.tree

        def change(count: int) -> None:
            if count == 1000:
                tree.remove(f"{FOLDER}/3.jpg")
                tree.put(f"{FOLDER}/4.jpg", b"another")
                tree.put(f"{FOLDER}/new.jpg", b"x")

        found = {file.name: file for file in world.files().files(change)}
        assert len(found) == 1001
        assert "3.jpg" not in found
        assert found["4.jpg"].size == 7
        assert "new.jpg" in found

    def test_begins_anew_where_the_cursor_is_too_old(self, world: DropboxWorld) -> None:
        for number in range(1001):
            world.dropbox.tree.put(f"{FOLDER}/{number}.jpg", b"x")
        forgotten: list[int] = []

        def forget(count: int) -> None:
            if count == 1000 and not forgotten:
                forgotten.append(count)
                world.dropbox.forget_cursors()

        assert len(list(world.files().files(forget))) == 1001
        assert len(world.server.asked(LIST)) == 2

    def test_gives_up_a_cursor_that_is_always_too_old(self, world: DropboxWorld) -> None:
        for number in range(1001):
            world.dropbox.tree.put(f"{FOLDER}/{number}.jpg", b"x")

        def forget(count: int) -> None:
            world.dropbox.forget_cursors()

        with pytest.raises(SourceOffline, match="faster than"):
            list(world.files().files(forget))

    def test_can_be_cancelled_between_pages(self, world: DropboxWorld) -> None:
        for number in range(1001):
            world.dropbox.tree.put(f"{FOLDER}/{number}.jpg", b"x")

        def cancel(count: int) -> None:
            if count:
                raise Cancelled

        with pytest.raises(Cancelled):
            list(world.files().files(cancel))
        assert world.server.asked(CONTINUE) == []

    @pytest.mark.parametrize("typed", ["", "/", " / ", "//"])
    def test_takes_the_root_however_it_is_typed(self, world: DropboxWorld, typed: str) -> None:
        world.dropbox.tree.put("/top.jpg", b"x")
        assert names(world.files(typed)) == {"top.jpg"}

    @pytest.mark.parametrize("typed", ["/Apps/InTouch", "apps/intouch/", "//apps//intouch"])
    def test_takes_a_folder_however_it_is_typed(self, world: DropboxWorld, typed: str) -> None:
        file = put(world, "a.jpg")
        drive = world.files(typed)
        assert names(drive) == {"a.jpg"}
        assert drive.find(file.id) == file
        assert normalised(typed).lower() == FOLDER

    def test_says_which_folder_is_missing(self, world: DropboxWorld) -> None:
        with pytest.raises(SourceOffline, match="no folder /apps/intouch"):
            listed(world.files())

    def test_says_so_where_the_folder_is_a_file(self, world: DropboxWorld) -> None:
        world.dropbox.tree.put(FOLDER, b"a file")
        with pytest.raises(SourceOffline, match="Something else"):
            listed(world.files())

    def test_an_empty_folder_is_one_with_no_files(self, world: DropboxWorld) -> None:
        world.dropbox.tree.make_folder(FOLDER)
        assert listed(world.files()) == []


class TestFinding:
    def test_knows_a_file_that_is_gone(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        world.dropbox.tree.remove(f"{FOLDER}/a.jpg")
        assert world.files().find(file.id) is None

    def test_a_file_moved_elsewhere_is_gone_from_here(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        world.dropbox.tree.move(f"{FOLDER}/a.jpg", "/elsewhere/a.jpg")
        assert world.files().find(file.id) is None

    def test_another_file_of_the_same_name_is_another(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        world.dropbox.tree.remove(f"{FOLDER}/a.jpg")
        put(world, "a.jpg")
        assert world.files().find(file.id) is None

    def test_shows_the_revision_of_now(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        now = put(world, "a.jpg", b"changed")
        found = world.files().find(file.id)
        assert found == now
        assert now.id == file.id
        assert now.revision != file.revision


class TestReading:
    @pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
    def test_gives_the_bytes_whose_hash_dropbox_tells(self, world: DropboxWorld, size: int) -> None:
        data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        assert whole(world.files(), put(world, "a.bin", data)) == data

    def test_gives_no_revision_that_somebody_has_replaced(self, world: DropboxWorld) -> None:
        put(world, "a.jpg", b"as it was seen")
        drive = world.files()
        (file,) = listed(drive)
        put(world, "a.jpg", b"changed meanwhile")
        with pytest.raises(FileChanged):
            whole(drive, file)

    def test_gives_no_file_that_somebody_has_removed(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        world.dropbox.tree.remove(f"{FOLDER}/a.jpg")
        with pytest.raises(FileGone):
            whole(world.files(), file)

    def test_refuses_bytes_that_are_not_those_of_the_hash(
        self, world: DropboxWorld, caplog: pytest.LogCaptureFixture
    ) -> None:
        file = put(world, "a.jpg", b"as it is")
        drive = world.files()
        whole(drive, file)
        said = json.loads(_result_of(world, file))
        damaged = Reply(
            200, b"as it IS", "application/octet-stream", {"Dropbox-API-Result": json.dumps(said)}
        )
        world.server.fault(DOWNLOAD, damaged)
        with (
            caplog.at_level(logging.WARNING, "message_centre.sources"),
            pytest.raises(SourceOffline, match="damaged on the way"),
        ):
            whole(drive, file)
        assert "thrown away" in caplog.text

    @pytest.mark.parametrize("field", ["content_hash", "id", "rev"])
    def test_refuses_an_answer_about_something_else(self, world: DropboxWorld, field: str) -> None:
        file = put(world, "a.jpg", b"as it is")
        said = json.loads(_result_of(world, file))
        if field == "content_hash":
            del said[field]
        else:
            said[field] = "0123456789abc" if field == "rev" else "id:another"
        told = {"Dropbox-API-Result": json.dumps(said)}
        world.server.fault(DOWNLOAD, Reply(200, b"as it is", "application/octet-stream", told))
        with pytest.raises((SourceOffline, FileChanged)):
            whole(world.files(), file)

    def test_fails_on_a_body_that_is_cut(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg", b"x" * 1_000_000)
        drive = world.files()
        world.server.fault(DOWNLOAD, Trouble.TRUNCATED)
        with pytest.raises(SourceOffline):
            whole(drive, file)
        assert whole(drive, file) == b"x" * 1_000_000

    def test_gives_ranges_of_the_revision(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg", b"0123456789")
        drive = world.files()
        assert b"".join(drive.read(file, start=2, length=3)) == b"234"
        assert b"".join(drive.read(file, start=7)) == b"789"
        assert b"".join(drive.read(file, start=8, length=10)) == b"89"
        assert b"".join(drive.read(file, start=0, length=0)) == b""
        assert len(world.server.asked(DOWNLOAD)) == 3
        put(world, "a.jpg", b"changed meanwhile")
        with pytest.raises(FileChanged):
            list(drive.read(file, start=2, length=3))

    def test_refuses_the_whole_where_a_part_was_asked_for(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg", b"0123456789")
        told = {"Dropbox-API-Result": _result_of(world, file)}
        world.server.fault(DOWNLOAD, Reply(200, b"0123456789", "application/octet-stream", told))
        with pytest.raises(SourceOffline, match="another part"):
            list(world.files().read(file, start=2, length=3))

    def test_gives_no_revision_that_dropbox_does_not_know(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        unknown = DriveFile(file.id, file.name, file.size, file.modified_ns, "0ffffffffffff")
        with pytest.raises(FileChanged):
            whole(world.files(), unknown)

    def test_leaves_no_connection_taken_when_nobody_reads_on(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg", b"x" * 3_000_000)
        drive = world.files()
        for _ in range(12):  # more than the SDK keeps
            chunks = drive.read(file)
            assert isinstance(chunks, Generator)
            next(chunks)
            chunks.close()
        assert whole(drive, file) == b"x" * 3_000_000

    def test_eight_at_once_get_their_own_bytes(self, world: DropboxWorld) -> None:
        held = [put(world, f"{number}.jpg", b"%d" % number * 50_000) for number in range(40)]
        drive = world.files()
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda file: whole(drive, file)[:2], held)) == [
                (b"%d" % number * 2)[:2] for number in range(40)
            ]
        assert len(world.server.asked("oauth2/token")) == 1


class TestRemoving:
    def test_leaves_a_file_that_was_moved(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        world.dropbox.tree.move(f"{FOLDER}/a.jpg", "/elsewhere/a.jpg")
        assert world.files().remove(file.id, file.revision) is Removal.CHANGED
        assert world.dropbox.tree.names("/elsewhere") == ["a.jpg"]

    def test_a_lost_answer_is_asked_for_again(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        drive = world.files()
        world.server.fault(DELETE, Trouble.REPLY_LOST)
        assert drive.remove(file.id, file.revision) is Removal.GONE
        assert world.dropbox.tree.names(FOLDER) == []
        assert len(world.server.asked(DELETE)) == 2

    def test_a_lost_answer_costs_nobody_elses_revision(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        drive = world.files()
        world.server.fault(DELETE, Trouble.CUT)
        put(world, "a.jpg", b"changed")
        assert drive.remove(file.id, file.revision) is Removal.CHANGED
        assert world.dropbox.tree.names(FOLDER) == ["a.jpg"]

    @pytest.mark.parametrize(
        "field", ["no_write_permission", "team_folder", "operation_suppressed"]
    )
    def test_says_that_it_may_not(self, world: DropboxWorld, field: str) -> None:
        file = put(world, "a.jpg")
        world.dropbox.unwritable[f"{FOLDER}/a.jpg"] = getattr(dropbox_types.WriteError, field)
        with pytest.raises(AccessDenied):
            world.files().remove(file.id, file.revision)
        assert world.dropbox.tree.names(FOLDER) == ["a.jpg"]

    def test_says_that_the_app_lacks_the_permission(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        drive = world.files(scopes="files.metadata.read files.content.read")
        assert whole(drive, file) == b"some bytes"
        with pytest.raises(AccessDenied, match="permission"):
            drive.remove(file.id, file.revision)
        assert world.dropbox.tree.names(FOLDER) == ["a.jpg"]


class TestSigningIn:
    def test_renews_a_token_that_is_over(self, world: DropboxWorld) -> None:
        file = put(world, "a.jpg")
        drive = world.files()
        listed(drive)
        world.dropbox.sign_in.expire()
        assert whole(drive, file) == b"some bytes"
        assert len(world.server.asked("oauth2/token")) == 2

    def test_renews_before_the_end(self, world: DropboxWorld) -> None:
        put(world, "a.jpg")
        world.dropbox.sign_in.lifetime = 200  # below the SDK's own margin of 300
        drive = world.files()
        listed(drive)
        listed(drive)
        assert len(world.server.asked("oauth2/token")) >= 2

    def test_wants_a_sign_in_once_it_was_taken_back(self, world: DropboxWorld) -> None:
        put(world, "a.jpg")
        drive = world.files()
        listed(drive)
        world.dropbox.sign_in.revoke()
        with pytest.raises(SignInNeeded):
            listed(drive)

    def test_goes_on_with_the_next_sign_in(self, world: DropboxWorld) -> None:
        put(world, "a.jpg")
        held = [Secret(world.dropbox.sign_in.signed_in())]
        drive = DropboxFiles(lambda: (APP_KEY, held[0]), FOLDER)
        listed(drive)
        world.dropbox.sign_in.revoke()
        with pytest.raises(SignInNeeded):
            listed(drive)
        held[0] = Secret(world.dropbox.sign_in.signed_in())
        assert names(drive) == {"a.jpg"}

    def test_says_so_without_asking_anybody_if_there_is_none(self, world: DropboxWorld) -> None:
        def nothing() -> tuple[str, Secret]:
            raise SignInNeeded

        with pytest.raises(SignInNeeded):
            listed(DropboxFiles(nothing, FOLDER))
        assert world.server.requests == []

    def test_a_wrong_app_key_says_what_to_look_at(self, world: DropboxWorld) -> None:
        token = Secret(world.dropbox.sign_in.signed_in())
        with pytest.raises(AccessDenied, match="app key"):
            listed(DropboxFiles(lambda: ("anotherapp", token), FOLDER))

    def test_an_app_key_that_is_missing_wants_a_sign_in(self, world: DropboxWorld) -> None:
        with pytest.raises(SignInNeeded):
            listed(DropboxFiles(lambda: ("", Secret("token")), FOLDER))


class TestTrouble:
    def test_sits_out_a_short_pause(self, world: DropboxWorld) -> None:
        put(world, "a.jpg")
        drive = world.files()
        listed(drive)
        world.server.fault(LIST, rate_limited(1))
        began = time.monotonic()
        assert names(drive) == {"a.jpg"}
        assert 1.0 <= time.monotonic() - began < 5

    def test_hands_on_a_long_pause_and_asks_nothing_until_it_is_over(
        self, world: DropboxWorld
    ) -> None:
        put(world, "a.jpg")
        drive = world.files()
        listed(drive)
        before = len(world.server.requests)
        world.server.fault(LIST, rate_limited(300), times=100)
        began = time.monotonic()
        with pytest.raises(RateLimited) as told:
            listed(drive)
        assert told.value.after == 300
        with pytest.raises(RateLimited) as again:
            drive.find("id:whatever")
        assert 290 < again.value.after <= 300
        assert time.monotonic() - began < 1
        assert len(world.server.requests) == before + 1

    def test_believes_no_pause_without_an_end(self, world: DropboxWorld) -> None:
        put(world, "a.jpg")
        drive = world.files()
        world.server.fault(LIST, rate_limited(10**9))
        with pytest.raises(RateLimited) as told:
            listed(drive)
        assert told.value.after == 900

    def test_one_pause_holds_for_every_thread(self, world: DropboxWorld) -> None:
        held = [put(world, f"{number}.jpg") for number in range(8)]
        drive = world.files()
        listed(drive)
        world.server.fault(DELETE, rate_limited(1))
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda file: drive.remove(file.id, file.revision), held))
        assert results == [Removal.REMOVED] * 8

    def test_a_server_that_hangs_is_given_up_in_seconds(self, world: DropboxWorld) -> None:
        put(world, "a.jpg")
        drive = world.files(waits=IMPATIENT)
        listed(drive)
        world.server.fault(LIST, Trouble.HANGS, times=100)
        began = time.monotonic()
        with pytest.raises(SourceOffline, match="does not answer"):
            listed(drive)
        assert 1 <= time.monotonic() - began < 4

    def test_eight_who_want_a_token_that_never_comes_do_not_wait_one_after_another(
        self, world: DropboxWorld
    ) -> None:
        file = put(world, "a.jpg")
        drive = world.files(waits=IMPATIENT)
        world.server.fault("oauth2/token", Trouble.HANGS, times=100)

        def fails(_: int) -> bool:
            with pytest.raises(SourceOffline, match="does not answer"):
                drive.find(file.id)
            return True

        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(fails, range(8)))
        assert time.monotonic() - began < 5

    def test_by_default_one_that_hangs_is_asked_once(self) -> None:
        waits = Waits()
        assert waits.connecting + waits.answering <= 30
        assert waits.again.budget < waits.answering

    def test_nobody_there(self, world: DropboxWorld) -> None:
        drive = world.files()
        world.server.close()
        began = time.monotonic()
        with pytest.raises(SourceOffline):
            listed(drive)
        assert time.monotonic() - began < 8
        world.proxy.refused.clear()

    def test_no_way_out_at_all(self, world: DropboxWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        drive = world.files(waits=IMPATIENT)
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")  # nothing listens there
        with pytest.raises(SourceOffline):
            listed(drive)

    def test_a_certificate_that_is_not_trusted(
        self, world: DropboxWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "another").mkdir()
        another = Certificates(tmp_path / "another").authority
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(another))
        with pytest.raises(SourceOffline, match="not secure"):
            listed(world.files(waits=IMPATIENT))
        assert world.server.requests == []

    def test_a_list_of_authorities_that_is_missing(
        self, world: DropboxWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
        with pytest.raises(SourceOffline):
            listed(world.files(waits=IMPATIENT))

    @pytest.mark.parametrize(
        "once",
        [
            Reply(503, b"busy", "text/plain"),
            Reply(500, b"{}"),
            PORTAL,
            Trouble.CUT,
            Trouble.TRUNCATED,
        ],
        ids=["503", "500", "portal", "cut", "truncated"],
    )
    @pytest.mark.parametrize("path", [LIST, METADATA, DELETE, "oauth2/token"])
    def test_is_asked_again_after_a_passing_trouble(
        self, world: DropboxWorld, path: str, once: Reply | Trouble
    ) -> None:
        file = put(world, "a.jpg")
        drive = world.files()
        world.server.fault(path, once)
        assert listed(drive) == [file]
        assert drive.find(file.id) == file
        assert drive.remove(file.id, file.revision) in {Removal.REMOVED, Removal.GONE}
        assert world.dropbox.tree.names(FOLDER) == []

    @pytest.mark.parametrize("kind", ["application/json", "text/html"])
    @pytest.mark.parametrize("status", [200, 206, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503])
    def test_no_answer_whatever_makes_another_error_than_ours(
        self, world: DropboxWorld, status: int, kind: str
    ) -> None:
        file = put(world, "a.jpg")
        for body in BODIES:
            drive = world.files(waits=Waits(again=Patience(tries=1)))
            for path in (LIST, METADATA, DELETE, DOWNLOAD):
                world.server.fault(path, Reply(status, body, kind))
            for call in every_call(drive, file):
                with pytest.raises(MessageCentreError):
                    call()
                drive._line._paused_until = 0.0
        world.server.mend()
        assert world.dropbox.tree.names(FOLDER) == ["a.jpg"]


def test_logs_hold_no_name_and_no_token(
    world: DropboxWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    file = put(world, "Canary Testperson 1970.jpg")
    drive = world.files()
    token = drive._line._credentials()[1].reveal()
    listed(drive)
    whole(drive, file)
    for path in (LIST, METADATA, DOWNLOAD, DELETE):
        world.server.fault(path, PORTAL, times=3)
    for call in (lambda: listed(drive), lambda: drive.find(file.id), lambda: whole(drive, file)):
        with pytest.raises(SourceOffline):
            call()
    world.server.mend()
    drive.remove(file.id, file.revision)
    assert "list: 1 files" in caplog.text
    assert "SourceOffline, AssertionError" in caplog.text
    for secret in ("Canary", token, drive._line._made._oauth2_access_token, FOLDER):
        assert secret not in caplog.text


def test_hang_does_not_hold_up_another_thread(world: DropboxWorld) -> None:
    file = put(world, "a.jpg")
    drive = world.files(waits=IMPATIENT)
    listed(drive)
    world.server.fault(LIST, Trouble.HANGS, times=100)
    failed: list[SourceOffline] = []

    def fail() -> None:
        try:
            listed(drive)
        except SourceOffline as error:
            failed.append(error)

    hanging = threading.Thread(target=fail)
    hanging.start()
    began = time.monotonic()
    assert whole(drive, file) == b"some bytes"
    assert time.monotonic() - began < 1
    hanging.join()
    assert len(failed) == 1


def test_nothing_is_loaded_or_asked_by_making_one(world: DropboxWorld) -> None:
    world.files()
    assert world.server.requests == []


def test_the_proxy_lets_nothing_else_through(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    server = HttpsServer(certificates.server("known.example"), lambda request: Reply(200, b"{}"))
    proxy = ConnectProxy({"known.example": server.port})
    try:
        with requests.Session() as session:
            session.proxies = {"https": proxy.url}
            session.verify = str(certificates.authority)
            session.trust_env = False
            assert session.get("https://known.example/x").status_code == 200
            with pytest.raises(requests.exceptions.ProxyError):
                session.get("https://unknown.example/x")
        assert proxy.refused == ["unknown.example:443"]
    finally:
        proxy.close()
        server.close()


def _result_of(world: DropboxWorld, file: DriveFile) -> str:
    """The `Dropbox-API-Result` of a whole download of this file."""
    held = world.dropbox.tree.find(file.id)
    assert held is not None
    return str(stone_serializers.json_encode(dropbox_types.FileMetadata_validator, held.metadata))
