"""The integrity suite: bits flip in the stores, the trail is manipulated; `check` finds all of it.

    python -m tests.integrity.run                 1000 flipped bits, every manipulation
    python -m tests.integrity.run --flips 8       the short form

Bits flip in stored files, one at a time, and in files on their way through staging, at every step
of an import; what flips there must fail the import, or be found by the check. The trail is
changed as somebody would who can write the whole record: every guard lifted, the chain made anew
where it helps. It ends with the counts; the exit code is 1 if something was not found, or if the
check complains of what is sound.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from message_centre.domain.outcomes import Finding
from message_centre.services.work import CancelToken
from tests.crash.stage import SCENARIOS, Stage
from tests.integrity import flipping, seeding
from tests.integrity.manipulating import MANIPULATIONS
from tests.support.counting import WRONG, Problem, Tally, finish, roomy, say
from tests.support.engine import JANE, Engine, started

_FILES = {"a.jpg": 40_000, "b.png": 7, "c.tif": 260_000, "d.pdf": 1_000, "e.jpg": 3_000}


def fill(root: Path) -> None:
    """A practice with files on record in both stores."""
    root.mkdir()
    with started(root) as engine:
        for name, size in _FILES.items():
            engine.put(name, (name * size)[:size].encode())
            if not engine.save(name, JANE).is_saved:
                raise RuntimeError("the practice could not be made")
        findings(engine)


def findings(engine: Engine) -> tuple[Finding, ...]:
    """What the check finds."""
    return engine.services.auditor.check(CancelToken()).findings


def flip_stored(root: Path, flips: int, dice: random.Random) -> Tally:
    """One bit at a time: found in the right file, and nothing once it is as it was."""
    tally = Tally()
    tally.counts.update({"bits flipped in the stores": 0, "found": 0})
    with started(root) as engine:
        files = engine.stored()
        for _ in range(flips):
            path = dice.choice(files)
            at, bit = dice.randrange(path.stat().st_size), dice.randrange(8)
            flipping.flip(path, at, bit)
            found = [(one.problem, one.path) for one in findings(engine)]
            flipping.flip(path, at, bit)
            tally.counts["bits flipped in the stores"] += 1
            if found == [("wrong-bytes", str(path))]:
                tally.counts["found"] += 1
            else:
                tally.blame("stores", [Problem(WRONG, f"bit {bit} of byte {at}: {len(found)}")])
        if findings(engine):
            tally.blame("stores", [Problem(WRONG, "the check complains of what is sound")])
    return tally


def flip_staged(root: Path, every: int) -> Tally:
    """A bit flips before each step of an import."""
    tally = Tally()
    stage = Stage(SCENARIOS["one picture"], root)
    for number in range(1, len(stage.deed(flipping.Watcher(stage.world)).steps) + 1, every):
        flipping.flip_during(stage, number, tally)
    return tally


def manipulate(root: Path) -> Tally:
    """Every manipulation, each on the trail as it was."""
    tally, live, kept = Tally(), root / "live", root / "kept"
    fill(live)
    shutil.copytree(live / "home", kept)
    for name, statements in MANIPULATIONS.items():
        shutil.rmtree(live / "home")
        shutil.copytree(kept, live / "home")
        with started(live) as engine:
            engine.lift_guard("trail")
            engine.lift_guard("ledger")
            statements(engine)
            found = {one.problem for one in findings(engine)}
            tally.counts["manipulations of the trail"] += 1
            if found & {"broken-trail", "changed-row"}:
                tally.counts["found"] += 1
            else:
                tally.blame("trail", [Problem(WRONG, f"{name}: not found")])
    return tally


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    words = argparse.ArgumentParser(prog="python -m tests.integrity.run")
    words.add_argument("--flips", type=int, default=1000, help="bits to flip in the stores")
    words.add_argument("--every", type=int, default=1, help="flip in staging at every N-th step")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--fault", default="", choices=["", *seeding.FAULTS], help="seed a fault")
    wanted = words.parse_args(given)
    if wanted.fault:
        seeding.FAULTS[wanted.fault]()
    total = Tally()
    with tempfile.TemporaryDirectory(dir=roomy()) as folder:
        root = Path(folder)
        fill(root / "stores")
        dice = random.Random(wanted.seed)  # noqa: S311 - places, not secrets
        (root / "staging").mkdir()
        (root / "trail").mkdir()
        for name, tally in (
            ("stores", flip_stored(root / "stores", wanted.flips, dice)),
            ("staging", flip_staged(root / "staging", wanted.every)),
            ("trail", manipulate(root / "trail")),
        ):
            say(tally.line(name))
            total.add(tally)
    return finish(total)


if __name__ == "__main__":
    sys.exit(main())
