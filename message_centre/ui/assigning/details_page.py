"""DetailsPage: alerts, title and comment, and the one button that names files and patient."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from message_centre.domain.assignments import Accepted
from message_centre.domain.files import SourceFile
from message_centre.domain.patients import Patient
from message_centre.services.assigning import Alerts
from message_centre.services.work import Progress
from message_centre.ui.assigning.alerts_panel import AlertsPanel
from message_centre.ui.assigning.confirmation import (
    Given,
    accepted,
    file_words,
    has_nothing_to_file,
    is_right_year,
    missing,
)
from message_centre.ui.assigning.details_form import DetailsForm
from message_centre.ui.assigning.tell_row import TellRow
from message_centre.ui.assigning.year_row import YearRow
from message_centre.ui.pieces.deliberate_button import DeliberateButton
from message_centre.ui.pieces.fitting import scrolling
from message_centre.ui.pieces.labels import plain_label, push_button, unmarked
from message_centre.ui.pieces.tab_stops import tab_stops
from message_centre.ui.words import tr

#: Pixels: a patient who could be mixed up with this one is in sight on any screen.
_LEAST_OF_ALERTS = 180


class DetailsPage(QWidget):
    """The confirmation. The button stays off until the alerts are in and answered."""

    file_requested = Signal()
    back_requested = Signal()

    def __init__(self, files: Sequence[SourceFile], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("detailsPage")
        self._files = tuple(files)
        self._patient: Patient | None = None
        self._alerts: Alerts | None = None
        self._ticked: frozenset[Accepted] = frozenset()
        self._is_sent = False
        self.form = DetailsForm(self)
        self.alerts_panel = AlertsPanel(self)
        self._scrolling = _scrolling(self.alerts_panel, self)
        self.tell = TellRow(self)
        self._year = YearRow(self)
        self._lacking = plain_label("", "whatIsMissing", self, role="muted")
        self._busy = QProgressBar(self)
        self.back = push_button(tr("&Another patient"), "detailsBack", self)
        self._button = DeliberateButton("fileButton", self, takes_enter=False)
        self._lay_out()
        self._connect()

    def show_patient(self, patient: Patient) -> None:
        """Begin anew for this patient: no alert known, no yes given; title and comment stay."""
        self._patient, self._alerts, self._ticked = patient, None, frozenset()
        self._is_sent = False
        self.alerts_panel.clear()
        self.tell.clear()  # what was written may name the patient chosen before
        self._year.clear()
        self._year.hide()
        words = file_words(self._files, patient)
        self._button.setText(unmarked(words))
        self._button.setAccessibleName(words)
        self._show_busy(tr("Checking…"), Progress(0, 0))
        self.form.setFocus()
        self._look_again()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the checks have come."""
        if self._alerts is None:
            self._show_busy(tr("Checking…"), progress)

    def show_alerts(self, alerts: Alerts) -> None:
        """Show what speaks for a second look; with nothing to show the button is on at once."""
        if self._patient is None:
            return
        self._alerts = alerts
        self._busy.hide()
        self.alerts_panel.show_alerts(self._patient, alerts)
        self._year.setVisible(alerts.needs_birth_year)
        self._order_tabs()
        self._look_again()

    def show_problem(self, text: str) -> None:
        """Say why nothing was filed; the button may be pressed again if the alerts are in."""
        self._is_sent = False
        self._busy.hide()
        self._look_again()
        self._lacking.setText(text)

    def accepted(self) -> frozenset[Accepted]:
        """The yeses that were asked for and given."""
        if self._patient is None or self._alerts is None:
            return frozenset()
        return accepted(self._patient, self._alerts, self._given())

    def press(self) -> None:
        """Ctrl+Enter: press the button if it is on."""
        self._button.click()

    def _send(self) -> None:
        """Ask to file, once: a second press is the same wish."""
        if self._is_sent or self._lack():
            return
        self._is_sent = True
        self._show_busy(tr("Filing…"), Progress(0, 0))
        self._look_again()
        self.file_requested.emit()

    def _lack(self) -> str:
        if self._patient is None:
            return tr("Choose the patient first.")
        if self.form.is_too_long:
            return tr("The comment is too long.")
        if has_nothing_to_file(self._files, self._alerts):
            return tr("Nothing to file: all of it is on this patient's record already.")
        return missing(self._patient, self._alerts, self._given())

    def _given(self) -> Given:
        return Given(year=self._year.text, ticked=self._ticked)

    def _take_yeses(self, ticked: frozenset[Accepted]) -> None:
        self._ticked = ticked
        self._look_again()

    def _look_again(self) -> None:
        lack = self._lack()
        self._button.setEnabled(not lack and not self._is_sent)
        self._lacking.setText(lack or tr("Ctrl+Enter files. Enter alone never does."))
        self._button.setAccessibleDescription(self._lacking.text())
        is_right = self._patient is not None and is_right_year(self._patient, self._year.text)
        self._year.show_verdict(is_right=is_right)

    def _order_tabs(self) -> None:
        """Tab goes as one reads: the alerts, the details, the year, the buttons."""
        parts = (self.alerts_panel, self.form, self.tell, self._year, self.back, self._button)
        for before, after in pairwise(stop for part in parts for stop in tab_stops(part)):
            QWidget.setTabOrder(before, after)

    def _show_busy(self, words: str, progress: Progress) -> None:
        self._busy.setRange(0, progress.total)
        self._busy.setValue(progress.done)
        self._busy.setAccessibleName(words)
        self._busy.show()

    def _connect(self) -> None:
        self._button.clicked.connect(self._send)
        self.form.changed.connect(self._look_again)
        self._year.changed.connect(self._look_again)
        self.alerts_panel.accepted_changed.connect(self._take_yeses)

    def _lay_out(self) -> None:
        self._busy.setObjectName("checking")
        self._busy.setTextVisible(False)
        self.back.clicked.connect(self.back_requested)
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addWidget(self._button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._scrolling, 1)
        layout.addWidget(self.form)
        layout.addWidget(self.tell)
        layout.addWidget(self._year)
        layout.addWidget(self._busy)
        layout.addWidget(self._lacking)
        layout.addLayout(buttons)


def _scrolling(alerts: QWidget, parent: QWidget) -> QScrollArea:
    """Alerts first, since they are to be read first; many of them scroll."""
    inner = QWidget(parent)
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 6, 0)
    column.addWidget(alerts)
    column.addStretch(1)
    area = scrolling(inner, "detailsScroll", parent)
    area.setMinimumHeight(_LEAST_OF_ALERTS)
    return area
