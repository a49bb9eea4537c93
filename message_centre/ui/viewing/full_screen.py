"""FullScreen: takes a stage out of its window, shows it on the whole screen, and puts it back."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from message_centre.ui.help_pane import offer_help
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.viewing.stage import Stage
from message_centre.ui.words import tr

#: Whoever takes the whole screen wants to see it filled, also by a small picture.
_LARGEST_FIT = 4


class FullScreen(QObject):
    """Opened and closed by the stage's own action. `stepped` asks for the next file, or the last."""

    stepped = Signal(int)

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._window: ScreenWindow | None = None
        self._caption = ""
        stage.full_screen_requested.connect(self.toggle)

    @property
    def window(self) -> "ScreenWindow | None":
        """The window, while it is open."""
        return self._window

    def caption(self, words: str) -> None:
        """Say what is shown."""
        self._caption = words
        if self._window is not None:
            self._window.caption.setText(words)

    def toggle(self) -> None:
        """Open it, or close it."""
        if self._window is None:
            self._window = ScreenWindow(self._stage)
            self._window.stepped.connect(self.stepped)
            self._window.closed.connect(self._forget)
            self._window.caption.setText(self._caption)
            self._window.showFullScreen()
            self._stage.setFocus()
        else:
            self._window.close()

    def close(self) -> None:
        """Close it, if it is open."""
        if self._window is not None:
            self._window.close()

    def _forget(self) -> None:
        self._window = None


class ScreenWindow(QWidget):
    """Holds the stage until it is closed. A place-holder stands where it was taken from."""

    stepped = Signal(int)
    closed = Signal()

    def __init__(self, stage: Stage) -> None:
        self._home = _box_around(stage)
        super().__init__(stage.window(), Qt.WindowType.Window)
        self.setObjectName("fullScreen")
        self.setWindowTitle(tr("Full screen"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stage = stage
        self._holder = QLabel(tr("Shown on the full screen. Esc brings it back."))
        self._holder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._holder.setWordWrap(True)
        self.caption = with_font(plain_label("", "screenCaption", self), scale=1.1, bold=True)
        self._previous = push_button(tr("&Previous"), "screenPrevious", self, role="quiet")
        self._next = push_button(tr("&Next"), "screenNext", self, role="quiet")
        self._leave = push_button(tr("&Leave (Esc)"), "screenLeave", self)
        self._keys = [self._key(key, step) for key, step in _STEPS.items()]
        offer_help(self, "viewing")
        self._take()
        self._connect()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the stage goes home."""
        self._stage.picture.moved.disconnect(self._mind_arrows)
        self._stage.picture.fit_up_to(1)
        if self._home is not None:
            self._home.replaceWidget(self._holder, self._stage)
        self._holder.deleteLater()
        self._stage.show()
        super().closeEvent(event)
        self.closed.emit()

    def _take(self) -> None:
        if self._home is not None:
            self._home.replaceWidget(self._stage, self._holder)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 6, 12, 6)
        bar.addWidget(self.caption, 1)
        for button in (self._previous, self._next, self._leave):
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._stage, 1)
        self._stage.picture.fit_up_to(_LARGEST_FIT)
        self._stage.show()

    def _connect(self) -> None:
        self._previous.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        self._leave.clicked.connect(self.close)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        self._stage.picture.moved.connect(self._mind_arrows)

    def _key(self, key: str, step: int) -> QShortcut:
        made = QShortcut(QKeySequence(key), self)
        made.activated.connect(self._go_on if step > 0 else self._go_back)
        return made

    def _go_on(self) -> None:
        self.stepped.emit(1)

    def _go_back(self) -> None:
        self.stepped.emit(-1)

    def _mind_arrows(self) -> None:
        """Arrows go to the next file, but move a picture of which only a part is in sight."""
        for shortcut in self._keys:
            is_arrow = shortcut.key().toString() in {"Left", "Right"}
            shortcut.setEnabled(not is_arrow or self._stage.picture.is_fitted)


_STEPS = {"Right": 1, "Left": -1, "PgDown": 1, "PgUp": -1}


def _box_around(widget: QWidget) -> QBoxLayout | None:
    parent = widget.parentWidget()
    layout = parent.layout() if parent else None
    return layout if isinstance(layout, QBoxLayout) else None
