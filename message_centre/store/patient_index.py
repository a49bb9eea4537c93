"""Keeps the search tables in step with the register: what a patient is found by, as rows.

The rows follow from the patient alone, so an update takes away exactly those that no longer hold.
A row left over by an older program does no harm: whoever is found is looked at again.
"""

import itertools
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, Table, delete, insert, select

from message_centre.domain.folding import identifiers, name_words, phones
from message_centre.domain.patients import Patient
from message_centre.store.tables import search_codes, search_forms, search_names

_SHORTEST_FUZZY = 3
_COMPARED_LETTERS = 7
_BATCH = 500
_AT_ONCE = 5000
#: Nobody types two words of a name that has more; without an end such a name would make rows without end.
_PAIRED_WORDS = 16
_BESIDE_LETTERS = 2

NameRow = tuple[int, str, str, str, int]
CodeRow = tuple[str, str]


def refresh(connection: Connection, pairs: Iterable[tuple[Patient | None, Patient]]) -> None:
    """Bring the search tables from the old state of each patient (None if new) to the new one."""
    old_names, new_names = set[NameRow](), set[NameRow]()
    old_codes, new_codes = set[CodeRow](), set[CodeRow]()
    for old, new in pairs:
        old_names |= name_rows(old) if old else set()
        old_codes |= code_rows(old) if old else set()
        new_names |= name_rows(new)
        new_codes |= code_rows(new)
    _take_away(connection, search_names, old_names - new_names)
    _take_away(connection, search_codes, old_codes - new_codes)
    added = new_names - old_names
    _put(connection, search_names, added)
    _put(connection, search_codes, new_codes - old_codes)
    _learn(connection, {word for row in added for word in row[2].split()})


def name_rows(patient: Patient) -> set[NameRow]:
    """All words of the name with each one in front, and with each two in front."""
    last, other = name_words(patient)
    words = (*last, *other)
    born = as_number(patient.birth_date)
    rows = {
        (int(place >= len(last)), "", _with_front(words, place), patient.id, born)
        for place in range(len(words))
    }
    for first, second in itertools.combinations(range(len(words[:_PAIRED_WORDS])), 2):
        rank = int(first >= len(last))
        text = _with_front(words, first, second)
        rows |= {(rank, start, text, patient.id, born) for start in _starts(words[second])}
    return rows


def _with_front(words: tuple[str, ...], *places: int) -> str:
    front = [words[place] for place in places]
    return " ".join((*front, *(word for place, word in enumerate(words) if place not in places)))


def beside(start: str) -> str:
    """What a second word that starts so is filed under."""
    return start[:_BESIDE_LETTERS]


def _starts(word: str) -> set[str]:
    return {word[:length] for length in range(1, _BESIDE_LETTERS + 1)}


def code_rows(patient: Patient) -> set[CodeRow]:
    """Identifiers forwards, phone digits forwards and backwards."""
    codes = {f"i{code}" for code in identifiers(patient)}
    for digits in phones(patient):
        codes |= {f"p{digits}", f"r{digits[::-1]}"}
    return {(code, patient.id) for code in codes}


def as_number(day: date) -> int:
    """A day as yyyymmdd."""
    return (day.year * 100 + day.month) * 100 + day.day


def forms(word: str) -> tuple[str, ...]:
    """How a word is found when it is misspelt: its sound, and its start with one letter left out."""
    if len(word) < _SHORTEST_FUZZY:
        return ()
    # Loaded on the first name that is written or misspelt, not at start.
    from jellyfish import metaphone  # noqa: PLC0415

    start = word[:_COMPARED_LETTERS]
    left_out = {start[:place] + start[place + 1 :] for place in range(len(start))}
    sound = metaphone(word)
    return tuple(sorted({start, *left_out} | ({f"~{sound}"} if sound else set())))


def _take_away(connection: Connection, table: Table, rows: Iterable[Sequence[object]]) -> None:
    keys = list(table.primary_key.columns)
    for row in rows:
        values = dict(zip(table.columns.keys(), row, strict=True))
        connection.execute(delete(table).where(*(key == values[key.name] for key in keys)))


def _put(connection: Connection, table: Table, rows: Iterable[NameRow] | Iterable[CodeRow]) -> None:
    # In the order of the index, which is much faster for many rows.
    waiting, names = iter(sorted(rows)), table.columns.keys()
    while values := [
        dict(zip(names, row, strict=True)) for row in itertools.islice(waiting, _AT_ONCE)
    ]:
        connection.execute(insert(table), values)


def _learn(connection: Connection, words: set[str]) -> None:
    """Add the forms of the words that nobody had so far."""
    fuzzy = sorted(word for word in words if len(word) >= _SHORTEST_FUZZY and word.isalpha())
    for start in range(0, len(fuzzy), _BATCH):
        batch = fuzzy[start : start + _BATCH]
        found = connection.execute(
            select(search_forms.c.word).where(
                search_forms.c.form.in_([f"={word}" for word in batch])
            )
        )
        unknown = set(batch).difference(found.scalars())
        rows = [(form, word) for word in unknown for form in (f"={word}", *forms(word))]
        _put_missing(connection, sorted(rows))


def _put_missing(connection: Connection, rows: list[tuple[str, str]]) -> None:
    """Insert what is not there; another workstation may be learning the same word."""
    values = [{"form": form, "word": word} for form, word in rows]
    if not values:
        return
    # The dialect in use is loaded already; the other one would cost start-up time.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - one engine is in use

        connection.execute(postgresql.insert(search_forms).on_conflict_do_nothing(), values)
    else:
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - one engine is in use

        connection.execute(sqlite.insert(search_forms).on_conflict_do_nothing(), values)
