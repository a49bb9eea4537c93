"""Puts the panes together; holds no logic.

What is not seen when the window is painted first is made when somebody first asks for it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from message_centre.ui.actions import Actions, Name, Tab
from message_centre.ui.empty_pane import EmptyPane
from message_centre.ui.files.ext_pane import ExtPane
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.grouped_model import GroupedModel
from message_centre.ui.files.rows import Standing
from message_centre.ui.icons import icon
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.tab_stops import come_after
from message_centre.ui.preview.preview_pane import PreviewPane
from message_centre.ui.problem_page import ProblemPage
from message_centre.ui.sources.strip import SourcesStrip
from message_centre.ui.top_bar import TopBar
from message_centre.ui.window_state import WindowState
from message_centre.ui.words import tr

if TYPE_CHECKING:
    from message_centre.ui.entering.sign_in_page import SignInPage
    from message_centre.ui.messages.my_task_pane import MyTaskPane
    from message_centre.ui.unclaimed.unclaimed_pane import UnclaimedPane

_SIZE = (1340, 820)
_LEAST_SIZE = (880, 450)
_SHARES = (980, 360)
_GEOMETRY, _DIVIDER, _COLUMNS = "window/geometry", "window/divider", "list/columns"
_GROUPED = "list/grouped-for"


class MainWindow(QMainWindow):
    """Tabs above, list and content side by side, sources below. `closing` comes when it is closed."""

    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(icon("message-centre"))
        self.actions_ = Actions(self)
        self.addActions(self.actions_.all())
        self.model = GroupedModel(self)
        self.top = TopBar(self.actions_, self)
        self.unclaimed_model = FilesModel(self)
        self.ext = ExtPane(self.model, self)
        self._lists = QStackedWidget(self)
        self._tab = Tab.MY_MAIL
        #: The ids of the operators who left the list grouped.
        self.grouped_for: set[str] = set()
        self.preview = PreviewPane(self.actions_[Name.SAVE], self)
        self.divider = QSplitter(Qt.Orientation.Horizontal, self)
        self.strip = SourcesStrip(self)
        self.unclaimed = _unclaimed()
        self.problem = ProblemPage(self)
        self._holds_back = _nothing_unsaved
        self._title = ""
        self._pages = QStackedWidget(self)
        self._whole = QStackedWidget(self)
        self._lay_out()
        open_at(self, *_SIZE)
        self.setMinimumSize(*_LEAST_SIZE)
        self.show_title("")

    @cached_property
    def unclaimed_list(self) -> "UnclaimedPane":
        """The list of Unclaimed; stands in the Ext list's place, also for the Tab key."""
        from message_centre.ui.unclaimed.unclaimed_pane import UnclaimedPane  # noqa: PLC0415 - unseen

        pane = UnclaimedPane(self.unclaimed_model, self)
        pane.towers.add_action(self.actions_[Name.TOWERS])
        actions = (*self._list_actions(), self.actions_[Name.PATTERN])
        pane.add_actions(actions, primary=self.actions_[Name.SAVE])
        self._lists.addWidget(pane)
        come_after(self.ext, pane)
        return pane

    @cached_property
    def tasks(self) -> "MyTaskPane":
        """The page of My Task."""
        from message_centre.ui.messages.my_task_pane import MyTaskPane  # noqa: PLC0415 - unseen

        pane = MyTaskPane(self.actions_[Name.MESSAGE], self)
        self._pages.addWidget(pane)
        return pane

    @cached_property
    def entrance(self) -> "SignInPage":
        """The sign-in page."""
        from message_centre.ui.entering.sign_in_page import SignInPage  # noqa: PLC0415 - unseen

        page = SignInPage(self)
        self._whole.addWidget(page)
        return page

    @property
    def shown_model(self) -> FilesModel:
        """The rows of the list that is shown, or was shown last."""
        return self.unclaimed_model if self._tab is Tab.UNCLAIMED else self.model

    def show_title(self, provider: str) -> None:
        """Put the Provider's name into the title bar."""
        program = tr("Message Centre")
        self._title = f"{provider} \u2013 {program}" if provider else program
        if self._whole.currentIndex() == 0:
            self.setWindowTitle(self._title)

    def show_entrance(self) -> None:
        """Show the sign-in page instead of everything else; the title names nobody."""
        self.setWindowTitle(tr("Message Centre"))
        self._whole.setCurrentWidget(self.entrance)

    def show_inside(self) -> None:
        """Show what the sign-in page hid."""
        self.setWindowTitle(self._title)
        self._whole.setCurrentIndex(0)

    def show_tab(self, tab: Tab) -> None:
        """Show the page of a tab."""
        self._tab = tab
        self.unclaimed_list.balance()
        has_rows = self.unclaimed_model.count(*Standing) > 0 or self.unclaimed_list.towers.has_rows
        page = {
            Tab.MY_MAIL: self.divider,
            Tab.MY_TASK: self.tasks,
            Tab.UNCLAIMED: self.divider if has_rows else self.unclaimed,
        }[tab]
        is_unclaimed = tab is Tab.UNCLAIMED and has_rows
        self._lists.setCurrentWidget(self.unclaimed_list if is_unclaimed else self.ext)
        self._pages.setCurrentWidget(page)

    def say_unclaimed(self, *, is_on: bool, is_empty: bool) -> None:
        """Say why nothing is unclaimed, or show what is."""
        self.unclaimed.say(_why_empty(is_on=is_on))
        self.unclaimed_list.balance()
        is_empty = is_empty and not self.unclaimed_list.towers.has_rows
        if self._tab is Tab.UNCLAIMED and is_empty is (self._pages.currentWidget() is self.divider):
            self.show_tab(self._tab)

    def show_problem(self) -> None:
        """Show the problem page instead of everything else."""
        self.top.hide()
        self.strip.hide()
        self._pages.setCurrentWidget(self.problem)

    def show_work(self) -> None:
        """Show the panes again, after a problem was solved."""
        self.top.show()
        self.strip.show()
        self._pages.setCurrentWidget(self.divider)

    def recall(self, state: WindowState) -> None:
        """Be as large and divided as last time."""
        self.restoreGeometry(state.bytes(_GEOMETRY))
        self.divider.restoreState(state.bytes(_DIVIDER))
        if self.ext.view.header.restoreState(state.bytes(_COLUMNS)):
            self.ext.view.was_recalled()
        self.grouped_for = set(state.text(_GROUPED).split())

    def remember(self, state: WindowState) -> None:
        """Keep size, divider, columns, sort and groups for next time."""
        state.keep(_GEOMETRY, self.saveGeometry())
        state.keep(_DIVIDER, self.divider.saveState())
        state.keep(_GROUPED, " ".join(sorted(self.grouped_for)))
        if self.ext.view.is_fitted:
            state.keep(_COLUMNS, self.ext.view.header.saveState())

    def dress(self) -> None:
        """Take the colours of the theme now in force, in whatever draws icons by hand."""
        self.actions_.dress()
        self.model.dress()
        self.unclaimed_model.dress()
        for part in (
            self.preview,
            self.top,
            self.ext,
            self.strip,
            self.unclaimed,
            self.problem,
        ):
            part.dress()
        for name in ("entrance", "tasks"):
            if name in vars(self):
                getattr(self, name).dress()

    def come_forward(self) -> None:
        """Be seen: somebody started the program a second time."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def hold_back_by(self, asks: Callable[[], bool]) -> None:
        """Ask this before closing; whoever answers that it holds it back tells the person why."""
        self._holds_back = asks

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: closing ends the program, in order; unless something unsaved holds it back."""
        if self._holds_back():
            event.ignore()
            return
        super().closeEvent(event)
        self.closing.emit()

    def _list_actions(self) -> tuple[QAction, ...]:
        """What both lists have buttons for."""
        names = (Name.SAVE, Name.SELECT_ALL, Name.REFRESH, Name.UNDO, Name.PATIENT, Name.MESSAGE)
        return tuple(self.actions_[name] for name in names)

    def _lay_out(self) -> None:
        actions = (*self._list_actions(), self.actions_[Name.GROUP])
        self.ext.add_actions(actions, primary=self.actions_[Name.SAVE])
        self._lists.addWidget(self.ext)
        self.divider.setObjectName("divider")
        self.divider.addWidget(self._lists)
        self.divider.addWidget(self.preview)
        self.divider.setChildrenCollapsible(False)
        self.divider.setStretchFactor(0, 1)
        self.divider.setSizes(list(_SHARES))
        for page in (self.divider, self.unclaimed, self.problem):
            self._pages.addWidget(page)
        whole = QWidget(self)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.strip)
        self._whole.addWidget(whole)
        self.setCentralWidget(self._whole)


def _nothing_unsaved() -> bool:
    return False


def _unclaimed() -> EmptyPane:
    heading = tr("Nothing is unclaimed")
    return EmptyPane(
        "unclaimed", "unclaimed", (heading, _why_empty(is_on=False), tr("Go to My Mail"))
    )


def _why_empty(*, is_on: bool) -> str:
    words = tr("Files that auto-import leaves for a person stand here with the reason.")
    if is_on:
        return f"{words} {tr('There is none.')}"
    off = tr("Auto-import is off for you, so it has left none: every file waits under My Mail.")
    return f"{words} {off}"
