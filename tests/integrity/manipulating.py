"""What somebody may do to the trail who can write the whole record and knows how it is made."""

from collections.abc import Callable

from sqlalchemy import delete, insert, select

from message_centre.store import tables
from message_centre.store.trail import _BEGINNING, _seal
from tests.support.engine import Engine


def _said(*statements: str) -> Callable[[Engine], None]:
    return lambda engine: engine.alter(*statements)


def rebuild(engine: Engine) -> None:
    """Make the chain anew over the rows as they are now."""
    database = engine.database()
    with database.writing() as connection:
        rows = connection.execute(select(tables.trail).order_by(tables.trail.c.seq)).mappings()
        made, previous = [], _BEGINNING
        for number, row in enumerate(rows.all(), 1):
            fresh = {**row, "seq": number, "previous": previous}
            previous = fresh["digest"] = _seal(fresh)
            made.append(fresh)
        connection.execute(delete(tables.trail))
        connection.execute(insert(tables.trail), made)
    database.close()


def _and_rebuilt(*statements: str) -> Callable[[Engine], None]:
    def manipulate(engine: Engine) -> None:
        engine.alter(*statements)
        rebuild(engine)

    return manipulate


_CHANGED = "UPDATE trail SET operator = 'XYZ' WHERE seq = 3"
_DELETED = "DELETE FROM trail WHERE seq = 3"
_INSERTED = (
    "INSERT INTO trail SELECT max(seq) + 1, at, operator, workstation, action, record_id, patient_id,"
    " 'invented', seal, previous, digest FROM trail"
)
_REORDERED = (
    "UPDATE trail SET seq = 1000 WHERE seq = 2",
    "UPDATE trail SET seq = 2 WHERE seq = 3",
    "UPDATE trail SET seq = 3 WHERE seq = 1000",
)
_CUT = "DELETE FROM trail WHERE seq > (SELECT max(seq) - 2 FROM trail)"

MANIPULATIONS: dict[str, Callable[[Engine], None]] = {
    "row changed": _said(_CHANGED),
    "digest changed": _said("UPDATE trail SET digest = 'x' WHERE seq = 3"),
    "row deleted": _said(_DELETED),
    "row inserted": _said(_INSERTED),
    "rows reordered": _said(*_REORDERED),
    "tail cut": _said(_CUT),
    "last row cut": _said("DELETE FROM trail WHERE seq = (SELECT max(seq) FROM trail)"),
    "everything deleted": _said("DELETE FROM trail"),
    "row changed, chain made anew": _and_rebuilt(_CHANGED),
    "row deleted, chain made anew": _and_rebuilt(_DELETED),
    "rows reordered, chain made anew": _and_rebuilt(*_REORDERED),
    "tail cut, chain made anew": _and_rebuilt(_CUT),
}
