"""Judges what a race has left: every file on record once, nothing else anywhere, every loser told."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from message_centre.bootstrap import open_record
from message_centre.domain.lifecycle import OPEN_STATES, ImportState
from message_centre.host.session import workstation_of
from message_centre.services.ports import TAKEN_OVER
from message_centre.store.tables import imports
from tests.support.engine import started

_TOLD = re.compile(r"by ADM at \S+|already on this patient")
#: What a person reads who may simply try again.
_TRY_AGAIN = {"DatabaseAway", "DatabaseBusy", "StoreUnreachable"}


@dataclass(frozen=True)
class Answer:
    """What a workstation was told about a file."""

    name: str
    outcome: str
    problem: str
    reason: str

    @property
    def kind(self) -> str:
        """saved, second, fenced, again, or untold."""
        if self.outcome.startswith("saved"):
            return "saved"
        if _TOLD.search(self.reason):
            return "second"
        if self.reason == TAKEN_OVER:
            return "fenced"
        return "again" if self.problem in _TRY_AGAIN else "untold"


@dataclass(frozen=True)
class Verdict:
    """What was found, and whether it is as promised."""

    words: str
    unhappy: tuple[Answer, ...]
    elsewhere: int
    is_good: bool


def read(answers: Path) -> list[Answer]:
    """The answers that a workstation lived to write down."""
    if not answers.exists():
        return []
    lines = answers.read_text().splitlines(keepends=True)
    # The last line of one that was killed may be half.
    return [Answer(*row) for line in lines if line.endswith("\n") for row in json.loads(line)]


def judge(root: Path, answers: list[Answer], files: Mapping[str, str], url: str) -> Verdict:
    """Compare record, stores, source and answers after all have ended."""
    told = Counter(answer.kind for answer in answers)
    saved = Counter(answer.name for answer in answers if answer.kind == "saved")
    still_open, later, elsewhere = _journal(root)
    with started(root, url=url) as engine:
        on_record = Counter(one.sha256 for one in engine.services.records.everything())
        ready = engine.ready()
        findings = Counter(engine.problems())
        entries, broken = engine.services.trail.verify()
    at_source = [path.name for path in (root / "source").rglob("*") if path.is_file()]
    lost = [name for name, sha256 in files.items() if not on_record[sha256] and name not in ready]
    doubled = [name for name, sha256 in files.items() if on_record[sha256] > 1 or saved[name] > 1]
    counts = {
        "not told by whom": told["untold"],
        "lost": len(lost),
        "doubled": len(doubled),
        "left": len(at_source),
        "open": still_open,
        "findings": findings.total(),
    }
    words = (
        f"{len(files)} files: {sum(on_record.values())} saved, {told['second']} came second, "
        f"{told['fenced']} fenced off, {told['again']} to be tried again, {later} settled later, {elsewhere} elsewhere, "
        + ", ".join(f"{count} {what}" for what, count in counts.items())
        + f", trail of {entries} {'intact' if broken is None else f'broken at {broken}'}"
    )
    words += "".join(f"; {count} {problem}" for problem, count in findings.items())
    words += _ends_of_left(root) if at_source else ""
    unhappy = tuple(
        answer for kind in ("untold", "again") for answer in answers if answer.kind == kind
    )
    return Verdict(words, unhappy, elsewhere, not any(counts.values()) and broken is None)


def _ends_of_left(root: Path) -> str:
    """What the record says of originals that stayed, in its own words."""
    database = open_record(root / "home")
    try:
        with database.reading() as connection:
            wanted = select(imports.c.state, imports.c.note, func.count())
            wanted = wanted.where(imports.c.state.not_in((ImportState.DONE, ImportState.ABORTED)))
            found = connection.execute(wanted.group_by(imports.c.state, imports.c.note)).all()
    finally:
        database.close()
    return "".join(f"; {count} {state}: {note}" for state, note, count in found)


def _journal(root: Path) -> tuple[int, int, int]:
    """Imports that still owe something, those that recovery had to settle, and what the skewed did of it."""
    owing = [state for state in OPEN_STATES if state is not ImportState.LEFT]
    skewed = [file.parent for file in root.glob("skewed*/workstation")]
    wanted = (
        imports.c.state.in_(owing),
        imports.c.epoch > 1,
        imports.c.workstation.in_([workstation_of(home) for home in skewed]),
    )
    database = open_record(root / "home")
    try:
        with database.reading() as connection:
            count = select(func.count()).select_from(imports)
            found = [connection.execute(count.where(one)).scalar_one() for one in wanted]
    finally:
        database.close()
    return found[0], found[1], found[2]
