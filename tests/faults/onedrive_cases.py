"""What can go wrong with OneDrive and with the sign-in of Microsoft."""

from collections.abc import Iterator

from tests.faults.drive_cases import NAME, Case, Scene, listing
from tests.faults.drive_rigs import CLOSED, PORTAL, OneDriveRig
from tests.support.https_server import Reply, Trouble
from tests.support.microsoft_replies import as_json
from tests.support.served_drives import FOLDER

_Scene = Scene[OneDriveRig]
_LIST, _GET = "/children", "/download"
_PATH = "operator.onedrive.path"


def _error(status: int, code: str, **headers: str) -> Reply:
    return as_json(status, {"error": {"code": code, "message": code}}, **headers)


def _on_delete(scene: _Scene, what: Trouble | Reply, times: int = 99) -> None:
    scene.rig.fault(scene.rig.item.id, what, method="DELETE", times=times)


def _link(scene: _Scene, address: str) -> None:
    """The list goes on at this address."""
    body = {"value": [], "@odata.nextLink": address}
    scene.rig.fault(_LIST, as_json(200, body))


def _changed_on_download(scene: _Scene) -> None:
    def overwrite(_item: object) -> None:
        scene.rig.server.after_download = lambda item: None
        scene.overwrite()

    scene.rig.server.after_download = overwrite


def _removed_on_download(scene: _Scene) -> None:
    scene.rig.server.after_download = lambda item: scene.rig.remove()


def _damaged(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


def _listed_falsely(scene: _Scene) -> None:
    scene.rig.item.deliver = _damaged


def _listings() -> Iterator[Case[OneDriveRig]]:
    away, sign_in = "offline", "sign-in-needed"
    ring = f"https://graph.microsoft.com/v1.0/drives/ring{_LIST}"
    yield listing("sign-in revoked by the administrator", sign_in, _revoked)
    yield listing("access token expired", "connected", lambda s: s.rig.server.entra.expire_access())
    yield listing(
        "folder missing", away, lambda s: s.set(_PATH, "/no such folder"), "no such folder"
    )
    yield listing(
        "a file where the folder should be", away, lambda s: s.set(_PATH, f"{FOLDER}/{NAME}")
    )
    yield listing(
        "no permission to list", "error", lambda s: s.rig.fault(_LIST, _error(403, "accessDenied"))
    )
    yield listing("no such name (the way is unknown)", away, lambda s: s.rig.lead_to(None))
    yield listing("connection refused", away, lambda s: s.rig.lead_to(CLOSED))
    yield listing("certificate not trusted", away, lambda s: s.rig.distrust(), "certificate")
    yield listing("nobody answers", away, lambda s: s.rig.fault(_LIST, Trouble.HANGS), is_slow=True)
    yield listing(
        "slow network",
        "connected",
        lambda s: s.rig.fault(_LIST, Trouble.LATE, times=1),
        is_slow=True,
    )
    yield listing(
        "429 without Retry-After", away, lambda s: s.rig.fault(_LIST, _error(429, "tooMany"))
    )
    yield listing(
        "429 with Retry-After: 1, once",
        "connected",
        lambda s: s.rig.fault(_LIST, _error(429, "tooMany", Retry_After="1"), times=1),
    )
    yield listing(
        "503 with Retry-After: 300",
        away,
        lambda s: s.rig.fault(_LIST, _error(503, "busy", Retry_After="300")),
        "to wait 300 seconds",
    )
    yield listing("500 every time", away, lambda s: s.rig.fault(_LIST, Reply(500)), "(500)")
    yield listing("pages that go round in a ring", away, lambda s: _link(s, ring))
    yield listing(
        "next page at another host", away, lambda s: _link(s, "https://elsewhere.example/x")
    )
    yield listing(
        "JSON that is none", away, lambda s: s.rig.fault(_LIST, Reply(200, b'{"value": ['))
    )
    yield listing(
        "a portal's page instead of a list",
        away,
        lambda s: s.rig.fault(_LIST, Reply(200, PORTAL, "text/html")),
    )
    yield listing(
        "redirect to another host",
        away,
        lambda s: s.rig.fault(
            _LIST, Reply(302, headers={"Location": "https://elsewhere.example/"})
        ),
    )


def _revoked(scene: _Scene) -> None:
    scene.rig.server.entra.revoke()
    scene.rig.server.entra.expire_access()


def _readings() -> Iterator[Case[OneDriveRig]]:
    yield Case(
        "download cut once",
        "saved",
        lambda s: s.rig.fault(_GET, Trouble.TRUNCATED, times=1),
    )
    yield Case(
        "download cut every time",
        "failed SourceOffline",
        lambda s: s.rig.fault(_GET, Trouble.TRUNCATED),
    )
    yield Case(
        "bytes damaged on the way",
        "failed SourceOffline",
        lambda s: s.rig.fault(_GET, Trouble.FLIPPED, times=1),
    )
    yield Case(
        "download address expired every time",
        "failed SourceOffline",
        lambda s: s.rig.fault(_GET, Reply(401, b"expired", "text/html")),
    )
    yield Case(
        "download: 429 with Retry-After: 300",
        "failed RateLimited",
        lambda s: s.rig.fault(_GET, Reply(429, headers={"Retry-After": "300"})),
    )
    yield Case("other bytes than it lists, twice alike", "failed SourceOffline", _listed_falsely)
    yield Case("changed since it was listed", "refused FileChanged", lambda s: s.overwrite())
    yield Case(
        "removed by somebody since it was listed",
        "refused FileGone",
        lambda s: s.rig.remove(),
        is_lost_by_others=True,
    )
    yield Case("sign-in revoked after the listing", "failed SignInNeeded", _revoked)


def _removals() -> Iterator[Case[OneDriveRig]]:
    kept = "saved-source-kept"
    yield Case("changed between download and delete", "saved", _changed_on_download)
    yield Case("removed by somebody before our delete", "saved", _removed_on_download)
    yield Case(
        "delete done, its answer lost",
        "saved",
        lambda s: _on_delete(s, Trouble.REPLY_LOST, times=1),
    )
    yield Case("locked: somebody has it open", kept, lambda s: s.rig.hinder(), "has the file open")
    yield Case(
        "no permission to delete",
        kept,
        lambda s: _on_delete(s, _error(403, "accessDenied")),
        "Files.ReadWrite",
    )
    yield Case(
        "quota: the drive is over its limit",
        kept,
        lambda s: _on_delete(s, _error(507, "insufficientStorage")),
    )
    yield Case("delete: 500 every time", kept, lambda s: _on_delete(s, Reply(500)))


ONEDRIVE = (*_listings(), *_readings(), *_removals())
