"""Unmistakable values that may not turn up where they do not belong, and the search for every byte of them.

A canary is looked for as it stands, whatever its case, and as programs write such values: UTF-16, escaped for
addresses, JSON and Python, as hexadecimal digits and as base64, wherever in the encoded text it begins.
"""

import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, quote_plus

#: Three bytes become four characters of base64: so often may a value begin differently.
_BEGINNINGS = 3
#: Shorter pieces of base64 would be found by chance.
_SHORTEST = 10


class Sort(Enum):
    """What a canary stands for, which says where it may be."""

    KEY = "keys, secrets, tokens, codes"
    ACCOUNT = "the e-mail address of an account"
    PERSON = "names of patients and of files, titles and comments"


@dataclass(frozen=True)
class Canary:
    """One value."""

    name: str
    sort: Sort
    value: str = field(repr=False)

    @cached_property
    def forms(self) -> frozenset[bytes]:
        """Every spelling; those without case are in lower case."""
        plain = self.value.encode()
        texts = {self.value, quote(self.value, safe=""), quote_plus(self.value)}
        texts |= {json.dumps(self.value)[1:-1], ascii(self.value)[1:-1]}
        found = {text.lower().encode() for text in texts} | {plain.hex().encode()}
        for form in ("utf-16-le", "utf-16-be", "latin-1"):
            found.add(self.value.lower().encode(form, "ignore"))
        return frozenset(found)

    @cached_property
    def encoded(self) -> frozenset[bytes]:
        """As base64, whose case counts."""
        found = set()
        for beginning in range(_BEGINNINGS):
            text = base64.b64encode(b"\0" * beginning + self.value.encode())
            # What comes before and after the value has a part in the first and last characters.
            inner = text.rstrip(b"=")[(0, 2, 3)[beginning] : -1]
            if len(inner) >= _SHORTEST:
                found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
        return frozenset(found)

    def is_in(self, data: bytes, lower: bytes) -> bool:
        """Whether some bytes, also given in lower case, hold it in any spelling."""
        return any(form in lower for form in self.forms) or any(
            form in data for form in self.encoded
        )


class Canaries:
    """All that one run has let fly."""

    def __init__(self) -> None:
        self.all: list[Canary] = []

    def keep(self, name: str, sort: Sort, value: str) -> str:
        """Know a value that is used from now on."""
        self.all.append(Canary(name, sort, value))
        return value

    def mint(self, _length: int) -> str:
        """A code or token, as servers make them."""
        value = f"zZcanary{secrets.token_hex(12)}Zz"
        return self.keep(f"token {len(self.all)}", Sort.KEY, value)

    def values(self, sort: Sort) -> list[str]:
        """Every value of a sort."""
        return [one.value for one in self.all if one.sort is sort]

    def found_in(self, data: bytes, *sorts: Sort) -> list[str]:
        """The names of the canaries in some bytes."""
        lower = data.lower()
        return [one.name for one in self.all if one.sort in sorts and one.is_in(data, lower)]


def every_file(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder with its own path and its bytes as one: a name may tell as much."""
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root)).encode()
        yield path, name + b"\n" + (path.read_bytes() if path.is_file() else b"")
