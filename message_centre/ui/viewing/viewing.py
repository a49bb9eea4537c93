"""Viewing: turns pages, sharpens what is zoomed, plays animations; between a stage and the previews."""

import math
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QRectF, QSize, QTimer
from PySide6.QtGui import QImage

from message_centre.services.ports import WHOLE, Film, Page, Wish
from message_centre.services.previewing import Content, Preview, Previewer
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.pictures import image_of, levels_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.viewing.stage import Stage
from message_centre.ui.viewing.viewing_actions import View
from message_centre.ui.words import tr

#: Pixels of a page that come at once; of one that is zoomed further only the part in sight comes.
_MOST_PIXELS = 4_000_000
#: What is fetched around the part in sight, as a share of it.
_AROUND = 0.15
_FILM_LONGEST = 800
_PAUSE_MS = 120
#: A picture that is a little coarse is left alone; one that is asked for comes a little too sharp.
_COARSE, _TOO_SHARP = 1.1, 1.3


class Viewing(QObject):
    """Shows one preview at a time. Nothing is decoded here: pages come from the previews' bytes."""

    def __init__(self, previewer: Previewer, runner: Runner, stage: Stage, *, longest: int) -> None:
        """`longest` is how large pages are decoded at first."""
        super().__init__(stage)
        self._previewer = previewer
        self._stage = stage
        self._content: Content | None = None
        self._page: Page | None = None
        self._name = ""
        self._longest = longest
        self._window: tuple[float, float] | None = None
        self._frames: list[QImage] = []
        self._pauses: tuple[int, ...] = ()
        self._frame = 0
        self._is_rolling = False
        self._pages = Newest(runner, self)
        self._films = Newest(runner, self)
        self._sharpen = _timer(self, _PAUSE_MS, self._look_closer)
        self._next_frame = _timer(self, 0, self._step)
        self._connect()

    def show(self, preview: Preview, levels: Sequence[QImage], name: str) -> None:
        """Show a file's first page, painted from `levels`; what else it has is looked for."""
        self.forget()
        page = preview.page
        self._content, self._page, self._name = preview.content, page, name
        full = QSize(page.width, page.height) if page else levels[0].size()
        self._stage.show_picture(levels, name, full)
        self._stage.say("")
        self._stage.tools.show_playing(is_playing=False)
        if page is not None:
            self._stage.offer_greys(page.window)
            self._stage.show_pages(page.number, page.count, can_play=page.pause > 0)
        if self._content is not None and page is not None and page.count == 1:
            work = partial(_film, self._previewer, self._content)
            self._films.ask(Lane.DECODE, work, self._play)

    def forget(self) -> None:
        """Let go of the file: no page of it is asked for any more, and its bytes are freed."""
        self._pages.forget()
        self._films.forget()
        self._sharpen.stop()
        self._next_frame.stop()
        self._is_rolling = False
        self._content, self._page, self._window = None, None, None
        self._frames, self._pauses, self._frame = [], (), 0

    def turn_to(self, number: int) -> None:
        """Show another page."""
        if self._page is None or not 0 <= number < self._page.count:
            return
        longest = min(self._longest, self._most())
        self._ask(Wish(longest, number, self._window))

    def _turn(self, step: int) -> None:
        if self._page is not None:
            self.turn_to(self._stage.seen.page + step)

    def _ask(self, wish: Wish) -> None:
        if self._content is not None:
            work = partial(_page, self._previewer, self._content, wish)
            self._pages.ask(Lane.DECODE, work, partial(self._arrive, wish))
            if self._page is not None and wish.page != self._page.number:
                # The number runs ahead of the picture: keys that repeat turn several pages at once.
                self._stage.show_pages(wish.page, self._page.count, can_play=self._page.pause > 0)

    def _arrive(self, wish: Wish, answer: object) -> None:
        if not isinstance(answer, tuple) or self._page is None:
            return
        preview, levels = answer
        if preview.page is None:
            self._roll(on=False)
            self._stage.say(tr("Page {number}: {why}", number=wish.page + 1, why=preview.reason))
            return
        before, self._page = self._page, preview.page
        if wish.region != WHOLE:
            self._page = before
            left, top, right, below = preview.page.region
            part = QRectF(left, top, right - left, below - top)
            self._stage.picture.show_detail(levels[0], part)
        elif preview.page.number != before.number:
            self._show_page(preview.page, levels)
        else:
            self._stage.picture.change_image(levels)
            self._sharpen.start()
        if self._is_rolling and not self._next_frame.isActive():
            self._next_frame.start(preview.page.pause)

    def _show_page(self, page: Page, levels: Sequence[QImage]) -> None:
        full, view = QSize(page.width, page.height), self._stage.picture
        if view.full == full and not view.image.isNull():
            # A page like the one before is seen where the eyes are.
            view.change_image(levels)
            self._sharpen.start()
        else:
            self._stage.show_picture(levels, self._name, full)
        self._stage.show_pages(page.number, page.count, can_play=page.pause > 0)
        self._stage.say("")

    def _change_greys(self, window: object) -> None:
        if isinstance(window, tuple) and self._page is not None:
            self._window = window
            self._ask(Wish(self._longest, self._page.number, window))

    def _look_closer(self) -> None:
        """Ask for more pixels where the screen shows more than there are."""
        page, view = self._page, self._stage.picture
        if page is None or self._frames or self._is_rolling or view.image.isNull():
            return
        there = max(view.image.width(), view.image.height())
        needed = max(page.width, page.height) * view.zoom * view.devicePixelRatioF()
        wanted = min(round(needed * _TOO_SHARP), self._most())
        if needed <= there * _COARSE:
            view.drop_detail()
        elif wanted > there * _COARSE and wanted >= needed:
            self._ask(Wish(wanted, page.number, self._window))
        elif min(round(needed), page.most) > there * _COARSE:
            self._ask_for_part(page, min(round(needed), page.most))

    def _ask_for_part(self, page: Page, wanted: int) -> None:
        view, seen = self._stage.picture, self._stage.picture.in_sight
        is_there = view.detailed.contains(seen)
        if seen.isEmpty() or (is_there and view.detail_longest * _COARSE >= wanted):
            return
        across, down = seen.width() * _AROUND, seen.height() * _AROUND
        part = seen.adjusted(-across, -down, across, down).intersected(QRectF(0, 0, 1, 1))
        region = (part.left(), part.top(), part.right(), part.bottom())
        self._ask(Wish(wanted, page.number, self._window, region))

    def _most(self) -> int:
        if self._page is None:
            return 1
        long = max(self._page.width, self._page.height, 1)
        short = max(min(self._page.width, self._page.height), 1)
        return min(self._page.most, int(math.sqrt(_MOST_PIXELS * long / short)))

    # Animations

    def _play(self, answer: object) -> None:
        if not isinstance(answer, tuple) or not answer[0]:
            return
        self._frames, self._pauses, is_whole = answer
        self._stage.show_pages(0, len(self._frames), can_play=True)
        if not is_whole:
            words = tr("The animation is longer: its first {n} frames.", n=len(self._frames))
            self._stage.say(words)
        self._toggle_playing()

    def _toggle_playing(self) -> None:
        if not self._frames:
            self._roll(on=not self._is_rolling)
            return
        if self._next_frame.isActive():
            self._next_frame.stop()
        else:
            self._next_frame.start(self._pauses[self._frame])
        self._stage.tools.show_playing(is_playing=self._next_frame.isActive())

    def _roll(self, *, on: bool) -> None:
        """Turn the pages of a film one after the other, or stop."""
        self._is_rolling = on and self._page is not None and self._page.pause > 0
        self._stage.tools.show_playing(is_playing=self._is_rolling)
        if self._is_rolling:
            self._next_frame.start(0)
        else:
            self._next_frame.stop()
            self._sharpen.start()

    def _step(self) -> None:
        if self._is_rolling and self._page is not None and self._stage.isVisible():
            self.turn_to((self._page.number + 1) % self._page.count)
            return
        if not self._frames:
            self._roll(on=False)
            return
        self._show_frame((self._frame + 1) % len(self._frames))
        if self._stage.isVisible():
            self._next_frame.start(self._pauses[self._frame])
        else:
            self._stage.tools.show_playing(is_playing=False)

    def _show_frame(self, number: int) -> None:
        self._frame = number
        self._stage.picture.change_image([self._frames[number]])
        self._stage.show_pages(number, len(self._frames), can_play=True)

    def _previous(self) -> None:
        self._leaf(-1)

    def _next(self) -> None:
        self._leaf(1)

    def _leaf(self, step: int) -> None:
        if not self._frames:
            self._roll(on=False)
            self._turn(step)
            return
        if self._next_frame.isActive():
            self._toggle_playing()
        if 0 <= self._frame + step < len(self._frames):
            self._show_frame(self._frame + step)

    def _connect(self) -> None:
        stage = self._stage
        stage.tools[View.PREVIOUS_PAGE].triggered.connect(self._previous)
        stage.tools[View.NEXT_PAGE].triggered.connect(self._next)
        stage.tools[View.PLAY].triggered.connect(self._toggle_playing)
        stage.greys.changed.connect(self._change_greys)
        stage.picture.moved.connect(self._sharpen.start)


def _page(
    previewer: Previewer, content: Content, wish: Wish, token: CancelToken, _report: Report
) -> object:
    token.check()
    preview = previewer.page(content, wish)
    return preview, levels_of(preview.picture)


def _film(previewer: Previewer, content: Content, token: CancelToken, _report: Report) -> object:
    token.check()
    film: Film = previewer.film(content, longest=_FILM_LONGEST)
    return [image_of(frame) for frame in film.frames], film.pauses, film.is_whole


def _timer(parent: QObject, milliseconds: int, slot: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(slot)
    return timer
