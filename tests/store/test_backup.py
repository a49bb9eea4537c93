"""A backup holds everything or does not exist; a restore gives it back byte for byte."""

import errno
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from message_centre.domain.errors import (
    BackupDamaged,
    Cancelled,
    IncompleteOrder,
    RecordWithoutFile,
    StoreFull,
    StoreUnreachable,
)
from message_centre.domain.files import Destination
from message_centre.host import durable
from message_centre.host.clock import SystemClock
from message_centre.services.work import CancelToken, Progress
from message_centre.store import tables
from message_centre.store.backup import ZipBackup
from message_centre.store.image_store import read_marker
from message_centre.store.restoring import Restored
from tests.support.backups import back_up, findings, furnished, left_over, restored, stored
from tests.support.shelves import FOLDERS, KEYS, Shelves


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = furnished(tmp_path / "home")
    yield made
    made.close()


def test_a_restored_home_is_the_backed_up_one_byte_for_byte(
    shelves: Shelves, tmp_path: Path
) -> None:
    back_up(shelves, tmp_path / "b.zip")
    found = restored(tmp_path / "new", tmp_path / "b.zip")
    assert found == Restored(records=3, patients=1, files=3, missing=0)
    assert stored(tmp_path / "new") == stored(shelves.home)
    again = Shelves(tmp_path / "new")
    assert list(again.records.everything()) == list(shelves.records.everything())
    *before, told = again.trail.entries()
    assert before == list(shelves.trail.entries())
    assert told.action == "restore"
    assert again.trail.verify() == (len(before) + 1, None)
    again.close()
    assert findings(tmp_path / "new") == ()
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "record.sqlite",
        "stores",
        "workstation",
    }
    assert left_over(tmp_path) == ["b.zip"]


def test_the_restored_stores_carry_the_markers_that_the_record_expects(
    shelves: Shelves, tmp_path: Path
) -> None:
    back_up(shelves, tmp_path / "b.zip")
    restored(tmp_path / "new", tmp_path / "b.zip")
    for place in Destination:
        marker = read_marker(tmp_path / "new" / "stores" / FOLDERS[place])
        assert marker == read_marker(shelves.root(place))
        assert (tmp_path / "new" / "stores" / FOLDERS[place] / ".staging").is_dir()
    with shelves.database.reading() as connection:
        rows = {row.key for row in connection.execute(select(tables.practice))}
    assert set(KEYS.values()) <= rows


def test_a_restored_home_never_points_at_the_practice_own_stores(
    shelves: Shelves, tmp_path: Path
) -> None:
    with shelves.database.writing() as connection:
        for key, value in (
            ("system.images_store", str(shelves.root(Destination.IMAGES))),
            ("system.documents_store", "/gone"),
            ("system.hosted_domains", "kept.example"),
        ):
            connection.execute(insert(tables.settings).values(key=key, value=value))
    back_up(shelves, tmp_path / "b.zip")
    restored(tmp_path / "new", tmp_path / "b.zip")
    again = Shelves(tmp_path / "new")
    with again.database.reading() as connection:
        rows = {row.key: row.value for row in connection.execute(select(tables.settings))}
    again.close()
    assert rows == {"system.hosted_domains": "kept.example"}


def test_pictures_are_stored_as_they_are_and_the_list_names_each_member(
    shelves: Shelves, tmp_path: Path
) -> None:
    back_up(shelves, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        listed = json.loads(archive.read("manifest.json"))
        for info in archive.infolist():
            packed = info.filename == "record.sqlite"
            assert (info.compress_type == zipfile.ZIP_DEFLATED) is packed
        assert set(archive.namelist()) == {*listed["members"], "manifest.json"}
    assert (listed["records"], listed["patients"], listed["missing"]) == (3, 1, [])


def test_an_existing_file_is_never_overwritten(shelves: Shelves, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(b"precious")
    with pytest.raises(IncompleteOrder, match="already there"):
        back_up(shelves, file)
    assert file.read_bytes() == b"precious"


def test_a_file_that_appears_meanwhile_is_not_overwritten(shelves: Shelves, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"

    def appear(_: Progress) -> None:
        file.write_bytes(b"precious")

    with pytest.raises(IncompleteOrder, match="meanwhile"):
        back_up(shelves, file, appear)
    assert file.read_bytes() == b"precious"
    assert left_over(tmp_path) == ["b.zip"]


def test_a_backup_needs_a_folder_outside_the_stores(shelves: Shelves, tmp_path: Path) -> None:
    with pytest.raises(IncompleteOrder, match="folder"):
        back_up(shelves, tmp_path / "nowhere" / "b.zip")
    with pytest.raises(IncompleteOrder, match="in the stores"):
        back_up(shelves, shelves.root(Destination.IMAGES) / "b.zip")


def test_a_cancelled_backup_leaves_nothing(shelves: Shelves, tmp_path: Path) -> None:
    token = CancelToken()

    def stop(_: Progress) -> None:
        token.cancel()

    writer = ZipBackup(shelves.database, shelves.store, SystemClock())
    with pytest.raises(Cancelled):
        writer.write(tmp_path / "b.zip", token, stop)
    assert left_over(tmp_path) == []


def test_a_store_that_is_away_is_never_taken_for_missing_files(
    shelves: Shelves, tmp_path: Path
) -> None:
    shelves.root(Destination.NOTES).rename(tmp_path / "home" / "unplugged")
    with pytest.raises(StoreUnreachable):
        back_up(shelves, tmp_path / "b.zip")
    assert left_over(tmp_path) == []


def test_one_missing_and_one_damaged_file_do_not_keep_the_others_from_being_backed_up(
    shelves: Shelves, tmp_path: Path
) -> None:
    first, second, _ = shelves.records.everything()
    shelves.path(first).unlink()
    shelves.spoil(second, b"spoilt")
    with pytest.raises(RecordWithoutFile, match="2 stored files"):
        back_up(shelves, tmp_path / "b.zip")
    found = restored(tmp_path / "new", tmp_path / "b.zip")
    assert found == Restored(records=3, patients=1, files=2, missing=2)
    assert {problem.problem for problem in findings(tmp_path / "new")} == {
        "missing-file",
        "wrong-size",
    }


def test_a_file_withdrawn_while_the_backup_runs_is_not_missing_from_it(
    shelves: Shelves, tmp_path: Path
) -> None:
    first = next(shelves.records.everything())
    withdrawn: list[str] = []

    def withdraw(_: Progress) -> None:
        if not withdrawn:
            withdrawn.append(first.id)
            shelves.path(first).unlink()
            with shelves.database.writing() as connection:
                connection.execute(
                    tables.records.update()
                    .where(tables.records.c.id == first.id)
                    .values(state="withdrawn")
                )

    back_up(shelves, tmp_path / "b.zip", withdraw)
    assert restored(tmp_path / "new", tmp_path / "b.zip").files == 2
    assert findings(tmp_path / "new") == ()


def test_what_is_filed_while_the_backup_runs_does_not_disturb_it(
    shelves: Shelves, tmp_path: Path
) -> None:
    filed: list[str] = []

    def file_one(_: Progress) -> None:
        if not filed:
            filed.append(shelves.file(b"new one").id)

    back_up(shelves, tmp_path / "b.zip", file_one)
    assert restored(tmp_path / "new", tmp_path / "b.zip").records == 3


def test_a_disk_without_room_is_told_before_anything_is_copied(
    shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(StoreFull, match="free"):
        back_up(shelves, tmp_path / "b.zip")
    assert left_over(tmp_path) == []


def test_a_disk_that_fills_up_leaves_nothing(
    shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(durable, "flush", full)
    with pytest.raises(StoreFull):
        back_up(shelves, tmp_path / "b.zip")
    assert left_over(tmp_path) == []


def test_a_disk_that_writes_something_else_is_found_by_reading_back(
    shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = durable.flush

    def lie(handle: int) -> None:
        middle = os.fstat(handle).st_size // 2
        os.pwrite(handle, b"!!!!", middle)
        flushed(handle)

    with monkeypatch.context() as patched:
        patched.setattr(durable, "flush", lie)
        with pytest.raises(BackupDamaged):
            back_up(shelves, tmp_path / "b.zip")
    assert left_over(tmp_path) == []
