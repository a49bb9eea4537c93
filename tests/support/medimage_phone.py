"""A phone: posts photos to whatever answers at an address."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3


@dataclass(frozen=True)
class Phone:
    """Paired with a server and a guid."""

    url: str
    guid: str
    #: How many seconds it waits for an answer.
    patience: float = 2.0

    def name(self, typed: str, when: str = "21-Aug-2026-14-03-09") -> str:
        """What the app makes of what was typed."""
        return f"#{self.guid}-#{typed.replace(' ', '-')}-{when}.jpg"

    def send(self, typed: str, photo: bytes, when: str = "21-Aug-2026-14-03-09") -> int:
        """Post a photo; the status."""
        return post(self.url, self.name(typed, when), photo, patience=self.patience)[0]


def post(
    url: str, name: str, photo: bytes, *, field: str = "file1", patience: float = 2.0
) -> tuple[int, bytes]:
    """One upload as a phone makes it: status and body of the answer."""
    boundary = "XBxXBxXB"
    disposition = f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    body = b"".join(
        (
            f"--{boundary}\r\n{disposition}Content-Type: image/jpeg\r\n\r\n".encode(),
            photo,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    kind = f"multipart/form-data; boundary={boundary}"
    return send(url, "POST", "/api/photo", body, kind, patience=patience)


def send(  # noqa: PLR0913 - what a request is made of
    url: str,
    method: str,
    path: str,
    body: bytes = b"",
    kind: str = "text/plain",
    *,
    patience: float = 2.0,
) -> tuple[int, bytes]:
    """One request; raises urllib3's errors where nothing comes within its patience."""
    place = urlsplit(url)
    pool = urllib3.HTTPConnectionPool(
        place.hostname or "", place.port, timeout=urllib3.Timeout(20, read=patience), retries=False
    )
    try:
        answer = pool.urlopen(method, path, body=body, headers={"Content-Type": kind})
        return answer.status, answer.data
    finally:
        pool.close()
