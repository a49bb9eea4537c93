"""A burst of photos that file themselves while somebody works at the window: all of them, right, and nobody waits.

    python -m tests.bursts.run             200 phone photos of 12 megapixels through a MedImage Server, 60 through the
                                           program's own receiver, 200 inTOUCH files over a folder and three drives
    python -m tests.bursts.run --short     20, 6 and 20 small ones

Prints what was filed, how long the window answered nothing and why, and the day sheet's sums; the exit code is 1 if
a file is lost, doubled, misfiled or otherwise wrong, or a second refresh changed anything.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bursts.desk import PATIENCE, Desk, Place, opened_desk
from tests.bursts.judging import balanced, judged
from tests.bursts.shots import Camera, Shot
from tests.support.counting import DOUBLED, WRONG, Problem, Tally, finish, say
from tests.support.medimage_names import GUID
from tests.support.medimage_phone import Phone
from tests.support.pictures import a_jpeg

_PHONES = 6
_TAKEN = 200
#: After so many files somebody presses F5 again, though the last refresh is still under way.
_IMPATIENCE = 3
#: Twice of what the window's thread may work between two beats: a busy machine makes all work longer.
_MOST_WORK_MS = 100.0
_UNKNOWN_PATIENT = "999"
_OTHER_TYPE = "notes.xyz"
_MEDIMAGE = "MedImage, provider 1"


@dataclass(frozen=True)
class Size:
    """How much is sent."""

    photos: int
    received: int
    named: int
    again: int
    ordinary: int
    width: int
    height: int


FULL = Size(photos=200, received=60, named=200, again=20, ordinary=400, width=4000, height=3000)
SHORT = Size(photos=20, received=6, named=20, again=4, ordinary=40, width=640, height=480)


@dataclass
class Burst:
    """One run at an open desk; `tally` is what it found."""

    desk: Desk
    size: Size
    tally: Tally = field(default_factory=Tally)
    sheet: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.camera = Camera(self.size.width, self.size.height)
        self.shots: list[Shot] = []

    def run(self) -> None:
        """Send everything at once; send some of it again; then look twice, and count."""
        size, camera = self.size, self.camera
        photos = [camera.phone(number) for number in range(size.photos + size.received)]
        named = [camera.intouch(number) for number in range(size.named)]
        self.shots = photos + named
        self.desk.window.pulse()
        with self.desk.receiver() as receiver:
            server = Phone(self.desk.server.url, GUID, PATIENCE)
            posts = [(server, shot) for shot in photos[: size.photos]]
            posts += [(receiver, shot) for shot in photos[size.photos :]]
            self._send(posts, named)
            self.tally.blame("filed", judged(self.desk, self.shots))
            again = [(receiver, shot) for shot in photos[-size.again :]]
            again += [(server, shot) for shot in photos[: size.again]]
            self._send_again(again, named[: size.again])
        self._look_twice()
        self._count()

    def _send(self, posts: list[tuple[Phone, Shot]], named: list[Shot]) -> None:
        """Post and put everything while F5 is pressed again and again, until all of it is on record."""
        begun = time.monotonic()
        refused = self._all_at_once(posts, named)
        sent = time.monotonic() - begun
        presses = 1 + self.desk.refresh_until(lambda: self.desk.filed() >= len(self.shots))
        took = time.monotonic() - begun
        self._expect(_MEDIMAGE, "filed", len(posts))
        for number in range(len(named)):
            self._expect(self._place(number).name, "filed", 1)
        self.tally.blame("phones", [Problem(WRONG, "a photo was refused")] * refused)
        self.tally.counts["phone photos"] += len(posts)
        self.tally.counts["inTOUCH files"] += len(named)
        say(
            f"{self.size.photos} photos of {self.camera.megapixels:.1f} MP through a MedImage Server,"
            f" {self.size.received} through our receiver and {len(named)} inTOUCH files sent in"
            f" {sent:.1f} s, {self.desk.filed()} of {len(self.shots)} on record after {took:.1f} s"
            f" and {presses} presses of F5"
        )
        self._tell_pulse("the burst")

    def _send_again(self, posts: list[tuple[Phone, Shot]], named: list[Shot]) -> None:
        """A phone that heard no answer sends its photo again; an app syncs what it has synced before."""
        records = self._state()[0]
        self._all_at_once(posts, named)
        sent = {shot.sha256 for _, shot in posts} | {shot.sha256 for shot in named}
        names = {shot.name for shot in named}
        self.desk.refresh_until(lambda: not self.desk.has(sent, names))
        if self.desk.has(sent, names):
            self.tally.blame("sent again", [Problem(WRONG, "it still lies at its source")])
        if self._state()[0] != records:
            self.tally.blame("sent again", [Problem(DOUBLED, "there are other records now")])
        self._expect(_MEDIMAGE, "ignored", len(posts))
        for number in range(len(named)):
            self._expect(self._place(number).name, "ignored", 1)
        self.tally.counts["files sent again"] += len(sent)
        self._tell_pulse("what was sent again")

    def _all_at_once(self, posts: list[tuple[Phone, Shot]], named: list[Shot]) -> int:
        """Many phones at once, and the folder and the drives in turn; how many photos were refused."""
        with ThreadPoolExecutor(_PHONES) as pool:
            answers = [pool.submit(_post, phone, shot) for phone, shot in posts]
            for number, shot in enumerate(named):
                self._place(number).put(shot.name, shot.content)
                if number % _IMPATIENCE == 0:
                    self.desk.window.press()
            self.desk.window.refresh()
            refused = sum(answer.result() != _TAKEN for answer in answers)
        self.desk.server.settle()
        return refused

    def _place(self, number: int) -> Place:
        """Where the inTOUCH file of this number is put, the same each time."""
        places: tuple[Place, ...] = (self.desk, *self.desk.drives())
        return places[number % len(places)]

    def _look_twice(self) -> None:
        """A second refresh changes neither record nor trail."""
        before = self._state()
        self.desk.window.refresh()
        self.desk.window.refresh()
        if self._state() != before:
            self.tally.blame("second refresh", [Problem(WRONG, "something changed")])
        self.tally.counts["refreshes that changed nothing"] += 2
        self._tell_pulse("refreshes with nothing to do")

    def _state(self) -> tuple[list[str], int]:
        services = self.desk.services
        ids = sorted(one.id for one in services.records.everything())
        return ids, sum(1 for _ in services.trail.entries())

    def _count(self) -> None:
        """The day sheet by the command line, and the whole record against the store."""
        self._expect(self.desk.name, "waiting", self.size.ordinary)
        self._expect(self.desk.name, "held", 1)
        self._expect(self.desk.name, "ignored", 1)
        sheet = [line for line in self.desk.run("day-sheet") if "seen" in line]
        self.tally.blame("day sheet", balanced(sheet, self.sheet))
        for line in sheet:
            parts = " + ".join(f"{line[word]} {word}" for word in _PARTS)
            name = line["source"].rpartition("/")[2] if line["source"] == self.desk.name else ""
            say(f"day sheet, {name or line['source']}: {line['seen']} seen = {parts}")
        checked = self.desk.run("check")[-1]
        if checked["problems"]:
            self.tally.blame("check", [Problem(WRONG, f"{checked['problems']} problems")])
        self.tally.counts["records checked"] += checked["records"]

    def _expect(self, source: str, fate: str, count: int) -> None:
        self.sheet.setdefault(source, Counter())[fate] += count

    def _tell_pulse(self, what: str) -> None:
        told = self.desk.window.pulse()
        say(
            f"{what}: longest GUI block {_gap(told['longest'])}; most own work in one {_gap(told['most_work'])};"
            f" {told['over_50']} blocks over 50 ms, {told['work_over_50']} of them own work"
        )
        if told["most_work"]["own_work"] > _MOST_WORK_MS:
            words = f"the window's thread worked {told['most_work']['own_work']:.0f} ms at one go"
            self.tally.blame(what, [Problem(WRONG, words)])
        for gap in _different(told["longest"], told["most_work"]):
            for place in gap["where"]:
                say(f"    {gap['wall']:.0f} ms: {place}")


_PARTS = ("filed", "waiting", "held", "ignored")


def _different(longest: dict[str, Any], most_work: dict[str, Any]) -> list[dict[str, Any]]:
    return [longest] if longest == most_work else [longest, most_work]


def _gap(gap: dict[str, Any]) -> str:
    rest = max(gap["wall"] - gap["own_work"] - gap["queued"], 0)
    return (
        f"{gap['wall']:.0f} ms ({gap['own_work']:.0f} own work, {gap['queued']:.0f} waiting for a processor,"
        f" {rest:.0f} else)"
    )


def _post(phone: Phone, shot: Shot) -> int:
    return phone.send(f"{shot.patient} {shot.title}", shot.content, shot.phone_time)


def _ordinary(count: int) -> dict[str, bytes]:
    """What waits for a person, and stays: device names, one unknown patient, one other type."""
    dice = random.Random(7)  # noqa: S311 - made-up names
    names = [f"{dice.choice(('DSC', 'SCN', 'IMG_'))}{number:04}.jpg" for number in range(count)]
    names += [f"INTOUCH_P{_UNKNOWN_PATIENT}_D1_20260821_070000.jpg", _OTHER_TYPE]
    return {name: a_jpeg(64 + number, 48) for number, name in enumerate(names)}


def main() -> int:
    """Run what the command line asks for."""
    words = argparse.ArgumentParser(prog="python -m tests.bursts.run")
    words.add_argument("--short", action="store_true", help="few and small files")
    size = SHORT if words.parse_args().short else FULL
    say(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(prefix="message-centre-bursts-") as folder:
        ordinary = _ordinary(size.ordinary)
        with opened_desk(Path(folder), ordinary) as desk:
            burst = Burst(desk, size)
            burst.run()
            if desk.window.end():
                burst.tally.blame("end", [Problem(WRONG, "the window did not end well")])
    say(f"load {os.getloadavg()[0]:.1f}")
    return finish(burst.tally)


if __name__ == "__main__":
    sys.exit(main())
