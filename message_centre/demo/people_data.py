"""Invented patients, with every kind of pair that is easily mixed up.

Nobody here exists: the NHI numbers lie in the test range (Z...), the phone numbers in a range kept for
fiction, the streets and mail hosts are made up. The same seed gives the same people.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice

from message_centre.domain.nhi import is_valid

NHI_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
HEADER = (
    "number",
    "last_name",
    "first_names",
    "known_as",
    "birth_date",
    "sex",
    "nhi",
    "alternate_id",
    "phone",
    "email",
    "address",
    "status",
)
_FIRST_NUMBER = 1001
_EARLIEST_BIRTH = date(1929, 1, 1)
_BIRTH_DAYS = 34_000  # up to early 2022: nobody is born in the future, whatever the clock says

# Pairs and triples that a receptionist must tell apart: twins one letter apart, the same name with another
# birth date (also with day and month swapped), macron against none, hyphen against two words.
_LOOKALIKES = (
    ("Smith", "Jane", "", "1961-03-07", "female", "active"),
    ("Smith", "Jane", "", "1961-07-03", "female", "active"),
    ("Smith", "Jane", "Janie", "1984-03-07", "female", "active"),
    ("Smyth", "Jayne", "", "1961-03-07", "female", "active"),
    ("Tamihana", "Māia", "", "2009-11-23", "female", "active"),
    ("Tamihana", "Maria", "", "2009-11-23", "female", "active"),
    ("Parata", "Hēmi", "", "1978-05-14", "male", "active"),
    ("Parata", "Remi", "", "1978-05-14", "male", "active"),
    ("Ngata", "Tāne", "", "1990-02-01", "male", "active"),
    ("Ngata", "Tane", "", "1990-02-11", "male", "active"),
    ("O'Brien", "Aoife", "", "1955-12-30", "female", "active"),
    ("OBrien", "Aoife", "", "1955-12-03", "female", "inactive"),
    ("Te Ahu-Ropata", "Wiremu", "Bill", "1947-08-19", "male", "active"),
    ("Te Ahu", "Wiremu", "", "1947-08-19", "male", "merged"),
    ("van der Berg", "Saskia", "", "1969-09-09", "female", "active"),
    ("Vandenberg", "Saskia", "", "1969-09-09", "female", "active"),
    ("D'Souza", "José", "Joe", "1982-06-21", "male", "deceased"),
    ("Wong", "Li", "Lily", "1995-01-31", "female", "active"),
    ("Li", "Wong", "", "1995-01-31", "male", "active"),
    ("Müller", "Zoë", "", "2018-04-04", "female", "active"),
)

_LAST_NAMES = tuple(
    "Akuhata Anderson Bloomfield Brown Campbell Chen Christensen Clarke Davies D'Arcy Edwards"
    " Fa'asavalu Faleolo Fernández Fraser Gupta Haapū Harris Henare Hōhepa Hughes Ihaka Jansen Johnston"
    " Kahukiwa Kaur Keogh-Ward Khan Kōtare Kumar Lee Leota MacDonald Māhuta Martin McKenzie Mitchell"
    " Moana Mörk Murray Nguyễn Nikora O'Connor O'Neill Pākehā-Hill Palmer Patel Pere Pōtae Rangi Reid"
    " Roberts Sato Scott Sharma Singh Sione Stewart Tāmati Taylor Te-Rangi Thompson Tūhoe Tui'one"
    " Turei Wairua Walker Watene White Wihongi Williams Wilson Wu Young Zhang Zielińska".split()
)
_FEMALE = tuple(
    "Aroha Anahera Amelia Ana Āwhina Brigid Charlotte Chloë Claire Emma Fetū Grace Hana Hinemoa Huia"
    " Isla Kāhu Kiri Léa Mere Mia Ngaio Olivia Pania Priya Renée Ruby Sina Sophie Tūī Wai-Ora Wikitōria"
    " Yuki Zara".split()
)
_MALE = tuple(
    "Āperahama Arjun Ben Callum Dáithí Ethan Finn George Harō Hōne Hunter Ihāia Jack James Kauri"
    " Koa Leo Liam Mānu Mateo Nīkau Noah Oliver Pita Rāwiri Rēweti Sam Sione Tama Te-Kani Tevita Thomas"
    " Tūmanako William Xavier".split()
)
_STREETS = tuple(
    "Sample Street|Invented Lane|Kererū Example Road|Fictional Rise|Pōhutukawa Example Drive"
    "|Nowhere Crescent|Test Terrace|Imaginary Quay".split("|")
)
_TOWNS = ("Demoville", "Exampleton", "Port Sample", "Whakatauira")
_STATUSES = ("active",) * 46 + ("inactive",) * 2 + ("deceased", "merged")


def people(how_many: int, *, seed: int = 1) -> tuple[dict[str, str], ...]:
    """`how_many` rows for the register's CSV header; the look-alikes come first."""
    chance = random.Random(seed)  # noqa: S311 - invented people, not secrets
    ids = nhi_numbers(chance)
    rows = islice(_persons(chance), how_many)
    return tuple(
        _row(_FIRST_NUMBER + index, person, next(ids), chance) for index, person in enumerate(rows)
    )


def nhi_numbers(chance: random.Random) -> Iterator[str]:
    """Valid, different NHI numbers of the test range, for ever; every third in the new form."""
    seen: set[str] = set()
    for index in count(1):
        candidate = _nhi(chance, is_new=index % 3 == 0)
        if candidate and candidate not in seen:
            seen.add(candidate)
            yield candidate


def _persons(chance: random.Random) -> Iterator[tuple[str, str, str, str, str, str]]:
    yield from _LOOKALIKES
    while True:
        sex = chance.choice(("female", "male"))
        first = chance.choice(_FEMALE if sex == "female" else _MALE)
        second = chance.choice(("", "", f" {chance.choice(_FEMALE if sex == 'female' else _MALE)}"))
        born = _EARLIEST_BIRTH + timedelta(days=chance.randrange(_BIRTH_DAYS))
        known = first[:3] if chance.random() < 0.1 else ""  # noqa: PLR2004 - one in ten
        yield (
            chance.choice(_LAST_NAMES),
            first + second,
            known,
            born.isoformat(),
            sex,
            chance.choice(_STATUSES),
        )


def _row(
    number: int, person: tuple[str, str, str, str, str, str], nhi: str, chance: random.Random
) -> dict[str, str]:
    last, first, known, born, sex, status = person
    house, street, town = chance.randrange(1, 180), chance.choice(_STREETS), chance.choice(_TOWNS)
    values = (
        str(number),
        last,
        first,
        known,
        born,
        sex,
        nhi,
        f"DEMO-{number}" if number % 5 == 0 else "",
        f"021 555 01{chance.randrange(100):02d}",
        f"patient{number}@mail.example",
        f"{house} {street}, {town}",
        status,
    )
    return dict(zip(HEADER, values, strict=True))


def _nhi(chance: random.Random, *, is_new: bool) -> str:
    """A valid number, or nothing where the digits that were drawn allow no check digit."""
    letters = "".join(chance.choice(NHI_LETTERS) for _ in range(2))
    if is_new:
        start = f"Z{letters}{chance.randrange(100):02d}{chance.choice(NHI_LETTERS)}"
    else:
        start = f"Z{letters}{chance.randrange(1000):03d}"
    checks = NHI_LETTERS if is_new else "0123456789"
    return next((start + check for check in checks if is_valid(start + check)), "")
