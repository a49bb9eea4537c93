"""The virtual drives a practice may have, each as one cloud with the same verbs, whoever serves it.

Dropbox and OneDrive are the servers of the tests behind their production addresses, Azure Storage is a real
Azurite. All of them together fit into one process: only https goes through the proxy.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest

from message_centre.sources.dropbox_access import PORTS
from tests.support.azurite import Azurite, Container
from tests.support.certificates import Certificates
from tests.support.connect_proxy import ConnectProxy
from tests.support.dropbox_server import HOSTS, DropboxServer
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.entra_server import APP_ID, LOGIN_HOST
from tests.support.faulty_front import Fault, FaultyFront, Spoil, faulty_front
from tests.support.graph_server import FILES_HOST, GRAPH_HOST, GraphServer
from tests.support.https_server import Trouble

_DROPBOX, _ONEDRIVE, _AZURE = "/apps/intouch", "/Scans", "scans"
#: More requests than any test makes.
_EVERY = 100_000


class Cloud(Protocol):
    """One drive and what may happen to it."""

    @property
    def kind(self) -> str:
        """As settings and commands call it."""

    @property
    def name(self) -> str:
        """What a record and the details of a source call it."""

    @property
    def settings(self) -> Mapping[str, str]:
        """What an administrator sets."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """What is given on standard input."""

    @property
    def allow(self) -> str:
        """The button that allows us in; empty where nobody signs in."""

    @property
    def deny(self) -> str:
        """The button that refuses us."""

    def put(self, name: str, content: bytes) -> None:
        """Somebody puts a file into the folder that is listed."""

    def names(self) -> list[str]:
        """What is in that folder, seen from outside the program."""

    def go_away(self) -> None:
        """No request gets an answer from now on."""

    def come_back(self) -> None:
        """All is well again."""

    def revoke(self) -> None:
        """Whatever the program has got to get in with is good no longer."""


@dataclass(frozen=True)
class DropboxCloud:
    """The Dropbox of an operator."""

    server: DropboxServer
    kind: str = "dropbox"
    name: str = f"Dropbox {_DROPBOX}"
    settings: Mapping[str, str] = field(
        default_factory=lambda: {
            "system.dropbox.app_key": APP_KEY,
            "operator.dropbox.path": _DROPBOX,
            "operator.dropbox.enabled": "true",
        }
    )
    secrets: Mapping[str, str] = field(default_factory=dict)
    allow: str = "allow"
    deny: str = "deny"

    def put(self, name: str, content: bytes) -> None:
        self.server.tree.put(f"{_DROPBOX}/{name}", content)

    def names(self) -> list[str]:
        return self.server.tree.names(_DROPBOX)

    def go_away(self) -> None:
        self.server.server.fault("", Trouble.CUT, times=_EVERY)

    def come_back(self) -> None:
        self.server.server.mend()

    def revoke(self) -> None:
        self.server.sign_in.revoke()


@dataclass(frozen=True)
class OneDriveCloud:
    """The OneDrive of a provider, of a practice or of a private person."""

    server: GraphServer
    kind: str = "onedrive"
    name: str = f"OneDrive {_ONEDRIVE.lower()}"
    settings: Mapping[str, str] = field(
        default_factory=lambda: {
            "provider.1.onedrive.app_id": APP_ID,
            "operator.onedrive.path": _ONEDRIVE,
            "operator.onedrive.enabled": "true",
        }
    )
    secrets: Mapping[str, str] = field(default_factory=dict)
    allow: str = "approve"
    deny: str = "deny"

    def put(self, name: str, content: bytes) -> None:
        self.server.add(f"{_ONEDRIVE}/{name}", content)

    def names(self) -> list[str]:
        items = self.server.items.values()
        return sorted(item.name for item in items if item.content is not None)

    def go_away(self) -> None:
        self.server.https.fault("", Trouble.CUT, times=_EVERY)

    def come_back(self) -> None:
        self.server.https.mend()

    def revoke(self) -> None:
        self.server.entra.revoke()


@dataclass(frozen=True)
class AzureCloud:
    """A container's folder, behind a front that can fail."""

    container: Container
    front: FaultyFront
    kind: str = "azure"
    allow: str = ""
    deny: str = ""

    @property
    def name(self) -> str:
        return f"Azure {self.container.name}/{_AZURE}"

    @property
    def settings(self) -> Mapping[str, str]:
        account = self.container.azurite.account
        return {
            "system.azure.account": account,
            "system.azure.endpoint": f"http://127.0.0.1:{self.front.port}/{account}",
            "provider.1.azure.container": f"{self.container.name}/{_AZURE}",
            "operator.azure.enabled": "true",
        }

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"system.azure.key": self.container.azurite.key}

    def put(self, name: str, content: bytes) -> None:
        self.container.put(f"{_AZURE}/{name}", content)

    def names(self) -> list[str]:
        return [name.removeprefix(f"{_AZURE}/") for name in self.container.names]

    def go_away(self) -> None:
        self.front.faults.extend([Fault(Spoil.DROP)] * _EVERY)

    def come_back(self) -> None:
        self.front.faults.clear()

    def revoke(self) -> None:
        self.front.faults.extend([Fault(Spoil.ANSWER, status=403)] * _EVERY)


@dataclass(frozen=True)
class Clouds:
    """All three at once; `environment` leads a program's production addresses to them."""

    dropbox: DropboxCloud
    onedrive: OneDriveCloud
    azure: AzureCloud
    environment: Mapping[str, str]

    def all(self) -> tuple[Cloud, ...]:
        return self.dropbox, self.onedrive, self.azure


@contextlib.contextmanager
def running_clouds(
    folder: Path, azurite: Azurite, *, drive_type: str = "business"
) -> Iterator[Clouds]:
    """Start what serves them; this process, too, is led to them until the end.

    Raises:
        AssertionError: anything else was contacted.
    """
    certificates = Certificates(folder)
    dropbox = DropboxServer(certificates.server(*HOSTS))
    dropbox.sign_in.redirects += [f"http://localhost:{port}" for port in PORTS]
    microsoft = (GRAPH_HOST, FILES_HOST, LOGIN_HOST)
    graph = GraphServer(certificates.server(*microsoft), drive_type=drive_type)
    proxy = ConnectProxy(dropbox.ways() | dict.fromkeys(microsoft, graph.https.port))
    container = azurite.fresh()
    environment = proxy.environment(certificates.authority)
    with (
        contextlib.ExitStack() as ending,
        pytest.MonkeyPatch.context() as patch,
        faulty_front(azurite.port) as front,
    ):
        for close in (container.drop, graph.https.close, dropbox.server.close, proxy.close):
            ending.callback(close)
        for name, value in environment.items():
            patch.setenv(name, value)
        azure = AzureCloud(container, front)
        yield Clouds(DropboxCloud(dropbox), OneDriveCloud(graph), azure, environment)
    if proxy.refused:
        raise AssertionError(f"Something else was contacted: {proxy.refused}")
