"""Phone photos that file themselves: each to the one patient it names, once, and the rest to Unclaimed."""

import os
import time

import pytest

from message_centre.domain.auto_imports import Doubt, Judged
from message_centre.domain.outcomes import Outcome
from message_centre.domain.people import Operator
from message_centre.domain.records import Record, TakenFrom
from message_centre.imaging.wall import Wall
from message_centre.services.ports import Picture
from message_centre.services.work import CancelToken
from tests.medimage.practice import RETIRED, Photos
from tests.support.engine import A_JPEG, JANE, MARY, save_patients
from tests.support.medimage_names import GUID
from tests.support.pictures import a_jpeg


def judged(photos: Photos, operator: str = "ADM") -> Judged:
    files = list(photos.rows().values())
    return photos.engine.services.auto_importer.judge(files, operator, CancelToken())


def run(photos: Photos) -> list[Outcome]:
    outcomes: list[Outcome] = []
    photos.engine.services.auto_importer.run(
        judged(photos).plans,
        "ADM",
        CancelToken(),
        lambda _progress, _plan, result: outcomes.append(result.outcome),
    )
    return outcomes


def records(photos: Photos) -> tuple[Record, ...]:
    return photos.engine.services.records.of_patient(JANE.id)


def test_a_photo_files_itself_with_its_title_and_its_time(photos: Photos) -> None:
    photos.deliver("100 #arm left")

    assert run(photos) == [Outcome.SAVED]

    (record,) = records(photos)
    assert (record.title, record.taken_from) == ("arm: left", TakenFrom.FILE_NAME)
    assert run(photos) == []
    told = [one for one in photos.engine.services.trail.entries() if one.record_id == record.id]
    assert [one.action for one in told] == ["auto-import"]


def test_a_photo_that_comes_again_is_recognised_and_discarded(photos: Photos) -> None:
    photos.deliver("100")
    run(photos)
    photos.deliver("100")

    assert run(photos) == [Outcome.ALREADY_FILED]

    assert len(records(photos)) == 1
    assert not photos.rows()


def test_two_photos_of_one_name_are_two_images(photos: Photos) -> None:
    for size in (32, 64):
        photos.deliver("100", a_jpeg(size, size))
        run(photos)

    assert len(records(photos)) == 2


@pytest.mark.parametrize(
    ("name", "left"), [("21-Aug-2026-14-03-09.jpg", 0), ("21-Aug-2026-14-03-10.jpg", 1)]
)
def test_a_photo_that_got_a_number_and_comes_again_without_is_recognised(
    photos: Photos, name: str, left: int
) -> None:
    photos.put("G/100/21-Aug-2026-14-03-09.jpg", a_jpeg(32, 32))
    photos.put("G/100/21-Aug-2026-14-03-09-2.jpg", a_jpeg(64, 64))
    assert run(photos) == [Outcome.SAVED] * 2

    photos.put(f"G/100/{name}", a_jpeg(64, 64))
    run(photos)

    assert len(judged(photos).left) == left
    assert len(photos.rows()) == left
    assert len(records(photos)) == 2


def test_what_was_withdrawn_never_files_itself_again(photos: Photos) -> None:
    photos.deliver("100")
    run(photos)
    services = photos.engine.services
    services.corrector.withdraw(records(photos)[0].id, operator="ADM", reason="wrong patient")
    photos.settle()

    assert Outcome.SAVED not in run(photos)
    assert not records(photos)
    assert [left.doubt for left in judged(photos).left] == [Doubt.TWIN]


@pytest.mark.parametrize(
    ("path", "doubt"),
    [
        ("G/999/x.jpg", Doubt.PATIENT),
        ("G/x.jpg", Doubt.PATIENT),
        (f"{RETIRED}/100/x.jpg", Doubt.SENDER),
    ],
)
def test_what_is_in_doubt_waits_with_its_reason(photos: Photos, path: str, doubt: Doubt) -> None:
    photos.put(path)

    found = judged(photos)

    assert not found.plans
    assert [(left.doubt, bool(left.reason)) for left in found.left] == [(doubt, True)]


def test_what_is_damaged_waits_with_its_reason(photos: Photos) -> None:
    photos.put("G/100/half.jpg", a_jpeg(300, 300)[:3000], seconds=700)
    photos.put("G/100/none.jpg", A_JPEG)
    photos.put("G/100/heic.jpg", bytes(one & 0x7F for one in a_jpeg()))

    assert [left.doubt for left in judged(photos).left] == [Doubt.CONTENT] * 3


def test_nobody_without_the_right_imports_and_unknown_senders_are_not_even_judged(
    photos: Photos,
) -> None:
    photos.engine.services.staffing.save_operator(Operator("REC", "Reception"), by="ADM")
    photos.put("G/100/x.jpg")
    photos.put("SOMEBODYxELSExKEY1/100/x.jpg")

    assert [left.doubt for left in judged(photos, "REC").left] == [Doubt.RIGHT]
    assert len(judged(photos).plans) == 1


def test_two_hundred_photos_of_twelve_megapixels_posted_in_a_burst_go_to_the_right_patients(
    photos: Photos,
) -> None:
    save_patients(photos.engine, JANE, MARY)
    count = int(os.environ.get("MEDIMAGE_BURST", "20"))
    base = a_jpeg(4000, 3000)
    for number in range(count):
        photo = base[:-2] + f"\xff\xfe\x00\x08{number:06}".encode("latin-1") + b"\xff\xd9"
        photos.phone().send(f"10{number % 2} n{number}", photo)
    photos.settle()

    begun = time.monotonic()
    outcomes = run(photos)
    print(f"{count} photos filed in {time.monotonic() - begun:.1f} s")  # noqa: T201 - measured

    assert outcomes == [Outcome.SAVED] * count
    for patient, even in ((JANE, 0), (MARY, 1)):
        found = photos.engine.services.records.of_patient(patient.id)
        assert len(found) == (count + 1 - even) // 2
        assert {int(one.title[1:]) % 2 for one in found} == {even}
    assert run(photos) == []
    assert not photos.rows()
    assert (photos.root / GUID / "100").is_dir()


def test_a_photo_is_decoded_once_however_often_it_is_looked_at_while_others_come(
    photos: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []
    picture = Wall.picture

    def counted(imager: Wall, data: bytes, *, longest: int) -> Picture:
        decoded.append(len(data))
        return picture(imager, data, longest=longest)

    monkeypatch.setattr(Wall, "picture", counted)
    photos.put("G/100/x.jpg")
    assert [len(judged(photos).plans) for _ in range(3)] == [1, 1, 1]
    assert len(decoded) == 1

    photos.put("G/100/x.jpg", A_JPEG)
    assert [left.doubt for left in judged(photos).left] == [Doubt.CONTENT]
    assert len(decoded) == 2
