"""A folder of a OneDrive as a source: its id, its states, and what a release tells."""

import hashlib
import subprocess
import sys

import pytest

from message_centre.domain.errors import VaultLocked
from message_centre.domain.files import FileState, Listing, SourceKind, SourceState
from message_centre.domain.outcomes import Release, Released
from message_centre.services.ports import Filed
from message_centre.services.work import CancelToken, silent
from message_centre.sources.drive_source import DriveSource
from message_centre.sources.onedrive_place import OneDriveAccounts, onedrive_place
from tests.support.clocks import StandingClock
from tests.support.onedrive import Practice

PHOTO = b"\xff\xd8\xff" + b"picture " * 999 + b"\xff\xd9"


def _accounts(onedrive: Practice, *, signed_in: bool = True) -> OneDriveAccounts:
    """As a freshly started program makes them."""
    accounts = OneDriveAccounts(lambda: ["0", "1"], lambda _: onedrive.app_id, onedrive.vault)
    if signed_in:
        onedrive.sign_in(accounts.of("1"))
    return accounts


def _source(accounts: OneDriveAccounts, path: str = "/in/box") -> DriveSource:
    place, drive = onedrive_place(accounts.all, accounts.source_id("1", path))
    return DriveSource(place, drive, StandingClock(), lambda: frozenset({".jpg", ".heic"}))


def _list(source: DriveSource) -> Listing:
    return source.list_files(CancelToken(), silent)


def _import(source: DriveSource) -> tuple[bytes, Filed]:
    (file,) = _list(source).files
    with source.open(file.key, file.fingerprint) as opened:
        content = b"".join(opened.chunks())
    digest = hashlib.sha256(content).hexdigest()
    return content, Filed(file.key, digest, "im-1", fingerprint=str(file.fingerprint))


def _release(source: DriveSource, filed: Filed) -> Released:
    (told,) = source.release([filed])
    return told


def test_its_id_names_the_drive_and_the_path_and_is_the_same_everywhere(onedrive: Practice) -> None:
    accounts = _accounts(onedrive)
    elsewhere = _accounts(onedrive, signed_in=False)

    assert accounts.source_id("1", "/In/Box") == f"onedrive:{onedrive.server.drive_id}/in/box"
    assert elsewhere.source_id("1", "") == f"onedrive:{onedrive.server.drive_id}/"
    assert (_source(accounts).name, _source(accounts, "").name) == ("OneDrive /in/box", "OneDrive")
    assert _source(accounts).kind is SourceKind.ONEDRIVE
    assert accounts.of("1") is accounts.of("1") is not accounts.of("0")


def test_before_the_sign_in_it_asks_for_it_and_calls_nobody(onedrive: Practice) -> None:
    source = _source(_accounts(onedrive, signed_in=False))

    assert _list(source).state is SourceState.SIGN_IN_NEEDED
    assert source.source_id == "onedrive:/in/box"
    assert not onedrive.server.https.requests


def test_a_vault_that_does_not_open_is_told(
    onedrive: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = _accounts(onedrive)

    def locked(_: str) -> None:
        raise VaultLocked("The vault does not open.")

    monkeypatch.setattr(onedrive.vault, "read", locked)
    listing = _list(_source(accounts))

    assert (listing.state, listing.detail) == (SourceState.ERROR, "The vault does not open.")


def test_after_the_sign_in_it_lists_and_after_a_sign_out_it_asks_again(onedrive: Practice) -> None:
    onedrive.server.add("in/box/a.jpg", PHOTO)
    accounts = _accounts(onedrive)
    source = _source(accounts)

    (file,) = _list(source).files
    assert (file.name, file.state, file.size) == ("a.jpg", FileState.READY, len(PHOTO))
    accounts.of("1").sign_out()
    assert _list(source).state is SourceState.SIGN_IN_NEEDED


def test_a_sign_in_to_another_drive_gives_no_access_to_the_first(onedrive: Practice) -> None:
    onedrive.server.add("in/box/a.jpg", PHOTO)
    accounts = _accounts(onedrive)
    source = _source(accounts)
    onedrive.server.drive_id = "another"
    onedrive.sign_in(accounts.of("1"))

    assert _list(source).state is SourceState.SIGN_IN_NEEDED
    assert len(_list(_source(accounts)).files) == 1


def test_the_states_of_the_drive_are_those_of_the_source(onedrive: Practice) -> None:
    onedrive.server.add("elsewhere/a.jpg", PHOTO)
    accounts = _accounts(onedrive)
    assert _list(_source(accounts)).state is SourceState.OFFLINE

    onedrive.server.entra.revoke()
    assert _list(_source(accounts, "/elsewhere")).state is SourceState.SIGN_IN_NEEDED


def test_a_file_moves_out_of_the_drive(onedrive: Practice) -> None:
    file_id = onedrive.server.add("in/box/a.jpg", PHOTO)
    source = _source(_accounts(onedrive))

    content, filed = _import(source)

    assert content == PHOTO
    assert source.still_has(filed.key, sha256=filed.sha256, import_id="im-1")
    assert source.still_there(filed.key, filed.fingerprint)
    assert _release(source, filed) == Released(Release.RELEASED)
    assert file_id not in onedrive.server.items
    assert _release(source, filed) == Released(Release.RELEASED)
    assert not source.still_there(filed.key, filed.fingerprint)


def test_a_release_by_a_program_that_was_started_anew_looks_first(onedrive: Practice) -> None:
    onedrive.server.add("in/box/a.jpg", PHOTO)
    _, filed = _import(_source(_accounts(onedrive)))

    assert _release(_source(_accounts(onedrive, signed_in=False)), filed) == Released(
        Release.RELEASED
    )
    assert len(onedrive.server.https.asked("/download")) == 2


def test_a_version_that_nobody_saw_stays(onedrive: Practice) -> None:
    file_id = onedrive.server.add("in/box/a.jpg", PHOTO)
    source = _source(_accounts(onedrive))
    _, filed = _import(source)
    onedrive.server.replace(file_id, PHOTO + b"new")

    assert _release(source, filed).release is Release.CHANGED
    assert not source.still_there(filed.key, filed.fingerprint)
    assert file_id in onedrive.server.items


def test_no_right_to_remove_and_false_listings_keep_the_original_with_the_reason(
    onedrive: Practice,
) -> None:
    onedrive.server.entra.grantable = frozenset({"Files.Read"})
    file_id = onedrive.server.add("in/box/a.heic", PHOTO)
    source = _source(_accounts(onedrive))
    _, filed = _import(source)
    kept = _release(source, filed)
    assert kept.release is Release.KEPT
    assert "Files.ReadWrite" in kept.reason

    onedrive.server.items[file_id].deliver = lambda content: content[:-9]
    content, filed = _import(source)
    kept = _release(source, filed)
    assert content == PHOTO[:-9]
    assert kept.release is Release.KEPT
    assert "other bytes than it lists" in kept.reason
    assert file_id in onedrive.server.items


def test_many_are_released_at_once_each_by_its_revision(onedrive: Practice) -> None:
    for number in range(20):
        onedrive.server.add(f"in/box/{number}.jpg", PHOTO + b"%d" % number)
    source = _source(_accounts(onedrive))
    filed = []
    for file in _list(source).files:
        with source.open(file.key, file.fingerprint) as opened:
            digest = hashlib.sha256(b"".join(opened.chunks())).hexdigest()
        filed.append(Filed(file.key, digest, "im-1", fingerprint=str(file.fingerprint)))
    changed = next(iter(filed)).key.path
    onedrive.server.replace(changed, b"new")

    told = source.release(filed)

    assert [one.release for one in told] == [Release.CHANGED] + [Release.RELEASED] * 19
    files = [one for one in onedrive.server.items.values() if one.content is not None]
    assert [one.id for one in files] == [changed]


def test_a_look_at_a_picture_fetches_its_ends_alone(onedrive: Practice) -> None:
    onedrive.server.add("in/box/a.jpg", PHOTO)
    source = _source(_accounts(onedrive))
    (file,) = _list(source).files

    assert source.peek(file.key, file.fingerprint, 16) == (PHOTO[:16], PHOTO[-16:])
    assert len(onedrive.server.https.asked("/download")) == 2


def test_making_a_source_loads_no_library() -> None:
    look = (
        "import sys\n"
        "from message_centre.sources.onedrive_place import onedrive_place\n"
        "onedrive_place(lambda: [], 'onedrive:x/y')\n"
        "print([one for one in ('msal', 'requests', 'urllib3') if one in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
