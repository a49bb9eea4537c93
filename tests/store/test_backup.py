"""A backup holds everything or does not exist; a restore gives it back byte for byte."""

import errno
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from message_centre.domain.errors import (
    BackupDamaged,
    Cancelled,
    DatabaseBusy,
    IncompleteOrder,
    NewerDatabase,
    RecordWithoutFile,
    StoreFull,
    StoreUnreachable,
)
from message_centre.domain.files import Destination
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.outcomes import Finding
from message_centre.host import durable
from message_centre.host.clock import SystemClock
from message_centre.services.auditing import Auditor
from message_centre.services.work import CancelToken, Progress, silent
from message_centre.store import restoring, tables
from message_centre.store.backup import ZipBackup
from message_centre.store.image_store import read_marker
from message_centre.store.restoring import Restored, restore
from tests.support.shelves import FOLDERS, KEYS, Shelves

PICTURE, LETTER = bytes(range(256)) * 2000, b"%PDF-1.7 a letter %%EOF"


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = Shelves(tmp_path / "home")
    for content, name in ((PICTURE, "a.jpg"), (LETTER, "b.pdf"), (b"", "empty.png")):
        made.journal.settle(made.file(content, name).id, ImportState.DONE)
    yield made
    made.close()


def back_up(shelves: Shelves, file: Path, report: Callable[[Progress], None] = silent) -> None:
    writer = ZipBackup(shelves.database, shelves.store, SystemClock())
    writer.write(file, CancelToken(), report)


def restored(home: Path, file: Path) -> Restored:
    return restore(home, file, home / "record.sqlite")


def stored(home: Path) -> dict[str, bytes]:
    root = home / "stores"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def findings(home: Path) -> tuple[Finding, ...]:
    shelves = Shelves(home)
    try:
        auditor = Auditor(
            records=shelves.records,
            store=shelves.store,
            journal=shelves.journal,
            trail=shelves.trail,
        )
        return auditor.check(CancelToken()).findings
    finally:
        shelves.close()


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name not in {"home", "new"}]


def test_a_restored_home_is_the_backed_up_one_byte_for_byte(
    shelves: Shelves, tmp_path: Path
) -> None:
    back_up(shelves, tmp_path / "b.zip")
    found = restored(tmp_path / "new", tmp_path / "b.zip")
    assert found == Restored(records=3, patients=1, files=3, missing=0)
    assert stored(tmp_path / "new") == stored(shelves.home)
    again = Shelves(tmp_path / "new")
    assert list(again.records.everything()) == list(shelves.records.everything())
    assert list(again.trail.entries()) == list(shelves.trail.entries())
    assert again.trail.verify() == shelves.trail.verify()
    again.close()
    assert findings(tmp_path / "new") == ()
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["record.sqlite", "stores"]
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


def snapshot_of(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_a_home_with_a_record_is_refused(shelves: Shelves, tmp_path: Path) -> None:
    back_up(shelves, tmp_path / "b.zip")
    shelves.close()
    before = stored(shelves.home)
    with pytest.raises(IncompleteOrder, match="holds a record already"):
        restored(shelves.home, tmp_path / "b.zip")
    assert stored(shelves.home) == before


def test_a_home_with_an_unreadable_record_is_refused(shelves: Shelves, tmp_path: Path) -> None:
    back_up(shelves, tmp_path / "b.zip")
    new = tmp_path / "new"
    new.mkdir()
    (new / "record.sqlite").write_bytes(b"this was a record once" * 100)
    before = snapshot_of(new)
    with pytest.raises(IncompleteOrder, match="cannot be read"):
        restored(new, tmp_path / "b.zip")
    assert snapshot_of(new) == before


def test_a_fresh_home_takes_a_restore_and_stray_files_are_kept(
    shelves: Shelves, tmp_path: Path
) -> None:
    back_up(shelves, tmp_path / "b.zip")
    fresh = Shelves(tmp_path / "new")
    stray = fresh.root(Destination.IMAGES) / "stray.jpg"
    stray.write_bytes(b"somebody's")
    fresh.close()
    restored(tmp_path / "new", tmp_path / "b.zip")
    assert findings(tmp_path / "new") == ()
    (kept,) = (tmp_path / "new").glob("stores-before-restore-*")
    assert (kept / "Images" / "stray.jpg").read_bytes() == b"somebody's"


def test_a_home_that_is_open_elsewhere_is_refused(shelves: Shelves, tmp_path: Path) -> None:
    back_up(shelves, tmp_path / "b.zip")
    fresh = Shelves(tmp_path / "new")
    try:
        with fresh.database.reading() as connection:
            connection.execute(select(tables.practice)).all()
            with pytest.raises(DatabaseBusy):
                restored(tmp_path / "new", tmp_path / "b.zip")
        assert list(fresh.records.everything()) == []
    finally:
        fresh.close()
    assert not list((tmp_path / "new").glob(".restoring-*"))


def test_there_must_be_a_backup(tmp_path: Path) -> None:
    with pytest.raises(IncompleteOrder, match="no backup"):
        restored(tmp_path / "new", tmp_path / "none.zip")
    assert not (tmp_path / "new").exists()


def test_a_restore_that_was_killed_can_be_repeated(
    shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(shelves, tmp_path / "b.zip")

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", die)
        patched.setattr(restoring, "_clear", lambda _: None)
        with pytest.raises(Killed):
            restored(tmp_path / "new", tmp_path / "b.zip")
    restored(tmp_path / "new", tmp_path / "b.zip")
    assert findings(tmp_path / "new") == ()
    assert not list((tmp_path / "new").glob(".restoring-*"))


def rewritten(file: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """The same archive with members changed, its checksums made right again."""
    with zipfile.ZipFile(file) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            changed = change(name, content)
            if changed is not None:
                archive.writestr(*changed)


def listed_anew(file: Path, change: Callable[[dict[str, object]], None]) -> None:
    def edit(name: str, content: bytes) -> tuple[str, bytes]:
        if name != "manifest.json":
            return name, content
        listed = json.loads(content)
        change(listed)
        return name, json.dumps(listed).encode()

    rewritten(file, edit)


def assert_refused(tmp_path: Path, problem: type[Exception] = BackupDamaged) -> None:
    with pytest.raises(problem):
        restored(tmp_path / "new", tmp_path / "b.zip")
    assert not (tmp_path / "new").exists() or not list((tmp_path / "new").iterdir())


def test_a_backup_with_one_changed_byte_is_refused_whole(shelves: Shelves, tmp_path: Path) -> None:
    back_up(shelves, tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", lambda n, c: (n, c[:-1] + b"!") if n.endswith(".pdf") else (n, c))
    assert_refused(tmp_path)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.5, 0.8, 0.97, 0.999])
def test_a_backup_with_flipped_bits_anywhere_is_refused_or_still_whole(
    shelves: Shelves, tmp_path: Path, share: float
) -> None:
    back_up(shelves, tmp_path / "b.zip")
    content = bytearray((tmp_path / "b.zip").read_bytes())
    place = int(len(content) * share)
    content[place : place + 4] = bytes(byte ^ 0xFF for byte in content[place : place + 4])
    (tmp_path / "b.zip").write_bytes(bytes(content))
    assert_refused(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_backup_cut_short_is_refused(shelves: Shelves, tmp_path: Path, share: float) -> None:
    back_up(shelves, tmp_path / "b.zip")
    content = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(content[: int(len(content) * share)])
    assert_refused(tmp_path)


def test_a_backup_with_a_member_too_few_or_too_many_is_refused(
    shelves: Shelves, tmp_path: Path
) -> None:
    back_up(shelves, tmp_path / "whole.zip")
    shutil.copy(tmp_path / "whole.zip", tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", lambda n, c: None if n.endswith(".pdf") else (n, c))
    assert_refused(tmp_path)
    shutil.copy(tmp_path / "whole.zip", tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("Images/1/01/extra.jpg", b"x")
    assert_refused(tmp_path)


def test_a_backup_that_lacks_a_file_in_both_members_and_list_is_refused(
    shelves: Shelves, tmp_path: Path
) -> None:
    back_up(shelves, tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", lambda n, c: None if n.endswith(".pdf") else (n, c))

    def forget(listed: dict[str, object]) -> None:
        members = listed["members"]
        assert isinstance(members, dict)
        listed["members"] = {name: row for name, row in members.items() if ".pdf" not in name}

    listed_anew(tmp_path / "b.zip", forget)
    assert_refused(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.jpg",
        "Images/../../evil.jpg",
        "/evil.jpg",
        "C:/evil.jpg",
        "Images\\..\\evil.jpg",
        "Images/1/01/../../evil.jpg",
        "Images/1/01/evil.jpg\n",
        "Images/.staging/evil.part",
        "Images/.message-centre-store",
        "Elsewhere/1/01/evil.jpg",
        "Images/1/01/",
        "Images/1/01/evil.jpg:stream",
    ],
)
def test_a_name_that_no_backup_has_is_refused(shelves: Shelves, tmp_path: Path, name: str) -> None:
    back_up(shelves, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr(name, b"x")

    def add(listed: dict[str, object]) -> None:
        members = listed["members"]
        assert isinstance(members, dict)
        members[name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}

    listed_anew(tmp_path / "b.zip", add)
    assert_refused(tmp_path)
    assert not list(tmp_path.rglob("evil*"))


def test_a_backup_of_a_newer_program_is_refused(shelves: Shelves, tmp_path: Path) -> None:
    back_up(shelves, tmp_path / "b.zip")
    listed_anew(tmp_path / "b.zip", lambda listed: listed.update(schema="9999"))
    assert_refused(tmp_path, NewerDatabase)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18, b"\0" * 5000])
def test_any_other_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)
    assert_refused(tmp_path)


@pytest.mark.parametrize(
    "listed", ["[]", "{}", "nonsense", '{"format": 1, "members": []}', '{"format": 2}', "null"]
)
def test_a_list_that_is_none_is_refused(shelves: Shelves, tmp_path: Path, listed: str) -> None:
    back_up(shelves, tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", lambda n, c: (n, listed.encode() if n == "manifest.json" else c))
    assert_refused(tmp_path)
