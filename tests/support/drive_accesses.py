"""A drive's sign-in whose answers a test decides: the port's fake, with a real page on the loopback."""

import contextlib
import threading
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from message_centre.domain.errors import MessageCentreError, SignInNeeded
from message_centre.domain.files import SourceKind
from message_centre.services.ports import CodePage, DriveAccount, SignInPage

#: Secrets of a sign-in; none of them may ever be read anywhere.
CODE, STATE, VERIFIER, TOKEN = "canary-code", "canary-state", "canary-verifier", "canary-token"
ACCOUNT = "canary.person@example.test"


class FakeAccess:
    """Implements `services.ports.DriveAccess`; `fault` is raised by the next begin or finish."""

    def __init__(self, kind: SourceKind = SourceKind.DROPBOX) -> None:
        self.kind = kind
        self.ports: Sequence[int] = (0,)
        self.tokens = ""
        self.is_kept = True
        self.begin_fault: MessageCentreError | None = None
        self.finish_fault: MessageCentreError | None = None
        self.begun = 0
        self.redirect = ""
        #: Empty: the page shows one. Else it is entered there, which `has_entered` says.
        self.shows_code = ""
        self.has_entered = False

    def is_signed_in(self) -> bool:
        return bool(self.tokens)

    def begin(self, redirect: str) -> SignInPage:
        self.begun += 1
        self.redirect = redirect
        if self.begin_fault:
            raise self.begin_fault
        query = urlencode({"redirect_uri": redirect, "state": STATE, "challenge": "c"})
        return SignInPage(f"https://drive.example.test/authorize?{query}", STATE, VERIFIER)

    def finish(self, page: SignInPage, answer: Mapping[str, str]) -> DriveAccount:
        if self.finish_fault:
            raise self.finish_fault
        if page.memory != VERIFIER:
            raise AssertionError("the memory was not handed back")
        if answer.get("error"):
            raise SignInNeeded("The permission was not given.")
        if answer.get("code") != CODE:
            raise SignInNeeded("The drive refused the answer.")
        self.tokens = TOKEN
        return DriveAccount(ACCOUNT, is_kept=self.is_kept)

    def begin_by_code(self) -> CodePage:
        if self.begin_fault:
            raise self.begin_fault
        return CodePage("https://drive.example.test/code", self.shows_code, VERIFIER)

    def finish_by_code(self, page: CodePage, typed: str) -> DriveAccount | None:
        if self.finish_fault:
            raise self.finish_fault
        if page.code and not self.has_entered:
            return None
        if not page.code and typed != CODE:
            raise SignInNeeded("The drive refused the code.")
        self.tokens = TOKEN
        return DriveAccount(ACCOUNT, is_kept=self.is_kept)

    def sign_out(self) -> None:
        self.tokens = ""


def come_back(redirect: str, fields: Mapping[str, str], *, form: bool = False) -> int:
    """What the browser does at the end: brings the drive's answer; returns the status it got."""
    place, encoded = urlsplit(redirect), urlencode(fields)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=5)
    with contextlib.closing(connection):
        if form:
            connection.request("POST", "/", encoded)
        else:
            connection.request("GET", f"/?{encoded}")
        return connection.getresponse().status


class Browser:
    """Opens a page and comes back with an answer, on a thread of its own as a browser does."""

    def __init__(self, access: FakeAccess, **fields: str) -> None:
        self._access = access
        self._fields = {"state": STATE, **fields}
        self.opened: list[str] = []
        self.statuses: list[int] = []
        self._threads: list[threading.Thread] = []

    def open(self, address: str) -> bool:
        self.opened.append(address)
        thread = threading.Thread(target=self._come_back)
        self._threads.append(thread)
        thread.start()
        return True

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _come_back(self) -> None:
        self.statuses.append(come_back(self._access.redirect, self._fields))
