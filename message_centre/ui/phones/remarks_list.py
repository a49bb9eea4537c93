"""A list of what was found about a server: a symbol and words for each, gravest first."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from message_centre.domain.findings import Verdict
from message_centre.domain.medimage_config import Remark
from message_centre.domain.names import shown
from message_centre.ui.icons import Ink, icon
from message_centre.ui.words import tr

_MARKS = {
    Verdict.BAD: ("error", Ink.BAD, "Wrong"),
    Verdict.WARNING: ("warning", Ink.WARNING, "Note"),
    Verdict.GOOD: ("check", Ink.GOOD, "Good"),
}
_ORDER = list(_MARKS)


def wrap(view: QListWidget) -> None:
    """Break long lines instead of scrolling sideways."""
    view.setWordWrap(True)
    view.setTextElideMode(Qt.TextElideMode.ElideNone)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)


class RemarksList(QListWidget):
    """Shows remarks; the word before each says what the symbol says."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("serverRemarks")
        self.setAccessibleName(tr("What was found"))
        wrap(self)
        self.setSpacing(2)
        self.setAlternatingRowColors(True)

    def show_remarks(self, remarks: Iterable[Remark], *, if_none: str) -> None:
        """Replace what is shown."""
        self.clear()
        found = sorted(remarks, key=lambda one: _ORDER.index(one.verdict))
        for one in found:
            symbol, ink, word = _MARKS[one.verdict]
            key = f"{one.key}: " if one.key else ""
            QListWidgetItem(icon(symbol, ink), f"{tr(word)} \u2013 {key}{shown(one.words)}", self)
        if not found:
            QListWidgetItem(icon("check", Ink.GOOD), if_none, self)
        self.setCurrentRow(0)
