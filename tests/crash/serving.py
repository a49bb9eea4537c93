"""Which scenarios are run, and the server that one of them needs."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from message_centre.domain.files import SourceKind
from tests.crash.stage import EVERY_SCENARIO, SCENARIOS, Scenario
from tests.crash.worlds import elsewhere
from tests.support.azurite import is_installed
from tests.support.counting import say
from tests.support.postgres import Cluster, binaries, running_cluster


@dataclass(frozen=True)
class Options:
    """How thin, with which fault, on which server; `apart` thins out the kills of the deed."""

    every: int
    fault: str
    server: Cluster | None
    apart: int = 1


def scenarios_to_run(
    only: str, stack: ExitStack, scenarios: Mapping[str, Scenario] = SCENARIOS
) -> tuple[list[str], Cluster | None]:
    """The name that is `only`, or those that hold it, and a running server if one of them needs it.

    What this computer cannot run is said, never counted.
    """
    names = [only] if only in scenarios else [name for name in scenarios if only in name]
    if not elsewhere():
        names = _without(names, lambda one: one.elsewhere, "there is one file system only")
    if not binaries():
        names = _without(names, lambda one: one.on_server, "PostgreSQL is not installed")
    if not is_installed():
        names = _without(names, lambda one: one.drive is SourceKind.AZURE, "there is no Azurite")
    if not any(EVERY_SCENARIO[name].on_server for name in names):
        return names, None
    server = stack.enter_context(running_cluster())
    os.environ["PGPASSWORD"] = server.password
    return names, server


def _without(names: list[str], needs: Callable[[Scenario], bool], why: str) -> list[str]:
    left = [name for name in names if needs(EVERY_SCENARIO[name])]
    for name in left:
        say(f"{name}: not run, {why}")
    return [name for name in names if name not in left]
