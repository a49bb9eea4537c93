"""A folder of each virtual drive, served on loopback, as a test sees it from outside: what lies in it.

The program under test gets the `facts` by `switch_on`, as a person gives them in Setup and by signing in.
"""

import copy
import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, Protocol

from azure.storage.blob import BlobLeaseClient
from dropbox.files import WriteError

from message_centre.domain.files import SourceKind
from message_centre.domain.secrets import Secret
from message_centre.host.vault import Vault
from message_centre.services.bundle import Services
from message_centre.sources.onedrive_access import OneDriveAccess
from tests.support.azurite import Container, running
from tests.support.certificates import Certificates
from tests.support.connect_proxy import ConnectProxy
from tests.support.dropbox_server import HOSTS, DropboxServer
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.entra_server import APP_ID, LOGIN_HOST
from tests.support.graph_server import FILES_HOST, GRAPH_HOST, ROOT, GraphServer
from tests.support.onedrive import PROVIDER, answer_of

#: What every practice of these tests calls its folder.
FOLDER = "/apps/intouch"
_LOOPBACK = "http://localhost:50123"


class ServedDrive(Protocol):
    """One folder of one drive, and its server."""

    @property
    def facts(self) -> dict[str, str]:
        """What the program has to be told to use it."""

    @property
    def environment(self) -> dict[str, str]:
        """What leads the program's production addresses to the server."""

    def put(self, name: str, data: bytes) -> None:
        """Create or overwrite a file."""

    def contents(self) -> dict[str, bytes]:
        """Every file of the folder, by name."""

    def keep(self) -> None:
        """Remember how everything stands."""

    def begin_again(self) -> None:
        """Everything as it was remembered."""

    def hinder(self) -> None:
        """Let nothing that is there now be removed any more."""

    def let_go(self) -> None:
        """Let everything be removed again."""

    def close(self) -> None:
        """End the server."""


class ServedAzure:
    """A container of a real Azurite."""

    def __init__(self, folder: Path) -> None:
        del folder  # it keeps everything in memory
        self._stack = ExitStack()
        self.container: Container = self._stack.enter_context(running()).fresh()
        self._kept: dict[str, bytes] = {}

    @property
    def facts(self) -> dict[str, str]:
        azurite = self.container.azurite
        return {
            "system.azure.account": azurite.account,
            "system.azure.endpoint": azurite.endpoint,
            "system.azure.key": azurite.key,
            "provider.1.azure.container": f"{self.container.name}{FOLDER}",
        }

    environment: ClassVar[dict[str, str]] = {}

    def put(self, name: str, data: bytes) -> None:
        self.container.put(self.path(name), data)

    def path(self, name: str) -> str:
        """The name of the blob."""
        return f"{FOLDER[1:]}/{name}"

    def contents(self) -> dict[str, bytes]:
        return {
            name.rpartition("/")[2]: self.container.content(name) for name in self.container.names
        }

    def keep(self) -> None:
        self._kept = self.contents()

    def begin_again(self) -> None:
        now = self.contents()
        for name in now.keys() - self._kept.keys():
            self.container.client.delete_blob(self.path(name))
        for name, data in self._kept.items():
            if now.get(name) != data:
                self.put(name, data)

    def hinder(self) -> None:
        for name in self.container.names:
            self.container.client.get_blob_client(name).acquire_lease()

    def let_go(self) -> None:
        for name in self.container.names:
            BlobLeaseClient(self.container.client.get_blob_client(name)).break_lease(0)

    def close(self) -> None:
        self.container.drop()
        self._stack.close()


class ServedDropbox:
    """A folder of the Dropbox on loopback."""

    def __init__(self, folder: Path) -> None:
        certificates = Certificates(folder)
        self.dropbox = DropboxServer(certificates.server(*HOSTS))
        self.proxy = ConnectProxy(self.dropbox.ways())
        self.environment = self.proxy.environment(certificates.authority)
        self.dropbox.tree.make_folder(FOLDER)
        self.keep()

    @property
    def facts(self) -> dict[str, str]:
        sign_in = self.dropbox.sign_in
        return {"account": sign_in.account_id, "token": sign_in.signed_in()}

    def put(self, name: str, data: bytes) -> None:
        self.dropbox.tree.put(f"{FOLDER}/{name}", data)

    def contents(self) -> dict[str, bytes]:
        tree = self.dropbox.tree
        found = {name: tree.find(f"{FOLDER}/{name}") for name in tree.names(FOLDER)}
        return {name: held.data for name, held in found.items() if held}

    def keep(self) -> None:
        self._kept = self.dropbox.tree.state(), self.dropbox.unwritable

    def begin_again(self) -> None:
        tree, self.dropbox.unwritable = self._kept
        self.dropbox.tree.begin_again(tree)

    def hinder(self) -> None:
        may_not = WriteError.no_write_permission
        paths = [f"{FOLDER}/{name}".lower() for name in self.contents()]
        self.dropbox.unwritable = dict.fromkeys(paths, may_not)

    def let_go(self) -> None:
        self.dropbox.unwritable = {}

    def close(self) -> None:
        self.proxy.close()
        self.dropbox.server.close()


class ServedOneDrive:
    """A folder of the OneDrive on loopback."""

    facts: ClassVar[dict[str, str]] = {}

    def __init__(self, folder: Path) -> None:
        certificates, names = Certificates(folder), (GRAPH_HOST, FILES_HOST, LOGIN_HOST)
        self.server = GraphServer(certificates.server(*names))
        self.proxy = ConnectProxy(dict.fromkeys(names, self.server.https.port))
        self.environment = self.proxy.environment(certificates.authority)
        self.server.folder(FOLDER)
        self.keep()

    def put(self, name: str, data: bytes) -> None:
        found = self.item_id(name)
        if found:
            self.server.replace(found, data)
        else:
            self.server.add(f"{FOLDER}/{name}", data)

    def item_id(self, name: str) -> str:
        """The id of a file, or nothing."""
        inside = self.server.folder(FOLDER)
        items = list(self.server.items.values())
        return next((one.id for one in items if (one.parent, one.name) == (inside, name)), "")

    def contents(self) -> dict[str, bytes]:
        items = [one for one in self.server.items.values() if one.id != ROOT]
        return {one.name: one.content for one in items if one.content is not None}

    def keep(self) -> None:
        self._kept = copy.deepcopy(self.server.items), self.server.locked

    def begin_again(self) -> None:
        items, self.server.locked = self._kept
        self.server.items = copy.deepcopy(items)

    def hinder(self) -> None:
        self.server.locked = set(self.server.items)

    def let_go(self) -> None:
        self.server.locked = set()

    def close(self) -> None:
        self.proxy.close()
        self.server.https.close()


SERVED: Mapping[SourceKind, type[ServedAzure | ServedDropbox | ServedOneDrive]] = {
    SourceKind.AZURE: ServedAzure,
    SourceKind.DROPBOX: ServedDropbox,
    SourceKind.ONEDRIVE: ServedOneDrive,
}


def switch_on(services: Services, kind: SourceKind, facts: Mapping[str, str]) -> None:
    """Let ADM list the folder: settings, secrets and, where there is one, the sign-in."""
    configuring, by = services.configuring, services.permitting.operator("ADM")
    vault = Vault(services.home)
    if kind is SourceKind.AZURE:
        for name, value in facts.items():
            if name != "system.azure.key":
                configuring.set(name, value, operator=by)
        configuring.set_secret("system.azure.key", Secret(facts["system.azure.key"]), operator=by)
    if kind is SourceKind.DROPBOX:
        configuring.set("system.dropbox.app_key", APP_KEY, operator=by)
        vault.keep("dropbox.ADM", Secret(json.dumps(dict(facts))))
    if kind is SourceKind.ONEDRIVE:
        configuring.set("provider.1.onedrive.app_id", APP_ID, operator=by)
        access = OneDriveAccess(PROVIDER, lambda: APP_ID, vault)
        page = access.begin(_LOOPBACK)
        access.finish(page, answer_of(page))
    if kind is not SourceKind.AZURE:
        configuring.set(f"operator.{kind}.path", FOLDER, operator=by)
    configuring.set(f"operator.{kind}.enabled", "true", operator=by)
