"""Windows open no larger than the screen they open on, and what has no room there scrolls."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

#: What the desktop draws around a window, title bar included, at most.
_FRAME = QSize(16, 40)


def open_at(window: QWidget, width: int, height: int) -> None:
    """Give a window that is not shown yet its size, cut to what is free on its screen.

    A laptop of 1920 by 1080 pixels whose desktop enlarges everything by half has room for 1280 by 680;
    buttons below that edge could not be reached with the mouse.
    """
    free = (window.parentWidget() or window).screen().availableSize() - _FRAME
    window.resize(QSize(width, height).boundedTo(free))


def scrolling(inner: QWidget, name: str, parent: QWidget) -> QScrollArea:
    """An area without a frame that `inner` fills, and scrolls in as soon as it needs more room."""
    area = QScrollArea(parent)
    area.setObjectName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(inner)
    inner.setAutoFillBackground(False)
    return area
