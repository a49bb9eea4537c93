"""A folder of a OneDrive as a source: its id, its states, and what a release tells."""

import hashlib
import subprocess
import sys

from message_centre.domain.files import FileState, Listing, SourceKind, SourceState
from message_centre.domain.outcomes import Release, Released
from message_centre.services.ports import Filed
from message_centre.services.work import CancelToken, silent
from message_centre.sources.drive_source import DriveSource
from message_centre.sources.onedrive_access import OneDriveAccess
from message_centre.sources.onedrive_place import onedrive_place, onedrive_source_id
from tests.support.clocks import StandingClock
from tests.support.onedrive import Practice

PHOTO = b"\xff\xd8\xff" + b"picture " * 999 + b"\xff\xd9"


def _source(access: OneDriveAccess, path: str = "/in/box") -> DriveSource:
    place, drive = onedrive_place(lambda: [access], onedrive_source_id(access, path))
    return DriveSource(place, drive, StandingClock(), lambda: frozenset({".jpg", ".heic"}))


def _list(source: DriveSource) -> Listing:
    return source.list_files(CancelToken(), silent)


def _import(source: DriveSource) -> tuple[bytes, Filed]:
    (file,) = _list(source).files
    with source.open(file.key, file.fingerprint) as opened:
        content = b"".join(opened.chunks())
    digest = hashlib.sha256(content).hexdigest()
    return content, Filed(file.key, digest, "im-1", str(file.fingerprint))


def _release(source: DriveSource, filed: Filed) -> Released:
    (told,) = source.release([filed])
    return told


def test_its_id_names_the_drive_and_the_path_and_is_the_same_everywhere(onedrive: Practice) -> None:
    access = onedrive.sign_in()

    assert onedrive_source_id(access, "/in/box") == f"onedrive:{onedrive.server.drive_id}/in/box"
    assert onedrive_source_id(onedrive.access(), "") == f"onedrive:{onedrive.server.drive_id}/"
    assert (_source(access).name, _source(access, "").name) == ("OneDrive /in/box", "OneDrive")
    assert _source(access).kind is SourceKind.ONEDRIVE


def test_before_the_sign_in_it_asks_for_it_and_calls_nobody(onedrive: Practice) -> None:
    source = _source(onedrive.access())

    assert _list(source).state is SourceState.SIGN_IN_NEEDED
    assert source.source_id == "onedrive:/in/box"
    assert not onedrive.server.https.requests


def test_after_the_sign_in_it_lists_and_after_a_sign_out_it_asks_again(onedrive: Practice) -> None:
    onedrive.server.add("in/box/a.jpg", PHOTO)
    access = onedrive.sign_in()
    source = _source(access)

    (file,) = _list(source).files
    assert (file.name, file.state, file.size) == ("a.jpg", FileState.READY, len(PHOTO))
    access.sign_out()
    assert _list(source).state is SourceState.SIGN_IN_NEEDED


def test_a_sign_in_to_another_drive_gives_no_access_to_the_first(onedrive: Practice) -> None:
    onedrive.server.add("in/box/a.jpg", PHOTO)
    access = onedrive.sign_in()
    source = _source(access)
    onedrive.server.drive_id = "another"
    onedrive.sign_in(access)

    assert _list(source).state is SourceState.SIGN_IN_NEEDED
    assert len(_list(_source(access)).files) == 1


def test_the_states_of_the_drive_are_those_of_the_source(onedrive: Practice) -> None:
    onedrive.server.add("elsewhere/a.jpg", PHOTO)
    access = onedrive.sign_in()
    assert _list(_source(access)).state is SourceState.OFFLINE

    onedrive.server.entra.revoke()
    access = onedrive.access()
    access.token(refused="")  # what is kept looks good
    assert _list(_source(access, "/elsewhere")).state is SourceState.SIGN_IN_NEEDED


def test_a_file_moves_out_of_the_drive(onedrive: Practice) -> None:
    file_id = onedrive.server.add("in/box/a.jpg", PHOTO)
    source = _source(onedrive.sign_in())

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
    _, filed = _import(_source(onedrive.sign_in()))

    assert _release(_source(onedrive.access()), filed) == Released(Release.RELEASED)
    assert len(onedrive.server.https.asked("/download")) == 2


def test_a_version_that_nobody_saw_stays(onedrive: Practice) -> None:
    file_id = onedrive.server.add("in/box/a.jpg", PHOTO)
    source = _source(onedrive.sign_in())
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
    source = _source(onedrive.sign_in())
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
    source = _source(onedrive.sign_in())
    filed = []
    for file in _list(source).files:
        with source.open(file.key, file.fingerprint) as opened:
            digest = hashlib.sha256(b"".join(opened.chunks())).hexdigest()
        filed.append(Filed(file.key, digest, "im-1", str(file.fingerprint)))
    changed = next(iter(filed)).key.path
    onedrive.server.replace(changed, b"new")

    told = source.release(filed)

    assert [one.release for one in told] == [Release.CHANGED] + [Release.RELEASED] * 19
    files = [one for one in onedrive.server.items.values() if one.content is not None]
    assert [one.id for one in files] == [changed]


def test_a_look_at_a_picture_fetches_its_ends_alone(onedrive: Practice) -> None:
    onedrive.server.add("in/box/a.jpg", PHOTO)
    source = _source(onedrive.sign_in())
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
