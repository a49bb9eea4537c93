"""Invented patients in great number, with names as unevenly spread as in a real register.

A few names are very common (Smith, Te ..., John), most are rare: names get their share by their place in
the list (Zipf), and behind the written ones comes a long tail of made-up ones. The same seed gives the
same people.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from message_centre.domain.patients import Patient

_LAST = (
    "Smith Williams Brown Wilson Taylor Jones Singh Wang Anderson Li Thompson Patel Thomas White"
    " Walker Chen Campbell Clark Kumar Johnson Robinson Scott Harris Martin Young Liu Zhang Lee King"
    " Stewart Moore Miller Robertson Green Wright Hill Clarke Mitchell Roberts Evans Edwards Allen"
    " Watson Lewis Morris Baker Jackson Turner Cooper Davies Reid Bell Ward Ngata Parata Tamihana"
    " Henare Ropata Wihongi Nikora Tipene Rangihuna Ihaka Pomare Kereama Paki Tautahi Murray Graham"
    " Phillips Hughes Simpson Gray Adams Collins Hall James Kelly Marshall Morgan Nguyen Kaur Sharma"
    " Tuilagi Faleolo Leota Sione Havili Fifita Hunter Fraser Ross Hamilton Kennedy Johnston Jensen"
    " Petersen Hansen Smyth Smythe Thomson Jamieson Mohammed Ali Khan Fernández Müller Kovács"
).split()
_TE = "Rangi Ahu Whata Kanawa Hira Rito Puni Awa Kooti Moana Wiata Amo Huia Maro Tau Ao".split()
_GIVEN = (
    "John David James Michael Robert Peter William Mark Paul Andrew Jane Mary Margaret Susan Sarah"
    " Karen Linda Christine Patricia Elizabeth Anne Helen Jennifer Emma Joshua Jack Daniel Samuel"
    " Thomas Benjamin Joseph Jacob Olivia Charlotte Isla Amelia Ella Sophie Grace Ruby Mia Aroha"
    " Hana Mere Ngaio Kiri Anahera Hinemoa Wiremu Hemi Tane Rawiri Nikau Kauri Manaia Tama Rangi"
    " Wei Li Jing Yan Priya Arjun Gurpreet Harpreet Sione Tevita Mele Ana Joan Joanne Joanna Jo Ann"
    " Anna Annie Kim Lee Alice Alison Alan Allan Brian Bryan Colin Craig Diane Donna George Gary"
    " Heather Ian Jill Julie Kevin Kathryn Katherine Catherine Lynette Murray Neil Nicola Nicholas"
    " Oscar Phillip Philip Rachel Raewyn Ross Ruth Simon Stephen Steven Stuart Tracey Vivienne Zoë"
).split()
_ONSETS = "b br c ch d f fr g gr h j k kr l m n p r s sh st t th tr v w wh z".split()
_VOWELS = "a a a e e e i i o o u ai au ea ie ou oo".split()
_CODAS = ["", "", "", "n", "r", "l", "s", "t", "m", "ck", "ng", "rd", "nd"]
_ENDS = ["", "", "son", "ton", "man", "ley", "er", "s", "ford", "well", "ovic", "ini", "ata"]
_MOBILE = ("021", "022", "027", "09", "07", "06", "04", "03")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_FLATTENED = 12
_STEEPNESS = 0.95
_CHUNK = 10_000


@dataclass(frozen=True)
class _Names:
    names: Sequence[str]
    shares: Sequence[float]

    def draw(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.names, cum_weights=self.shares, k=count)


def people(count: int, *, seed: int = 1) -> Iterator[Patient]:
    """So many patients, one after the other; the tail of rare names grows with their number."""
    chance = random.Random(seed)  # noqa: S311 - invented people, not secrets
    last = _spread(_LAST, chance, tail=max(100, count * 3 // 10))
    given = _spread(_GIVEN, chance, tail=max(50, count // 100))
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        drawn = zip(
            last.draw(chance, size),
            last.draw(chance, size),
            given.draw(chance, size),
            given.draw(chance, size),
            strict=True,
        )
        for place, names in enumerate(drawn):
            yield _patient(start + place, names, chance)


def _spread(written: Sequence[str], chance: random.Random, *, tail: int) -> _Names:
    names = dict.fromkeys(written)
    while len(names) < len(written) + tail:
        names.setdefault(_made_up(chance))
    weights = ((place + _FLATTENED) ** -_STEEPNESS for place in range(len(names)))
    return _Names(tuple(names), tuple(itertools.accumulate(weights)))


def _made_up(chance: random.Random) -> str:
    parts = [
        chance.choice(sounds)
        for _ in range(chance.choice((1, 2, 2)))
        for sounds in (_ONSETS, _VOWELS, _CODAS)
    ]
    return "".join((*parts, chance.choice(_ENDS))).capitalize()


def _patient(place: int, names: tuple[str, str, str, str], chance: random.Random) -> Patient:
    last, other, first, second = names
    luck = chance.random()
    if luck < 0.03:
        last = f"Te {chance.choice(_TE)}"
    elif luck < 0.06:
        last = f"{last}-{other}"
    elif luck < 0.07:
        last = f"O'{last}"
    elif luck < 0.10:
        last = f"Mc{last}"
    number = 1_000_000 + place
    return Patient(
        id=f"pt-{chance.getrandbits(48):012x}",
        number=str(number),
        last_name=last,
        first_names=f"{first} {second}" if chance.random() < 0.6 else first,
        known_as=first[:3] if chance.random() < 0.08 else "",
        birth_date=date(1930, 1, 1) + timedelta(days=int(35_000 * chance.random() ** 0.9)),
        nhi=_nhi(place),
        alternate_id=f"B{number * 7}" if chance.random() < 0.05 else "",
        phone="; ".join(_phone(chance) for _ in range(chance.choice((0, 1, 1, 1, 2)))),
        address=f"{chance.randrange(1, 200)} Invented Lane, Exampleton",
    )


def _nhi(place: int) -> str:
    """Different for the first five million, in the range kept for tests."""
    letters, digits = divmod(place * 7919 % 5_760_000, 10_000)
    first, second = divmod(letters, len(_LETTERS))
    return f"Z{_LETTERS[first]}{_LETTERS[second]}{digits:04d}"


def _phone(chance: random.Random) -> str:
    digits = f"{chance.randrange(10_000_000):07d}"
    return f"{chance.choice(_MOBILE)} {digits[:3]} {digits[3:]}"
