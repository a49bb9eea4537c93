"""A tower's root with a great many synthetic folders, and what has to become of each file."""

import csv
import hashlib
import itertools
import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.support.pictures import a_jpeg

_LONG_AGO = 1_700_000_000
#: Of so many folders one has to be looked at by a person, and one is nobody's.
_THIN_EACH, _NOBODY_EACH = 25, 20
_PARTS = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu")


@dataclass(frozen=True, slots=True)
class Made:
    """One file: its bytes by hash, whose it is, and how its folder has to be judged."""

    way: str
    sha256: str
    owner: str
    verdict: str


def fill_tower(root: Path, folders: int, files: int, size: int) -> tuple[Made, ...]:
    """So many folders as an ultrasound device makes them, so many files in each, no two alike."""
    return tuple(made for number in range(folders) for made in _folder(root, number, (files, size)))


def write_register(place: Path, folders: int) -> None:
    """A patient for each folder, as CSV; names that nobody takes for one another."""
    with place.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(("number", "last_name", "first_names", "birth_date"))
        for number in range(folders):
            born = date(1930, 1, 1) + timedelta(days=number * 29)
            table.writerow((number_of(number), *_names(number), born.isoformat()))


def number_of(folder: int) -> str:
    """The practice's number of the patient of a folder."""
    return str(100_000 + folder * 37)


def _names(number: int) -> tuple[str, str]:
    """A last and a first name, far from those of the neighbours."""
    shuffled = number * 7919 % 1_000_000
    digits = [shuffled // 10**place % 10 for place in range(6)]
    parts = [_PARTS[digit] for digit in digits]
    return "".join(parts).title(), "".join(reversed(parts[2:])).title()


def _folder(root: Path, number: int, of: tuple[int, int]) -> list[Made]:
    files, size = of
    name, verdict = _named(number)
    visit = root / name / f"202601{number % 28 + 1:02}101112"
    visit.mkdir(parents=True, exist_ok=True)
    made = []
    for scan in range(files):
        # The last two belong together: a picture and what the device tells of it.
        stem, kind = (scan - 1, ".xml") if scan == files - 1 and scan else (scan, ".jpg")
        place = visit / f"202601{number % 28 + 1:02}{stem // 60 + 10:02}{stem % 60:02}07{kind}"
        data = _content(f"{number}/{scan}", kind, size)
        place.write_bytes(data)
        os.utime(place, (_LONG_AGO + number, _LONG_AGO + number))
        owner = number_of(number) if verdict == "sure" else ""
        way = place.relative_to(root).as_posix()
        made.append(Made(way, hashlib.sha256(data).hexdigest(), owner, verdict))
    return made


def _named(number: int) -> tuple[str, str]:
    last, first = _names(number)
    if number % _NOBODY_EACH == _NOBODY_EACH - 1:
        return f"TEST_{number}_Phantom" if number % 3 else f"9{number:06}_{first}_{last}", "doubt"
    if number % _THIN_EACH == _THIN_EACH - 2:
        return number_of(number), "thin"
    return f"{number_of(number)}_{first}_{last}", "sure"


_PICTURE = a_jpeg(100)


def _content(seed: str, kind: str, size: int) -> bytes:
    if kind == ".xml":
        return f'<?xml version="1.0"?><scan synthetic="{seed}"/>\n'.encode()
    some = itertools.cycle(seed.encode() + b" ")
    return _PICTURE[:-2] + bytes(itertools.islice(some, size)) + seed.encode() + _PICTURE[-2:]
