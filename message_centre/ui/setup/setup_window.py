"""The Setup window: its pages at the left, one of them at the right, and Save beneath."""

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from message_centre.ui.icons import Ink, icon
from message_centre.ui.pieces.alert_box import AlertBox
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import push_button
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.files_page import FilesPage
from message_centre.ui.setup.messaging_page import MessagingPage
from message_centre.ui.setup.operators_page import OperatorsPage
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.phones_page import PhonesPage
from message_centre.ui.setup.provider_page import ProviderPage
from message_centre.ui.setup.providers_page import ProvidersPage
from message_centre.ui.setup.rows import Told
from message_centre.ui.setup.system_page import LocationsPage, SystemDrivesPage
from message_centre.ui.setup.towers_page import TowersPage
from message_centre.ui.theme import colours
from message_centre.ui.words import tr

_SIZE, _LEAST_SIZE, _NAVIGATION = (1060, 760), (820, 450), 210
_GAP = 20
_SYMBOLS = tuple("inbox operator provider setup connected medimage pattern folder tower".split())
_PAGE = int(Qt.ItemDataRole.UserRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


class SetupWindow(QDialog):
    """Shows a draft, once there is one; changes nothing itself. Stays open beside the work, like help does."""

    save_requested = Signal()
    #: The number of the Provider whose phones they are, or empty.
    phones_requested = Signal(str)
    help_requested = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setupWindow")
        self.setWindowTitle(tr("Setup"))
        self.setAccessibleName(self.windowTitle())
        self.setModal(False)
        # The Tab key goes through them in this order.
        self.navigation = QListWidget(self)
        self.messaging = MessagingPage(self)
        self.operators = OperatorsPage(self)
        self.providers = ProvidersPage(self)
        self.provider = ProviderPage(self)
        self.drives = SystemDrivesPage(self)
        self.phones = PhonesPage(self)
        self.files = FilesPage(self)
        self.locations = LocationsPage(self)
        self.towers = TowersPage(self)
        self.read_only = AlertBox("note", tr("You can look, but not change"), "setupReadOnly", self)
        self.told = Told("setupState", self)
        self.help = push_button(tr("&Help"), "setupHelp", self)
        self.leave = push_button(tr("Close"), "setupClose", self)
        self.save = push_button(tr("&Save"), "setupSave", self, role="primary")
        self._stack = QStackedWidget(self)
        self._question: QMessageBox | None = None
        self._items: dict[str, QListWidgetItem] = {}
        self._headings: list[QListWidgetItem] = []
        self._draft = Draft()
        self._set_up()
        self._lay_out()
        open_at(self, *_SIZE)
        self.setMinimumSize(*_LEAST_SIZE)

    @property
    def pages(self) -> tuple[Page, ...]:
        """Every page, from the top."""
        people = (self.messaging, self.operators, self.providers, self.provider)
        return (*people, self.drives, self.phones, self.files, self.locations, self.towers)

    @property
    def own_savers(self) -> tuple[OperatorsPage | ProvidersPage, ...]:
        """The pages with a Save button of their own."""
        return self.operators, self.providers

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.pages[self._stack.currentIndex()]

    @property
    def question(self) -> QMessageBox | None:
        """What is asked before unsaved changes are lost."""
        return self._question

    def show_draft(self, draft: Draft, *, may_edit: bool) -> None:
        """Show every value, what is wrong with it, and whether there is something to save."""
        self._draft = draft
        self._stack.setEnabled(True)
        for page in self.pages:
            page.show_draft(draft, may_edit=may_edit)
        self.locations.show_browse(may_edit=may_edit)
        self._mark_pages()
        self.read_only.setVisible(not may_edit)
        self.save.setEnabled(may_edit and draft.is_dirty and draft.is_sound)

    def go_to(self, page: Page) -> None:
        """Show a page."""
        self.navigation.setCurrentItem(self._items[page.topic])

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another theme; whatever is drawn by hand takes its colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def reject(self) -> None:
        """Qt: Close and Escape; unsaved changes are asked about first."""
        if not self._may_leave():
            return
        super().reject()
        self.closed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the frame's own button; asks as Close does."""
        event.ignore()
        self.reject()

    def _mark_pages(self) -> None:
        """Mark at the left which pages hold something unsaved, and which something wrong."""
        for page, symbol in zip(self.pages, _SYMBOLS, strict=True):
            item = self._items[page.topic]
            is_wrong, is_new = page.has_problem(self._draft), page.has_change(self._draft)
            item.setIcon(icon("error", Ink.BAD) if is_wrong else icon(symbol, Ink.MUTED))
            item.setText(f"{page.title} \u2022" if is_new else page.title)
            told = [tr("not saved yet")] if is_new else []
            told += [tr("something is wrong")] if is_wrong else []
            item.setData(_SPOKEN, ", ".join([page.title, *told]))

    def _dress(self) -> None:
        for page in self.pages:
            page.dress()
        for heading in self._headings:
            heading.setForeground(QColor(colours().muted))
        self._mark_pages()

    def _may_leave(self) -> bool:
        if not (self._draft.is_dirty or any(page.is_dirty for page in self.own_savers)):
            return True
        if self._question is None:
            self._question = self._ask()
        self._question.open()
        return False

    def _ask(self) -> QMessageBox:
        box = QMessageBox(self)
        box.setObjectName("setupUnsaved")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Unsaved changes"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("There are changes that are not saved."))
        box.setInformativeText(tr("Without saving they are lost."))
        kinds = QMessageBox.StandardButton
        box.setStandardButtons(kinds.Save | kinds.Discard | kinds.Cancel)
        box.setDefaultButton(kinds.Save)
        savers = (self.save, *(page.save for page in self.own_savers))
        box.button(kinds.Save).setEnabled(any(save.isEnabled() for save in savers))
        box.finished.connect(self._answered)
        return box

    def _answered(self, answer: int) -> None:
        if self._question is not None:
            self._question.deleteLater()
            self._question = None
        if answer == QMessageBox.StandardButton.Save:
            for page in self.own_savers:
                page.ask_to_save()
            self.save_requested.emit()
        if answer == QMessageBox.StandardButton.Discard:
            self._draft = Draft()
            for page in self.own_savers:
                page.take_back()
            self.reject()

    def _turn(self, row: int) -> None:
        page = self.navigation.item(row).data(_PAGE)
        if page is not None:
            self._stack.setCurrentIndex(page)

    def _ask_for_help(self) -> None:
        self.help_requested.emit(self.page.topic)

    def _set_up(self) -> None:
        self.read_only.add_words(
            tr("Changing settings takes the right to set up the practice. Ask an administrator.")
        )
        self.read_only.hide()
        self._stack.setEnabled(False)
        self.save.setEnabled(False)
        self.navigation.setObjectName("setupPages")
        self.navigation.setAccessibleName(tr("Pages of Setup"))
        self.navigation.setFixedWidth(_NAVIGATION)
        self.navigation.currentRowChanged.connect(self._turn)
        self.phones.phones_requested.connect(partial(self.phones_requested.emit, ""))
        self.provider.phones_requested.connect(self.phones_requested)
        self.messaging.names_requested.connect(partial(self.go_to, self.files))
        self.save.clicked.connect(self.save_requested)
        self.leave.clicked.connect(self.reject)
        self.help.clicked.connect(self._ask_for_help)
        QShortcut(QKeySequence("F1"), self, self._ask_for_help)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save.click)

    def _lay_out(self) -> None:
        self._fill_navigation()
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        banner = QHBoxLayout()
        banner.setContentsMargins(_GAP, 0, _GAP, 0)
        banner.addWidget(self.read_only)
        right.addLayout(banner)
        right.addWidget(self._stack, 1)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.navigation)
        across.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 12)
        whole.setSpacing(10)
        whole.addLayout(across, 1)
        whole.addWidget(_line(self))
        whole.addLayout(self._buttons())

    def _fill_navigation(self) -> None:
        place = ""
        for number, page in enumerate(self.pages):
            area = QScrollArea(self)
            area.setWidget(page)
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._stack.addWidget(area)
            page.help_wanted.connect(self._ask_for_help)
            if page.place != place:
                place = page.place
                heading = QListWidgetItem(place, self.navigation)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                self._headings.append(heading)
            item = QListWidgetItem(page.title, self.navigation)
            item.setData(_PAGE, number)
            self._items[page.topic] = item
        self._dress()
        self.navigation.setCurrentItem(self._items[self.messaging.topic])

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.help)
        row.addWidget(self.told, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch()
        row.addWidget(self.leave)
        row.addWidget(self.save)
        return row


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("role", "line")
    return line
