"""Files of a OneDrive that file themselves: signed in once, once only, and only what was judged."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from message_centre.domain.auto_imports import Doubt
from message_centre.domain.files import SourceKind
from message_centre.domain.outcomes import Outcome
from message_centre.domain.records import TakenFrom
from message_centre.services.work import CancelToken
from tests.support.engine import A_JPEG, JANE, MARY, Engine
from tests.support.keyrings import use_file_keyring
from tests.support.served_drives import ServedOneDrive, switch_on

JANES = "INTOUCH_P100_D1_20260102_101112.jpg"
MARYS = "INTOUCH_P101_D1_20260102_101113_02.JPG"
TORN = "INTOUCH_P100_D1_20260102_101114.jpg"
NOBODYS = "INTOUCH_P999_D1_20260102_101115.jpg"
PLAIN = "DSC0100.jpg"


@pytest.fixture
def drive(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServedOneDrive]:
    (tmp_path / "certificates").mkdir()
    with closing(ServedOneDrive(tmp_path / "certificates")) as served:
        monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "ring"))
        use_file_keyring(monkeypatch)
        for name, value in served.environment.items():
            monkeypatch.setenv(name, value)
        switch_on(engine.services, SourceKind.ONEDRIVE, served.facts)
        yield served


def run(engine: Engine) -> dict[str, Outcome]:
    auto, told = engine.services.auto_importer, {}
    plans = auto.judge(list(engine.files().values()), "ADM", CancelToken()).plans
    auto.run(
        plans,
        "ADM",
        CancelToken(),
        lambda _progress, plan, result: told.update({plan.file.name: result.outcome}),
    )
    return told


def test_each_goes_to_its_patient_and_leaves_the_drive_and_the_rest_waits(
    engine: Engine, drive: ServedOneDrive
) -> None:
    drive.put(JANES, A_JPEG)
    drive.put(MARYS, A_JPEG + A_JPEG)
    drive.put(TORN, A_JPEG[:-2])
    drive.put(NOBODYS, A_JPEG)
    drive.put(PLAIN, A_JPEG)

    assert run(engine) == {
        JANES: Outcome.SAVED,
        MARYS: Outcome.SAVED,
        TORN: Outcome.REFUSED,
    }
    assert set(drive.contents()) == {TORN, NOBODYS, PLAIN}
    records = {one.original_name: one for one in engine.services.records.everything()}
    assert {name: one.patient_id for name, one in records.items()} == {
        JANES: JANE.id,
        MARYS: MARY.id,
    }
    assert {one.taken_from for one in records.values()} == {TakenFrom.FILE_NAME}
    assert {one.source for one in records.values()} == {"OneDrive /apps/intouch"}
    judged = engine.services.auto_importer.judge(
        list(engine.files().values()), "ADM", CancelToken()
    )
    doubts = {left.file.name: left.doubt for left in judged.left}
    assert doubts == {TORN: Doubt.CONTENT, NOBODYS: Doubt.PATIENT}
    assert run(engine) == {}
    assert engine.problems() == []


def test_a_file_that_comes_again_is_let_go_of_and_not_doubled(
    engine: Engine, drive: ServedOneDrive
) -> None:
    drive.put(JANES, A_JPEG)
    run(engine)
    drive.put(JANES, A_JPEG)

    assert run(engine) == {JANES: Outcome.ALREADY_FILED}

    assert drive.contents() == {}
    drive.put(JANES, A_JPEG + A_JPEG)
    assert run(engine) == {JANES: Outcome.SAVED}
    assert len(list(engine.services.records.everything())) == 2


def test_what_was_replaced_since_it_was_judged_stays(engine: Engine, drive: ServedOneDrive) -> None:
    drive.put(JANES, A_JPEG)
    auto = engine.services.auto_importer
    plans = auto.judge(list(engine.files().values()), "ADM", CancelToken()).plans
    drive.put(JANES, A_JPEG + A_JPEG)

    left = auto.run(plans, "ADM", CancelToken(), lambda *_: None)

    assert [one.doubt for one in left] == [Doubt.NOT_IMPORTED]
    assert drive.contents() == {JANES: A_JPEG + A_JPEG}
    assert list(engine.services.records.everything()) == []
