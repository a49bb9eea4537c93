"""Small pictures: the product's whole way, from the file to the image that is drawn, against djpeg.

`python -m tests.benchmarks.thumbnails FOLDER` makes the photos and prints the lines as JSON.
"""

import io
import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QApplication

from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.host.clock import SystemClock
from message_centre.host.looks_file import LooksFile
from message_centre.imaging import decoding
from message_centre.imaging.thumbnail_cache import ThumbnailFiles
from message_centre.imaging.wall import Wall
from message_centre.services.ports import ImageStore, Picture, Source
from message_centre.services.previewing import Previewer
from message_centre.services.work import CancelToken, silent
from message_centre.sources.local_folder import LocalFolder
from message_centre.ui.app import keep_pace
from message_centre.ui.pieces.pictures import image_of
from tests.benchmarks.beats import Beats
from tests.benchmarks.driving import until
from tests.benchmarks.measured import Contestant, Line, middle, ratio, run, take_turns
from tests.support.engine import age
from tests.support.pictures import encoded, with_embedded

_SIDE = 256
_SIZES = {"12 MP": (4000, 3000), "24 MP": (6000, 4000), "48 MP": (8000, 6000)}
_MANY = 8


def a_photo(width: int, height: int) -> Image.Image:
    """Noisy like a photo: about a quarter of a byte for each pixel as a JPEG."""
    grain = Image.effect_noise((width // 4, height // 4), 70).resize((width, height))
    fine = Image.effect_noise((width, height), 9)
    return Image.merge("RGB", (grain, Image.blend(grain, fine, 0.4), grain))


def fill(folder: Path) -> None:
    """The photos that are shown."""
    for name, size in _SIZES.items():
        image = a_photo(*size)
        small = image.resize((160, 160 * size[1] // size[0]))
        plain = encoded(image, "JPEG", quality=80)
        photo = with_embedded(plain, encoded(small, "JPEG", quality=75), size=size)
        _keep(folder / f"{name}.jpg", photo)
        if name == "12 MP":
            _keep(folder / "12 MP progressive.jpg", encoded(image, "JPEG", progressive=True))
            _keep(folder / "12 MP.jp2", encoded(image, "JPEG2000", irreversible=True))
            for number in range(_MANY):
                _keep(folder / f"many {number}.jpg", plain + bytes(number))


def _keep(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    age(path)


class Desk:
    """The parts of the program that make small pictures, over one folder."""

    def __init__(self, folder: Path, scratch: Path, *, children: int = 1) -> None:
        clock = SystemClock()
        self.cache = scratch / "thumbnails"
        self.wall = Wall(clock, size=children)
        self.source = LocalFolder(
            folder,
            clock=clock,
            looks=LooksFile(scratch / "looks.json"),
            listed_extensions=lambda: DEFAULT_LISTED,
        )
        listed = self.source.list_files(CancelToken(), silent)
        self.files = {file.name: file for file in listed.files}
        self.previewer = Previewer(
            open_source=self._open,
            store=_no_store(),
            imager=self.wall,
            cache=ThumbnailFiles(self.cache, self.wall),
        )

    def _open(self, _source_id: str) -> Source:
        return self.source

    def small(self, name: str) -> None:
        """Made, kept, and made ready to be drawn."""
        _drawn(self.previewer.small(self.files[name], longest=_SIDE))

    def fresh(self, name: str) -> None:
        """As if it had never been shown."""
        shutil.rmtree(self.cache, ignore_errors=True)
        self.small(name)

    def quick(self, name: str) -> None:
        """At a glance, out of what the camera put in front."""
        shutil.rmtree(self.cache, ignore_errors=True)
        found = self.previewer.quick(self.files[name], longest=_SIDE)
        if found is None:
            raise SystemExit("the photo has nothing embedded")
        _drawn(found)


def _no_store() -> ImageStore:
    return None  # type: ignore[return-value]  # only listed files are shown here


def _drawn(picture: Picture) -> None:
    if image_of(picture).isNull():
        raise SystemExit("nothing to draw")


def lines(folder: Path, scratch: Path, rounds: int) -> list[Line]:
    """The lines of this part."""
    desk = Desk(folder, scratch)
    desk.small("12 MP.jpg")
    found: list[Line] = []
    for name in _SIZES:
        found += _against_djpeg(desk, folder, name, rounds)
    found += [*_shortcuts(folder, rounds), _memory(desk)]
    desk.wall.close()
    return [*found, *_two_workers(folder, scratch, rounds)]


def _against_djpeg(desk: Desk, folder: Path, name: str, rounds: int) -> list[Line]:
    photo, made = f"{name}.jpg", desk.cache.parent / "made.png"
    contestants: dict[str, Contestant] = {
        "djpeg": lambda: run(
            "djpeg", "-scale", "1/8", "-dct", "fast", "-outfile", "/dev/null", folder / photo
        ),
        "fresh": lambda: desk.fresh(photo),
        "quick": lambda: desk.quick(photo),
    }
    if shutil.which("gdk-pixbuf-thumbnailer"):
        contestants["gdk"] = lambda: run(
            "gdk-pixbuf-thumbnailer", "-s", _SIDE, folder / photo, made
        )
    taken = take_turns(contestants, rounds)
    # The glance before it left nothing behind: what is kept is measured by itself.
    desk.small(photo)
    kept = take_turns({"kept": lambda: desk.small(photo)}, rounds * 3)
    told = f"djpeg 1/8 ({middle(taken, 'djpeg'):.0f} ms)"
    note = f"{middle(taken, 'fresh'):.0f} ms"
    found = [
        Line(
            f"thumbnail of {name}, made and kept", told, ratio(taken, "fresh", "djpeg"), 0.95, note
        )
    ]
    if "gdk" in taken:
        told_gdk = f"gdk-pixbuf-thumbnailer ({middle(taken, 'gdk'):.0f} ms)"
        found.append(Line("the same", told_gdk, ratio(taken, "fresh", "gdk"), 0.65))
    quick = middle(taken, "quick")
    found.append(
        Line("first glance (EXIF)", told, ratio(taken, "quick", "djpeg"), 0.015, f"{quick:.1f} ms")
    )
    again = middle(kept, "kept")
    share = again / middle(taken, "djpeg")
    found.append(Line("from the cache", told, share, 0.02, f"{again:.1f} ms"))
    return found


def _shortcuts(folder: Path, rounds: int) -> list[Line]:
    """In this process, where a shortcut can be switched off."""
    wavelets = (folder / "12 MP.jp2").read_bytes()
    scans = (folder / "12 MP progressive.jpg").read_bytes()

    def whole_wavelets() -> None:
        image = Image.open(io.BytesIO(wavelets))
        image.thumbnail((_SIDE, _SIDE))

    def whole_scans() -> None:
        image = Image.open(io.BytesIO(scans))
        image.thumbnail((_SIDE, _SIDE), reducing_gap=1.0)

    taken = take_turns(
        {
            "jp2": lambda: decoding.decode(wavelets, longest=_SIDE),
            "jp2 whole": whole_wavelets,
            "scan": lambda: decoding.decode(scans, longest=_SIDE),
            "scans": whole_scans,
        },
        max(1, rounds // 2),
    )
    return [
        Line(
            "JPEG 2000, 12 MP",
            f"full decode ({middle(taken, 'jp2 whole'):.0f} ms)",
            ratio(taken, "jp2", "jp2 whole"),
            0.08,
        ),
        Line(
            "progressive JPEG, 12 MP",
            f"all scans ({middle(taken, 'scans'):.0f} ms)",
            ratio(taken, "scan", "scans"),
            0.25,
        ),
    ]


def _memory(desk: Desk) -> Line:
    """How much a child grew for the largest photo."""
    before = max(_peak(pid) for pid in desk.wall.pids)
    desk.wall.close()
    desk.wall = Wall(SystemClock(), size=1)
    small = encoded(a_photo(64, 48), "JPEG")
    desk.wall.picture(small, longest=_SIDE)
    (pid,) = desk.wall.pids
    base = _peak(pid)
    desk.wall.picture((desk.source.path / "48 MP.jpg").read_bytes(), longest=_SIDE)
    grown = (_peak(pid) - base) / 1024
    note = f"{grown:.0f} MiB of a child's {before / 1024:.0f}"
    return Line("peak memory of a child, 48 MP", "64 MiB over its base", grown / 64, 1.0, note)


def _peak(pid: int) -> int:
    """KiB at most in memory so far."""
    told = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(told.partition("VmHWM:")[2].split()[0])


def _two_workers(folder: Path, scratch: Path, rounds: int) -> list[Line]:
    desk = Desk(folder, scratch, children=2)
    names = [f"many {number}.jpg" for number in range(_MANY)]

    def made(workers: int) -> None:
        shutil.rmtree(desk.cache, ignore_errors=True)
        with ThreadPoolExecutor(workers) as pool:
            for _ in pool.map(desk.small, names):
                pass

    made(2)
    taken = take_turns({"one": lambda: made(1), "two": lambda: made(2)}, rounds)
    beats = Beats()
    with ThreadPoolExecutor(2) as pool:
        shutil.rmtree(desk.cache, ignore_errors=True)
        beats.take()
        beats.gaps.clear()
        ends = [pool.submit(desk.small, name) for name in names]
        until(lambda: all(end.done() for end in ends))
    gaps = sorted(beats.gaps)
    desk.wall.close()
    late = gaps[len(gaps) * 99 // 100]
    return [
        Line(
            "eight photos by two workers",
            f"one worker ({middle(taken, 'one'):.0f} ms)",
            ratio(taken, "two", "one"),
            0.72,
        ),
        Line("the window's beat meanwhile, p99", "5 ms", late / 5, 1.0, f"{late:.1f} ms"),
    ]


if __name__ == "__main__":
    application = QApplication([])
    keep_pace()
    place, aside = Path(sys.argv[1]), Path(sys.argv[2])
    if not any(place.iterdir()):
        fill(place)
    told = lines(place, aside, int(sys.argv[3]))
    sys.stdout.write(json.dumps([asdict(line) for line in told]) + "\n")
