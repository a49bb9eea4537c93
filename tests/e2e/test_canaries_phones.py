"""A day with phones, passwords and a receiver, mishaps included; then every byte it left is searched.

As `test_canaries`, with other canaries: passwords and the MedImage Server's own may stand nowhere, address keys
in the record alone, patients and photos in record and store. What servers and phones keep lies outside.
"""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.canaries import Canaries, Sort, every_file
from tests.support.medimage_phone import Phone, post, send
from tests.support.medimage_server import MedImageServer, running
from tests.support.pairing_service import PairingService, pairing_service
from tests.support.pictures import a_jpeg
from tests.support.program import OLD, Ended, Practice, command, environment

_SERVER = "https://mc.example.test:5566"
#: What stands for an address key: where it may be is another question than for a password.
_GUID = Sort.ACCOUNT


@dataclass
class Day:
    """A practice whose every output is kept; `outside` is what servers and phones have."""

    root: Path
    outside: Path
    practice: Practice
    server: MedImageServer
    service: PairingService
    canaries: Canaries
    heard: list[tuple[str, Ended]] = field(default_factory=list)
    password: str = ""
    guid: str = ""

    @property
    def delivered(self) -> Path:
        return self.outside / "medimage" / "backup"

    def run(self, *arguments: str | Path, given_in: str = "") -> Ended:
        entry = ("--password-stdin",) if self.password else ()
        words = f"{self.password}\n{given_in}" if self.password else given_in
        ended = self.practice.run("--verbose", *entry, *arguments, "--json", given_in=words)
        self.heard.append((" ".join(map(str, arguments[:2])), ended))
        return ended

    def secret(self, name: str, value: str) -> str:
        return self.canaries.keep(name, Sort.KEY, value)

    def person(self, name: str, value: str) -> str:
        return self.canaries.keep(name, Sort.PERSON, value)

    def settle(self) -> None:
        self.server.settle()
        for path in self.delivered.rglob("*"):
            if path.is_file():
                os.utime(path, (OLD, OLD))

    def leaks(self) -> list[str]:
        found = []
        for path, data in every_file(self.root):
            is_record = path.name.startswith("record.sqlite3")
            is_stored = "stores" in path.parts
            sorts = [Sort.KEY] if is_record else [Sort.KEY, _GUID] if is_stored else list(Sort)
            where = path.relative_to(self.root)
            found += [f"{name} in {where}" for name in self.canaries.found_in(data, *sorts)]
        for verb, ended in self.heard:
            out = self.canaries.found_in(ended.out.encode(), Sort.KEY, _GUID)
            err = self.canaries.found_in(ended.err.encode(), *Sort)
            found += [f"{name} in the output of {verb}" for name in out]
            found += [f"{name} in the messages of {verb}" for name in err]
        return sorted(set(found))


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "tmp", root / "user", root / "inbox", outside):
        folder.mkdir(parents=True)
    practice = Practice(root / "home", root / "inbox")
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    practice.extra |= dict.fromkeys(places, str(root / "user")) | {"TMPDIR": str(root / "tmp")}
    with running(outside / "medimage") as server, pairing_service() as service:
        yield Day(root, outside, practice, server, service, Canaries())


def set_up(day: Day) -> None:
    last, first = day.person("last name", "Zzngāti-Surname"), day.person("first", "Zzhinemoa")
    names = ("--last-name", last, "--first-names", first, "--birth-date", "1961-03-07")
    assert day.run("patients", "add", "--number", "4711", *names).code == 0
    for key, value in (
        ("system.medimage.root", str(day.delivered)),
        ("system.medimage.server", _SERVER),
        ("system.medimage.pairing_service", day.service.url),
        ("system.medimage.photos", str(day.server.photos)),
        ("operator.auto_import", "true"),
    ):
        assert day.run("settings", "set", key, value).code == 0


def pair(day: Day) -> None:
    """First spoilt in every way, then well; and once more under another key."""
    strange = day.secret("words of the service", "zZcanaryServiceWordsZz")
    key = day.canaries.keep("key of a spoilt reply", _GUID, "zZcanaryGuid000001")
    for status, headers, body in (
        (500, {}, strange),
        (302, {"Location": f"http://127.0.0.1:9/{strange}"}, ""),
        (200, {}, f"<html>{strange}"),
        (200, {}, f"{strange} {key} {_SERVER} {strange}"),
        (200, {}, f"VqR2 {key} https://{strange}.example {strange}"),
    ):
        day.service.spoil = lambda *_, _s=status, _h=headers, _b=body: (_s, _h, _b.encode())
        assert day.run("medimage", "pair").code == 3
    day.service.spoil = None
    for more in ((), ("--replace",)):
        code = day.run("medimage", "pair", *more).line["code"]
        day.guid = day.canaries.keep(f"key {code}", _GUID, day.service.codes[code][0])
    for verb in (("medimage", "keys"), ("settings", "show"), ("sources",)):
        assert day.run(*verb).code == 0


def have_passwords(day: Day) -> None:
    """Set, given wrongly, typed where an operator's id belongs."""
    word, wrong = day.secret("password", "zZcanary horse battery"), "zZcanary wrong one Zz"
    assert day.run("operators", "set", "ADM", "--password", given_in=f"{word}\n").code == 0
    day.password = day.secret("wrong password", wrong)
    assert day.run("records").code != 0
    day.password = word
    typed = day.secret("password typed as an id", "zZcanary-typed-there")
    assert day.run("--operator", typed, "records").code != 0
    weak = day.secret("weak password", "zZcanaryADM")
    given = f"{weak}\n"
    assert day.run("operators", "set", "ADM", "--password", given_in=given).code in {0, 2}
    if day.run("records").code != 0:
        day.password = weak


def deliver(day: Day) -> None:
    """Photos that file themselves, and photos that do not, each with words on the phone."""
    phone = Phone(day.server.url, day.guid)
    photo = day.person("in the photo", "zZcanary of a knee Zz")
    words = day.person("words of a photo", "Zzleft-knee-zzcanary")
    held = f"\xff\xfe\x00{chr(len(photo) + 2)}".encode("latin-1") + photo.encode()
    jpeg = a_jpeg()[:2] + held + a_jpeg()[2:]
    for typed, data in (
        (f"4711 {words}", jpeg),
        (f"999 {words}", jpeg + b"\xff\xd9"),
        (f"4711 {words} half", jpeg[:-400]),
        (f"4711 {words} empty", b""),
        (f"4711 {words} heic", bytes(one & 0x7F for one in jpeg)),
    ):
        assert phone.send(typed, data) == 200
    stranger = day.person("key of a stranger", "zZcanaryStranger01")
    Phone(day.server.url, stranger).send(f"4711 {words}", jpeg)
    day.settle()
    for verb in (("medimage", "photos"), ("list",), ("auto-import",), ("medimage", "rescue")):
        day.run(*verb)
    assert day.run("records").line["original_name"].startswith("4711-")
    assert phone.send(f"4711 {words}", jpeg) == 200
    day.settle()
    day.run("auto-import")


def check_the_server(day: Day) -> None:
    """Its settings hold a password of its own; its answers are repeated by nobody."""
    config = day.outside / "config.json"
    secret = day.secret("basicAuthent", "zZcanaryBasicAuthentZz")
    proxy = day.secret("webProxy", "zZcanaryProxyPasswordZz")
    config.write_text(json.dumps({"basicAuthent": secret, "webProxy": f"http://u:{proxy}@p:1"}))
    day.run("settings", "set", "system.medimage.server", day.server.url)
    for verb in (("check-config", config), ("write-config", config), ("check-server",)):
        day.run("medimage", *map(str, verb))
    assert secret in "".join(path.read_text() for path in day.outside.glob("config.json*"))


def receive(day: Day) -> None:
    """Phones post to the receiver: well, badly, with a key that is none; it is killed."""
    given = ("--home", day.practice.home, "--verbose", "--password-stdin", "medimage", "serve")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command(*given, "--port", "0", "--json"),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=environment(day.practice.extra),
    ) as serving:
        assert serving.stdin
        assert serving.stdout
        serving.stdin.write(f"{day.password}\n".encode())
        serving.stdin.flush()
        told = serving.stdout.readline()
        url = f"http://127.0.0.1:{json.loads(told)['port']}"
        words = day.person("words to the receiver", "Zzright-elbow-zzcanary")
        phone = Phone(url, day.guid)
        assert phone.send(f"4711 {words}", a_jpeg(90, 60)) == 200
        assert phone.send(f"4711 {words}", a_jpeg(90, 60)[:-300]) == 415
        stranger = day.person("key of a second stranger", "zZcanaryStranger02")
        assert Phone(url, stranger).send(f"4711 {words}", a_jpeg()) == 400
        assert post(url, f"#{day.guid}-#4711-{words}{'x' * 300}.jpg", a_jpeg())[0] == 400
        asked = "/check=" + phone.name(f"4711 {words}").replace("#", "%23")
        assert send(url, "GET", asked) == (200, b"false")
        send(url, "GET", f"/read/{day.guid}/{words}")
        send(url, "POST", "/api/photo", words.encode(), f"multipart/form-data; boundary={words}")
        (day.delivered / day.guid / "4712").write_bytes(b"in the way")
        assert phone.send(f"4712 {words}", a_jpeg()) == 503
        (day.delivered / day.guid / "4712").unlink()
        serving.send_signal(signal.SIGKILL)
        out, err = serving.communicate(timeout=60)
    day.heard.append(("serve", Ended(0, (told + out).decode(), err.decode())))
    day.settle()
    day.run("auto-import")
    assert len(day.run("records").lines) == 2


def go_home(day: Day) -> None:
    for verb in ("recover", "trail", "day-sheet", "check"):
        assert day.run(verb).code == 0, verb
    day.run("medimage", "retire")
    day.run("list")


@pytest.mark.timeout(600)
def test_no_password_key_or_photo_is_anywhere_but_where_it_belongs(day: Day) -> None:
    for part in (set_up, pair, have_passwords, deliver, check_the_server, receive, go_home):
        part(day)
        assert day.leaks() == [], f"after {part.__name__}"
    kept = b"".join(data for path, data in every_file(day.root) if "record" in path.name)
    # The search finds what is there.
    found = set(day.canaries.found_in(kept, *Sort))
    assert {"last name", "words of a photo", "words to the receiver"} <= found
    assert sum(bool(re.match("key [A-Za-z0-9]{4}$", name)) for name in found) == 2
    stored = b"".join(data for path, data in every_file(day.root) if "stores" in path.parts)
    assert "in the photo" in day.canaries.found_in(stored, Sort.PERSON)
    logs = (day.practice.home / "logs").rglob("*")
    assert sum(len(path.read_text("utf-8").splitlines()) for path in logs if path.is_file()) >= 10
