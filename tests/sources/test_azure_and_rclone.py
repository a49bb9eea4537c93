"""rclone as a foreign judge of Azurite and of what our adapter makes of it; both speak to the same blobs."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from azure.storage.blob import ContainerSasPermissions, generate_container_sas

from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.secrets import Secret
from message_centre.sources.azure_blobs import AzureAccess, AzureBlobs
from message_centre.sources.drive import Removal
from tests.support.azurite import Container
from tests.support.faulty_front import Fault, FaultyFront, Spoil, faulty_front
from tests.support.rclones import OF_SYSTEM, OURS, Rclone, rclone_program

NAMES = ("ü #1 100%.jpg", "日本.heic", "a%2fb.jpg", *(f"{number:02}.bin" for number in range(9)))


@pytest.fixture
def front(container: Container) -> Iterator[FaultyFront]:
    with faulty_front(container.azurite.port) as found:
        yield found


@pytest.fixture(params=[OURS, OF_SYSTEM])
def rclone(
    request: pytest.FixtureRequest, container: Container, front: FaultyFront, tmp_path: Path
) -> Rclone:
    """With a remote `az:` for the account; the old one can be led to a server only by a signed address."""
    azurite = container.azurite
    endpoint = f"http://127.0.0.1:{front.port}/{azurite.account}"
    signed = generate_container_sas(
        azurite.account,
        container.name,
        account_key=azurite.key,
        permission=ContainerSasPermissions(read=True, list=True, delete=True, write=True),
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )
    settings = {"TYPE": "azureblob", "SAS_URL": f"{endpoint}/{container.name}?{signed}"}
    if request.param == OURS:
        settings = {
            "TYPE": "azureblob",
            "ACCOUNT": azurite.account,
            "KEY": azurite.key,
            "ENDPOINT": endpoint,
        }
    named = {f"RCLONE_CONFIG_AZ_{name}": value for name, value in settings.items()}
    return Rclone(rclone_program(request.param), tmp_path, named)


def _filled(container: Container) -> dict[str, bytes]:
    contents = {name: os.urandom(1000) for name in NAMES}
    for name, content in contents.items():
        container.put(f"in/{name}", content)
    return contents


def _drive(container: Container, port: int) -> AzureBlobs:
    azurite = container.azurite
    access = AzureAccess(f"http://127.0.0.1:{port}/{azurite.account}", Secret(azurite.key))
    folder = AzureFolder(azurite.account, container.name, "in")
    return AzureBlobs(folder, lambda: access)


def test_it_lists_page_by_page_what_our_adapter_lists_with_the_hashes_of_the_bytes(
    container: Container, rclone: Rclone, front: FaultyFront
) -> None:
    contents = _filled(container)
    words = ("--files-only", "--hash", "md5", "--format", "ph", "--azureblob-list-chunk", "5")

    told = rclone.say("lsf", *words, f"az:{container.name}/in")

    assert dict(line.rsplit(";", 1) for line in told.splitlines()) == {
        name: hashlib.md5(content, usedforsecurity=False).hexdigest()
        for name, content in contents.items()
    }
    assert sum("comp=list" in path for _, path in front.seen) == 3
    ours = _drive(container, front.port).files(lambda _: None)
    assert {file.name for file in ours} == set(contents)


def test_it_takes_copies_finds_every_checksum_right_and_one_that_is_wrong(
    container: Container, rclone: Rclone, tmp_path: Path
) -> None:
    contents = _filled(container)
    remote, copies = f"az:{container.name}/in", tmp_path / "copies"

    rclone.say("copy", remote, str(copies))
    assert "0 differences found" in rclone.run("check", remote, str(copies)).stderr
    (copies / NAMES[-1]).write_bytes(contents[NAMES[-1]][:-1] + b"x")
    wrong = rclone.run("check", remote, str(copies))

    assert (wrong.returncode != 0, "1 differences found" in wrong.stderr) == (True, True)


def test_it_moves_and_obeys_a_pause(
    container: Container, rclone: Rclone, front: FaultyFront, tmp_path: Path
) -> None:
    contents = _filled(container)
    busy = Fault(Spoil.ANSWER, "GET", 503, {"Retry-After": "1"})
    front.faults.append(busy)

    rclone.say("move", f"az:{container.name}/in", str(tmp_path / "moved"))

    moved = {one.name: one.read_bytes() for one in (tmp_path / "moved").iterdir()}
    assert (moved, container.names) == (contents, [])
    assert not front.faults


def test_versions_nobody_has_seen_are_lost_by_it_and_kept_by_us(
    container: Container,
    rclone: Rclone,
    front: FaultyFront,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody saves every blob anew right before it is removed."""
    contents = _filled(container)
    pass_on = front.take

    def take(method: str, path: str) -> Fault | None:
        if method == "DELETE":
            container.put(unquote(urlsplit(path).path).split("/", 3)[3], b"unseen")
        return pass_on(method, path)

    monkeypatch.setattr(front, "take", take)
    drive = _drive(container, front.port)
    for file in list(drive.files(lambda _: None)):
        assert b"".join(drive.read(file)) == contents[file.name]
        assert drive.remove(file.id, file.revision) is Removal.CHANGED
    assert [container.content(name) for name in container.names] == [b"unseen"] * len(NAMES)

    rclone.say("move", f"az:{container.name}/in", str(tmp_path / "moved"))
    assert front.methods().count("DELETE") == 2 * len(NAMES)
    assert container.names == []
