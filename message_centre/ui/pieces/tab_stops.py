"""Which widgets the Tab key stops at, in the order in which they were laid out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_stops(part: QWidget) -> list[QWidget]:
    """A part's own stops: itself, or what inside it takes the focus."""
    found = [part, *part.findChildren(QWidget)]
    return [widget for widget in found if _is_stop(widget)]


def _is_stop(widget: QWidget) -> bool:
    takes_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(takes_tab) and widget.focusProxy() is None
