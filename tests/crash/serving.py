"""Which scenarios are run, and the server that one of them needs."""

import os
from contextlib import ExitStack
from dataclasses import dataclass

from tests.crash.stage import SCENARIOS
from tests.crash.worlds import elsewhere
from tests.support.counting import say
from tests.support.postgres import Cluster, binaries, running_cluster


@dataclass(frozen=True)
class Options:
    """How thin, with which fault, on which server."""

    every: int
    fault: str
    server: Cluster | None


def scenarios_to_run(only: str, stack: ExitStack) -> tuple[list[str], Cluster | None]:
    """The names that hold `only`, and a running server if one of them needs it.

    What this computer cannot run is said, never counted.
    """
    names = [name for name in SCENARIOS if only in name]
    if not elsewhere():
        names = _without(names, "elsewhere", "there is one file system only")
    if not binaries():
        names = _without(names, "on_server", "PostgreSQL is not installed")
    if not any(SCENARIOS[name].on_server for name in names):
        return names, None
    server = stack.enter_context(running_cluster())
    os.environ["PGPASSWORD"] = server.password
    return names, server


def _without(names: list[str], kind: str, why: str) -> list[str]:
    left = [name for name in names if getattr(SCENARIOS[name], kind)]
    for name in left:
        say(f"{name}: not run, {why}")
    return [name for name in names if name not in left]
