"""TitlePresets: the operator's titles as buttons, each with its key from Ctrl+1 to Ctrl+9."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from message_centre.domain.names import shown
from message_centre.domain.people_settings import MOST_TITLES
from message_centre.ui.pieces.labels import push_button, unmarked
from message_centre.ui.words import tr

_COLUMNS = 3
_LONGEST = 150


class TitlePresets(QWidget):
    """Out of sight while there is none. `chosen` carries the title of a button or key."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("titlePresets")
        self.setAccessibleName(tr("Titles by key"))
        self._titles: tuple[str, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        for number in range(1, MOST_TITLES + 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), parent)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(self._choose, number - 1))
        self.hide()

    def show_titles(self, titles: Sequence[str]) -> None:
        """Offer these titles, by place; an empty place has no button and its key does nothing."""
        self._titles = tuple(titles[:MOST_TITLES])
        while (item := self._grid.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        offered = [(place, title) for place, title in enumerate(self._titles) if title]
        for number, (place, title) in enumerate(offered):
            self._grid.addWidget(self._button(place, title), *divmod(number, _COLUMNS))
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.setVisible(bool(offered))

    def _button(self, place: int, title: str) -> QPushButton:
        button = push_button("", f"titlePreset{place + 1}", self)
        metrics = QFontMetrics(button.font())
        short = metrics.elidedText(shown(title), Qt.TextElideMode.ElideRight, _LONGEST)
        button.setText(f"{unmarked(short)}  (Ctrl+{place + 1})")
        button.setAccessibleName(tr("Title: {title}, Ctrl+{n}", title=shown(title), n=place + 1))
        # The keys do it: nine more stops of Tab would lie between the title and the comment.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(partial(self._choose, place))
        return button

    def _choose(self, place: int) -> None:
        if self.isVisible() and place < len(self._titles) and self._titles[place]:
            self.chosen.emit(self._titles[place])
