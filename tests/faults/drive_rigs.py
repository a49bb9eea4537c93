"""A drive of each kind on loopback whose line, answers, files and sign-in can be spoilt and mended again."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from azure.storage.blob import BlobLeaseClient
from dropbox.files import WriteError

from message_centre.domain.files import SourceKind
from tests.support.certificates import Certificates
from tests.support.connect_proxy import ConnectProxy
from tests.support.faulty_front import Fault, FaultyFront, Spoil
from tests.support.graph_server import Item
from tests.support.https_server import HttpsServer, Reply, Trouble
from tests.support.served_drives import FOLDER, ServedAzure, ServedDropbox, ServedOneDrive

MANY = 99
#: A port of the loopback on which nobody listens.
CLOSED = 9
#: The sign-in page of a network, as a hotel or a hospital has it.
PORTAL = b"<html><title>Welcome to our network</title><form action='/login'></form></html>"


class AzureRig(ServedAzure):
    """Azurite behind a front that spoils."""

    kind = SourceKind.AZURE

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.front = FaultyFront(self.container.azurite.port)

    @property
    def facts(self) -> dict[str, str]:
        return super().facts | {"system.azure.endpoint": self.endpoint(self.front.port)}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may be written nowhere."""
        return (self.container.azurite.key,)

    def endpoint(self, port: int, scheme: str = "http") -> str:
        """The account's address by another way."""
        return f"{scheme}://127.0.0.1:{port}/{self.container.azurite.account}"

    def spoil(self, how: Spoil, method: str = "", *, times: int = MANY, **more: Any) -> None:
        """Spoil the next requests of this method."""
        self.front.faults.extend([Fault(how, method, **more)] * times)

    def answer(
        self, status: int, code: str, method: str = "", *, times: int = MANY, **headers: str
    ) -> None:
        """Answer the next requests with an error as Azure words it."""
        named = {"x-ms-error-code": code} if code else {}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode() if code else b""
        self.spoil(Spoil.ANSWER, method, times=times, status=status, headers=named, body=body)

    @property
    def blob(self) -> Any:
        """The blob of the one file that lies there."""
        return self.container.client.get_blob_client(self.container.names[0])

    def remove(self) -> None:
        """Somebody else removes the file."""
        self.blob.delete_blob()

    def mend(self) -> None:
        """Everything as it should be."""
        self.front.faults.clear()
        client = self.container.client
        for blob in list(client.list_blobs(include=["snapshots"])):
            if blob.snapshot:
                client.get_blob_client(blob.name, snapshot=blob.snapshot).delete_blob()
            elif blob.lease.state == "leased":
                BlobLeaseClient(client.get_blob_client(blob.name)).break_lease(0)

    def close(self) -> None:
        self.front.close()
        super().close()


class _Tunnelled:
    """What drives have in common that are reached by their production names, over TLS."""

    proxy: ConnectProxy
    environment: dict[str, str]

    def begin(self, https: HttpsServer, folder: Path) -> None:
        """Lead this process to the server."""
        self.https = https
        self.ways = dict(self.proxy.ways)
        self._stranger = Certificates(_made(folder / "stranger"))
        self._before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)

    def fault(self, path: str, what: Trouble | Reply, **more: Any) -> None:
        """Spoil the next requests whose path ends so."""
        self.https.fault(path, what, **{"times": MANY, **more})

    def lead_to(self, port: int | None) -> None:
        """Let every name lead to this port, or be unknown."""
        self.proxy.ways = dict.fromkeys(self.ways, port) if port else {}

    def distrust(self) -> None:
        """Let the server's certificate be one that nobody here vouches for."""
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            os.environ[name] = str(self._stranger.authority)

    def mend_line(self) -> None:
        """The way and the server as they should be."""
        self.https.mend()
        self.proxy.ways = self.ways
        self.proxy.refused.clear()
        os.environ.update(self.environment)

    def end(self) -> None:
        """Lead this process nowhere any more."""
        self.proxy.refused.clear()
        for name, value in self._before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class DropboxRig(_Tunnelled, ServedDropbox):
    """Dropbox on loopback."""

    kind = SourceKind.DROPBOX

    def __init__(self, folder: Path) -> None:
        super().__init__(_made(folder))
        self.begin(self.dropbox.server, folder)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may be written nowhere."""
        sign_in = self.dropbox.sign_in
        return (*sign_in._refresh, *sign_in._access)

    def forbid(self, error: WriteError) -> None:
        """Let nothing be removed, for this reason."""
        self.dropbox.unwritable = {f"{FOLDER}/{name}".lower(): error for name in self.contents()}

    def remove(self) -> None:
        """Somebody else removes the file."""
        for name in self.contents():
            self.dropbox.tree.remove(f"{FOLDER}/{name}")

    def mend(self) -> None:
        """Everything as it should be."""
        self.mend_line()
        self.let_go()
        self.dropbox.after_download = lambda held: None

    def close(self) -> None:
        self.end()
        super().close()


class OneDriveRig(_Tunnelled, ServedOneDrive):
    """OneDrive on loopback."""

    kind = SourceKind.ONEDRIVE

    def __init__(self, folder: Path) -> None:
        super().__init__(_made(folder))
        self.begin(self.server.https, folder)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may be written nowhere."""
        return (*self.server.entra.access, *self.server.entra.refresh)

    @property
    def item(self) -> Item:
        """The one file that lies there."""
        return next(one for one in self.server.items.values() if one.content is not None)

    def remove(self) -> None:
        """Somebody else removes the file."""
        self.server.take_away(self.item.id)

    def mend(self) -> None:
        """Everything as it should be."""
        self.mend_line()
        self.let_go()
        self.server.after_download = lambda item: None
        for item in self.server.items.values():
            item.deliver, item.said = bytes, {}

    def close(self) -> None:
        self.end()
        super().close()


Rig = AzureRig | DropboxRig | OneDriveRig
RIGS: Mapping[SourceKind, type[Rig]] = {
    SourceKind.AZURE: AzureRig,
    SourceKind.DROPBOX: DropboxRig,
    SourceKind.ONEDRIVE: OneDriveRig,
}


@contextlib.contextmanager
def a_rig(kind: SourceKind, folder: Path) -> Iterator[Rig]:
    """A running drive."""
    rig = RIGS[kind](folder)
    try:
        yield rig
    finally:
        rig.close()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
