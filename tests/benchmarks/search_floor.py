"""What no search by name can do without, on the bare driver of either engine."""

import abc
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from message_centre.domain.folding import fold
from message_centre.domain.patients import Patient

_SHOWN = 50
_END = "\U0010ffff"
_PEOPLE = (
    "CREATE TABLE people(n INTEGER PRIMARY KEY,"
    " id text, last text, first text, born text, number text, nhi text, address text)"
)
_TREES = ("by_last", "by_first")
_NAMES = ("last || ' ' || first", "first || ' ' || last")

Register = Callable[[int], Iterable[Patient]]


class Floor(abc.ABC):
    """The B-trees no search can do without, in a database of their own, and the distinct last names."""

    last_names: list[str]

    @abc.abstractmethod
    def fill(self, register: Register, count: int) -> None:
        """Take in the first so many of this register, unless they are there."""

    @abc.abstractmethod
    def ids(self, typed: str) -> list[Any]:
        """The first by either name, as numbers of rows."""

    @abc.abstractmethod
    def rows(self, typed: str) -> list[Any]:
        """The first by either name, with what a list shows of them."""

    @abc.abstractmethod
    def bearers(self, name: str, most: int) -> int:
        """How many have a name, last name first, that begins so; at most so many are counted."""

    @abc.abstractmethod
    def close(self) -> None:
        """Close the database."""

    def knows(self, typed: str) -> bool:
        """Whether a name begins so, which is then not misspelt."""
        return bool(self.ids(typed))


class FileFloor(Floor):
    """SQLite: each tree is asked in turn."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)

    def fill(self, register: Register, count: int) -> None:
        """Take them in, sorted."""
        run = self._connection.execute
        if not run("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            run("PRAGMA journal_mode=OFF")
            run("PRAGMA synchronous=OFF")
            run("BEGIN")
            run(_PEOPLE)
            self._connection.executemany(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _rows(register(count))
            )
            self._connection.create_function("fold", 1, fold, deterministic=True)
            for table, name in zip(_TREES, _NAMES, strict=True):
                run(f"CREATE TABLE {table}(name, n, PRIMARY KEY(name, n)) WITHOUT ROWID")
                filled = f"INSERT INTO {table} SELECT fold({name}) AS folded, n FROM people"  # noqa: S608 - our own words
                run(f"{filled} ORDER BY folded, n")
            run("COMMIT")
        self.last_names = _folded(run("SELECT DISTINCT last FROM people"))

    def ids(self, typed: str) -> list[Any]:
        """The first by either name, as numbers of rows."""
        return self._asked("SELECT name, n FROM {}", typed)

    def rows(self, typed: str) -> list[Any]:
        """The first by either name, with what a list shows of them."""
        return self._asked("SELECT people.* FROM {} JOIN people USING (n)", typed)

    def bearers(self, name: str, most: int) -> int:
        """Counted in the tree of last names."""
        asked = "SELECT n FROM by_last WHERE name >= ? AND name < ? LIMIT ?"
        return len(self._connection.execute(asked, (name, f"{name}{_END}", most)).fetchall())

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _asked(self, asked: str, typed: str) -> list[Any]:
        start = fold(typed)
        found: list[Any] = []
        for table in _TREES:
            found += self._connection.execute(
                f"{asked.format(table)} WHERE name >= ? AND name < ? ORDER BY name LIMIT {_SHOWN}",
                (start, f"{start}{_END}"),
            ).fetchall()
        return found


class ServerFloor(Floor):
    """PostgreSQL: both trees are asked at once, by a statement that the server has prepared."""

    def __init__(self, url: str, password: str) -> None:
        import psycopg  # noqa: PLC0415 - who measures an embedded record need not have it

        self._connection = psycopg.connect(url, password=password, autocommit=True)

    def fill(self, register: Register, count: int) -> None:
        """Take them in, sorted."""
        run = self._connection.execute
        if run("SELECT to_regclass('people')").fetchone() == (None,):
            with self._connection.transaction(), self._connection.cursor() as cursor:
                run(_PEOPLE)
                with cursor.copy("COPY people FROM STDIN") as copy:
                    for row in _rows(register(count)):
                        copy.write_row(row)
                for table, name in zip(_TREES, _NAMES, strict=True):
                    self._plant(table, name)
            run("VACUUM ANALYZE")
        self.last_names = _folded(run("SELECT DISTINCT last FROM people"))

    def ids(self, typed: str) -> list[Any]:
        """The first by either name, as numbers of rows."""
        return self._asked("SELECT name, n FROM {} AS tree", typed)

    def rows(self, typed: str) -> list[Any]:
        """The first by either name, with what a list shows of them."""
        return self._asked("SELECT people.* FROM {} AS tree JOIN people USING (n)", typed)

    def bearers(self, name: str, most: int) -> int:
        """Counted in the tree of last names."""
        asked = "SELECT n FROM by_last WHERE name >= %s AND name < %s LIMIT %s"
        return len(self._connection.execute(asked, (name, f"{name}{_END}", most)).fetchall())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _plant(self, table: str, name: str) -> None:
        run = self._connection.execute
        run(f'CREATE TABLE {table}(name text COLLATE "C", n integer)'.encode())
        named = run(f"SELECT {name}, n FROM people".encode()).fetchall()  # noqa: S608 - our own words
        with self._connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
            for row in sorted((fold(written), n) for written, n in named):
                copy.write_row(row)
        run(f"ALTER TABLE {table} ADD PRIMARY KEY (name, n)".encode())

    def _asked(self, asked: str, typed: str) -> list[Any]:
        start = fold(typed)
        of_tree = (
            f"({asked} WHERE name >= %(low)s AND name < %(high)s ORDER BY name LIMIT {_SHOWN})"
        )
        both = " UNION ALL ".join(of_tree.format(table) for table in _TREES)
        values = {"low": start, "high": f"{start}{_END}"}
        return self._connection.execute(both.encode(), values, prepare=True).fetchall()


def _rows(register: Iterable[Patient]) -> Iterator[tuple[Any, ...]]:
    for n, p in enumerate(register, start=1):
        yield (n, p.id, p.last_name, p.first_names, str(p.birth_date), p.number, p.nhi, p.address)


def _folded(names: Iterable[tuple[str]]) -> list[str]:
    return sorted({fold(name) for (name,) in names})
