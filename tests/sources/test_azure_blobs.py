"""The adapter of Azure Storage against a real Azurite, and against lines that fail."""

import gzip
import hashlib
import logging
import os
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from azure.storage.blob import BlobBlock, ContentSettings

from message_centre.domain.drive_places import AzureFolder
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
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.sources import azure_blobs, azure_listing
from message_centre.sources.azure_blobs import AzureAccess, AzureBlobs, azure_place
from message_centre.sources.drive import DriveFile, Removal
from tests.support.azurite import Azurite, Container
from tests.support.faulty_front import Fault, FaultyFront, Spoil, faulty_front

#: How long a state may take to be told where nobody answers at all.
SECONDS = 15.0


def drive_of(container: Container, folder: str = "", port: int = 0) -> AzureBlobs:
    azurite = container.azurite
    endpoint = azurite.endpoint
    if port:
        endpoint = f"http://127.0.0.1:{port}/{azurite.account}"
    access = AzureAccess(endpoint, Secret(azurite.key))
    return AzureBlobs(AzureFolder(azurite.account, container.name, folder), lambda: access)


def listed(drive: AzureBlobs) -> dict[str, DriveFile]:
    return {file.name: file for file in drive.files(lambda _count: None)}


def read(drive: AzureBlobs, file: DriveFile) -> bytes:
    return b"".join(drive.read(file))


@pytest.fixture
def front(azurite: Azurite) -> Iterator[FaultyFront]:
    with faulty_front(azurite.port) as found:
        yield found


def test_only_files_directly_inside_the_folder_are_listed(container: Container) -> None:
    before = int(time.time()) - 1
    etag = container.put("scans/a.jpg", b"abc")
    container.put("scans/deeper/b.jpg", b"b")
    container.put("scans-of-others/c.jpg", b"c")
    container.put("root.jpg", b"r")

    (only,) = listed(drive_of(container, "scans")).values()

    assert (only.name, only.size, only.revision) == ("a.jpg", 3, etag)
    assert before * 10**9 <= only.modified_ns <= (time.time() + 1) * 10**9
    assert set(listed(drive_of(container))) == {"root.jpg"}
    assert set(listed(drive_of(container, "scans/deeper"))) == {"b.jpg"}
    assert listed(drive_of(container, "nothing/here")) == {}


def test_a_container_of_several_pages_is_listed_whole_and_nothing_is_downloaded(
    container: Container, front: FaultyFront, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(azure_listing, "PAGE", 4)
    names = {f"{number}.jpg" for number in range(11)}
    for name in names:
        container.put(name, b"x")
    counts: list[int] = []

    found = list(drive_of(container, port=front.port).files(counts.append))

    assert {file.name for file in found} == names
    assert counts == [4, 8, 11]
    assert len(front.seen) == 3
    assert all("comp=list" in path for _, path in front.seen)


@pytest.mark.parametrize("name", ["a#b?c&d.jpg", "x\ny.jpg", " a .jpg", 'a"b:c<d>*.jpg'])
def test_a_name_that_only_azure_can_hold_goes_round(container: Container, name: str) -> None:
    container.put(f"in/{name}", b"content")
    drive = drive_of(container, "in")

    file = listed(drive)[name]

    assert read(drive, file) == b"content"
    assert drive.remove(file.id, file.revision) is Removal.REMOVED
    assert container.names == []


def test_files_of_any_name_are_removed_by_one_call_and_only_as_they_were_seen(
    container: Container, front: FaultyFront
) -> None:
    names = ["é ü 漢字.jpg", "100%.jpg", "a%2fb.jpg", "a#b?c&d.jpg", "x\ny.jpg", " a .jpg"]
    for name in names:
        container.put(f"in/{name}", name.encode())
    drive = drive_of(container, port=front.port)
    found = {name: container.client.get_blob_client(f"in/{name}") for name in names}
    wanted = [
        (f"in/{name}", blob.get_blob_properties().etag.strip('"')) for name, blob in found.items()
    ]
    container.put("in/100%.jpg", b"unseen")

    assert not drive.remove_many(wanted)
    assert front.methods() == ["POST"]
    assert container.names == ["in/100%.jpg"]
    assert container.content("in/100%.jpg") == b"unseen"

    (left,) = container.client.list_blobs()
    assert drive.remove_many([(left.name, left.etag.strip('"'))])
    assert container.names == []


@pytest.mark.parametrize("size", [1, 1 << 16, (1 << 16) + 1, 3 * (1 << 16)])
def test_a_file_is_read_in_ranges_of_one_revision(
    container: Container, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(azure_blobs, "_RANGE", 1 << 16)
    content = os.urandom(size)
    container.put("a.bin", content)
    drive = drive_of(container)
    file = listed(drive)["a.bin"]

    blocks = list(drive.read(file))

    assert b"".join(blocks) == content
    assert max(map(len, blocks)) <= 1 << 16
    assert b"".join(drive.read(file, start=size // 2, length=5)) == content[size // 2 :][:5]


def test_a_file_replaced_while_it_is_read_is_changed(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(azure_blobs, "_RANGE", 4)
    container.put("a.bin", b"first one")
    drive = drive_of(container)
    blocks = drive.read(listed(drive)["a.bin"])
    assert next(blocks) == b"firs"

    container.put("a.bin", b"secondone")

    with pytest.raises(FileChanged):
        next(blocks)


def test_a_file_that_is_gone_or_changed_is_not_read(container: Container) -> None:
    container.put("a.bin", b"one")
    container.put("b.bin", b"two")
    drive = drive_of(container)
    files = listed(drive)
    container.client.delete_blob("a.bin")
    container.put("b.bin", b"TWO")

    with pytest.raises(FileGone):
        read(drive, files["a.bin"])
    with pytest.raises(FileChanged):
        read(drive, files["b.bin"])


def test_bytes_that_are_not_those_of_the_blobs_checksum_are_refused(
    container: Container, front: FaultyFront
) -> None:
    container.put("a.bin", b"all is well" * 1000)
    drive = drive_of(container, port=front.port)
    file = listed(drive)["a.bin"]
    front.faults.append(Fault(Spoil.FLIP, "GET"))

    with pytest.raises(SourceOffline, match="checksum"):
        read(drive, file)

    assert read(drive, file) == b"all is well" * 1000


def test_a_blob_without_a_checksum_is_read_all_the_same(container: Container) -> None:
    blob = container.client.get_blob_client("blocks.bin")
    blob.stage_block("1", b"in blocks")
    blob.commit_block_list([BlobBlock("1")])
    drive = drive_of(container)

    assert blob.get_blob_properties().content_settings.content_md5 is None
    assert read(drive, listed(drive)["blocks.bin"]) == b"in blocks"


def test_a_blob_that_says_it_is_compressed_is_read_as_it_lies_there(container: Container) -> None:
    blob = container.client.get_blob_client("a.txt.gz")
    stored = gzip.compress(b"packed by somebody")
    blob.upload_blob(stored, content_settings=ContentSettings(content_encoding="gzip"))
    drive = drive_of(container)

    assert read(drive, listed(drive)["a.txt.gz"]) == stored


def test_a_checksum_that_the_uploader_made_up_is_not_believed(container: Container) -> None:
    wrong = bytearray(hashlib.md5(b"other", usedforsecurity=False).digest())
    container.put("a.bin", b"content")
    blob = container.client.get_blob_client("a.bin")
    blob.set_http_headers(ContentSettings(content_md5=wrong))
    drive = drive_of(container)

    with pytest.raises(SourceOffline, match="checksum"):
        read(drive, listed(drive)["a.bin"])


@pytest.mark.parametrize("how", [Spoil.LOSE, Spoil.DROP])
def test_a_removal_whose_answer_is_lost_is_done_once(
    container: Container, front: FaultyFront, how: Spoil
) -> None:
    container.put("a.bin", b"one")
    drive = drive_of(container, port=front.port)
    file = listed(drive)["a.bin"]
    front.faults.append(Fault(how, "DELETE"))

    removal = drive.remove(file.id, file.revision)

    assert removal is (Removal.GONE if how is Spoil.LOSE else Removal.REMOVED)
    assert front.methods().count("DELETE") == 2
    assert container.names == []


def test_a_removal_that_finds_another_revision_after_a_lost_answer_leaves_it(
    container: Container, front: FaultyFront
) -> None:
    """The condition of a removal that is repeated holds for the repetition, too."""
    container.put("a.bin", b"one")
    drive = drive_of(container, port=front.port)
    file = listed(drive)["a.bin"]
    front.faults.append(Fault(Spoil.DROP, "DELETE"))
    container.put("a.bin", b"two")

    assert drive.remove(file.id, file.revision) is Removal.CHANGED
    assert container.content("a.bin") == b"two"


def test_what_stands_in_the_way_of_a_removal_is_told(container: Container) -> None:
    container.put("leased.bin", b"1")
    container.put("snapped.bin", b"2")
    lease = container.client.get_blob_client("leased.bin").acquire_lease()
    container.client.get_blob_client("snapped.bin").create_snapshot()
    drive = drive_of(container)
    files = listed(drive)

    with pytest.raises(FileBusy, match="lease"):
        drive.remove("leased.bin", files["leased.bin"].revision)
    with pytest.raises(AccessDenied, match="snapshots"):
        drive.remove("snapped.bin", files["snapped.bin"].revision)

    assert set(listed(drive)) == {"leased.bin", "snapped.bin"}
    lease.release()


def test_a_file_is_found_as_it_stands_or_not_at_all(container: Container) -> None:
    etag = container.put("in/a.bin", b"one")
    drive = drive_of(container, "in")

    found = drive.find("in/a.bin")

    assert found is not None
    assert (found.name, found.size, found.revision) == ("a.bin", 3, etag)
    assert found == listed(drive)["a.bin"]
    assert drive.find("in/b.bin") is None


def test_a_container_that_is_missing_is_no_file_that_is_gone(container: Container) -> None:
    azurite = container.azurite
    access = AzureAccess(azurite.endpoint, Secret(azurite.key))
    drive = AzureBlobs(AzureFolder(azurite.account, "not-there"), lambda: access)

    for ask in (lambda: listed(drive), lambda: drive.find("a"), lambda: drive.remove("a", "0x1")):
        with pytest.raises(AccessDenied, match="no container"):
            ask()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (b64encode(b"another key" * 6).decode(), "does not take"),
        ("not base64!", "is no key"),
        ("", "No account and key"),
    ],
)
def test_a_wrong_key_asks_for_a_sign_in_at_once(container: Container, key: str, words: str) -> None:
    azurite = container.azurite
    access = AzureAccess(azurite.endpoint, Secret(key))
    drive = AzureBlobs(AzureFolder(azurite.account, container.name), lambda: access)
    begun = time.monotonic()

    with pytest.raises(SignInNeeded, match=words):
        listed(drive)

    assert time.monotonic() - begun < 2


def test_a_key_that_is_set_anew_counts_from_the_next_listing(container: Container) -> None:
    container.put("a.bin", b"one")
    azurite = container.azurite
    now = [AzureAccess(azurite.endpoint, NO_SECRET)]
    drive = AzureBlobs(AzureFolder(azurite.account, container.name), lambda: now[0])
    with pytest.raises(SignInNeeded):
        listed(drive)

    now[0] = AzureAccess(azurite.endpoint, Secret(azurite.key))

    assert set(listed(drive)) == {"a.bin"}


def test_no_container_for_a_provider_is_told(azurite: Azurite) -> None:
    access = AzureAccess(azurite.endpoint, Secret(azurite.key))
    drive = AzureBlobs(AzureFolder(azurite.account, ""), lambda: access)

    with pytest.raises(AccessDenied, match="No container"):
        listed(drive)


def test_a_refused_connection_is_told_in_seconds(container: Container) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    begun = time.monotonic()

    with pytest.raises(SourceOffline):
        listed(drive_of(container, port=port))

    assert time.monotonic() - begun < 5


def test_a_server_that_never_answers_is_told_in_seconds(
    container: Container, front: FaultyFront
) -> None:
    front.faults.extend([Fault(Spoil.HANG)] * 5)
    begun = time.monotonic()

    with pytest.raises(SourceOffline):
        listed(drive_of(container, port=front.port))

    assert time.monotonic() - begun < SECONDS
    assert len(front.seen) == 1


@pytest.mark.parametrize("how", [Spoil.DROP, Spoil.CUT])
def test_a_line_that_is_cut_once_is_not_noticed(
    container: Container, front: FaultyFront, how: Spoil
) -> None:
    container.put("a.bin", b"whole" * 1000)
    drive = drive_of(container, port=front.port)
    front.faults.append(Fault(how, "GET"))
    file = listed(drive)["a.bin"]
    front.faults.append(Fault(how, "GET"))

    assert read(drive, file) == b"whole" * 1000


def test_a_line_that_is_cut_every_time_is_away(container: Container, front: FaultyFront) -> None:
    container.put("a.bin", b"whole" * 1000)
    drive = drive_of(container, port=front.port)
    file = listed(drive)["a.bin"]
    front.faults.extend([Fault(Spoil.CUT, "GET")] * 50)
    begun = time.monotonic()

    with pytest.raises(SourceOffline):
        read(drive, file)

    assert time.monotonic() - begun < SECONDS


def test_a_pause_that_is_asked_for_is_kept_to(container: Container, front: FaultyFront) -> None:
    container.put("a.bin", b"one")
    front.faults.append(Fault(Spoil.ANSWER, status=503, headers={"Retry-After": "2"}))

    assert set(listed(drive_of(container, port=front.port))) == {"a.bin"}

    first, second = front.at
    assert second - first >= 2


def test_a_pause_too_long_to_wait_for_is_told_with_its_length(
    container: Container, front: FaultyFront
) -> None:
    front.faults.append(Fault(Spoil.ANSWER, status=429, headers={"Retry-After": "120"}))

    with pytest.raises(RateLimited) as asked:
        listed(drive_of(container, port=front.port))

    assert asked.value.after == 120
    assert len(front.seen) == 1


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "InvalidHeaderValue", AccessDenied),
        (401, "InvalidAuthenticationInfo", SignInNeeded),
        (403, "AuthenticationFailed", SignInNeeded),
        (403, "", SignInNeeded),
        (403, "AuthorizationPermissionMismatch", AccessDenied),
        (403, "KeyBasedAuthenticationNotPermitted", AccessDenied),
        (404, "BlobNotFound", FileGone),
        (404, "", SourceOffline),
        (409, "BlobArchived", AccessDenied),
        (409, "BlobImmutableDueToPolicy", AccessDenied),
        (409, "anything new", AccessDenied),
        (412, "ConditionNotMet", FileChanged),
        (416, "InvalidRange", FileChanged),
        (500, "InternalError", SourceOffline),
        (502, "", SourceOffline),
        (503, "ServerBusy", RateLimited),
        (504, "", SourceOffline),
    ],
)
def test_every_answer_means_one_thing(
    container: Container,
    front: FaultyFront,
    status: int,
    code: str,
    error: type[MessageCentreError],
) -> None:
    container.put("a.bin", b"one")
    drive = drive_of(container, port=front.port)
    file = listed(drive)["a.bin"]
    headers = {"x-ms-error-code": code} if code else {}
    front.faults.extend([Fault(Spoil.ANSWER, status=status, headers=headers)] * 5)

    with pytest.raises(MessageCentreError) as told:
        read(drive, file)

    assert type(told.value) is error


@pytest.mark.parametrize(
    ("hours", "error", "words"), [(1, AccessDenied, "clock"), (0, SignInNeeded, "account and key")]
)
def test_a_wrong_clock_is_told_from_a_wrong_key(
    container: Container,
    front: FaultyFront,
    hours: int,
    error: type[MessageCentreError],
    words: str,
) -> None:
    drive = drive_of(container, port=front.port)
    told = format_datetime(datetime.now(UTC) - timedelta(hours=hours), usegmt=True)
    headers = {"x-ms-error-code": "AuthenticationFailed", "Date": told}
    front.faults.append(Fault(Spoil.ANSWER, status=403, headers=headers))

    with pytest.raises(error, match=words):
        listed(drive)


def test_a_portals_page_is_never_taken_for_a_file(container: Container, front: FaultyFront) -> None:
    container.put("a.bin", b"one")
    drive = drive_of(container, port=front.port)
    file = listed(drive)["a.bin"]
    portal = {"Content-Type": "text/html"}
    front.faults.extend([Fault(Spoil.ANSWER, status=200, headers=portal)] * 50)

    with pytest.raises(SourceOffline):
        read(drive, file)
    with pytest.raises(SourceOffline):
        drive.find(file.id)
    with pytest.raises(MessageCentreError):
        drive.remove(file.id, file.revision)

    assert container.names == ["a.bin"]


def test_a_page_that_is_no_listing_is_a_drive_that_is_away(
    azurite: Azurite, front: FaultyFront
) -> None:
    """A captive portal answers everything with a page of its own."""
    portal = {"Content-Type": "text/html"}
    front.faults.extend([Fault(Spoil.ANSWER, status=200, headers=portal)] * 5)
    access = AzureAccess(f"http://127.0.0.1:{front.port}/{azurite.account}", Secret(azurite.key))

    with pytest.raises(SourceOffline):
        listed(AzureBlobs(AzureFolder(azurite.account, "anything"), lambda: access))


def test_no_log_holds_a_name_a_key_or_an_address(
    container: Container, front: FaultyFront, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("azure").setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    container.put("ZZCANARY^JANE.jpg", b"one")
    caplog.clear()
    drive = drive_of(container, port=front.port)
    file = listed(drive)["ZZCANARY^JANE.jpg"]
    for how in (Spoil.DROP, Spoil.CUT, Spoil.FLIP):
        front.faults.append(Fault(how, "GET"))
        with suppress(SourceOffline):
            read(drive, file)
    drive.remove(file.id, "0xAB")

    ours = [one for one in caplog.records if one.name.startswith("message_centre")]
    assert ours
    assert "ZZCANARY" not in caplog.text
    assert container.azurite.key not in caplog.text
    assert "Signature" not in caplog.text


def test_a_place_is_named_by_its_container_and_folder() -> None:
    place, _ = azure_place(lambda: AzureAccess("", NO_SECRET), "azure:acc/scans/from tower/x")

    assert (place.source_id, place.name) == (
        "azure:acc/scans/from tower/x",
        "Azure scans/from tower/x",
    )


def test_a_modified_time_is_that_of_the_blob(container: Container) -> None:
    container.put("a.bin", b"one")
    drive = drive_of(container)

    told = datetime.fromtimestamp(listed(drive)["a.bin"].modified_ns / 1e9, UTC)

    assert told == container.client.get_blob_client("a.bin").get_blob_properties().last_modified
