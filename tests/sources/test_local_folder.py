"""What a folder shows, and what it lets go of."""

import hashlib
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from message_centre.domain.errors import FileBusy, FileChanged, FileGone, SourceOffline
from message_centre.domain.files import (
    Destination,
    FileKey,
    FileState,
    SourceFile,
    SourceState,
)
from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.domain.outcomes import Release, Released
from message_centre.host.leases import Writers
from message_centre.host.looks_file import LooksFile
from message_centre.services.ports import Filed
from message_centre.services.work import CancelToken, silent
from message_centre.sources import folder_listing
from message_centre.sources.local_folder import LocalFolder
from tests.support.clocks import StandingClock
from tests.support.engine import age

JOB = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def folder(tmp_path: Path, clock: StandingClock) -> LocalFolder:
    return a_folder(tmp_path, clock)


def a_folder(tmp_path: Path, clock: StandingClock) -> LocalFolder:
    place = tmp_path / "inbox"
    place.mkdir(exist_ok=True)
    return LocalFolder(
        place,
        clock=clock,
        looks=LooksFile(tmp_path / "looks.json"),
        listed_extensions=lambda: DEFAULT_LISTED,
    )


def put(folder: LocalFolder, name: str, data: bytes = b"some bytes", *, old: float = 7200) -> Path:
    path = folder.path / name
    path.write_bytes(data)
    return age(path, old)


def look(folder: LocalFolder) -> dict[str, SourceFile]:
    listing = folder.list_files(CancelToken(), silent)
    return {file.name: file for file in listing.files}


def release(folder: LocalFolder, key: FileKey, wanted: str) -> Released:
    [answer] = folder.release([Filed(key, wanted, JOB)])
    return answer


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_an_old_file_is_ready_with_its_destination_by_the_last_extension(
    folder: LocalFolder,
) -> None:
    for name in ("a.JPG", "b.tif", "c.pdf", "d.mp4", "e.bmp", "f.jpg.pdf"):
        put(folder, name)

    found = look(folder)

    assert {file.state for file in found.values()} == {FileState.READY}
    images = {name for name, file in found.items() if file.destination is Destination.IMAGES}
    assert images == {"a.JPG", "b.tif"}


def test_links_pipes_sockets_and_second_names_are_mentioned_but_never_followed(
    folder: LocalFolder, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(b"secret")
    (folder.path / "link.jpg").symlink_to(outside)
    os.mkfifo(folder.path / "pipe.jpg")
    put(folder, "two.jpg")
    os.link(folder.path / "two.jpg", tmp_path / "other name.jpg")
    before = Path.cwd()
    os.chdir(folder.path)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket.jpg")
            found = look(folder)
    finally:
        os.chdir(before)

    assert {name: file.state for name, file in found.items()} == dict.fromkeys(
        ("link.jpg", "pipe.jpg", "two.jpg", "socket.jpg"), FileState.OTHER
    )
    with pytest.raises(FileGone):
        open_it(folder, found["link.jpg"])
    with pytest.raises((FileGone, FileChanged)):
        open_it(folder, found["pipe.jpg"])
    with pytest.raises(FileChanged):
        open_it(folder, found["two.jpg"])


def test_a_fresh_file_is_ready_ten_seconds_later_where_nobody_has_it_open(
    folder: LocalFolder, clock: StandingClock
) -> None:
    put(folder, "a.jpg", old=0)
    assert look(folder)["a.jpg"].state is FileState.SETTLING

    clock.go_on(11)

    assert look(folder)["a.jpg"].state is FileState.READY


def test_a_file_that_is_open_for_writing_settles_however_old_it_looks(
    folder: LocalFolder, clock: StandingClock
) -> None:
    path = put(folder, "a.jpg")
    with path.open("ab"):
        age(path, 60)
        for _ in range(5):
            clock.go_on(5)
            found = look(folder)["a.jpg"]
            assert found.state is FileState.SETTLING
            assert "writing" in found.reason
    assert look(folder)["a.jpg"].state is FileState.READY


def test_a_file_from_the_future_needs_three_equal_looks_over_ten_seconds(
    folder: LocalFolder, clock: StandingClock
) -> None:
    put(folder, "a.jpg", old=-3600)

    seen = []
    for _ in range(4):
        seen.append(look(folder)["a.jpg"].state)
        clock.go_on(6)

    assert seen == [FileState.SETTLING, FileState.SETTLING, FileState.READY, FileState.READY]


def test_looks_are_remembered_by_the_next_run_of_the_program(
    tmp_path: Path, clock: StandingClock
) -> None:
    put(a_folder(tmp_path, clock), "a.jpg", old=-3600)

    seen = []
    for _ in range(3):
        seen.append(look(a_folder(tmp_path, clock))["a.jpg"].state)
        clock.go_on(6)

    assert seen[-1] is FileState.READY


def test_a_growing_file_never_becomes_ready(folder: LocalFolder, clock: StandingClock) -> None:
    path = put(folder, "a.jpg", old=-3600)

    for size in range(1, 9):
        path.write_bytes(b"x" * size)
        age(path, -3600)
        clock.go_on(4)
        assert look(folder)["a.jpg"].state is FileState.SETTLING


def test_a_folder_that_is_away_says_so_and_comes_back_by_itself(folder: LocalFolder) -> None:
    put(folder, "a.jpg")
    away = folder.path.with_name("away")
    folder.path.rename(away)

    listing = folder.list_files(CancelToken(), silent)
    assert listing.state is SourceState.OFFLINE
    assert listing.detail
    assert listing.files == ()
    with pytest.raises(SourceOffline):
        folder.still_there(FileKey(folder.source_id, "a.jpg"), "1/1/1")

    away.rename(folder.path)
    assert look(folder)["a.jpg"].state is FileState.READY


@pytest.mark.parametrize(
    "name",
    [
        b"line\nbreak.jpg",
        b"\xe2\x80\xaegpj.exe.jpg",
        b"latin-\xe9.jpg",
        b"a\x01b.jpg",
        b"x" * 251 + b".jpg",
        "Ā smile 😀.jpg".encode(),
        b"CON.jpg",
        b"a%2Fb.jpg",
        b"trailing .jpg",
        b"name:stream.jpg",
    ],
)
def test_any_name_a_disk_can_hold_is_listed_opened_and_released(
    folder: LocalFolder, name: bytes
) -> None:
    path = os.fsencode(folder.path) + b"/" + name
    with open(path, "wb") as file:
        file.write(b"bytes")
    os.utime(path, (1e9, 1e9))

    [found] = look(folder).values()
    found.name.encode()  # every database can hold it
    assert open_it(folder, found) == b"bytes"
    released = release(folder, found.key, sha256(b"bytes"))

    assert released.release is Release.RELEASED
    assert os.listdir(folder.path) == []


@pytest.mark.parametrize("path", ["..", ".", "", "..%2Fsecret.jpg", "a%2Fb.jpg", "a%00b", "%2Fetc"])
def test_a_key_that_is_no_plain_name_reaches_nothing(
    folder: LocalFolder, tmp_path: Path, path: str
) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    key = FileKey(folder.source_id, path)

    released = release(folder, key, sha256(b"secret"))

    assert released.release is Release.KEPT
    assert (tmp_path / "secret.jpg").exists()


def open_it(folder: LocalFolder, file: SourceFile) -> bytes:
    with folder.open(file.key, file.fingerprint) as opened:
        data = b"".join(opened.chunks())
        opened.check_unchanged()
    return data


def test_a_file_that_changed_vanished_or_is_busy_is_not_opened(folder: LocalFolder) -> None:
    path = put(folder, "a.jpg", b"as seen")
    seen = look(folder)["a.jpg"]

    with path.open("ab"), pytest.raises(FileBusy):
        open_it(folder, seen)
    path.write_bytes(b"others!")
    with pytest.raises(FileChanged):
        open_it(folder, seen)
    path.unlink()
    with pytest.raises(FileGone):
        open_it(folder, seen)


def test_as_much_as_is_asked_for_comes_in_one_piece_and_the_rest_behind_it(
    folder: LocalFolder,
) -> None:
    data = bytes(range(256)) * 4096
    put(folder, "a.jpg", data)
    file = look(folder)["a.jpg"]

    with folder.open(file.key, file.fingerprint) as opened:
        pieces = list(opened.chunks(len(data) - 1))
        assert [len(piece) for piece in pieces] == [len(data) - 1, 1]
        assert sha256(b"".join(pieces)) == sha256(b"".join(opened.chunks())) == sha256(data)


def test_a_file_that_is_swapped_while_it_is_read_is_noticed(folder: LocalFolder) -> None:
    path = put(folder, "a.jpg", b"as seen")
    seen = look(folder)["a.jpg"]

    with folder.open(seen.key, seen.fingerprint) as opened:
        other = put(folder, "b.jpg", b"swapped")
        os.replace(other, path)
        with pytest.raises(FileChanged):
            opened.check_unchanged()


def test_a_copy_in_a_folder_that_took_the_place_of_ours_is_left_alone(
    folder: LocalFolder,
) -> None:
    put(folder, "a.jpg")
    seen = look(folder)["a.jpg"]
    folder.path.rename(folder.path.with_name("moved"))
    folder.path.mkdir()
    copy = put(folder, "a.jpg")
    filed = Filed(
        seen.key,
        hashlib.sha256(copy.read_bytes()).hexdigest(),
        JOB,
        fingerprint=str(seen.fingerprint),
    )

    [answer] = folder.release([filed])

    assert answer.release is Release.CHANGED
    assert copy.exists()


def test_release_removes_the_filed_bytes_and_leaves_no_trace(folder: LocalFolder) -> None:
    put(folder, "a.jpg", b"filed")
    key = look(folder)["a.jpg"].key

    first = release(folder, key, sha256(b"filed"))
    again = release(folder, key, sha256(b"filed"))

    assert (first.release, again.release) == (Release.RELEASED, Release.RELEASED)
    assert os.listdir(folder.path) == []


def test_two_who_release_and_put_back_in_one_folder_do_not_get_in_each_others_way(
    folder: LocalFolder,
) -> None:
    names = [f"{number}.txt" for number in range(200)]
    for name in names:
        put(folder, name, name.encode())
    keys = [FileKey(folder.source_id, name) for name in names]

    def there_and_back(number: int) -> tuple[Release, str]:
        data, job = names[number].encode(), f"{number:032x}"
        filed = Filed(keys[number], sha256(data), job)
        [released] = folder.release([filed])
        back = folder.put_back(Filed(keys[number], sha256(data), job), [data])
        return released.release, back.path

    with ThreadPoolExecutor(4) as both:
        answers = list(both.map(there_and_back, range(len(names))))

    assert answers == [(Release.RELEASED, name) for name in names]
    assert sorted(os.listdir(folder.path)) == sorted(names)


def test_another_file_under_the_same_name_is_given_back(folder: LocalFolder) -> None:
    put(folder, "a.jpg", b"the next patient's")
    key = look(folder)["a.jpg"].key

    released = release(folder, key, sha256(b"filed"))

    assert released.release is Release.CHANGED
    assert (folder.path / "a.jpg").read_bytes() == b"the next patient's"
    assert os.listdir(folder.path) == ["a.jpg"]


def test_a_file_that_a_device_still_writes_is_given_back(folder: LocalFolder) -> None:
    path = put(folder, "a.jpg", b"filed")
    key = look(folder)["a.jpg"].key

    with path.open("ab") as device:
        released = release(folder, key, sha256(b"filed"))
        device.write(b" and more")

    assert released.release is Release.KEPT
    assert path.read_bytes() == b"filed and more"


def test_what_cannot_be_set_aside_is_kept_with_the_reason(folder: LocalFolder) -> None:
    put(folder, "a.jpg", b"filed")
    key = look(folder)["a.jpg"].key
    (folder.path / ".mc-hold").write_bytes(b"somebody's file")

    released = release(folder, key, sha256(b"filed"))

    assert released.release is Release.KEPT
    assert released.reason
    assert (folder.path / "a.jpg").read_bytes() == b"filed"


def test_a_link_that_takes_the_files_place_is_never_followed_or_removed(
    folder: LocalFolder, tmp_path: Path
) -> None:
    put(folder, "a.jpg", b"filed")
    key = look(folder)["a.jpg"].key
    outside = tmp_path / "outside.jpg"
    outside.write_bytes(b"filed")
    (folder.path / "a.jpg").unlink()
    (folder.path / "a.jpg").symlink_to(outside)

    released = release(folder, key, sha256(b"filed"))

    assert released.release is Release.CHANGED
    assert outside.exists()
    assert (folder.path / "a.jpg").is_symlink()


def test_a_withdrawn_file_comes_back_under_its_name_or_beside_another(folder: LocalFolder) -> None:
    key = FileKey(folder.source_id, "a.jpg")

    first = folder.put_back(Filed(key, sha256(b"one"), JOB), [b"one"])
    again = folder.put_back(Filed(key, sha256(b"one"), JOB), [b"one"])
    other = folder.put_back(Filed(key, sha256(b"two"), JOB), [b"two"])

    assert (first, again) == (key, key)
    assert other.path == "a%20%28returned%29.jpg"
    assert sorted(os.listdir(folder.path)) == ["a (returned).jpg", "a.jpg"]


def test_a_new_file_is_hinted_at_and_so_is_one_after_the_folder_came_back(
    folder: LocalFolder,
) -> None:
    hinted = threading.Event()
    folder.watch(hinted.set)
    try:
        put(folder, "a.jpg")
        assert hinted.wait(10)

        folder.path.rename(folder.path.with_name("away"))
        folder.watch(hinted.set)
        folder.path.mkdir()
        folder.watch(hinted.set)
        hinted.clear()
        put(folder, "b.jpg")
        assert hinted.wait(10)
    finally:
        folder.unwatch()


def test_a_file_that_is_as_it_was_is_the_very_row_of_the_last_look(folder: LocalFolder) -> None:
    for name in ("same.jpg", "longer.jpg", "linked.jpg", "named twice.jpg"):
        put(folder, name)
    before = look(folder)
    put(folder, "longer.jpg", b"other bytes")
    os.link(folder.path / "named twice.jpg", folder.path / "second.jpg")
    (folder.path / "linked.jpg").unlink()
    (folder.path / "linked.jpg").symlink_to(folder.path / "same.jpg")

    after = look(folder)

    assert after["same.jpg"] is before["same.jpg"]
    assert after["longer.jpg"].fingerprint != before["longer.jpg"].fingerprint
    assert after["linked.jpg"].state is FileState.OTHER
    assert after["named twice.jpg"].state is FileState.OTHER


def test_files_that_come_and_go_leave_the_rows_of_the_others_alone(folder: LocalFolder) -> None:
    names = [f"{number}.jpg" for number in range(600)]
    for name in names:
        put(folder, name, name.encode())
    before = look(folder)
    away = put(folder, "300.jpg", b"300").rename(folder.path.parent / "away.jpg")
    put(folder, "new.jpg")

    after = look(folder)
    away.rename(folder.path / "300.jpg")
    again = look(folder)

    stayed = set(names) - {"300.jpg"}
    assert set(after) == stayed | {"new.jpg"}
    assert all(after[name] is before[name] for name in stayed)
    assert all(again[name] is after[name] for name in after)
    assert again["300.jpg"].fingerprint.size == 3


def test_a_name_that_is_gone_before_it_is_looked_at_is_left_out(
    folder: LocalFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.jpg")
    put(folder, "b.jpg")
    names = os.listdir

    def with_one_more(place: int) -> list[str]:
        first, *others = names(place)
        return [first, "gone.jpg", *others]

    monkeypatch.setattr(os, "listdir", with_one_more)

    assert set(look(folder)) == {"a.jpg", "b.jpg"}
    assert set(look(folder)) == {"a.jpg", "b.jpg"}


def test_a_file_that_grows_while_it_is_judged_settles(
    folder: LocalFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder, "a.jpg", old=60)

    def nobody(_handle: int) -> Writers:
        # Somebody has opened, written and closed it since it was looked at.
        age(path, 60).write_bytes(b"more bytes than before")
        return Writers.NONE

    monkeypatch.setattr(folder_listing, "writers", nobody)

    assert look(folder)["a.jpg"].state is FileState.SETTLING


@pytest.mark.parametrize(
    "name", ["plain.jpg", "two words.jpg", "50%.jpg", "a+b.jpg", "tāne.jpg", "%41.jpg", "a%20b.jpg"]
)
def test_a_key_leads_back_to_the_name_on_disk(folder: LocalFolder, name: str) -> None:
    put(folder, name, name.encode())
    [file] = look(folder).values()

    with folder.open(file.key, file.fingerprint) as opened:
        assert b"".join(opened.chunks()) == name.encode()
