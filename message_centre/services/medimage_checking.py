"""Writes and checks a MedImage Server's settings, and asks a running one what it does."""

import base64
import secrets
import string
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from message_centre.domain.errors import BadSetting, MessageCentreError
from message_centre.domain.findings import Verdict
from message_centre.domain.medimage_config import (
    BadConfig,
    Remark,
    addon_remarks,
    merged,
    parsed,
    remarks,
    written,
)
from message_centre.domain.medimage_settings import PHOTOS, ROOT, SERVER
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.configuring import Configuring
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.services.permitting import Permitting
from message_centre.services.ports import ServerGround, ServerLine, Trail

#: What lies in the server's photos folder for longer than this will not be delivered any more.
STUCK_SECONDS = 120.0
DELIVERY_SECONDS = 15.0
#: The id under which the test photo travels; no patient has it.
SELF_TEST = "MCSELFTEST"
_FEW_BYTES = 5 << 30
_FEW_DAYS = 21
_OK, _REFUSED = 200, 400
_LETTERS = string.ascii_letters + string.digits
#: A white JPEG of one pixel, without its first two bytes.
_PIXEL = base64.b64decode(
    "/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdoZz5NcXlwZHhcZWdj"
    "/8AACwgAAQABAQERAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQEC"
    "AwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldY"
    "WVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY"
    "2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAAgBAQAAPwD0Cv/Z"
)


@dataclass(frozen=True)
class CheckingParts:
    """What checking is made of."""

    configuring: Configuring
    keys: MedImageKeys
    permitting: Permitting
    ground: ServerGround
    line: ServerLine
    trail: Trail


class MedImageChecking:
    """Only who sets the practice up may. Any thread; a check of a running server takes seconds."""

    def __init__(self, parts: CheckingParts) -> None:
        self._parts = parts

    def check_config(self, operator: Operator, path: Path) -> tuple[Remark, ...]:
        """What is wrong with a config.json and what lies beside it; empty if all is well.

        Raises:
            NotPermitted, AccessDenied; BadSetting: there is no such file.
        """
        self._check_right(operator)
        data = self._parts.ground.read(path)
        if data is None:
            raise BadSetting(f"There is no file {path}.")
        return (
            *remarks(data, path.absolute().parent),
            *self._about_root(data),
            *addon_remarks(self._parts.ground.read(path.parent / "addons" / "config.json")),
            *self._about_stuck(path.parent / "photos"),
        )

    def write_config(self, operator: Operator, path: Path) -> tuple[str, tuple[Remark, ...]]:
        """Make a config.json what it should be; the name of the copy kept beside it, and what is left.

        Keys that are not known here stay as they are. A file that is not there is made.

        Raises:
            NotPermitted, AccessDenied, StoreFull
            BadSetting: no root is set, or the file is no settings file.
        """
        self._check_right(operator)
        root = self._parts.configuring.value(ROOT)
        if not root:
            raise BadSetting(f"{ROOT} is not set: the folder into which the server delivers.")
        data = self._parts.ground.read(path)
        try:
            config = {} if data is None else parsed(data)
        except BadConfig as error:
            raise BadSetting(f"{path}: {error} It was left as it is.") from error
        new = written(merged(config, root.replace("\\", "/"), secrets.token_urlsafe(24)))
        backup = self._parts.ground.write(path, new)
        self._parts.trail.add("medimage-config", operator=operator.id, detail=str(path))
        return backup, tuple(remarks(new, path.absolute().parent))

    def check_server(
        self, operator: Operator, provider: str, *, round_trip: bool = False
    ) -> Iterator[Remark]:
        """Ask the running server; a round trip sends a tiny photo under the provider's key.

        Raises:
            NotPermitted; BadSetting: no server address or root is set.
        """
        self._check_right(operator)
        server, root = (self._parts.configuring.value(key) for key in (SERVER, ROOT))
        if not server or not root:
            raise BadSetting(f"{SERVER} and {ROOT} have to be set.")
        yield from self._about_answers(server)
        yield from self._about_folder(Path(root))
        photos = self._parts.configuring.value(PHOTOS)
        if photos:
            yield from self._about_stuck(Path(photos))
        yield Remark(
            Verdict.WARNING,
            "/pair",
            "Whether /pair can be reached from outside is not tried, since asking changes the server."
            " A reverse proxy must refuse it.",
        )
        if round_trip:
            yield self._round_trip(server, Path(root), self._parts.keys.active(provider))

    def _check_right(self, operator: Operator) -> None:
        self._parts.permitting.require(operator.id, Right.SET_UP, EVERY_PROVIDER)

    def _about_root(self, data: bytes) -> Iterator[Remark]:
        """Whether the server delivers where we look."""
        root = self._parts.configuring.value(ROOT)
        try:
            targets = parsed(data).get("backupTo")
        except BadConfig:
            return
        if root and isinstance(targets, list) and root.replace("\\", "/") not in targets[:1]:
            words = f"Its first folder is not the one that is watched here: {root}"
            yield Remark(Verdict.WARNING, "backupTo", words)

    def _about_stuck(self, photos: Path) -> Iterator[Remark]:
        stuck = self._parts.ground.old_photos(photos, STUCK_SECONDS)
        if stuck:
            words = (
                f"{stuck} photos are stuck in it and will not be delivered any more; most often the"
                " server may not write to its target. Copy them by hand."
            )
            yield Remark(Verdict.BAD, "photos", words)

    def _about_answers(self, server: str) -> Iterator[Remark]:
        line = self._parts.line
        try:
            days = line.certificate_days(server)
            answered = line.status(server, "GET", "/")
            # Asked for a key that nobody has: nothing is handed out, whatever is set.
            leaving = line.status(server, "HEAD", f"/read/{_random(18)}")
        except MessageCentreError as error:
            yield Remark(Verdict.BAD, "server", error.detail)
            return
        if answered == _OK:
            yield Remark(Verdict.GOOD, "server", "The server answers.")
        else:
            yield Remark(Verdict.BAD, "server", f"The server answers with status {answered}.")
        if leaving != _REFUSED:
            words = "Photos can be fetched from the server: allowPhotosLeaving must be false."
            yield Remark(Verdict.BAD, "/read/", words)
        yield _about_certificate(days)

    def _about_folder(self, root: Path) -> Iterator[Remark]:
        free = self._parts.ground.free_bytes(root)
        if free is None:
            yield Remark(Verdict.BAD, "backupTo", f"{root} is not there.")
            return
        if not self._parts.ground.can_write(root):
            words = "Nothing can be written to it from here: photos could not be moved out."
            yield Remark(Verdict.BAD, "backupTo", words)
        verdict = Verdict.WARNING if free < _FEW_BYTES else Verdict.GOOD
        yield Remark(verdict, "backupTo", f"{free / (1 << 30):.1f} GB are free in it.")

    def _round_trip(self, server: str, root: Path, guid: str) -> Remark:
        if not guid:
            return Remark(
                Verdict.BAD, "round trip", "The provider has no address key: pair a phone."
            )
        mark = _random(12)
        photo = _photo(mark)
        where = root / guid / SELF_TEST / f"{mark}.jpg"
        begun = time.monotonic()
        try:
            status = self._parts.line.upload(server, f"#{guid}-#{SELF_TEST}-{mark}.jpg", photo)
        except MessageCentreError as error:
            return Remark(Verdict.BAD, "round trip", error.detail)
        if status != _OK:
            words = f"The server did not take a photo (status {status})."
            return Remark(Verdict.BAD, "round trip", words)
        if not self._parts.ground.takes_delivery(where, photo, DELIVERY_SECONDS):
            words = "The server took a photo and did not deliver it within 15 seconds."
            return Remark(Verdict.BAD, "round trip", words)
        seconds = time.monotonic() - begun
        return Remark(
            Verdict.GOOD, "round trip", f"A photo was delivered in {seconds:.1f} seconds."
        )


def _about_certificate(days: int | None) -> Remark:
    if days is None:
        words = "Phones would speak plain http: photos and address keys travel in clear."
        return Remark(Verdict.WARNING, "https", words)
    verdict = Verdict.GOOD if days > _FEW_DAYS else Verdict.WARNING
    return Remark(verdict, "https", f"The certificate holds for {days} more days.")


def _photo(mark: str) -> bytes:
    """A JPEG like no other: the mark stands in a comment."""
    comment = mark.encode()
    return b"\xff\xd8\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + _PIXEL


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
