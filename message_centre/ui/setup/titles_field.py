"""TitlesField: nine lines for the titles that an operator's keys Ctrl+1 to Ctrl+9 choose."""

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from message_centre.domain.assignments import TITLE_LIMIT
from message_centre.domain.people_settings import MOST_TITLES, TITLES_APART, titles_in
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.rows import Panel, Told, say_setting
from message_centre.ui.words import tr

_ROWS = 5


class TitlesField(QWidget):
    """One editor of one setting; `edited` carries all nine lines as the setting keeps them."""

    edited = Signal(object)

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.setObjectName("titlePresets")
        self._caption = tr("Titles by key")
        self.lines = tuple(self._line(number) for number in range(1, MOST_TITLES + 1))
        self.setFocusProxy(self.lines[0])
        self.told = Told("titlePresetsTold", panel)
        self._lay_out()
        panel.rows.add(tr("Titles by &key"), self, self.told, buddy=self.lines[0])

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Show the titles, each on the line of its key, and what is wrong with them."""
        if draft.value(key) != self._joined():
            titles = titles_in(draft.value(key))
            for line, title in zip(self.lines, titles + ("",) * MOST_TITLES, strict=False):
                line.setText(title)
                line.setCursorPosition(0)
        for line in self.lines:
            line.setReadOnly(not may_edit)
        say_setting(self.told, draft, key, self._caption, _HINT)

    def _line(self, number: int) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(f"titlePreset{number}")
        line.setAccessibleName(tr("Title of the key Ctrl+{n}", n=number))
        line.setMaxLength(TITLE_LIMIT)
        apart = QRegularExpression(f"[^{TITLES_APART}]*")
        line.setValidator(QRegularExpressionValidator(apart, line))
        line.textEdited.connect(self._tell)
        return line

    def _joined(self) -> str:
        texts = [line.text() for line in self.lines]
        while texts and not texts[-1]:
            texts.pop()
        return f" {TITLES_APART} ".join(texts)

    def _tell(self) -> None:
        self.edited.emit(self._joined())

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for place, line in enumerate(self.lines):
            row, column = place % _ROWS, place // _ROWS
            key = plain_label(f"Ctrl+{place + 1}", "titlePresetKey", self, role="muted", wrap=False)
            grid.addWidget(key, row, 2 * column)
            grid.addWidget(line, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)


_HINT = "While a file is saved these keys write the title. Comment and patient stay as they are."
