"""Everything that can go wrong with a virtual drive, and what the person, the log and the file get of it.

    python -m tests.faults.drives                    every fault of every drive, as a table
    python -m tests.faults.drives --only dropbox     those whose drive or name holds this
    python -m tests.faults.drives --quick            without those that wait for somebody who is silent
    python -m tests.faults.drives --fault NAME       with a seeded mistake, which must be caught

Each fault meets a practice of its own with one file on the drive, before listing or before saving. The
source's state or the outcome has to be the one that is expected, in words that hold no name, secret or
traceback, as must every log; it has to be told in time. Nothing may be lost, doubled or misfiled, neither
then nor once the fault is over and the program was started anew. It ends with the counts; the exit code
is 1 if there was a problem.
"""

import argparse
import re
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keyring
from keyring.backends.fail import Keyring

from message_centre.domain.files import FileState, Listing, SourceKind, SourceState
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.services.work import CancelToken
from tests.faults.azure_cases import AZURE
from tests.faults.drive_cases import FIRST, NAME, SECOND, Case, Scene
from tests.faults.drive_rigs import Rig, a_rig
from tests.faults.drive_seeding import SEEDS
from tests.faults.dropbox_cases import DROPBOX
from tests.faults.onedrive_cases import ONEDRIVE
from tests.support.counting import DOUBLED, LOST, MISFILED, WRONG, Problem, Tally, finish, say
from tests.support.engine import JANE, Engine, started
from tests.support.served_drives import switch_on

CASES: Mapping[SourceKind, Sequence[Case[Any]]] = {
    SourceKind.AZURE: AZURE,
    SourceKind.DROPBOX: DROPBOX,
    SourceKind.ONEDRIVE: ONEDRIVE,
}
_LOGS = {
    SourceKind.AZURE: "MailCenter_Azure.log",
    SourceKind.DROPBOX: "MailCenter_Dropbox.log",
    SourceKind.ONEDRIVE: "MailCenter_OneDrive.log",
}
#: Seconds after which a person has to know, whether or not anybody answers.
BOUND = 30.0
_AN_ERROR = re.compile(r"Traceback|Error\b|Exception|HTTP\w*Pool|object at|0x[0-9a-f]{6}|[<>{}]")
_WIDTHS = (30, 46, 44, 22, 6)
_HEADS = ("fault", "what the person saw", "what the drive's log said", "where the file was", "s")


@dataclass
class Row:
    """What became of one fault."""

    case: Case[Any]
    saw: str = ""
    logged: str = ""
    where: str = ""
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)

    def blame(self, sin: str, words: str) -> None:
        """Note what must not be."""
        self.problems.append(Problem(sin, words))

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        return (self.case.name, self.saw, self.logged, self.where, f"{self.seconds:.1f}")


class Trial:
    """One fault in a practice of its own."""

    def __init__(self, rig: Rig, case: Case[Any], root: Path) -> None:
        self._rig = rig
        self._case = case
        self._root = root
        self._row = Row(case)

    def run(self) -> Row:
        """Let it happen, look, mend, look again."""
        self._rig.begin_again()
        self._rig.put(NAME, FIRST)
        with ExitStack() as closing:
            with started(self._root) as desk:
                switch_on(desk.services, self._rig.kind, self._rig.facts)
                self._meet(Scene(self._rig, desk, closing))
                self._where(desk)
            self._read_logs()
            self._rig.mend()
            with started(self._root) as desk:
                switch_on(desk.services, self._rig.kind, self._rig.facts)
                self._judge_mended(desk)
        return self._row

    def _meet(self, scene: Scene[Any]) -> None:
        row, case, desk = self._row, self._case, scene.desk
        order = desk.order(NAME) if case.is_saving else None
        case.inject(scene)
        before, begun = len(self._log()), time.monotonic()
        if order is None:
            ended, words = _of_listing(self._listing(desk))
        else:
            ended, words = _of_saving(desk.services.importer.run(order, CancelToken()))
        row.seconds = time.monotonic() - begun
        row.saw = f"{ended}: {words}" if words else ended
        row.logged = _last(self._log()[before:])
        if ended != case.expect:
            row.blame(WRONG, f"{row.saw}; expected {case.expect}")
        if row.seconds > BOUND:
            row.blame(WRONG, f"told after {row.seconds:.0f} s")
        self._judge_words(ended, words)

    def _listing(self, desk: Engine) -> Listing:
        found = desk.services.lister.refresh(desk.operator, "1", CancelToken())
        (only,) = (one for one in found if one.kind is self._rig.kind)
        return only

    def _judge_words(self, ended: str, words: str) -> None:
        row = self._row
        if self._case.words not in words:
            row.blame(WRONG, f"does not say {self._case.words!r}: {words}")
        if not words and ended not in {SourceState.CONNECTED, Outcome.SAVED}:
            row.blame(WRONG, "says nothing")
        if _AN_ERROR.search(words) or "ZZTEST" in words or self._told_secret(words):
            row.blame(WRONG, f"not for a person: {words}")

    def _told_secret(self, words: str) -> bool:
        return any(secret in words for secret in self._rig.secrets)

    def _where(self, desk: Engine) -> None:
        """Where the file is now, and that it is neither nowhere nor in two places that both show it."""
        row = self._row
        on_drive = list(self._rig.contents().values())
        in_store = [path.read_bytes() for path in desk.stored()]
        copies = on_drive.count(FIRST), in_store.count(FIRST)
        row.where = {
            (1, 0): "on the drive",
            (0, 1): "in the store",
            (1, 1): "in the store, and kept on the drive, hidden",
            (0, 0): "nowhere",
        }.get(copies, f"{copies[0]} x drive, {copies[1]} x store")
        if SECOND in on_drive:
            row.where += "; the other version on the drive"
        if self._case.name.startswith("changed") and SECOND not in on_drive:
            row.blame(LOST, "the version that nobody has seen")
        is_over = self._case.is_lost_by_others or "changed since" in self._case.name
        if copies == (0, 0) and not is_over:
            row.blame(LOST, "the file is nowhere")
        is_kept = row.saw.startswith(Outcome.SAVED_SOURCE_KEPT)
        if copies[1] > 1 or (copies == (1, 1)) != is_kept:
            row.blame(DOUBLED, row.where)
        if (copies[1] == 1) != row.saw.startswith("saved"):
            row.blame(WRONG, f"{row.saw}, but {row.where}")

    def _judge_mended(self, desk: Engine) -> None:
        """Once the fault is over everything that is left can be saved, and is then in one place."""
        row = self._row
        waiting = list(self._rig.contents().values())
        stored = [path.read_bytes() for path in desk.stored()]
        listing = self._listing(desk)
        if listing.state is not SourceState.CONNECTED:
            row.blame(WRONG, f"mended, but {listing.state}: {listing.detail}")
        desk.services.recoverer.run()
        for file in listing.files:
            if file.state is FileState.READY and file.name == NAME:
                result = desk.save(NAME)
                if result.outcome is not Outcome.SAVED:
                    row.blame(WRONG, f"mended, but {_of_saving(result)}")
        self._judge_end(desk, {*waiting, *stored} & {FIRST, SECOND})

    def _judge_end(self, desk: Engine, owed: set[bytes]) -> None:
        row = self._row
        stored = [path.read_bytes() for path in desk.stored()]
        for data in owed:
            if stored.count(data) != 1:
                row.blame(DOUBLED if data in stored else LOST, "after mending")
        if {FIRST, SECOND} & set(self._rig.contents().values()):
            row.blame(DOUBLED, "still on the drive after mending")
        records = [one for one in desk.services.records.everything() if one.sha256]
        if any(one.patient_id != JANE.id for one in records):
            row.blame(MISFILED, "another patient's")
        for problem in desk.problems():
            row.blame(WRONG, f"check: {problem}")

    def _log(self) -> str:
        file = self._root / "home" / "logs" / _LOGS[self._rig.kind]
        return file.read_text() if file.exists() else ""

    def _read_logs(self) -> None:
        """No name, no patient, no secret, no traceback in any log."""
        for file in (self._root / "home").rglob("*.log*"):
            text = file.read_text()
            leaks = [word for word in ("ZZTEST", "1961-03-07", "Traceback") if word in text]
            if leaks or self._told_secret(text):
                self._row.blame(WRONG, f"{file.name} holds {leaks or 'a secret'}")


def _of_listing(listing: Listing) -> tuple[str, str]:
    if listing.state is SourceState.CONNECTED and len(listing.files) == 0:
        return "connected, but empty", ""
    return str(listing.state), listing.detail


def _of_saving(result: ImportResult) -> tuple[str, str]:
    ended = f"{result.outcome} {result.problem}".strip()
    return ended, result.reason


def _last(text: str) -> str:
    """The last line without its time, level and import."""
    lines = text.splitlines()
    return lines[-1].partition("] ")[2] if lines else "(nothing)"


def table(kind: SourceKind, rows: Sequence[Row]) -> Iterator[str]:
    """Aligned text, cells wrapped."""
    yield _LOGS[kind]
    for cells in (_HEADS, *(row.cells for row in rows)):
        wrapped = [
            textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, _WIDTHS, strict=True)
        ]
        for line in range(max(map(len, wrapped))):
            parts = (cell[line] if line < len(cell) else "" for cell in wrapped)
            padded = (part.ljust(width) for part, width in zip(parts, _WIDTHS, strict=True))
            yield " | ".join(padded).rstrip()
        yield "-+-".join("-" * width for width in _WIDTHS)


def play(kind: SourceKind, cases: Sequence[Case[Any]], root: Path, tally: Tally) -> None:
    """Every case of a drive, printed as a table once all are through."""
    rows = []
    with a_rig(kind, root / "drive") as rig:
        rig.keep()
        for number, case in enumerate(cases):
            place = root / str(number)
            place.mkdir(parents=True)
            row = Trial(rig, case, place).run()
            rows.append(row)
            tally.counts["faults"] += 1
            tally.blame(f"{kind}: {case.name}", row.problems)
    for line in table(kind, rows):
        say(line)


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    words = argparse.ArgumentParser(prog="python -m tests.faults.drives")
    words.add_argument("--only", default="", help="faults whose drive or name holds this")
    words.add_argument("--quick", action="store_true", help="leave out those that take long")
    words.add_argument("--fault", default="", choices=["", *SEEDS], help="seed a fault")
    wanted = words.parse_args(given)
    if wanted.fault:
        SEEDS[wanted.fault]()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call] # keyring has no types
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for kind, cases in CASES.items():
            chosen = [
                case
                for case in cases
                if wanted.only in f"{kind}: {case.name}" and not (wanted.quick and case.is_slow)
            ]
            if chosen:
                play(kind, chosen, Path(folder) / kind, tally)
    return finish(tally)


if __name__ == "__main__":
    sys.exit(main())
