"""Backups of a practice whose window is open and saves and withdraws meanwhile, and their way back."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from message_centre.bootstrap import open_home
from message_centre.domain.records import Record, TrailEntry
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken
from tests.support.driver import Driver
from tests.support.engine import JANE, MARY, Engine, started
from tests.support.pictures import a_jpeg
from tests.support.program import Practice
from tests.support.window import opened_window

_BEFORE, _MEANWHILE, _AT_ONCE = 30, 6, 10
_SIZE = 400_000


@dataclass
class BackupsAllTheTime:
    """One `message-centre backup` after another, each a program of its own, until told to stop."""

    practice: Practice
    folder: Path
    files: list[Path] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """While this lasts, backups are made; the last one is finished."""
        enough = threading.Event()
        thread = threading.Thread(target=self._make, args=(enough,))
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join()

    def _make(self, enough: threading.Event) -> None:
        while not enough.is_set():
            file = self.folder / f"{len(self.files)}.backup"
            ended = self.practice.run("backup", str(file))
            self.files.append(file)
            self.said += [ended.err] if ended.code else []


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    on_server = request.param == "postgres"
    return str(request.getfixturevalue("server_url")) if on_server else ""


def test_backups_of_a_practice_at_work_are_each_of_one_moment_and_come_back_whole(
    url: str, tmp_path: Path, qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    del qapp
    with started(tmp_path, url) as engine:
        sent = fill(engine)
    backups = BackupsAllTheTime(Practice(tmp_path / "home", tmp_path), tmp_path)
    with opened_window(tmp_path / "home") as window, backups.going_on():
        work(Driver(window))
    services = open_home(tmp_path / "home")
    whole = list(services.trail.entries())
    on_record = filed(services)
    services.close()

    assert backups.said == []
    assert len(on_record) == len(sent) - 2
    held = [restored(file, sent, whole, fresh_url(request, url)) for file in backups.files]
    # Made at moments in the middle, not only before and after.
    assert len({frozenset(one) for one in held}) >= 3
    assert len(held[0]) < len(on_record)


def fresh_url(request: pytest.FixtureRequest, url: str) -> str:
    if not url:
        return ""
    cluster = request.getfixturevalue("cluster")
    return str(cluster.url(cluster.empty()))


def fill(engine: Engine) -> dict[str, str]:
    """Files on record and files that wait; their hashes by name."""
    before = [f"before {number}.jpg" for number in range(_BEFORE)]
    later = [f"later {number}.jpg" for number in range(_MEANWHILE)]
    many = [f"many {number}.jpg" for number in range(_AT_ONCE)]
    sent = {}
    for number, name in enumerate([*before, *later, *many]):
        data = a_jpeg() + bytes([number]) * _SIZE
        sent[name] = hashlib.sha256(data).hexdigest()
        engine.put(name, data)
    orders = [engine.order(name, MARY) for name in before]
    results = engine.services.importer.run_all(orders, CancelToken(), lambda *_: None)
    assert all(result.is_saved for result in results)
    return sent


def work(person: Driver) -> None:
    """Save one by one, withdraw, save many at once, withdraw: through the window alone."""
    person.until_listed("later 0.jpg")
    for number in range(_MEANWHILE):
        save(person, f"later {number}.jpg")
        if number in {1, 4}:
            withdraw(person)
    many = [f"many {number}.jpg" for number in range(_AT_ONCE)]
    person.tick(*many)
    person.save()
    person.choose(JANE.nhi)
    person.proceed()
    finish(person, *many, year="1961")


def save(person: Driver, name: str) -> None:
    person.select(name)
    person.save()
    person.choose(JANE.nhi)
    finish(person, name)


def finish(person: Driver, *names: str, year: str = "") -> None:
    person.describe("Knee")
    person.file(year=year)
    rows = [person.row_of(name) for name in names]
    person.until(lambda: all(person.cell(row, "Title") for row in rows), "all are saved")


def withdraw(person: Driver) -> None:
    window = person.open_patient(JANE.nhi)
    person.show_first("imagesGrid", 0, window)
    person.click("withdraw", window)
    dialog = person.find(QWidget, "correctDialog")
    person.type("Wrong knee", "reason", dialog)
    person.click("correct", dialog)
    person.until(lambda: not person.all_visible(QWidget, "correctDialog"), "it is withdrawn")
    window.close()


def filed(services: Services) -> dict[str, Record]:
    return {record.id: record for record in services.records.everything()}


def restored(
    file: Path, sent: dict[str, str], whole: list[TrailEntry], url: str
) -> dict[str, Record]:
    """Restore a backup, carry it to `url` if one is given, and look at all of it; its records."""
    practice = Practice(file.with_suffix(".home"), file.parent)
    ended = practice.run("restore", str(file))
    assert ended.code == 0, ended.err
    if url:
        assert practice.run("migrate-record", "--to", url).code == 0
    services = open_home(practice.home, recover=False)
    try:
        found = filed(services)
        assert services.auditor.check(CancelToken()).findings == ()
        assert services.trail.verify()[1] is None
        told = [entry for entry in services.trail.entries() if entry.seq <= len(whole)]
        assert replayed(told) == set(found)
        for record in found.values():
            stored = practice.home / "stores" / "Images" / record.shelf_path
            assert hashlib.sha256(stored.read_bytes()).hexdigest() == sent[record.original_name]
    finally:
        services.close()
    return found


def replayed(trail: list[TrailEntry]) -> set[str]:
    """The records that there have to be after these entries."""
    saved = {entry.record_id for entry in trail if entry.action == "save"}
    return saved - {entry.record_id for entry in trail if entry.action == "withdraw"}
