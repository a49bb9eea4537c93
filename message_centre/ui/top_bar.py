"""The bar on top: the three tabs, and who works for whom."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTabBar, QToolButton, QWidget

from message_centre.domain.messages import Counts
from message_centre.domain.names import shown
from message_centre.domain.people import Operator, Provider
from message_centre.ui.actions import Actions, Name, Tab
from message_centre.ui.files.roles import plain_tip
from message_centre.ui.icons import Ink, icon, pixmap
from message_centre.ui.pieces.labels import plain_label, unmarked
from message_centre.ui.words import counted, tr

_ICON = 18
_STYLE = Qt.ToolButtonStyle
#: Of a symbol where room is short; Qt's own bound of every other.
_NARROW, _WIDEST = 32, 16_777_215
#: Whether the operator's name, the Provider's and the symbols of the tabs are shown: the best first.
_MANNERS = ((True, True, True), (False, True, True), (False, False, True), (False, False, False))
_TABS = {
    Tab.MY_MAIL: ("My &Mail", "inbox"),
    Tab.MY_TASK: ("My Tas&k", "task"),
    Tab.UNCLAIMED: ("U&nclaimed", "unclaimed"),
}


class TopBar(QFrame):
    """Tells which tab was clicked, even the one that is shown already: that is how one refreshes."""

    tab_clicked = Signal(object)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setProperty("role", "bar")
        self._actions = actions
        self.tabs = self._make_tabs()
        self.provider = self._button(Name.PROVIDER, _STYLE.ToolButtonTextBesideIcon)
        self._badge = QLabel(self)
        self.operator = plain_label("", "operatorName", self, role="muted", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self.tabs)
        row.addStretch()
        row.addWidget(self._button(Name.DAY_SHEET, _STYLE.ToolButtonIconOnly))
        row.addWidget(self.provider)
        row.addSpacing(10)
        row.addWidget(self._badge)
        row.addWidget(self.operator)
        row.addSpacing(6)
        for name in (Name.LOCK, Name.SIGN_OUT, Name.PHONES, Name.SETUP, Name.THEME, Name.HELP):
            row.addWidget(self._button(name, _STYLE.ToolButtonIconOnly))
        self._symbols = [one for one in self.findChildren(QToolButton) if one is not self.provider]
        self.dress()

    def show_tab(self, tab: Tab) -> None:
        """Mark a tab as the one that is shown, without clicking it."""
        self.tabs.setCurrentIndex(list(_TABS).index(tab))

    def show_unclaimed(self, waiting: int) -> None:
        """Tell on its tab how many files wait under Unclaimed."""
        place = list(_TABS).index(Tab.UNCLAIMED)
        words = tr(_TABS[Tab.UNCLAIMED][0])
        self.tabs.setTabText(place, f"{words}  {waiting:,}" if waiting else words)
        spoken = counted(waiting, "Unclaimed, {n} file", "Unclaimed, {n} files")
        self.tabs.setAccessibleTabName(place, spoken)
        self._fit()

    def show_people(self, operator: Operator, provider: Provider) -> None:
        """Show who is at work, and for whom."""
        name = shown(provider.name) or provider.number
        self._actions[Name.PROVIDER].setText(unmarked(name))
        self.provider.setAccessibleName(tr("Provider {name}. F2 chooses another.", name=name))
        who = shown(operator.name) or shown(operator.id)
        self.operator.setText(who)
        self.operator.setAccessibleName(tr("Operator: {name}", name=who))
        self.operator.setToolTip(plain_tip(tr("Operator: {name}", name=who)))
        self._badge.setToolTip(self.operator.toolTip())
        self._fit()

    def show_counts(self, counts: Counts) -> None:
        """Tell on the tab of My Task what waits there."""
        unseen = tr("{n} unseen", n=counts.unseen) if counts.unseen else ""
        overdue = tr("{n} overdue", n=counts.overdue) if counts.overdue else ""
        words = ", ".join(part for part in (unseen, overdue) if part)
        name = tr(_TABS[Tab.MY_TASK][0])
        place = list(_TABS).index(Tab.MY_TASK)
        self.tabs.setTabText(place, f"{name} ({words})" if words else name)
        self._fit()

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        for place, (_, symbol) in enumerate(_TABS.values()):
            self.tabs.setTabIcon(place, icon(symbol, Ink.MUTED))
        ratio = self.devicePixelRatioF()
        self._badge.setPixmap(pixmap("operator", _ICON, Ink.MUTED, ratio=ratio))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: names make room for the tabs."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show all three tabs, and of the names what room is left for; their tips tell them anyway."""
        for has_operator, has_provider, has_symbols in _MANNERS:
            self.operator.setVisible(has_operator)
            style = _STYLE.ToolButtonTextBesideIcon if has_provider else _STYLE.ToolButtonIconOnly
            self.provider.setToolButtonStyle(style)
            self._draw_together(is_tight=not has_symbols)
            if self.minimumSizeHint().width() <= self.width():
                return

    def _draw_together(self, *, is_tight: bool) -> None:
        self.tabs.setIconSize(QSize(0, 0) if is_tight else QSize(_ICON, _ICON))
        for button in self._symbols:
            button.setMaximumWidth(_NARROW if is_tight else _WIDEST)

    def _make_tabs(self) -> QTabBar:
        tabs = QTabBar(self)
        tabs.setObjectName("tabs")
        tabs.setAccessibleName(tr("Where you are"))
        tabs.setDrawBase(False)
        tabs.setExpanding(False)
        tabs.setUsesScrollButtons(False)
        tabs.setElideMode(Qt.TextElideMode.ElideNone)
        tabs.setIconSize(QSize(_ICON, _ICON))
        for words, symbol in _TABS.values():
            tabs.addTab(icon(symbol, Ink.MUTED), tr(words))
        tabs.tabBarClicked.connect(self._tell_click)
        tabs.currentChanged.connect(self._tell_change)
        return tabs

    def _tell_click(self, place: int) -> None:
        """A click on another tab is told by the change that follows it."""
        if place >= 0 and place == self.tabs.currentIndex():
            self.tab_clicked.emit(list(_TABS)[place])

    def _tell_change(self, place: int) -> None:
        self.tab_clicked.emit(list(_TABS)[place])

    def _button(self, name: Name, style: Qt.ToolButtonStyle) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"button-{name.value}")
        button.setDefaultAction(self._actions[name])
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(style)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._actions[name].statusTip())
        return button
