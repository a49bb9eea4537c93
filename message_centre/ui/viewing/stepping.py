"""Going to the next item of a list, or to the one before, from wherever one looks at it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView

_SELECTABLE = Qt.ItemFlag.ItemIsSelectable


def step(view: QAbstractItemView, by: int) -> bool:
    """Move the current item, over headings; False at either end, where nothing moves."""
    current, model = view.currentIndex(), view.model()
    row = current.row() + by
    while 0 <= row < model.rowCount() and not model.index(row, 0).flags() & _SELECTABLE:
        row += by
    if not current.isValid() or not 0 <= row < model.rowCount():
        return False
    view.setCurrentIndex(model.index(row, current.column()))
    return True
