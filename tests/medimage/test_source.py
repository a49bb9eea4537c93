"""What a MedImage Server delivers is listed when it is whole, told apart, and moved; its folders stay."""

import os
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.files import FileState, SourceFile, SourceKind, SourceState
from message_centre.domain.outcomes import Outcome, Release, Released
from message_centre.domain.people import Provider
from message_centre.domain.records import TakenFrom
from message_centre.services.work import CancelToken
from message_centre.sources import local_folder
from tests.medimage.practice import RETIRED, Photos, photographed
from tests.support.engine import JANE, MARY, Engine, age, started
from tests.support.medimage_names import GUID, VECTORS
from tests.support.medimage_phone import post
from tests.support.pictures import a_jpeg

_UNDER_A_KEY = [(sent, lands) for sent, lands in VECTORS if lands.startswith("G/")]
_UNDER_NONE = [(sent, lands) for sent, lands in VECTORS if not lands.startswith("G/")]


@pytest.mark.parametrize(("sent", "lands"), _UNDER_A_KEY)
def test_whatever_was_typed_on_the_phone_the_photo_is_listed_and_can_be_saved(
    photos: Photos, sent: str, lands: str
) -> None:
    post(photos.server.url, sent.replace("#G", f"#{GUID}"), a_jpeg())
    photos.settle()

    row = photos.row()

    assert (row.kind, row.state, row.extension) == (SourceKind.MEDIMAGE, FileState.READY, ".jpg")
    assert photos.engine.save(row.name).outcome is Outcome.SAVED
    assert not (photos.root / lands.replace("G/", f"{GUID}/", 1)).exists()
    assert not photos.rows()


@pytest.mark.parametrize(("sent", "lands"), _UNDER_NONE)
def test_what_has_no_known_key_is_told_and_cannot_be_saved(
    photos: Photos, sent: str, lands: str
) -> None:
    post(
        photos.server.url,
        sent.replace("#g", f"#{GUID.swapcase()}").replace("#G", f"#{GUID}"),
        a_jpeg(),
    )
    photos.settle()

    row = photos.row()

    assert (row.kind, row.state) == (SourceKind.QUARANTINE, FileState.HELD)
    assert "Unknown sender" in row.reason
    assert "address key that counts" in photos.refusal() or "Unknown sender" in photos.refusal()


def test_a_slow_copy_of_a_large_photo_is_never_ready_before_its_end(
    practice_engine: Engine, tmp_path: Path
) -> None:
    photo = a_jpeg() + os.urandom(14_000_000) + b"\xff\xd9"
    with photographed(practice_engine, tmp_path, block_rest=0.01) as photos:
        photos.phone().send("100", photo)
        seen: set[tuple[FileState, bool]] = set()
        while not photos.server.landed:
            for row in photos.rows().values():
                seen.add((row.state, row.size == len(photo)))
        # Whatever the times of a file say, one without its end is not ready.
        photos.settle()
        assert photos.row().state is FileState.READY

    assert {state for state, is_whole in seen if not is_whole} <= {FileState.SETTLING}
    assert seen


def test_half_a_photo_that_lies_still_waits_and_is_then_told_as_incomplete(photos: Photos) -> None:
    half = a_jpeg(200, 200)[:2000]
    where = photos.put("G/100/arm-21-Aug-2026-14-03-09.jpg", half)

    waiting = photos.row()
    age(where, 700)
    told = photos.row()

    assert (waiting.state, told.state) == (FileState.SETTLING, FileState.READY)
    assert "still be copying" in waiting.reason
    assert "Incomplete" in told.reason
    assert "Incomplete" in photos.refusal()


def test_a_server_that_was_killed_while_copying_leaves_an_incomplete_photo(
    practice_engine: Engine, tmp_path: Path
) -> None:
    photo = a_jpeg() + os.urandom(500_000) + b"\xff\xd9"
    with photographed(practice_engine, tmp_path, die_at=131_072) as photos:
        photos.phone().send("100", photo)
        photos.settle(700)

        assert "photos folder" in photos.row().reason
        assert "Incomplete" in photos.refusal()


def test_an_empty_photo_is_told_as_one_to_be_taken_again(photos: Photos) -> None:
    where = photos.put("G/100/21-Aug-2026-14-03-09.jpg", b"", seconds=5)
    assert photos.row().state is FileState.SETTLING

    age(where, 120)

    assert photos.row().state is FileState.HELD
    assert "Take the photo again" in photos.row().reason


def test_a_photo_of_an_iphone_that_the_server_destroyed_is_named_as_such(photos: Photos) -> None:
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(range(256)) * 40
    post(photos.server.url, f"#{GUID}-#100-x.jpg", heic)
    post(photos.server.url, f"#{GUID}-#101-x.jpg", b"<html>not a picture</html>" * 40)
    photos.settle()

    reasons = {row.name: row.reason for row in photos.rows().values()}

    assert "Most Compatible" in reasons["100-x.jpg"]
    assert "Not an image" in reasons["101-x.jpg"]
    for row in photos.rows().values():
        claim = photos.engine.services.medimage.filing.claim(row)
        assert claim.reason == reasons[row.name]  # type: ignore[union-attr] # refused, as claims are


def test_two_photos_of_one_name_are_two_images(photos: Photos) -> None:
    one, two = a_jpeg(64, 48), a_jpeg(48, 64)
    photos.deliver("100 arm", one)
    assert photos.engine.save(photos.row().name).outcome is Outcome.SAVED
    photos.deliver("100 arm", two)
    assert photos.engine.save(photos.row().name).outcome is Outcome.SAVED

    records = photos.engine.services.records.of_patient(JANE.id)

    assert len({record.sha256 for record in records}) == 2
    assert len({record.original_name for record in records}) == 1


def test_a_photo_that_comes_again_after_it_was_filed_is_recognised(photos: Photos) -> None:
    photos.deliver("100 arm")
    photos.engine.save(photos.row().name)
    photos.deliver("100 arm")

    again = photos.engine.save(photos.row().name)

    assert again.outcome is Outcome.ALREADY_FILED
    assert len(photos.engine.services.records.of_patient(JANE.id)) == 1


def test_no_folder_of_the_server_is_ever_removed_and_ours_is(photos: Photos) -> None:
    photos.deliver("100 arm")
    photos.deliver("101", a_jpeg(32, 32))
    before = {path for path in photos.root.rglob("*") if path.is_dir()}

    for name in photos.rows():
        assert photos.engine.save(name, MARY).outcome is Outcome.SAVED

    assert {path for path in photos.root.rglob("*") if path.is_dir()} == before
    assert not [path for path in photos.root.rglob("*") if path.is_file()]


def test_links_in_the_tree_are_neither_followed_nor_listed_as_ready(
    photos: Photos, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(a_jpeg())
    age(outside / "secret.jpg")
    photos.put("G/100/21-Aug-2026-14-03-09.jpg")
    (photos.root / GUID / "200").symlink_to(outside)
    (photos.root / GUID / "100" / "linked.jpg").symlink_to(outside / "secret.jpg")

    rows = photos.rows()
    ready = [name for name, row in rows.items() if row.state is FileState.READY]

    assert ready == ["100-21-Aug-2026-14-03-09.jpg"]
    assert not any("secret" in name for name in rows)
    assert "not followed" in rows["100-linked.jpg"].reason


def test_a_keys_own_folder_that_is_a_link_is_not_entered(photos: Photos, tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "100"
    outside.mkdir(parents=True)
    (outside / "x.jpg").write_bytes(a_jpeg())
    age(outside / "x.jpg")
    (photos.root / GUID).symlink_to(outside.parent)

    assert not any(row.state is FileState.READY for row in photos.rows().values())


def test_a_folder_that_became_a_link_since_it_was_listed_is_not_entered(
    photos: Photos, tmp_path: Path
) -> None:
    photos.deliver("100")
    row = photos.row()
    folder = photos.root / GUID / "100"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")

    saved = photos.engine.services.importer.run(
        ImportOrder("r", row, Assignment(JANE.id, "1", "ADM")), CancelToken()
    )

    assert not saved.is_saved
    assert (tmp_path / "elsewhere" / "21-Aug-2026-14-03-09.jpg").is_file()


def test_a_key_with_other_letters_is_another_key(photos: Photos) -> None:
    photos.deliver("100", guid=GUID.swapcase())

    assert photos.row().state is FileState.HELD


def test_what_comes_under_a_replaced_key_waits_for_a_person(photos: Photos) -> None:
    photos.deliver("100", guid=RETIRED)

    row = photos.row()

    assert (row.kind, row.state) == (SourceKind.QUARANTINE, FileState.READY)
    assert "replaced" in row.reason
    assert "replaced" in photos.refusal()
    assert photos.engine.save(row.name).outcome is Outcome.SAVED


def test_a_key_that_is_still_set_counts_no_more_once_it_was_replaced(photos: Photos) -> None:
    # So a stop leaves it in the middle of replacing it.
    photos.engine.services.configuring.set(
        "provider.1.medimage.retired", f"{RETIRED} {GUID}", operator=photos.engine.operator
    )
    photos.deliver("100")

    assert SourceKind.MEDIMAGE not in photos.listings()
    assert "replaced" in photos.refusal()


def test_nobody_has_sent_anything_yet_and_a_root_that_is_away(photos: Photos) -> None:
    assert photos.listings()[SourceKind.MEDIMAGE].state is SourceState.CONNECTED

    photos.root.rename(photos.root.with_name("gone"))

    assert photos.listings()[SourceKind.MEDIMAGE].state is SourceState.OFFLINE


def test_a_patients_folder_that_went_away_leaves_nothing_owed(photos: Photos) -> None:
    photos.deliver("100")
    row = photos.row()
    source = photos.engine.services.lister.sources(photos.engine.operator, "1")[1]
    (photos.root / GUID / "100" / "21-Aug-2026-14-03-09.jpg").unlink()
    (photos.root / GUID / "100").rmdir()

    assert not source.still_there(row.key, str(row.fingerprint))
    assert not source.still_has(row.key, sha256="0" * 64, import_id="x")
    source.restore(row.key, import_id="x")


def test_what_is_withdrawn_goes_back_to_where_it_was_delivered(photos: Photos) -> None:
    photos.deliver("100 arm")
    result = photos.engine.save(photos.row().name)

    services = photos.engine.services
    services.corrector.withdraw(result.record_id, operator="ADM", reason="wrong patient")

    assert (photos.root / GUID / "100" / "arm-21-Aug-2026-14-03-09.jpg").is_file()


def test_the_time_in_the_name_is_recorded_where_the_photo_tells_none(photos: Photos) -> None:
    photos.deliver("100 arm")
    photos.engine.save(photos.row().name)

    (record,) = photos.engine.services.records.of_patient(JANE.id)

    assert record.taken_from is TakenFrom.FILE_NAME
    assert record.taken_at == datetime(2026, 8, 21, 14, 3, 9).astimezone()


def test_an_original_that_could_not_be_removed_is_removed_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: object, group: Sequence[object], age: object) -> tuple[Released, ...]:
        return (Released(Release.KEPT, "read-only"),) * len(group)

    with started(tmp_path) as engine, photographed(engine, tmp_path) as photos:
        photos.deliver("100")
        with monkeypatch.context() as patch:
            patch.setattr(local_folder, "release", refuse)
            assert engine.save(photos.row().name).outcome is Outcome.SAVED_SOURCE_KEPT
        where = photos.root / GUID / "100" / "21-Aug-2026-14-03-09.jpg"
        assert where.exists()
        assert not photos.rows()
        with started(tmp_path):
            assert not where.exists()
        assert where.parent.is_dir()


def test_two_hundred_photos_at_once_are_listed_and_filed(photos: Photos) -> None:
    for number in range(200):
        photos.put(f"G/100/n{number}-21-Aug-2026-14-03-09.jpg", a_jpeg(16 + number, 16))
    begun = time.monotonic()
    rows: list[SourceFile] = list(photos.rows().values())
    assert time.monotonic() - begun < 20

    services = photos.engine.services
    orders = [photos.engine.order(rows[0].name)]
    orders += list(services.assigner.orders(rows[1:], orders[0].assignment))
    results = services.importer.run_all(orders, CancelToken(), lambda _n, _r: None)

    assert {result.outcome for result in results} == {Outcome.SAVED}
    assert len(services.records.of_patient(JANE.id)) == 200
    assert not photos.rows()


def test_another_providers_photos_are_not_seen(photos: Photos) -> None:
    photos.engine.services.staffing.save_provider(Provider("2", "Other"), by="ADM")
    other = "OTHERxPLACEHOLDER2"
    photos.engine.services.configuring.set(
        "provider.2.medimage.guid", other, operator=photos.engine.operator
    )
    photos.deliver("100", guid=other)

    assert not photos.rows()
