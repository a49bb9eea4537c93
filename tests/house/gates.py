"""The gates that are ours: each takes texts and returns complaints, so a bad sample can be shown to fail."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "message_centre"
LONGEST_MODULE = 400

#: Words of the glossary's "never call it" column that have no everyday use in a sentence for a person.
FORBIDDEN_WORDS = {
    "user": "operator",
    "users": "operators",
    "doctor": "provider",
    "client": "patient",
    "customer": "patient",
    "backend": "source",
    "connector": "source",
    "metadata": "fingerprint, or facts",
    "snapshot": "listing",
    "sync": "import",
    "keyring": "vault",
    "revert": "withdraw",
    "unassign": "withdraw",
    "color": "colour",
    "canceled": "cancelled",
}

_SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover)(.*)")
_CODE = re.compile(r": ?[A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*|\[[a-z-]+(, ?[a-z-]+)*\]")
_REASON = re.compile(r"\s+(#\s*)?[-–]?\s*\w.{4,}")
# Each pattern is written so that it does not find itself.
_MACHINE_PATHS = re.compile(r"/wor[k]/|/hom[e]/[a-z]|/User[s]/[a-z]|C:\\User[s]")
_REGISTRY_HOSTS = re.compile(r"pyp[i]\.org|files\.pythonhoste[d]|deb\.debia[n]|registry\.npmj[s]")


def modules(*folders: Path) -> Iterator[Path]:
    """Every Python file below the folders."""
    for folder in folders:
        yield from sorted(folder.rglob("*.py"))


def too_long(name: str, text: str) -> list[str]:
    """A module of more than 400 lines."""
    lines = len(text.splitlines())
    if lines <= LONGEST_MODULE:
        return []
    return [f"{name} has {lines} lines; which second job has moved in?"]


def wrong_words(name: str, text: str) -> list[str]:
    """Words that the glossary forbids, in string literals that read like a text for a person."""
    return [
        f"{name}:{line}: says {word!r} in {sentence!r}; the house says {FORBIDDEN_WORDS[word]!r}"
        for line, sentence in _sentences(text)
        for word in re.findall(r"[a-z]+", sentence.lower())
        if word in FORBIDDEN_WORDS
    ]


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(text)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            reads_like_text = " " in node.value.strip() or node.value[:1].isupper()
            if reads_like_text and id(node) not in docstrings:
                yield node.lineno, node.value


def bare_suppressions(name: str, text: str) -> list[str]:
    """A suppression without its rule's code, or without a reason behind it or in a comment above it."""
    complaints, is_explained = [], False
    for number, line in enumerate(text.splitlines(), start=1):
        found = _SUPPRESSION.search(line)
        if not found:
            is_explained = line.strip().startswith("#")
            continue
        code = _CODE.match(found.group(2))
        if not code or not (is_explained or _REASON.match(found.group(2), code.end())):
            complaints.append(f"{name}:{number}: a suppression needs its code and a reason")
    return complaints


def local_places(name: str, text: str) -> list[str]:
    """A path of somebody's computer, or the host of a package registry."""
    complaints = []
    for number, line in enumerate(text.splitlines(), start=1):
        if _MACHINE_PATHS.search(line):
            complaints.append(f"{name}:{number}: names a path of one computer")
        if _REGISTRY_HOSTS.search(line):
            complaints.append(f"{name}:{number}: names a registry's host")
    return complaints


def unmentioned(parts: list[str], text: str) -> list[str]:
    """Parts of the program that a description leaves out."""
    return [f"{part} is not described" for part in parts if f"`{part}`" not in text]
