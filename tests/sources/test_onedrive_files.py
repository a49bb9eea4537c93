"""The OneDrive adapter against a server that speaks Graph over HTTPS, signed in by the real MSAL."""

import hashlib
import logging
import threading
import time

import pytest
import requests
import urllib3

from message_centre.domain.errors import (
    AccessDenied,
    FileBusy,
    FileChanged,
    FileGone,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
)
from message_centre.sources.drive import DriveFile, Removal
from message_centre.sources.onedrive_calls import GraphCalls, translating
from message_centre.sources.onedrive_files import OneDriveFiles
from tests.support.graph_server import FILES_HOST, GRAPH_HOST, Item, hashes
from tests.support.https_server import Reply, Trouble
from tests.support.microsoft_replies import as_html, as_json
from tests.support.onedrive import QUICK, Practice

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 4096 + b"\xff\xd9"
SHA256 = hashlib.sha256(PHOTO).hexdigest()


def _listed(drive: OneDriveFiles) -> dict[str, DriveFile]:
    return {file.name: file for file in drive.files(lambda _: None)}


def _read(drive: OneDriveFiles, file: DriveFile) -> bytes:
    return b"".join(drive.read(file))


def _a_photo(onedrive: Practice, name: str = "a.jpg") -> tuple[OneDriveFiles, DriveFile]:
    onedrive.server.add(f"inbox/{name}", PHOTO)
    drive = onedrive.drive("/inbox")
    return drive, _listed(drive)[name]


def test_every_page_is_listed_and_nothing_is_downloaded(onedrive: Practice) -> None:
    for number in range(23):
        onedrive.server.add(f"inbox/{number:02}.jpg", b"x%d" % number)
    onedrive.server.add("inbox/below/deep.jpg", PHOTO)
    onedrive.server.add("elsewhere.jpg", PHOTO)
    onedrive.server.page = 10
    heard: list[int] = []

    files = list(onedrive.drive("/inbox").files(heard.append))

    assert [file.name for file in files] == [f"{number:02}.jpg" for number in range(23)]
    assert heard == [10, 20, 23]
    assert [file.size for file in files[:11]] == [2] * 10 + [3]
    assert {file.modified_ns for file in files} == {1_772_600_767_000_000_000}
    assert not [one for one in onedrive.server.https.requests if one.host == FILES_HOST]


@pytest.mark.parametrize(
    "path", ["/Ähre/Zoë & 50% #1 + ü", "/日本/ファイル", "/a'b/c;d", "/%41/x?y=z"]
)
def test_a_folder_of_any_name_is_found_in_any_of_its_spellings(
    onedrive: Practice, path: str
) -> None:
    onedrive.server.add(f"{path}/名前 #%.jpg", PHOTO)

    assert _listed(onedrive.drive(path)).keys() == {"名前 #%.jpg"}
    assert _listed(onedrive.drive(f"{path}/")).keys() == {"名前 #%.jpg"}


def test_without_a_path_the_root_is_listed(onedrive: Practice) -> None:
    onedrive.server.add("top.jpg", b"")

    assert [(file.name, file.size) for file in onedrive.drive("").files(lambda _: None)] == [
        ("top.jpg", 0)
    ]


def test_what_is_no_file_of_this_drive_is_not_listed(onedrive: Practice) -> None:
    others: tuple[tuple[str, dict[str, object]], ...] = (
        ("shared.jpg", {"remoteItem": {"id": "x"}}),
        ("gone.jpg", {"deleted": {}}),
        ("notes", {"package": {"type": "oneNote"}, "file": None}),
    )
    for name, facet in others:
        onedrive.server.items[onedrive.server.add(name, PHOTO)].facets = facet
    onedrive.server.add("folder/x.jpg", PHOTO)

    assert _listed(onedrive.drive()) == {}


def test_a_file_that_moves_to_another_page_meanwhile_is_listed_once(onedrive: Practice) -> None:
    for number in range(4):
        onedrive.server.add(f"inbox/{number}.jpg", PHOTO)
    onedrive.server.page = 2

    def saved_before_the_next_page(count: int) -> None:
        if count == 2:
            onedrive.server.add("inbox/00.jpg", PHOTO)

    files = list(onedrive.drive("/inbox").files(saved_before_the_next_page))

    assert len({file.id for file in files}) == len(files) == 4


def test_a_check_that_raises_ends_the_listing(onedrive: Practice) -> None:
    onedrive.server.add("a.jpg", PHOTO)

    def cancel(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        list(onedrive.drive().files(cancel))


def test_a_folder_that_is_missing_is_away(onedrive: Practice) -> None:
    with pytest.raises(SourceOffline, match="no such folder"):
        list(onedrive.drive("/nowhere").files(lambda _: None))


@pytest.mark.parametrize(
    "link",
    ["https://graph.microsoft.com.evil.example/v1.0/x", "http://graph.microsoft.com/v1.0/x", "x:"],
)
def test_the_token_goes_to_nobody_else(onedrive: Practice, link: str) -> None:
    drive = onedrive.drive()
    onedrive.server.https.fault("/children", as_json(200, {"value": [], "@odata.nextLink": link}))

    with pytest.raises(SourceOffline, match="not its own"):
        list(drive.files(lambda _: None))


def test_pages_that_go_round_in_a_ring_end(onedrive: Practice) -> None:
    drive = onedrive.drive()
    ring = {"value": [], "@odata.nextLink": f"https://{GRAPH_HOST}/v1.0/me/drive/children?x=1"}
    onedrive.server.https.fault("/children", as_json(200, ring), times=9, method="GET")

    with pytest.raises(SourceOffline, match="again and again"):
        list(drive.files(lambda _: None))
    assert len(onedrive.server.https.asked("/children")) == 2


@pytest.mark.parametrize("odd", [{"size": "many"}, {"eTag": None}, {"size": -1}, {"id": 7}])
def test_a_listing_that_is_not_understood_is_no_list(
    onedrive: Practice, odd: dict[str, object]
) -> None:
    onedrive.server.items[onedrive.server.add("a.jpg", PHOTO)].facets = odd

    with pytest.raises(SourceOffline, match="not known"):
        _listed(onedrive.drive())


def test_a_file_is_read_whole_without_the_token(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)

    assert _read(drive, file) == PHOTO
    downloads = [one for one in onedrive.server.https.requests if one.host == FILES_HOST]
    assert len(downloads) == 1
    assert "authorization" not in downloads[0].headers


@pytest.mark.parametrize(
    "kinds", [("quickXorHash",), ("sha1Hash",), ("sha256Hash", "quickXorHash")]
)
@pytest.mark.parametrize("is_true", [True, False])
def test_the_bytes_are_held_against_the_checksum_that_is_given(
    onedrive: Practice, kinds: tuple[str, ...], is_true: bool
) -> None:
    drive, file = _a_photo(onedrive)
    listed = PHOTO if is_true else PHOTO[:-1] + b"x"
    onedrive.server.items[file.id].said = hashes(listed, *kinds)

    if is_true:
        assert _read(drive, file) == PHOTO
        assert len(onedrive.server.https.asked("/download")) == 1
    else:
        with pytest.raises(SourceOffline, match="did not arrive"):
            _read(drive, file)


@pytest.mark.parametrize(("start", "length"), [(0, 10), (5, 100), (len(PHOTO) - 7, 7), (3, None)])
def test_a_stretch_is_fetched_alone(onedrive: Practice, start: int, length: int | None) -> None:
    drive, file = _a_photo(onedrive)
    end = len(PHOTO) if length is None else start + length

    assert b"".join(drive.read(file, start=start, length=length)) == PHOTO[start:end]
    ranges = [
        one.headers.get("range")
        for one in onedrive.server.https.requests
        if one.query.get("tempauth")
    ]
    assert ranges == [f"bytes={start}-{'' if length is None else end - 1}"]


def test_a_stretch_beyond_the_end_is_empty(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)

    assert b"".join(drive.read(file, start=len(PHOTO) + 5, length=10)) == b""


def test_another_version_or_none_is_told_before_a_byte_is_fetched(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.replace(file.id, PHOTO)
    with pytest.raises(FileChanged):
        _read(drive, file)

    onedrive.server.take_away(file.id)
    with pytest.raises(FileGone):
        _read(drive, file)
    assert drive.find(file.id) is None
    assert not onedrive.server.https.asked("/download")


def test_a_version_saved_between_the_look_and_the_download_is_told(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)

    def somebody_saves(item: Item) -> None:
        if item.version == 1:
            onedrive.server.replace(item.id, b"another " * 99)

    onedrive.server.on_download = somebody_saves

    with pytest.raises(FileChanged):
        _read(drive, file)


def test_a_line_that_breaks_goes_on_where_it_broke(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.https.fault("/download", Trouble.TRUNCATED, method="GET")

    assert _read(drive, file) == PHOTO
    ranges = [
        one.headers.get("range") for one in onedrive.server.https.requests if one.host == FILES_HOST
    ]
    assert ranges[0] is None
    assert ranges[1] not in {None, "bytes=0-"}


def test_a_line_that_always_breaks_ends(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.https.fault("/download", Trouble.TRUNCATED, times=99, method="GET")

    with pytest.raises(SourceOffline):
        _read(drive, file)


def test_a_download_address_that_expired_is_asked_for_anew(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.https.fault("/download", Trouble.TRUNCATED)
    chunks = drive.read(file)
    first = next(chunks)
    onedrive.server.expire_links()

    assert first + b"".join(chunks) == PHOTO
    assert len(onedrive.server.https.asked("/download")) > 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_is_never_taken_ends(onedrive: Practice, status: int) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.https.fault("/download", as_html(status, "no"), times=99)

    with pytest.raises(SourceOffline, match="does not deliver"):
        _read(drive, file)
    assert len(onedrive.server.https.asked("/download")) == 3


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize("name", ["live.heic", "letter.docx"])
def test_a_file_that_is_listed_falsely_is_read_but_never_removed(
    onedrive: Practice, name: str
) -> None:
    drive, file = _a_photo(onedrive, name)
    onedrive.server.items[file.id].deliver = _half
    filed = hashlib.sha256(_half(PHOTO)).hexdigest()

    assert _read(drive, file) == _half(PHOTO)
    assert len(onedrive.server.https.asked("/download")) == 2
    for again in (drive, onedrive.drive("/inbox")):  # a program that was started anew knows it, too
        with pytest.raises(AccessDenied, match="other bytes than it lists"):
            again.remove(file.id, file.revision, filed)
    assert file.id in onedrive.server.items


def test_a_listing_that_has_become_true_removes_no_bytes_that_were_not_filed(
    onedrive: Practice,
) -> None:
    drive, file = _a_photo(onedrive, "live.heic")
    onedrive.server.items[file.id].deliver = _half
    _read(drive, file)
    onedrive.server.items[file.id].deliver = bytes

    with pytest.raises(AccessDenied):
        onedrive.drive("/inbox").remove(
            file.id, file.revision, hashlib.sha256(_half(PHOTO)).hexdigest()
        )
    assert file.id in onedrive.server.items


def test_two_downloads_that_differ_are_both_thrown_away(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive, "live.heic")
    turns = iter([PHOTO[:-1] + b"1", PHOTO[:-1] + b"2"])
    onedrive.server.items[file.id].deliver = lambda _: next(turns)

    with pytest.raises(SourceOffline, match="same twice"):
        _read(drive, file)


def test_a_file_without_any_checksum_is_read_twice_and_stays(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.items[file.id].said = hashes(PHOTO)

    assert _read(drive, file) == PHOTO
    assert len(onedrive.server.https.asked("/download")) == 2
    with pytest.raises(AccessDenied):
        drive.remove(file.id, file.revision, SHA256)


def test_what_was_read_is_removed_by_its_revision_at_once(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    _read(drive, file)
    asked = len(onedrive.server.https.requests)

    assert drive.remove(file.id, file.revision, SHA256) is Removal.REMOVED
    assert onedrive.server.removed == [(file.id, file.revision)]
    assert len(onedrive.server.https.requests) == asked + 1
    assert drive.remove(file.id, file.revision, SHA256) is Removal.GONE


def test_what_another_run_filed_is_looked_at_before_it_is_removed(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)

    with pytest.raises(AccessDenied):
        drive.remove(file.id, file.revision, hashlib.sha256(b"else").hexdigest())
    assert drive.remove(file.id, file.revision, SHA256) is Removal.REMOVED


@pytest.mark.parametrize("is_read", [True, False])
def test_another_version_stays(onedrive: Practice, is_read: bool) -> None:
    drive, file = _a_photo(onedrive)
    if is_read:
        _read(drive, file)
    onedrive.server.replace(file.id, b"another")

    assert drive.remove(file.id, file.revision, SHA256) is Removal.CHANGED
    assert onedrive.server.items[file.id].content == b"another"


def test_a_version_saved_while_the_first_is_looked_at_again_stays(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.on_download = lambda item: onedrive.server.replace(item.id, item.content or b"")

    assert drive.remove(file.id, file.revision, SHA256) is Removal.CHANGED
    assert file.id in onedrive.server.items


def test_a_412_for_a_file_that_is_gone_means_gone(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    _read(drive, file)
    onedrive.server.take_away(file.id)
    onedrive.server.https.fault(
        "", as_json(412, {"error": {"code": "resourceModified"}}), method="DELETE"
    )

    assert drive.remove(file.id, file.revision, SHA256) is Removal.GONE


def test_a_removal_whose_answer_was_lost_is_done(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    _read(drive, file)
    onedrive.server.https.fault("", Trouble.REPLY_LOST, method="DELETE")

    assert drive.remove(file.id, file.revision, SHA256) is Removal.GONE
    assert onedrive.server.removed == [(file.id, file.revision)]


def test_a_sign_in_that_may_not_remove_says_so(
    onedrive: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    onedrive.server.entra.grantable = frozenset({"Files.Read"})
    drive, file = _a_photo(onedrive)
    assert _read(drive, file) == PHOTO

    with caplog.at_level(logging.INFO), pytest.raises(AccessDenied, match=r"Files\.ReadWrite"):
        drive.remove(file.id, file.revision, SHA256)
    assert "Files.ReadWrite is missing" in caplog.text


def test_a_file_somebody_has_open_stays_for_now(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    _read(drive, file)
    onedrive.server.locked.add(file.id)

    with pytest.raises(FileBusy):
        drive.remove(file.id, file.revision, SHA256)


def test_reading_that_is_forbidden_is_told(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    forbidden = as_json(403, {"error": {"code": "accessDenied"}})
    onedrive.server.https.fault(f"/items/{file.id}", forbidden, times=2, method="GET")
    onedrive.server.https.fault("/children", forbidden, method="GET")

    for work in (lambda: drive.find(file.id), lambda: _read(drive, file), lambda: _listed(drive)):
        with pytest.raises(AccessDenied):
            work()


def test_a_token_that_is_not_taken_is_renewed_once(onedrive: Practice) -> None:
    drive, _ = _a_photo(onedrive)
    onedrive.server.entra.expire_access()

    assert len(_listed(drive)) == 1
    assert len(onedrive.server.https.asked("/token")) == 2


def test_a_sign_in_that_was_revoked_is_asked_for(onedrive: Practice) -> None:
    drive, _ = _a_photo(onedrive)
    onedrive.server.entra.revoke()

    with pytest.raises(SignInNeeded, match="AADSTS50173"):
        _listed(drive)


def test_a_token_that_is_refused_though_new_is_not_tried_for_ever(onedrive: Practice) -> None:
    drive, _ = _a_photo(onedrive)
    onedrive.server.https.fault("/children", as_json(401, {"error": {}}), times=99, method="GET")

    with pytest.raises(SignInNeeded):
        _listed(drive)
    assert len(onedrive.server.https.asked("/children")) == 3  # the first listing is one


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_pause_is_waited_for(onedrive: Practice, status: int) -> None:
    drive, _ = _a_photo(onedrive)
    paused = as_json(status, {"error": {"code": "activityLimitReached"}}, Retry_After="1")
    onedrive.server.https.fault("/children", paused, method="GET")
    began = time.monotonic()

    assert len(_listed(drive)) == 1
    assert time.monotonic() - began >= 1


def test_a_long_pause_is_told_at_once_and_kept_by_every_call(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    paused = as_json(429, {"error": {"code": "activityLimitReached"}}, Retry_After="120")
    onedrive.server.https.fault("/children", paused, method="GET")

    with pytest.raises(RateLimited) as first:
        _listed(drive)
    assert 115 < first.value.after <= 120
    asked = len(onedrive.server.https.requests)
    with pytest.raises(RateLimited) as second:
        drive.remove(file.id, file.revision, SHA256)
    assert 110 < second.value.after <= 120
    assert len(onedrive.server.https.requests) == asked


def test_a_download_that_is_throttled_is_told(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    paused = as_html(429, "slow down", Retry_After="300")
    onedrive.server.https.fault("/download", paused, method="GET")

    with pytest.raises(RateLimited):
        _read(drive, file)


@pytest.mark.parametrize(
    "fault",
    [Trouble.CUT, Trouble.TRUNCATED, as_json(500, {}), as_json(504, {})],
    ids=["dropped", "cut", "500", "504"],
)
def test_one_fault_of_the_line_is_healed_and_many_are_told(
    onedrive: Practice, fault: Reply | Trouble
) -> None:
    drive, _ = _a_photo(onedrive)
    onedrive.server.https.fault("/children", fault, method="GET")
    assert len(_listed(drive)) == 1

    onedrive.server.https.fault("/children", fault, times=99, method="GET")
    with pytest.raises(SourceOffline):
        _listed(drive)


def test_a_line_that_fails_is_noted_in_the_log(
    onedrive: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    drive, _ = _a_photo(onedrive)
    onedrive.server.https.fault("/children", Trouble.CUT, times=9)
    caplog.set_level(logging.WARNING, "message_centre.sources")

    with pytest.raises(SourceOffline):
        _listed(drive)

    assert "no answer: " in caplog.text


def test_a_silent_server_is_given_up_in_seconds(onedrive: Practice) -> None:
    drive, _ = _a_photo(onedrive)
    onedrive.server.https.fault("/children", Trouble.HANGS, times=99, method="GET")
    began = time.monotonic()

    with pytest.raises(SourceOffline, match="in time"):
        _listed(drive)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "page", [as_html(200, "<h1>Log in to the Wi-Fi</h1>"), as_json(200, ["x"]), as_json(200, {})]
)
def test_a_page_of_the_network_is_no_list(onedrive: Practice, page: Reply) -> None:
    drive, file = _a_photo(onedrive)
    _read(drive, file)
    onedrive.server.https.fault("/children", page, times=9, method="GET")
    onedrive.server.https.fault("", page, times=9, method="DELETE")

    with pytest.raises(SourceOffline):
        _listed(drive)
    with pytest.raises(MessageCentreError):
        drive.remove(file.id, file.revision, SHA256)
    assert file.id in onedrive.server.items


def test_a_server_nobody_vouches_for_is_refused(
    onedrive: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    onedrive.server.add("inbox/a.jpg", PHOTO)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.delenv("CURL_CA_BUNDLE")
    drive = OneDriveFiles(GraphCalls(_Signed(), QUICK), "", "/inbox")

    with pytest.raises(SourceOffline, match="certificate"):
        _listed(drive)
    assert not onedrive.server.https.requests


class _Signed:
    """A token that is never taken; what matters is where it is not sent."""

    def token(self, refused: str = "") -> str:
        return "token"


def test_many_threads_renew_one_token_once(onedrive: Practice) -> None:
    drive, file = _a_photo(onedrive)
    onedrive.server.entra.expire_access()
    failed: list[BaseException] = []

    def look() -> None:
        try:
            drive.find(file.id)
        except MessageCentreError as error:
            failed.append(error)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed
    assert len(onedrive.server.https.asked("/token")) == 2  # the sign-in, one renewal


def test_no_name_token_or_address_of_a_file_is_logged(
    onedrive: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "message_centre"):
        drive, file = _a_photo(onedrive, "Smith Jane ZAC5361.heic")
        onedrive.server.items[file.id].deliver = _half
        _read(drive, file)
        with pytest.raises(AccessDenied):
            drive.remove(file.id, file.revision, SHA256)

    told = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("message")
    )
    assert "GET: 200" in told
    for secret in ("Smith", "ZAC5361", "inbox", "tempauth", file.id, *onedrive.server.entra.access):
        assert secret not in told


def _walk(kind: type[BaseException]) -> list[type[BaseException]]:
    return [kind, *(found for one in kind.__subclasses__() for found in _walk(one))]


def _named(kind: object) -> str:
    return str(kind).split("'")[1]


@pytest.mark.parametrize(
    "kind",
    sorted(
        {
            *_walk(requests.exceptions.RequestException),
            *_walk(urllib3.exceptions.HTTPError),
        },
        key=_named,
    ),
    ids=_named,
)
def test_every_exception_of_the_library_becomes_ours(kind: type[BaseException]) -> None:
    error = kind.__new__(kind)

    with pytest.raises(MessageCentreError) as told, translating():
        raise error
    assert told.value.__cause__ is error
