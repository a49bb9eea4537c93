"""A OneDrive on loopback, somebody who is signed in to it by the real MSAL, and a vault in memory."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from message_centre.domain.secrets import Secret
from message_centre.services.ports import SignInPage
from message_centre.sources.onedrive_access import OneDriveAccess
from message_centre.sources.onedrive_calls import GraphCalls
from message_centre.sources.onedrive_files import OneDriveFiles
from message_centre.sources.retrying import Patience
from tests.support.certificates import Certificates
from tests.support.entra_server import APP_ID, form_of
from tests.support.graph_server import GraphServer, running_graph

PROVIDER = "1"
SECRET = f"onedrive.{PROVIDER}.secret"
TOKENS = f"onedrive.{PROVIDER}.tokens"
#: Tests wait for a silent server as briefly as they can without failing on a busy machine.
QUICK = Patience(budget=2.0, first_wait=0.05)


@dataclass
class MemoryVault:
    """Implements `services.ports.Vault` for as long as a test runs."""

    secrets: dict[str, Secret] = field(default_factory=dict)
    is_kept: bool = True

    def read(self, name: str) -> Secret | None:
        return self.secrets.get(name)

    def keep(self, name: str, secret: Secret) -> bool:
        self.secrets[name] = secret
        return self.is_kept

    def forget(self, name: str) -> None:
        self.secrets.pop(name, None)


@dataclass
class Practice:
    """The server, and what one provider's workstation has."""

    server: GraphServer
    vault: MemoryVault = field(default_factory=MemoryVault)
    app_id: str = APP_ID

    def access(self) -> OneDriveAccess:
        """As a freshly started program makes it."""
        return OneDriveAccess(PROVIDER, lambda: self.app_id, self.vault)

    def sign_in(self, access: OneDriveAccess | None = None) -> OneDriveAccess:
        """A person signs in and agrees."""
        access = access or self.access()
        page = access.begin("http://localhost:50123")
        access.finish(page, answer_of(page))
        return access

    def drive(self, path: str = "", access: OneDriveAccess | None = None) -> OneDriveFiles:
        """The folder, as a signed-in program sees it."""
        access = access or self.sign_in()
        calls = GraphCalls(access, QUICK, (1.0, 1.0))
        return OneDriveFiles(calls, access.drive_id(), path)


def answer_of(page: SignInPage, choice: str = "approve") -> dict[str, str]:
    """What a browser brings back once the person has chosen: the fields of the form it posts."""
    shown = requests.get(page.address, timeout=10)
    if shown.status_code != 200:
        raise AssertionError(shown.text)
    action, hidden = form_of(shown.text)
    address = requests.compat.urljoin(page.address, action)
    posted = requests.post(address, data=hidden | {"choice": choice}, timeout=10)
    back, fields = form_of(posted.text)
    if not back.startswith("http://localhost:50123"):
        raise AssertionError(back)
    return fields


@contextlib.contextmanager
def a_practice(certificates: Certificates) -> Iterator[Practice]:
    """A server whose production addresses are led to it, for this process."""
    before = threading.active_count()
    with (
        running_graph(certificates) as (server, environment),
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in environment.items():
            patch.setenv(name, value)
        yield Practice(server)
    until = time.monotonic() + 5
    while threading.active_count() > before:
        if time.monotonic() > until:
            raise AssertionError("The server left threads behind.")
        time.sleep(0.01)
