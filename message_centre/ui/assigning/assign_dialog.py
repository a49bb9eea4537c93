"""AssignDialog: one window from choosing the patient to the confirmation; it files nothing itself."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from message_centre.domain.files import SourceFile
from message_centre.domain.patients import Patient
from message_centre.services.assigning import Alerts, Duplicate
from message_centre.ui.assigning.confirmation import counted_files
from message_centre.ui.assigning.details_page import DetailsPage
from message_centre.ui.assigning.files_panel import FilesPanel
from message_centre.ui.assigning.proposal_panel import ProposalPanel
from message_centre.ui.assigning.warning_page import WarningPage
from message_centre.ui.help_pane import offer_help
from message_centre.ui.patients.patient_card import PatientCard
from message_centre.ui.patients.picker import PatientPicker
from message_centre.ui.pieces.fitting import open_at, scrolling
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

_FILE_KEYS = ("Ctrl+Return", "Ctrl+Enter")
#: Pixels: so wide are two patients held side by side.
_WIDTH_OF_ALERTS = 690


class AssignDialog(QDialog):
    """Files on the left, the patient on top, one step at a time below. Esc changes nothing."""

    patient_chosen = Signal(object)
    file_requested = Signal()
    back_requested = Signal()
    record_requested = Signal(object)

    def __init__(self, files: Sequence[SourceFile], today: date, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("assignDialog")
        self.setWindowTitle(tr("Save {what} to a patient", what=counted_files(files)))
        self.setAccessibleName(self.windowTitle())
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._today = today
        self._is_many = len(files) > 1
        self.files_panel = FilesPanel(files, self)
        self.card = PatientCard(self)
        self.proposal = ProposalPanel(self)
        self.picker = PatientPicker(self)
        self.warning = WarningPage(files, self)
        self.details = DetailsPage(files, self)
        self._steps = QStackedWidget(self)
        self._lay_out()
        self._connect()
        offer_help(self, "saving")
        open_at(self, 1160, 740)

    def show_picker(self) -> None:
        """Ask for the patient; nobody is chosen."""
        self.card.clear()
        self.proposal.show()
        self._steps.setCurrentWidget(self.picker)
        self.picker.setFocus()

    def show_patient(self, patient: Patient) -> None:
        """Go on with this patient: to the warning if there are many files, else to the details."""
        self.proposal.hide()
        self.card.show_patient(patient, self._today)
        self.details.show_patient(patient)
        if self._is_many:
            self._steps.setCurrentWidget(self.warning)
            self.warning.show_patient(patient)
        else:
            self._show_details()

    def keep_to_patient(self) -> None:
        """The files were chosen for one patient: nobody else can be chosen here."""
        self.warning.back.hide()
        self.details.back.hide()

    def show_alerts(self, alerts: Alerts) -> None:
        """Hand the alerts to the confirmation."""
        self.details.show_alerts(alerts)

    def is_at(self, page: QWidget) -> bool:
        """Whether this page is the one in sight."""
        return self._steps.currentWidget() is page

    def _show_details(self) -> None:
        self._steps.setCurrentWidget(self.details)
        self.details.form.setFocus()

    def _press_file(self) -> None:
        if self.is_at(self.details):
            self.details.press()

    def _ask_for_record(self, duplicate: Duplicate) -> None:
        self.record_requested.emit(duplicate)

    def _connect(self) -> None:
        self.picker.chosen.connect(self.patient_chosen)
        self.proposal.told.connect(self.picker.box.leave_unmarked)
        self.warning.proceeded.connect(self._show_details)
        self.warning.back_requested.connect(self.back_requested)
        self.details.back_requested.connect(self.back_requested)
        self.details.file_requested.connect(self.file_requested)
        self.details.alerts_panel.switch_requested.connect(self.patient_chosen)
        self.details.alerts_panel.record_requested.connect(self._ask_for_record)
        for key in _FILE_KEYS:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._press_file)

    def _lay_out(self) -> None:
        for page in (self.picker, self.warning, self.details):
            self._steps.addWidget(page)
        cancel = push_button(tr("Cancel"), "assignCancel", self)
        cancel.clicked.connect(self.reject)
        # Magnified by the desktop to twice its size, this does not fit into a screen of 1080 lines.
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.card)
        column.addWidget(self.proposal)
        column.addWidget(self._steps, 1)
        area = scrolling(right, "assignScroll", self)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumWidth(_WIDTH_OF_ALERTS)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.files_panel, 2)
        body.addWidget(area, 5)
        self.files_panel.setMaximumWidth(312)
        bottom = QHBoxLayout()
        hint = tr("Esc or Cancel changes nothing: the files stay where they are.")
        bottom.addWidget(plain_label(hint, "assignHint", self, role="muted"), 1)
        bottom.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.addLayout(body, 1)
        layout.addLayout(bottom)
