"""The receiver of this workstation does what its settings say, and says truly how it stands."""

import os
import socket
from pathlib import Path

import pytest
import urllib3

from message_centre.domain.errors import BadSetting, DatabaseAway
from message_centre.domain.findings import Verdict
from message_centre.services.configuring import Configuring
from message_centre.services.receiver import Standing
from message_centre.services.work import CancelToken
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.medimage_names import GUID
from tests.support.medimage_phone import Phone, send
from tests.support.pictures import a_jpeg


class Desk:
    """A practice with a delivery folder, and a port that nobody uses."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self.engine, self.root = engine, root
        self.port = free_port()
        self.set("system.medimage.root", str(root))
        self.set("provider.1.medimage.guid", GUID)
        self.set("receiver.port", str(self.port))
        self.receiver = engine.services.medimage.receiver

    def set(self, key: str, value: str) -> None:
        self.engine.services.configuring.set(key, value, operator=self.engine.operator)

    def switch(self, value: str) -> Standing:
        self.set("receiver.enabled", value)
        return self.receiver.settle().standing

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@pytest.fixture
def desk(practice_engine: Engine, tmp_path: Path) -> Desk:
    root = tmp_path / "photos"
    root.mkdir()
    return Desk(practice_engine, root)


def test_it_is_off_until_it_is_switched_on_and_off_again(desk: Desk) -> None:
    assert desk.receiver.settle().standing is Standing.OFF
    assert not desk.answers()

    assert desk.switch("true") is Standing.RUNNING
    assert desk.receiver.state.listen is not None
    assert desk.receiver.state.listen.port == desk.port
    assert Phone(desk.url, GUID).send("100", a_jpeg()) == 200
    assert [path.suffix for path in desk.root.rglob("*.jpg")] == [".jpg"]

    assert desk.switch("false") is Standing.OFF
    assert not desk.answers()


def test_what_runs_is_left_alone_and_other_values_start_it_anew(desk: Desk) -> None:
    desk.switch("true")
    before = desk.receiver._running
    stack = before._exit_callbacks[0]  # type: ignore[attr-defined]  # which run it is
    desk.receiver.settle()
    assert before._exit_callbacks[0] is stack  # type: ignore[attr-defined]  # the same run

    old, desk.port = desk.port, free_port()
    desk.set("receiver.port", str(desk.port))
    assert desk.receiver.settle().standing is Standing.RUNNING
    assert desk.answers()
    desk.port = old
    assert not desk.answers()


def test_why_it_does_not_run_is_said_and_it_comes_back_by_itself(desk: Desk) -> None:
    with socket.socket() as line:
        line.bind(("127.0.0.1", desk.port))
        line.listen()
        assert desk.switch("true") is Standing.FAILED
        assert f"Port {desk.port}" in desk.receiver.state.words
    assert desk.receiver.settle().standing is Standing.RUNNING

    desk.set("receiver.address", "0.0.0.0")  # noqa: S104 - refused without a certificate
    assert desk.receiver.settle().standing is Standing.FAILED
    assert "in clear" in desk.receiver.state.words
    assert not desk.answers()


def test_without_a_delivery_folder_nothing_is_taken(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    desk.switch("true")
    desk.set("system.medimage.root", "")
    # Between the change and the next look at it.
    assert Phone(desk.url, GUID).send("100", a_jpeg()) == 503
    assert os.listdir(elsewhere) == []

    assert desk.receiver.settle().standing is Standing.FAILED
    assert "system.medimage.root is not set" in desk.receiver.state.words


def test_a_record_that_is_away_stops_nothing_and_tells_no_phone_to_reconnect(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.switch("true")

    def away(*_: object, **__: object) -> str:
        raise DatabaseAway("The server does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(Configuring, "value", away)
        assert desk.receiver.settle().standing is Standing.RUNNING
        assert Phone(desk.url, GUID).send("100", a_jpeg()) == 503
    assert Phone(desk.url, GUID).send("100", a_jpeg()) == 200

    desk.switch("false")
    desk.set("receiver.enabled", "true")
    with monkeypatch.context() as patched:
        patched.setattr(Configuring, "value", away)
        assert desk.receiver.settle().standing is Standing.FAILED
    assert desk.receiver.settle().standing is Standing.RUNNING


def test_with_a_certificate_it_speaks_https(desk: Desk, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    certificates.server()
    (pem,) = tmp_path.glob("server-*.pem")
    desk.set("receiver.certificate", str(pem))
    assert desk.switch("true") is Standing.FAILED
    assert "wanted both" in desk.receiver.state.words
    desk.set("receiver.key", str(pem))
    assert desk.receiver.settle().standing is Standing.RUNNING

    with urllib3.PoolManager(ca_certs=str(certificates.authority)) as pool:
        answer = pool.request("GET", f"https://localhost:{desk.port}/", timeout=9, retries=False)
    assert answer.status == 200


def test_it_ends_with_the_home(desk: Desk) -> None:
    desk.switch("true")
    desk.engine.services.close()
    assert not desk.answers()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("receiver.port", "0"),
        ("receiver.port", "65536"),
        ("receiver.port", "http"),
        ("receiver.address", "photos.example.org"),
        ("receiver.certificate", "server.pem"),
        ("receiver.enabled", "perhaps"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, key: str, value: str) -> None:
    with pytest.raises(BadSetting):
        desk.set(key, value)


def test_the_tests_in_setup_tell_of_the_running_receiver_and_of_deliveries(desk: Desk) -> None:
    examiner = desk.engine.services.examiner
    away = examiner.server(desk.url, CancelToken())
    assert away.verdict is Verdict.BAD
    desk.switch("true")
    answers = examiner.server(desk.url, CancelToken())
    assert (answers.verdict, "in clear" in answers.words) == (Verdict.WARNING, True)

    assert "Nothing has been delivered" in examiner.deliveries("1", "", CancelToken()).words
    Phone(desk.url, GUID).send("100", a_jpeg())
    assert examiner.deliveries("1", "", CancelToken()).verdict is Verdict.GOOD
    other = examiner.deliveries("1", "GUIDxPLACEHOLDER09", CancelToken())
    assert "Nothing has been delivered" in other.words
    desk.set("system.medimage.root", "")
    assert "No delivery folder" in examiner.deliveries("1", "", CancelToken()).words
    assert GUID not in answers.words + other.words
    assert send(desk.url, "GET", "/")[0] == 200
