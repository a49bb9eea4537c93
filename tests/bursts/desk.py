"""A practice with a folder, three virtual drives and a MedImage Server, whose window is open elsewhere.

What serves the practice runs in this process and the window in another one, so that neither holds the
interpreter's lock against the other.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import pytest

from message_centre.bootstrap import open_home
from message_centre.domain.people import Provider
from message_centre.domain.secrets import Secret
from message_centre.host.vault import Vault
from message_centre.services.bundle import Services
from message_centre.sources.onedrive_access import OneDriveAccess
from tests.bursts.shots import PATIENTS
from tests.support.azurite import running as running_azurite
from tests.support.clouds import Cloud, Clouds, running_clouds
from tests.support.entra_server import APP_ID
from tests.support.keyrings import use_file_keyring
from tests.support.medimage_names import GUID
from tests.support.medimage_phone import Phone
from tests.support.medimage_server import MedImageServer
from tests.support.medimage_server import running as running_medimage
from tests.support.onedrive import answer_of
from tests.support.program import command, environment
from tests.support.screens import PLATFORM

_OLD_SECONDS = 3600
_ENDS_AT_LAST = 900.0
#: How many seconds a phone waits for an answer.
PATIENCE = 60.0
_LOOPBACK = "http://localhost:50123"
_BLOCK_REST = 0.0005
_KEYRING = "tests.support.keyrings.FileKeyring"


class Window:
    """The program's window in its own process."""

    def __init__(self, home: Path, told: dict[str, str]) -> None:
        order = [sys.executable, "-m", "tests.bursts.window", str(home)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            order, stdin=pipe, stdout=pipe, text=True, bufsize=1, env=environment(told)
        )

    def refresh(self) -> dict[str, Any]:
        """Press F5; the answer when all that came of it has ended."""
        return self._ask("refresh")

    def press(self) -> None:
        """Press F5, and do not wait for what comes of it."""
        self._tell("press")

    def rest(self) -> dict[str, Any]:
        """Wait until nothing is under way."""
        return self._ask("rest")

    def pulse(self) -> dict[str, Any]:
        """The gaps since the last time."""
        return self._ask("pulse")

    def end(self) -> int:
        """Close it; its exit code."""
        self._tell("end")
        return self._process.wait(60)

    def kill(self) -> None:
        """End it however it stands."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _tell(self, order: str) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the window has no ears")
        self._process.stdin.write(f"{order}\n")

    def _ask(self, order: str) -> dict[str, Any]:
        self._tell(order)
        if self._process.stdout is None:
            raise RuntimeError("the window has no voice")
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError("the window has died")
        found: dict[str, Any] = json.loads(line)
        return found


class Place(Protocol):
    """Where files are put: the folder, or one of a drive."""

    @property
    def name(self) -> str:
        """What the record calls it."""

    def put(self, name: str, content: bytes) -> None:
        """Let a file arrive."""


@dataclass
class Desk:
    """The practice as its people and machines meet it."""

    root: Path
    services: Services
    server: MedImageServer
    clouds: Clouds
    told: dict[str, str]
    window: Window
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.root / "Phones"

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.root / "home"

    @property
    def deliveries(self) -> Path:
        """Where photos are delivered."""
        return self.root / "medimage" / "backup"

    def drives(self) -> tuple[Cloud, ...]:
        """Dropbox, OneDrive and Azure Storage."""
        return self.clouds.all()

    @property
    def name(self) -> str:
        """What the record and the day sheet call the folder."""
        return str(self.folder)

    def put(self, name: str, content: bytes) -> None:
        """Write a file into the folder now, a piece at a time."""
        with (self.folder / name).open("wb") as out:
            for start in range(0, len(content), 1 << 18):
                out.write(content[start : start + (1 << 18)])

    def run(self, *words: str) -> list[dict[str, Any]]:
        """One command; its lines."""
        ended = subprocess.run(
            command("--home", str(self.home), *words, "--json"),
            capture_output=True,
            env=environment(self.told),
            check=False,
        )
        if ended.returncode not in {0, 1}:
            raise AssertionError(ended.stderr.decode())
        return [json.loads(line) for line in ended.stdout.decode().splitlines()]

    @contextmanager
    def receiver(self) -> Iterator[Phone]:
        """The program's own receiver, as a process; a phone that is paired with it."""
        order = command("--home", str(self.home), "medimage", "serve", "--port", "0", "--json")
        with subprocess.Popen(
            order, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(self.told)
        ) as serving:
            try:
                line = serving.stdout.readline() if serving.stdout else b""
                yield Phone(f"http://127.0.0.1:{json.loads(line)['port']}", GUID, PATIENCE)
            finally:
                serving.terminate()

    def filed(self) -> int:
        """How many records there are."""
        return sum(1 for _ in self.services.records.everything())

    def refresh_until(self, is_so: Callable[[], bool]) -> int:
        """Press F5 as long as it takes until something is so; how often it was pressed."""
        until = time.monotonic() + _ENDS_AT_LAST
        presses = 0
        while not is_so() and time.monotonic() < until:
            self.window.refresh()
            presses += 1
            if not is_so():
                time.sleep(1)
        return presses

    def has(self, hashes: set[str], names: set[str]) -> bool:
        """Whether any file with these bytes, or of a drive with these names, lies at its source."""
        found, named = self.left_over()
        return bool(found & hashes or named & names)

    def left_over(self) -> tuple[set[str], set[str]]:
        """What lies at any source: the hashes of what is on a disk, the names of what is on a drive."""
        paths = [*self.folder.rglob("*"), *self.deliveries.rglob("*")]
        hashes = {sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()}
        return hashes, {name for drive in self.drives() for name in drive.names()}


@contextmanager
def opened_desk(root: Path, ordinary: Mapping[str, bytes]) -> Iterator[Desk]:
    """A practice below `root` with its window open and at rest, `ordinary` files waiting in its list."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("TEST_KEYRING", str(root / "ring"))
        use_file_keyring(patch)
        azurite = stack.enter_context(running_azurite())
        clouds = stack.enter_context(running_clouds(root, azurite))
        server = stack.enter_context(
            running_medimage(root / "medimage", block_rest=_BLOCK_REST, max_upload=64 << 20)
        )
        services = open_home(root / "home")
        stack.callback(services.close)
        _set_up(services, clouds, root)
        told = {"QT_QPA_PLATFORM": PLATFORM, "QT_ACCESSIBILITY": "0"}
        told |= {"PYTHON_KEYRING_BACKEND": _KEYRING, **clouds.environment}
        for name, content in ordinary.items():
            path = root / "Phones" / name
            path.write_bytes(content)
            os.utime(path, (time.time() - _OLD_SECONDS,) * 2)
        window = Window(root / "home", told)
        stack.callback(window.kill)
        window.rest()
        yield Desk(root, services, server, clouds, told, window)


def _set_up(services: Services, clouds: Clouds, root: Path) -> None:
    """Patients, a second provider, the sources, and what signs in to them."""
    configuring, by = services.configuring, services.permitting.operator("ADM")
    services.staffing.save_provider(Provider("2", "Dr Second"), by="ADM")
    for number in PATIENTS:
        fields = {"number": number, "last_name": f"Synthetic{number}", "first_names": "Sam"}
        services.register.add({**fields, "birth_date": f"19{number[-2:]}-03-07"}, operator="ADM")
    (root / "Phones").mkdir()
    settings = {
        "operator.folders.images": str(root / "Phones"),
        "system.medimage.root": str(root / "medimage" / "backup"),
        "provider.1.medimage.guid": GUID,
        "operator.auto_import": "true",
    }
    for drive in clouds.all():
        settings |= drive.settings
        for key, secret in drive.secrets.items():
            configuring.set_secret(key, Secret(secret), operator=by)
    for key, value in settings.items():
        configuring.set(key, value, operator=by)
    vault, sign_in = Vault(services.home), clouds.dropbox.server.sign_in
    told = {"account": sign_in.account_id, "token": sign_in.signed_in()}
    vault.keep("dropbox.ADM", Secret(json.dumps(told)))
    access = OneDriveAccess("1", lambda: APP_ID, vault)
    page = access.begin(_LOOPBACK)
    access.finish(page, answer_of(page))
