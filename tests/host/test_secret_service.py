"""The vault with a real gnome-keyring: open, locked, away, and back again. Nothing ever lies about in plain."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import command
from tests.support.secret_service import Desktop, a_desktop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a keyring of Linux desktops")

CANARY = "canary-secret-of-the-vault"
#: Each line is a program of its own.
KEEP = "print(vault.keep('one', Secret({0!r})), vault.read('one').reveal())"
READ = "print(vault.read('one'), (vault.read('one') or Secret('')).reveal())"
FORGET = "vault.forget('one'); print('forgotten')"
_PROGRAM = """
import sys; from pathlib import Path
from message_centre.domain.errors import MessageCentreError
from message_centre.domain.secrets import Secret
from message_centre.host.vault import Vault
vault = Vault(Path(sys.argv[1]))
try:
    {0}
except MessageCentreError as error:
    print(type(error).__name__, error.detail)
"""


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    folder = tmp_path / "desktop"
    folder.mkdir()
    with a_desktop(folder) as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(desktop: Desktop, home: Path, line: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(line), str(home)],
        env=desktop.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def lies_about(*folders: Path) -> list[Path]:
    """Files that hold the secret as anybody could read it."""
    files = [one for folder in folders for one in folder.rglob("*") if one.is_file()]
    return [one for one in files if CANARY.encode() in one.read_bytes()]


def test_an_open_keyring_keeps_the_key_for_the_next_program(desktop: Desktop, home: Path) -> None:
    desktop.log_in()
    assert run(desktop, home, KEEP.format(CANARY)) == f"True {CANARY}"
    assert run(desktop, home, READ) == f"*** {CANARY}"
    assert run(desktop, home, FORGET) == "forgotten"
    assert run(desktop, home, READ) == "None"
    assert list((desktop.folder / "data" / "keyrings").iterdir())
    assert lies_about(home, desktop.folder) == []


def test_a_locked_keyring_is_told_and_costs_nothing(desktop: Desktop, home: Path) -> None:
    desktop.log_in()
    run(desktop, home, KEEP.format(CANARY))
    sealed = (home / "vault").read_bytes()

    desktop.start_locked()  # there and of highest priority, and yet not to be used
    assert run(desktop, home, READ).startswith("VaultLocked The system's keyring does not give")
    assert run(desktop, home, FORGET).startswith("VaultLocked")
    assert run(desktop, home, KEEP.format(f"{CANARY} 2")) == f"False {CANARY} 2"
    assert (home / "vault").read_bytes() == sealed
    assert lies_about(home, desktop.folder) == []

    desktop.log_in()
    assert run(desktop, home, READ) == f"*** {CANARY}"


def test_a_keyring_that_goes_away_meanwhile_is_no_crash(desktop: Desktop, home: Path) -> None:
    desktop.log_in()
    run(desktop, home, KEEP.format(CANARY))
    desktop.end_keyring()
    assert run(desktop, home, READ).startswith("VaultLocked")
    assert run(desktop, home, KEEP.format(CANARY)) == f"False {CANARY}"
    assert lies_about(home, desktop.folder) == []


@pytest.mark.parametrize("keyring", ["locked from the start", "none"])
def test_a_first_secret_without_a_keyring_lasts_for_the_run_alone(
    desktop: Desktop, home: Path, keyring: str
) -> None:
    if keyring != "none":
        desktop.start_locked()
    assert run(desktop, home, KEEP.format(CANARY)) == f"False {CANARY}"
    assert run(desktop, home, READ) == "None"
    assert not (home / "vault").exists()
    assert lies_about(home, desktop.folder) == []


def test_the_command_line_says_so_in_plain_words(desktop: Desktop, home: Path) -> None:
    def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command("--home", home, *arguments),
            env=desktop.environment,
            input=f"{CANARY}\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    desktop.log_in()
    kept = ask("settings", "set", "system.azure.key")
    assert (kept.returncode, "Traceback" in kept.stderr) == (0, False), kept.stderr
    for key, value in (
        ("system.azure.account", "practice1"),
        ("provider.1.azure.container", "scans"),
        ("operator.azure.enabled", "true"),
    ):
        assert ask("settings", "set", key, value).returncode == 0

    desktop.start_locked()
    shown, listed = ask("settings", "show"), ask("--json", "sources")
    assert shown.returncode == 0
    assert "The system's keyring does not give the key" in shown.stdout
    (azure,) = (
        row for row in map(json.loads, listed.stdout.splitlines()) if row["kind"] == "azure"
    )
    assert azure["state"] == "error"
    assert "The system's keyring does not give the key" in azure["detail"]
    for one in (kept, shown, listed):
        assert CANARY not in one.stdout + one.stderr
    assert lies_about(home, desktop.folder) == []
