"""Keeps the search tables in step with the register: what a patient is found by, as rows.

The rows follow from the patient alone, so an update takes away exactly those that no longer hold.
A row left over by an older program does no harm: whoever is found is looked at again.
"""

import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, Table, delete, select

from message_centre.domain.folding import compact, identifiers, name_words, phones
from message_centre.domain.medimage_ids import id_key, ids_of
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
CodeRow = tuple[str, str, str]


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
    """Identifiers forwards, phone digits forwards and backwards, each with all words of the name."""
    codes = {f"i{code}" for code in identifiers(patient)}
    # A MedImage Server drops other letters than these, where a search folds them.
    strange = (written for written in ids_of(patient) if not written.isascii())
    codes |= {f"i{code}" for written in strange if (code := compact(id_key(written)))}
    for digits in phones(patient):
        codes |= {f"p{digits}", f"r{digits[::-1]}"}
    last, other = name_words(patient)
    words = " ".join((*last, *other))
    return {(code, patient.id, words) for code in codes}


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


def _put(
    connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]], *, otherwise: str = ""
) -> None:
    # In the order of the index, which is much faster for many rows; so is what the driver takes as it is.
    waiting, is_server = iter(sorted(rows)), connection.dialect.name == "postgresql"
    statement = (_from_columns(table) if is_server else _from_rows(table)) + otherwise
    while values := list(itertools.islice(waiting, _AT_ONCE)):
        given = tuple(map(list, zip(*values, strict=True))) if is_server else values
        connection.exec_driver_sql(statement, given)


def _from_rows(table: Table) -> str:
    blanks = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} VALUES ({blanks})"  # noqa: S608 - our own words


def _from_columns(table: Table) -> str:
    kinds = ("int" if isinstance(column.type, Integer) else "text" for column in table.columns)
    columns = ", ".join(f"%s::{kind}[]" for kind in kinds)
    return f"INSERT INTO {table.name} SELECT * FROM unnest({columns})"  # noqa: S608 - our own words


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
        # Another workstation may be learning the same word.
        _put(connection, search_forms, rows, otherwise=" ON CONFLICT DO NOTHING")
