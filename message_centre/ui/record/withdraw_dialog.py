"""WithdrawDialog: an item goes back to the inbox and leaves a tombstone."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.patients import Patient
from message_centre.domain.records import Record
from message_centre.ui.patients.wording import target_words
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.record.correct_dialog import CorrectDialog
from message_centre.ui.words import tr


class WithdrawDialog(CorrectDialog):
    """`withdraw_requested` carries the reason."""

    withdraw_requested = Signal(str)

    def __init__(self, record: Record, patient: Patient, parent: QWidget | None) -> None:
        super().__init__(record, tr("Withdraw from the record"), parent)
        text = tr(
            "It is taken from the record of {who} and goes back to where it came from. The record "
            "keeps who withdrew it, when and why.",
            who=target_words(patient),
        )
        self.column.addWidget(plain_label(text, "withdrawText", self))
        self.column.addStretch(1)
        self.name_button(tr("Withdraw from {who}", who=target_words(patient)))
        self.look_again()
        open_at(self, 640, 240)
        self._reason.setFocus()

    def ask(self) -> None:
        """Emit the reason."""
        self.withdraw_requested.emit(self.reason)
