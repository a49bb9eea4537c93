"""Sessions: files of one source taken one after the other, with one device, cut where it rested."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from message_centre.domain.file_name_ids import identifiers_in

#: How long a camera rests between two patients.
GAP_NS = 15 * 60 * 1_000_000_000
#: The number of the session of everything that was taken by itself.
ALONE = 0

ANOTHER_DEVICE = "other device"
ANOTHER_ID = "other id"

_FEWEST_FOR_ODD, _MOST_FOR_ODD = 3, 500
#: So many are sorted at a time: a sort lets no other thread work until it is done.
_SLICE = 4000
_BY_TIME = attrgetter("at")
Ident = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shot:
    """One file as a session knows it: where it is, when it was taken, and with what if that is known."""

    ident: Ident
    name: str
    at: int
    device: str = ""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Which session each file belongs to, and which files do not quite belong to theirs, in words.

    `devices` holds the device of each session by number, where it is known; `times` when a file was
    taken, where the file itself told.
    """

    numbers: Mapping[Ident, int] = field(default_factory=dict)
    devices: Mapping[int, str] = field(default_factory=dict)
    odd: Mapping[Ident, str] = field(default_factory=dict)
    times: Mapping[Ident, int] = field(default_factory=dict)


def sessions_of(
    shots: Iterable[Shot], times: Mapping[Ident, int] | None = None, *, gap: int = GAP_NS
) -> Sessions:
    """Sort files into sessions. Files that stand alone share one, for a heading over each is none."""
    sources: dict[str, list[Shot]] = {}
    for shot in shots:
        sources.setdefault(shot.ident[0], []).append(shot)
    numbers: dict[Ident, int] = {}
    devices: dict[int, str] = {}
    odd: dict[Ident, str] = {}
    for found in sources.values():
        for together in _cut(_sorted(found), gap):
            for session in _by_device(together, gap):
                number = len(devices) + 1 if len(session) > 1 else ALONE
                numbers.update((shot.ident, number) for shot in session)
                if number != ALONE:
                    devices[number] = _usual_device(session)
                    odd.update(_odd_ones(session, devices[number]))
    return Sessions(numbers, devices, odd, times or {})


def _sorted(shots: list[Shot]) -> list[Shot]:
    in_slices: list[Shot] = []
    for start in range(0, len(shots), _SLICE):
        in_slices += sorted(shots[start : start + _SLICE], key=_BY_TIME)
    in_slices.sort(key=_BY_TIME)
    return in_slices


def _cut(shots: Sequence[Shot], gap: int) -> Iterator[list[Shot]]:
    together: list[Shot] = []
    for shot in shots:
        if together and shot.at - together[-1].at > gap:
            yield together
            together = []
        together.append(shot)
    if together:
        yield together


def _by_device(together: list[Shot], gap: int) -> Iterator[list[Shot]]:
    """Several files of a second device are a session of their own; a single one is odd where it is."""
    counted = Counter(shot.device for shot in together if shot.device)
    others = {device for device, _ in counted.most_common()[1:] if counted[device] > 1}
    if not others:
        yield together
        return
    for device in others:
        yield from _cut([shot for shot in together if shot.device == device], gap)
    yield from _cut([shot for shot in together if shot.device not in others], gap)


def _usual_device(session: Sequence[Shot]) -> str:
    counted = Counter(shot.device for shot in session if shot.device)
    return counted.most_common(1)[0][0] if counted else ""


def _odd_ones(session: Sequence[Shot], device: str) -> Iterator[tuple[Ident, str]]:
    if not _FEWEST_FOR_ODD <= len(session) <= _MOST_FOR_ODD:
        return
    for shot in session:
        if shot.device and shot.device != device:
            yield shot.ident, ANOTHER_DEVICE
    named = [(shot, identifiers_in(shot.name)) for shot in session]
    counted = Counter(one for _, found in named for one in found)
    if not counted:
        return
    usual, count = counted.most_common(1)[0]
    told = sum(1 for _, found in named if found)
    if count > 1 and count * 2 > told:
        yield from (
            (shot.ident, ANOTHER_ID) for shot, found in named if found and usual not in found
        )
