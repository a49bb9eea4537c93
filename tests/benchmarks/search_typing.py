"""What people type to find a patient, rightly and wrongly."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from message_centre.domain.folding import fold
from message_centre.domain.patients import Patient
from tests.benchmarks.search_floor import Floor

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 4


@dataclass(frozen=True)
class Slip:
    """A misspelt last name, alone and with the start of a first name, and who was meant by which name."""

    typed: str
    with_first: str
    meant: str
    start: str
    someone: Patient


def keystrokes(someone: Patient, chance: random.Random) -> Iterator[tuple[str, str]]:
    """What is typed for this patient in several manners, key by key, each with its group."""
    last, first = someone.last_name, someone.first_names.split()[0]
    day = someone.birth_date
    for words in ((last, first), (first, last)):
        text = " ".join(words)
        yield from (
            ("names", text[:end]) for end in range(1, len(text) + 1) if text[end - 1] != " "
        )
    short = (last[: chance.choice((1, 2, 3))], first[: chance.choice((1, 2, 3))])
    yield "two short starts", " ".join(short)
    yield "two short starts", " ".join(reversed(short))
    if len(someone.first_names.split()) > 1:
        yield "three words", f"{first} {someone.first_names.split()[1][:2]} {last}"
    written = f"{day.day}/{day.month}/{day.year}"
    for text in (someone.nhi, someone.number, written, someone.phone.split(";")[0]):
        yield from (("numbers and dates", text[:end]) for end in range(1, len(text) + 1))
    for more in (str(day.year), written, someone.nhi[:4], someone.number[:3], someone.phone[:4]):
        yield "name with a number", f"{last} {more}"


def misspelt(word: str, chance: random.Random) -> str:
    """One letter missing, added, changed or swapped with the next one; never the word itself."""
    while True:
        place = chance.randrange(len(word))
        head, tail = word[:place], word[place:]
        letter = chance.choice(_LETTERS)
        wrong = chance.choice(
            (
                head + tail[1:],
                head + letter + tail,
                head + letter + tail[1:],
                head + tail[1:2] + tail[:1] + tail[2:],
            )
        )
        if wrong != word:
            return wrong


def slips(
    register: Sequence[Patient], floor: Floor, chance: random.Random, *, count: int
) -> Iterator[Slip]:
    """So many last names with one slip, of those that then begin no name of the register."""
    made = 0
    while made < count:
        someone = chance.choice(register)
        name = fold(someone.last_name)
        if " " in name or len(name) < _SHORTEST:
            continue
        wrong = misspelt(name, chance)
        if not floor.knows(wrong):
            made += 1
            start = fold(someone.first_names)[:3].strip()
            yield Slip(wrong, f"{wrong} {start}", name, start, someone)
