"""Files and folders that are dragged onto a window. They are always taken as copies.

The program that lets go of them would delete its originals after a move; whether originals leave
their folder is for our own import to decide, once the bytes are on record.
"""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

_COPY = Qt.DropAction.CopyAction


class DropTarget(QObject):
    """Watches a window; `dropped` carries the places."""

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: take what is dragged, by copy or not at all."""
        if isinstance(event, (QDragEnterEvent, QDragMoveEvent, QDropEvent)):
            return self._take(event)
        return super().eventFilter(watched, event)

    def _take(self, event: QDropEvent) -> bool:
        places = places_in(event.mimeData())
        if not places or not event.possibleActions() & _COPY:
            event.ignore()
            return True
        event.setDropAction(_COPY)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(places)
        return True


def places_in(data: QMimeData) -> tuple[Path, ...]:
    """The files and folders of this computer that are being dragged."""
    local = (url.toLocalFile() for url in data.urls() if url.isLocalFile())
    return tuple(Path(place) for place in local if place)
