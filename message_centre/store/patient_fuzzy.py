"""Patients whose names sound or read like what was typed; always behind those who fit."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, bindparam, select

from message_centre.domain.birth_dates import Span
from message_centre.domain.searching import Born, Name, Query, Reading, names_of
from message_centre.store.patient_index import forms
from message_centre.store.patient_search import (
    Hit,
    Stretch,
    beside_starting,
    hits,
    orders,
    starting,
    whole,
)
from message_centre.store.tables import search_forms

#: As many as are seen without scrolling, so that each name that may be meant has a place among them.
_SHOWN = 20
#: So many words are tried in the place of one of several names, and fewer where two are misspelt.
_LIKELY = 32
_LIKELIEST = 3
_MOST = 100
#: So few letters start the names of very many.
_SHORT = 2
_RANKS = (0, 1)
_LEAST_LIKENESS = 0.6
_ONE_SLIP = 0.9
_FLOOR = 0.2
_SPAN = 0.2
_LAST_NAME = 0.1

Likenesses = dict[str, dict[str, float]]

_WORDS = (
    select(search_forms.c.word)
    .where(search_forms.c.form.in_(bindparam("forms", expanding=True)))
    .distinct()
)


def sound_alikes(connection: Connection, query: Query) -> dict[str, float]:
    """Ids of at most a few patients for each reading, with scores between 0.2 and 0.5."""
    found: dict[str, float] = {}
    known = {name: _alike(connection, name) for name in query.names if name.isalpha()}
    for reading in query.readings:
        names = names_of(reading)
        if _is_fuzzy(reading, names, known):
            spans = [condition.span for condition in reading if isinstance(condition, Born)]
            for hit in _of_reading(connection, names, known, spans):
                value = _likeness(hit.words.split(), names, known)
                score = _FLOOR + _SPAN * value + (_LAST_NAME if _is_last(hit, names) else 0.0)
                found[hit.patient_id] = max(score, found.get(hit.patient_id, 0.0))
    return found


def _alike(connection: Connection, typed: str) -> dict[str, float]:
    """The words of the register that sound or read like this one, with their likeness, best first."""
    wanted = forms(typed)
    if not wanted:
        return {}
    from rapidfuzz.distance import OSA, JaroWinkler  # noqa: PLC0415 - only for what is misspelt

    likeness = {
        word: _word_likeness(JaroWinkler.similarity(typed, word), OSA.distance(typed, word))
        for word in connection.execute(_WORDS, {"forms": wanted}).scalars()
        if not word.startswith(typed)
    }
    near = [word for word, value in likeness.items() if value >= _LEAST_LIKENESS]
    near.sort(key=lambda word: (-likeness[word], word))
    return {word: likeness[word] for word in near[:_SHOWN]}


def _word_likeness(similarity: float, slips: int) -> float:
    """One slip is more likely than a name that merely sounds or starts alike."""
    return (9 + similarity if slips <= 1 else 9 * similarity) / 10


def _is_fuzzy(reading: Reading, names: list[str], known: Likenesses) -> bool:
    """Only names are misspelt kindly; an identifier is right or wrong."""
    is_named = all(isinstance(condition, Name | Born) for condition in reading)
    return is_named and all(name in known for name in names) and any(known[n] for n in names)


def _of_reading(
    connection: Connection, names: list[str], known: Likenesses, spans: Sequence[Span]
) -> list[Hit]:
    if len(names) == 1:
        return list(_of_name(connection, known[names[0]], spans))
    for stretches in (
        list(_one_wrong(names, known, rank=0)),
        list(_one_wrong(names, known, rank=1)),
        list(_two_wrong(names, known)),
    ):
        found = hits(connection, stretches, spans, each=_SHOWN, limit=_MOST)
        if found:
            return found
    return []


def _of_name(
    connection: Connection, alike: dict[str, float], spans: Sequence[Span]
) -> Iterator[Hit]:
    """As many as are seen of those with a name that is one slip away, and somebody of each name."""
    near = [word for word, value in alike.items() if value > _ONE_SLIP]
    if near:
        stretches = [whole(rank, word) for rank in _RANKS for word in near]
        each = max(1, _MOST // len(stretches))
        yield from _in_turn(hits(connection, stretches, spans, each=each, limit=_MOST))[:_SHOWN]
    stretches = [whole(rank, word) for word in alike for rank in _RANKS]
    yield from hits(connection, stretches, spans, each=max(1, _SHOWN // len(alike)), limit=_MOST)


def _in_turn(found: list[Hit]) -> list[Hit]:
    """One of each name, then another one of each; last names before others."""
    turns: Counter[tuple[int, str]] = Counter()
    order: list[tuple[int, int, int]] = []
    for place, hit in enumerate(found):
        name = (hit.rank, hit.words.partition(" ")[0])
        turns[name] += 1
        order.append((hit.rank, turns[name], place))
    return [found[place] for *_, place in sorted(order)]


def _one_wrong(names: list[str], known: Likenesses, *, rank: int) -> Iterator[Stretch]:
    """One word replaced by those it is like, the others being starts as they were typed."""
    choices = [
        (known[name][word], place, word) for place, name in enumerate(names) for word in known[name]
    ]
    for _, place, word in sorted(choices, reverse=True)[:_LIKELY]:
        second, *also = sorted(names[:place] + names[place + 1 :], key=len, reverse=True)
        yield starting(rank, word, second, also=also)
        if rank == 0 and len(second) <= _SHORT:
            # Very many names start so; among those who have the other word it is soon found.
            yield whole(1, word, also=(second, *also))
        else:
            yield beside_starting(rank, second, word, also=also)


def _two_wrong(names: list[str], known: Likenesses) -> Iterator[Stretch]:
    longest, second, *also = sorted(names, key=len, reverse=True)
    for one in list(known[longest])[:_LIKELIEST]:
        for other in list(known[second])[:_LIKELIEST]:
            yield from (
                whole(rank, *pair, also=also) for rank in _RANKS for pair in orders(one, other)
            )


def _is_last(hit: Hit, names: list[str]) -> bool:
    """Whether the last name is among those typed; it comes next where another name is in front."""
    _, *others = hit.words.split()
    return hit.rank == 0 or any(word.startswith(tuple(names)) for word in others[:1])


def _likeness(words: list[str], names: list[str], known: Likenesses) -> float:
    return sum(_best(words, name, known[name]) for name in names) / len(names)


def _best(words: list[str], name: str, alike: dict[str, float]) -> float:
    if any(word.startswith(name) for word in words):
        return 1.0
    return max((alike.get(word, 0.0) for word in words), default=0.0)
