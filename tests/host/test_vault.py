"""Secrets in an encrypted file whose key the keyring holds; without one they last for this run."""

import json
import stat
import threading
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring

from message_centre.domain.errors import VaultLocked
from message_centre.domain.secrets import Secret
from message_centre.host.vault import NAME, Vault
from tests.support.keyrings import use_file_keyring

CANARY = "canary-secret-7"


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a keyring that works."""
    file = tmp_path / "keyring.json"
    monkeypatch.setenv("TEST_KEYRING", str(file))
    use_file_keyring(monkeypatch)
    return file


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_secret_that_was_kept_is_read_by_the_next_program(ring: Path, home: Path) -> None:
    assert Vault(home).keep("one", Secret(CANARY))
    assert Vault(home).keep("two", Secret("other"))

    assert Vault(home).read("one") == Secret(CANARY)
    assert Vault(home).read("two") == Secret("other")
    assert Vault(home).read("three") is None
    assert len(json.loads(ring.read_text())) == 1, "one key, and no probe left behind"


def test_the_file_tells_nothing_and_is_for_its_owner_only(ring: Path, home: Path) -> None:
    Vault(home).keep("database.password centre@server", Secret(CANARY))

    data = (home / NAME).read_bytes()
    assert CANARY.encode() not in data
    assert b"centre@server" not in data
    assert stat.S_IMODE((home / NAME).stat().st_mode) == 0o600
    assert CANARY not in ring.read_text()


def test_the_same_secrets_never_look_the_same_twice(ring: Path, home: Path) -> None:
    Vault(home).keep("one", Secret(CANARY))
    first = (home / NAME).read_bytes()
    Vault(home).keep("one", Secret(CANARY))

    assert (home / NAME).read_bytes()[24:36] != first[24:36], "a nonce is used once"


def test_a_secret_can_be_forgotten(ring: Path, home: Path) -> None:
    vault = Vault(home)
    vault.keep("one", Secret(CANARY))
    vault.keep("two", Secret("other"))
    vault.forget("one")
    vault.forget("never there")

    assert vault.read("one") is None
    assert vault.read("two") == Secret("other")


@pytest.mark.parametrize("place", [0, 10, 30, -1])
def test_a_changed_file_is_refused(ring: Path, home: Path, place: int) -> None:
    Vault(home).keep("one", Secret(CANARY))
    data = bytearray((home / NAME).read_bytes())
    data[place] ^= 1
    (home / NAME).write_bytes(data)

    with pytest.raises(VaultLocked):
        Vault(home).read("one")


def test_a_lost_key_is_told_and_secrets_can_be_set_again(ring: Path, home: Path) -> None:
    Vault(home).keep("one", Secret(CANARY))
    sealed = (home / NAME).read_bytes()
    ring.unlink()

    with pytest.raises(VaultLocked, match="keyring"):
        Vault(home).read("one")
    assert Vault(home).keep("one", Secret("new"))
    assert Vault(home).read("one") == Secret("new")
    (set_aside,) = home.glob(f"{NAME}.unreadable-*")
    assert set_aside.read_bytes() == sealed


@pytest.mark.parametrize("backend", [NoKeyring, NullKeyring])
def test_without_a_keyring_a_secret_lasts_for_this_run_and_the_caller_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, backend: type
) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", backend())
    vault = Vault(home)

    assert not vault.keep("one", Secret(CANARY))
    assert Vault(home).read("one") == Secret(CANARY)
    assert not (home / NAME).exists()
    vault.forget("one")
    assert vault.read("one") is None


@pytest.mark.parametrize("named", ["", "no.such.Keyring", "keyring.backends.fail.NoSuchKeyring"])
def test_a_keyring_that_is_named_and_not_there_is_as_none(
    home: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", named)
    monkeypatch.setattr("keyring.core._keyring_backend", None)

    assert not Vault(home).keep("one", Secret(CANARY))
    assert Vault(home).read("one") == Secret(CANARY)
    assert not (home / NAME).exists()


def test_programs_that_keep_secrets_at_once_lose_none(ring: Path, home: Path) -> None:
    Vault(home).keep("first", Secret("0"))
    threads = [
        threading.Thread(target=Vault(home).keep, args=(f"s{n}", Secret(str(n)))) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [Vault(home).read(f"s{n}") for n in range(4)] == [Secret(str(n)) for n in range(4)]


def test_a_secret_shows_stars_wherever_it_may_turn_up() -> None:
    secret = Secret(CANARY)

    assert CANARY not in f"{secret} {secret!r} {secret:>40} {[secret]} {vars(Holder(secret))}"
    assert secret.reveal() == CANARY
    with pytest.raises(TypeError, match="written down"):
        secret.__reduce__()


class Holder:
    def __init__(self, secret: Secret) -> None:
        self.secret = secret
