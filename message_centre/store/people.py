"""Operators, providers and rights as rows."""

from sqlalchemy import Connection, delete, insert, select, update

from message_centre.domain.people import ALL_RIGHTS, Operator, Provider, Right
from message_centre.store.database import Database
from message_centre.store.tables import operator_rights, operators, providers

FIRST_PROVIDER = Provider(number="1", name="Provider 1")
FIRST_OPERATOR = Operator(id="ADM", name="Administrator", rights=ALL_RIGHTS)


class PeopleTable:
    """The `People` port over the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def operators(self) -> tuple[Operator, ...]:
        """Every operator with the rights held, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(select(operators).order_by(operators.c.id)).all()
            held = connection.execute(select(operator_rights)).all()
        rights: dict[str, set[tuple[str, Right]]] = {}
        for row in held:
            # A right from a newer program is none of ours to grant.
            if row.right in set(Right):
                rights.setdefault(row.operator, set()).add((row.provider, Right(row.right)))
        return tuple(
            Operator(row.id, row.name, row.is_active, frozenset(rights.get(row.id, ())))
            for row in rows
        )

    def providers(self) -> tuple[Provider, ...]:
        """Every provider, by number; `2` stands before `10`."""
        with self._database.reading() as connection:
            rows = connection.execute(select(providers)).all()
        found = [Provider(row.number, row.name, row.is_active) for row in rows]
        return tuple(sorted(found, key=lambda one: (len(one.number), one.number)))

    def save_operator(self, operator: Operator) -> None:
        """Insert or replace an operator and the rights held, in one transaction."""
        with self._database.writing() as connection:
            _save_operator(connection, operator)

    def save_provider(self, provider: Provider) -> None:
        """Insert or replace a provider."""
        with self._database.writing() as connection:
            _save_provider(connection, provider)


def furnish(database: Database) -> None:
    """Give a record without operators the first one, who may do everything, and the first provider.

    May be called at every start; a record that has operators or providers keeps them untouched.
    """
    with database.reading() as connection:
        if connection.execute(select(operators.c.id).limit(1)).first():
            return
    with database.writing() as connection:
        # Looked at again under the write lock: two programs may start on a fresh home at once.
        if connection.execute(select(operators.c.id).limit(1)).first():
            return
        if not connection.execute(select(providers.c.number).limit(1)).first():
            _save_provider(connection, FIRST_PROVIDER)
        _save_operator(connection, FIRST_OPERATOR)


def _save_operator(connection: Connection, operator: Operator) -> None:
    fields = {"name": operator.name, "is_active": operator.is_active}
    changed = connection.execute(
        update(operators).where(operators.c.id == operator.id).values(fields)
    )
    if not changed.rowcount:
        connection.execute(insert(operators).values(id=operator.id, **fields))
    connection.execute(delete(operator_rights).where(operator_rights.c.operator == operator.id))
    rows = [
        {"operator": operator.id, "provider": provider, "right": right.value}
        for provider, right in sorted(operator.rights)
    ]
    if rows:
        connection.execute(insert(operator_rights), rows)


def _save_provider(connection: Connection, provider: Provider) -> None:
    fields = {"name": provider.name, "is_active": provider.is_active}
    changed = connection.execute(
        update(providers).where(providers.c.number == provider.number).values(fields)
    )
    if not changed.rowcount:
        connection.execute(insert(providers).values(number=provider.number, **fields))
