"""SimilarPatient: somebody who may be mixed up with the chosen patient, the differences in bold."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.domain.similarity import Similar
from message_centre.ui.patients.wording import Identifier, compared, target_words
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import tr


class SimilarPatient(QFrame):
    """One of the others: every field, the differing ones bold and marked `≠`, and a way to switch."""

    switch_requested = Signal(object)

    def __init__(self, similar: Similar, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("similarPatient")
        self.setProperty("role", "panel")
        self._patient = similar.patient
        who = target_words(similar.patient)
        self.setAccessibleName(tr("Similar: {who}", who=who))
        switch = push_button(
            tr("Wrong one: choose this patient instead"), "switchPatient", self, role="quiet"
        )
        switch.setAccessibleName(tr("Wrong one: choose {who} instead", who=who))
        switch.clicked.connect(self._ask_to_switch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addLayout(self._grid(similar))
        bottom = QHBoxLayout()
        reasons = "; ".join(shown(reason) for reason in similar.reasons)
        bottom.addWidget(plain_label(reasons, "similarReasons", self, role="muted"), 1)
        bottom.addWidget(switch)
        layout.addLayout(bottom)

    def _ask_to_switch(self) -> None:
        self.switch_requested.emit(self._patient)

    def _grid(self, similar: Similar) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(1)
        for column, fact in enumerate(compared(similar.patient)):
            caption = plain_label(fact.name, "similarCaption", self, role="muted", wrap=False)
            grid.addWidget(with_font(caption, scale=0.85), 0, column)
            grid.addWidget(self._value(fact, differs=fact.field in similar.differs), 1, column)
        grid.setColumnStretch(grid.columnCount(), 1)
        return grid

    def _value(self, fact: Identifier, *, differs: bool) -> QWidget:
        text = fact.text or "–"
        label = plain_label(
            f"≠ {text}" if differs else text, f"similar_{fact.field}", self, wrap=False
        )
        told = tr("different: {value}", value=text) if differs else text
        label.setAccessibleName(f"{fact.name} {told}")
        return with_font(label, bold=differs)
