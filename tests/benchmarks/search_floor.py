"""What no search by name can do without, on the bare driver."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from message_centre.domain.folding import fold
from message_centre.domain.patients import Patient

_SHOWN = 50
_TREES = (("by_last", "last || ' ' || first"), ("by_first", "first || ' ' || last"))


class Floor:
    """The B-trees no search can do without, in a database of their own, and the distinct last names."""

    def __init__(self, file: Path, register: Iterable[Patient]) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self.last_names: list[str] = []
        self._fill(register)

    def _fill(self, register: Iterable[Patient]) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode=OFF")
        run("PRAGMA synchronous=OFF")
        run(
            "CREATE TABLE people(n INTEGER PRIMARY KEY, id, last, first, born, number, nhi, address)"
        )
        run("BEGIN")
        rows = (
            (p.id, p.last_name, p.first_names, str(p.birth_date), p.number, p.nhi, p.address)
            for p in register
        )
        self._connection.executemany(
            "INSERT INTO people(id, last, first, born, number, nhi, address)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        self._connection.create_function("fold", 1, fold, deterministic=True)
        for table, name in _TREES:
            run(f"CREATE TABLE {table}(name, n, PRIMARY KEY(name, n)) WITHOUT ROWID")
            filled = f"INSERT INTO {table} SELECT fold({name}) AS folded, n FROM people"  # noqa: S608 - our own words
            run(f"{filled} ORDER BY folded, n")
        run("COMMIT")
        distinct = run("SELECT DISTINCT fold(last) FROM people ORDER BY 1").fetchall()
        self.last_names = [name for (name,) in distinct]

    def ids(self, typed: str) -> list[Any]:
        """The first by either name, as numbers of rows."""
        return self._asked("SELECT name, n FROM {}", typed)

    def rows(self, typed: str) -> list[Any]:
        """The first by either name, with what a list shows of them."""
        return self._asked("SELECT people.* FROM {} JOIN people USING (n)", typed)

    def knows(self, typed: str) -> bool:
        """Whether a name begins so, which is then not misspelt."""
        return bool(self.ids(typed))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _asked(self, asked: str, typed: str) -> list[Any]:
        start = fold(typed)
        found: list[Any] = []
        for table, _ in _TREES:
            found += self._connection.execute(
                f"{asked.format(table)} WHERE name >= ? AND name < ? ORDER BY name LIMIT {_SHOWN}",
                (start, f"{start}\U0010ffff"),
            ).fetchall()
        return found
