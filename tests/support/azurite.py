"""A real Azurite (Microsoft's emulator of Azure Storage) for a test run, and a container for each test.

It keeps everything in memory, listens on the loopback alone, has an account and key of its own for
each run, and is ended with the run. Where it is not installed a test that needs it says so; in CI it fails.
"""

import base64
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from tests.support.tools import free_port, has_node_program, node_program

_PROGRAM = "azurite/dist/src/blob/main.js"
_START_SECONDS = 30.0


@dataclass(frozen=True)
class Azurite:
    """A running Azurite with one account."""

    port: int
    account: str
    key: str = field(repr=False)

    @property
    def endpoint(self) -> str:
        """What `system.azure.endpoint` says."""
        return f"http://127.0.0.1:{self.port}/{self.account}"

    def fresh(self) -> "Container":
        """A container of its own."""
        return Container(self, f"scans-{secrets.token_hex(6)}")


class Container:
    """A container, by a client of its own: what the program under test did is looked at from outside."""

    def __init__(self, azurite: Azurite, name: str) -> None:
        self.azurite = azurite
        self.name = name
        self._service = BlobServiceClient(
            azurite.endpoint,
            credential={"account_name": azurite.account, "account_key": azurite.key},
            retry_total=0,
        )
        self.client: ContainerClient = self._service.create_container(name)

    def put(self, name: str, content: bytes) -> str:
        """Upload a blob or replace it; its new ETag without quotes."""
        told = self.client.get_blob_client(name).upload_blob(content, overwrite=True)
        return str(told["etag"]).strip('"')

    @property
    def names(self) -> list[str]:
        """Every blob that is there."""
        return sorted(self.client.list_blob_names())

    def content(self, name: str) -> bytes:
        """The bytes of a blob."""
        return self.client.download_blob(name).readall()

    def drop(self) -> None:
        """Remove it with everything inside."""
        self.client.delete_container()
        self.client.close()
        self._service.close()


def is_installed() -> bool:
    """Whether this computer can run it."""
    return has_node_program(_PROGRAM)


@contextmanager
def running() -> Iterator[Azurite]:
    """Start Azurite, wait until it answers, end it."""
    command = node_program(_PROGRAM)
    found = Azurite(
        free_port(),
        f"practice{secrets.token_hex(4)}",
        base64.b64encode(secrets.token_bytes(64)).decode(),
    )
    process = subprocess.Popen(
        [
            *(*command, "--blobHost", "127.0.0.1", "--blobPort", str(found.port)),
            *("--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck"),
        ],
        env=os.environ | {"AZURITE_ACCOUNTS": f"{found.account}:{found.key}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(found.port, process)
        yield found
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("Azurite does not start")
