"""Dropbox as this computer sees it: its public names lead to a server on loopback, by the environment."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from message_centre.domain.secrets import Secret
from message_centre.sources.dropbox_files import DropboxFiles
from message_centre.sources.dropbox_line import Waits
from tests.support.certificates import Certificates
from tests.support.connect_proxy import ConnectProxy
from tests.support.dropbox_server import HOSTS, DropboxServer
from tests.support.dropbox_sign_in import APP_KEY, SCOPES
from tests.support.https_server import HttpsServer

FOLDER = "/apps/intouch"


@dataclass(frozen=True)
class DropboxWorld:
    """One account, the way to it, and who is trusted."""

    dropbox: DropboxServer
    proxy: ConnectProxy
    certificates: Certificates

    @property
    def server(self) -> HttpsServer:
        """Where faults are set."""
        return self.dropbox.server

    def files(
        self, folder: str = FOLDER, *, scopes: str = SCOPES, waits: Waits | None = None
    ) -> DropboxFiles:
        """The adapter of one folder, signed in."""
        token = Secret(self.dropbox.sign_in.signed_in(scopes))
        return DropboxFiles(lambda: (APP_KEY, token), folder, waits=waits)


@contextlib.contextmanager
def dropbox_world(folder: Path) -> Iterator[DropboxWorld]:
    """A fresh account; whatever is asked elsewhere than Dropbox is refused, and the test fails."""
    certificates = Certificates(folder)
    dropbox = DropboxServer(certificates.server(*HOSTS))
    proxy = ConnectProxy(dropbox.ways())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in proxy.environment(certificates.authority).items():
            patch.setenv(name, value)
        try:
            yield DropboxWorld(dropbox, proxy, certificates)
        finally:
            proxy.close()
            dropbox.server.close()
    assert proxy.refused == []
