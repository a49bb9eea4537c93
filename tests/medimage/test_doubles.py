"""The doubles answer as the real server and the real service were seen to answer.

The same questions go to a real MedImage Server where its address and its `backupTo` folder are named:
MEDIMAGE_TEST_URL and MEDIMAGE_TEST_BACKUP, and MEDIMAGE_TEST_GUID where it asks for a known one.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from tests.support.medimage_names import GUID, VECTORS
from tests.support.medimage_phone import Phone, post, send
from tests.support.medimage_server import MedImageServer, running
from tests.support.pairing_service import pairing_service
from tests.support.pictures import a_jpeg

_LANDS_WITHIN = 10.0


@dataclass(frozen=True)
class Contract:
    """A server under judgement: the double, or one that an operator named."""

    url: str
    backup: Path
    guid: str = GUID

    def lands(self, path: str, content: bytes) -> bool:
        """Whether these bytes come to stand there."""
        where = self.backup / path.replace("G/", f"{self.guid}/", 1).replace(
            "g/", f"{self.guid.swapcase()}/", 1
        )
        until = time.monotonic() + _LANDS_WITHIN
        while time.monotonic() < until:
            if where.is_file() and where.read_bytes() == content:
                where.unlink()
                return True
            time.sleep(0.01)
        return False


_REAL, _BACKUP = os.environ.get("MEDIMAGE_TEST_URL"), os.environ.get("MEDIMAGE_TEST_BACKUP")


@pytest.fixture(params=["double", "real"] if _REAL and _BACKUP else ["double"])
def contract(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Contract]:
    if request.param == "double":
        with running(tmp_path) as server:
            yield Contract(server.url, tmp_path / "backup")
        return
    guid = os.environ.get("MEDIMAGE_TEST_GUID", GUID)
    yield Contract(_REAL or "", Path(_BACKUP or ""), guid)


@pytest.mark.parametrize(("sent", "lands"), VECTORS)
def test_a_name_lands_where_it_was_seen_to_land(contract: Contract, sent: str, lands: str) -> None:
    photo = a_jpeg()
    name = sent.replace("#G", f"#{contract.guid}").replace("#g", f"#{contract.guid.swapcase()}")

    assert post(contract.url, name, photo) == (200, b"Received upload successfully!\n\n")

    assert contract.lands(lands, photo)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("x.png", b"\x89PNG\r\n\x1a\n0000", 400),
        ("x.gif", b"GIF89a0000000000", 400),
        ("x.txt", b"plain words", 400),
        ("x.jpg", b"", 200),
        ("x.jpg", b"\xff\xd8\xff\xe0 truncated", 200),
    ],
)
def test_what_is_refused_and_what_is_not(
    contract: Contract, name: str, content: bytes, status: int
) -> None:
    assert post(contract.url, f"#{contract.guid}-#MCTEST-{name}", content)[0] == status


def test_bytes_of_no_known_kind_lose_their_top_bit(contract: Contract) -> None:
    sent = b"\x00\x00\x00\x18ftypheic" + bytes(range(256))

    assert post(contract.url, f"#{contract.guid}-#MCTEST-x.heic", sent)[0] == 200

    assert contract.lands("G/MCTEST/x.heic.heic", bytes(one & 0x7F for one in sent)) or (
        contract.lands("G/MCTEST/x.heic", bytes(one & 0x7F for one in sent))
    )


def test_a_form_without_the_right_field_and_no_form_at_all(contract: Contract) -> None:
    assert post(contract.url, "x.jpg", a_jpeg(), field="file2")[0] == 400
    assert send(contract.url, "POST", "/api/photo", b"x")[0] == 206


@pytest.mark.parametrize("path", ["/api/photo?x=1", "/api/photo/"])
def test_an_address_that_is_not_exactly_right_gets_no_answer(contract: Contract, path: str) -> None:
    with pytest.raises((urllib3.exceptions.TimeoutError, urllib3.exceptions.ProtocolError)):
        send(contract.url, "POST", path, b"x")


def test_status_page_options_and_the_settings_that_keep_photos_in(contract: Contract) -> None:
    assert send(contract.url, "GET", "/")[0] == 200
    assert send(contract.url, "OPTIONS", "/anything")[0] == 200
    assert send(contract.url, "HEAD", f"/read/{contract.guid}")[0] == 400
    assert send(contract.url, "GET", "/check=x.jpg")[0] == 400


def test_a_photo_that_is_too_large_gets_a_success_that_is_none(tmp_path: Path) -> None:
    with running(tmp_path, max_upload=1000) as server:
        status, words = post(server.url, f"#{GUID}-#A1-x.jpg", a_jpeg(400, 400))

    assert status == 206
    assert b"ETOOBIG" in words


def test_the_answer_comes_before_the_move_and_the_copy_grows(tmp_path: Path) -> None:
    photo = a_jpeg() + bytes(2_000_000) + b"\xff\xd9"
    with running(tmp_path, block_rest=0.05) as server:
        assert Phone(server.url, GUID).send("A1", photo) == 200
        sizes = _sizes(server, tmp_path / "backup" / GUID / "A1" / "21-Aug-2026-14-03-09.jpg")

    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 5
    assert sizes[-1] == len(photo)


def _sizes(server: MedImageServer, path: Path) -> list[int]:
    sizes = []
    while not server.landed:
        if path.exists():
            sizes.append(path.stat().st_size)
        time.sleep(0.02)
    return [*sizes, path.stat().st_size]


def test_a_server_that_dies_on_the_way_keeps_the_whole_photo_and_never_tries_again(
    tmp_path: Path,
) -> None:
    photo = a_jpeg() + bytes(1_000_000) + b"\xff\xd9"
    with running(tmp_path, die_at=131_072) as server:
        assert Phone(server.url, GUID).send("A1", photo) == 200
        server.settle()
        where = Path(GUID, "A1", "21-Aug-2026-14-03-09.jpg")
        server.stop()
        server.behaviour.die_at = None
        server.start()

        assert (tmp_path / "backup" / where).stat().st_size == 131_072
        assert (server.photos / where).read_bytes() == photo
        assert server.landed == []


def test_the_second_photo_of_a_name_replaces_the_first(tmp_path: Path) -> None:
    one, two = a_jpeg(64, 48), a_jpeg(32, 32)
    with running(tmp_path) as server:
        for photo in (one, two):
            Phone(server.url, GUID).send("A1", photo)
            server.settle()

    (only,) = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert only.read_bytes() == two


def test_forty_phones_at_once(tmp_path: Path) -> None:
    photo = a_jpeg()
    with running(tmp_path) as server, ThreadPoolExecutor(40) as pool:
        phone = Phone(server.url, GUID)
        statuses = list(pool.map(lambda n: phone.send(f"P{n}", photo), range(40)))
        server.settle()

    assert statuses == [200] * 40
    assert len(list((tmp_path / "backup").rglob("*.jpg"))) == 40


def test_a_target_that_cannot_be_written_and_addons_that_are_not_set_up(tmp_path: Path) -> None:
    with running(tmp_path, target_read_only=True) as server:
        assert Phone(server.url, GUID).send("A1", a_jpeg()) == 200
        server.settle()
        server.behaviour.target_read_only, server.behaviour.has_addons = False, False
        assert Phone(server.url, GUID).send("A2", a_jpeg()) == 200
        server.settle()

        assert server.failures
        assert len(list(server.photos.rglob("*.jpg"))) == 2
        assert not list((tmp_path / "backup").rglob("*.jpg"))


def test_a_guid_that_is_the_servers_own_is_left_out_of_the_path(tmp_path: Path) -> None:
    with running(tmp_path, global_id=GUID) as server:
        Phone(server.url, GUID).send("A1", a_jpeg())
        server.settle()

    assert (tmp_path / "backup" / "A1" / "21-Aug-2026-14-03-09.jpg").is_file()


def test_leaving_wants_a_guid_and_tells_what_is_still_there(tmp_path: Path) -> None:
    with running(tmp_path, leaving=True, keep_master=True) as server:
        assert b"reconnect" in post(server.url, "#short-#A1-x.jpg", a_jpeg())[1]
        Phone(server.url, GUID).send("A1", a_jpeg())
        name = Phone(server.url, GUID).name("A1").replace("#", "%23")

        assert send(server.url, "GET", f"/check={name}") == (200, b"true")
        assert send(server.url, "GET", "/check=other.jpg") == (200, b"false")


def test_a_target_given_as_text_is_refused_loudly(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="list"), running(tmp_path, backup_to="/srv/photos"):
        raise AssertionError("it must not start")


def test_a_name_that_is_too_long_ends_the_server(tmp_path: Path) -> None:
    with running(tmp_path, dies_on_long_name=True) as server:
        with pytest.raises(urllib3.exceptions.HTTPError):
            post(server.url, f"#{GUID}-#A1-{'x' * 300}.jpg", a_jpeg())
        assert server.killed.is_set()


def test_the_pairing_service_gives_codes_for_an_hour() -> None:
    now = [0.0]
    with pairing_service(lambda: now[0]) as service:
        base = service.url.removesuffix("/med-genid.php")
        first = send(base, "GET", "/med-genid.php?guid=&proxyServer=https%3A%2F%2Fmc.test")[1]
        code, guid, server, _label = first.decode().split()
        again = send(base, "GET", f"/med-genid.php?guid={guid}&proxyServer=https%3A%2F%2Fmc.test")

        assert (len(code), len(guid), server) == (4, 18, "https://mc.test")
        assert again[1].decode().split()[1] == guid
        compare = f"/med-genid.php?compare={code}"
        assert send(base, "GET", compare)[1] == f"https://mc.test/write/{guid}".encode()
        now[0] = 3601.0
        assert send(base, "GET", compare)[1] == b"nomatch"
