"""Going to the next item of a list, or to the one before, from wherever one looks at it."""

from PySide6.QtWidgets import QAbstractItemView


def step(view: QAbstractItemView, by: int) -> bool:
    """Move the current item; False at either end, where nothing moves."""
    current, model = view.currentIndex(), view.model()
    row = current.row() + by
    if not current.isValid() or not 0 <= row < model.rowCount():
        return False
    view.setCurrentIndex(model.index(row, current.column()))
    return True
