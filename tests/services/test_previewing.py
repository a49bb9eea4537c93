"""Previews: a picture, a text or a reason, and never a surprise."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from message_centre.domain.errors import (
    FileChanged,
    PictureTooLarge,
    RecordWithoutFile,
    UnreadablePicture,
)
from message_centre.domain.files import FileKey, Fingerprint
from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.domain.records import RecordState
from message_centre.host.clock import SystemClock
from message_centre.imaging.imager import PillowImager
from message_centre.imaging.thumbnail_cache import ThumbnailFiles
from message_centre.services import previewing
from message_centre.services.ports import Source, Wish
from message_centre.services.previewing import Content, Medium, Preview, Previewer
from tests.support.documents import a_pdf, an_animation
from tests.support.pictures import a_jpeg, a_picture, encoded
from tests.support.shelves import Shelves, a_source_file


class Drive:
    """A source of one file, held in memory, that counts how much of it was read."""

    def __init__(self, chunks: Iterable[bytes], *, changes: bool = False) -> None:
        self._chunks = chunks
        self._changes = changes
        self.read = 0

    @contextmanager
    def open(self, key: FileKey, fingerprint: Fingerprint) -> Iterator["Drive"]:
        del key, fingerprint
        yield self

    def chunks(self, at_most: int | None = None) -> Iterator[bytes]:
        del at_most
        for chunk in self._chunks:
            self.read += len(chunk)
            yield chunk

    def check_unchanged(self) -> None:
        if self._changes:
            raise FileChanged("The file has changed since it was listed.")


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = Shelves(tmp_path / "home")
    yield made
    made.close()


def previewer(shelves: Shelves, drive: object = None) -> Previewer:
    def open_source(_source_id: str) -> Source | None:
        # Only the part of a source that a preview uses.
        return drive  # type: ignore[return-value]

    return Previewer(
        open_source=open_source,
        store=shelves.store,
        imager=PillowImager(SystemClock()),
        cache=ThumbnailFiles(shelves.home / "cache" / "thumbnails", PillowImager(SystemClock())),
    )


def of_source(shelves: Shelves, content: bytes, name: str, longest: int = 200) -> Preview:
    chunks = [content[at : at + 9000] for at in range(0, len(content), 9000)]
    file = a_source_file(name, size=len(content))
    return previewer(shelves, Drive(chunks)).of_source(file, longest=longest)


def test_a_listed_picture_is_shown_with_its_facts(shelves: Shelves) -> None:
    found = of_source(shelves, a_jpeg(900, 600), "a.jpg", longest=300)
    assert found.picture is not None
    assert (found.picture.width, found.picture.height) == (300, 200)
    assert (found.facts.width, found.facts.format_name, found.reason) == (900, "JPEG", "")


def test_a_picture_that_goes_by_another_name_is_shown_all_the_same(shelves: Shelves) -> None:
    assert of_source(shelves, encoded(a_picture(), "HEIF"), "a.jpg").picture is not None


def test_a_text_is_shown_as_plain_lines(shelves: Shelves) -> None:
    found = of_source(shelves, "Tēnā koe\r\n\tmore\x07 \u202eevil".encode(), "a.txt")
    assert found.text == "Tēnā koe\n    more\\u0007 \\u202eevil"
    assert found.picture is None
    assert found.reason == ""


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "a.html"),
        (b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "a.xml"),
        (b"<svg><image href='file:///etc/passwd'/></svg>", "a.svg"),
        (b"<svg><image href='file:///etc/passwd'/></svg>", "photo.png"),
        (b"#!/bin/sh\necho", "a.txt"),
    ],
)
def test_markup_is_shown_as_its_source(shelves: Shelves, content: bytes, name: str) -> None:
    found = of_source(shelves, content, name)
    assert found.text == content.decode()
    assert found.picture is None


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Grüße".encode("cp1252"), "Grüße"),
        ("Grüße".encode("utf-8-sig"), "Grüße"),
        ("Grüße".encode("utf-16"), "Grüße"),
        (b"ab\x81\xffcd", "ab\\ufffdÿcd"),
    ],
)
def test_a_text_in_any_common_encoding_is_read(shelves: Shelves, content: bytes, text: str) -> None:
    assert of_source(shelves, content, "a.txt").text in {text, text.replace("\\ufffd", "\ufffd")}


def test_a_long_text_is_cut_between_two_characters(shelves: Shelves) -> None:
    content = "ā".encode() * 40_000 + b"x"
    for shift in (b"", b"y"):
        found = of_source(shelves, shift + content, "a.txt")
        assert set(found.text) <= {"ā", "y"}
        assert 32_000 < len(found.text) < 33_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n", "The picture is damaged and cannot be shown."),
        (b"RIFF\x24\0\0\0WAVEfmt ", "Sound files are not previewed here."),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", "Videos are not previewed here."),
        (b"MZ\x90\0\x03", "The content is a program. It is never opened."),
        (b"PK\x03\x04" + b"\0" * 40, "Archives are not opened here."),
        (b"\0\1\2\3\4", "Files of this kind are not previewed here."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Documents of this kind are not previewed here."),
        (b"", "The file is empty."),
        (b"\xff\xd8\xff\xe0 broken", "The picture is cut short: part of it is missing."),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "The picture is damaged and cannot be shown."),
    ],
)
def test_what_cannot_be_shown_has_a_reason(shelves: Shelves, content: bytes, words: str) -> None:
    found = of_source(shelves, content, "a.jpg")
    assert (found.reason, found.text, found.picture) == (words, "", None)


def test_every_listed_extension_gives_something_for_any_content(shelves: Shelves) -> None:
    for extension in DEFAULT_LISTED:
        for content in (b"\0" * 300, b"text", b"\xff" * 300):
            found = of_source(shelves, content, f"a{extension}")
            assert found.text or found.reason


def test_of_a_large_video_only_the_head_is_read(shelves: Shelves) -> None:
    head = b"\0\0\0\x18ftypisom\0\0\0\0isommp41"
    drive = Drive(head + b"\0" * (1 << 20) for _ in range(100))
    file = a_source_file("a.mp4", size=100 << 20)
    assert previewer(shelves, drive).of_source(file, longest=200).reason.startswith("Videos")
    assert drive.read < 2 << 20


@pytest.mark.parametrize("told", [100 << 20, 1000])
def test_a_picture_beyond_the_limit_is_neither_read_whole_nor_decoded(
    shelves: Shelves, told: int
) -> None:
    drive = Drive(a_jpeg() + b"\0" * (1 << 20) for _ in range(200))
    found = previewer(shelves, drive).of_source(a_source_file("a.jpg", size=told), longest=200)
    assert found.reason == "Files larger than 64 MB are not previewed here."
    assert drive.read <= 66 << 20


def test_a_file_that_changed_while_it_was_read_is_not_shown(shelves: Shelves) -> None:
    drive = Drive([a_jpeg()], changes=True)
    found = previewer(shelves, drive).of_source(a_source_file("a.jpg"), longest=200)
    assert found == Preview(reason="The file has changed since it was listed.")


def test_a_source_that_is_gone_is_a_reason(shelves: Shelves) -> None:
    found = previewer(shelves).of_source(a_source_file("a.jpg"), longest=200)
    assert found.reason == "The source of this file is not configured any more."


def test_a_stored_file_is_shown(shelves: Shelves) -> None:
    record = shelves.file(a_jpeg(900, 600))
    found = previewer(shelves).of_record(record, longest=300)
    assert found.picture is not None
    assert found.facts.width == 900


def test_a_stored_file_with_other_bytes_is_never_shown(shelves: Shelves) -> None:
    record = shelves.file(a_jpeg(900, 600))
    shelves.spoil(record, a_jpeg(300, 300))
    shown = previewer(shelves)
    assert shown.of_record(record, longest=300).reason.startswith("The stored file is not the one")
    with pytest.raises(RecordWithoutFile):
        shown.thumbnail(record)
    shelves.path(record).unlink()
    assert shown.of_record(record, longest=300).reason == "The stored file is not in the store."


def test_a_thumbnail_is_made_once_and_made_anew_if_it_is_damaged(shelves: Shelves) -> None:
    record = shelves.file(a_jpeg(900, 600))
    shown = previewer(shelves)
    first = shown.thumbnail(record)
    assert (first.width, first.height) == (256, 171)
    content = shelves.path(record).read_bytes()
    shelves.path(record).unlink()
    assert shown.thumbnail(record).width == 256
    (kept,) = [path for path in (shelves.home / "cache").rglob("*") if path.is_file()]
    kept.write_bytes(b"damaged")
    with pytest.raises(RecordWithoutFile):
        shown.thumbnail(record)
    shelves.path(record).write_bytes(content)
    assert shown.thumbnail(record).width == 256


def test_a_withdrawn_item_shows_nothing_and_leaves_no_thumbnail(shelves: Shelves) -> None:
    record = shelves.file(a_jpeg(900, 600))
    shown = previewer(shelves)
    shown.thumbnail(record)
    withdrawn = replace(record, state=RecordState.WITHDRAWN)
    assert shown.of_record(withdrawn, longest=300).reason == "This item was withdrawn."
    with pytest.raises(UnreadablePicture, match="withdrawn"):
        shown.thumbnail(withdrawn)
    shown.forget(record.sha256)
    assert not [path for path in (shelves.home / "cache").rglob("*") if path.is_file()]


def test_a_document_has_no_thumbnail(shelves: Shelves) -> None:
    shown = previewer(shelves)
    with pytest.raises(UnreadablePicture, match="damaged"):
        shown.thumbnail(shelves.file(b"%PDF-1.7 x", "a.pdf"))
    with pytest.raises(UnreadablePicture, match="text"):
        shown.thumbnail(shelves.file(b"a text", "a.txt"))


def test_a_picture_beyond_the_limit_has_no_thumbnail(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = shelves.file(a_jpeg(3000, 2000))
    monkeypatch.setattr(previewing, "BYTE_LIMIT", 1000)
    with pytest.raises(PictureTooLarge):
        previewer(shelves).thumbnail(record)


def test_a_preview_is_quick_enough_to_wait_for(shelves: Shelves) -> None:
    record = shelves.file(a_jpeg(4000, 3000))
    started = datetime.now().astimezone()
    previewer(shelves).of_record(record, longest=1600)
    assert datetime.now().astimezone() - started < timedelta(seconds=3)


def test_a_pdf_is_read_once_and_its_other_pages_come_from_memory(shelves: Shelves) -> None:
    data = a_pdf(3)
    drive = Drive([data])
    shown = previewer(shelves, drive)
    first = shown.of_source(a_source_file("a.pdf", size=len(data)), longest=100)
    assert first.page is not None
    assert first.content is not None
    assert (first.page.number, first.page.count, first.picture) == (0, 3, first.page.picture)
    last = shown.page(first.content, Wish(200, 2))
    assert last.page is not None
    assert last.page.number == 2
    assert drive.read == len(data)
    assert shown.page(Content(b"GIF89a"), Wish(100)).reason
    assert not shown.film(first.content, longest=100).frames


def test_an_animation_has_its_frames(shelves: Shelves) -> None:
    found = of_source(shelves, an_animation(4), "a.gif")
    assert found.content is not None
    assert len(previewer(shelves).film(found.content, longest=50).frames) == 4


@pytest.mark.parametrize(
    ("content", "medium"),
    [
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", Medium.VIDEO),
        (b"ID3\3\0\0\0\0\0\0", Medium.SOUND),
        (a_jpeg(), None),
    ],
)
def test_what_can_be_played_is_named(
    shelves: Shelves, content: bytes, medium: Medium | None
) -> None:
    assert of_source(shelves, content, "a").medium is medium
