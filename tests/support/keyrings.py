"""A real keyring whose entries lie in a file of the test: never that of whoever runs the tests.

Chosen with `PYTHON_KEYRING_BACKEND`; `TEST_KEYRING` names the file.
"""

import json
import os
import threading
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

_one_at_a_time = threading.Lock()


class FileKeyring(KeyringBackend):
    """Entries as JSON; good for tests and for nothing else."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return _entries().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        with _one_at_a_time:
            _write(_entries() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        with _one_at_a_time:
            entries = _entries()
            if entries.pop(f"{service}/{username}", None) is None:
                raise PasswordDeleteError(username)
            _write(entries)


def use_file_keyring(patch: pytest.MonkeyPatch) -> None:
    """Let this process use it; `TEST_KEYRING` must be set."""
    backend: KeyringBackend = FileKeyring()  # type: ignore[no-untyped-call]  # its base class has no types
    patch.setattr("keyring.core._keyring_backend", backend)


def _file() -> Path:
    return Path(os.environ["TEST_KEYRING"])


def _entries() -> dict[str, str]:
    found: dict[str, str] = json.loads(_file().read_text()) if _file().exists() else {}
    return found


def _write(entries: dict[str, str]) -> None:
    part = _file().with_suffix(".part")
    part.write_text(json.dumps(entries))
    part.replace(_file())
