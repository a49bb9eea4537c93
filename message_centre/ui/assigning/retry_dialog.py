"""RetryDialog: the alert that stopped one file, shown again with the yes that it asks for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from message_centre.domain.assignments import Accepted
from message_centre.domain.patients import Patient
from message_centre.services.assigning import Alerts, Duplicate
from message_centre.ui.assigning.alerts_panel import AlertsPanel
from message_centre.ui.assigning.confirmation import Given, accepted, file_words, missing
from message_centre.ui.pieces.deliberate_button import DeliberateButton
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button, unmarked
from message_centre.ui.words import tr


class RetryDialog(QDialog):
    """`confirmed` carries the yeses that were given; Esc leaves the file unsaved."""

    confirmed = Signal(object)

    def __init__(self, patient: Patient, duplicate: Duplicate, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("retryDialog")
        self.setWindowTitle(tr("Save all the same?"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._patient = patient
        self._alerts = Alerts(duplicates=(duplicate,))
        self._ticked: frozenset[Accepted] = frozenset()
        self.alerts_panel = AlertsPanel(self)
        self.alerts_panel.show_alerts(patient, self._alerts)
        self._lacking = plain_label("", "retryMissing", self, role="muted")
        words = file_words((duplicate.file,), patient)
        self._button = DeliberateButton("retryFile", self, takes_enter=False)
        self._button.setText(unmarked(words))
        self._button.setAccessibleName(words)
        self._lay_out()
        self.alerts_panel.accepted_changed.connect(self._take_yeses)
        self._button.clicked.connect(self._confirm)
        self._take_yeses(frozenset())
        open_at(self, 720, 240)

    def _take_yeses(self, ticked: frozenset[Accepted]) -> None:
        self._ticked = ticked
        lack = missing(self._patient, self._alerts, Given(ticked=ticked))
        self._button.setEnabled(not lack)
        self._lacking.setText(lack)

    def _confirm(self) -> None:
        given = accepted(self._patient, self._alerts, Given(ticked=self._ticked))
        self.accept()
        self.confirmed.emit(given)

    def _lay_out(self) -> None:
        cancel = push_button(tr("Leave it unsaved"), "retryCancel", self)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(cancel)
        buttons.addWidget(self._button, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.alerts_panel)
        layout.addStretch(1)
        layout.addWidget(self._lacking)
        layout.addLayout(buttons)
