"""Half a photo is completed from the server's own whole one, and only from one that begins with it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from message_centre.domain.errors import BadSetting, NotPermitted
from message_centre.domain.people import Operator
from message_centre.host import durable, medimage_ground
from message_centre.services.medimage_rescue import Rescued
from message_centre.services.work import CancelToken
from tests.medimage.practice import Photos, photographed
from tests.support.engine import Engine
from tests.support.medimage_names import GUID
from tests.support.pictures import a_jpeg

_NAME = "21-Aug-2026-14-03-09.jpg"
_PHOTO = a_jpeg()[:-2] + os.urandom(500_000).replace(b"\xff", b"\0") + b"\xff\xd9"


@pytest.fixture
def killed(practice_engine: Engine, tmp_path: Path) -> Iterator[Photos]:
    """A server that was killed on the way leaves half a photo here and the whole one in its folder."""
    with photographed(practice_engine, tmp_path, die_at=131_072) as photos:
        configuring = practice_engine.services.configuring
        configuring.set(
            "system.medimage.photos", str(photos.server.photos), operator=practice_engine.operator
        )
        photos.phone().send("100", _PHOTO)
        photos.settle(700)
        yield photos


def rescue(photos: Photos) -> tuple[Rescued, ...]:
    engine = photos.engine
    return engine.services.medimage.rescue.run(engine.operator, "1", CancelToken())


def test_half_a_photo_becomes_whole_and_is_claimed(killed: Photos) -> None:
    half = killed.root / GUID / "100" / _NAME
    assert half.stat().st_size == 131_072

    assert rescue(killed) == (Rescued(f"100-{_NAME}", is_whole=True),)

    assert half.read_bytes() == _PHOTO
    assert [path.name for path in half.parent.iterdir()] == [_NAME]
    assert (killed.server.photos / GUID / "100" / _NAME).read_bytes() == _PHOTO
    killed.settle()
    assert killed.claimed().patient.number == "100"
    assert rescue(killed) == ()


@pytest.mark.parametrize("kept", [b"another photo" * 90_000 + b"\xff\xd9", _PHOTO[:200_000], None])
def test_what_is_not_the_whole_of_it_changes_nothing(killed: Photos, kept: bytes | None) -> None:
    original = killed.server.photos / GUID / "100" / _NAME
    if kept is None:
        original.unlink()
    else:
        original.write_bytes(kept)
    half = killed.root / GUID / "100" / _NAME
    before = half.read_bytes()

    assert [one.is_whole for one in rescue(killed)] == [False]

    assert half.read_bytes() == before
    assert len(list(half.parent.iterdir())) == 1


def test_a_whole_one_elsewhere_counts_only_if_there_is_one(killed: Photos) -> None:
    original = killed.server.photos / GUID / "100" / _NAME
    elsewhere = killed.server.photos / _NAME
    original.rename(elsewhere)
    (killed.server.photos / "other").mkdir()
    (killed.server.photos / "other" / _NAME).write_bytes(_PHOTO[:-2] + b"more\xff\xd9")
    assert [one.is_whole for one in rescue(killed)] == [False]

    (killed.server.photos / "other" / _NAME).unlink()

    assert [one.is_whole for one in rescue(killed)] == [True]


def test_a_photo_of_that_name_that_comes_meanwhile_is_never_replaced(
    killed: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, another = killed.root / GUID / "100" / _NAME, a_jpeg(70, 50)

    def meanwhile(call: Callable[..., object]) -> Callable[..., object]:
        def first(*given: object) -> object:
            half.unlink(missing_ok=True)
            half.write_bytes(another)
            return call(*given)

        return first

    monkeypatch.setattr(Path, "replace", meanwhile(Path.replace))
    monkeypatch.setattr(medimage_ground, "give_name", meanwhile(durable.give_name))

    assert [one.is_whole for one in rescue(killed)] == [False]

    assert half.read_bytes() == another
    [left] = (path for path in half.parent.iterdir() if path != half)
    assert left.read_bytes() == _PHOTO[:131_072]
    assert left.name.startswith("half-")


def test_the_folder_must_be_set_and_only_who_sets_up_may(practice_engine: Engine) -> None:
    services = practice_engine.services
    with pytest.raises(BadSetting, match=r"medimage\.photos"):
        services.medimage.rescue.run(practice_engine.operator, "1", CancelToken())
    services.staffing.save_operator(Operator("REC", "Reception"), by="ADM")
    with pytest.raises(NotPermitted):
        services.medimage.rescue.run(services.permitting.operator("REC"), "1", CancelToken())
