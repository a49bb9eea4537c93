"""One workstation of a race, a process of its own: saves what waits, or lets it file itself, until nothing does.

Started by `tests.races.run`. Its answers go to a file, a line a batch, so that they outlive a kill.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from message_centre import bootstrap
from message_centre.bootstrap import ground
from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.auto_imports import Plan
from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import FileState, SourceFile
from message_centre.domain.outcomes import ImportResult
from message_centre.host.clock import SystemClock
from message_centre.services.bundle import Services
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from message_centre.store import journal
from tests.support.engine import JANE

_Answer = TypeVar("_Answer")
#: Few go one by one, many in groups that share their commits.
_BATCHES = (5, 40, 100)
_QUIET_LOOKS = 3
_RECOVERIES = 20
_BETWEEN_SECONDS = 0.1
_PATIENCE_SECONDS = 120.0


class SkewedClock(SystemClock):
    """A workstation whose clock is wrong by so much."""

    def __init__(self, skew: timedelta) -> None:
        self._skew = skew

    def now(self) -> datetime:
        """What its corner of the screen shows."""
        return super().now() + self._skew


def save_all(services: Services, chance: random.Random, answers: Path) -> None:
    """Save everything in an order of one's own, in batches, until nothing is left."""
    for orders in _looks(partial(_orders, services)):
        chance.shuffle(orders)
        while orders:
            size = chance.choice(_BATCHES)
            results = services.importer.run_all(
                orders[:size], CancelToken(), lambda index, result: None
            )
            del orders[:size]
            _tell(results, answers)


def file_all(services: Services, answers: Path) -> None:
    """Let everything file itself, as each refresh of the window does, until nothing is left."""
    for plans in _looks(partial(_plans, services)):
        services.auto_importer.run(
            plans, "ADM", CancelToken(), lambda _progress, _plan, one: _tell([one], answers)
        )


def _tell(results: Sequence[ImportResult], answers: Path) -> None:
    told = [(one.name, one.outcome.value, one.problem, one.reason) for one in results]
    with answers.open("a") as out:
        out.write(json.dumps(told) + "\n")


def recover_all(services: Services) -> None:
    """Settle whatever may be settled, again and again, while others work."""
    for _ in _looks(partial(_orders, services)):
        for _ in range(_RECOVERIES):
            with suppress(MessageCentreError):
                services.recoverer.run()


def _looks(look: Callable[[], list[_Answer]]) -> Iterator[list[_Answer]]:
    """What waits, look after look, until nothing does or nothing has changed for long."""
    quiet, seen, since = 0, -1, time.monotonic()
    while quiet < _QUIET_LOOKS and time.monotonic() - since < _PATIENCE_SECONDS:
        orders = _persistent(look)
        if len(orders) != seen:
            seen, since = len(orders), time.monotonic()
        quiet = 0 if orders else quiet + 1
        yield orders
        time.sleep(_BETWEEN_SECONDS)


def _orders(services: Services) -> list[ImportOrder]:
    given = Assignment(JANE.id, "1", "ADM")
    return [ImportOrder(new_id(), file, given) for file in _ready(services)]


def _plans(services: Services) -> list[Plan]:
    return list(services.auto_importer.judge(_ready(services), "ADM", CancelToken()).plans)


def _ready(services: Services) -> list[SourceFile]:
    operator = services.permitting.operator("ADM")
    listings = services.lister.refresh(operator, "1", CancelToken())
    files = [file for listing in listings for file in listing.files]
    return [file for file in files if file.state is FileState.READY]


def _persistent(call: Callable[[], _Answer]) -> _Answer:
    """Ask again while the record's server is away, as a person would."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return call()
        except MessageCentreError:
            if time.monotonic() > until:
                raise
            time.sleep(_BETWEEN_SECONDS)


@contextmanager
def _opened(home: Path) -> Iterator[Services]:
    services = _persistent(partial(bootstrap.open_home, home))
    try:
        yield services
        # What this run had to leave open while the server was away.
        _persistent(services.recoverer.run)
    finally:
        services.close()


def main() -> int:
    """Race, with what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.races.racer")
    parser.add_argument("home", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("--only-recover", action="store_true")
    parser.add_argument("--auto", action="store_true")
    parser.add_argument("--skew-hours", type=float, default=0.0)
    parser.add_argument("--lease-seconds", type=float, default=0.0)
    wanted = parser.parse_args()
    if wanted.lease_seconds:
        journal.LEASE = timedelta(seconds=wanted.lease_seconds)
    skew = timedelta(hours=wanted.skew_hours)
    vars(ground)["SystemClock"] = partial(SkewedClock, skew)
    with _opened(wanted.home) as services:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()  # all start together
        if wanted.only_recover:
            recover_all(services)
        elif wanted.auto:
            file_all(services, wanted.answers)
        else:
            save_all(services, random.Random(wanted.seed), wanted.answers)  # noqa: S311 - an order, not a secret
    return 0


if __name__ == "__main__":
    sys.exit(main())
