"""A tower's root for the demo: folders as an ultrasound device makes them, some of them in doubt."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from message_centre.demo.pictures import encoded, picture
from message_centre.demo.video import video

TOWER = "Tower"
_SEED = 500_000
_SCANS = 3
#: So many people of the register have names that are easily mixed up, so many more get a folder.
_ALIKE, _FOLDERS = 20, 8
_LOG = '<?xml version="1.0"?><scan probe="synthetic" depth="12 cm" at="{}" number="{}"/>\n'

Row = Mapping[str, str]


def make_tower(folder: Path, patients: Sequence[Row], now: datetime) -> Path:
    """Make the root with a folder for a few of these patients; one that is there is left as it is."""
    root = folder / TOWER
    if root.exists():
        return root
    making = folder / f".{TOWER}.making"
    for number, name in enumerate(_names(patients)):
        _folder(making / name, number, now - timedelta(days=1 + number, hours=number))
    making.mkdir(exist_ok=True)
    making.rename(root)
    return root


def _names(patients: Sequence[Row]) -> Iterator[str]:
    """As the device writes them: `<id>[_First][_Last]`; the register's first people look alike."""
    some = [*patients[_ALIKE:], *patients][:_FOLDERS]
    if len(some) == _FOLDERS:
        sure, second, third, by_nhi, alone, unnamed, one, other = some
        yield from (f"{row['number']}_{_words(row)}" for row in (sure, second, third, patients[0]))
        yield f"{by_nhi['nhi'] or by_nhi['number']}_{_words(by_nhi)}"
        yield alone["number"]  # nothing to compare
        yield unnamed["nhi"] or f"{unnamed['number']}_"  # an NHI alone is never enough
        yield f"{one['number']}_{_words(other)}"  # two people
    yield "TEST_Phantom_Kidney"


def _words(row: Row) -> str:
    return f"{row['first_names'].partition(' ')[0]}_{row['last_name']}"


def _folder(place: Path, number: int, began: datetime) -> None:
    visit = place / f"{began:%Y%m%d%H%M%S}"
    visit.mkdir(parents=True, exist_ok=True)
    for scan in range(_SCANS):
        at = began + timedelta(minutes=2 * scan, seconds=7)
        stem, seed = visit / f"{at:%Y%m%d%H%M%S}", _SEED + number * 10 + scan
        _write(stem.with_suffix(".jpg"), encoded(picture(seed, size=(640, 480)), ".jpg"), at)
        if scan == 0:
            _write(stem.with_suffix(".xml"), _LOG.format(at.isoformat(), number).encode(), at)
    if number == 0:
        at = began + timedelta(minutes=50)
        _write(visit / f"{at:%Y%m%d%H%M%S}.avi", video(_SEED), at)


def _write(place: Path, content: bytes, at: datetime) -> None:
    place.write_bytes(content)
    os.utime(place, (at.timestamp(), at.timestamp()))
