"""Hides everything of the practice while nobody who signed in sits here."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from message_centre.ui.main_window import MainWindow


class Curtain(QObject):
    """While it is drawn no window of the program shows but the sign-in page, not even a new one.

    Windows that were open come back for the same operator, and are closed for another one.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hidden: list[QWidget] = []
        self._is_drawn = False

    @property
    def is_drawn(self) -> bool:
        """Whether everything is hidden."""
        return self._is_drawn

    def draw(self) -> None:
        """Hide what is open; what opens from now on is hidden before it is seen."""
        if self._is_drawn:
            return
        self._is_drawn = True
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._window.show_entrance()
        for other in self._others():
            if other.isVisible():
                self._hide(other)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def lift(self, *, keeps_windows: bool) -> None:
        """Show the work again; the other windows too, or close them for good."""
        if not self._is_drawn:
            return
        self._is_drawn = False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        hidden, self._hidden = self._hidden, []
        for other in hidden:
            other.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=False)
            other.destroyed.disconnect(self._forget)
            if keeps_windows:
                other.show()
            else:
                _end(other)
        self._window.show_inside()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: something is about to be shown."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            self._meet(watched)
        return False

    def _meet(self, widget: QWidget) -> None:
        if widget is self._window:
            return
        if widget.isWindow():
            if not _is_ours(widget):
                return
            # It counts as shown for whoever opened it, and never reaches the screen.
            widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            _soon(widget, partial(self._hide, widget))
        elif widget.parent() is self._window and widget is not self._window.centralWidget():
            widget.setUpdatesEnabled(False)
            _soon(widget, partial(_put_away, widget))

    def _others(self) -> list[QWidget]:
        windows = [one for one in QApplication.topLevelWidgets() if one is not self._window]
        floating = self._window.findChildren(
            QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
        )
        for one in floating:
            if not one.isWindow() and one is not self._window.centralWidget():
                one.hide()
        return [one for one in windows if _is_ours(one)]

    def _hide(self, other: QWidget) -> None:
        if self._is_drawn and other not in self._hidden:
            self._hidden.append(other)
            other.destroyed.connect(self._forget)
            other.hide()

    def _forget(self, gone: QObject) -> None:
        self._hidden = [one for one in self._hidden if one is not gone]


def _is_ours(widget: QWidget) -> bool:
    """A box's list of choices and a tool tip belong to what shows them."""
    kinds = {Qt.WindowType.Popup, Qt.WindowType.ToolTip}
    # Another program's main window may be open beside this one in the same process.
    return widget.windowType() not in kinds and not isinstance(widget, MainWindow)


def _end(window: QWidget) -> None:
    if isinstance(window, QDialog):
        window.done(QDialog.DialogCode.Rejected)
    else:
        window.close()


def _soon(widget: QWidget, act: Callable[[], None]) -> None:
    """Once the event that is under way has been handled, if the widget is still there then."""
    timer = QTimer(widget)
    timer.setSingleShot(True)
    timer.timeout.connect(act)
    timer.timeout.connect(timer.deleteLater)
    timer.start(0)


def _put_away(widget: QWidget) -> None:
    widget.hide()
    widget.setUpdatesEnabled(True)
