"""Keeps the receiver of this workstation as its settings have it: running or not, and where."""

import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from message_centre.domain.errors import BadSetting, MessageCentreError
from message_centre.domain.medimage_settings import ROOT
from message_centre.domain.receiver_settings import (
    ADDRESS,
    CERTIFICATE,
    ENABLED,
    PORT,
    PRIVATE_KEY,
)
from message_centre.services.configuring import Configuring
from message_centre.services.ports import Listen


class Standing(StrEnum):
    """Whether phones are answered."""

    OFF = "off"
    RUNNING = "running"
    #: It is wanted and cannot run; the words say why.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReceiverState:
    """What is true now: where it listens if it does, and why not if it should."""

    standing: Standing = Standing.OFF
    listen: Listen | None = None
    words: str = ""


def set_to_listen(configuring: Configuring) -> Listen:
    """Where the settings of this workstation let a receiver listen.

    Raises:
        BadSetting: a value of the workstation's file cannot be.
    """
    files = (configuring.value(CERTIFICATE), configuring.value(PRIVATE_KEY))
    certificate, key = (Path(file) if file else None for file in files)
    return Listen(configuring.value(ADDRESS), int(configuring.value(PORT)), certificate, key)


class Receiver:
    """Any thread; one call at a time. Only who may set up the practice changes what it goes by."""

    def __init__(
        self, configuring: Configuring, begin: Callable[[Listen], AbstractContextManager[int]]
    ) -> None:
        self._configuring = configuring
        self._begin = begin
        self._lock = threading.Lock()
        self._running = contextlib.ExitStack()
        self._wanted: tuple[Listen, str] | None = None
        self._state = ReceiverState()

    @property
    def state(self) -> ReceiverState:
        """How it stands, without asking anything."""
        return self._state

    def settle(self) -> ReceiverState:
        """Start, stop, or start anew with other values, as is set now; what runs well is left alone.

        What could not run is tried again.
        """
        with self._lock:
            try:
                wanted = self._read()
            except MessageCentreError as error:
                # A record that is away for a moment is no reason to stop what runs.
                if isinstance(error, BadSetting) or not self._is_running:
                    self._fail(error)
                return self._state
            if wanted != self._wanted or not self._is_running:
                self._end()
                self._start(wanted)
            return self._state

    def stop(self) -> None:
        """Answer no more; photos under way are finished or refused."""
        with self._lock:
            self._end()

    def _read(self) -> tuple[Listen, str] | None:
        if self._configuring.value(ENABLED) != "true":
            return None
        return set_to_listen(self._configuring), self._configuring.value(ROOT)

    def _start(self, wanted: tuple[Listen, str] | None) -> None:
        if wanted is None:
            return
        try:
            self._running.enter_context(self._begin(wanted[0]))
        except MessageCentreError as error:
            self._fail(error)
            return
        self._wanted = wanted
        self._state = ReceiverState(Standing.RUNNING, wanted[0])

    @property
    def _is_running(self) -> bool:
        return self._state.standing is Standing.RUNNING

    def _fail(self, error: MessageCentreError) -> None:
        self._end()
        self._state = ReceiverState(Standing.FAILED, words=error.detail)

    def _end(self) -> None:
        self._running.close()
        self._wanted = None
        self._state = ReceiverState()
