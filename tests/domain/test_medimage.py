"""Ids as phones type them, and times and titles out of names."""

from datetime import datetime

import pytest

from message_centre.domain.medimage_contents import diagnosis
from message_centre.domain.medimage_ids import id_key, readings, to_type
from message_centre.domain.medimage_names import delivered
from message_centre.domain.medimage_settings import is_guid, masked
from tests.support.engine import JANE
from tests.support.medimage_names import VECTORS, landing


def local(*parts: int) -> datetime:
    return datetime(*parts).astimezone()  # type: ignore[arg-type] # numbers alone, no zone


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ABC1234", "abc1234"),
        ("#ABC1234", "abc1234"),
        ("ABC1234.", "abc1234"),
        (" AB/12 ", "ab12"),
        ("ＡＢＣ１", "abc1"),
        ("O'Brien", "obrien"),
        ("AB_1.2", "ab_1.2"),
        ("山田", ""),
    ],
)
def test_an_id_is_compared_without_what_the_server_drops(written: str, key: str) -> None:
    assert id_key(written) == key


def test_the_readings_of_an_id_grow_word_by_word() -> None:
    assert [one.key for one in readings("AB", ("12", "arm"))] == ["ab", "ab-12", "ab-12-arm"]
    assert readings("image", ("arm",)) == ()
    assert readings("", ("ABC1234",)) == ()


@pytest.mark.parametrize(
    ("name", "title", "taken"),
    [
        ("arm-21-Aug-2026-14-03-09.jpg", "arm", local(2026, 8, 21, 14, 3, 9)),
        ("left-arm-21-aug-2026-4-03-09.jpg", "left arm", local(2026, 8, 21, 4, 3, 9)),
        ("21-Aug-2026-14-03-09-2.jpg", "", local(2026, 8, 21, 14, 3, 9)),
        ("notes-Main-Wed-Sep-15-2021-10-56-18.pdf", "notes Main", local(2021, 9, 15, 10, 56, 18)),
        ("x.JPG.jpg", "x", None),
        ("mov.mp4.m4v", "mov", None),
        (".jpg", "", None),
        ("arm-31-Feb-2026-14-03-09.jpg", "arm 31 Feb 2026 14 03 09", None),
    ],
)
def test_a_name_tells_title_and_time(name: str, title: str, taken: datetime | None) -> None:
    found = delivered(("ABC1234", name))

    assert found.title() == title
    assert (found.taken.local(local(2030, 1, 1)) if found.taken else None) == taken


@pytest.mark.parametrize(
    ("clock", "arrived", "hour"),
    [
        ("02-03-09", (2026, 8, 21, 14, 4, 0), 14),
        ("02-03-09", (2026, 8, 21, 9, 0, 0), 2),
        ("12-03-09", (2026, 8, 21, 13, 0, 0), 12),
        ("12-03-09", (2026, 8, 21, 0, 4, 0), 0),
        ("12-03-09", (2026, 8, 21, 11, 0, 0), 0),
        ("15-03-09", (2026, 8, 21, 16, 0, 0), 15),
    ],
)
def test_of_two_halves_of_a_day_the_one_before_the_arrival_counts(
    clock: str, arrived: tuple[int, ...], hour: int
) -> None:
    taken = delivered(("ABC1234", f"arm-21-08-2026-{clock}.jpg")).taken

    assert taken is not None
    assert taken.local(local(*arrived)) == local(2026, 8, 21, hour, 3, 9)


def test_sub_folders_stand_before_the_title() -> None:
    assert delivered(("ABC1234", "arm", "wound.jpg")).title() == "arm: wound"
    assert delivered(("AB", "1234-arm.jpg")).title(1) == "arm"


@pytest.mark.parametrize(
    ("number", "alternate", "nhi", "text", "warns"),
    [
        ("ABC1234", "", "", "ABC1234", False),
        ("AB-1234", "", "ZAC5361", "ZAC5361", False),
        ("AB-1234", "", "", "AB-1234", True),
        ("AB 1234", "", "", "AB-1234", True),
        ("Ā7", "", "", "Ā7", True),
        ("山田", "", "", "", True),
        ("image", "", "", "image", True),
    ],
)
def test_what_to_type_arrives_as_it_was_typed_or_is_warned_about(
    number: str, alternate: str, nhi: str, text: str, warns: bool
) -> None:
    from dataclasses import replace  # noqa: PLC0415 - this test alone

    found = to_type(replace(JANE, number=number, alternate_id=alternate, nhi=nhi))

    assert (found.text, bool(found.warning)) == (text, warns)


def test_what_may_be_typed_without_a_warning_comes_through_the_server_whole() -> None:
    for typed in ("ABC1234", "A_B.9", "7"):
        assert landing(f"#G-#{typed}-x.jpg").folders == ("G", typed)


@pytest.mark.parametrize(
    ("content", "extension", "told"),
    [
        (b"\x7f\x58\x7f\x60" + b"\x01\x02" * 99, ".jpg", "Damaged"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(range(128)), ".heic", "Damaged"),
        (b"<html>sorry</html>", ".jpg", "Not an image"),
        (b"\xff\xd8\xff\xe0", ".jpg", ""),
        (b"plain", ".txt", ""),
        (b"", ".jpg", ""),
    ],
)
def test_damage_shows_in_the_bytes(content: bytes, extension: str, told: str) -> None:
    assert diagnosis(content, extension).startswith(told)
    assert bool(diagnosis(content, extension)) == bool(told)


def test_keys_are_told_from_other_words_and_masked() -> None:
    assert is_guid("GUIDxPLACEHOLDER01")
    assert not is_guid("short")
    assert not is_guid("GUIDxPLACEHOLDER0-")
    assert not is_guid("x" * 21)
    assert masked("GUIDxPLACEHOLDER01 OTHERxPLACEHOLDER2") == "***01 ***R2"
    assert len(VECTORS) == 30
