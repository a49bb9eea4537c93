"""The decoding child: loads the decoders, locks itself in, then answers until its input ends.

`python -m message_centre.imaging.worker`, started by `child.py`, never by a person. It speaks frames
on its standard input and output, has no other door, and ends by itself when the parent is gone.
An error that nobody foresaw ends it: the parent says that the picture cannot be shown and starts
another child.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader, BytesIO, FileIO
from typing import Any

from message_centre.domain.errors import UnreadablePicture
from message_centre.imaging import (
    decoding,
    films,
    identities,
    metadata,
    pages,
    thumbnail_cache,
)
from message_centre.imaging.confining import Confines, confine, time_limit
from message_centre.imaging.frames import BrokenFrame, Readable, Writable, read_frame, write_frame
from message_centre.imaging.messages import (
    code_of,
    packed_facts,
    packed_film,
    packed_identity,
    packed_page,
    unpacked_wish,
)
from message_centre.services.ports import CaptureFacts, Film, Page, Picture, WrittenIdentity

_LARGEST_REQUEST = decoding.BYTE_LIMIT
#: How a child is told that it is for documents; `child.py` says the same word.
DOCUMENTS = "--documents"
_Answer = tuple[dict[str, Any], bytes]


@dataclass(frozen=True, slots=True)
class Skills:
    """What a child can do, so that tests can give it bad habits."""

    picture: Callable[..., Picture] = decoding.decode
    facts: Callable[..., CaptureFacts] = metadata.facts_of
    encoded: Callable[[Picture], bytes] = thumbnail_cache.encoded
    identity: Callable[[bytes], WrittenIdentity] = identities.identity_of
    page: Callable[..., Page] = pages.page_of
    film: Callable[..., Film] = films.film_of


def main(
    skills: Skills | None = None, confines: Confines | None = None, *, documents: bool = False
) -> int:
    """Serve until the input ends; the exit code. `documents` are what this child is for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = _private_pipes()
    _make_ready(documents=documents)
    in_force = confine(confines or Confines())
    try:
        write_frame(answers, {"ready": in_force})
        serve(requests, answers, skills or Skills())
    except (BrokenFrame, OSError):
        # The parent is gone, or is no parent of ours.
        return 1
    return 0


def serve(requests: Readable, answers: Writable, skills: Skills) -> None:
    """Answer one request after the other until there are no more.

    Raises:
        BrokenFrame, OSError: the other side is gone or speaks nonsense.
    """
    while (frame := read_frame(requests, most=_LARGEST_REQUEST)) is not None:
        head, body = frame
        with time_limit(float(head["wall"]), float(head["cpu"])):
            answer, pixels = _answer(head, body, skills)
        del frame, body
        write_frame(answers, {**answer, "spent": time.process_time()}, pixels)


def _answer(head: dict[str, Any], data: bytes, skills: Skills) -> _Answer:
    try:
        return _SERVED.get(str(head["ask"]), _picture)(head, data, skills)
    except UnreadablePicture as error:
        return {"error": code_of(error)}, b""
    except MemoryError:
        return {"error": "too-large"}, b""


def _picture(head: dict[str, Any], data: bytes, skills: Skills) -> _Answer:
    picture = skills.picture(data, longest=int(head["longest"]))
    return {"width": picture.width, "height": picture.height}, picture.rgba


def _encoded(head: dict[str, Any], data: bytes, skills: Skills) -> _Answer:
    return {}, skills.encoded(Picture(int(head["width"]), int(head["height"]), data))


def _page(head: dict[str, Any], data: bytes, skills: Skills) -> _Answer:
    page = skills.page(data, unpacked_wish(head))
    return packed_page(page), page.picture.rgba


def _film(head: dict[str, Any], data: bytes, skills: Skills) -> _Answer:
    return packed_film(skills.film(data, longest=int(head["longest"])))


def _facts(head: dict[str, Any], data: bytes, skills: Skills) -> _Answer:
    return {"facts": _all_facts(head, data, skills)}, b""


def _identities(head: dict[str, Any], data: bytes, skills: Skills) -> _Answer:
    """What each of the files that came together says of its patient."""
    files = BytesIO(data)
    told = [packed_identity(skills.identity(files.read(size))) for size in head["sizes"]]
    return {"identities": told}, b""


_SERVED = {
    "facts": _facts,
    "identities": _identities,
    "encoded": _encoded,
    "page": _page,
    "film": _film,
}


def _all_facts(head: dict[str, Any], data: bytes, skills: Skills) -> list[dict[str, Any]]:
    """The facts of each of the files that came together, one behind the other."""
    now, files = datetime.fromisoformat(head["now"]), BytesIO(data)
    return [packed_facts(skills.facts(files.read(size), now=now)) for size in head["sizes"]]


def _private_pipes() -> tuple[BufferedReader, FileIO]:
    """The two pipes under numbers of our own; whatever a decoder prints goes nowhere."""
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb", buffering=0)


def _make_ready(*, documents: bool) -> None:
    """Load what cannot be loaded once files are out of reach, the time zone too."""
    os.chdir(os.sep)
    if documents:
        pages.load_libraries()
    decoding.load_decoders()
    identities.load(documents=documents)
    time.localtime()
    datetime.strptime("2020", "%Y").replace(tzinfo=UTC).astimezone()


if __name__ == "__main__":
    sys.exit(main(documents=DOCUMENTS in sys.argv[1:]))
