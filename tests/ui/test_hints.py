"""Hints that come in a burst: each look comes to its end, and what was hinted meanwhile is looked at after it."""

import threading
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from message_centre.domain.files import Listing
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.listing import Lister
from message_centre.services.looking import Ears
from message_centre.services.work import CancelToken
from message_centre.ui.files.files_controller import FilesController
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.runner import Runner
from tests.support.source_files import a_listing, a_source_file

_ADM = Operator("ADM", "Adm", rights=frozenset({(EVERY_PROVIDER, Right.SEE_EXT)}))


class SlowLister(Lister):
    """Shows one file more at each look, and answers when it is let; hints when it is told to."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.let.set()
        self.looks = self.ended = 0

    def watch(self, operator: Operator, provider: str, look_again: Callable[[], None]) -> None:
        del operator, provider
        self.hint = look_again

    def refresh(  # type: ignore[override] # the kinds are not asked for
        self,
        operator: Operator,
        provider: str,
        token: CancelToken,
        ears: Ears,
    ) -> tuple[Listing, ...]:
        del operator, provider
        self.looks += 1
        files = [a_source_file(f"IMG {number}.jpg") for number in range(self.looks)]
        self.let.wait(20)
        token.check()
        listing = a_listing(*files)
        ears.listed(listing)
        self.ended += 1
        return (listing,)


def test_hints_during_a_look_do_not_begin_it_anew_and_are_not_forgotten(
    qtbot: QtBot, runner: Runner
) -> None:
    lister, model = SlowLister(), FilesModel()
    view = FilesView(model)
    qtbot.addWidget(view)
    controller = FilesController(lister, runner, model, view)
    controller.sit_down(_ADM, "1")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    lister.let.clear()
    lister.hint()
    qtbot.waitUntil(lambda: lister.looks == 2)

    for _ in range(8):
        lister.hint()
        qtbot.wait(150)
    assert lister.looks == 2
    lister.let.set()

    qtbot.waitUntil(lambda: model.rowCount() == 3)
    qtbot.wait(700)
    assert (lister.looks, lister.ended) == (3, 3)
    controller.stop()


def test_a_hint_during_a_refresh_is_not_forgotten(qtbot: QtBot, runner: Runner) -> None:
    lister, model = SlowLister(), FilesModel()
    view = FilesView(model)
    qtbot.addWidget(view)
    controller = FilesController(lister, runner, model, view)
    controller.sit_down(_ADM, "1")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    lister.let.clear()
    controller.refresh()
    qtbot.waitUntil(lambda: lister.looks == 2)

    lister.hint()
    qtbot.wait(600)
    lister.let.set()

    qtbot.waitUntil(lambda: model.rowCount() == 3)
    controller.stop()
