"""The content pane as a widget: stage above, name and facts below, and the action at the foot."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from message_centre.ui.pieces.labels import plain_label, with_font
from message_centre.ui.preview.stage import Stage
from message_centre.ui.words import tr

_STAGE_STRETCH = 5
_FACTS_STRETCH = 3
_LEAST_WIDTH = 270


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pane tells of a file: plain texts only."""

    name: str
    state: str
    role: str
    facts: tuple[tuple[str, str], ...]


class PreviewPane(QWidget):
    """Shows values; knows no service. Every text in it is plain."""

    def __init__(self, save: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("previewPane")
        self.setAccessibleName(tr("Content of the selected file"))
        self.setMinimumWidth(_LEAST_WIDTH)
        self.stage = Stage(self)
        self._name = with_font(plain_label("", "previewName", self), scale=1.15, bold=True)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A long name must not make the facts beneath it wider than the pane.
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._state = plain_label("", "previewState", self)
        self._facts = QWidget(self)
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 4, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._save = _save_button(save, self)
        self._told: Shown | None = None
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No file is selected: say what to do."""
        self.stage.show_words("inbox", tr("Select a file to see it here."))
        self.show_facts(Shown("", "", "", ()))
        self._save.hide()

    def show_waiting(self) -> None:
        """The content is on its way."""
        self.stage.show_words("settling", tr("Opening the file\u2026"))

    def show_facts(self, shown: Shown) -> None:
        """Show what is known about the file; what is shown already is not laid out again."""
        self._save.show()
        if shown == self._told:
            return
        self._told = shown
        self._name.setText(shown.name)
        self._name.setToolTip(shown.name.replace("<", "&lt;"))
        self._name.setVisible(bool(shown.name))
        self._state.setText(shown.state)
        self._state.setProperty("role", shown.role)
        self._state.style().polish(self._state)
        self._state.setVisible(bool(shown.state))
        self._fill(shown.facts)

    def show_image(self, image: QImage, name: str) -> None:
        """Show a picture."""
        self.stage.show_picture(image, name)

    def fact(self, name: str) -> str:
        """The value of a fact now shown, by its label."""
        for line in range(self._grid.rowCount()):
            label, value = self._cell(line, 0), self._cell(line, 1)
            if label is not None and value is not None and label.text() == name:
                return value.text()
        return ""

    def _cell(self, line: int, column: int) -> QLabel | None:
        item = self._grid.itemAtPosition(line, column)
        found = item.widget() if item else None
        return found if isinstance(found, QLabel) and found.isVisibleTo(self._facts) else None

    def _fill(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Labels are kept and reused: making them anew for every row would flicker."""
        for line in range(max(len(facts), self._grid.rowCount())):
            label, value = self._labels(line)
            is_used = line < len(facts)
            label.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                label.setText(facts[line][0])
                value.setText(facts[line][1])

    def _labels(self, line: int) -> tuple[QLabel, QLabel]:
        first, second = (self._grid.itemAtPosition(line, column) for column in (0, 1))
        if first is None or second is None:
            label = plain_label("", "", self._facts, role="muted", wrap=False)
            value = plain_label("", "", self._facts)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label, line, 0)
            self._grid.addWidget(value, line, 1)
            return label, value
        return first.widget(), second.widget()  # type: ignore[return-value]  # only labels stand here

    def _lay_out(self) -> None:
        below = QWidget(self)
        inner = QVBoxLayout(below)
        inner.setContentsMargins(2, 2, 8, 2)
        inner.setSpacing(5)
        for widget in (self._name, self._state, self._facts):
            inner.addWidget(widget)
        inner.addStretch()
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(below)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 12, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(self.stage, _STAGE_STRETCH)
        layout.addWidget(scroll, _FACTS_STRETCH)
        layout.addWidget(self._save)


def _save_button(save: QAction, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName("previewSave")
    button.setProperty("role", "primary")
    button.setDefaultAction(save)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
