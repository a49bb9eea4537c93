"""Tiles wish for their pictures only while they can be seen, and the newest wish comes first."""

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


def test_a_newer_wish_overtakes_older_ones(qtbot: QtBot, runner: Runner) -> None:
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
    qtbot.waitUntil(lambda: len(asked) == 6 and runner.is_idle)
    assert asked.index(50) < asked.index(2)
    assert asked.index(51) < asked.index(3)
    loader.forget()


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
