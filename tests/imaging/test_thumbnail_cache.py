"""Thumbnails on disk: quick, bounded, and never in the way."""

import os
import stat
from pathlib import Path

import pytest

from message_centre.host.clock import SystemClock
from message_centre.imaging.imager import PillowImager
from message_centre.imaging.thumbnail_cache import ThumbnailFiles
from message_centre.services.ports import Picture

CODEC = PillowImager(SystemClock())
SHA = "ab" * 32
OPAQUE = Picture(20, 10, b"\x64\x96\xc8\xff" * 200)
CLEAR = Picture(20, 10, b"\x64\x96\xc8\x40" * 200)


def sha(number: int) -> str:
    return f"{number:064x}"


def test_a_kept_picture_comes_back(tmp_path: Path) -> None:
    cache = ThumbnailFiles(tmp_path / "thumbnails", CODEC)
    cache.keep(SHA, OPAQUE)
    found = cache.get(SHA)
    assert found is not None
    assert (found.width, found.height) == (20, 10)
    assert all(abs(a - b) < 4 for a, b in zip(found.rgba[:4], OPAQUE.rgba[:4], strict=True))


def test_transparency_comes_back_exactly(tmp_path: Path) -> None:
    cache = ThumbnailFiles(tmp_path, CODEC)
    cache.keep(SHA, CLEAR)
    assert cache.get(SHA) == CLEAR


def test_an_unknown_picture_is_none(tmp_path: Path) -> None:
    assert ThumbnailFiles(tmp_path / "not there", CODEC).get(SHA) is None


@pytest.mark.parametrize("spoilt", [b"", b"\xff\xd8\xff", b"nonsense", b"\0" * 900])
def test_a_damaged_picture_is_removed_and_can_be_made_anew(tmp_path: Path, spoilt: bytes) -> None:
    cache = ThumbnailFiles(tmp_path, CODEC)
    cache.keep(SHA, OPAQUE)
    file = tmp_path / SHA[:2] / SHA
    file.write_bytes(spoilt)
    assert cache.get(SHA) is None
    assert not file.exists()
    cache.keep(SHA, OPAQUE)
    assert cache.get(SHA) is not None


def test_a_forgotten_picture_is_gone(tmp_path: Path) -> None:
    cache = ThumbnailFiles(tmp_path, CODEC)
    cache.keep(SHA, OPAQUE)
    cache.forget(SHA)
    cache.forget(SHA)
    assert cache.get(SHA) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_oldest_go_first_when_it_is_full(tmp_path: Path) -> None:
    cache = ThumbnailFiles(tmp_path, CODEC)
    cache.keep(sha(0), OPAQUE)
    size = (tmp_path / "00" / sha(0)).stat().st_size
    cache = ThumbnailFiles(tmp_path, CODEC, size_limit=size * 10)
    for number in range(30):
        cache.keep(sha(number), OPAQUE)
        os.utime(tmp_path / "00" / sha(number), (number, number))
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert 5 <= len(kept) <= 10
    assert cache.get(sha(29)) is not None
    assert cache.get(sha(0)) is None


def test_what_was_looked_at_stays_when_others_go(tmp_path: Path) -> None:
    cache = ThumbnailFiles(tmp_path, CODEC)
    cache.keep(sha(0), OPAQUE)
    size = (tmp_path / "00" / sha(0)).stat().st_size
    cache = ThumbnailFiles(tmp_path, CODEC, size_limit=size * 10)
    for number in range(10):
        cache.keep(sha(number), OPAQUE)
        os.utime(tmp_path / "00" / sha(number), (number, number))
    assert cache.get(sha(0)) is not None
    cache.keep(sha(10), OPAQUE)
    assert cache.get(sha(0)) is not None
    assert cache.get(sha(1)) is None


def test_the_whole_folder_may_be_deleted_at_any_time(tmp_path: Path) -> None:
    cache = ThumbnailFiles(tmp_path / "thumbnails", CODEC)
    cache.keep(SHA, OPAQUE)
    for file in (tmp_path / "thumbnails").rglob("*"):
        if file.is_file():
            file.unlink()
    (tmp_path / "thumbnails" / SHA[:2]).rmdir()
    (tmp_path / "thumbnails").rmdir()
    assert cache.get(SHA) is None
    cache.keep(SHA, OPAQUE)
    assert cache.get(SHA) is not None


def test_a_place_that_cannot_be_written_only_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    cache = ThumbnailFiles(tmp_path / "file", CODEC)
    cache.keep(SHA, OPAQUE)
    assert cache.get(SHA) is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "x" * 64, SHA + "/.."])
def test_nothing_but_a_hash_becomes_a_name(tmp_path: Path, name: str) -> None:
    cache = ThumbnailFiles(tmp_path, CODEC)
    cache.keep(name, OPAQUE)
    cache.forget(name)
    assert cache.get(name) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    cache = ThumbnailFiles(tmp_path, CODEC)
    cache.keep(SHA, OPAQUE)
    assert stat.S_IMODE((tmp_path / SHA[:2] / SHA).stat().st_mode) == 0o600
