"""Several folders of one setting: added by Browse, removed, and each of them tested."""

import os
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.findings import Finding, Verdict
from message_centre.domain.names import shown
from message_centre.ui.icons import Ink, icon
from message_centre.ui.pieces.labels import push_button
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.rows import Rows, Told, say_setting
from message_centre.ui.setup.trying import Try, TryRow, try_folders
from message_centre.ui.words import tr

_PATH = int(Qt.ItemDataRole.UserRole)
_HEIGHT = 92
_ICON = 16
_MARKS = {
    Verdict.GOOD: ("check", Ink.GOOD),
    Verdict.WARNING: ("warning", Ink.WARNING),
    Verdict.BAD: ("error", Ink.BAD),
}

#: Asks a person for a folder; an empty answer is none.
ChooseFolder = Callable[[QWidget, str], str]


def choose_folder(parent: QWidget, title: str) -> str:
    """Ask with the desktop's own dialog."""
    return QFileDialog.getExistingDirectory(parent, title)


class FoldersField(QWidget):
    """A list with Browse, Remove and Test; `edited` carries all of them as the setting keeps them."""

    edited = Signal(object)

    def __init__(self, rows: Rows, caption: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._caption = caption.replace("&", "")
        self.choose: ChooseFolder = choose_folder
        self.list = QListWidget(self)
        self.list.setObjectName(name)
        self.list.setAccessibleName(self._caption)
        self.list.setFixedHeight(_HEIGHT)
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.currentRowChanged.connect(self._show_buttons)
        self.setFocusProxy(self.list)
        self.add = push_button(tr("Browse\u2026"), f"{name}Add", self)
        self.add.setAccessibleName(tr("Add a folder: {what}", what=self._caption))
        self.add.clicked.connect(self._add)
        self.remove = push_button(tr("Remove"), f"{name}Remove", self)
        self.remove.clicked.connect(self._remove)
        self.trial = TryRow(f"{name}Test", self._caption, self._make, self)
        self.trial.answered.connect(self._take)
        self.told = Told(f"{name}Told", parent)
        self._may_edit = True
        self._lay_out()
        rows.add(caption, self, self.told, buddy=self.list)

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Show the folders, and what is wrong with them."""
        self._may_edit = may_edit
        paths = tuple(part for part in draft.value(key).split(os.pathsep) if part)
        if paths != self.paths:
            self._show_paths(paths)
            self.trial.forget()
        self._show_buttons()
        say_setting(self.told, draft, key, self._caption)

    @property
    def paths(self) -> tuple[str, ...]:
        """The folders that are shown."""
        return tuple(self.list.item(row).data(_PATH) for row in range(self.list.count()))

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        for row in range(self.list.count()):
            self.list.item(row).setIcon(icon("folder", Ink.MUTED))

    def _show_paths(self, paths: tuple[str, ...]) -> None:
        current = self.list.currentRow()
        self.list.clear()
        for path in paths:
            item = QListWidgetItem(icon("folder", Ink.MUTED), shown(path), self.list)
            item.setData(_PATH, path)
            item.setToolTip(shown(path).replace("<", "&lt;"))
        self.list.setCurrentRow(min(current, len(paths) - 1))

    def _show_buttons(self) -> None:
        self.add.setEnabled(self._may_edit)
        self.remove.setEnabled(self._may_edit and self.list.currentRow() >= 0)
        self.trial.button.setEnabled(self.list.count() > 0)

    def _add(self) -> None:
        path = self.choose(self, tr("Choose a folder to watch"))
        if path and path not in self.paths:
            self.edited.emit(os.pathsep.join((*self.paths, path)))
            self.list.setCurrentRow(self.list.count() - 1)

    def _remove(self) -> None:
        row = self.list.currentRow()
        paths = self.paths
        if 0 <= row < len(paths):
            self.edited.emit(os.pathsep.join(paths[:row] + paths[row + 1 :]))

    def _make(self) -> Try:
        return try_folders(self.paths)

    def _take(self, answer: object) -> None:
        """Mark each folder; the words of those that are not good, or of all where all are."""
        if not isinstance(answer, tuple) or len(answer) != self.list.count():
            return
        for row, finding in enumerate(answer):
            symbol, ink = _MARKS[finding.verdict]
            self.list.item(row).setIcon(icon(symbol, ink))
        self.trial.told.say_finding(_summary(self.paths, answer))

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        across = QHBoxLayout()
        across.setSpacing(8)
        across.addWidget(self.list, 1)
        across.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(across)
        whole.addWidget(self.trial)


def _summary(paths: tuple[str, ...], findings: tuple[Finding, ...]) -> Finding:
    """One finding for all: the worst verdict, and a line for each folder."""
    order = (Verdict.GOOD, Verdict.WARNING, Verdict.BAD)
    worst = max((finding.verdict for finding in findings), key=order.index)
    if len(findings) == 1:
        return findings[0]
    names = [shown(path.rstrip(os.sep).rpartition(os.sep)[2] or path) for path in paths]
    lines = [f"{name}: {one.words}" for name, one in zip(names, findings, strict=True)]
    return Finding(worst, "\n".join(lines))
