"""Names in an open folder, on a share that does what it is told and loses the answer."""

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from message_centre.sources.open_folder import OpenFolder

if TYPE_CHECKING:
    from collections.abc import Callable


def _lose_the_answer(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    call: Callable[..., Any] = getattr(os, name)

    def done(*given: Any, **named: Any) -> None:
        call(*given, **named)
        raise OSError(errno.EIO, "the answer was lost")

    monkeypatch.setattr(os, name, done)


def _refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refused(*given: Any, **named: Any) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, name, refused)


def test_a_rename_that_was_done_is_done_whatever_the_share_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").write_bytes(b"picture")
    with OpenFolder(tmp_path) as folder:
        _lose_the_answer(monkeypatch, "rename")
        folder.move("old", folder, "new")

    assert [file.name for file in tmp_path.iterdir()] == ["new"]


def test_a_rename_that_was_not_done_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").write_bytes(b"picture")
    with OpenFolder(tmp_path) as folder:
        _refuse(monkeypatch, "rename")
        with pytest.raises(PermissionError):
            folder.move("old", folder, "new")

    assert [file.name for file in tmp_path.iterdir()] == ["old"]


def test_a_second_name_that_was_given_is_not_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").write_bytes(b"picture")
    with OpenFolder(tmp_path) as folder:
        _lose_the_answer(monkeypatch, "link")
        folder.give("old", folder, "new")

    assert [file.name for file in tmp_path.iterdir()] == ["new"]


@pytest.mark.parametrize("has_links", [True, False])
def test_a_taken_name_is_never_replaced_nor_its_file_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    (tmp_path / "old").write_bytes(b"picture")
    (tmp_path / "new").write_bytes(b"another")
    with OpenFolder(tmp_path) as folder:
        if not has_links:
            _refuse(monkeypatch, "link")
            # Some shares number all their files alike.
            monkeypatch.setattr("os.path.samestat", lambda one, other: True)
        with pytest.raises(FileExistsError):
            folder.give("old", folder, "new")

    assert (tmp_path / "old").read_bytes() == b"picture"
    assert (tmp_path / "new").read_bytes() == b"another"
