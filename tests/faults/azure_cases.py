"""What can go wrong with Azure Storage."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.drive_cases import Case, Scene, listing
from tests.faults.drive_rigs import CLOSED, PORTAL, AzureRig
from tests.support.certificates import Certificates
from tests.support.faulty_front import Spoil
from tests.support.https_server import HttpsServer, Reply

_Scene = Scene[AzureRig]
_KEY, _ENDPOINT = "system.azure.key", "system.azure.endpoint"


def _wrong_key(scene: _Scene) -> None:
    scene.set_secret(_KEY, base64.b64encode(b"another key" * 6).decode())


def _in_an_hour() -> str:
    """The service's time, as it tells it to a computer whose clock is behind."""
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


def _untrusted(scene: _Scene) -> None:
    """The rest of the run: nobody else asks it."""
    folder = scene.desk.home.parent / "stranger"
    folder.mkdir()
    server = HttpsServer(Certificates(folder).server(), lambda request: Reply(200))
    scene.set(_ENDPOINT, scene.rig.endpoint(server.port, "https"))
    scene.closing.callback(server.close)


def _listings() -> Iterator[Case[AzureRig]]:
    away, sign_in = "offline", "sign-in-needed"
    yield listing("wrong key", sign_in, _wrong_key, "does not take the account and key")
    yield listing(
        "a key that is none",
        sign_in,
        lambda s: s.set_secret(_KEY, "not a key"),
        "no key of Azure Storage",
    )
    yield listing(
        "clock of this computer an hour behind",
        "error",
        lambda s: s.rig.answer(403, "AuthenticationFailed", Date=_in_an_hour()),
        "clock",
    )
    yield listing(
        "container missing",
        "error",
        lambda s: s.set("provider.1.azure.container", "no-such-container"),
        "no container of this name",
    )
    yield listing(
        "no such name (DNS)",
        away,
        lambda s: s.set(_ENDPOINT, "https://practice.invalid/practice"),
        "cannot be reached",
    )
    yield listing(
        "connection refused",
        away,
        lambda s: s.set(_ENDPOINT, s.rig.endpoint(CLOSED)),
        "cannot be reached",
    )
    yield listing("certificate not trusted", away, _untrusted, "certificate is not trusted")
    yield listing("nobody answers", away, lambda s: s.rig.spoil(Spoil.HANG), is_slow=True)
    yield listing(
        "slow network", "connected", lambda s: s.rig.spoil(Spoil.LATE, times=2), is_slow=True
    )
    yield listing("429 without Retry-After", away, lambda s: s.rig.answer(429, ""), "a pause")
    yield listing(
        "503 with Retry-After: 1, once",
        "connected",
        lambda s: s.rig.answer(503, "ServerBusy", times=1, Retry_After="1"),
    )
    yield listing(
        "503 with Retry-After: 300",
        away,
        lambda s: s.rig.answer(503, "ServerBusy", Retry_After="300"),
        "a pause",
    )
    yield listing("500 once", "connected", lambda s: s.rig.answer(500, "InternalError", times=1))
    yield listing("500 every time", away, lambda s: s.rig.answer(500, "InternalError"))
    yield listing(
        "redirect to another host",
        away,
        lambda s: s.rig.spoil(
            Spoil.ANSWER, status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"}
        ),
    )
    yield listing(
        "a portal's page instead of a list",
        away,
        lambda s: s.rig.spoil(
            Spoil.ANSWER, status=200, headers={"Content-Type": "text/html"}, body=PORTAL
        ),
    )
    yield listing(
        "list cut in the middle", away, lambda s: s.rig.spoil(Spoil.CUT, "GET"), is_slow=True
    )


def _readings() -> Iterator[Case[AzureRig]]:
    yield Case("download cut once", "saved", lambda s: s.rig.spoil(Spoil.CUT, "GET", times=1))
    yield Case(
        "download cut every time",
        "failed SourceOffline",
        lambda s: s.rig.spoil(Spoil.CUT, "GET"),
        "cannot be reached",
    )
    yield Case(
        "bytes damaged on the way",
        "failed SourceOffline",
        lambda s: s.rig.spoil(Spoil.FLIP, "GET"),
        "does not have the checksum",
    )
    yield Case("changed since it was listed", "refused FileChanged", lambda s: s.overwrite())
    yield Case(
        "removed by somebody since it was listed",
        "refused FileGone",
        lambda s: s.rig.remove(),
        is_lost_by_others=True,
    )
    yield Case(
        "key changed after the listing",
        "failed SignInNeeded",
        lambda s: s.rig.answer(403, "AuthenticationFailed", "GET"),
    )
    yield Case(
        "file in the archive tier",
        "failed AccessDenied",
        lambda s: s.rig.answer(409, "BlobArchived", "GET"),
        "archive tier",
    )
    yield Case(
        "too large for the service",
        "failed SourceOffline",
        lambda s: s.rig.answer(413, "RequestBodyTooLarge", "GET"),
    )
    yield Case(
        "download: 503 with Retry-After: 300",
        "failed RateLimited",
        lambda s: s.rig.answer(503, "ServerBusy", "GET", Retry_After="300"),
        "a pause",
    )
    yield Case(
        "download: nobody answers",
        "failed SourceOffline",
        lambda s: s.rig.spoil(Spoil.HANG, "GET"),
        is_slow=True,
    )


def _removals() -> Iterator[Case[AzureRig]]:
    kept = "saved-source-kept"
    yield Case(
        "changed between download and delete",
        "saved",
        lambda s: s.rig.spoil(Spoil.AFTER, "DELETE", times=1, deed=s.overwrite),
    )
    yield Case(
        "removed by somebody before our delete",
        "saved",
        lambda s: s.rig.spoil(Spoil.AFTER, "DELETE", times=1, deed=s.rig.remove),
    )
    yield Case(
        "delete done, its answer lost",
        "saved",
        lambda s: s.rig.spoil(Spoil.LOSE, "DELETE", times=1),
    )
    yield Case("leased by another program", kept, lambda s: s.rig.blob.acquire_lease(), "lease")
    yield Case("has snapshots", kept, lambda s: s.rig.blob.create_snapshot(), "snapshots")
    yield Case(
        "legal hold, immutable",
        kept,
        lambda s: s.rig.answer(409, "BlobImmutableDueToPolicy", "DELETE"),
        "policy",
    )
    yield Case(
        "no permission to delete",
        kept,
        lambda s: s.rig.answer(403, "AuthorizationPermissionMismatch", "DELETE"),
        "may not",
    )
    yield Case(
        "delete: 500 every time", kept, lambda s: s.rig.answer(500, "InternalError", "DELETE")
    )
    yield Case(
        "delete: nobody answers", kept, lambda s: s.rig.spoil(Spoil.HANG, "DELETE"), is_slow=True
    )


AZURE = (*_listings(), *_readings(), *_removals())
