"""A copy for a viewer: verified, read-only, named without patient data, gone if anything was wrong."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_centre.domain.assignments import Assignment
from message_centre.domain.errors import (
    AccessDenied,
    Cancelled,
    FileChanged,
    RecordWithoutFile,
    UnknownRecord,
)
from message_centre.domain.records import Record
from message_centre.services.work import CancelToken
from tests.support.practice import Practice, a_practice

CONTENT = b"Dear colleague\n" * 1000


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    made = a_practice(tmp_path)
    yield made
    made.services.close()


@pytest.fixture
def record(practice: Practice) -> Record:
    jane = practice.add_patient("1", "Smith", "Jane")
    practice.drop("Smith Jane.txt", CONTENT)
    assignment = Assignment(jane.id, practice.provider, practice.operator.id)
    (order,) = practice.services.assigner.orders(practice.files("Smith Jane.txt"), assignment)
    result = practice.services.importer.run(order, CancelToken())
    found = practice.services.records.get(result.record_id)
    assert found is not None
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "copies"
    made.mkdir()
    return made


def test_the_copy_is_whole_read_only_and_named_by_the_record(
    practice: Practice, record: Record, folder: Path
) -> None:
    copy = practice.services.exporter.copy(record, folder, CancelToken())
    assert copy == folder / f"{record.id}.txt"
    assert copy.read_bytes() == CONTENT
    assert stat.S_IMODE(copy.stat().st_mode) == stat.S_IRUSR


def test_a_second_copy_replaces_the_first(practice: Practice, record: Record, folder: Path) -> None:
    for _ in range(2):
        copy = practice.services.exporter.copy(record, folder, CancelToken())
    assert copy.read_bytes() == CONTENT


def test_bytes_that_are_not_the_recorded_ones_are_not_handed_on(
    practice: Practice, record: Record, folder: Path
) -> None:
    stored = practice.services.configuring.documents_store() / record.shelf_path
    stored.chmod(0o600)
    stored.write_bytes(CONTENT.replace(b"D", b"F"))
    with pytest.raises(RecordWithoutFile):
        practice.services.exporter.copy(record, folder, CancelToken())
    assert list(folder.iterdir()) == []


def test_a_withdrawn_item_has_no_copy(practice: Practice, record: Record, folder: Path) -> None:
    practice.services.corrector.withdraw(record.id, operator="ADM", reason="Wrong")
    gone = practice.services.records.get(record.id)
    assert gone is not None
    with pytest.raises(UnknownRecord):
        practice.services.exporter.copy(gone, folder, CancelToken())


def test_a_cancelled_copy_leaves_nothing(practice: Practice, record: Record, folder: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        practice.services.exporter.copy(record, folder, token)
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_in_words(
    practice: Practice, record: Record, folder: Path
) -> None:
    folder.rmdir()
    with pytest.raises(AccessDenied):
        practice.services.exporter.copy(record, folder, CancelToken())


def test_a_listed_file_is_copied_and_let_go_of(practice: Practice, folder: Path) -> None:
    practice.drop("clip.AVI", b"RIFF")
    (file,) = practice.files("clip.AVI")
    copy = practice.services.exporter.copy_listed(file, folder, CancelToken())
    assert copy.read_bytes() == b"RIFF"
    assert copy.suffix == ".avi"
    assert "clip" not in copy.name
    if sys.platform == "linux":
        held = [os.readlink(one) for one in Path("/proc/self/fd").iterdir() if one.exists()]
        assert not [name for name in held if name.endswith((".avi", ".AVI"))]


def test_a_listed_file_that_changed_or_a_cancelled_copy_leaves_nothing(
    practice: Practice, folder: Path
) -> None:
    practice.drop("clip.avi", b"RIFF")
    (file,) = practice.files("clip.avi")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        practice.services.exporter.copy_listed(file, folder, token)
    practice.drop("clip.avi", b"RIFF and more")
    with pytest.raises(FileChanged):
        practice.services.exporter.copy_listed(file, folder, CancelToken())
    assert not list(folder.iterdir())
