"""Backing up asks its writer once and stops before it when it was cancelled."""

from pathlib import Path

import pytest

from message_centre.domain.errors import Cancelled
from message_centre.host.clock import SystemClock
from message_centre.services.backing_up import BackingUp
from message_centre.services.work import CancelToken
from message_centre.store.backup import ZipBackup
from tests.support.shelves import Shelves


def test_a_backup_stands_under_the_name_that_was_asked_for(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path / "home")
    shelves.file(b"a picture")
    service = BackingUp(ZipBackup(shelves.database, shelves.store, SystemClock()))
    service.backup(tmp_path / "b.zip", CancelToken())
    shelves.close()
    assert (tmp_path / "b.zip").stat().st_size > 1000


def test_a_cancelled_backup_is_not_begun(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path / "home")
    service = BackingUp(ZipBackup(shelves.database, shelves.store, SystemClock()))
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        service.backup(tmp_path / "b.zip", token)
    shelves.close()
    assert not (tmp_path / "b.zip").exists()
