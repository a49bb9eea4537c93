"""What one can do with content that is shown: each action once for a stage, with its key.

The keys go with the window in which the stage is seen, so that they also work from the list beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from message_centre.ui.icons import icon
from message_centre.ui.words import tr


class View(StrEnum):
    """What one can do."""

    ZOOM_OUT = "zoom-out"
    ZOOM_IN = "zoom-in"
    FIT = "fit"
    ACTUAL_SIZE = "actual-size"
    ROTATE_LEFT = "rotate-left"
    ROTATE_RIGHT = "rotate-right"
    PREVIOUS_PAGE = "page-previous"
    NEXT_PAGE = "page-next"
    PLAY = "play"
    COMPARE = "compare"
    FULL_SCREEN = "full-screen"


@dataclass(frozen=True, slots=True)
class Seen:
    """All that decides which of them can be used; a plain value."""

    is_picture: bool = False
    page: int = 0
    pages: int = 1
    can_play: bool = False
    can_compare: bool = False
    is_content: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """How an action reads, which key it has and when it can be used."""

    text: str
    key: str
    when: Callable[[Seen], bool]


def _is_picture(seen: Seen) -> bool:
    return seen.is_picture


SPECS = {
    View.ZOOM_OUT: Spec("Zoom out", "Ctrl+-", _is_picture),
    View.ZOOM_IN: Spec("Zoom in", "Ctrl++", _is_picture),
    View.FIT: Spec("Fit", "Ctrl+0", _is_picture),
    View.ACTUAL_SIZE: Spec("Full size, 100 %", "Ctrl+1", _is_picture),
    View.ROTATE_LEFT: Spec("Turn to the left", "Ctrl+Shift+R", _is_picture),
    View.ROTATE_RIGHT: Spec("Turn to the right", "Ctrl+R", _is_picture),
    View.PREVIOUS_PAGE: Spec("Page before", "Ctrl+PgUp", lambda seen: seen.page > 0),
    View.NEXT_PAGE: Spec("Next page", "Ctrl+PgDown", lambda seen: seen.page < seen.pages - 1),
    View.PLAY: Spec("Play or pause", "Ctrl+Space", lambda seen: seen.can_play),
    View.COMPARE: Spec("Compare side by side", "Ctrl+E", lambda seen: seen.can_compare),
    View.FULL_SCREEN: Spec("Full screen", "F11", lambda seen: seen.is_content),
}


class ViewingActions:
    """The QActions of one stage."""

    def __init__(self, stage: QWidget, *, shares_window: bool = False) -> None:
        self._made = {view: _make(view, stage) for view in View}
        self._made[View.FULL_SCREEN].setVisible(not shares_window)
        if shares_window:
            for action in self._made.values():
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        stage.addActions(list(self._made.values()))
        self.show(Seen())

    def __getitem__(self, view: View) -> QAction:
        return self._made[view]

    def show(self, seen: Seen) -> None:
        """Enable what can be used now, and hide what has no use."""
        for view, action in self._made.items():
            action.setEnabled(SPECS[view].when(seen))
        for view in (View.PREVIOUS_PAGE, View.NEXT_PAGE):
            self._made[view].setVisible(seen.pages > 1)
        self._made[View.PLAY].setVisible(seen.can_play)
        self._made[View.COMPARE].setVisible(seen.can_compare)

    def show_playing(self, *, is_playing: bool) -> None:
        """Let the play action show what a press of it would do."""
        self._made[View.PLAY].setIcon(icon("pause" if is_playing else "play"))

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        for view, action in self._made.items():
            action.setIcon(icon(view.value))


def _make(view: View, stage: QWidget) -> QAction:
    spec = SPECS[view]
    action = QAction(icon(view.value), tr(spec.text), stage)
    action.setObjectName(f"view-{view.value}")
    keys = [QKeySequence(spec.key)]
    if view is View.ZOOM_IN:
        keys.append(QKeySequence("Ctrl+="))
    action.setShortcuts(keys)
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setToolTip(f"{tr(spec.text)} ({spec.key})")
    return action
