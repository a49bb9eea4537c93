"""The left side of My Mail says how far things have come without holding up whoever works there."""

from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from message_centre.ui.files.ext_pane import ExtPane
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.rows import rows_of
from tests.support.source_files import a_listing, a_source_file


class Paints(QObject):
    """Counts how often a widget is drawn."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - named by Qt
        del watched
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_progress_is_drawn_with_the_next_turn_and_not_at_once_with_the_whole_list(
    qtbot: QtBot,
) -> None:
    model = FilesModel()
    model.refresh(rows_of(a_listing(*(a_source_file(f"IMG {n}.jpg", age=n) for n in range(99)))))
    pane = ExtPane(model)
    qtbot.addWidget(pane)
    pane.resize(900, 600)
    pane.show()
    qtbot.waitExposed(pane)
    pane.banner.show_progress("Loading", 1, 9)
    qtbot.wait(50)
    paints = Paints(pane)
    for widget in (pane.view.viewport(), pane.banner):
        widget.installEventFilter(paints)

    for done in range(2, 9):
        pane.banner.show_progress(f"Loading {done}", done, 9 + done)
    assert paints.count == 0

    qtbot.waitUntil(lambda: paints.count > 0)
