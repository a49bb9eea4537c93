"""AlertsPanel: everything that speaks for a second look, each with the yes that it asks for."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from message_centre.domain.assignments import Accepted
from message_centre.domain.patients import Patient
from message_centre.services.assigning import Alerts, Duplicate
from message_centre.ui.assigning import alert_words
from message_centre.ui.assigning.confirmation import grouped
from message_centre.ui.assigning.similar_patients import SimilarPatients
from message_centre.ui.pieces.alert_box import AlertBox
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

#: A batch of a thousand known files is told by number; the first ones are named.
_NAMED = 8


class AlertsPanel(QWidget):
    """Shows alerts; `accepted_changed` says which yeses have been given."""

    accepted_changed = Signal(object)
    switch_requested = Signal(object)
    record_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("alerts")
        self.setAccessibleName(tr("Alerts"))
        self._given: frozenset[Accepted] = frozenset()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def clear(self) -> None:
        """Show no alert and forget every yes."""
        self._given = frozenset()
        self.hide()
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()

    def show_alerts(self, patient: Patient, alerts: Alerts) -> None:
        """Replace what is shown; every yes has to be given anew."""
        self.clear()
        groups = grouped(alerts.duplicates)
        self._show_elsewhere(groups.elsewhere, alerts)
        self._show_status(patient, alerts)
        self._show_similar(patient, alerts)
        self._show_words(alerts.id_conflict, alert_words.many(alerts.many))
        self._show_withdrawn(groups.withdrawn, alerts)
        self._show_already(groups.already_filed)

    def _show_elsewhere(self, found: Sequence[Duplicate], alerts: Alerts) -> None:
        if not found:
            return
        needs_yes = Accepted.OTHER_PATIENT_HAS_IT in alerts.accepted_needed
        title = alert_words.elsewhere_title(found)
        box = self._box("bad" if needs_yes else "warning", title, "alertElsewhere")
        self._list(box, found, alert_words.elsewhere)
        if needs_yes:
            text = tr("I have checked: this patient is the right one as well.")
            self._tick(box, text, Accepted.OTHER_PATIENT_HAS_IT)

    def _show_status(self, patient: Patient, alerts: Alerts) -> None:
        if not alerts.status:
            return
        box = self._box("warning", alert_words.status(patient), "alertStatus")
        self._tick(box, tr("File to this patient all the same."), Accepted.STATUS)

    def _show_similar(self, patient: Patient, alerts: Alerts) -> None:
        if not alerts.similar:
            return
        title = alert_words.similar_title(len(alerts.similar))
        box = self._box("warning", title, "alertSimilar")
        others = SimilarPatients(patient, alerts.similar[:_NAMED], box)
        others.switch_requested.connect(self.switch_requested)
        box.add(others)
        if rest := alert_words.and_more(len(alerts.similar) - _NAMED):
            box.add_words(rest)

    def _show_words(self, *sentences: str) -> None:
        for number, sentence in enumerate(filter(None, sentences)):
            self._box("warning", alert_words.sentence(sentence), f"alertWords{number}")

    def _show_withdrawn(self, found: Sequence[Duplicate], alerts: Alerts) -> None:
        if not found:
            return
        box = self._box("warning", alert_words.withdrawn_title(found), "alertWithdrawn")
        self._list(box, found, alert_words.withdrawn)
        if Accepted.FILED_BEFORE in alerts.accepted_needed:
            self._tick(box, tr("The withdrawal was wrong: file again."), Accepted.FILED_BEFORE)

    def _show_already(self, found: Sequence[Duplicate]) -> None:
        if not found:
            return
        box = self._box("note", alert_words.already_title(found), "alertAlready")
        self._list(box, found, alert_words.already)

    def _list(
        self, box: AlertBox, found: Sequence[Duplicate], words: alert_words.DuplicateWords
    ) -> None:
        for duplicate in found[:_NAMED]:
            self._add_duplicate(box, duplicate, words(duplicate))
        if rest := alert_words.and_more(len(found) - _NAMED):
            box.add_words(rest)

    def _add_duplicate(self, box: AlertBox, duplicate: Duplicate, words: str) -> None:
        line = QWidget(box)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        show = push_button(tr("Show that record"), "showRecord", line, role="quiet")
        show.setAccessibleName(tr("Show the record: {what}", what=words))
        show.clicked.connect(partial(self.record_requested.emit, duplicate))
        row.addWidget(plain_label(words, f"{box.objectName()}Text", line), 1)
        row.addWidget(show)
        box.add(line)

    def _box(self, role: str, title: str, name: str) -> AlertBox:
        box = AlertBox(role, title, name, self)
        self.show()
        self._column.addWidget(box)
        return box

    def _tick(self, box: AlertBox, text: str, accepted: Accepted) -> None:
        box.add_tick(text)
        box.ticked.connect(partial(self._take, accepted))

    def _take(self, accepted: Accepted, is_given: bool) -> None:
        self._given = self._given | {accepted} if is_given else self._given - {accepted}
        self.accepted_changed.emit(self._given)
