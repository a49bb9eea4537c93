"""Triage by keys: from one file that can be saved to the next, also after a save and after an undo."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from message_centre.domain.files import FileKey
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.rows import FileRow


class Triage(QObject):
    """Moves the current row of the list that is in sight. No row moves, and no tick is touched."""

    def __init__(self, views: Sequence[FilesView], parent: QObject) -> None:
        super().__init__(parent)
        self._views = tuple(views)
        self._is_back = True

    def go_next(self) -> None:
        """Make the next file that can be saved the current one."""
        self._step(1)

    def go_previous(self) -> None:
        """Make the one before that can be saved the current one."""
        self._step(-1)

    def advance(self) -> None:
        """After a save: where the current row was saved, the next one that was not takes its place.

        Whoever went on to another row meanwhile stays there.
        """
        for view in self._views:
            row = view.current_row()
            if row is not None and row.is_saved:
                view.go_to(_neighbour(view, row, 1) or _neighbour(view, row, -1))

    def expect_back(self, *_words: object) -> None:
        """The last save is about to be undone, or another one can be."""
        self._is_back = False

    def go_back(self, key: FileKey) -> None:
        """After an undo: the first file that is back is the current one."""
        for view in self._views:
            row = view.files.find(key)
            if row is not None and not self._is_back:
                self._is_back = True
                view.go_to(row)

    def _step(self, step: int) -> None:
        for view in self._views:
            if view.isVisible():
                view.go_to(_neighbour(view, view.current_row(), step))


def _neighbour(view: FilesView, row: FileRow | None, step: int) -> FileRow | None:
    """The nearest row on one side that can be saved; without a current row the first or last one."""
    model = view.files
    at = model.place(row)
    if at < 0:
        at = -1 if step > 0 else model.rowCount()
    end = model.rowCount() if step > 0 else -1
    places = range(at + step, end, step)
    return next((model.row(place) for place in places if model.row(place).can_be_ticked), None)
