"""What can go wrong with Dropbox."""

import json
from collections.abc import Iterator

from dropbox.files import WriteError

from tests.faults.drive_cases import NAME, Case, Scene, listing
from tests.faults.drive_rigs import CLOSED, MANY, PORTAL, DropboxRig
from tests.support.dropbox_server import rate_limited
from tests.support.https_server import Reply, Trouble
from tests.support.served_drives import FOLDER

_Scene = Scene[DropboxRig]
_LIST, _MORE = "files/list_folder", "files/list_folder/continue"
_GET, _REMOVE = "files/download", "files/delete_v2"
_PATH = "operator.dropbox.path"


def _refused(tag: str) -> Reply:
    said = {"error_summary": f"{tag}/..", "error": {".tag": tag}}
    return Reply(401, json.dumps(said).encode())


def _stale_token(scene: _Scene) -> None:
    """The access token that is in use has ended; a new one is given for the asking."""
    scene.desk.files()
    scene.rig.dropbox.sign_in.expire()


def _many(scene: _Scene) -> None:
    """So many files that the list has several pages."""
    for number in range(1_200):
        scene.rig.put(f"more {number}.jpg", b"%d" % number)


def _cursor_reset(scene: _Scene, times: int) -> None:
    _many(scene)
    told = {"error_summary": "reset/..", "error": {".tag": "reset"}}
    scene.rig.fault(_MORE, Reply(409, json.dumps(told).encode()), times=times)


def _paging_broken(scene: _Scene) -> None:
    _many(scene)
    scene.rig.fault(_MORE, Reply(500))


def _read_only(scene: _Scene) -> None:
    """The app has lost the permission to write, for everybody who is signed in."""
    sign_in = scene.rig.dropbox.sign_in
    fewer = frozenset({"files.metadata.read", "files.content.read", "account_info.read"})
    sign_in._refresh = dict.fromkeys(sign_in._refresh, fewer)
    sign_in.expire()


def _listings() -> Iterator[Case[DropboxRig]]:
    away, sign_in = "offline", "sign-in-needed"
    yield listing("sign-in revoked on the site", sign_in, lambda s: s.rig.dropbox.sign_in.revoke())
    yield listing("access token expired", "connected", _stale_token)
    yield listing(
        "account suspended", "error", lambda s: s.rig.fault(_LIST, _refused("user_suspended"))
    )
    yield listing("folder missing", away, lambda s: s.set(_PATH, "/no such folder"), "no folder")
    yield listing(
        "a file where the folder should be", away, lambda s: s.set(_PATH, f"{FOLDER}/{NAME}")
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
        "429 without Retry-After", away, lambda s: s.rig.fault(_LIST, Reply(429, b"", "text/plain"))
    )
    yield listing(
        "429 with Retry-After: 1, once",
        "connected",
        lambda s: s.rig.fault(_LIST, rate_limited(1), times=1),
    )
    yield listing(
        "429 with Retry-After: 300", away, lambda s: s.rig.fault(_LIST, rate_limited(300))
    )
    yield listing("500 every time", away, lambda s: s.rig.fault(_LIST, Reply(500)))
    yield listing("503 once", "connected", lambda s: s.rig.fault(_LIST, Reply(503), times=1))
    yield listing("cursor reset once", "connected", lambda s: _cursor_reset(s, 1))
    yield listing("cursor reset every time", away, lambda s: _cursor_reset(s, MANY))
    yield listing("the second page never comes", away, _paging_broken)
    yield listing(
        "JSON that is none", away, lambda s: s.rig.fault(_LIST, Reply(200, b'{"entries": ['))
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


def _readings() -> Iterator[Case[DropboxRig]]:
    yield Case(
        "download cut every time",
        "failed SourceOffline",
        lambda s: s.rig.fault(_GET, Trouble.TRUNCATED),
    )
    yield Case(
        "bytes damaged on the way",
        "failed SourceOffline",
        lambda s: s.rig.fault(_GET, Trouble.FLIPPED),
        "damaged on the way",
    )
    yield Case(
        "sign-in revoked after the listing",
        "failed SignInNeeded",
        lambda s: s.rig.dropbox.sign_in.revoke(),
    )
    yield Case(
        "download: 429 with Retry-After: 300",
        "failed RateLimited",
        lambda s: s.rig.fault(_GET, rate_limited(300)),
    )
    yield Case("changed since it was listed", "refused FileChanged", lambda s: s.overwrite())
    yield Case(
        "removed by somebody since it was listed",
        "refused FileGone",
        lambda s: s.rig.remove(),
        is_lost_by_others=True,
    )


def _changed_on_download(scene: _Scene) -> None:
    def overwrite(_held: object) -> None:
        scene.rig.dropbox.after_download = lambda held: None
        scene.overwrite()

    scene.rig.dropbox.after_download = overwrite


def _removed_on_download(scene: _Scene) -> None:
    def remove(_held: object) -> None:
        scene.rig.dropbox.after_download = lambda held: None
        scene.rig.remove()

    scene.rig.dropbox.after_download = remove


def _removals() -> Iterator[Case[DropboxRig]]:
    kept = "saved-source-kept"
    yield Case("changed between download and delete", "saved", _changed_on_download)
    yield Case("removed by somebody before our delete", "saved", _removed_on_download)
    yield Case(
        "delete done, its answer lost",
        "saved",
        lambda s: s.rig.fault(_REMOVE, Trouble.REPLY_LOST, times=1),
    )
    yield Case(
        "no permission to delete",
        kept,
        lambda s: s.rig.forbid(WriteError.no_write_permission),
        "does not allow",
    )
    yield Case("the app lost its permission to delete", kept, _read_only, "lacks a permission")
    yield Case(
        "quota: no space in the account",
        kept,
        lambda s: s.rig.forbid(WriteError.insufficient_space),
    )
    yield Case(
        "too many changes at once",
        kept,
        lambda s: s.rig.forbid(WriteError.too_many_write_operations),
    )
    yield Case("delete: 500 every time", kept, lambda s: s.rig.fault(_REMOVE, Reply(500)))
    yield Case(
        "delete: nobody answers",
        kept,
        lambda s: s.rig.fault(_REMOVE, Trouble.HANGS),
        is_slow=True,
    )


DROPBOX = (*_listings(), *_readings(), *_removals())
