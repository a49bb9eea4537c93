"""What bytes say of themselves."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_centre.domain.content_kinds import EXPECTED
from message_centre.domain.contents import (
    ContentKind,
    boxes_complete,
    contradiction,
    looks_incomplete,
    sniff,
)


def a_box(name: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


FTYP = a_box(b"ftyp", b"isom\0\0\0\0isommp41")
VIDEO = FTYP + a_box(b"mdat", b"x" * 100) + a_box(b"moov", b"y" * 50)
HEIC = a_box(b"ftyp", b"heic\0\0\0\0mif1heic") + a_box(b"meta", b"m" * 20)


def a_zip(first: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(first, "x")
    return out.getvalue()


SAMPLES = [
    (b"\xff\xd8\xff\xe0\0\x10JFIF", ContentKind.JPEG),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ContentKind.PNG),
    (b"GIF89a\1\0\1\0", ContentKind.GIF),
    (b"GIF87a\1\0\1\0", ContentKind.GIF),
    (b"II*\0\x08\0\0\0", ContentKind.TIFF),
    (b"MM\0*\0\0\0\x08", ContentKind.TIFF),
    (b"MM\0+\0\x08\0\0", ContentKind.TIFF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", ContentKind.JPEG_2000),
    (b"\xff\x4f\xff\x51\0\x29", ContentKind.JPEG_2000_STREAM),
    (HEIC, ContentKind.HEIF),
    (a_box(b"ftyp", b"mif1\0\0\0\0mif1heic"), ContentKind.HEIF),
    (a_box(b"ftyp", b"avif\0\0\0\0mif1avif"), ContentKind.AVIF),
    (a_box(b"ftyp", b"mif1\0\0\0\0mif1avif"), ContentKind.AVIF),
    (b"RIFF\x10\0\0\0WEBPVP8 ", ContentKind.WEBP),
    (b"RIFF\x10\0\0\0AVI LIST", ContentKind.AVI),
    (b"RIFF\x10\0\0\0WAVEfmt ", ContentKind.WAV),
    (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + b"\0" * 40, ContentKind.BMP),
    (b"\xff" * 2048 + b"PCD_IPI", ContentKind.PHOTO_CD),
    (b"P6 640 480 255\n\0", ContentKind.NETPBM),
    (b"P2\n# by hand\n4 4\n15\n", ContentKind.NETPBM),
    (b"P2 is the second patient", ContentKind.TEXT),
    (b"\n\5\1\x08" + bytes(61) + b"\3\x80\2" + bytes(99), ContentKind.PCX),
    (b"8BPS\0\1" + bytes(20), ContentKind.PHOTOSHOP),
    (b"\x59\xa6\x6a\x95\0\0", ContentKind.SUN_RASTER),
    (b"\0\0\2" + bytes(9) + b"\x40\1\xf0\0\x18\0" + bytes(9), ContentKind.TARGA),
    (b"\0\1\1\0\0\0\1\x18" + bytes(4) + b"\x40\1\xf0\0\x08\0\0", ContentKind.TARGA),
    (b"\0\0\2\0\1\0\x20\x20\0\0\0\0\x40\1\xf0\0\x18\0\0", ContentKind.UNKNOWN),
    (b"\x1a\x45\xdf\xa3\x01", ContentKind.MATROSKA),
    (a_box(b"ftyp", b"M4A \0\0\0\0M4A isom"), ContentKind.MP4_SOUND),
    (b"FORM\0\0\0\x20AIFFCOMM", ContentKind.AIFF),
    (b"#!AMR\n\x3c", ContentKind.AMR),
    (b"fLaC\0\0\0\x22", ContentKind.FLAC),
    (b"OggS\0\2", ContentKind.OGG),
    (b"II*\0" + bytes(124) + b"DICM\2\0", ContentKind.DICOM),
    (b"%PDF-1.7\n", ContentKind.PDF),
    (b"junk\n%PDF-1.4\n", ContentKind.PDF),
    (VIDEO, ContentKind.MP4),
    (a_box(b"ftyp", b"qt  \0\0\0\0qt  "), ContentKind.MOV),
    (a_box(b"wide") + a_box(b"mdat", b"x"), ContentKind.MOV),
    (b"\0\0\x01\xba\x44", ContentKind.MPEG),
    (b"\0\0\x01\xb3\x44", ContentKind.MPEG),
    ((b"G\x40\x11\x10" + b"\xff" * 184) * 3, ContentKind.MPEG),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", ContentKind.WINDOWS_MEDIA),
    (b"ID3\x04\0", ContentKind.MP3),
    (b"\xff\xfb\x90\x44\0\0", ContentKind.MP3),
    (a_zip("a.txt"), ContentKind.ZIP),
    (a_zip("[Content_Types].xml"), ContentKind.OFFICE_OPEN),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", ContentKind.OLE),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 512
        + bytes.fromhex("0067615654c1ce11855300aa00a1f95b"),
        ContentKind.FLASHPIX,
    ),
    (b"\0" * 128 + b"DICM\x02\0", ContentKind.DICOM),
    (b"{\\rtf1\\ansi}", ContentKind.RTF),
    (b"<!DOCTYPE html><p>", ContentKind.HTML),
    (b"\xef\xbb\xbf  <HTML><body>", ContentKind.HTML),
    (b"<html><svg/></html>", ContentKind.HTML),
    (b"<?xml version='1.0'?><a/>", ContentKind.XML),
    (b"<?xml version='1.0'?>\n<!-- x --><svg xmlns='a'/>", ContentKind.SVG),
    (b"<svg onload='x'>", ContentKind.SVG),
    (b"MZ\x90\0\x03\0\0\0", ContentKind.PROGRAM),
    (b"\x7fELF\x02\x01", ContentKind.PROGRAM),
    (b"\xcf\xfa\xed\xfe\x07", ContentKind.PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0\0\0", ContentKind.PROGRAM),
    (b"#!/bin/sh\necho", ContentKind.SCRIPT),
    (b"@echo off\r\ndel *", ContentKind.SCRIPT),
    (b"MZ 4711 is a case number", ContentKind.TEXT),
    (b"BMI 27, GP visit, ID", ContentKind.TEXT),
    ("Tēnā koe".encode(), ContentKind.TEXT),
    ("Tēnā koe".encode("utf-16"), ContentKind.TEXT),
    ("Grüße, 37 °C".encode("cp1252"), ContentKind.TEXT),
    ("Tēnā".encode()[:-1], ContentKind.TEXT),
    (b"\x0bMSH|^~\\&|LAB|\rPID|1\r\x1c\r", ContentKind.TEXT),
    (b"written on DOS\r\n\x1a", ContentKind.TEXT),
    (b"\1\2\3\4 binary", ContentKind.UNKNOWN),
    (b"", ContentKind.EMPTY),
    (b"\0\1\2\3\4\5\6\7", ContentKind.UNKNOWN),
    (bytes(range(128, 256)), ContentKind.UNKNOWN),
]


@pytest.mark.parametrize(("head", "kind"), SAMPLES)
def test_a_signature_tells_the_kind(head: bytes, kind: ContentKind) -> None:
    assert sniff(head) is kind


@pytest.mark.parametrize(
    ("extension", "head", "words"),
    [
        (".jpg", HEIC, "The content is HEIC, not JPEG"),
        (".JPG", HEIC, "The content is HEIC, not JPEG"),
        (".png", b"MZ\x90\0\x03\0\0\0", "The content is a program"),
        (".xyz", b"\x7fELF\x02\x01", "The content is a program"),
        (".txt", b"#!/bin/sh\n", "The content is a script"),
        (".jpg", b"a note about a wound", "The content is text, not JPEG"),
        (".jpg", b"\0\1\2\3\4\5\6\7", "The content is not JPEG"),
        (".png", b"<svg onload='x'>", "The content is SVG, not PNG"),
        (".jpg", b"", ""),
        (".jif", b"\xff\xd8\xff\xe0", ""),
        (".jp2", b"\xff\x4f\xff\x51", ""),
        (".mov", VIDEO, ""),
        (".doc", b"{\\rtf1}", ""),
        (".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ""),
        (".xml", b"<a>b</a>", ""),
        (".dcm", b"\x08\0\x05\0CS\x0a\0", ""),
        (".mpg", b"\0\1\2\3", ""),
        (".xyz", b"\xff\xd8\xff\xe0", ""),
        ("", b"\xff\xd8\xff\xe0", ""),
    ],
)
def test_a_name_that_the_content_contradicts_is_told(
    extension: str, head: bytes, words: str
) -> None:
    assert contradiction(extension, head) == words


@given(st.binary(max_size=300), st.sampled_from([*EXPECTED, "", ".xyz", ".Ünï"]), st.data())
def test_no_bytes_whatever_make_it_raise(rest: bytes, extension: str, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([b"", *(sample[:64] for sample, _ in SAMPLES)]))
    content = start + rest
    size = data.draw(st.integers(0, 2**63))
    assert sniff(content) in ContentKind
    words = contradiction(extension, content)
    assert not words or words.startswith("The content is")
    assert looks_incomplete(content, content[-40:], size, extension) in {True, False}
    boxes_complete(lambda at, length: content[at : at + length], size)


JPEG = b"\xff\xd8\xff\xe0" + b"x" * 40 + b"\xff\xd9"
MOTION = b"\xff\xd8\xff\xe1 MotionPhoto " + b"x" * 30 + b"\xff\xd9" + VIDEO
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40 + b"\0\0\0\0IEND\xaeB`\x82"
GIF = b"GIF89a" + b"x" * 40 + b"\0\x3b"
PDF = b"%PDF-1.7\n" + b"x" * 40 + b"\n%%EOF\n"
WEBP = b"RIFF\x14\0\0\0WEBPVP8 " + b"x" * 12


@pytest.mark.parametrize(
    ("whole", "extension"),
    [
        (JPEG, ".jpg"),
        (JPEG + b"\0" * 500, ".jpg"),
        (JPEG + JPEG, ".jpg"),
        (JPEG + b"SEFHxxxxSEFT", ".jpg"),
        (MOTION, ".jpg"),
        (PNG, ".png"),
        (GIF, ".gif"),
        (PDF, ".pdf"),
        (PDF + b" " * 900, ".pdf"),
        (a_zip("a"), ".zip"),
        (a_zip("[Content_Types].xml"), ".docx"),
        (b"{\\rtf1 x}\r\n\0", ".rtf"),
        (WEBP, ".webp"),
        (VIDEO, ".mp4"),
        (HEIC, ".heic"),
        (b"\xff\x4f\xff\x51xx\xff\xd9", ".j2k"),
        (b"II*\0 anything", ".tif"),
        (b"a text", ".txt"),
    ],
)
def test_a_whole_file_looks_complete(whole: bytes, extension: str) -> None:
    assert not looks_incomplete(whole, whole, len(whole), extension)


@pytest.mark.parametrize(
    ("whole", "extension"),
    [
        (JPEG, ".jpg"),
        (PNG, ".png"),
        (GIF, ".gif"),
        (PDF.strip(), ".pdf"),
        (a_zip("[Content_Types].xml"), ".docx"),
        (b"{\\rtf1 x}", ".rtf"),
        (WEBP, ".webp"),
        (VIDEO, ".mp4"),
        (HEIC, ".heic"),
    ],
)
def test_a_file_cut_anywhere_behind_its_signature_looks_incomplete(
    whole: bytes, extension: str
) -> None:
    for length in range(32, len(whole)):
        cut = whole[:length]
        assert looks_incomplete(cut, cut, length, extension), length


def test_an_empty_file_and_a_reserved_one_look_incomplete() -> None:
    assert looks_incomplete(b"", b"", 0, ".txt")
    assert looks_incomplete(b"\0" * 500, b"\0" * 500, 5000, ".jpg")
    assert not looks_incomplete(b"\0" * 500, b"\0" * 500, 5000, ".img")


def test_a_video_cut_behind_the_head_is_found_by_its_boxes() -> None:
    def complete(content: bytes) -> bool:
        return boxes_complete(lambda at, length: content[at : at + length], len(content))

    assert complete(VIDEO)
    assert complete(VIDEO + b"\0" * 64)
    assert not complete(VIDEO[:-1])
    assert not complete(FTYP + a_box(b"mdat", b"x" * 100))
    assert complete(FTYP + a_box(b"moov") + (0).to_bytes(4, "big") + b"mdat" + b"to the end")
    large = (1).to_bytes(4, "big") + b"mdat" + (16 + 5).to_bytes(8, "big") + b"12345"
    assert complete(FTYP + a_box(b"moov") + large)
    assert not complete(FTYP + a_box(b"moov") + large[:-1])


def test_a_large_video_cut_while_it_was_copied_looks_incomplete() -> None:
    whole = FTYP + a_box(b"mdat", b"x" * 5000) + a_box(b"moov", b"y" * 50)

    def incomplete(content: bytes, seen: int = 400) -> bool:
        return looks_incomplete(content[:seen], content[-seen:], len(content), ".mp4")

    assert not incomplete(whole)
    assert not incomplete(whole, seen=40)  # where the index begins cannot be seen: no judgement
    assert incomplete(whole[:3000])
    assert incomplete(whole[:-1])
    assert incomplete(whole[:-58])  # a recording that was never finished has no index
