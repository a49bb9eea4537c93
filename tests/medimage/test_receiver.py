"""Phones post to the Message Centre itself: whole, decoded and on the disk before it answers."""

import gzip
import json
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from message_centre.domain.errors import AccessDenied, BadSetting, NotPermitted, StoreFull
from message_centre.domain.medimage_uploads import taken_apart
from message_centre.domain.people import Operator
from message_centre.host import photo_landing
from message_centre.host.photo_landing import PhotoLanding
from message_centre.services import receiving
from message_centre.services.ports import Listen
from message_centre.sources import photo_server
from tests.medimage.practice import RETIRED
from tests.support.certificates import Certificates
from tests.support.engine import Engine, age
from tests.support.medimage_names import GUID, VECTORS
from tests.support.medimage_phone import Phone, post, send
from tests.support.pictures import a_jpeg, a_picture, a_png_that_claims, encoded
from tests.support.program import command, environment

_HERE = Listen("127.0.0.1", 0)
_HEAD = b"POST /api/photo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n"
_LONG = b"Content-Length: 50000\r\n\r\n"
_PART = f'--B\r\nContent-Disposition: form-data; name="file1"; filename="#{GUID}-#1-x.jpg"\r\n\r\n'.encode()


@dataclass
class Receiver:
    """A running receiver and its delivery folder."""

    engine: Engine
    root: Path
    url: str

    @property
    def phone(self) -> Phone:
        return Phone(self.url, GUID)

    def files(self) -> dict[str, bytes]:
        found = [path for path in self.root.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in found}


def connected(receiver: Receiver) -> socket.socket:
    """A line of one's own to the receiver."""
    return socket.create_connection(("127.0.0.1", int(receiver.url.rpartition(":")[2])), 10)


def is_over(line: socket.socket, seconds: float) -> bool:
    """Whether the other end closes a line within the time, whatever it says before."""
    line.settimeout(seconds)
    try:
        while line.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


@pytest.fixture
def receiver(practice_engine: Engine, tmp_path: Path) -> Iterator[Receiver]:
    root = tmp_path / "photos"
    root.mkdir()
    configuring, operator = practice_engine.services.configuring, practice_engine.operator
    configuring.set("system.medimage.root", str(root), operator=operator)
    configuring.set("provider.1.medimage.guid", GUID, operator=operator)
    configuring.set("provider.1.medimage.retired", RETIRED, operator=operator)
    serving = practice_engine.services.medimage.serving
    with serving.serve(operator, _HERE) as port:
        yield Receiver(practice_engine, root, f"http://127.0.0.1:{port}")


def test_a_photo_is_on_the_disk_whole_before_the_answer_and_is_listed(receiver: Receiver) -> None:
    photo = a_jpeg(300, 200)

    assert receiver.phone.send("100 arm", photo) == 200

    name = f"{GUID}/100/arm-21-Aug-2026-14-03-09.jpg"
    assert receiver.files() == {name: photo}
    age(receiver.root / name, 60)
    assert "100-arm-21-Aug-2026-14-03-09.jpg" in receiver.engine.ready()


@pytest.mark.parametrize(
    "name",
    [
        "#GUIDxPLACEHOLDER09-#100-x.jpg",
        f"#{RETIRED}-#100-x.jpg",
        f"#{GUID.swapcase()}-#100-x.jpg",
        "#100-x.jpg",
        "x.jpg",
        "",
        f"#{GUID}-#100-{'x' * 300}.jpg",
    ],
)
def test_only_known_keys_may_send(receiver: Receiver, name: str) -> None:
    assert post(receiver.url, name, a_jpeg())[0] == 400
    assert receiver.files() == {}


@pytest.mark.parametrize(
    ("content", "status", "extension"),
    [
        (a_jpeg(), 200, "jpg"),
        (encoded(a_picture(), "PNG"), 200, "png"),
        (encoded(a_picture(), "HEIF"), 200, "heic"),
        (b"%PDF-1.4\nx\n%%EOF\n", 200, "pdf"),
        (a_jpeg(400, 400)[:-200], 415, ""),
        (b"\xff\xd8\xff\xe0 no picture at all \xff\xd9", 415, ""),
        (b"plain words", 415, ""),
        (b"MZ\x90\0\3\0\0\0", 415, ""),
        (b"", 415, ""),
    ],
    ids=["jpeg", "png", "heic", "pdf", "half", "damaged", "text", "program", "empty"],
)
def test_content_decides_what_is_taken(
    receiver: Receiver, content: bytes, status: int, extension: str
) -> None:
    assert post(receiver.url, f"#{GUID}-#100-x.jpg", content)[0] == status

    expected = {f"{GUID}/100/x.{extension}": content} if extension else {}
    assert receiver.files() == expected


def test_a_name_that_is_taken_gets_a_number_and_the_same_bytes_are_kept_once(
    receiver: Receiver,
) -> None:
    one, two = a_jpeg(32, 32), a_jpeg(64, 64)
    for photo in (one, two, one, two):
        assert receiver.phone.send("100", photo) == 200

    where = f"{GUID}/100/21-Aug-2026-14-03-09"
    assert receiver.files() == {f"{where}.jpg": one, f"{where}-2.jpg": two}


def test_whether_a_photo_was_taken_is_told_also_after_it_was_filed(receiver: Receiver) -> None:
    name = receiver.phone.name("100")
    asked = "/check=" + name.replace("#", "%23")
    assert send(receiver.url, "GET", asked) == (200, b"true")

    receiver.phone.send("100", a_jpeg())
    (path,) = receiver.root.rglob("*.jpg")
    path.unlink()

    assert send(receiver.url, "GET", asked) == (200, b"false")
    ledger = (receiver.engine.home / "received").read_text()
    assert GUID not in ledger
    assert PhotoLanding(receiver.engine.home / "received").remembers(ledger.strip())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("OPTIONS", "/api/photo", 200),
        ("OPTIONS", "/", 404),
        ("GET", "/api/photo", 404),
        ("POST", "/api/photo/", 404),
        ("POST", "/api/photo?x=1", 404),
        ("GET", f"/read/{GUID}", 404),
        ("GET", "/pair?x=1", 404),
        ("GET", "/addon/x", 404),
        ("GET", "/load/", 404),
        ("DELETE", "/api/photo", 404),
    ],
)
def test_four_addresses_and_no_more(
    receiver: Receiver, method: str, path: str, status: int
) -> None:
    assert send(receiver.url, method, path)[0] == status


def test_what_is_no_form_or_has_no_photo_is_refused(receiver: Receiver) -> None:
    assert send(receiver.url, "POST", "/api/photo", b"x")[0] == 400
    assert (
        send(receiver.url, "POST", "/api/photo", b"x", "multipart/form-data; boundary=B")[0] == 400
    )
    assert post(receiver.url, f"#{GUID}-#100-x.jpg", a_jpeg(), field="file2")[0] == 400
    assert receiver.files() == {}


def test_a_photo_that_is_too_large_is_refused_and_nothing_is_kept(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("message_centre.sources.photo_server.LARGEST", 100_000)

    status = post(receiver.url, f"#{GUID}-#100-x.jpg", a_jpeg() + bytes(200_000) + b"\xff\xd9")[0]

    assert status == 413
    assert receiver.files() == {}


def test_more_than_any_photo_is_refused_before_it_is_read(receiver: Receiver) -> None:
    port = int(receiver.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(
            b"POST /api/photo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n"
            b"Content-Length: 99999999999\r\n\r\n"
        )
        line.settimeout(10)
        assert b" 413 " in line.recv(200).split(b"\r\n")[0] + b" "


@pytest.mark.parametrize("length", ["-1", "-99999999999", "1_0", "x"])
def test_a_length_that_is_none_is_not_read_for(receiver: Receiver, length: str) -> None:
    with connected(receiver) as line:
        line.sendall(_HEAD + f"Content-Length: {length}\r\n\r\n".encode())
        with suppress(ConnectionError):
            line.sendall(b"x" * 1_000_000)
        assert is_over(line, 5.0)
    assert receiver.phone.send("100", a_jpeg()) == 200


@pytest.mark.parametrize("start", [b"POST /api/photo HTTP/1.1\r\nX-A: ", _HEAD + _LONG + _PART])
def test_phones_that_send_a_byte_now_and_then_do_not_keep_others_out(
    receiver: Receiver, start: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_server, "_SILENCE", 1.0)
    monkeypatch.setattr(photo_server, "_WHOLE", 1.0)
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(receiver)) for _ in range(photo_server._THREADS)]
        until = time.monotonic() + 3.0
        for line in lines:
            line.sendall(start)
        while time.monotonic() < until:
            for line in lines:
                with suppress(OSError):
                    line.sendall(b"x")
            time.sleep(0.1)
        assert all(is_over(line, 1.0) for line in lines)
        assert receiver.phone.send("100", a_jpeg()) == 200
    assert len(receiver.files()) == 1


def test_a_form_has_bounds_for_its_parts_and_their_heads(receiver: Receiver) -> None:
    kind = "multipart/form-data; boundary=B"
    part = b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n'
    ours = b'--B\r\nContent-Disposition: form-data; name="file1"; filename="#%s-#1-x.jpg"\r\n'
    photo = ours % GUID.encode() + b"\r\n" + a_jpeg() + b"\r\n--B--\r\n"
    headed = ours % GUID.encode() + b"X-A: " + b"x" * 4000 + b"\r\n\r\n" + a_jpeg()
    for body, status in (
        (part * 20 + photo, 400),
        (headed + b"\r\n--B--\r\n", 400),
        (part * 3 + photo, 200),
    ):
        assert send(receiver.url, "POST", "/api/photo", body, kind)[0] == status
    assert list(receiver.files()) == [f"{GUID}/1/x.jpg"]


def test_what_is_packed_is_not_unpacked_and_a_picture_that_blows_up_is_refused(
    receiver: Receiver,
) -> None:
    assert post(receiver.url, f"#{GUID}-#100-x.jpg", gzip.compress(a_jpeg()))[0] == 415
    assert post(receiver.url, f"#{GUID}-#100-x.jpg", a_png_that_claims(60_000, 60_000))[0] == 415
    assert receiver.files() == {}


def test_a_line_that_is_cut_leaves_nothing(receiver: Receiver) -> None:
    port = int(receiver.url.rpartition(":")[2])
    head = f'--B\r\nContent-Disposition: form-data; name="file1"; filename="#{GUID}-#100-x.jpg"\r\n\r\n'
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(
            b"POST /api/photo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n"
            b"Content-Length: 50000\r\n\r\n" + head.encode() + a_jpeg()
        )
    assert receiver.phone.send("101", a_jpeg(32, 32)) == 200
    assert list(receiver.files()) == [f"{GUID}/101/21-Aug-2026-14-03-09.jpg"]


def test_a_flood_is_slowed_down(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MOST_A_MINUTE", 3)

    statuses = [receiver.phone.send(f"10{n}", a_jpeg()) for n in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


def test_a_full_disk_a_folder_that_is_gone_and_a_link_are_told_as_trouble(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, chunks: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(photo_landing, "write_new", full)
        assert receiver.phone.send("100", a_jpeg()) == 503
    outside = tmp_path / "outside"
    outside.mkdir()
    (receiver.root / GUID).mkdir(exist_ok=True)
    (receiver.root / GUID / "200").symlink_to(outside)
    assert receiver.phone.send("200", a_jpeg()) == 503
    assert list(outside.iterdir()) == []
    receiver.root.rename(tmp_path / "gone")
    assert receiver.phone.send("100", a_jpeg()) == 503
    assert not receiver.root.exists()
    assert StoreFull.title


@pytest.mark.parametrize("sent", [sent for sent, _ in VECTORS if sent.startswith("#G-")])
def test_no_name_leaves_the_folder_of_its_key(sent: str) -> None:
    found = taken_apart(sent.replace("#G", f"#{GUID}"))

    if "\\" in sent:
        assert found is None
        return
    assert found is not None
    assert found.guid == GUID
    for part in (*found.folders, found.stem):
        assert part not in {"", ".", ".."}
        assert not set(part) & set("/\\:")
        assert part == part.strip(". ")


@pytest.mark.parametrize(
    "name", [f"#{GUID}-#..-#..-x.jpg", f"#{GUID}-#../../../x-y.jpg", f"#{GUID}-#%2e%2e-x.jpg"]
)
def test_no_name_leads_upwards(receiver: Receiver, name: str) -> None:
    assert post(receiver.url, name, a_jpeg())[0] == 200

    (only,) = receiver.files()
    assert only.startswith(f"{GUID}/")
    assert ".." not in Path(only).parts


def test_forty_phones_at_once_and_ten_of_one_name(receiver: Receiver) -> None:
    with ThreadPoolExecutor(20) as pool:
        many = list(pool.map(lambda n: receiver.phone.send(f"P{n}", a_jpeg(16 + n, 16)), range(40)))
        same = list(pool.map(lambda n: receiver.phone.send("S", a_jpeg(16, 16 + n)), range(10)))

    assert many + same == [200] * 50
    assert len(receiver.files()) == 50


def test_half_written_files_of_a_receiver_that_died_are_swept(
    receiver: Receiver, tmp_path: Path
) -> None:
    folder = receiver.root / GUID / "100"
    folder.mkdir(parents=True)
    old, new, other = (folder / f".{c * 32}.part" for c in "abc")
    for path in (old, new):
        path.write_bytes(b"half")
    kept = other.with_name(".mine.part")
    kept.write_bytes(b"not ours")
    age(old, 3600)
    age(kept, 3600)

    PhotoLanding(tmp_path / "ledger").sweep(receiver.root)

    assert sorted(path.name for path in folder.iterdir()) == sorted([new.name, kept.name])


def test_half_named_photo_of_a_receiver_that_died_can_be_moved_at_once(
    receiver: Receiver, tmp_path: Path
) -> None:
    assert receiver.phone.send("100", a_jpeg()) == 200
    (photo,) = receiver.root.rglob("*.jpg")
    os.link(photo, photo.with_name(f".{'a' * 32}.part"))  # killed between its two names
    age(photo)
    assert not receiver.engine.ready()

    PhotoLanding(tmp_path / "ledger").sweep(receiver.root)

    assert receiver.engine.ready() == [f"100-{photo.name}"]


@pytest.mark.parametrize("is_there", [False, True])
def test_every_name_on_the_way_is_flushed_whoever_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    root, photo = tmp_path / "photos", a_jpeg()
    folder = root / GUID / "100"
    folder.mkdir(parents=True)  # by another upload, a moment ago
    if is_there:
        (folder / "x.jpg").write_bytes(photo)
    flushed: list[Path] = []
    for name in ("sync_folder", "sync_file"):
        monkeypatch.setattr(photo_landing, name, flushed.append)

    PhotoLanding(tmp_path / "ledger").put(root, (GUID, "100"), "x", ".jpg", photo)

    assert flushed[-3:] == [folder, folder.parent, root]
    assert (folder / "x.jpg" in flushed) == is_there
    assert [path.name for path in folder.iterdir()] == ["x.jpg"]


def test_a_decoder_that_cannot_be_had_is_the_practices_trouble_not_the_photos(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise StoreFull("no room for a decoder")

    imager = receiver.engine.services.previewer._imager
    monkeypatch.setattr(type(imager), "picture", none)

    assert receiver.phone.send("100", a_jpeg()) == 503
    assert receiver.files() == {}


def test_it_is_off_unless_it_is_set_up_and_allowed_and_never_in_clear_for_others(
    practice_engine: Engine, tmp_path: Path
) -> None:
    services, operator = practice_engine.services, practice_engine.operator
    serving = services.medimage.serving
    with pytest.raises(BadSetting, match=r"medimage\.root"), serving.serve(operator, _HERE):
        pass
    services.configuring.set("system.medimage.root", str(tmp_path / "p"), operator=operator)
    services.staffing.save_operator(Operator("REC", "Reception"), by="ADM")
    nobody = services.permitting.operator("REC")
    with pytest.raises(NotPermitted), serving.serve(nobody, _HERE):
        pass
    with pytest.raises(BadSetting, match="in clear"), serving.serve(operator, Listen("0.0.0.0", 0)):  # noqa: S104 - refused
        pass
    lone = Listen("127.0.0.1", 0, tmp_path / "x.pem")
    with pytest.raises(BadSetting, match="wanted both"), serving.serve(operator, lone):
        pass
    bad = Listen("127.0.0.1", 0, tmp_path / "x.pem", tmp_path / "x.pem")
    with pytest.raises(AccessDenied, match="certificate"), serving.serve(operator, bad):
        pass


def test_with_a_certificate_phones_speak_tls_and_nothing_older_than_1_2(
    practice_engine: Engine, tmp_path: Path
) -> None:
    certificates = Certificates(tmp_path)
    certificates.server()
    (pem,) = tmp_path.glob("server-*.pem")
    services, operator = practice_engine.services, practice_engine.operator
    services.configuring.set("system.medimage.root", str(tmp_path / "p"), operator=operator)
    listen = Listen("127.0.0.1", 0, pem, pem)
    with services.medimage.serving.serve(operator, listen) as port:
        pool = urllib3.HTTPSConnectionPool(
            "127.0.0.1", port, ca_certs=str(certificates.authority), timeout=10, retries=False
        )
        assert pool.request("GET", "/").status == 200
        pool.close()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with (
            socket.create_connection(("127.0.0.1", port), 10) as line,
            pytest.raises(OSError, match=r"(?i)ssl|tls|reset|protocol"),
        ):
            old.wrap_socket(line)


def test_a_line_that_does_not_shake_hands_holds_nobody_up(
    practice_engine: Engine, tmp_path: Path
) -> None:
    certificates = Certificates(tmp_path)
    certificates.server()
    (pem,) = tmp_path.glob("server-*.pem")
    services, operator = practice_engine.services, practice_engine.operator
    services.configuring.set("system.medimage.root", str(tmp_path / "p"), operator=operator)
    with (
        services.medimage.serving.serve(operator, Listen("127.0.0.1", 0, pem, pem)) as port,
        socket.create_connection(("127.0.0.1", port), 10),
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        urllib3.HTTPSConnectionPool(
            "127.0.0.1", port, ca_certs=str(certificates.authority), timeout=5, retries=False
        ) as pool,
    ):
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert pool.request("GET", "/").status == 200
        assert b"Message Centre" not in plain.recv(200)


def test_the_command_serves_until_it_is_killed_and_what_was_answered_is_there(
    tmp_path: Path,
) -> None:
    root = tmp_path / "photos"
    root.mkdir()
    home = ["--home", str(tmp_path / "home")]
    for key, value in (("system.medimage.root", root), ("provider.1.medimage.guid", GUID)):
        subprocess.run(
            command(*home, "settings", "set", key, str(value)), check=True, env=environment()
        )
    serve = command(*home, "medimage", "serve", "--port", "0", "--json")
    with subprocess.Popen(serve, stdout=subprocess.PIPE, env=environment()) as running:
        assert running.stdout is not None
        told = json.loads(running.stdout.readline())
        phone = Phone(f"http://127.0.0.1:{told['port']}", GUID)
        sent = {n: phone.send(f"P{n}", a_jpeg(16 + n, 16)) for n in range(20)}
        running.send_signal(signal.SIGKILL)
    assert set(sent.values()) == {200}
    for number in sent:
        (only,) = (root / GUID / f"P{number}").iterdir()
        assert only.read_bytes() == a_jpeg(16 + number, 16)
    assert told["https"] is False


def test_the_command_ends_at_a_wish(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    subprocess.run(
        command(*home, "settings", "set", "system.medimage.root", str(tmp_path / "p")),
        check=True,
        env=environment(),
    )
    serve = command(*home, "medimage", "serve", "--port", "0", "--json")
    with subprocess.Popen(serve, stdout=subprocess.PIPE, env=environment()) as running:
        assert running.stdout is not None
        running.stdout.readline()
        begun = time.monotonic()
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    assert time.monotonic() - begun < 30
