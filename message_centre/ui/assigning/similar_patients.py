"""SimilarPatients: the chosen patient above those who may be meant, column by column."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.domain.similarity import Similar
from message_centre.ui.patients.wording import Identifier, compared, target_words
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import tr


class SimilarPatients(QFrame):
    """Differing fields are bold and marked `≠`; each of the others can be chosen instead."""

    switch_requested = Signal(object)

    def __init__(self, chosen: Patient, similar: Sequence[Similar], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("similarPatients")
        self.setProperty("role", "panel")
        self.setAccessibleName(tr("Patients who could be mixed up"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(2)
        self._add_headings(chosen)
        self._add_patient(1, chosen, tr("Chosen"), ())
        for number, other in enumerate(similar):
            self._add_similar(2 + number * 3, other)

    def _add_headings(self, chosen: Patient) -> None:
        facts = compared(chosen)
        for column, fact in enumerate(facts, start=1):
            caption = plain_label(fact.name, "similarCaption", self, role="muted", wrap=False)
            self._grid.addWidget(with_font(caption, scale=0.85), 0, column)
        self._grid.setColumnStretch(len(facts), 1)

    def _add_similar(self, row: int, similar: Similar) -> None:
        line = QFrame(self)
        line.setProperty("role", "line")
        self._grid.addWidget(line, row, 0, 1, -1)
        self._add_patient(row + 1, similar.patient, tr("Other"), similar.differs)
        reasons = "; ".join(shown(reason) for reason in similar.reasons)
        why = plain_label(reasons, "similarReasons", self, role="muted", wrap=True)
        self._grid.addWidget(why, row + 2, 1, 1, 3)
        switch = push_button(
            tr("Wrong one: choose this patient instead"), "switchPatient", self, role="quiet"
        )
        who = target_words(similar.patient)
        switch.setAccessibleName(tr("Wrong one: choose {who} instead", who=who))
        switch.clicked.connect(partial(self.switch_requested.emit, similar.patient))
        self._grid.addWidget(switch, row + 2, 4, 1, -1, Qt.AlignmentFlag.AlignRight)

    def _add_patient(self, row: int, patient: Patient, word: str, differs: Sequence[str]) -> None:
        label = plain_label(word, "similarWord", self, role="muted", wrap=False)
        self._grid.addWidget(label, row, 0)
        for column, fact in enumerate(compared(patient), start=1):
            value = self._value(fact, differs=fact.field in differs)
            self._grid.addWidget(value, row, column)

    def _value(self, fact: Identifier, *, differs: bool) -> QWidget:
        text = fact.text or "–"
        words = f"≠ {text}" if differs else text
        label = plain_label(words, f"similar_{fact.field}", self, wrap=False)
        told = tr("different: {value}", value=text) if differs else text
        label.setAccessibleName(f"{fact.name} {told}")
        return with_font(label, bold=differs)
