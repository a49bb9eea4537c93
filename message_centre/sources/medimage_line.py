"""The way to a running MedImage Server: short questions, each with an end, and no redirect followed."""

import contextlib
import socket
import ssl
import time
from urllib.parse import urlsplit

from message_centre.domain.errors import SourceOffline

_SECONDS = 8.0
_DAY = 86_400
_AWAY = "The MedImage Server does not answer."


class HttpServerLine:
    """Implements `services.ports.ServerLine` over HTTP, certificates checked."""

    def status(self, server: str, method: str, path: str) -> int:
        """The status of an answer."""
        return _status(method, server + path)

    def upload(self, server: str, name: str, photo: bytes) -> int:
        """Post a photo as a phone does; the status."""
        return _status("POST", f"{server}/api/photo", name, photo)

    def certificate_days(self, server: str) -> int | None:
        """How long the server's certificate still holds; None where it speaks plain http."""
        place = urlsplit(server)
        if place.scheme != "https":
            return None
        address = (place.hostname or "", place.port or 443)
        try:
            with (
                socket.create_connection(address, _SECONDS) as plain,
                ssl.create_default_context().wrap_socket(plain, server_hostname=address[0]) as line,
            ):
                told = line.getpeercert() or {}
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or "no secure connection"
            raise SourceOffline(f"The server's certificate is not trusted: {reason}.") from None
        except OSError:
            raise SourceOffline(_AWAY) from None
        return int((ssl.cert_time_to_seconds(str(told["notAfter"])) - time.time()) // _DAY)


def _status(method: str, address: str, name: str = "", photo: bytes = b"") -> int:
    # Few programs ask a MedImage Server, and none waits for it.
    import requests  # noqa: PLC0415

    files = {"file1": (name, photo, "image/jpeg")} if name else None
    try:
        answer = requests.request(
            method, address, files=files, timeout=_SECONDS, allow_redirects=False, stream=True
        )
    except requests.RequestException:
        # From None: the error names the address it asked, and in it the key.
        raise SourceOffline(_AWAY) from None
    with contextlib.closing(answer):
        return answer.status_code
