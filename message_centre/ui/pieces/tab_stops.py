"""Which widgets the Tab key stops at, in the order in which they were laid out."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_stops(part: QWidget) -> list[QWidget]:
    """A part's own stops: itself, or what inside it takes the focus."""
    found = [part, *part.findChildren(QWidget)]
    return [widget for widget in found if _is_stop(widget)]


def come_after(part: QWidget, late: QWidget) -> None:
    """Let the Tab key come to a part that was made late after another one, before it goes on."""
    stops = tab_stops(part)
    first = last = stops[0]
    widget = first.nextInFocusChain()
    while widget not in {None, first} and (widget in stops or not _is_stop(widget)):
        last = widget if widget in stops else last
        widget = widget.nextInFocusChain()
    for before, after in pairwise((last, *tab_stops(late))):
        QWidget.setTabOrder(before, after)


def _is_stop(widget: QWidget) -> bool:
    takes_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(takes_tab) and widget.focusProxy() is None
