"""What every source promises, whatever kind it is: `services.ports.Source` for a folder and for each drive."""

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from message_centre.domain.errors import (
    AccessDenied,
    Cancelled,
    FileChanged,
    FileGone,
    RateLimited,
    SourceOffline,
)
from message_centre.domain.files import Destination, FileState, SourceFile, SourceKind, SourceState
from message_centre.domain.outcomes import Release
from message_centre.services.ports import Filed
from message_centre.services.work import CancelToken, Progress, silent
from tests.support.source_places import JOB, PAGE, Place, a_place

KINDS = (
    SourceKind.FOLDER,
    SourceKind.TOWER,
    SourceKind.AZURE,
    SourceKind.DROPBOX,
    SourceKind.ONEDRIVE,
)
DRIVES = tuple(kind for kind in KINDS if kind.is_drive)
#: A lost line is told within so many seconds; nobody waits for a default of some SDK.
SOON = 10.0
SEEN, NEW = b"as it was seen", b"as somebody saved it meanwhile"
COMPOSED, DECOMPOSED = "\u00e9te.jpg", "e\u0301te.jpg"
ODD_NAMES = (
    COMPOSED,
    DECOMPOSED,
    "āpōpō 照片 🩻.jpg",
    "two  spaces, and more .jpg",
    "100% #1 &+=;'()[]{}~$@!.jpg",
    "a%2fb%00.jpg",
    "CON.jpg",
    "-rf.JPG",
    "file.with.dots.jpg.pdf",
    "l" * 200 + ".jpg",
)


@pytest.fixture(params=KINDS, ids=str)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with a_place(request.param, tmp_path, request) as found:
        yield found


only_drives = pytest.mark.parametrize("place", DRIVES, indirect=True, ids=str)
#: The other drives take names that differ by case or composition alone for one.
only_with_twins = pytest.mark.parametrize(
    "place", [SourceKind.FOLDER, SourceKind.AZURE], indirect=True, ids=str
)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def row_of(place: Place, name: str = "a.jpg", data: bytes = SEEN) -> SourceFile:
    place.put(name, data)
    return place.rows()[name]


class TestListing:
    def test_shows_every_file_directly_inside_and_below_a_tower_alone(self, place: Place) -> None:
        place.put("a.jpg", b"a picture")
        place.put("b.pdf", b"a letter")
        place.put("below/c.jpg", b"elsewhere")

        listing = place.source.list_files(CancelToken(), silent)

        rows = {row.name: row for row in listing.files}
        assert listing.state is SourceState.CONNECTED
        assert listing.listed_at is not None
        assert ("c.jpg" in rows) is place.source.kind.is_tree
        assert rows.keys() - {"c.jpg"} == {"a.jpg", "b.pdf"}
        assert rows["a.jpg"].destination is Destination.IMAGES
        assert rows["b.pdf"].destination is Destination.NOTES
        assert {row.state for row in rows.values()} == {FileState.READY}
        assert {row.kind for row in rows.values()} == {place.source.kind}
        assert {row.key.source_id for row in rows.values()} == {place.source.source_id}
        assert rows["a.jpg"].fingerprint.size == len(b"a picture")
        assert time.time_ns() >= rows["a.jpg"].fingerprint.modified_ns > 0

    def test_an_empty_place_is_connected_and_shows_nothing(self, place: Place) -> None:
        listing = place.source.list_files(CancelToken(), silent)
        assert (listing.state, listing.files) == (SourceState.CONNECTED, ())

    def test_comes_page_by_page_each_file_once_and_says_how_far_it_is(self, place: Place) -> None:
        names = sorted(f"{number:02}.jpg" for number in range(4 * PAGE - 1))
        for name in names:
            place.put(name, b"x")
        heard: list[Progress] = []

        listing = place.source.list_files(CancelToken(), heard.append)

        assert sorted(row.name for row in listing.files) == names
        assert len({row.key for row in listing.files}) == len(names)
        assert len(heard) > (3 if place.source.kind.is_drive else 0)

    def test_downloads_nothing(self, place: Place) -> None:
        for number in range(2 * PAGE):
            place.put(f"{number}.jpg", SEEN)
        place.rows()
        assert place.downloads() == 0

    def test_shows_the_same_again_while_nothing_changes(self, place: Place) -> None:
        place.put("a.jpg", SEEN)
        assert place.rows() == place.rows()

    def test_shows_another_version_as_another(self, place: Place) -> None:
        before = row_of(place)
        after = row_of(place, data=NEW)
        assert after.fingerprint != before.fingerprint
        assert after.fingerprint.size == len(NEW)

    @pytest.mark.parametrize(
        ("name", "data", "state"),
        [
            (".hidden.jpg", SEEN, FileState.OTHER),
            ("Thumbs.db", SEEN, FileState.OTHER),
            ("data.xyz", SEEN, FileState.OTHER),
            ("no extension", SEEN, FileState.OTHER),
            ("empty.jpg", b"", FileState.SETTLING),
            ("photo.jpg.part", SEEN, FileState.SETTLING),
            ("photo.crdownload", SEEN, FileState.SETTLING),
            ("photo.FILEPART", SEEN, FileState.SETTLING),
            ("photo.tmp", SEEN, FileState.SETTLING),
            ("~$letter.docx", SEEN, FileState.SETTLING),
        ],
    )
    def test_offers_nothing_hidden_empty_or_unfinished_and_says_why(
        self, place: Place, name: str, data: bytes, state: FileState
    ) -> None:
        row = row_of(place, name, data)
        assert (row.state, bool(row.reason)) == (state, True)

    def test_can_be_cancelled(self, place: Place) -> None:
        for number in range(2 * PAGE):
            place.put(f"{number}.jpg", SEEN)
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            place.source.list_files(token, silent)


class TestNames:
    @pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
    def test_of_any_kind_are_listed_read_and_let_go(self, place: Place, name: str) -> None:
        place.put("neighbour.jpg", b"stays")
        row = row_of(place, name)

        assert place.read(row) == SEEN
        assert place.source.still_there(row.key, str(row.fingerprint))
        (released,) = place.release((row, SEEN))

        assert released.release is Release.RELEASED
        assert place.held() == {"neighbour.jpg": b"stays"}

    @only_with_twins
    @pytest.mark.parametrize(
        "names", [("Ä.jpg", "ä.jpg"), (COMPOSED, DECOMPOSED), ("a.JPG", "a.jpg")], ids=ascii
    )
    def test_that_look_alike_are_never_mixed_up(self, place: Place, names: tuple[str, str]) -> None:
        contents = {name: f"bytes of {name!a}".encode() for name in names}
        for name, data in contents.items():
            place.put(name, data)
        rows = place.rows()
        first, second = names

        assert {name: place.read(rows[name]) for name in names} == contents
        (released,) = place.release((rows[first], contents[first]))

        assert released.release is Release.RELEASED
        assert place.held() == {second: contents[second]}


class TestReading:
    @pytest.mark.parametrize("size", [0, 1, 1 << 16, (4 << 20) + 1, 9 << 20])
    def test_gives_every_byte(self, place: Place, size: int) -> None:
        data = os.urandom(size)
        assert place.read(row_of(place, data=data)) == data

    def test_gives_both_ends_without_the_middle(self, place: Place) -> None:
        data = os.urandom(300_000)
        row = row_of(place, data=data)
        short = row_of(place, "short.jpg", b"short")

        assert place.source.peek(row.key, row.fingerprint, 100) == (data[:100], data[-100:])
        assert place.source.peek(short.key, short.fingerprint, 100) == (b"short", b"short")

    def test_never_gives_other_bytes_than_those_that_were_listed(self, place: Place) -> None:
        row = row_of(place)
        place.put("a.jpg", NEW)

        with contextlib.suppress(FileChanged):
            assert place.read(row) == SEEN  # a drive may keep every revision
        assert place.held() == {"a.jpg": NEW}

    def test_says_that_a_file_is_gone_or_gives_what_was_listed(self, place: Place) -> None:
        row = row_of(place)
        place.take_away("a.jpg")

        with contextlib.suppress(FileGone):
            assert place.read(row) == SEEN  # as above
        assert not place.source.still_there(row.key, str(row.fingerprint))
        assert place.rows() == {}

    def test_never_takes_a_new_file_of_the_same_name_for_the_old(self, place: Place) -> None:
        row = row_of(place)
        place.take_away("a.jpg")
        place.put("a.jpg", b"x" * len(SEEN))

        with contextlib.suppress(FileGone, FileChanged):
            assert place.read(row) == SEEN
        assert not place.source.still_there(row.key, str(row.fingerprint))

    def test_gives_eight_at_once_their_own_bytes(self, place: Place) -> None:
        contents = {f"{number}.jpg": os.urandom(200_000) for number in range(8)}
        for name, data in contents.items():
            place.put(name, data)
        rows = place.rows()

        with ThreadPoolExecutor(8) as pool:
            found = dict(
                zip(contents, pool.map(lambda n: place.read(rows[n]), contents), strict=True)
            )
        assert found == contents


class TestLettingGo:
    def test_removes_what_was_filed_and_nothing_else(self, place: Place) -> None:
        for number in range(2 * PAGE):
            place.put(f"{number}.jpg", b"bytes %d" % number)
        rows = place.rows()
        filed = [(rows[f"{number}.jpg"], b"bytes %d" % number) for number in range(PAGE)]

        released = place.release(*filed)

        assert [one.release for one in released] == [Release.RELEASED] * PAGE
        assert place.held().keys() == {f"{number}.jpg" for number in range(PAGE, 2 * PAGE)}

    def test_is_done_where_the_file_is_gone_already(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        place.take_away("a.jpg")
        (released,) = place.release((row, SEEN))
        assert released.release is Release.RELEASED

    def test_twice_is_as_once(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        answers = [place.release((row, SEEN))[0].release for _ in range(2)]
        assert answers == [Release.RELEASED] * 2

    def test_leaves_another_version_which_is_listed_again(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        place.put("a.jpg", NEW)

        (released,) = place.release((row, SEEN))

        assert released.release is Release.CHANGED
        assert released.reason
        assert place.held() == {"a.jpg": NEW}
        again = place.rows()["a.jpg"]
        assert again.fingerprint != row.fingerprint
        assert place.read(again) == NEW

    def test_leaves_a_new_file_of_the_same_name(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        place.take_away("a.jpg")
        place.put("a.jpg", NEW)

        place.release((row, SEEN))

        assert place.held() == {"a.jpg": NEW}
        assert place.read(place.rows()["a.jpg"]) == NEW

    def test_that_is_refused_keeps_the_file_says_why_and_works_later(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        place.forbid("a.jpg")

        (refused,) = place.release((row, SEEN))
        assert (refused.release, bool(refused.reason)) == (Release.KEPT, True)
        assert place.held()["a.jpg"] == SEEN

        place.come_back()
        assert place.source.still_has(row.key, sha256=sha256(SEEN), import_id=JOB)
        (released,) = place.release((row, SEEN))
        assert released.release is Release.RELEASED
        assert place.held() == {}

    # A folder refuses all of them or none.
    @only_drives
    def test_of_one_that_is_refused_does_not_hold_up_the_others(self, place: Place) -> None:
        names = [f"{number}.jpg" for number in range(PAGE)]
        for name in names:
            place.put(name, SEEN)
        rows = place.rows()
        for name in names:
            place.read(rows[name])
        place.forbid("1.jpg")

        released = place.release(*((rows[name], SEEN) for name in names))

        assert [one.release is Release.KEPT for one in released] == [
            name == "1.jpg" for name in names
        ]
        assert place.held() == {"1.jpg": SEEN}


class TestReturning:
    def test_what_the_source_kept_is_back_by_that(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        back = place.source.put_back(Filed(row.key, sha256(SEEN), JOB), [SEEN])
        assert place.rows()[_name_of(place, back.path)].state is FileState.READY
        assert SEEN in place.held().values()

    @only_drives
    def test_nothing_is_ever_written_to_a_drive(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        place.release((row, SEEN))
        with pytest.raises(AccessDenied):
            place.source.put_back(Filed(row.key, sha256(SEEN), JOB), [SEEN])
        assert place.held() == {}


def _name_of(place: Place, key: str) -> str:
    (name,) = (row.name for row in place.rows().values() if row.key.path == key)
    return name


class TestALineThatFails:
    def test_is_a_state_while_listing_an_error_while_reading_and_keeps_what_was_filed(
        self, place: Place
    ) -> None:
        row = row_of(place)
        place.go_away()
        began = time.monotonic()

        listing = place.source.list_files(CancelToken(), silent)
        assert (listing.state, bool(listing.detail)) == (SourceState.OFFLINE, True)
        assert listing.files == ()
        with pytest.raises(SourceOffline):
            place.read(row)
        with pytest.raises(SourceOffline):
            place.source.still_there(row.key, str(row.fingerprint))
        (kept,) = place.release((row, SEEN))
        assert (kept.release, bool(kept.reason)) == (Release.KEPT, True)
        assert time.monotonic() - began < SOON

        place.come_back()
        assert place.source.list_files(CancelToken(), silent).state is SourceState.CONNECTED
        assert place.read(place.rows()["a.jpg"]) == SEEN
        assert place.held() == {"a.jpg": SEEN}

    @only_drives
    def test_a_short_pause_is_waited_for(self, place: Place) -> None:
        row = row_of(place)
        place.pause(1)
        began = time.monotonic()
        assert place.rows().keys() == {"a.jpg"}
        assert place.read(row) == SEEN
        assert time.monotonic() - began >= 1

    @only_drives
    def test_a_long_pause_is_told_at_once_with_its_length(self, place: Place) -> None:
        row = row_of(place)
        place.pause(120)
        began = time.monotonic()

        listing = place.source.list_files(CancelToken(), silent)
        assert (listing.state, bool(listing.detail)) == (SourceState.OFFLINE, True)
        with pytest.raises(RateLimited) as told:
            place.read(row)
        assert 110 < told.value.after <= 120
        assert time.monotonic() - began < 5
        assert place.held() == {"a.jpg": SEEN}

    @only_drives
    def test_that_cuts_every_download_is_told_and_no_part_passes_for_the_whole(
        self, place: Place
    ) -> None:
        data = os.urandom(400_000)
        row = row_of(place, data=data)
        place.cut_downloads()
        began = time.monotonic()
        with pytest.raises(SourceOffline):
            place.read(row)
        assert time.monotonic() - began < SOON
        assert place.held() == {"a.jpg": data}

        place.come_back()
        assert place.read(place.rows()["a.jpg"]) == data

    @only_drives
    def test_that_loses_the_answer_to_a_removal_makes_it_no_failure(self, place: Place) -> None:
        row = row_of(place)
        place.read(row)
        place.lose_answer()
        (released,) = place.release((row, SEEN))
        assert released.release is Release.RELEASED
        assert place.held() == {}
