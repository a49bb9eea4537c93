"""Register files as rows: CSV, a FHIR R4 bundle, or one FHIR resource a line; told apart by content.

A file is looked through once before its first row is given, so that one which cannot be read as a
whole changes nothing.
"""

import csv
import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TextIO

from message_centre.domain.errors import BadRegisterFile
from message_centre.services import fhir_patients
from message_centre.services.register_rows import COLUMNS, REQUIRED, RegisterLine

_SEPARATORS = ",;\t"
_ENCODING = "utf-8-sig"


class RegisterFile(Protocol):
    """A register file that has been looked through."""

    @property
    def total(self) -> int:
        """How many rows it has."""

    def lines(self) -> Iterator[RegisterLine]:
        """Its rows, from the first."""


def open_register(path: Path) -> RegisterFile:
    """Look through a file and say what it is.

    Raises:
        BadRegisterFile: it cannot be read, is empty, or is none of the three; the detail says why.
    """
    try:
        with path.open(encoding=_ENCODING, newline="") as file:
            start = _first_line(file)
        if not start.strip():
            raise BadRegisterFile("The file is empty.")
        return _fhir(path, start) if start.lstrip()[0] in "{[" else CsvRegister(path)
    except UnicodeDecodeError as error:
        raise BadRegisterFile(
            "The file is not written in UTF-8. Save it as UTF-8 (in Excel: CSV UTF-8) and try again."
        ) from error
    except OSError as error:
        raise BadRegisterFile(f"The file cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise BadRegisterFile("The file is nested too deeply to be a register.") from error


class CsvRegister:
    """CSV with a header. Separator: comma, semicolon or tab, whichever the header uses.

    Columns of other names are left out, unless one looks like a misspelt name of ours.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.total = sum(1 for _ in self.lines())

    def lines(self) -> Iterator[RegisterLine]:
        """Its rows, from the first; blank ones are skipped."""
        with self._path.open(encoding=_ENCODING, newline="") as file:
            separator, offset = _separator(file)
            reader = csv.reader(file, delimiter=separator, strict=True)
            try:
                yield from _csv_lines(reader, offset)
            except csv.Error as error:
                line = reader.line_num + offset
                raise BadRegisterFile(f"Line {line} is not proper CSV: {error}.") from error


class FhirRegister:
    """Patient resources with the line, or the place in the bundle, where each stands.

    A merged patient's target is named by resource id, so all ids are read before the first row.
    """

    def __init__(self, resources: list[tuple[int, Mapping[str, Any] | None]]) -> None:
        self._resources = resources
        self.total = len(resources)

    def lines(self) -> Iterator[RegisterLine]:
        """Its rows, from the first."""
        rows = [
            (line, resource, fhir_patients.fields_of(resource or {}))
            for line, resource in self._resources
        ]
        numbers = {
            fhir_patients.resource_id(resource or {}): fields["number"]
            for _, resource, fields in rows
        }
        for line, resource, fields in rows:
            if resource is None:
                yield RegisterLine(line, {}, "This is not a FHIR resource in JSON.")
                continue
            target = fhir_patients.replaced_by(resource)
            merged = {"status": f"merged:{numbers.get(target, target)}"} if target else {}
            yield RegisterLine(line, fields | merged)


def _first_line(file: TextIO) -> str:
    return next((line for line in file if line.strip()), "")


def _separator(file: TextIO) -> tuple[str, int]:
    """The separator and how many lines before the header were skipped; the file stands at the header."""
    first = file.readline()
    if first.lower().startswith("sep=") and first[4:5] in _SEPARATORS:
        return first[4], 1
    file.seek(0)
    return max(_SEPARATORS, key=first.count), 0


def _csv_lines(reader: Any, offset: int) -> Iterator[RegisterLine]:
    columns = _columns(next(reader, []))
    before = reader.line_num
    for cells in reader:
        line, before = before + 1 + offset, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            yield RegisterLine(line, {}, "The row has more cells than the header has columns.")
            continue
        padded = cells + [""] * (len(columns) - len(cells))
        pairs = zip(columns, padded, strict=False)
        yield RegisterLine(line, {name: cell for name, cell in pairs if name in COLUMNS})


def _columns(header: list[str]) -> list[str]:
    names = ["_".join(name.strip().lower().split()) for name in header]
    for name in names:
        near = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.8)
        if name not in COLUMNS and near:
            raise BadRegisterFile(f'The column "{name}" is not known. Did you mean "{near[0]}"?')
        if name in COLUMNS and names.count(name) > 1:
            raise BadRegisterFile(f'The column "{name}" is there twice.')
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise BadRegisterFile(
            f"The header lacks {', '.join(missing)}. It may have: {', '.join(COLUMNS)}."
        )
    return names


def _fhir(path: Path, first_line: str) -> FhirRegister:
    first = _parsed(first_line)
    if isinstance(first, dict) and first.get("resourceType") != "Bundle":
        return _checked(_of_lines(path))
    whole = first if first is not None else _parsed(path.read_text(_ENCODING))
    if isinstance(whole, dict) and whole.get("resourceType") == "Patient":
        return FhirRegister([(1, whole)])
    if not isinstance(whole, dict) or whole.get("resourceType") != "Bundle":
        raise BadRegisterFile(
            "The file is JSON, but neither a FHIR bundle nor FHIR lines (NDJSON)."
        )
    entries = whole.get("entry")
    listed = entries if isinstance(entries, list) else []
    found = [entry.get("resource") if isinstance(entry, dict) else None for entry in listed]
    return _checked([(place, _resource(item)) for place, item in enumerate(found, start=1)])


def _of_lines(path: Path) -> list[tuple[int, Mapping[str, Any] | None]]:
    with path.open(encoding=_ENCODING) as file:
        return [
            (number, _resource(_parsed(line)))
            for number, line in enumerate(file, start=1)
            if line.strip()
        ]


def _checked(resources: list[tuple[int, Mapping[str, Any] | None]]) -> FhirRegister:
    """Leave out what is no patient; nothing left means that this is no register."""
    kept = [
        (line, resource)
        for line, resource in resources
        if resource is None or resource.get("resourceType") == "Patient"
    ]
    if not any(resource for _, resource in kept):
        raise BadRegisterFile("The file holds no FHIR Patient.")
    return FhirRegister(kept)


def _resource(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, dict) else None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
