"""WarningPage: before many files go to one patient, their count and the patient in words."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from message_centre.domain.files import SourceFile
from message_centre.domain.patients import Patient
from message_centre.ui.assigning.confirmation import counted_files, warning_words
from message_centre.ui.pieces.alert_box import AlertBox
from message_centre.ui.pieces.deliberate_button import DeliberateButton
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr


class WarningPage(QWidget):
    """Enter goes on to the details; nothing is filed from here."""

    proceeded = Signal()
    back_requested = Signal()

    def __init__(self, files: Sequence[SourceFile], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("warningPage")
        self._files = tuple(files)
        self._box = AlertBox("warning", tr("More than one file"), "manyFiles", self)
        self._words = plain_label("", "manyFilesWarning", self)
        self._box.add(self._words)
        self._box.add_words(tr("Title and comment will be the same for all of them."), role="muted")
        self._proceed = DeliberateButton("proceed", self, takes_enter=True)
        self._proceed.setText(tr("&Proceed with {what}", what=counted_files(files)))
        self._proceed.clicked.connect(self.proceeded)
        self.back = push_button(tr("&Another patient"), "warningBack", self)
        self.back.clicked.connect(self.back_requested)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self._proceed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box)
        layout.addLayout(buttons)
        layout.addStretch(1)

    def show_patient(self, patient: Patient) -> None:
        """Warn about filing all of them to this patient, and wait on the Proceed button."""
        words = warning_words(self._files, patient)
        self._words.setText(words)
        self._proceed.setAccessibleName(tr("Proceed"))
        self._proceed.setAccessibleDescription(words)
        self._proceed.setFocus()
