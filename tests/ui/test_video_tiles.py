"""Tiles of videos: one picture, made once, from a copy that does not stay."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_centre.domain.errors import FileChanged, PictureTooLarge, UnreadablePicture
from message_centre.services import postering
from tests.support.practice import Practice, a_practice
from tests.support.recordings import RED_VIDEO, a_video

pytest.importorskip("PySide6.QtMultimedia")


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    made = a_practice(tmp_path)
    yield made
    made.services.close()
    assert not list((tmp_path / "temporary").iterdir()), "no copy stays"


def test_a_video_has_a_tile_that_is_made_once(practice: Practice) -> None:
    path = practice.drop("a.avi", a_video())
    (file,) = practice.files("a.avi")
    previewer = practice.services.previewer
    assert previewer.quick(file, longest=96) is None
    picture = previewer.small(file, longest=96)
    assert (picture.width, picture.height) == (96, 72)
    middle = 4 * (36 * 96 + 48)
    shown = picture.rgba[middle : middle + 3]
    assert all(abs(a - b) < 25 for a, b in zip(shown, RED_VIDEO, strict=True))
    path.unlink()
    kept = previewer.small(file, longest=96)
    assert (kept.width, kept.height) == (96, 72), "it is kept, whatever became of the file"


def test_a_video_that_changed_or_is_none_has_no_tile(practice: Practice) -> None:
    practice.drop("a.avi", a_video())
    practice.drop("b.avi", a_video()[:200])
    one, other = practice.files("a.avi", "b.avi")
    practice.drop("a.avi", a_video(12))
    with pytest.raises(FileChanged):
        practice.services.previewer.small(one, longest=96)
    with pytest.raises(UnreadablePicture):
        practice.services.previewer.small(other, longest=96)


def test_a_large_video_is_not_copied(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.drop("a.avi", a_video())
    monkeypatch.setattr(postering, "POSTER_BYTES", 1000)
    with pytest.raises(PictureTooLarge):
        practice.services.previewer.small(practice.files("a.avi")[0], longest=96)
