"""The way to the pairing service: one short question, one short answer, and nothing of either in a log."""

import contextlib
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from message_centre.domain.errors import PairingFailed

if TYPE_CHECKING:
    import requests

_MOST_BYTES = 4096
#: Seconds in all; and for each stretch of the answer.
_SECONDS = 10.0
_AWAY = "The pairing service cannot be reached. Is this computer connected to the internet?"


class HttpPairingLine:
    """Implements `services.ports.PairingLine` over HTTPS, the certificate checked."""

    def ask(self, service: str, *, guid: str, server: str) -> bytes:
        """What the service replies; a redirect is no reply.

        Raises:
            PairingFailed
        """
        # Few programs pair a phone, and none waits for it.
        import requests  # noqa: PLC0415

        until = time.monotonic() + _SECONDS
        try:
            with contextlib.closing(_asked(service, guid, server)) as answer:
                if answer.status_code != HTTPStatus.OK:
                    raise PairingFailed(
                        f"The pairing service does not give codes now (status {answer.status_code})."
                    )
                return _body(answer, until)
        except requests.RequestException:
            # From None: the error names the address it asked, and in it the key.
            raise PairingFailed(_AWAY) from None


def _asked(service: str, guid: str, server: str) -> "requests.Response":
    import requests  # noqa: PLC0415 - see above

    return requests.get(
        service,
        params={"guid": guid, "proxyServer": server},
        timeout=_SECONDS,
        allow_redirects=False,
        stream=True,
    )


def _body(answer: "requests.Response", until: float) -> bytes:
    read = bytearray()
    for chunk in answer.iter_content(1):
        read += chunk
        if len(read) > _MOST_BYTES or time.monotonic() > until:
            raise PairingFailed("The pairing service's reply does not end.")
    return bytes(read)
