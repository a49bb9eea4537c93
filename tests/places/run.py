"""The places suite: source and stores on real file systems and shares, killed and refused there.

    python -m tests.places.run                every pair of places; root, since it mounts small images
    python -m tests.places.run --every 6      every sixth kill
    python -m tests.places.run --source DIR --stores DIR
                                              two folders of your own, say on your share; no root

Everything is mounted in a room of its own, which goes with this program however it ends. The
crash suite's scenarios are killed and judged on each pair, and then every place refuses for a while: it is
read-only, and full. One line a pair, then the counts; the exit code is 1 if there was a problem. A
place that cannot be mounted here is named with what is missing.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from message_centre.sources import folder_release
from tests.crash import faults
from tests.crash.run import CrashSuite
from tests.crash.stage import SCENARIOS, Stage
from tests.crash.worlds import Places
from tests.places.troubles import TROUBLES, refused, scenario_of
from tests.support import sandbox
from tests.support.counting import Shard, Tally, finish, say
from tests.support.mounts import KINDS, CannotMountError, mounted, unmount

#: Source and stores. Every place is a source once and holds the stores once, most beside another.
PAIRS = (
    ("ext4", "xfs"),
    ("xfs", "btrfs"),
    ("btrfs", "ext4"),
    ("btrfs", "btrfs"),
    ("exfat", "ntfs"),
    ("ntfs", "exfat"),
    ("exfat", "exfat"),
    ("tmpfs", "ntfs"),
    ("ext4", "tmpfs"),
    ("smb", "ext4"),
    ("ext4", "smb"),
    ("smb", "smb"),
)
_ALL = Shard(0, 1)
#: What kernels and Debian offer no means for in user space is not tried here.
NOT_TRIED = "nfs: not tried, since it needs an NFS client in the kernel; use --source and --stores"


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    wanted = _parsed(given)
    # A share cannot tell who writes to an original; it would lie aside for ten minutes.
    folder_release.GRACE_SECONDS = -1.0
    if wanted.source:
        with tempfile.TemporaryDirectory() as root:
            own = Places(wanted.source, wanted.stores)
            return finish(_killed("your folders", Path(root), own, wanted))
    folder = sandbox.inside()
    if folder is None:
        if reason := sandbox.why_not():
            say(f"No place can be mounted: {reason}. Folders of your own: --source, --stores")
            return 2
        return sandbox.run_inside("tests.places.run", sys.argv[1:] if given is None else given)
    return finish(_everywhere(folder, wanted))


def _parsed(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.places.run")
    parser.add_argument("--every", type=int, default=1, help="kill at every N-th step only")
    parser.add_argument("--only", default="", help="pairs and troubles whose name holds this")
    parser.add_argument("--scenario", default="", help="scenarios whose name holds this")
    parser.add_argument("--fault", default="", choices=["", *faults.FAULTS], help="seed a fault")
    parser.add_argument("--source", type=Path, help="a folder of your own to save from")
    parser.add_argument("--stores", type=Path, help="a folder of your own to hold the stores")
    wanted = parser.parse_args(given)
    if (wanted.source is None) != (wanted.stores is None):
        parser.error("--source and --stores go together")
    return wanted


def _everywhere(folder: Path, wanted: argparse.Namespace) -> Tally:
    """Every pair that can be mounted, then every place that refuses."""
    total, places = Tally(), dict(_mounted(folder))
    try:
        _in_all(folder, places, wanted, total)
    finally:
        for kind in places:
            unmount(folder / kind)
    return total


def _in_all(
    folder: Path, places: Mapping[str, Path], wanted: argparse.Namespace, total: Tally
) -> None:
    for source, stores in PAIRS:
        name = f"{source} to {stores}"
        if wanted.only in name and source in places and stores in places:
            own = Places(_room(places[source], name), _room(places[stores], name))
            total.add(_killed(name, folder / "pairs" / name, own, wanted))
    for kind, place in places.items():
        if wanted.only in f"{kind} refuses":
            total.add(_refused(kind, place, folder, places, wanted))


def _mounted(folder: Path) -> Iterator[tuple[str, Path]]:
    for kind in KINDS:
        try:
            yield kind.name, mounted(kind, folder)
        except CannotMountError as error:
            say(f"{kind.name}: not mounted: {error}")
    say(NOT_TRIED)


def _room(place: Path, name: str) -> Path:
    made = place / name.replace(" ", "-")
    made.mkdir(exist_ok=True)
    return made


def _killed(name: str, root: Path, places: Places, wanted: argparse.Namespace) -> Tally:
    tally = Tally()
    root.mkdir(parents=True, exist_ok=True)
    for scenario in SCENARIOS.values():
        if scenario.is_plain and wanted.scenario in scenario.name:
            with closing(Stage(scenario, root, fault=wanted.fault, places=places)) as stage:
                CrashSuite(stage, wanted.every, tally, wanted.every).run(_ALL)
    return _told(name, tally)


def _refused(
    kind: str, place: Path, folder: Path, places: Mapping[str, Path], wanted: argparse.Namespace
) -> Tally:
    """This place under the source, then under the stores; the other one is an ordinary disk."""
    tally, other = Tally(), places.get("ext4", folder)
    for number, trouble in enumerate(TROUBLES):
        name = f"refused-{kind}-{number}"
        own, ordinary = _room(place, name), _room(other, f"{name}-other")
        is_source = trouble.name.endswith("source")
        where = Places(own, ordinary) if is_source else Places(ordinary, own)
        root = folder / "refused" / name
        root.mkdir(parents=True)
        with closing(Stage(scenario_of(trouble), root, fault=wanted.fault, places=where)) as stage:
            tally.add(refused(stage, trouble))
    return _told(f"{kind} refuses", tally)


def _told(name: str, tally: Tally) -> Tally:
    say(tally.line(name))
    return tally


if __name__ == "__main__":
    sys.exit(main())
