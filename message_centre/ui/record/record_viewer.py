"""RecordViewer: one item in full, its facts, and what may be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from message_centre.domain.kinds import extension_of
from message_centre.domain.records import Record
from message_centre.services.previewing import Preview
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.record.facts_panel import FactsPanel
from message_centre.ui.record.picture_view import PictureView
from message_centre.ui.record.record_words import name_of
from message_centre.ui.record.safe_opening import Opening, opening_of
from message_centre.ui.words import tr


class RecordViewer(QWidget):
    """Shows pictures and plain text inside; anything else is told in words. Emits intentions."""

    open_requested = Signal(object)
    withdraw_requested = Signal(object)
    reassign_requested = Signal(object)
    copy_requested = Signal(str)

    def __init__(self, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recordViewer")
        self._hint = hint
        self._record: Record | None = None
        self._name = plain_label("", "viewerName", self)
        self.picture = PictureView(self)
        self._text = QPlainTextEdit(self)
        self._words = plain_label("", "viewerWords", self, role="muted")
        self._stack = QStackedWidget(self)
        self.facts = FactsPanel(self)
        self._open = push_button(tr("&Open a copy…"), "openCopy", self)
        self._withdraw = push_button(tr("&Withdraw…"), "withdraw", self, role="danger")
        self._reassign = push_button(tr("&Reassign…"), "reassign", self)
        self._fit = push_button(tr("&Fit"), "zoomFit", self)
        self._full = push_button(tr("F&ull size"), "zoomFull", self)
        self._lay_out()
        self._connect()
        self.clear()

    @property
    def record(self) -> Record | None:
        """The item in view."""
        return self._record

    def show_record(self, record: Record) -> None:
        """Show the facts at once; the content follows."""
        self._record = record
        self._name.setText(name_of(record))
        self._name.show()
        self.facts.show_record(record)
        self.facts.show()
        self._say(tr("Loading…"))
        for button in (self._open, self._withdraw, self._reassign):
            button.show()
        can_open = opening_of(extension_of(record.original_name)) is not Opening.NEVER
        self._open.setEnabled(can_open)
        never = "" if can_open else tr("Files of this kind are never opened.")
        self._open.setAccessibleDescription(never)

    def show_refusal(self, reason: str) -> None:
        """Grey what corrects the item, with the reason; an empty one lets it be corrected."""
        for button in (self._withdraw, self._reassign):
            button.setEnabled(not reason)
            button.setToolTip(reason)
            button.setAccessibleDescription(reason)

    def show_preview(self, preview: Preview) -> None:
        """Show what can be shown, or why nothing can."""
        if preview.picture is not None:
            self.picture.show_picture(preview.picture)
            self.picture.setAccessibleName(self._name.text())
            self._stack.setCurrentWidget(self.picture)
        elif preview.text:
            self._text.setPlainText(preview.text)
            self._stack.setCurrentWidget(self._text)
        else:
            self._say(preview.reason or tr("Nothing can be shown."))
        self._show_zoom(is_picture=preview.picture is not None)

    def clear(self) -> None:
        """Show nothing but the hint."""
        self._record = None
        self._name.hide()
        self.facts.hide()
        for button in (self._open, self._withdraw, self._reassign):
            button.hide()
        self._say(self._hint)

    def _say(self, text: str) -> None:
        self.picture.clear()
        self._text.clear()
        self._words.setText(text)
        self._stack.setCurrentWidget(self._words)
        self._show_zoom(is_picture=False)

    def _show_zoom(self, *, is_picture: bool) -> None:
        self._fit.setVisible(is_picture)
        self._full.setVisible(is_picture)

    def _ask_to_open(self) -> None:
        self.open_requested.emit(self._record)

    def _ask_to_withdraw(self) -> None:
        self.withdraw_requested.emit(self._record)

    def _ask_to_reassign(self) -> None:
        self.reassign_requested.emit(self._record)

    def _connect(self) -> None:
        self._open.clicked.connect(self._ask_to_open)
        self._withdraw.clicked.connect(self._ask_to_withdraw)
        self._reassign.clicked.connect(self._ask_to_reassign)
        self._fit.clicked.connect(self.picture.fit)
        self._full.clicked.connect(self.picture.show_full_size)
        self.facts.copy_requested.connect(self.copy_requested)

    def _lay_out(self) -> None:
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setObjectName("viewerText")
        self._text.setAccessibleName(tr("Text of the document"))
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        for page in (self._words, self.picture, self._text):
            self._stack.addWidget(page)
        buttons = QHBoxLayout()
        for button in (self._fit, self._full):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self._open, self._reassign, self._withdraw):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 10, 0, 0)
        layout.addWidget(with_font(self._name, scale=1.2, bold=True))
        layout.addWidget(self._stack, 1)
        layout.addLayout(buttons)
        layout.addWidget(self.facts)
