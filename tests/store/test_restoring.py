"""A restore verifies everything before it changes anything."""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from message_centre.domain.errors import (
    BackupDamaged,
    DatabaseBusy,
    IncompleteOrder,
    NewerDatabase,
)
from message_centre.domain.files import Destination
from message_centre.store import restoring, tables
from tests.support.backups import back_up, findings, furnished, restored, stored
from tests.support.shelves import Shelves


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = furnished(tmp_path / "home")
    yield made
    made.close()


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
