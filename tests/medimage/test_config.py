"""A MedImage Server's settings: each fault told in words, mended without losing what is not ours."""

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from message_centre.domain.errors import AccessDenied, BadSetting, NotPermitted, SourceOffline
from message_centre.domain.findings import Verdict
from message_centre.domain.medimage_config import (
    ALLOWED_CHARACTERS,
    LARGEST_UPLOAD,
    Remark,
    addon_remarks,
    merged,
    parsed,
    remarks,
    written,
)
from message_centre.domain.people import Operator
from message_centre.sources.medimage_line import HttpServerLine
from tests.medimage.practice import Photos
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.https_server import HttpsServer, Reply
from tests.support.medimage_names import GUID

_SERVER = PurePosixPath("/opt/medimage")
_GOOD: dict[str, object] = {
    "backupTo": ["/srv/photos"],
    "keepMaster": False,
    "allowPhotosLeaving": False,
    "allowGettingRemotePhotos": False,
    "lockDown": True,
    "listenPort": 5566,
    "httpsKey": "/etc/key.pem",
    "httpsCert": "/etc/cert.pem",
    "allowedChars": ALLOWED_CHARACTERS,
    "maxUploadSize": LARGEST_UPLOAD,
    "basicAuthent": "long-and-random-words-of-the-practice",
    "allowedTypes": [{"extension": ".jpg", "mime": "image/jpeg"}],
}


def told(config: dict[str, object]) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.key) for one in remarks(written(config), _SERVER)]


def test_settings_as_they_should_be_are_not_remarked_upon() -> None:
    assert told(_GOOD) == []


@pytest.mark.parametrize(
    ("key", "value", "verdict"),
    [
        ("backupTo", "/srv/photos", Verdict.BAD),
        ("backupTo", None, Verdict.BAD),
        ("backupTo", [], Verdict.BAD),
        ("backupTo", ["photos"], Verdict.BAD),
        ("backupTo", [5], Verdict.BAD),
        ("backupTo", ["C:\\photos"], Verdict.BAD),
        ("backupTo", ["/opt/medimage/photos"], Verdict.BAD),
        ("keepMaster", True, Verdict.BAD),
        ("keepMaster", None, Verdict.BAD),
        ("allowPhotosLeaving", True, Verdict.BAD),
        ("allowGettingRemotePhotos", "false", Verdict.BAD),
        ("lockDown", False, Verdict.BAD),
        ("globalId", GUID, Verdict.BAD),
        ("readProxy", "https://x.test/read/y", Verdict.BAD),
        ("style", "aj", Verdict.WARNING),
        ("listenPort", "5566", Verdict.BAD),
        ("listenPort", 70000, Verdict.BAD),
        ("httpsKey", "", Verdict.BAD),
        ("allowedTypes", [{"extension": ".heic"}], Verdict.WARNING),
        ("allowedTypes", {"a": "text/csv"}, Verdict.WARNING),
        ("allowedChars", "a-zA-z0-9#._-", Verdict.BAD),
        ("allowedChars", None, Verdict.BAD),
        ("maxUploadSize", 16_777_216, Verdict.WARNING),
        ("maxUploadSize", True, Verdict.WARNING),
        ("basicAuthent", "changeme", Verdict.BAD),
        ("basicAuthent", "short", Verdict.WARNING),
        ("onStartBackupDriveDetect", True, Verdict.BAD),
    ],
)
def test_each_fault_is_told(key: str, value: object, verdict: Verdict) -> None:
    found = told(_GOOD | {key: value})

    assert len(found) == 1
    assert found[0][0] is verdict
    assert found[0][1] in {key, "httpsCert"}


@pytest.mark.parametrize("target", ["C:/photos", "//server/share/photos", "/srv/photos"])
def test_every_way_to_name_a_folder_in_full_is_taken(target: str) -> None:
    assert told(_GOOD | {"backupTo": [target]}) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{", "no JSON"),
        (b"[]", "holds no settings"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"[" * 200_000, "settings file"),
    ],
)
def test_what_is_no_settings_file_is_told(data: bytes, words: str) -> None:
    found = list(remarks(data, _SERVER))

    assert words in found[0].words
    assert found[0].verdict is Verdict.BAD


def test_a_fault_is_told_without_secrets() -> None:
    config = _GOOD | {"basicAuthent": "geheim", "webProxy": "http://u:geheim@p", "globalId": GUID}

    words = " ".join(one.words for one in remarks(written(config), _SERVER))

    assert "geheim" not in words
    assert GUID not in words


def test_merging_mends_everything_and_keeps_what_is_not_ours() -> None:
    broken: dict[str, object] = {
        "purpose": "ours",
        "webProxy": "http://u:p@proxy",
        "backupTo": ["/other", "/srv/photos"],
        "globalId": GUID,
        "basicAuthent": "changeme",
        "onStartBackupDriveDetect": True,
        "allowedTypes": [{"extension": ".jpg"}, {"extension": ".heic"}, {"extension": ".CSV"}],
        "headers": [{"name": "Access-Control-Allow-Origin", "value": "*"}],
    }

    mended = merged(broken, "/srv/photos", "x" * 32)

    assert {one for one, _ in told(mended)} == {Verdict.WARNING}
    assert [key for _, key in told(mended)] == ["httpsKey"]
    assert mended["backupTo"] == ["/srv/photos", "/other"]
    assert mended["allowedTypes"] == [{"extension": ".jpg"}]
    for key in ("purpose", "webProxy", "headers"):
        assert mended[key] == broken[key]
    assert merged(mended, "/srv/photos", "y") == mended
    assert merged(_GOOD, "/srv/photos", "y") == _GOOD


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (None, 1),
        (b"{}", 2),
        (b"{", 1),
        (b'{"events": {"photoWritten": [], "fileWritten": []}}', 0),
        (
            b'{"events": {"photoWritten": [{"active": true}], "fileWritten": [{"active": false}]}}',
            1,
        ),
        (
            b'{"events": {"photoWritten": [{"active": true, "priority": "medium"}], "fileWritten": []}}',
            0,
        ),
        (b'{"events": {"photoWritten": {}, "fileWritten": []}}', 1),
    ],
)
def test_add_ons_that_hold_photos_up_are_told(data: bytes | None, count: int) -> None:
    assert len(list(addon_remarks(data))) == count


def test_a_file_is_replaced_at_once_with_a_copy_beside_it(
    practice_engine: Engine, tmp_path: Path
) -> None:
    checking, operator = practice_engine.services.medimage.checking, practice_engine.operator
    file = tmp_path / "config.json"
    with pytest.raises(BadSetting, match=r"medimage\.root"):
        checking.write_config(operator, file)
    practice_engine.services.configuring.set(
        "system.medimage.root", "/srv/photos", operator=operator
    )

    made, left = checking.write_config(operator, file)
    first = file.read_bytes()
    again, _ = checking.write_config(operator, file)

    assert made == ""
    assert [one.key for one in left] == ["httpsKey"]
    assert (tmp_path / again).read_bytes() == first == file.read_bytes()
    assert len(str(parsed(first)["basicAuthent"])) >= 32
    assert first.startswith(b'{\n      "backupTo"')


def test_a_file_that_is_no_settings_file_is_left_as_it_is(
    practice_engine: Engine, tmp_path: Path
) -> None:
    checking, operator = practice_engine.services.medimage.checking, practice_engine.operator
    practice_engine.services.configuring.set(
        "system.medimage.root", "/srv/photos", operator=operator
    )
    file = tmp_path / "config.json"
    file.write_text("{not json")

    with pytest.raises(BadSetting, match="left as it is"):
        checking.write_config(operator, file)

    assert file.read_text() == "{not json"
    assert list(tmp_path.glob("*.bak")) == []
    with pytest.raises(BadSetting, match="no file"):
        checking.check_config(operator, tmp_path / "missing.json")
    file.write_bytes(b" " * (1 << 21))
    with pytest.raises(AccessDenied, match="too large"):
        checking.check_config(operator, file)


def test_only_who_sets_the_practice_up_may(practice_engine: Engine, tmp_path: Path) -> None:
    checking = practice_engine.services.medimage.checking
    practice_engine.services.staffing.save_operator(Operator("REC", "Reception"), by="ADM")
    nobody = practice_engine.services.permitting.operator("REC")

    with pytest.raises(NotPermitted):
        checking.check_config(nobody, tmp_path / "x")
    with pytest.raises(NotPermitted):
        checking.write_config(nobody, tmp_path / "x")
    with pytest.raises(NotPermitted):
        list(checking.check_server(nobody, "1"))


def server_told(photos: Photos, *, round_trip: bool = False) -> dict[str, Remark]:
    checking = photos.engine.services.medimage.checking
    found = checking.check_server(photos.engine.operator, "1", round_trip=round_trip)
    return {one.key: one for one in found}


def pointed(photos: Photos) -> Photos:
    configuring, operator = photos.engine.services.configuring, photos.engine.operator
    configuring.set("system.medimage.server", photos.server.url, operator=operator)
    configuring.set("system.medimage.photos", str(photos.server.photos), operator=operator)
    return photos


def test_a_running_server_is_told_with_what_is_stuck_in_it(photos: Photos) -> None:
    pointed(photos)
    photos.server.behaviour.target_read_only = True
    photos.phone().send("100", b"\xff\xd8\xff\xd9")
    photos.server.settle()
    assert "photos" not in server_told(photos)
    for path in photos.server.photos.rglob("*.jpg"):
        os.utime(path, (1, 1))

    found = server_told(photos)

    assert found["server"].verdict is Verdict.GOOD
    assert found["photos"].verdict is Verdict.BAD
    assert "1 photos are stuck" in found["photos"].words
    assert "/read/" not in found


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda photos: setattr(photos.server.behaviour, "target_read_only", True),
            "did not deliver",
        ),
        (lambda photos: setattr(photos.server.behaviour, "global_id", GUID), "did not deliver"),
        (lambda photos: setattr(photos.server.behaviour, "max_upload", 10), "status 206"),
    ],
)
def test_a_round_trip_that_fails_says_where(
    photos: Photos, spoil: Callable[[Photos], None], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("message_centre.services.medimage_checking.DELIVERY_SECONDS", 1.0)
    spoil(pointed(photos))

    found = server_told(photos, round_trip=True)["round trip"]

    assert (found.verdict, words in found.words) == (Verdict.BAD, True)


def test_photos_that_may_leave_and_a_server_that_is_away_are_told(photos: Photos) -> None:
    pointed(photos)
    photos.server.behaviour.leaving = True
    assert server_told(photos)["/read/"].verdict is Verdict.BAD

    photos.server.stop()
    assert server_told(photos)["server"].verdict is Verdict.BAD
    assert server_told(photos, round_trip=True)["round trip"].verdict is Verdict.BAD


def test_a_target_that_is_gone_is_told(photos: Photos) -> None:
    pointed(photos)
    photos.root.rename(photos.root.with_name("gone"))

    assert "not there" in server_told(photos)["backupTo"].words


def test_a_certificate_is_checked_and_its_days_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(tmp_path)
    server = HttpsServer(certificates.server(), lambda _request: Reply(200, b"{}"))
    address = f"https://localhost:{server.port}"
    try:
        with pytest.raises(SourceOffline, match="not trusted"):
            HttpServerLine().certificate_days(address)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
        assert HttpServerLine().certificate_days(address) == 1
    finally:
        server.close()
    with pytest.raises(SourceOffline, match="does not answer"):
        HttpServerLine().certificate_days(address)
