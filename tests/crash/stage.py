"""Where scenarios are played: a world of one's own, deeds in forked children, the questions after it."""

import json
import os
import shutil
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import SourceKind
from tests.crash import faults
from tests.crash.drives import (
    DriveWorld,
    reopen_overwritten,
    reopen_unhindered,
    save_hindered,
    world_beside,
    wrong_after_overwriting,
)
from tests.crash.migrating import (
    ServerWorld,
    carry_all,
    opens_or_says,
    wrong_after_carrying,
)
from tests.crash.phones import (
    deliver,
    deliver_again,
    deliver_one,
    photographed,
    post_all,
    post_and_file,
)
from tests.crash.towers import FOLDERS, import_tower, wrong_after_towers
from tests.crash.worlds import (
    BESIDE,
    JANE,
    MARY,
    Deed,
    Places,
    World,
    auto_all,
    bring_again,
    build,
    elsewhere,
    reassign_first,
    reopen,
    save_all,
    save_as_group,
    save_but_one,
    withdraw_before_recovery,
    withdraw_first,
    wrong_at_rest,
    wrong_but_returned,
    wrong_by_name,
)
from tests.support.counting import WRONG, Problem
from tests.support.postgres import Cluster
from tests.support.stepping import Stepper

_LARGE = 32 << 20


@dataclass(frozen=True)
class Scenario:
    """What stands before, what is done until it is disturbed, and what recovers.

    `sampled` looks at every so manieth write only; `times` repeats points whose threads interleave
    otherwise each time.
    """

    name: str
    files: tuple[str, ...]
    deed: Deed
    before: tuple[Deed, ...] = ()
    recover: Deed = reopen
    patients: frozenset[str] = frozenset({JANE.id})
    size: int = 600_000
    sampled: int = 1
    times: int = 1
    on_server: bool = False
    elsewhere: bool = False
    by_phone: bool = False
    drive: SourceKind | None = None
    wrong: Callable[[World, frozenset[str]], list[Problem]] = wrong_at_rest

    @property
    def is_plain(self) -> bool:
        """Whether it may lie in places of the caller's choice, with small files and no server."""
        is_special = self.on_server or self.elsewhere or self.by_phone
        return not is_special and self.size < _LARGE


_THREE = ("one.jpg", "two.png", "three.tif")
_NAMED = ("INTOUCH_P100_D1_20260102_101112.txt", "INTOUCH_P101_D1_20260102_101113.txt")
_SENT_TWICE = (deliver, auto_all, deliver_again)
_SAME_NAME = (deliver_one, auto_all, deliver_one)
SCENARIOS = {
    one.name: one
    for one in (
        Scenario("one picture", ("one.jpg",), save_all),
        Scenario("batch of three", _THREE, save_all),
        Scenario("group of three", _THREE, save_as_group, times=3),
        Scenario("document to Notes", ("letter.pdf",), save_all),
        Scenario("large video", ("film.mp4",), save_all, size=_LARGE, sampled=32),
        Scenario("across file systems", ("one.jpg",), save_all, elsewhere=True),
        Scenario("auto-import", _NAMED, auto_all, wrong=wrong_by_name),
        Scenario(
            "auto-import of what came again",
            _NAMED[:1],
            auto_all,
            (auto_all, bring_again),
            recover=auto_all,
            wrong=wrong_by_name,
        ),
        Scenario(
            "came again, withdrawn meanwhile",
            _NAMED[:1],
            auto_all,
            (auto_all, bring_again),
            recover=withdraw_before_recovery,
            wrong=wrong_but_returned,
        ),
        *(
            Scenario(
                name,
                typed,
                deed,
                before,
                recover=recover,
                by_phone=True,
                wrong=wrong_by_name,
            )
            for name, typed, deed, before, recover in (
                ("MedImage photo", ("100", "101"), auto_all, (deliver,), auto_all),
                ("MedImage photo that came again", ("100",), auto_all, _SENT_TWICE, auto_all),
                ("MedImage photo of a known name", ("100", "100"), auto_all, _SAME_NAME, auto_all),
                ("receiver", ("100", "101", "100"), post_all, (), post_and_file),
            )
        ),
        Scenario(
            "bulk import of a tower",
            FOLDERS,
            import_tower,
            recover=import_tower,
            patients=frozenset({JANE.id, MARY.id}),
            size=60_000,
            wrong=wrong_after_towers,
        ),
        Scenario("withdraw", ("one.jpg",), withdraw_first, (save_all,)),
        Scenario(
            "reassign",
            ("one.jpg",),
            reassign_first,
            (save_all,),
            patients=frozenset({JANE.id, MARY.id}),
        ),
        Scenario(
            "migrate-record",
            _THREE,
            carry_all,
            (save_but_one, withdraw_first),
            recover=carry_all,
            on_server=True,
        ),
    )
}


def _on(kind: SourceKind, size: int) -> tuple[Scenario, ...]:
    one = Scenario(f"{kind}: one picture", ("one.jpg",), save_all, drive=kind, size=size)
    over = replace(
        one,
        name=f"{kind}: overwritten meanwhile",
        recover=reopen_overwritten,
        wrong=wrong_after_overwriting,
    )
    back = replace(one, name=f"{kind}: withdraw", deed=withdraw_first, before=(save_all,))
    return (one, over, back)


def _kept_by(kind: SourceKind) -> Scenario:
    """An original that its drive would not let go, until recovery comes."""
    return Scenario(
        f"{kind}: withdraw what it kept",
        ("one.jpg",),
        withdraw_first,
        (save_hindered,),
        recover=reopen_unhindered,
        size=60_000,
        drive=kind,
    )


DRIVE_SCENARIOS = {
    one.name: one
    for one in (
        *_on(SourceKind.AZURE, 600_000),
        *_on(SourceKind.DROPBOX, 600_000),
        # Its checksum takes the server longer.
        *_on(SourceKind.ONEDRIVE, 60_000),
        Scenario(
            "azure: group of two",
            _THREE[:2],
            save_as_group,
            times=2,
            size=60_000,
            drive=SourceKind.AZURE,
        ),
        _kept_by(SourceKind.DROPBOX),
        _kept_by(SourceKind.ONEDRIVE),
    )
}
EVERY_SCENARIO = SCENARIOS | DRIVE_SCENARIOS


@dataclass(frozen=True)
class Ended:
    """How a child ended: killed, or with a traceback; the steps it took if it came to its end."""

    killed: bool = False
    fell: bool = False
    steps: tuple[str, ...] = ()


@dataclass
class Stage:
    """One scenario in a folder of its own, from where it stands before the deed."""

    scenario: Scenario
    root: Path
    fault: str = ""
    server: Cluster | None = None
    places: Places = BESIDE
    world: World = field(init=False)

    def __post_init__(self) -> None:
        away = elsewhere() if self.scenario.elsewhere else None
        if away:
            self.places = Places(source=away / f"message-centre-{os.getpid()}")
        world = World(self.root / "live", (), self.places)
        world.vanish()
        shutil.rmtree(self.kept, ignore_errors=True)
        if self.scenario.drive:
            world = world_beside(self.scenario.drive, world)
        files = self.scenario.files
        if self.scenario.by_phone:
            world, files = photographed(world, files), ()
        self.world = build(world, files, self.scenario.size)
        for deed in self.scenario.before:
            self.play(deed)
        self.world.keep(self.kept)
        if self.server and self.scenario.on_server:
            self.world = ServerWorld(**vars(self.world), server=self.server)

    def close(self) -> None:
        """Remove the world, and the folder that was made elsewhere."""
        self.world.vanish()
        if isinstance(self.world, DriveWorld):
            self.world.drive.close()
        if self.scenario.elsewhere and self.places.source:
            self.places.source.rmdir()

    @property
    def kept(self) -> Path:
        """The world as it was before the deed."""
        return self.root / "kept"

    def begin_again(self) -> None:
        """As before the deed; the watched folder may be a link by now."""
        if self.world.source.is_symlink():
            self.world.source.unlink()
            self.world.source.mkdir()
        self.world.begin_again(self.kept)

    def clear(self, folder: Path) -> None:
        """Make a folder beside the world anew."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    def deed(self, stepper: Stepper) -> Ended:
        """The deed from the beginning, disturbed by what the stepper strikes."""
        self.begin_again()
        return self.play(self.scenario.deed, stepper)

    def recover(self, stepper: Stepper) -> Ended:
        """Recovery from where the world stands."""
        return self.play(self.scenario.recover, stepper)

    def wrong_at_rest(self) -> list[Problem]:
        """What is wrong after one undisturbed recovery, looked at by a child with the same faults."""
        return self.asked(self._look)

    def _look(self, world: World) -> list[Problem]:
        problems = opens_or_says(world) if isinstance(world, ServerWorld) else []
        if self.scenario.recover is not reopen:  # the question below opens the home anyhow
            self.scenario.recover(world)
        if isinstance(world, ServerWorld):
            problems += wrong_after_carrying(world, self.kept)
        return problems + self.scenario.wrong(world, self.scenario.patients)

    def asked(self, ask: Callable[[World], list[Problem]]) -> list[Problem]:
        """The answer of a child that looks around."""
        told = self.root / "told"
        told.write_text(json.dumps([(WRONG, "recovery failed in words")]))
        if self.play(lambda world: told.write_text(json.dumps(ask(world)))).fell:
            return [Problem(WRONG, "recovery ended with a traceback")]
        return [Problem(sin, words) for sin, words in json.loads(told.read_text())]

    def play(self, deed: Deed, stepper: Stepper | None = None) -> Ended:
        """Do a deed in a child of this process that may die at any step."""
        steps = self.root / "steps"
        steps.write_text("")
        child = os.fork()
        if child == 0:
            faults.seed(self.fault)
            stepper = stepper or Stepper()
            stepper.with_calls = self.scenario.drive is not None
            os._exit(_play(lambda: deed(self.world), stepper, steps))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == -signal.SIGKILL:
            return Ended(killed=True)
        return Ended(fell=code != 0, steps=tuple(steps.read_text().splitlines()))


def _play(deed: Callable[[], object], stepper: Stepper, steps: Path) -> int:
    """The exit code of a child: a failure in words is an answer, a traceback is not."""
    stepper.install()
    try:
        deed()
    except MessageCentreError:
        pass
    except BaseException:  # noqa: BLE001 - the child must not go on as its parent would
        traceback.print_exc()
        return 1
    stepper.is_acting = True
    stepper.ended()
    steps.write_text("\n".join(stepper.names))
    return 0
