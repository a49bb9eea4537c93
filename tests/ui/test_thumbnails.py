"""Tiles wish for their pictures only while they can be seen; a glance first, then the picture."""

from collections.abc import Hashable
from threading import Event

from pytestqt.qtbot import QtBot

from message_centre.domain.errors import UnreadablePicture
from message_centre.services.ports import Picture
from message_centre.services.work import CancelToken
from message_centre.ui.pieces.thumbnail_loader import ThumbnailLoader
from message_centre.ui.pieces.thumbnail_model import Tile
from message_centre.ui.pieces.thumbnail_view import ThumbnailView
from message_centre.ui.runner import Runner

DOT = Picture(1, 1, b"\xff\x00\x00\xff")


def a_view(qtbot: QtBot, count: int) -> ThumbnailView:
    view = ThumbnailView(100)
    qtbot.addWidget(view)
    view.resize(300, 320)
    view.show_tiles([Tile(n, f"{n}.jpg", f"Image {n}") for n in range(count)], mark_first=False)
    return view


def test_only_visible_tiles_are_wished_for(qtbot: QtBot) -> None:
    view = a_view(qtbot, 5000)
    wished: list[tuple[int, ...]] = []
    view.wished.connect(wished.append)
    view.show()
    qtbot.waitUntil(lambda: bool(wished))
    keys = wished[-1]
    assert keys[0] == 0
    assert len(keys) < 20


def test_scrolling_wishes_for_what_comes_into_view(qtbot: QtBot) -> None:
    view = a_view(qtbot, 5000)
    wished: list[tuple[int, ...]] = []
    view.wished.connect(wished.append)
    view.show()
    qtbot.waitUntil(lambda: bool(wished))
    view.scrollToBottom()
    qtbot.waitUntil(lambda: wished[-1][-1] == 4999)
    assert len(wished[-1]) < 20


def test_a_newer_wish_replaces_older_ones(qtbot: QtBot, runner: Runner) -> None:
    view = a_view(qtbot, 100)
    go, asked = Event(), []

    def fetch(key: Hashable, token: CancelToken) -> Picture | None:
        del token
        asked.append(key)
        go.wait(5)
        return DOT

    loader = ThumbnailLoader(runner, view, fetch)
    view.wished.emit((0, 1, 2, 3))
    view.wished.emit((50, 51))
    go.set()
    qtbot.waitUntil(lambda: len(asked) == 4 and runner.is_idle)
    assert set(asked) == {0, 1, 50, 51}, "what was scrolled past is not fetched"
    loader.forget()


def test_rows_that_scroll_away_leave_the_queue(qtbot: QtBot, runner: Runner) -> None:
    view = a_view(qtbot, 5000)
    go, asked = Event(), []

    def fetch(key: Hashable, token: CancelToken) -> Picture | None:
        del token
        asked.append(key)
        go.wait(5)
        return DOT

    loader = ThumbnailLoader(runner, view, fetch)
    wished: list[tuple[int, ...]] = []
    view.wished.connect(wished.append)
    view.show()
    qtbot.waitUntil(lambda: bool(wished))
    for place in (1000, 2000, 3000):
        view.verticalScrollBar().setValue(place * 40)
        qtbot.wait(60)
    view.scrollToBottom()
    qtbot.waitUntil(lambda: wished[-1][-1] == 4999)
    go.set()
    qtbot.waitUntil(lambda: 4999 in asked and runner.is_idle)
    assert len(asked) <= 2 + len(wished[-1]), "two were under way already"
    loader.forget()


def test_a_glance_at_all_goes_before_the_first_sharp_picture(qtbot: QtBot, runner: Runner) -> None:
    view = a_view(qtbot, 100)
    asked: list[tuple[str, Hashable]] = []
    shown: list[bool] = []

    def glance(key: Hashable, token: CancelToken) -> Picture | None:
        del token
        asked.append(("glance", key))
        return DOT if key != 1 else None

    def fetch(key: Hashable, token: CancelToken) -> Picture | None:
        del token
        asked.append(("fetch", key))
        return DOT

    view.model().dataChanged.connect(lambda *_: shown.append(True))
    loader = ThumbnailLoader(runner, view, fetch, glance=glance)
    view.wished.emit((0, 1, 2))
    view.wished.emit((0, 1, 2))
    qtbot.waitUntil(lambda: len(asked) == 6 and runner.is_idle)
    assert {asked.index(("glance", n)) for n in range(3)} <= {0, 1, 2, 3}
    assert {key for what, key in asked if what == "fetch"} == {0, 1, 2}
    assert len(shown) == 5, "two at a glance, then three for good"
    loader.forget()


def test_a_glance_is_still_wished_for_and_never_replaces_the_picture(qtbot: QtBot) -> None:
    view = a_view(qtbot, 3)
    model = view.model()
    lacks = getattr(model, "lacks_picture")  # noqa: B009 - the model's own method
    view.show_picture(0, DOT, is_sharp=False)
    assert lacks(0)
    view.show_picture(0, DOT)
    assert not lacks(0)
    view.show_picture(0, DOT, is_sharp=False)
    assert not lacks(0)


def test_of_many_pictures_the_last_are_kept(qtbot: QtBot) -> None:
    view = a_view(qtbot, 1500)
    lacks = getattr(view.model(), "lacks_picture")  # noqa: B009 - the model's own method
    for number in range(1500):
        view.show_picture(number, DOT)
    assert lacks(0)
    assert lacks(499)
    assert not lacks(500)


def test_a_picture_that_can_not_be_shown_is_not_asked_for_again(
    qtbot: QtBot, runner: Runner
) -> None:
    view = a_view(qtbot, 1)
    asked = []

    def fetch(key: Hashable, token: CancelToken) -> Picture | None:
        del token
        asked.append(key)
        raise UnreadablePicture

    ThumbnailLoader(runner, view, fetch)
    view.show()
    qtbot.waitUntil(lambda: asked == [0] and runner.is_idle)
    view.resize(400, 400)
    qtbot.wait(100)
    assert asked == [0]


def test_nothing_is_delivered_after_forget(qtbot: QtBot, runner: Runner) -> None:
    view = a_view(qtbot, 3)
    go = Event()

    def fetch(key: Hashable, token: CancelToken) -> Picture | None:
        del key, token
        go.wait(5)
        return DOT

    loader = ThumbnailLoader(runner, view, fetch)
    view.wished.emit((0,))
    loader.forget()
    go.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    model = view.model()
    assert getattr(model, "lacks_picture")(0)  # noqa: B009 - the model's own method
