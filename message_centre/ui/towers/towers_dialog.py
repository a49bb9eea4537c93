"""TowersDialog: the dry-run table of a tower's root, and the import of the folders that were accepted."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QRadioButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.people import Provider
from message_centre.domain.tower_folders import FolderReport, TowerFolder, Verdict
from message_centre.domain.tower_profiles import Profile
from message_centre.services.bulk_importing import Tower
from message_centre.services.work import Progress
from message_centre.ui.help_pane import offer_help
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.setup.folders_field import ChooseFolder, choose_folder
from message_centre.ui.towers.folders_model import (
    DOUBT,
    EVIDENCE,
    FILES,
    FOLDER,
    PATIENT,
    TICK,
    FoldersModel,
    Show,
    verdict_words,
)
from message_centre.ui.words import counted, tr

_LEAST_LETTERS = 12
_WIDTHS = {TICK: 34, FOLDER: 220, FILES: 80, PATIENT: 280, EVIDENCE: 260}


class TowersDialog(QDialog):
    """Shows what a service found and tells wishes. Nothing is filed before a folder is accepted."""

    look_requested = Signal()
    learn_requested = Signal(str)
    import_requested = Signal()
    stop_requested = Signal()
    by_hand_requested = Signal(str)
    report_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("towersDialog")
        self.setWindowTitle(tr("Tower folders"))
        self.setAccessibleName(self.windowTitle())
        self.choose: ChooseFolder = choose_folder
        self.model = FoldersModel(self)
        self._is_running = False
        self.root = QComboBox(self)
        self.other = push_button(tr("&Other\u2026"), "towersOther", self)
        self.profile = QComboBox(self)
        self.learn = push_button(tr("&Learn from a folder\u2026"), "towersLearn", self)
        self.look = push_button(tr("Look &again"), "towersLook", self)
        self.table = QTableView(self)
        self.filter = QComboBox(self)
        self._words = plain_label("", "towersWords", self)
        self._detail = plain_label("", "towersDetail", self, role="muted")
        self._busy = QProgressBar(self)
        self.provider = QComboBox(self)
        self.moves = QRadioButton(tr("&Move: the originals leave the tower"), self)
        self.copies = QRadioButton(tr("&Copy: the originals stay"), self)
        self.sure = push_button(tr("A&ccept all beyond doubt"), "towersSure", self)
        self.none = push_button(tr("Accept &none"), "towersNone", self)
        self.by_hand = push_button(tr("Assign by &hand\u2026"), "towersByHand", self)
        self.report = push_button(tr("Save &report\u2026"), "towersReport", self)
        self.stop = push_button(tr("&Stop"), "towersStop", self)
        self.leave = push_button(tr("Close"), "towersClose", self)
        self.go = push_button("", "towersImport", self, role="primary")
        self._name_parts()
        self._lay_out()
        self._connect()
        self._show_state()
        offer_help(self, "towers")
        open_at(self, 1240, 760)

    @property
    def tower(self) -> Tower | None:
        """What is to be looked at, once a root and a profile are chosen."""
        root, profile = self.root.currentData(), self.profile.currentData()
        if not isinstance(root, str) or not isinstance(profile, Profile):
            return None
        return Tower(Path(root), profile, self.copies.isChecked())

    @property
    def provider_number(self) -> str:
        """For whom the files will be filed."""
        return str(self.provider.currentData() or "")

    def offer(
        self, roots: Sequence[Path], profiles: Sequence[Profile], providers: Sequence[Provider]
    ) -> None:
        """What can be chosen."""
        for root in roots:
            self.root.addItem(shown(str(root)), str(root))
        self.offer_profiles(profiles)
        for one in providers:
            self.provider.addItem(shown(one.name) or one.number, one.number)

    def offer_profiles(self, profiles: Sequence[Profile], chosen: str = "") -> None:
        """The device profiles; nobody is told."""
        current = chosen or self.profile.currentText()
        self.profile.blockSignals(True)
        self.profile.clear()
        for one in profiles:
            self.profile.addItem(shown(one.name), one)
            place = self.profile.count() - 1
            self.profile.setItemData(place, shown(one.grammar), Qt.ItemDataRole.ToolTipRole)
        self.profile.setCurrentIndex(max(0, self.profile.findText(current)))
        self.profile.blockSignals(False)

    def go_to_root(self, root: str) -> None:
        """Choose a root; one that is no tower's may be looked at too, and is copied."""
        if self.root.findData(root) < 0:
            self.root.addItem(shown(root), root)
            self.copies.setChecked(True)
        self.root.setCurrentIndex(self.root.findData(root))

    def show_busy(self, progress: Progress | None, *, is_import: bool = False) -> None:
        """Show how far looking or importing has come; None ends it."""
        self._is_running = is_import and progress is not None
        self._busy.setVisible(progress is not None)
        self.stop.setVisible(progress is not None)
        if progress is not None:
            self._busy.setRange(0, progress.total)
            self._busy.setValue(progress.done)
        if self._is_running and progress is not None and progress.total:
            self.say(
                tr(
                    "Importing: {done} of {total} files. What is on record stays there if you stop.",
                    done=f"{progress.done:,}",
                    total=f"{progress.total:,}",
                )
            )
        self.model.lock(is_running=self._is_running)
        self._show_state()

    def add(self, folders: Sequence[TowerFolder]) -> None:
        """More of the dry run."""
        self.model.add(folders)

    def tell(self, report: FolderReport) -> None:
        """What has become of a folder so far."""
        self.model.tell(report)

    def say(self, text: str) -> None:
        """Say something of the whole."""
        self._words.setText(text)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the frame's own button; while files are imported it only asks to stop."""
        event.ignore()
        self.reject()

    def reject(self) -> None:
        """Qt: Escape and Close; while files are imported they ask to stop between two files."""
        if self._is_running:
            self.stop_requested.emit()
            return
        super().reject()

    def current_folder(self) -> str:
        """The name of the folder in the current row."""
        index = self.table.currentIndex()
        return self.model.row(index.row()).folder.name if index.isValid() else ""

    def _show_state(self) -> None:
        accepted = self.model.accepted()
        files = sum(len(folder.files) for folder in accepted)
        of_files = counted(files, "{n} file", "{n} files")
        of_folders = counted(len(accepted), "{n} folder", "{n} folders")
        self.go.setText(
            tr("Import {folders} with {files}", folders=of_folders, files=of_files)
            if accepted
            else tr("Accept folders to import them")
        )
        self.go.setAccessibleName(self.go.text())
        self.go.setEnabled(bool(accepted) and not self._is_running)
        free = not self._is_running
        for part in (self.root, self.other, self.profile, self.learn, self.look, self.provider):
            part.setEnabled(free)
        for button in (self.moves, self.copies, self.none):
            button.setEnabled(free)
        self.sure.setEnabled(free and self.model.count(Verdict.SURE) > 0)
        self._detail.setText(self._current_words())
        self.by_hand.setEnabled(free and bool(self.current_folder()))
        self.report.setEnabled(free and bool(self.model.rows))
        if free and self.model.rows:
            self.say(self._counts())

    def _current_words(self) -> str:
        """The current row in full: cells of the table may be cut short."""
        index = self.table.currentIndex()
        if not index.isValid():
            return tr("Choose a folder to read why it points to whom.")
        cells = self.model.row(index.row()).cells
        return "  \u00b7  ".join(cells[part] for part in (PATIENT, EVIDENCE, DOUBT) if cells[part])

    def _counts(self) -> str:
        told = [f"{self.model.count(one):,} {verdict_words(one)}" for one in Verdict]
        all_of_them = counted(len(self.model.rows), "{n} folder", "{n} folders")
        return f"{all_of_them}: {', '.join(told)}"

    def _toggle(self, index: QModelIndex) -> None:
        if index.column() != TICK:
            self.model.toggle(index.row())

    def _toggle_current(self) -> None:
        if self.table.currentIndex().isValid():
            self.model.toggle(self.table.currentIndex().row())

    def _ask_for_root(self) -> None:
        chosen = self.choose(self, tr("Choose a tower's folder"))
        if chosen:
            self.go_to_root(chosen)

    def _filter(self, place: int) -> None:
        self.model.show_only(self.filter.itemData(place))

    def _ask_by_hand(self) -> None:
        self.by_hand_requested.emit(self.current_folder())

    def _ask_to_learn(self) -> None:
        rows = self.model.rows
        example = self.current_folder() or (rows[0].folder.name if rows else "")
        self.learn_requested.emit(example)

    def _connect(self) -> None:
        for box in (self.root, self.profile):
            box.currentIndexChanged.connect(self.look_requested)
        self.provider.currentIndexChanged.connect(self.look_requested)
        for button in (self.moves, self.copies):
            button.clicked.connect(self.look_requested)
        self.look.clicked.connect(self.look_requested)
        self.other.clicked.connect(self._ask_for_root)
        self.learn.clicked.connect(self._ask_to_learn)
        self.filter.currentIndexChanged.connect(self._filter)
        self.model.changed.connect(self._show_state)
        self.table.doubleClicked.connect(self._toggle)
        self.table.selectionModel().currentRowChanged.connect(self._show_state)
        self.sure.clicked.connect(self.model.accept_sure)
        self.none.clicked.connect(self.model.accept_none)
        self.by_hand.clicked.connect(self._ask_by_hand)
        self.report.clicked.connect(self.report_requested)
        self.stop.clicked.connect(self.stop_requested)
        self.leave.clicked.connect(self.reject)
        self.go.clicked.connect(self.import_requested)
        space = QShortcut(QKeySequence("Space"), self.table)
        space.setContext(Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(self._toggle_current)
        QShortcut(QKeySequence("F5"), self).activated.connect(self.look.click)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.go.click)

    def _name_parts(self) -> None:
        named = (
            (self.root, "towersRoot", tr("Tower's folder")),
            (self.profile, "towersProfile", tr("Device profile")),
            (self.filter, "towersFilter", tr("Which folders are shown")),
            (self.provider, "towersProvider", tr("Provider")),
            (self.table, "towersTable", tr("Folders, their patients and what is in doubt")),
            (self._busy, "towersBusy", tr("Progress")),
            (self.moves, "towersMove", tr("Move: the originals leave the tower")),
            (self.copies, "towersCopy", tr("Copy: the originals stay")),
        )
        for part, name, spoken in named:
            part.setObjectName(name)
            part.setAccessibleName(spoken)
        self.table.setAccessibleDescription(tr("Space accepts the current folder."))
        # A long path is cut short in its box: it must not make the window wider than a screen.
        self.root.setMinimumContentsLength(_LEAST_LETTERS)
        self._busy.setTextVisible(False)
        self._busy.hide()
        self.stop.hide()
        self.moves.setChecked(True)
        how = QButtonGroup(self)
        how.addButton(self.moves)
        how.addButton(self.copies)
        for show, words in (
            (Show.ALL, tr("All folders")),
            (Show.SURE, tr("Beyond doubt")),
            (Show.THIN, tr("For you to look at")),
            (Show.DOUBT, tr("In doubt")),
        ):
            self.filter.addItem(words, show)
        self._set_up_table()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(DOUBT, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for caption, box in ((tr("Fol&der"), self.root), (tr("De&vice"), self.profile)):
            label = QLabel(caption, self)
            label.setBuddy(box)
            top.addWidget(label)
            top.addWidget(box, 3 if box is self.root else 1)
            if box is self.root:
                top.addWidget(self.other)
        top.addWidget(self.learn)
        top.addWidget(self.look)
        hint = tr(
            "Nothing is filed before you accept a folder and import it. What is left stays put."
        )
        middle = QHBoxLayout()
        middle.addWidget(with_font(self._words, bold=True), 1)
        middle.addWidget(self.filter)
        how = QHBoxLayout()
        how.setSpacing(14)
        for part in (self.moves, self.copies):
            how.addWidget(part)
        how.addStretch(1)
        whom = QLabel(tr("&Provider"), self)
        whom.setBuddy(self.provider)
        how.addWidget(whom)
        how.addWidget(self.provider)
        buttons = QHBoxLayout()
        for button in (self.sure, self.none, self.by_hand, self.report):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.leave, self.go):
            buttons.addWidget(button)
        progress = QHBoxLayout()
        progress.addWidget(self._busy, 1)
        progress.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(plain_label(hint, "towersHint", self, role="muted"))
        layout.addLayout(middle)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._detail)
        layout.addLayout(progress)
        layout.addLayout(how)
        layout.addLayout(buttons)
