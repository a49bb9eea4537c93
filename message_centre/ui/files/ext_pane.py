"""The left side of My Mail: Ext button, filter, list, and the lines above and below it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from message_centre.ui.files.grouped_model import GroupedModel
from message_centre.ui.files.grouped_view import GroupedView
from message_centre.ui.icons import Ink, icon
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import counted, tr

_ICON = 18
_FILTER_WIDTH = 230
_EMPTY_MARGIN = 40
_ROOMY = 980
_LEAST_WIDTH = 500
#: Of a button that shows its symbol alone; Qt's own bound of every other.
_NARROW, _WIDEST = 36, 16_777_215


class LoadingBanner(QFrame):
    """Says that sources are being listed or files imported, and how far that has come."""

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loadingBanner")
        self.setProperty("role", "note")
        self._words = plain_label("", "loadingWords", self, wrap=False)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Sources listed"))
        self._stop = push_button(tr("Stop"), "autoImportStop", self)
        self._stop.setAccessibleName(tr("Stop auto-import after this file"))
        self._stop.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addWidget(self._stop)
        # The banner is placed while the button is away, and has room for it when it comes.
        policy = self._stop.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._stop.setSizePolicy(policy)
        self._stop.hide()
        self.hide()

    def show_progress(self, words: str, done: int, total: int) -> None:
        """Show words and bar; without a known total the bar only moves."""
        self._words.setText(words)
        # A bar draws each change at once, and the whole list below it with that: let it wait its turn.
        self._bar.setUpdatesEnabled(False)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setUpdatesEnabled(True)
        self.setAccessibleName(words)
        self.show()

    def offer_stop(self, *, is_offered: bool) -> None:
        """Show the button that stops an import, or hide it."""
        self._stop.setVisible(is_offered)


class ExtPane(QWidget):
    """Holds widgets and tells wishes; knows no service."""

    filter_changed = Signal(str)
    other_requested = Signal(bool)

    def __init__(self, model: GroupedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("extPane")
        self.view = GroupedView(model, self)
        self.banner = LoadingBanner(self.view)
        self.ext = self._make_ext()
        self.filter = self._make_filter()
        self.empty = plain_label("", "emptyList", self.view.viewport(), role="muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.viewport().installEventFilter(self)
        self.other = push_button("", "otherFiles", self, role="quiet")
        self.other.setCheckable(True)
        self.other.toggled.connect(self.other_requested)
        self.problem = plain_label("", "listProblem", self, role="bad")
        self.problem.hide()
        self._bar = QHBoxLayout()
        self._lesser: list[QToolButton] = []
        self.setMinimumWidth(_LEAST_WIDTH)
        self._lay_out()
        self.show_other(0, 0)

    def add_actions(self, actions: tuple[QAction, ...], primary: QAction) -> None:
        """Put buttons for these actions between the Ext button and the filter."""
        for place, action in enumerate(actions, start=1):
            button = self._button(action, is_primary=action is primary)
            self._bar.insertWidget(place, button)
            if action is not primary:
                self._lesser.append(button)

    def show_count(self, ready: int) -> None:
        """Show on the Ext button how many files wait."""
        self.ext.setText(tr("Ext  {n}", n=f"{ready:,}"))
        spoken = counted(ready, "Ext list, {n} file waiting", "Ext list, {n} files waiting")
        self.ext.setAccessibleName(spoken)

    def show_other(self, other: int, ignored: int) -> None:
        """Say how many files are not in the list, and offer to show those of other types."""
        words = counted(other, "{n} more file of another type", "{n} more files of other types")
        if ignored:
            hidden = counted(ignored, "{n} hidden or temporary", "{n} hidden or temporary")
            words = f"{words}  \u00b7  {hidden}"
        verb = tr("Hide") if self.other.isChecked() else tr("Show")
        self.other.setText(f"{words}  \u00b7  {verb}" if other else words)
        self.other.setAccessibleName(self.other.text())
        self.other.setEnabled(other > 0)
        self.other.setVisible(other + ignored > 0)

    def show_empty(self, words: str) -> None:
        """Say over an empty list why it is empty; nothing over a full one."""
        self.empty.setText(words)
        self.empty.setVisible(bool(words))
        self._fit_empty()

    def show_problem(self, words: str) -> None:
        """Say above the list what went wrong, or nothing."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        self.ext.setIcon(icon("inbox", Ink.ACCENT))
        self._search.setIcon(icon("search", Ink.MUTED))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where room is short, the lesser buttons keep only their symbols."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        is_short = self.width() < _ROOMY
        for button in self._lesser:
            button.setToolButtonStyle(
                style.ToolButtonIconOnly if is_short else style.ToolButtonTextBesideIcon
            )
            button.setMaximumWidth(_NARROW if is_short else _WIDEST)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the empty words keep to the middle; Down leaves the filter for the list."""
        if event.type() == QEvent.Type.Resize and watched is self.view.viewport():
            self._fit_empty()
            self._place_banner()
        if watched is self.filter and isinstance(event, QKeyEvent) and _is_down(event):
            self._enter_list()
            return True
        return super().eventFilter(watched, event)

    def _enter_list(self) -> None:
        self.view.setFocus()
        if not self.view.currentIndex().isValid() and self.view.model().rowCount():
            self.view.selectRow(0)

    def _place_banner(self) -> None:
        """The banner lies over the foot of the list: the rows do not move when it comes and goes."""
        room = self.view.viewport().geometry().adjusted(4, 0, -4, 0)
        height = self.banner.sizeHint().height()
        self.banner.setGeometry(room.left(), room.bottom() - height, room.width(), height)

    def _fit_empty(self) -> None:
        room = self.view.viewport().rect()
        self.empty.setGeometry(room.adjusted(_EMPTY_MARGIN, 0, -_EMPTY_MARGIN, 0))

    def _make_ext(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("extButton")
        button.setCheckable(True)
        button.setChecked(True)
        button.setIcon(icon("inbox", Ink.ACCENT))
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _make_filter(self) -> QLineEdit:
        box = QLineEdit(self)
        box.setObjectName("filterBox")
        box.setAccessibleName(tr("Filter the list"))
        box.setPlaceholderText(tr("Filter"))
        box.setToolTip(tr("Words that stand in any column (Ctrl+F)"))
        box.setClearButtonEnabled(True)
        box.setMaximumWidth(_FILTER_WIDTH)
        self._search = box.addAction(
            icon("search", Ink.MUTED), QLineEdit.ActionPosition.LeadingPosition
        )
        box.textChanged.connect(self.filter_changed)
        box.installEventFilter(self)
        return box

    def _button(self, action: QAction, *, is_primary: bool) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setObjectName(f"button-{action.objectName().removeprefix('action-')}")
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.statusTip())
        if is_primary:
            button.setProperty("role", "primary")
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        return button

    def _lay_out(self) -> None:
        self._bar.setSpacing(4)
        self._bar.addWidget(self.ext)
        self._bar.addStretch()
        self._bar.addWidget(self.filter, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 2, 8)
        layout.setSpacing(8)
        layout.addLayout(self._bar)
        layout.addWidget(self.problem)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)


def _is_down(event: QKeyEvent) -> bool:
    return event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down
