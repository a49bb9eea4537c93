"""What recovery does with what a dead run left; that it may be killed itself is proven in tests/crash."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from message_centre.bootstrap import open_home
from message_centre.domain.errors import BeingFiled
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.records import Record
from message_centre.domain.shelving import shelf_path
from message_centre.host.clock import SystemClock
from message_centre.services.ports import Claim, Filing, OpenImport
from message_centre.store.journal import SqlJournal
from tests.support.engine import A_JPEG, JANE, Engine, started

JOB = "0123456789abcdef0123456789abcdef"
SHA256 = hashlib.sha256(A_JPEG).hexdigest()


class DeadRun:
    """Does the first steps of an import as a run of this workstation that is dead now."""

    def __init__(self, engine: Engine, name: str = "a.jpg") -> None:
        self.engine = engine
        self.order = engine.order(name)
        self.database = engine.database()
        workstation = next(engine.services.trail.entries()).workstation
        self.journal = SqlJournal(
            self.database, SystemClock(), workstation=workstation, session="dead"
        )
        self.shelf = shelf_path("1", JOB, ".jpg")
        self.store = engine.home / "stores" / "Images"

    def claim(self) -> OpenImport:
        [claimed] = self.journal.claim([Claim(self.order, JOB, self.shelf)])
        assert isinstance(claimed, OpenImport)
        return claimed

    def stage(self, data: bytes = A_JPEG) -> Path:
        part = self.store / ".staging" / f"{JOB}.part"
        part.write_bytes(data)
        return part

    def shelve(self, data: bytes = A_JPEG) -> Path:
        path = self.store / self.shelf
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def commit(self) -> None:
        claimed = self.claim()
        refused = self.journal.file([Filing(claimed, a_record(self.engine, claimed))])
        assert refused == (None,)

    def end(self) -> None:
        self.database.close()


@pytest.fixture
def dead(engine: Engine) -> DeadRun:
    engine.put("a.jpg")
    engine.put("b.jpg", b"another")
    engine.save("b.jpg")  # so that the trail knows the workstation
    return DeadRun(engine)


def recover(engine: Engine) -> list[str]:
    return [settled.outcome for settled in engine.services.recoverer.run()]


def test_a_mere_claim_is_undone_and_the_file_can_be_saved(engine: Engine, dead: DeadRun) -> None:
    dead.claim()
    dead.stage(A_JPEG[:1000])
    dead.shelve()
    dead.end()

    assert recover(engine) == ["undone"]

    assert len(engine.stored()) == 1  # b.jpg alone
    assert engine.save("a.jpg").is_saved
    assert recover(engine) == []


def test_the_last_copy_is_set_aside_never_removed(engine: Engine, dead: DeadRun) -> None:
    dead.claim()
    dead.shelve()
    dead.end()
    (engine.source / "a.jpg").unlink()

    [told] = recover(engine)

    assert "lost+found" in told
    aside = engine.home / "stores" / "Images" / "lost+found" / f"{JOB}.jpg"
    assert aside.read_bytes() == A_JPEG


def test_a_last_copy_that_stands_under_two_names_is_set_aside_once(
    engine: Engine, dead: DeadRun
) -> None:
    dead.claim()
    shelved = dead.shelve()
    part = engine.home / "stores" / "Images" / ".staging" / f"{JOB}.part"
    part.hardlink_to(shelved)
    dead.end()
    (engine.source / "a.jpg").unlink()

    recover(engine)

    assert [path.parent.name for path in engine.stored() if path.stem == JOB] == ["lost+found"]
    assert not part.exists()


def test_a_claim_whose_folder_is_away_waits(engine: Engine, dead: DeadRun) -> None:
    dead.claim()
    shelved = dead.shelve()
    dead.end()
    engine.source.rename(engine.source.with_name("away"))

    assert recover(engine)[0].startswith("waiting")
    assert shelved.exists()

    engine.source.with_name("away").rename(engine.source)
    assert recover(engine) == ["undone"]


def test_a_committed_import_is_finished(engine: Engine, dead: DeadRun) -> None:
    dead.shelve()
    dead.commit()
    dead.end()

    assert recover(engine) == ["finished"]

    assert os.listdir(engine.source) == []
    assert engine.problems() == []


def test_a_file_that_was_never_published_is_published_from_staging(
    engine: Engine, dead: DeadRun
) -> None:
    dead.stage()
    dead.commit()
    dead.end()

    assert recover(engine) == ["finished"]
    assert engine.problems() == []
    assert os.listdir(engine.source) == []


@pytest.mark.parametrize("data", [b"", b"damaged", None], ids=["empty", "damaged", "missing"])
def test_a_bad_stored_file_is_copied_again_while_the_source_has_it(
    engine: Engine, dead: DeadRun, data: bytes | None
) -> None:
    if data is not None:
        dead.shelve(data)
    dead.commit()
    dead.end()

    assert recover(engine) == ["finished"]

    assert (dead.store / dead.shelf).read_bytes() == A_JPEG
    assert os.listdir(engine.source) == []
    assert set(engine.problems()) <= {"lost-and-found"}


def test_a_bad_stored_file_without_another_copy_calls_for_attention(
    engine: Engine, dead: DeadRun
) -> None:
    shelved = dead.shelve(b"damaged")
    dead.commit()
    dead.end()
    engine.put("a.jpg", b"the next patient's")

    [told] = recover(engine)

    assert told.startswith("attention")
    assert shelved.read_bytes() == b"damaged"
    assert (engine.source / "a.jpg").read_bytes() == b"the next patient's"
    assert "wrong-size" in engine.problems() or "wrong-bytes" in engine.problems()


def test_another_run_that_is_alive_is_left_alone(engine: Engine) -> None:
    engine.put("a.jpg")
    other = open_home(engine.home)
    try:
        database = engine.database()
        journal = SqlJournal(
            database,
            SystemClock(),
            workstation=_workstation(engine),
            session=_sessions(engine)[-1],
        )
        for session in _sessions(engine):
            journal._session = session
        journal.claim([Claim(engine.order("a.jpg"), JOB, shelf_path("1", JOB, ".jpg"))])
        assert recover(engine) == []
        found = journal.read(JOB)
        database.close()
        assert found is not None
        assert found.state is ImportState.CLAIMED
    finally:
        other.close()


def _sessions(engine: Engine) -> list[str]:
    return [path.name for path in (engine.home / "sessions").iterdir()]


def _workstation(engine: Engine) -> str:
    return next(engine.services.trail.entries()).workstation


def test_another_workstations_open_import_is_not_touched(engine: Engine) -> None:
    engine.put("a.jpg")
    database = engine.database()
    journal = SqlJournal(database, SystemClock(), workstation="elsewhere", session="dead")
    journal.claim([Claim(engine.order("a.jpg"), JOB, shelf_path("1", JOB, ".jpg"))])
    database.close()

    assert recover(engine) == []


def test_recovery_runs_at_every_start(tmp_path: Path) -> None:
    with started(tmp_path) as engine:
        engine.put("a.jpg")
        dead = DeadRun(engine)
        dead.shelve()
        dead.commit()
        dead.end()

    with started(tmp_path) as engine:
        assert os.listdir(engine.source) == []
        assert engine.problems() == []


def test_a_silent_workstations_import_is_settled_elsewhere_once_its_lease_is_over(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.put("a.jpg")
    database = engine.database()
    journal = SqlJournal(database, SystemClock(), workstation="elsewhere", session="unknown")
    monkeypatch.setattr("message_centre.store.journal.LEASE", timedelta(seconds=-1))
    [claimed] = journal.claim([Claim(engine.order("a.jpg"), JOB, shelf_path("1", JOB, ".jpg"))])
    assert isinstance(claimed, OpenImport)

    assert recover(engine) == ["undone"]

    late = journal.file([Filing(claimed, a_record(engine, claimed))])
    database.close()
    assert isinstance(late[0], BeingFiled)
    assert engine.save("a.jpg").is_saved


def test_what_cannot_be_reached_from_here_is_left_to_its_own_workstation(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.put("a.jpg")
    database = engine.database()
    journal = SqlJournal(database, SystemClock(), workstation="elsewhere", session="unknown")
    monkeypatch.setattr("message_centre.store.journal.LEASE", timedelta(seconds=-1))
    journal.claim([Claim(engine.order("a.jpg"), JOB, shelf_path("1", JOB, ".jpg"))])
    engine.source.rename(engine.source.with_name("away"))

    [told] = recover(engine)

    found = journal.read(JOB)
    database.close()
    assert told.startswith("waiting")
    assert found is not None
    assert found.workstation == "elsewhere"


@pytest.mark.parametrize(("lease", "found"), [(600, []), (-1, ["open-import"])])
def test_the_check_believes_another_workstations_open_import_for_its_lease(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, lease: int, found: list[str]
) -> None:
    engine.put("a.jpg")
    database = engine.database()
    journal = SqlJournal(database, SystemClock(), workstation="elsewhere", session="unknown")
    monkeypatch.setattr("message_centre.store.journal.LEASE", timedelta(seconds=lease))
    journal.claim([Claim(engine.order("a.jpg"), JOB, shelf_path("1", JOB, ".jpg"))])
    database.close()

    assert engine.problems() == found


def a_record(engine: Engine, claimed: OpenImport) -> Record:
    return Record(
        id=claimed.import_id,
        patient_id=JANE.id,
        provider="1",
        operator="ADM",
        destination=claimed.destination,
        title="",
        comment="",
        taken_at=None,
        taken_from=None,
        filed_at=SystemClock().now(),
        original_name="a.jpg",
        source=str(engine.source),
        size=len(A_JPEG),
        sha256=SHA256,
        shelf_path=claimed.shelf_path,
    )
