"""What the list answers for one cell and one role: small look-ups, nothing that works or waits."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor

from message_centre.domain.names import shown
from message_centre.ui.files.rows import Column, FileRow, Standing
from message_centre.ui.icons import icon
from message_centre.ui.theme import colours
from message_centre.ui.words import tr

_ROLE = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
GREYED = frozenset(
    {
        Standing.SAVED,
        Standing.SAVED_SOURCE_KEPT,
        Standing.AWAY,
        Standing.GONE,
        Standing.OTHER,
        Standing.SETTLING,
    }
)
#: The row itself, for delegates and controllers.
RowRole = int(_ROLE.UserRole) + 1


def heading(column: int, role: int) -> Any:
    """What stands over a column, or what a screen reader says of it."""
    if role == _ROLE.DisplayRole:
        return "" if column in {Column.TICK, Column.ICON} else _names()[column]
    if role == _ROLE.AccessibleTextRole:
        return _names()[column]
    if role == _ROLE.TextAlignmentRole:
        return _RIGHT if column == Column.SIZE else _LEFT
    return None


def plain_tip(text: str) -> str:
    """A tooltip that Qt can not take for rich text of somebody else's making."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p style='white-space:pre-wrap'>{escaped}</p>"


@cache
def _names() -> tuple[str, ...]:
    plain = ("Ticked", "State", "Name", "Type", "Date", "Size", "Source", "Patient", "Title")
    return tuple(tr(name) for name in plain)


def _tip(row: FileRow, column: int) -> str | None:
    text = row.cells[column]
    if column in {Column.TICK, Column.ICON, Column.NAME}:
        text = "\n".join(part for part in (row.cells[Column.NAME], row.badge, row.note) if part)
    if column == Column.SOURCE:
        text = shown(row.file.source_name)
    return plain_tip(text) if text else None


def _check_state(row: FileRow, column: int) -> Qt.CheckState | None:
    if column != Column.TICK:
        return None
    is_ticked = row.is_ticked and row.can_be_ticked
    return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked


def _decoration(row: FileRow, column: int) -> Any:
    return icon(*row.mark) if column == Column.ICON else None


def _spoken(row: FileRow, column: int) -> str:
    if column == Column.TICK:
        return tr("ticked") if row.is_ticked else tr("not ticked")
    if column == Column.ICON:
        return row.badge or tr("ready")
    if column == Column.NAME:
        return row.spoken
    return f"{_names()[column]} {row.cells[column]}"


def _foreground(row: FileRow, _column: int) -> QBrush | None:
    return _brush(colours().muted) if row.standing in GREYED else None


@lru_cache(maxsize=4)
def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))


def _alignment(_row: FileRow, column: int) -> Qt.AlignmentFlag | None:
    return _RIGHT if column == Column.SIZE else None


def _itself(row: FileRow, _column: int) -> FileRow:
    return row


ANSWERS: dict[int, Callable[[FileRow, int], Any]] = {
    int(_ROLE.CheckStateRole): _check_state,
    int(_ROLE.DecorationRole): _decoration,
    int(_ROLE.ForegroundRole): _foreground,
    int(_ROLE.TextAlignmentRole): _alignment,
    int(_ROLE.ToolTipRole): _tip,
    int(_ROLE.AccessibleTextRole): _spoken,
    RowRole: _itself,
}
