"""The imager that the program uses: every picture is decoded in a child process with limits.

No decoder is ever loaded into the program itself. What a file does to its decoder ends in the child:
one that crashes, hangs or eats memory gives "cannot be shown", and the next picture gets a new child.
Pictures and facts have children of their own, so that an import never waits behind a slow preview.
"""

import os
import weakref
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from message_centre.domain.contents import sniff
from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.imaging import child as children
from message_centre.imaging.child import Child, ChildGone, Question
from message_centre.imaging.decoding import (
    BYTE_LIMIT,
    KIND_UNKNOWN,
    LONGEST_LIMIT,
    is_decodable,
)
from message_centre.imaging.films import MOST_BYTES, may_move
from message_centre.imaging.identities import has_identity
from message_centre.imaging.messages import (
    answers_in,
    error_of,
    packed_wish,
    unpacked_facts,
    unpacked_film,
    unpacked_identity,
    unpacked_page,
    unpacked_picture,
)
from message_centre.imaging.metadata import has_facts, plain_facts
from message_centre.imaging.pages import is_document, is_shown
from message_centre.imaging.pool import NoChild, Pool
from message_centre.imaging.posters import Posters
from message_centre.imaging.translating import TOO_LARGE
from message_centre.services.ports import (
    CaptureFacts,
    Clock,
    Film,
    Page,
    Picture,
    Wish,
    WrittenIdentity,
)
from message_centre.services.work import current_token

TOO_SLOW = "This picture takes too long to open."
STOPPED = "This picture could not be opened safely."
UNAVAILABLE = "Pictures cannot be shown at the moment. Try again in a minute."

_MOST_THUMBNAIL_BYTES = 4 << 20
#: Larger than any thumbnail: none is changed by it, and a swapped file cannot bring a large picture.
_MOST_THUMBNAIL_PIXELS = 512
_BYTES_A_PIXEL = 4
_Answer = tuple[dict[str, Any], bytes]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, generous: the largest JPEG 2000 takes 25 on a busy computer with two processors.

    `picture` and `facts` are what a child may take for one; the rest is waiting for it.

    A question for facts ends within `facts + facts_patience`, whatever happens: an import waits for it.
    """

    picture: float = 30.0
    facts: float = 5.0
    start: float = 10.0
    patience: float = 60.0
    facts_patience: float = 10.0


class Wall:
    """Implements `ports.Imager` and the thumbnails' codec. Call on any thread; `close` ends it."""

    def __init__(
        self,
        clock: Clock,
        *,
        command: Sequence[str] = (),
        limits: Limits | None = None,
        size: int = 0,
    ) -> None:
        """Nothing is started before the first picture. `command` and `size` are for tests."""
        self._clock = clock
        self._limits = limits or Limits()
        words = tuple(command) or children.command()
        start = _starter(words, gives_way=True)
        seconds = self._limits.start
        size = size or max(1, (os.cpu_count() or 1) - 1)
        self._pictures = Pool(size, start, start_seconds=seconds)
        # An import waits for facts.
        self._facts = Pool(1, _starter(words, gives_way=False), start_seconds=seconds)
        for_documents = words if command else (*words, children.DOCUMENTS_ARGUMENT)
        self._documents = Pool(1, _starter(for_documents, gives_way=True), start_seconds=seconds)
        self._posters = Posters()
        # For whoever forgets to close, and for a program that ends in the middle.
        self._closing = weakref.finalize(self, _close, self._pictures, self._facts, self._documents)

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the children there are."""
        return (*self._pictures.pids, *self._facts.pids, *self._documents.pids)

    def close(self) -> None:
        """End every child; a picture on its way becomes unreadable. Any number of times."""
        self._closing()

    def picture(self, data: bytes, *, longest: int) -> Picture:
        """The picture, upright, at most `longest` pixels on its longer side.

        Raises:
            UnreadablePicture, PictureTooLarge
            Cancelled: by the `current_token` of this thread, if it has one.
        """
        if len(data) > BYTE_LIMIT:
            raise PictureTooLarge(TOO_LARGE)
        if not is_decodable(sniff(data)):
            raise UnreadablePicture(KIND_UNKNOWN)
        longest = max(1, min(longest, LONGEST_LIMIT))
        most = longest * longest * _BYTES_A_PIXEL
        said, rgba = self._shown({"ask": "picture", "longest": longest}, data, most)
        return unpacked_picture(said, rgba)

    def page(self, data: bytes, wish: Wish) -> Page:
        """One page of a picture, a PDF or a DICOM file; a page beyond the last is the last.

        Raises:
            UnreadablePicture, PictureTooLarge
            Cancelled: as for `picture`.
        """
        if len(data) > BYTE_LIMIT:
            raise PictureTooLarge(TOO_LARGE)
        kind = sniff(data)
        if not is_shown(kind):
            raise UnreadablePicture(KIND_UNKNOWN)
        wish = replace(wish, longest=max(1, min(wish.longest, LONGEST_LIMIT)))
        # Rounding up may give a page of a document a line more.
        most = (wish.longest + 2) ** 2 * _BYTES_A_PIXEL
        pool = self._documents if is_document(kind) else self._pictures
        return unpacked_page(*self._shown({"ask": "page", **packed_wish(wish)}, data, most, pool))

    def film(self, data: bytes, *, longest: int) -> Film:
        """The frames of an animation; none at all of a file that does not move.

        Raises:
            UnreadablePicture, PictureTooLarge
            Cancelled: as for `picture`.
        """
        if len(data) > BYTE_LIMIT or not may_move(sniff(data)):
            return Film()
        longest = max(1, min(longest, LONGEST_LIMIT))
        return unpacked_film(*self._shown({"ask": "film", "longest": longest}, data, MOST_BYTES))

    def poster(self, path: Path, *, longest: int) -> Picture:
        """A picture a moment into a video, from a process that lives for this video alone.

        Raises:
            UnreadablePicture
            Cancelled: as for `picture`.
        """
        return self._posters.poster(path, longest=max(1, min(longest, LONGEST_LIMIT)))

    def facts(self, data: bytes) -> CaptureFacts:
        """Facts from the head of the file; empty facts if it tells none. Never raises, never hangs."""
        return self.facts_of_all([data])[0]

    def facts_of_all(self, heads: Sequence[bytes]) -> list[CaptureFacts]:
        """The same for several files; where they get no answer together, each is asked alone."""
        told = [plain_facts(data) for data in heads]
        more = [n for n, data in enumerate(heads) if len(data) <= BYTE_LIMIT and has_facts(data)]
        headers = [n for n in more if is_document(sniff(heads[n]))]
        others = [n for n in more if n not in headers]
        for pool, numbers in ((self._facts, others), (self._documents, headers)):
            answers = self._heard([heads[n] for n in numbers], pool)
            for number, facts in zip(numbers, answers, strict=True):
                told[number] = facts
        return told

    def _heard(self, heads: Sequence[bytes], pool: Pool) -> list[CaptureFacts]:
        if not heads:
            return []
        limits, now = self._limits, self._clock.now()
        head = {"ask": "facts", "now": now.isoformat(), "sizes": [len(data) for data in heads]}
        said: dict[str, Any] = {}
        # An import must never file a wrong time because somebody was in a hurry: no token here.
        with suppress(ChildGone, MemoryError):
            try:
                with pool.lent(limits.facts_patience, None) as child:
                    said, _ = child.ask(Question(head, b"".join(heads), 0, limits.facts), None)
            except NoChild:
                return [plain_facts(data) for data in heads]
        if (answers := answers_in(said, len(heads))) is not None:
            return [unpacked_facts(answer, now) for answer in answers]
        if len(heads) == 1:
            return [plain_facts(heads[0])]
        return [self._heard([data], pool)[0] for data in heads]

    def identities(self, heads: Sequence[bytes]) -> list[WrittenIdentity]:
        """What the heads of these files say of their patients; where they get no answer, nothing."""
        told = [WrittenIdentity()] * len(heads)
        more = [n for n, data in enumerate(heads) if len(data) <= BYTE_LIMIT and has_identity(data)]
        headers = [n for n in more if is_document(sniff(heads[n]))]
        tags = [n for n in more if n not in headers]
        # An import starts the child for facts anyway, and needs none for documents.
        for pool, numbers in ((self._documents, headers), (self._facts, tags)):
            answers = self._read([heads[n] for n in numbers], pool)
            for number, identity in zip(numbers, answers, strict=True):
                told[number] = identity
        return told

    def _read(self, heads: Sequence[bytes], pool: Pool) -> list[WrittenIdentity]:
        if not heads:
            return []
        limits, token = self._limits, current_token.get()
        head = {"ask": "identities", "sizes": [len(data) for data in heads]}
        said: dict[str, Any] = {}
        with (
            suppress(ChildGone, NoChild, MemoryError),
            pool.lent(limits.facts_patience, token) as child,
        ):
            said, _ = child.ask(Question(head, b"".join(heads), 0, limits.facts), token)
        if (answers := answers_in(said, len(heads), "identities")) is not None:
            return [unpacked_identity(answer) for answer in answers]
        if len(heads) == 1:
            return [WrittenIdentity()]
        return [self._read([data], pool)[0] for data in heads]

    def encoded(self, picture: Picture) -> bytes:
        """A thumbnail as a file.

        Raises:
            UnreadablePicture
            Cancelled: as for `picture`.
        """
        head = {"ask": "encoded", "width": picture.width, "height": picture.height}
        return self._shown(head, picture.rgba, _MOST_THUMBNAIL_BYTES)[1]

    def decoded(self, data: bytes) -> Picture:
        """The thumbnail of such a file.

        Raises:
            UnreadablePicture, PictureTooLarge
            Cancelled: as for `picture`.
        """
        return self.picture(data, longest=_MOST_THUMBNAIL_PIXELS)

    def _shown(
        self, head: dict[str, Any], body: bytes, most: int, pool: Pool | None = None
    ) -> _Answer:
        limits, token = self._limits, current_token.get()
        try:
            with (pool or self._pictures).lent(limits.patience, token) as child:
                said, answer = child.ask(Question(head, body, most, limits.picture), token)
        except NoChild as error:
            raise UnreadablePicture(UNAVAILABLE) from error
        except ChildGone as gone:
            raise UnreadablePicture(TOO_SLOW if gone.overran else STOPPED) from gone
        except MemoryError as error:
            raise PictureTooLarge(TOO_LARGE) from error
        if "error" in said:
            raise error_of(said["error"])
        return said, answer


def _starter(words: tuple[str, ...], *, gives_way: bool) -> Callable[[], Child]:
    def start() -> Child:
        return Child(words, gives_way=gives_way)

    return start


def _close(*pools: Pool) -> None:
    with ExitStack() as stack:
        for pool in pools:
            stack.callback(pool.close)
