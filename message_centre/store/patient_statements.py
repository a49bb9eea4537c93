"""The statements of the patient search: each walks short stretches of one index, one after the other.

They are written as text, since putting their parts together takes longer than a person waits for a
letter. Any number of stretches is asked for with the same words, handed over as JSON, so that an engine
prepares them once. Both engines go through the stretches in turn, and end where the limit is reached.
"""

import functools

from sqlalchemy import TextClause, text

_SERVER = "postgresql"
_TEXTS = ["beside", "low", "high"]
_CONTAINS = {"sqlite": "instr", _SERVER: "strpos"}


@functools.cache
def of_names(engine: str, also: int, *, is_dated: bool) -> TextClause:
    """Patients of `:stretches`, the first `:each` of every one, `:limit` in all.

    A stretch has `rank`, `beside`, `low`, `high` and so many further texts, `also0` and so on.
    """
    contains = _CONTAINS[engine]
    condition = " AND ".join(
        (
            "m.rank = q.rank AND m.beside = q.beside AND m.words >= q.low AND m.words < q.high",
            *(f"{contains}(m.words, q.also{place}) > 0" for place in range(also)),
            *(("m.born BETWEEN :first AND :last",) if is_dated else ()),
        )
    )
    further = [f"also{place}" for place in range(also)]
    if engine == _SERVER:
        columns = "rank int, " + ", ".join(f"{name} text" for name in [*_TEXTS, *further])
        return text(
            "SELECT n.* FROM jsonb_to_recordset(CAST(:stretches AS jsonb))"  # noqa: S608 - our own words
            f" AS q({columns}), LATERAL (SELECT m.patient_id, m.words, m.rank FROM search_names AS m"
            f" WHERE {condition} ORDER BY m.words LIMIT :each) AS n LIMIT :limit"
        )
    columns = ", ".join(
        f"json_extract(value, '$.{name}') AS {name}" for name in ["rank", *_TEXTS, *further]
    )
    # SQLite has no lateral joins. Taken apart once: the JSON is not looked at again for every row.
    return text(
        f"WITH q AS MATERIALIZED (SELECT {columns} FROM json_each(:stretches))"  # noqa: S608 - our own words
        " SELECT n.patient_id, n.words, n.rank FROM q CROSS JOIN search_names AS n"
        " WHERE n.rank = q.rank AND n.beside = q.beside AND (n.words, n.patient_id) IN"
        f" (SELECT m.words, m.patient_id FROM search_names AS m WHERE {condition}"
        " ORDER BY m.words LIMIT :each) LIMIT :limit"
    )


@functools.cache
def of_codes(engine: str, prefixes: int, names: int) -> TextClause:
    """Patients with a code from `:low0` to before `:high0` and so on, and words with `:start0` and so on.

    The first `:bound` of each prefix are looked at; an empty id says that there are more of them.
    """
    named = "".join(
        f" AND {_CONTAINS[engine]}(' ' || words, :start{place}) > 0" for place in range(names)
    )
    return text(" UNION ALL ".join(_codes_from(place, named) for place in range(prefixes)))


def _codes_from(place: int, named: str) -> str:
    looked_up = f"FROM search_codes WHERE code >= :low{place} AND code < :high{place}"
    return (
        f"SELECT patient_id FROM (SELECT patient_id, words {looked_up} ORDER BY code LIMIT :bound)"  # noqa: S608 - our own words
        f" AS part{place} WHERE true{named}"
        f" UNION ALL SELECT '' FROM (SELECT 1 {looked_up} ORDER BY code LIMIT 1 OFFSET :bound) AS more{place}"
    )
