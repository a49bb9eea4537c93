"""The Test buttons: asks a folder or drive itself, and says in plain words what it found.

What is asked for may be unsaved yet: a person tests first and saves then. Nothing is left or changed
at the place.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.errors import (
    AccessDenied,
    Cancelled,
    MessageCentreError,
    SignInNeeded,
    SourceOffline,
)
from message_centre.domain.findings import Finding, Verdict
from message_centre.domain.medimage_settings import GUID, ROOT
from message_centre.domain.people import Right
from message_centre.domain.secrets import Secret
from message_centre.domain.settings import AZURE_KEY
from message_centre.domain.sign_ins import OwnedDrive
from message_centre.services.configuring import Configuring
from message_centre.services.permitting import Guard, open_to_all
from message_centre.services.ports import Look, Probes, ServerLine
from message_centre.services.work import CancelToken

#: How long a person waits for an answer at most; a share that is away may never give one.
SECONDS = 20.0
_GLANCE = 0.1
_FEW_DAYS = 21
_NO_FOLDER = Finding(Verdict.BAD, "No folder is set.")
_log = logging.getLogger(__name__)

_ADVICE: dict[type[MessageCentreError], str] = {
    SourceOffline: "Check the network, and the name or address that is set.",
    AccessDenied: "Check the name, or ask its owner for the right.",
    SignInNeeded: "Check account and key.",
}


@dataclass(frozen=True, slots=True)
class AzureTrial:
    """A folder of Azure Storage as a form holds it; without a key the one that is kept counts."""

    account: str
    endpoint: str
    container: str = ""
    path: str = ""
    key: Secret | None = None


class Examiner:
    """Any thread. Every test ends within `seconds`, whatever the place does."""

    def __init__(
        self,
        probes: Probes,
        configuring: Configuring,
        line: ServerLine,
        *,
        seconds: float = SECONDS,
        guard: Guard = open_to_all,
    ) -> None:
        self._guard = guard
        self._probes = probes
        self._configuring = configuring
        self._line = line
        self._seconds = seconds

    def folder(self, path: Path, token: CancelToken) -> Finding:
        """Whether a folder can be read, and files be put there and removed.

        Raises:
            Cancelled
        """

        def ask() -> Finding:
            return _told(self._probes.folder(path)) if path != Path() else _NO_FOLDER

        return self._within(ask, token)

    def own_folder(self, path: Path, token: CancelToken) -> Finding:
        """Whether a folder can be written to, in which the program keeps stores or logs.

        Raises:
            Cancelled
        """

        def ask() -> Finding:
            if path == Path():
                return _NO_FOLDER
            if self._probes.folder(path).may_remove:
                return Finding(Verdict.GOOD, "It can be read and written to.")
            return Finding(Verdict.BAD, "It can be read, but not written to.")

        return self._within(ask, token)

    def deliveries(self, provider: str, typed: str, token: CancelToken) -> Finding:
        """Whether photos can be taken from where a provider's phones deliver.

        Without a `typed` address key the one on record counts.

        Raises:
            Cancelled
        """
        root = self._configuring.value(ROOT)
        key = typed or self._configuring.value(GUID.replace(".N.", f".{provider}."))

        def ask() -> Finding:
            if not root:
                return Finding(Verdict.BAD, "No delivery folder is set: see System, Phones.")
            self._probes.folder(Path(root))
            if not key:
                return Finding(Verdict.WARNING, "There is no address key yet: pair a phone.")
            try:
                look = self._probes.folder(Path(root) / key)
            except SourceOffline:
                return Finding(Verdict.WARNING, "Nothing has been delivered under this key yet.")
            if look.may_remove:
                return Finding(Verdict.GOOD, "Photos have been delivered under this key.")
            return _told(look)

        return self._within(ask, token)

    def server(self, address: str, token: CancelToken) -> Finding:
        """Whether a server of photos answers as phones will ask it.

        Raises:
            Cancelled
        """

        def ask() -> Finding:
            if not address:
                return Finding(Verdict.BAD, "No address is set.")
            days = self._line.certificate_days(address)
            status = self._line.status(address, "GET", "/")
            if status != HTTPStatus.OK:
                return Finding(Verdict.BAD, f"It answers with status {status}.")
            if days is None:
                words = "It answers, in clear: photos and address keys can be read on the way."
                return Finding(Verdict.WARNING, words)
            words = f"It answers; its certificate holds for {days} more days."
            return Finding(Verdict.GOOD if days > _FEW_DAYS else Verdict.WARNING, words)

        return self._within(ask, token)

    def azure(self, trial: AzureTrial, token: CancelToken) -> Finding:
        """Whether the container's folder can be listed, and files be removed.

        Raises:
            Cancelled
        """
        place = AzureFolder.set_as(trial.account, trial.container, trial.path)
        return self._within(
            lambda: _told(self._probes.azure(place, trial.endpoint, self._key(trial), token)), token
        )

    def azure_account(self, trial: AzureTrial, token: CancelToken) -> Finding:
        """Whether the account answers and takes the key.

        Raises:
            Cancelled
        """

        def ask() -> Finding:
            self._probes.azure_account(trial.account, trial.endpoint, self._key(trial))
            return Finding(Verdict.GOOD, "The account answers and takes the key.")

        return self._within(ask, token)

    def signed(self, drive: OwnedDrive, folder: str, token: CancelToken) -> Finding:
        """Who is signed in, and whether that account's folder can be listed and emptied.

        Raises:
            Cancelled
        """
        return self._within(lambda: _told(self._probes.signed(drive, folder, token)), token)

    def _key(self, trial: AzureTrial) -> Secret:
        return self._configuring.secret(AZURE_KEY) if trial.key is None else trial.key

    def _within(self, ask: Callable[[], Finding], token: CancelToken) -> Finding:
        """Ask on a thread of its own, which a place that never answers keeps to itself."""
        self._guard(Right.SET_UP, Right.SEE_EXT)
        answer: queue.SimpleQueue[Finding] = queue.SimpleQueue()
        threading.Thread(
            target=_answered, args=(ask, answer), name="examining", daemon=True
        ).start()
        for _ in range(max(1, round(self._seconds / _GLANCE))):
            token.check()
            try:
                return answer.get(timeout=_GLANCE)
            except queue.Empty:
                continue
        words = f"There was no answer within {self._seconds:g} seconds."
        return Finding(Verdict.BAD, f"{words} {_ADVICE[SourceOffline]}")


def _answered(ask: Callable[[], Finding], answer: "queue.SimpleQueue[Finding]") -> None:
    """Whatever happens, there is an answer; after a cancel nobody reads it."""
    finding = Finding(Verdict.BAD, "The test met a fault of its own. Try again, or call support.")
    try:
        finding = ask()
    except MessageCentreError as error:
        _log.info("a test ended with %s", type(error).__name__)
        finding = Finding(Verdict.BAD, f"{error.detail} {_advice(error)}".strip())
    except Cancelled:
        pass
    finally:
        answer.put(finding)


def _advice(error: MessageCentreError) -> str:
    if isinstance(error, SignInNeeded) and "sign" in error.detail.lower():
        return "" if error.detail.startswith("Sign in") else "Sign in, then test again."
    return _ADVICE.get(type(error), error.advice)


def _told(look: Look) -> Finding:
    """The sentences of one look."""
    sentences = [f"Signed in as {look.account}."] if look.account else []
    sentences.append(f"It can be read: {_count(look)}.")
    if look.may_remove:
        sentences.append("Files may be removed from it.")
    if look.may_remove is False:
        sentences.append(
            "Files may not be removed from it: what is saved would stay there as well."
            " Ask its owner for the right to delete."
        )
    verdict = Verdict.WARNING if look.may_remove is False else Verdict.GOOD
    return Finding(verdict, " ".join(sentences))


def _count(look: Look) -> str:
    if look.has_more:
        return f"more than {look.files:,} files"
    if look.files == 0:
        return "no files at the moment"
    return "1 file" if look.files == 1 else f"{look.files:,} files"
