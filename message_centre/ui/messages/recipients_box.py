"""RecipientsBox: who gets a message: search, favourites, select all."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.messages import Recipient
from message_centre.domain.names import shown
from message_centre.services.messaging import found_among
from message_centre.ui.icons import Ink, icon
from message_centre.ui.patients.search_line import SearchLine
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import counted, tr

_WHO = int(Qt.ItemDataRole.UserRole)
_MARK = 16
_NAMED = 3


class RecipientsBox(QWidget):
    """Ticks outlive every search. `favourite_changed` carries who, and whether they are one now."""

    changed = Signal()
    favourite_changed = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recipients")
        self._everybody: tuple[Recipient, ...] = ()
        self._chosen: list[str] = []
        self._search = SearchLine(self)
        self._only_favourites = QCheckBox(tr("&Favourites only"), self)
        self._list = QListWidget(self)
        self._all = push_button(tr("Select &all"), "recipientsAll", self)
        self._none = push_button(tr("Clear a&ll"), "recipientsNone", self)
        self._star = push_button(tr("Fa&vourite"), "recipientsStar", self)
        self._words = plain_label("", "recipientsChosen", self, role="muted")
        self._warning = plain_label("", "recipientsWarning", self, role="warning")
        self._lay_out()
        self._connect()
        self.setFocusProxy(self._search)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of those who are ticked, in the order of the list."""
        return tuple(one.operator for one in self._everybody if one.operator in self._chosen)

    def show_recipients(self, everybody: Sequence[Recipient]) -> None:
        """Show whom one may write to; ticks stay."""
        self._everybody = tuple(everybody)
        self._fill()

    def choose(self, operators: Sequence[str]) -> None:
        """Tick these and nobody else."""
        self._chosen = list(operators)
        self._fill()

    def _fill(self) -> None:
        current = self._current()
        self._list.blockSignals(True)
        self._list.clear()
        for one in found_among(self._everybody, self._search.text()):
            if one.is_favourite or not self._only_favourites.isChecked():
                self._add(one, is_current=current is not None and one.operator == current.operator)
        if self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        self._list.blockSignals(False)
        self._show_current()
        self._show_chosen()

    def _add(self, one: Recipient, *, is_current: bool) -> None:
        mark = icon("favourite", Ink.ACCENT) if one.is_favourite else _no_mark()
        words = f"{shown(one.name)}  ({shown(one.operator)})"
        if not one.may_open:
            words = tr("{who}: may not open the item", who=words)
        item = QListWidgetItem(mark, words, self._list)
        item.setData(_WHO, one.operator)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        is_chosen = one.operator in self._chosen
        item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
        spoken = tr("{who}, favourite", who=words) if one.is_favourite else words
        item.setData(int(Qt.ItemDataRole.AccessibleTextRole), spoken)
        if is_current:
            self._list.setCurrentItem(item)

    def _take(self, item: QListWidgetItem) -> None:
        self._tick(item, is_wanted=item.checkState() is Qt.CheckState.Checked)
        self._show_chosen()

    def _tick(self, item: QListWidgetItem, *, is_wanted: bool) -> None:
        who = str(item.data(_WHO))
        self._chosen = [one for one in self._chosen if one != who] + [who] * is_wanted

    def _tick_shown(self) -> None:
        """Everybody who is in sight; the others stay as they are."""
        for row in range(self._list.count()):
            self._tick(self._list.item(row), is_wanted=True)
        self._fill()

    def _tick_none(self) -> None:
        self.choose(())

    def _toggle_current(self) -> None:
        """Enter in the search line ticks the row that the arrow keys reached."""
        item = self._list.currentItem()
        if item is not None:
            is_ticked = item.checkState() is Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if is_ticked else Qt.CheckState.Checked)

    def _move(self, step: int) -> None:
        last = self._list.count() - 1
        self._list.setCurrentRow(max(0, min(last, self._list.currentRow() + step)))

    def _current(self) -> Recipient | None:
        item = self._list.currentItem()
        who = str(item.data(_WHO)) if item is not None else ""
        return next((one for one in self._everybody if one.operator == who), None)

    def _ask_for_favourite(self) -> None:
        current = self._current()
        if current is not None:
            self.favourite_changed.emit(current.operator, not current.is_favourite)

    def _show_current(self) -> None:
        current = self._current()
        is_one = current is not None and current.is_favourite
        self._star.setEnabled(current is not None)
        self._star.setText(tr("No fa&vourite") if is_one else tr("Fa&vourite"))
        who = shown(current.name) if current else ""
        words = tr("{who} is no favourite any more") if is_one else tr("Make {who} a favourite")
        self._star.setAccessibleName(words.format(who=who))

    def _show_chosen(self) -> None:
        chosen = [one for one in self._everybody if one.operator in self._chosen]
        named = ", ".join(shown(one.name) for one in chosen[:_NAMED])
        rest = len(chosen) - _NAMED
        words = (
            named
            if rest <= 0
            else counted(rest, "{w} and one other", "{w} and {n} others", w=named)
        )
        self._words.setText(tr("To {who}", who=words) if chosen else tr("Nobody is chosen yet."))
        barred = ", ".join(shown(one.name) for one in chosen if not one.may_open)
        told = tr(
            "Cannot open what is linked: {who}. Write nothing that is not for them.", who=barred
        )
        self._warning.setText(told if barred else "")
        self._warning.setVisible(bool(barred))
        self.changed.emit()

    def _connect(self) -> None:
        self._search.textChanged.connect(self._fill)
        self._search.entered.connect(self._toggle_current)
        self._search.moved.connect(self._move)
        self._only_favourites.toggled.connect(self._fill)
        self._list.itemChanged.connect(self._take)
        self._list.currentRowChanged.connect(self._show_current)
        self._all.clicked.connect(self._tick_shown)
        self._none.clicked.connect(self._tick_none)
        self._star.clicked.connect(self._ask_for_favourite)

    def _lay_out(self) -> None:
        self._search.setObjectName("recipientsSearch")
        self._search.setAccessibleName(tr("Search recipients"))
        self._search.setPlaceholderText(tr("Search recipients"))
        self._only_favourites.setObjectName("recipientsFavourites")
        self._only_favourites.setAccessibleName(tr("Favourites only"))
        self._list.setObjectName("recipientsList")
        self._list.setIconSize(QSize(_MARK, _MARK))
        self._list.setAccessibleName(tr("Recipients"))
        self._list.setAccessibleDescription(tr("Space ticks the current row."))
        top = QHBoxLayout()
        top.addWidget(self._search, 1)
        top.addWidget(self._only_favourites)
        buttons = QHBoxLayout()
        for button in (self._all, self._none, self._star):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)
        layout.addWidget(self._words)
        layout.addWidget(self._warning)


def _no_mark() -> QIcon:
    """As wide as the mark, so that the names stand in line."""
    empty = QPixmap(_MARK, _MARK)
    empty.fill(Qt.GlobalColor.transparent)
    return QIcon(empty)
