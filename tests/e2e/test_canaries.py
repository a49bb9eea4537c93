"""A whole day with all three drives, mishaps included; then every byte it left is searched for what it may not hold.

The program runs as it is used, one process a command, and the window; only the many mishaps share a process.
All it can write to (its home, the home of the user, the folder of temporary files, the keyring) lies below one
folder. Canaries stand for keys, secrets, tokens, codes, accounts, patients and files; servers answer with all of
them where they answer wrongly.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from message_centre.cli.main import run
from tests.support.azurite import Azurite
from tests.support.canaries import Canaries, Sort, every_file
from tests.support.clouds import Clouds, running_clouds
from tests.support.entra_server import Person
from tests.support.faulty_front import Fault, Spoil
from tests.support.https_server import Reply, Trouble
from tests.support.keyrings import use_file_keyring
from tests.support.program import CHECKOUT, Ended, Practice, command, environment
from tests.support.scripted_browser import as_program

_PATIENCE = 60.0
#: Answers that are not tried again for, and others: once, so that nobody waits for the end of all tries.
_REFUSALS, _TIMES = range(400, 429), 50
#: What breaks out of a library that nobody foresaw, with all that it was about to send.
_BUG = """
import os
if os.environ.get("WITH_A_BUG"):
    import requests.adapters
    def send(self, request, *args, **kwargs):
        raise RuntimeError(f"{request.url} {request.headers} {request.body}")
    requests.adapters.HTTPAdapter.send = send
"""


@dataclass
class Day:
    """A practice whose every output is kept."""

    root: Path
    practice: Practice
    clouds: Clouds
    canaries: Canaries
    capsys: pytest.CaptureFixture[str]
    heard: list[tuple[str, Ended]] = field(default_factory=list)
    files: int = 0

    def run(self, *arguments: str, given_in: str | None = None) -> Ended:
        ended = self.practice.run("--verbose", *arguments, "--json", given_in=given_in)
        self.heard.append((arguments[0], ended))
        return ended

    def run_here(self, *arguments: str) -> None:
        """Run a command in this process, which is quicker; the logs are the same."""
        given = ["--home", str(self.practice.home), "--verbose", *arguments, "--json"]
        self.capsys.readouterr()
        code = run(given, open_window=lambda _home, _operator: 1)
        self.heard.append((arguments[0], Ended(code, *self.capsys.readouterr())))

    def put(self) -> list[str]:
        """One new file into each drive; their names."""
        self.files += 1
        names = []
        for cloud in self.clouds.all():
            name = f"Zzfile {cloud.kind} {self.files} M\u0101rama 1961.jpg"
            self.canaries.keep(f"file name {name[7:15]}", Sort.PERSON, name)
            cloud.put(name, os.urandom(2000))
            names.append(name)
        return names

    def save(self, names: list[str]) -> None:
        title, comment = self.canaries.values(Sort.PERSON)[:2]
        text = ("--title", title, "--comment", comment)
        self.run_here("save", *names, "--patient", "4711", *text, "--yes")

    def leaks(self) -> list[str]:
        """What was found where it may not be."""
        found = []
        for path, data in every_file(self.root):
            is_record = path.name.startswith("record.sqlite3")
            sorts = [Sort.KEY] if is_record else list(Sort)
            where = path.relative_to(self.root)
            found += [f"{name} in {where}" for name in self.canaries.found_in(data, *sorts)]
        for verb, ended in self.heard:
            told = [Sort.KEY] if verb in {"sign-in", "trail"} else [Sort.KEY, Sort.ACCOUNT]
            out = self.canaries.found_in(ended.out.encode(), *told)
            err = self.canaries.found_in(ended.err.encode(), *Sort)
            found += [f"{name} in the output of {verb}" for name in out]
            found += [f"{name} in the messages of {verb}" for name in err]
        return sorted(set(found))


@pytest.fixture
def day(
    tmp_path: Path,
    azurite: Azurite,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Day]:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "tmp", root / "user", root / "inbox", outside):
        folder.mkdir(parents=True)
    (outside / "sitecustomize.py").write_text(_BUG, encoding="utf-8")
    practice = Practice(root / "home", root / "inbox")
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    practice.extra |= dict.fromkeys(places, str(root / "user"))
    practice.extra |= {
        "TMPDIR": str(root / "tmp"),
        "TEST_KEYRING": str(root / "ring"),
        "PYTHON_KEYRING_BACKEND": "tests.support.keyrings.FileKeyring",
        "PYTHONPATH": f"{outside}:{CHECKOUT}",
        "QT_QPA_PLATFORM": "offscreen",
    }
    monkeypatch.setenv("TEST_KEYRING", str(root / "ring"))
    use_file_keyring(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(root / "tmp"))
    with running_clouds(outside, azurite) as clouds:
        made = Day(root, practice, clouds, Canaries(), capsys)
        release(made)
        yield made


def release(day: Day) -> None:
    """Let the canaries fly: whoever makes a secret makes one of them."""
    know, clouds = day.canaries.keep, day.clouds
    know("title", Sort.PERSON, "Zztitle of the w\u0101hine")
    know("comment", Sort.PERSON, "Zzcomment she fell off a roof")
    know("last name", Sort.PERSON, "Zzng\u0101ti-Surname")
    know("first names", Sort.PERSON, "Zzhinemoa Test")
    know("account key", Sort.KEY, clouds.azure.container.azurite.key)
    dropbox, entra = clouds.dropbox.server, clouds.onedrive.server.entra
    dropbox.email = know("account of Dropbox", Sort.ACCOUNT, "zzdropbox.account@practice.example")
    address = know("account of OneDrive", Sort.ACCOUNT, "zzonedrive.account@practice.example")
    entra.person = Person(name=address)
    entra.secret = know("app secret", Sort.KEY, "zZcanary~App.Secret_Zz8Q~0")
    dropbox.sign_in.mint = entra.mint = day.canaries.mint


def everything(day: Day) -> str:
    """What no program should repeat."""
    return " ".join(one.value for one in day.canaries.all)


def wrong_answers(day: Day) -> list[Reply]:
    """Answers that hold all canaries, and are each wrong in another way."""
    text = everything(day)
    secret = day.canaries.values(Sort.KEY)[-1]
    heads = dict.fromkeys(("X-Dropbox-Request-Id", "request-id", "x-ms-request-id"), secret)
    heads |= {"x-ms-error-code": secret, "WWW-Authenticate": f'Bearer error="{secret}"'}
    nested = {"error": {"code": text, ".tag": text, "message": text}, "error_summary": text}
    flat = {"error": "invalid_grant", "error_description": f"AADSTS70000: {text}"}
    strange = json.dumps({"value": [{"id": text, "name": text}], "entries": [{".tag": text}]})
    xml = f"<Error><Code>{secret}</Code><Message>{text}</Message></Error>"
    answers = [
        Reply(500, text.encode(), "text/plain"),
        Reply(400, json.dumps(flat).encode()),
        Reply(409, json.dumps(nested).encode()),
        Reply(403, xml.encode(), "application/xml"),
        Reply(200, strange.encode()),
        Reply(200, f"<html>{text}".encode(), "text/html"),
    ]
    return [replace(answer, headers=heads) for answer in answers]


def answer_wrongly(day: Day, reply: Reply, *, path: str = "", method: str = "") -> None:
    """Every drive answers so to what ends like this, or is asked so, till all is mended."""
    times = _TIMES if reply.status in _REFUSALS else 1
    graph = day.clouds.onedrive.server.https
    day.clouds.dropbox.server.server.fault(path, reply, times=times)
    graph.fault("" if method else path, reply, times=times, method=method)
    told = Fault(Spoil.ANSWER, method, reply.status, {**reply.headers}, reply.body)
    if not path or method:
        day.clouds.azure.front.faults.extend([told] * times)


def mend(day: Day) -> None:
    for cloud in day.clouds.all():
        cloud.come_back()


def wait_for(is_so: Callable[[], object], what: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.05)


# The day


def set_up(day: Day) -> None:
    last, first = day.canaries.values(Sort.PERSON)[2:4]
    names = ("--last-name", last, "--first-names", first, "--birth-date", "1961-03-07")
    assert day.run("patients", "add", "--number", "4711", *names).code == 0
    for cloud in day.clouds.all():
        for key, value in cloud.settings.items():
            day.practice.set_up("settings", "set", key, value)
        for key, value in cloud.secrets.items():
            assert day.run("settings", "set", key, given_in=f"{value}\n").code == 0
    key, secret = "provider.1.onedrive.secret", day.clouds.onedrive.server.entra.secret
    assert day.run("settings", "set", key, given_in=f"{secret}\n").code == 0
    assert day.run("settings", "set", key, secret).code == 2
    assert day.run("settings", "show").code == 0
    day.put()


def sign_in(day: Day) -> None:
    """Refused, spoilt while the code is exchanged, and given."""
    for drive, allow in (("dropbox", "allow"), ("onedrive", "approve")):
        day.practice.extra["BROWSER"] = as_program("deny")
        assert day.run("sign-in", drive).code == 3
        day.practice.extra["BROWSER"] = as_program(allow)
        for reply in wrong_answers(day)[:2]:
            answer_wrongly(day, reply, path="/token")
            assert day.run("sign-in", drive).code == 3
            mend(day)
        assert day.run("sign-in", drive).code == 0
    # Whatever is read next must have been asked for with the tokens of this day.
    assert [one["state"] for one in day.run("sources").lines].count("connected") == 3


def go_wrong(day: Day) -> None:
    """Wrong answers to the listing, to the download, and to the removal."""
    for reply in wrong_answers(day):
        names = day.put()
        answer_wrongly(day, reply)
        day.run_here("sources")
        mend(day)
        answer_wrongly(day, reply, path="/download")
        day.save(names)
        mend(day)
        if reply.status in _REFUSALS:
            names = day.put()
            answer_wrongly(day, reply, path="/delete_v2", method="DELETE")
            day.save(names)
            mend(day)


def meet_a_bug(day: Day) -> None:
    """An exception that nobody foresaw, with a request in its words."""
    names = day.put()
    day.practice.extra["WITH_A_BUG"] = "yes"
    for arguments in (("sources",), ("list",), ("save", *names, "--patient", "4711", "--yes")):
        day.run(*arguments)
    unforeseen = day.run("sign-out", "dropbox")
    assert (unforeseen.code, "RuntimeError" in unforeseen.err) == (3, True)
    del day.practice.extra["WITH_A_BUG"]
    day.practice.extra["BROWSER"] = as_program("allow")
    assert day.run("sign-in", "dropbox").code == 0


def be_killed(day: Day) -> None:
    """In the middle of a download, with the record's log of changes not yet merged."""
    name = day.put()[0]
    server = day.clouds.dropbox.server.server
    before = len(server.asked("/files/download"))
    server.fault("/files/download", Trouble.HANGS)
    given = ("--home", day.practice.home, "--verbose", "save", name, "--patient", "4711", "--yes")
    with started(day, *given) as process:
        wait_for(lambda: len(server.asked("/files/download")) > before, "it downloads")
        process.kill()
        keep(day, "save, killed", process)
    mend(day)


def open_the_window(day: Day) -> None:
    """It lists all drives, one of which answers wrongly, and is ended by the system."""
    answer_wrongly(day, wrong_answers(day)[0], path="/list_folder")
    graph, front = day.clouds.onedrive.server.https, day.clouds.azure.front
    listed, seen = len(graph.asked("/children")), len(front.seen)
    with started(day, "--home", day.practice.home) as process:
        wait_for(lambda: len(graph.asked("/children")) > listed, "OneDrive is listed")
        wait_for(lambda: len(front.seen) > seen, "Azure is listed")
        time.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        keep(day, "the window", process)
    mend(day)


def started(day: Day, *given: str | Path) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    told = environment(day.practice.extra)
    return subprocess.Popen(command(*given), stdout=pipe, stderr=pipe, env=told)


def keep(day: Day, verb: str, process: "subprocess.Popen[bytes]") -> None:
    out, err = process.communicate(timeout=_PATIENCE)
    day.heard.append((verb, Ended(process.returncode, out.decode(), err.decode())))


def go_home(day: Day) -> None:
    """Tokens are renewed, then revoked; everything is looked at once more."""
    day.clouds.dropbox.server.sign_in.expire()
    day.clouds.onedrive.server.entra.expire_access()
    assert [one["state"] for one in day.run("sources").lines].count("connected") == 3
    for verb in ("recover", "records", "trail", "day-sheet", "check"):
        day.run(verb)
    for cloud in (day.clouds.dropbox, day.clouds.onedrive):
        cloud.revoke()
        day.run("sources")
        assert day.run("sign-out", cloud.kind).code == 0


@pytest.mark.timeout(900)
def test_nothing_that_was_let_fly_is_anywhere_but_where_it_belongs(day: Day) -> None:
    for part in (set_up, sign_in, go_wrong, meet_a_bug, be_killed, open_the_window, go_home):
        part(day)
        assert day.leaks() == [], f"after {part.__name__}"
    belongs(day)


def belongs(day: Day) -> None:
    """The search finds what is there: patients and files on record, accounts in the trail, lines in the logs."""
    kept = b"".join(data for path, data in every_file(day.root) if "record" in path.name)
    names = set(day.canaries.found_in(kept, Sort.PERSON, Sort.ACCOUNT))
    assert {"title", "last name", "account of Dropbox", "account of OneDrive"} <= names
    assert len(names) > 15
    assert len(day.canaries.values(Sort.KEY)) > 20
    outcomes = {
        line.get("outcome") for verb, ended in day.heard if verb == "save" for line in ended.lines
    }
    assert {"saved", "saved-source-kept", "failed"} <= outcomes
    for drive in ("Azure", "Dropbox", "OneDrive"):
        log = day.practice.home / "logs" / f"MailCenter_{drive}.log"
        assert len(log.read_text(encoding="utf-8").splitlines()) > 10
