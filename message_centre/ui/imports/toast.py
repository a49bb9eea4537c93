"""Toast: for ten seconds, what was just filed and the way back; then it goes by itself."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QWidget

from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

_SECONDS = 10
_MARGIN = 24


class Toast(QFrame):
    """Lies over the lower edge of its window and never takes the focus."""

    undo_requested = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self.setProperty("role", "good")
        self._window = window
        self._words = plain_label("", "toastText", self, wrap=False)
        self._undo = push_button(tr("Undo"), "toastUndo", self, role="quiet")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        self._undo.clicked.connect(self._ask_for_undo)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.addWidget(self._words)
        layout.addWidget(self._undo)
        window.installEventFilter(self)
        self.hide()

    def show_words(self, text: str, *, can_undo: bool) -> None:
        """Say it, and offer the way back where there is one."""
        self._words.setText(f"✓ {text}")
        self.setAccessibleName(text)
        self._undo.setVisible(can_undo)
        self._undo.setAccessibleName(tr("Undo: {what}", what=text))
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def withdraw(self) -> None:
        """Go before the time is over."""
        self._timer.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay at the window's lower edge."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _ask_for_undo(self) -> None:
        self.withdraw()
        self.undo_requested.emit()

    def _place(self) -> None:
        """Over the list, never over the panel that tells what was not saved."""
        left = (self._window.width() - self.width()) // 2
        central = self._window.centralWidget() if isinstance(self._window, QMainWindow) else None
        bottom = central.geometry().bottom() if central else self._window.height()
        self.move(max(left, 0), max(bottom - self.height() - _MARGIN, 0))
