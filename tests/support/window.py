"""Opens the real program on a home, without its event loop: whoever drives it lets it live."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from message_centre.ui.app import Program
from message_centre.ui.main_window import MainWindow


@contextmanager
def opened_window(home: Path, operator: str = "ADM") -> Iterator[MainWindow]:
    """The main window of a started program, which is shut down in order at the end.

    Raises:
        AssertionError: a thread of the program did not end.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("make a QApplication first")
    program = Program(app, home, operator)
    program.start()
    try:
        yield program.window
    finally:
        has_ended = program.shut_down()
        for window in app.topLevelWidgets():
            # Another program's window may be open beside this one.
            if window is program.window or not isinstance(window, MainWindow):
                window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if not has_ended:
        raise AssertionError("a thread of the program did not end")
