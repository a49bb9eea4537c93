"""What every page of Setup is: rows bound to settings, and the tests on it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.ui.pieces.labels import plain_label, with_font
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.rows import Panel, Told
from message_centre.ui.setup.trying import TryRow
from message_centre.ui.words import tr

_MARGIN = 20


class Row(Protocol):
    """An editor of one setting; `edited` carries text, or a `Secret` or None where it is a secret's."""

    edited: SignalInstance

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Show its value, and what is to be said of it."""


class Page(QWidget):
    """One page. It shows a draft and tells what a person does to it; it changes nothing itself."""

    #: The full key, and what a row told.
    edited = Signal(str, object)
    tried = Signal(object, object)
    help_wanted = Signal()

    def __init__(self, place: str, title: str, topic: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"page-{topic}")
        self.setAccessibleName(title)
        self.place, self.title, self.topic = place, title, topic
        self.draft = Draft()
        self._bound: list[tuple[Row, Callable[[], str]]] = []
        self._trials: list[TryRow] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(_MARGIN, 16, _MARGIN, 16)
        self.column.setSpacing(12)
        self.column.addWidget(plain_label(place, f"{topic}Place", self, role="muted"))
        self.column.addWidget(
            with_font(plain_label(title, f"{topic}Title", self), scale=1.3, bold=True)
        )

    def show_draft(self, draft: Draft, *, may_edit: bool) -> None:
        """Show every value of the page."""
        self.draft = draft
        for row, key in self._bound:
            row.show_setting(draft, key(), may_edit=may_edit)

    def has_problem(self, draft: Draft) -> bool:
        """Whether a value of this page cannot be saved."""
        return any(draft.problem(key()) for _, key in self._bound)

    def has_change(self, draft: Draft) -> bool:
        """Whether a value of this page is not saved yet."""
        return any(draft.is_changed(key()) for _, key in self._bound)

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        parts: tuple[Panel | Told, ...] = (
            *self.findChildren(Panel),
            *self.findChildren(Told),
        )
        for part in parts:
            part.dress()

    def bind(self, row: Row, key: Callable[[], str]) -> None:
        """Let a row show and change the setting of this key."""
        self._bound.append((row, key))
        row.edited.connect(partial(self._tell, key))

    def offer(self, trial: TryRow, *, stays: bool = False) -> TryRow:
        """Let a test of this page be asked for; what it found `stays` whatever else is typed."""
        if not stays:
            self._trials.append(trial)
        trial.asked.connect(self.tried)
        return trial

    def link_permissions(self, panel: Panel) -> None:
        """Let the panel's heading lead to what the drive has to be allowed."""
        link = panel.add_link(tr("Which permissions?"), f"{panel.objectName()}Help")
        link.clicked.connect(self.help_wanted)

    def is_sound(self, *keys: str) -> bool:
        """Whether these values can be tested."""
        return not any(self.draft.problem(key) for key in keys)

    def forget_findings(self) -> tuple[TryRow, ...]:
        """What was found is of what was shown before; returns the tests it was of."""
        for trial in self._trials:
            trial.forget()
        return tuple(self._trials)

    def _tell(self, key: Callable[[], str], told: object) -> None:
        self.edited.emit(key(), told)


def people_box(name: str, spoken: str, parent: QWidget) -> QComboBox:
    """A box from which one of several people is chosen."""
    box = QComboBox(parent)
    box.setObjectName(name)
    box.setAccessibleName(spoken)
    box.setMinimumWidth(260)
    return box


def fill_people(box: QComboBox, people: Sequence[tuple[str, str]], current: str) -> None:
    """Offer these people by id and name; nobody is told of it."""
    box.blockSignals(True)
    box.clear()
    for number, name in people:
        box.addItem(f"{shown(name) or shown(number)}  ({shown(number)})", number)
    box.setCurrentIndex(max(0, box.findData(current)))
    box.blockSignals(False)


def captioned(caption: str, editor: QWidget, parent: QWidget) -> QHBoxLayout:
    """A caption with its editor beside it."""
    label = QLabel(caption, parent)
    label.setBuddy(editor)
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(label)
    row.addWidget(editor)
    row.addStretch()
    return row
