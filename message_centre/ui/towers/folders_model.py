"""FoldersModel: the dry run as rows; texts are made once, when a row arrives."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon

from message_centre.domain.files import FileState
from message_centre.domain.names import shown
from message_centre.domain.tower_folders import FolderReport, TowerFolder, Verdict
from message_centre.ui.icons import Ink, icon
from message_centre.ui.theme import colours
from message_centre.ui.words import counted, tr

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROLE = Qt.ItemDataRole
TICK, FOLDER, FILES, PATIENT, EVIDENCE, DOUBT = range(6)
_MARKS = {
    Verdict.SURE: ("check", Ink.GOOD),
    Verdict.THIN: ("warning", Ink.WARNING),
    Verdict.DOUBT: ("held", Ink.BAD),
}


class Show(Enum):
    """Which rows are shown."""

    ALL = "all"
    SURE = "sure"
    THIN = "thin"
    DOUBT = "doubt"


@dataclass(slots=True)
class Row:
    """A folder with its texts, whether a person accepted it, and what became of it."""

    folder: TowerFolder
    cells: tuple[str, ...]
    is_accepted: bool = False
    report: FolderReport | None = None


class FoldersModel(QAbstractTableModel):
    """Rows in their order; a filter hides some. `changed` comes when what is accepted changes."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._order: list[int] = []
        self._numbers: dict[str, int] = {}
        self._show = Show.ALL
        self._is_running = False
        self._icons: dict[Verdict, QIcon] = {}

    @property
    def rows(self) -> Sequence[Row]:
        """Every row, shown or not."""
        return self._rows

    def clear(self) -> None:
        """No rows."""
        self.beginResetModel()
        self._rows, self._order, self._numbers, self._icons = [], [], {}, {}
        self.endResetModel()
        self.changed.emit()

    def add(self, folders: Iterable[TowerFolder]) -> None:
        """More rows at the end."""
        start = len(self._rows)
        fresh = [Row(folder, _cells(folder)) for folder in folders]
        wanted = [start + n for n, row in enumerate(fresh) if self._is_shown(row)]
        self._rows += fresh
        self._numbers |= {row.folder.name: start + n for n, row in enumerate(fresh)}
        if wanted:
            first = len(self._order)
            self.beginInsertRows(_NOWHERE, first, first + len(wanted) - 1)
            self._order += wanted
            self.endInsertRows()
        self.changed.emit()

    def show_only(self, show: Show) -> None:
        """Show the rows of one verdict, or all."""
        self.beginResetModel()
        self._show = show
        self._order = [n for n, row in enumerate(self._rows) if self._is_shown(row)]
        self.endResetModel()

    def lock(self, *, is_running: bool) -> None:
        """While an import runs nothing can be accepted or taken back."""
        self._is_running = is_running

    def row(self, place: int) -> Row:
        """The row shown at this place."""
        return self._rows[self._order[place]]

    def accepted(self) -> tuple[TowerFolder, ...]:
        """The folders that a person accepted; of one that was imported the files are others now."""
        return tuple(row.folder for row in self._rows if row.is_accepted and row.report is None)

    def accept_sure(self) -> None:
        """Accept everything that is beyond doubt."""
        for row in self._rows:
            is_sure = row.folder.match.verdict is Verdict.SURE
            if is_sure and row.folder.can_be_accepted and row.report is None:
                row.is_accepted = True
        self._all_changed()

    def accept_none(self) -> None:
        """Take every acceptance back."""
        for row in self._rows:
            row.is_accepted = False
        self._all_changed()

    def toggle(self, place: int) -> None:
        """Accept a row, or take it back."""
        row = self.row(place)
        if self._is_running or not row.folder.can_be_accepted or row.report is not None:
            return
        row.is_accepted = not row.is_accepted
        self.dataChanged.emit(self.index(place, TICK), self.index(place, DOUBT))
        self.changed.emit()

    def tell(self, report: FolderReport) -> None:
        """What has become of a folder."""
        number = self._numbers.get(report.name)
        if number is None:
            return
        row = self._rows[number]
        row.report = report
        row.cells = (*row.cells[:DOUBT], _told(report))
        place = bisect_left(self._order, number)  # rows keep their order, whatever is shown
        if self._order[place : place + 1] == [number]:
            self.dataChanged.emit(self.index(place, TICK), self.index(place, DOUBT))

    def count(self, verdict: Verdict) -> int:
        """How many rows have this verdict."""
        return sum(row.folder.match.verdict is verdict for row in self._rows)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: rows shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: columns."""
        return 0 if parent.isValid() else DOUBT + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        """Qt: captions."""
        if orientation is not Qt.Orientation.Horizontal or role != _ROLE.DisplayRole:
            return None
        return _captions()[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: what cannot be accepted has no tick."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        can = index.isValid() and self.row(index.row()).folder.can_be_accepted
        return flags | Qt.ItemFlag.ItemIsUserCheckable if can and index.column() == TICK else flags

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        """Qt: a click on a tick."""
        del value
        if role != _ROLE.CheckStateRole or index.column() != TICK:
            return False
        self.toggle(index.row())
        return True

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        """Qt: a look-up, never work."""
        row, column = self._rows[self._order[index.row()]], index.column()
        if role == _ROLE.DisplayRole:
            return row.cells[column]
        if role == _ROLE.CheckStateRole and column == TICK and row.folder.can_be_accepted:
            return Qt.CheckState.Checked if row.is_accepted else Qt.CheckState.Unchecked
        if role == _ROLE.DecorationRole and column == FOLDER:
            return self._icon(row.folder.match.verdict)
        if role == _ROLE.AccessibleTextRole:
            return _spoken(row, column)
        if role == _ROLE.ToolTipRole and column >= FOLDER:
            return row.cells[column].replace("<", "&lt;")
        return QColor(colours().muted) if role == _ROLE.ForegroundRole and _is_dim(row) else None

    def _icon(self, verdict: Verdict) -> QIcon:
        if verdict not in self._icons:
            self._icons[verdict] = icon(*_MARKS[verdict])
        return self._icons[verdict]

    def _is_shown(self, row: Row) -> bool:
        return self._show is Show.ALL or row.folder.match.verdict.value == self._show.value

    def _all_changed(self) -> None:
        if self._order:
            self.dataChanged.emit(self.index(0, TICK), self.index(len(self._order) - 1, DOUBT))
        self.changed.emit()


def verdict_words(verdict: Verdict) -> str:
    """A verdict in words."""
    return {
        Verdict.SURE: tr("beyond doubt"),
        Verdict.THIN: tr("for you to look at"),
        Verdict.DOUBT: tr("in doubt"),
    }[verdict]


def _captions() -> tuple[str, ...]:
    return (
        "",
        tr("Folder"),
        tr("Files"),
        tr("Patient"),
        tr("Evidence"),
        tr("Doubt, or what became of it"),
    )


def _cells(folder: TowerFolder) -> tuple[str, ...]:
    match = folder.match
    files = f"{len(folder.files):,}"
    late = len(folder.waiting)
    if late:
        files += tr(" (+{n} not yet)", n=late)
    parts = [match.doubt, *_held_words(folder)]
    if not folder.files:
        parts.insert(0, tr("Nothing in it that can be imported now."))
    doubt = " ".join(filter(None, parts))
    who = shown(match.patient.label) if match.patient else ""
    name = shown(folder.name) or tr("(files in no folder)")
    return "", name, files, who, shown(match.evidence), shown(doubt)


def _held_words(folder: TowerFolder) -> list[str]:
    """The first thing in a folder that cannot be read, and why."""
    held = [file for file in folder.waiting if file.state is FileState.HELD]
    return [f"{shown(file.name)}: {file.reason}" for file in held[:1]]


def _told(report: FolderReport) -> str:
    words = [counted(report.saved, "{n} saved", "{n} saved")]
    if report.already:
        words.append(counted(report.already, "{n} already filed", "{n} already filed"))
    if report.unsaved:
        words.append(counted(report.unsaved, "{n} not saved", "{n} not saved"))
    return ", ".join(words) + (f": {shown(report.reason)}" if report.reason else "")


def _is_dim(row: Row) -> bool:
    return row.report is not None or not row.folder.files


def _spoken(row: Row, column: int) -> str:
    if column != TICK:
        return f"{_captions()[column]}: {row.cells[column]}"
    if not row.folder.can_be_accepted:
        return tr("cannot be accepted: {why}", why=verdict_words(row.folder.match.verdict))
    return tr("accepted") if row.is_accepted else tr("not accepted")
