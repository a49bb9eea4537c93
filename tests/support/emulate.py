"""`emulate`, a sign-in service that nobody here wrote, in the place of our own stand-in for Microsoft's.

It speaks plain HTTP; the server with Microsoft's name and certificate stands before it and hands on every
request as it came.
"""

import contextlib
import json
import secrets
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.entra_server import APP_ID, LOGIN_HOST
from tests.support.https_server import Reply, Request
from tests.support.tools import free_port, node_program

#: Whom it offers on its page.
PERSON = "foreign.person@practice.example"
_START_SECONDS = 30.0
_OF_THE_LINE = {"connection", "content-length", "host", "transfer-encoding"}


class Emulate:
    """Implements `graph_server.SignInService`; `secret` is that of the app which it knows, if any.

    Unlike Microsoft it compares the port of the redirect address, too: browsers come back to `back`.
    """

    def __init__(self, secret: str) -> None:
        self.port, self.back = free_port(), free_port()
        self.secret = secret

    def seed(self) -> dict[str, object]:
        """The settings it is started with."""
        app = {
            "client_id": APP_ID,
            "client_secret": self.secret,
            "name": "Message Centre",
            "redirect_uris": [f"http://localhost:{self.back}"],
        }
        people = {"users": [{"email": PERSON, "name": "Foreign Person"}]}
        return {"microsoft": people | ({"oauth_clients": [app]} if self.secret else {})}

    def answer(self, request: Request) -> Reply:
        """Whatever it says to this request."""
        query = f"?{urlencode(request.query)}" if request.query else ""
        headers = {k: v for k, v in request.headers.items() if k not in _OF_THE_LINE}
        answer, body = self._ask(request.method, request.path + query, request.body, headers)
        kept = {k: v for k, v in answer.getheaders() if k.lower() == "location"}
        return Reply(answer.status, body, answer.getheader("Content-Type", "text/plain"), kept)

    def allows(self, token: str) -> frozenset[str] | None:
        """It is asked whether it gave this token out; it keeps no permissions apart."""
        bearer = {"Authorization": f"Bearer {token}"}
        answer, _ = self._ask("GET", "/v1.0/me", b"", bearer)
        return frozenset({"Files.ReadWrite"}) if answer.status == 200 else None

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            self._ask("GET", "/.well-known/openid-configuration", b"", {})
        except OSError:
            return False
        return True

    def _ask(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[HTTPResponse, bytes]:
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer, answer.read()


@contextlib.contextmanager
def running_emulate(folder: Path, *, is_public: bool = False) -> Iterator[Emulate]:
    """Start it, with one app that has a secret, or with none so that it takes whatever app comes."""
    command = node_program("emulate/dist/index.js")
    found = Emulate("" if is_public else secrets.token_urlsafe(12))
    seed = folder / "emulate.yaml"  # JSON is YAML
    seed.write_text(json.dumps(found.seed()))
    options = ["--service", "microsoft", "--seed", str(seed), "--port", str(found.port)]
    process = subprocess.Popen(
        [*command, "start", *options, "--base-url", f"https://{LOGIN_HOST}"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _START_SECONDS
        while not found.is_up():
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail("emulate does not start")
            time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        process.wait(10)
