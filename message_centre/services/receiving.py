"""Takes photos that phones send to the Message Centre itself: whole and on the disk before it answers."""

import contextlib
import hashlib
import ipaddress
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from message_centre.domain.content_signatures import sniff
from message_centre.domain.contents import HEAD_BYTES, looks_incomplete
from message_centre.domain.errors import BadSetting, MessageCentreError, UnreadablePicture
from message_centre.domain.medimage_settings import ROOT
from message_centre.domain.medimage_uploads import EXTENSIONS, PICTURES, UploadName, taken_apart
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.configuring import Configuring
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.services.permitting import Permitting
from message_centre.services.ports import Clock, Imager, Landing, Listen

#: How many uploads one address, and one key, may send within a minute.
MOST_A_MINUTE = 240
_MINUTE = 60.0
_MOST_KNOWN = 10_000
_LONGEST = 64
RECONNECT = "Please reconnect your app: the practice does not know this phone's key."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a phone is told."""

    status: HTTPStatus
    words: str


_NOT_NOW = Answer(
    HTTPStatus.SERVICE_UNAVAILABLE, "The practice cannot keep photos just now. Try again."
)


@dataclass(frozen=True)
class ReceivingParts:
    """What a receiver is made of."""

    configuring: Configuring
    keys: MedImageKeys
    landing: Landing
    imager: Imager
    clock: Clock


class Receiving:
    """Any number of threads. Nothing is ever replaced, and no name, key or address is logged."""

    def __init__(self, parts: ReceivingParts) -> None:
        self._parts = parts
        self._pace = _Pace(parts.clock)

    def opened(self, name: str, address: str) -> UploadName | Answer:
        """Judge an upload by its name, before its bytes are read."""
        found = taken_apart(name)
        if found is None:
            return Answer(HTTPStatus.BAD_REQUEST, RECONNECT)
        try:
            is_known = bool(self._parts.keys.provider_of(found.guid))
        except MessageCentreError:
            return _NOT_NOW  # the record is away: a phone tries again, and is not told to reconnect
        if not is_known:
            return Answer(HTTPStatus.BAD_REQUEST, RECONNECT)
        if not self._pace.allows(f"a{address}") or not self._pace.allows(f"k{found.guid}"):
            return Answer(HTTPStatus.TOO_MANY_REQUESTS, "Too many photos at once. Try again.")
        return found

    def taken(self, upload: UploadName, name: str, data: bytes) -> Answer:
        """Keep an upload. OK only once it is whole, decoded and on the disk."""
        kind = sniff(data[:HEAD_BYTES])
        extension = EXTENSIONS.get(kind)
        ends = (data[:HEAD_BYTES], data[-HEAD_BYTES:], len(data))
        if extension is None or looks_incomplete(*ends, extension):
            words = "This is no whole photo, video or PDF. Take it again."
            return Answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, words)
        try:
            if kind in PICTURES:
                self._parts.imager.picture(data, longest=_LONGEST)
            # Read for each photo, and never the folder one happens to be in.
            way = (upload.guid, *upload.folders)
            self._parts.landing.put(
                _root(self._parts.configuring), way, upload.stem, extension, data
            )
            self._parts.landing.remember(_mark(name))
        except UnreadablePicture:
            words = "This photo is damaged. Take it again."
            return Answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, words)
        except MessageCentreError:
            return _NOT_NOW
        return Answer(HTTPStatus.OK, "Received upload successfully!\n\n")

    def is_waited_for(self, name: str) -> bool:
        """Whether a photo of this name has not been taken yet, which is what phones ask."""
        return not self._parts.landing.remembers(_mark(name))


ServePhotos = Callable[[Receiving, Listen], AbstractContextManager[int]]


@contextlib.contextmanager
def receiver_at(listen: Listen, parts: ReceivingParts, serve: ServePhotos) -> Iterator[int]:
    """Serve until the block ends; yields the port. Whoever calls it has asked who may.

    Raises:
        BadSetting: no delivery folder is set, or photos would travel in clear.
        AccessDenied: the port or the certificate cannot be used.
    """
    root = _root(parts.configuring)
    if bool(listen.certificate) != bool(listen.key):
        raise BadSetting("A certificate and its key are wanted both.")
    if not listen.certificate and not _is_this_computer(listen.address):
        raise BadSetting(
            "Photos travel in clear without a certificate. Give one with its key, or listen on"
            " 127.0.0.1 behind a reverse proxy."
        )
    parts.landing.sweep(root)
    with serve(Receiving(parts), listen) as port:
        yield port


class Serving:
    """Lets phones post to the Message Centre itself, for as long as somebody wants it."""

    def __init__(self, parts: ReceivingParts, permitting: Permitting, serve: ServePhotos) -> None:
        self._parts = parts
        self._permitting = permitting
        self._serve = serve

    @contextlib.contextmanager
    def serve(self, operator: Operator, listen: Listen) -> Iterator[int]:
        """Serve until the block ends; yields the port.

        Raises:
            NotPermitted: the operator may not set up the practice.
            BadSetting, AccessDenied: as for `receiver_at`.
        """
        self._permitting.require(operator.id, Right.SET_UP, EVERY_PROVIDER)
        with receiver_at(listen, self._parts, self._serve) as port:
            yield port


def _root(configuring: Configuring) -> Path:
    root = configuring.value(ROOT)
    if not root:
        raise BadSetting(f"{ROOT} is not set: the folder into which photos are delivered.")
    return Path(root)


def _is_this_computer(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


class _Pace:
    """Counts who came within the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._came: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allows(self, who: str) -> bool:
        now = self._clock.monotonic()
        with self._lock:
            if len(self._came) > _MOST_KNOWN:
                self._came = {
                    one: came for one, came in self._came.items() if came[-1] > now - _MINUTE
                }
            came = self._came.setdefault(who, deque())
            while came and came[0] <= now - _MINUTE:
                came.popleft()
            if len(came) >= MOST_A_MINUTE:
                return False
            came.append(now)
            return True


def _mark(name: str) -> str:
    """What stands for an upload's name: the name itself holds key and patient."""
    return hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()
