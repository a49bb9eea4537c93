"""The plan of the sample files: what lies in the two folders, how old it is, and why it is there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import count, islice

from message_centre.demo.documents import letter, pdf, rich_letter, subject
from message_centre.demo.films import animation, scan_film, scanned_pages
from message_centre.demo.flashpix import a_flashpix
from message_centre.demo.photo_cd import photo_cd
from message_centre.demo.pictures import encoded, phone_jpeg, picture
from message_centre.demo.video import video

IMAGES = "Images"
DOCUMENTS = "Documents"

_EVERY_IMAGES_EXTENSION = tuple(
    ".tif .tiff .gif .jpeg .jpg .jif .jfif .jp2 .jpx .j2k .j2c .png".split()
)
_BATCH = 7
#: Patient and provider: four who are on the register, one who is not, one who is not active.
_PHOTOGRAPHED = (
    ("1009", "1"),
    ("1009", "1"),
    ("1015", "1"),
    ("1020", "2"),
    ("999999", "1"),
    ("1012", "1"),
)
_DRAWN = 300  # pictures drawn one by one; drawing a hundred thousand would take an hour
_AGAIN = 40
_DAY_OF_QUARTERS = 96


@dataclass(frozen=True, slots=True)
class Sample:
    """One file to be written: where, under which name, how long ago, and its bytes when asked."""

    folder: str
    name: str
    age: timedelta
    content: Callable[[], bytes]


def plan(files: int, *, now: datetime, seed: int = 0) -> tuple[Sample, ...]:
    """`files` samples: those with a point of their own first, then ordinary pictures and letters."""
    return tuple(islice(_samples(now, seed), files))


def _samples(now: datetime, seed: int) -> Iterator[Sample]:
    yield from _arriving(seed)
    yield from _batch(seed)
    yield from _odd_ones(now, seed)
    yield from _documents(seed)
    yield from _every_kind(seed)
    yield from _by_phone(now, seed)
    yield from _rare_kinds(seed)
    yield from _ordinary(seed)


def _arriving(seed: int) -> Iterator[Sample]:
    # Its time is the present, so the list shows it as settling at first.
    yield Sample(DOCUMENTS, "Arriving just now.pdf", timedelta(0), partial(pdf, seed + 90))


def _batch(seed: int) -> Iterator[Sample]:
    for index in range(_BATCH):
        name = f"Clinic photo {index + 1}.jpg"
        age = timedelta(minutes=22 - index)
        yield Sample(IMAGES, name, age, partial(_picture, seed + index, ".jpg"))


def _odd_ones(now: datetime, seed: int) -> Iterator[Sample]:
    taken = now - timedelta(hours=3)
    odd: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        (IMAGES, "Turned by the phone.jpg", partial(_turned, seed + 11, taken)),
        (IMAGES, "Half transferred.jpg", partial(_truncated, seed + 12)),
        (IMAGES, "HEIC called.jpg", partial(_picture, seed + 13, ".heic")),
        (IMAGES, "Māia's knee – 2nd visit.png", partial(_picture, seed + 14, ".png")),
        (DOCUMENTS, "Phone photo.heic", partial(_picture, seed + 15, ".heic")),
        (DOCUMENTS, "Gait in the corridor.avi", partial(video, seed + 16)),
        (IMAGES, "Tower export.zip", partial(_other_type, b"PK\x05\x06" + bytes(18))),
        (IMAGES, "Calibration.xyz", partial(_other_type, b"SYNTHETIC 0 0 0\n")),
    )
    for index, (folder, name, content) in enumerate(odd):
        yield Sample(folder, name, timedelta(hours=1 + index, minutes=7 * index), content)


def _documents(seed: int) -> Iterator[Sample]:
    for index in range(3):
        age = timedelta(days=1, hours=index)
        name = f"{subject(seed + index)} {index + 1}.pdf"
        content = partial(pdf, seed + 20 + index, pages=index + 1)
        yield Sample(DOCUMENTS, name, age, content)
    yield Sample(DOCUMENTS, "Letter to the GP.txt", timedelta(days=1), partial(letter, seed + 30))
    rich = partial(rich_letter, seed + 31)
    yield Sample(DOCUMENTS, "Pānui – follow-up.rtf", timedelta(days=2), rich)


def _every_kind(seed: int) -> Iterator[Sample]:
    for index, extension in enumerate(_EVERY_IMAGES_EXTENSION):
        name = f"Sample {extension[1:].upper()}{extension}"
        age = timedelta(days=2, minutes=11 * index)
        yield Sample(IMAGES, name, age, partial(_picture, seed + 40 + index, extension))


def _rare_kinds(seed: int) -> Iterator[Sample]:
    rare: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        (IMAGES, "Scanned form.tif", partial(scanned_pages, seed + 60)),
        (IMAGES, "Knee in motion.gif", partial(animation, seed + 61)),
        (DOCUMENTS, "Ultrasound.dcm", partial(scan_film, seed + 62)),
        (IMAGES, "From a Photo CD.pcd", partial(_on_photo_cd, seed + 63)),
        (IMAGES, "From an old camera.fpx", partial(_in_flashpix, seed + 64)),
        (DOCUMENTS, "Screenshot.webp", partial(_picture, seed + 65, ".webp")),
        (DOCUMENTS, "Old scan.bmp", partial(_picture, seed + 66, ".bmp")),
    )
    for index, (folder, name, content) in enumerate(rare):
        yield Sample(folder, name, timedelta(days=2, hours=5, minutes=9 * index), content)


def _by_phone(now: datetime, seed: int) -> Iterator[Sample]:
    """Names that auto-import reads; of the last two it leaves both to a person."""
    for index, (patient, provider) in enumerate(_PHOTOGRAPHED):
        age = timedelta(hours=4, minutes=3 * index)
        taken = now - age
        name = f"INTOUCH_P{patient}_D{provider}_{taken:%Y%m%d_%H%M%S}.jpg"
        yield Sample(IMAGES, name, age, partial(_turned, seed + 70 + index, taken))


def _ordinary(seed: int) -> Iterator[Sample]:
    for index in count():
        age = timedelta(days=3 + index % 5, minutes=13 * (index % _DAY_OF_QUARTERS))
        if index % 6 == 0 and index < _DRAWN:
            content: Callable[[], bytes] = partial(pdf, seed + 200 + index)
            yield Sample(DOCUMENTS, f"Scan {index + 1:04d}.pdf", age, content)
        else:
            content = partial(_numbered, seed + 200, index)
            yield Sample(IMAGES, f"IMG_{index + 1:04d}.jpg", age, content)


def _numbered(seed: int, index: int) -> bytes:
    """A picture of its own up to a point; beyond it, one of those again under a comment of its own."""
    if index < _DRAWN:
        return _picture(seed + index, ".jpg")
    again = _drawn(seed + index % _AGAIN)
    comment = f"SYNTHETIC {seed}-{index}".encode()
    marked = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    return again[:-2] + marked + again[-2:]


@lru_cache(maxsize=64)
def _drawn(seed: int) -> bytes:
    return _picture(seed, ".jpg")


def _picture(seed: int, extension: str) -> bytes:
    return encoded(picture(seed), extension)


def _on_photo_cd(seed: int) -> bytes:
    return photo_cd(picture(seed, size=(768, 512)))


def _in_flashpix(seed: int) -> bytes:
    return a_flashpix(picture(seed))


def _turned(seed: int, taken: datetime) -> bytes:
    return phone_jpeg(picture(seed), taken)


def _truncated(seed: int) -> bytes:
    whole = _picture(seed, ".jpg")
    return whole[: len(whole) * 6 // 10]


def _other_type(content: bytes) -> bytes:
    return content
