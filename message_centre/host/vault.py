"""Where this workstation keeps secrets: an encrypted file in the home, its key in the system's keyring.

The keyring holds one random key and nothing else, since some keyrings take no more than a short line.
There is no plain-text fallback: without a usable keyring secrets last for this run of the program only.
"""

import base64
import json
import os
import threading
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from message_centre.domain.errors import VaultLocked
from message_centre.domain.secrets import Secret
from message_centre.host.durable import make_folders, write_atomically
from message_centre.host.os_errors import store_errors
from message_centre.host.session import alone

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NAME = "vault"
SERVICE = "Message Centre"
_MAGIC = b"MCVAULT1"
_ID_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
_LOCK = "vault.lock"
#: Backends that keep what they are given where anybody who reads the disk can read it.
_IN_THE_OPEN = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")

#: What a keyring raises besides its own errors: one may be named in settings and not be there.
_FAILURES = (AttributeError, ImportError, OSError, RuntimeError, ValueError)

#: Secrets of homes that have no keyring, for as long as this program runs.
_this_run: dict[Path, dict[str, Secret]] = {}
_guard = threading.Lock()


class Vault:
    """Implements `services.ports.Vault` for one home. Any thread, any number of programs."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / NAME

    def read(self, name: str) -> Secret | None:
        """The secret of this name, or None.

        Raises:
            VaultLocked: there are secrets, and the keyring does not give their key.
        """
        with _guard:
            fleeting = _this_run.get(self._home, {}).get(name)
        if fleeting is not None:
            return fleeting
        value = self._load().get(name)
        return None if value is None else Secret(value)

    def keep(self, name: str, secret: Secret) -> bool:
        """Keep a secret; False if it will be forgotten when this program ends.

        Raises:
            StoreFull, AccessDenied: the file cannot be written.
        """
        if not _is_keyring_usable():
            with _guard:
                _this_run.setdefault(self._home, {})[name] = secret
            return False
        self._change({name: secret.reveal()})
        with _guard:
            _this_run.get(self._home, {}).pop(name, None)
        return True

    def forget(self, name: str) -> None:
        """Keep this secret no longer; its absence is fine.

        Raises:
            VaultLocked: the keyring does not open now, so that it is still kept.
            StoreFull, AccessDenied: the file cannot be written.
        """
        with _guard:
            _this_run.get(self._home, {}).pop(name, None)
        if self._file.exists():
            self._change({name: None})

    def _change(self, changes: Mapping[str, str | None]) -> None:
        with store_errors():
            make_folders(self._home)
            with alone(self._home, _LOCK):
                try:
                    held = self._load()
                except VaultLocked:
                    # A keyring that is only locked opens again, and then so does the file. One that
                    # works gives the key no more: what the file held can be set again.
                    if not _is_keyring_usable():
                        raise
                    self._set_aside()
                    held = {}
                kept = {**held, **changes}
                self._write({name: value for name, value in kept.items() if value is not None})

    def _load(self) -> dict[str, str]:
        try:
            data = self._file.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise VaultLocked("The file with this workstation's secrets cannot be read.") from error
        head, rest = data[: len(_MAGIC) + _ID_BYTES], data[len(_MAGIC) + _ID_BYTES :]
        key = _key_of(head[len(_MAGIC) :].hex()) if head.startswith(_MAGIC) else None
        if key is None:
            raise VaultLocked("The system's keyring does not give the key of this home's secrets.")
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only who has secrets waits

        try:
            plain = _cipher(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head)
        except (InvalidTag, ValueError) as error:
            raise VaultLocked("The file with this workstation's secrets is damaged.") from error
        found: dict[str, str] = json.loads(plain)
        return found

    def _write(self, secrets: Mapping[str, str]) -> None:
        """Encrypt under the home's key, or a new one; a nonce is never used twice."""
        vault_id = self._vault_id()
        key = _key_of(vault_id.hex())
        if key is None:
            # Never an old name with a new key: another program may hold what the old one opens.
            vault_id, key = uuid.uuid4().bytes, os.urandom(_KEY_BYTES)
            _keyring().set_password(SERVICE, vault_id.hex(), base64.b64encode(key).decode())
        head, nonce = _MAGIC + vault_id, os.urandom(_NONCE_BYTES)
        sealed = _cipher(key).encrypt(nonce, json.dumps(secrets).encode(), head)
        write_atomically(self._file, head + nonce + sealed)

    def _set_aside(self) -> None:
        """Keep a file that does not open under another name: perhaps its key turns up."""
        stamp = datetime.now().astimezone().strftime("%Y%m%dT%H%M%S.%f")
        self._file.rename(self._file.with_name(f"{NAME}.unreadable-{stamp}"))

    def _vault_id(self) -> bytes:
        try:
            head = self._file.read_bytes()[: len(_MAGIC) + _ID_BYTES]
        except FileNotFoundError:
            return b""
        return head[len(_MAGIC) :] if head.startswith(_MAGIC) else b""


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - see above

    return AESGCM(key)


def _keyring() -> Any:
    # Finding the system's keyring takes a while, and few commands need it.
    import keyring  # noqa: PLC0415

    return keyring.get_keyring()


def _key_of(vault_id: str) -> bytes | None:
    from keyring.errors import KeyringError  # noqa: PLC0415 - see above

    try:
        found = _keyring().get_password(SERVICE, vault_id) if vault_id else None
    except (KeyringError, *_FAILURES):
        return None
    return base64.b64decode(found) if found else None


def _is_keyring_usable() -> bool:
    """Tried by writing, reading and deleting: a keyring may be there and locked, or a mock."""
    from keyring.errors import KeyringError  # noqa: PLC0415 - see above

    name, value = f"probe {uuid.uuid4().hex}", uuid.uuid4().hex
    try:
        backend = _keyring()
        if type(backend).__module__.startswith(_IN_THE_OPEN):
            return False
        backend.set_password(SERVICE, name, value)
        found = backend.get_password(SERVICE, name)
        backend.delete_password(SERVICE, name)
    except (KeyringError, *_FAILURES):
        return False
    return bool(found == value)
