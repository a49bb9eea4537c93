"""Patients whose names sound or read like what was typed; always behind those who fit."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from message_centre.domain.searching import Born, Name, Query, Reading
from message_centre.store.patient_search import Word, sounding_alike, with_words

_FLOOR = 0.2
_SPAN = 0.2
_LAST_NAME = 0.1

Likenesses = dict[str, dict[str, float]]


def sound_alikes(
    connection: Connection, query: Query, *, limit: int
) -> Iterator[tuple[Row[Any], float]]:
    """Each patient once, with a score between 0.2 and 0.5."""
    seen: set[str] = set()
    known = {name: sounding_alike(connection, name) for name in query.names if name.isalpha()}
    for reading in query.readings:
        names = [condition.start for condition in reading if isinstance(condition, Name)]
        if not _is_fuzzy(reading, names, known):
            continue
        names.sort(key=len, reverse=True)
        spans = [condition.span for condition in reading if isinstance(condition, Born)]
        choices = [[Word(name, False), *(Word(w, True) for w in known[name])] for name in names]
        for row in with_words(connection, choices, spans, limit=limit):
            if row.id not in seen:
                seen.add(row.id)
                likeness = _likeness(row.words.split(), names, known)
                yield row, _FLOOR + _SPAN * likeness + (_LAST_NAME if row.rank == 0 else 0.0)


def _is_fuzzy(reading: Reading, names: list[str], known: Likenesses) -> bool:
    """Only names are misspelt kindly; an identifier is right or wrong."""
    is_named = all(isinstance(condition, Name | Born) for condition in reading)
    return is_named and all(name in known for name in names) and any(known[n] for n in names)


def _likeness(words: list[str], names: list[str], known: Likenesses) -> float:
    return sum(_best(words, name, known[name]) for name in names) / len(names)


def _best(words: list[str], name: str, alike: dict[str, float]) -> float:
    if any(word.startswith(name) for word in words):
        return 1.0
    return max((alike.get(word, 0.0) for word in words), default=0.0)
