"""The loopback receiver, over real HTTP as a browser speaks it."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from message_centre.domain.errors import Cancelled, SourceOffline
from message_centre.services.work import CancelToken
from message_centre.sources.sign_in import LoopbackReceiver, listening
from tests.support.drive_accesses import come_back


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def port_of(receiver: LoopbackReceiver) -> int:
    return int(receiver.address.rpartition(":")[2])


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("form", [False, True], ids=["address", "form"])
def test_an_answer_with_our_state_is_received(pool: ThreadPoolExecutor, form: bool) -> None:
    with listening((0,)) as receiver:
        receiver.expect("s3")
        waiting = pool.submit(receiver.receive, seconds=10, token=CancelToken())
        fields = {"state": "s3", "code": "ä & b"}
        assert come_back(receiver.address, fields, form=form) == 200
        assert waiting.result() == fields


def test_a_browser_that_comes_back_before_anyone_waits_is_heard() -> None:
    with listening((0,)) as receiver:
        assert come_back(receiver.address, {"state": ""}) == 400
        receiver.expect("s")
        assert come_back(receiver.address, {"state": "s"}) == 200
        assert receiver.receive(seconds=0.5, token=CancelToken()) == {"state": "s"}


def test_a_wrong_state_is_refused_and_waiting_goes_on(pool: ThreadPoolExecutor) -> None:
    with listening((0,)) as receiver:
        receiver.expect("right")
        waiting = pool.submit(receiver.receive, seconds=10, token=CancelToken())
        for fields in ({"state": "wrong", "code": "x"}, {"code": "x"}, {"state": ""}, {}):
            assert come_back(receiver.address, fields) == 400
            assert come_back(receiver.address, fields, form=True) == 400
        assert not waiting.done()
        assert come_back(receiver.address, {"state": "right", "code": "1"}) == 200
        assert waiting.result() == {"state": "right", "code": "1"}


def test_only_the_first_answer_counts() -> None:
    with listening((0,)) as receiver:
        receiver.expect("s")
        assert come_back(receiver.address, {"state": "s", "code": "first"}) == 200
        assert come_back(receiver.address, {"state": "s", "code": "second"}) == 200
        answer = receiver.receive(seconds=5, token=CancelToken())
        assert answer is not None
        assert answer["code"] == "first"
        assert receiver.receive(seconds=0.2, token=CancelToken()) is None


def test_nobody_comes_and_the_time_is_over() -> None:
    began = time.monotonic()
    with listening((0,)) as receiver:
        assert receiver.receive(seconds=0.5, token=CancelToken()) is None
    assert 0.5 <= time.monotonic() - began < 2


def test_a_cancel_ends_the_wait_and_a_late_browser_finds_nobody() -> None:
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    began = time.monotonic()
    with listening((0,)) as receiver, pytest.raises(Cancelled):
        receiver.receive(seconds=60, token=token)
    assert time.monotonic() - began < 2
    assert not is_open(port_of(receiver))
    with pytest.raises(ConnectionRefusedError):
        come_back(receiver.address, {"state": "s"})


def test_a_browser_that_connects_and_says_nothing_holds_nobody_up(pool: ThreadPoolExecutor) -> None:
    with listening((0,)) as receiver:
        receiver.expect("s")
        waiting = pool.submit(receiver.receive, seconds=10, token=CancelToken())
        with (
            socket.create_connection(("127.0.0.1", port_of(receiver))),
            socket.create_connection(("127.0.0.1", port_of(receiver))) as half,
        ):
            half.sendall(b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nsta")
            assert come_back(receiver.address, {"state": "s", "code": "1"}) == 200
            assert waiting.result(timeout=2) == {"state": "s", "code": "1"}


@pytest.mark.parametrize(
    "raw",
    [
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"GET /?" + b"&".join(b"a=%d" % number for number in range(900)) + b" HTTP/1.1\r\n\r\n",
        b"GET /?state=%FF%FE HTTP/1.1\r\n\r\n",
        b"PUT / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
    ids=["huge", "negative", "no length", "many fields", "no text", "other verb", "tls"],
)
def test_nonsense_is_refused_and_waiting_goes_on(
    pool: ThreadPoolExecutor, raw: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with listening((0,)) as receiver:
        receiver.expect("s")
        waiting = pool.submit(receiver.receive, seconds=10, token=CancelToken())
        with socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=5) as odd:
            odd.sendall(raw)
            odd.shutdown(socket.SHUT_WR)
            assert b" 200 " not in odd.recv(200)
        assert come_back(receiver.address, {"state": "s"}) == 200
        assert waiting.result() == {"state": "s"}
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_the_port_listens_on_the_loopback_only() -> None:
    with listening((0,)) as receiver:
        assert receiver._server.server_address[0] == "127.0.0.1"
        assert receiver.address.startswith("http://localhost:")


def test_ports_are_tried_in_turn_and_taken_ones_are_passed_over() -> None:
    with listening((0,)) as first, listening((0,)) as second:
        taken = port_of(first), port_of(second)
        with listening((*taken, 0)) as third:
            assert port_of(third) not in taken
        with pytest.raises(SourceOffline, match="ports are taken"), listening(taken):
            pass
    with listening(taken) as again:
        assert port_of(again) == taken[0]


def test_the_page_tells_nothing_and_is_kept_nowhere() -> None:
    with (
        listening((0,)) as receiver,
        socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=5) as browser,
    ):
        browser.sendall(b"GET /?state=secretstate&code=secretcode HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: browser.recv(4096), b""))
    assert b"no-store" in answer
    assert b"no-referrer" in answer
    assert b"Python" not in answer
    assert b"secret" not in answer
