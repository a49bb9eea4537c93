"""What keys do in the Ext list beside saving: going from file to file, and grouping."""

from PySide6.QtCore import QObject

from message_centre.services.capture_reading import CaptureReader
from message_centre.ui.actions import Name
from message_centre.ui.assigning.assign_controller import AssignController
from message_centre.ui.files.files_controller import FilesController
from message_centre.ui.files.grouping import GroupingController
from message_centre.ui.files.triage import Triage
from message_centre.ui.main_window import MainWindow
from message_centre.ui.runner import Runner


class ListKeys(QObject):
    """One for a window; the current row follows what is saved and what is undone."""

    def __init__(
        self, captures: CaptureReader, runner: Runner, window: MainWindow, files: FilesController
    ) -> None:
        super().__init__(window)
        self._window, self._operator = window, ""
        self.triage = Triage((window.ext.view, window.unclaimed_list.view), self)
        self.grouping = GroupingController(captures, runner, window.ext)
        window.actions_[Name.NEXT].triggered.connect(self._go_next)
        window.actions_[Name.PREVIOUS].triggered.connect(self._go_previous)
        window.actions_[Name.GROUP].setCheckable(True)
        window.actions_[Name.GROUP].triggered.connect(self._group)
        files.refreshed.connect(self.grouping.group_anew)

    def sit_down(self, operator: str) -> None:
        """Group the list from its next refresh on, or not: as this operator left it, here."""
        self._operator = operator
        is_wanted = operator in self._window.grouped_for
        self._window.actions_[Name.GROUP].setChecked(is_wanted)
        self.grouping.begin(is_on=is_wanted)

    def follow(self, assigning: AssignController) -> None:
        """Hear what is saved; after whoever marks the rows."""
        assigning.finished.connect(self.triage.advance)
        assigning.undo_changed.connect(self.triage.expect_back)
        assigning.unsaved.connect(self.triage.go_back)

    def stop(self) -> None:
        """Hear no more."""
        self.grouping.stop()

    def _group(self, is_on: bool) -> None:
        """The person's own wish; it is kept for next time."""
        grouped = self._window.grouped_for
        (grouped.add if is_on else grouped.discard)(self._operator)
        self.grouping.turn(is_on)

    def _go_next(self) -> None:
        self.triage.go_next()

    def _go_previous(self) -> None:
        self.triage.go_previous()
