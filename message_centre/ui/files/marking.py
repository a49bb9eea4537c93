"""Shows on the rows what became of their files; every list that shows a file shows the same."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from message_centre.domain.files import FileKey
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.ui.assigning.assign_controller import AssignController
from message_centre.ui.files.files_model import FilesModel


class Marking(QObject):
    """One for a window; `look_again` lists anew without disturbing anybody."""

    def __init__(
        self, models: Sequence[FilesModel], look_again: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._look_again = look_again

    def follow(self, assigning: AssignController) -> None:
        """Hear what is saved, refused and undone."""
        assigning.saved.connect(self._mark_saved)
        assigning.failed.connect(self._mark_failed)
        assigning.unsaved.connect(self._mark_unsaved)

    def _mark_saved(self, result: ImportResult, patient_name: str, title: str) -> None:
        for model in self._models:
            model.mark_saved(result.key, patient_name, title, result.outcome)

    def _mark_failed(self, result: ImportResult) -> None:
        if result.outcome is not Outcome.CANCELLED:
            reason = f"{result.reason} {result.advice}".strip()
            for model in self._models:
                model.mark_failed(result.key, reason)

    def _mark_unsaved(self, key: FileKey) -> None:
        """The bytes are back, but perhaps under another name or time: look before anyone saves."""
        for model in self._models:
            model.mark_unsaved(key)
        self._look_again()
