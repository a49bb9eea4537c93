"""BrowseDialog: what stands in the chosen places, and which of it goes to the patient."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.files import FileKey, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.domain.people import Provider
from message_centre.services.ports import Picture
from message_centre.services.work import Progress
from message_centre.ui.browsing.arranging import (
    NOTHING,
    Arranged,
    left_out_reasons,
    left_out_words,
    line_of,
)
from message_centre.ui.browsing.gap_box import GapBox
from message_centre.ui.browsing.grid import Grid
from message_centre.ui.browsing.group_list import GroupList
from message_centre.ui.browsing.side_panel import SidePanel
from message_centre.ui.help_pane import offer_help
from message_centre.ui.patients.patient_card import PatientCard
from message_centre.ui.patients.wording import target_words
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button, unmarked
from message_centre.ui.pieces.sizes import size_words
from message_centre.ui.words import counted, tr

_SCROLL_BAR, _LONGEST = 14, 70
#: Asks a person for a folder, or for files; an empty answer is none.
Choose = Callable[[QWidget], Sequence[str]]


def choose_folder(parent: QWidget) -> Sequence[str]:
    """Ask for a folder with the desktop's own dialog."""
    chosen = QFileDialog.getExistingDirectory(parent, tr("Choose a folder"))
    return (chosen,) if chosen else ()


def choose_files(parent: QWidget) -> Sequence[str]:
    """Ask for files with the desktop's own dialog."""
    return QFileDialog.getOpenFileNames(parent, tr("Choose files"))[0]


class BrowseDialog(QDialog):
    """Shows what a service found; tells what a person chose. Esc changes nothing."""

    places_chosen = Signal(object)
    look_requested = Signal()
    gap_changed = Signal()
    current_changed = Signal(object)
    accepted_files = Signal()

    def __init__(self, patient: Patient, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("browseDialog")
        self.setWindowTitle(tr("Images from a folder for {who}", who=shown(patient.label)))
        self.setAccessibleName(self.windowTitle())
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.choose_folder: Choose = choose_folder
        self.choose_files: Choose = choose_files
        self._patient = patient
        self._shows = NOTHING
        self._is_joining = False
        self.card = PatientCard(self)
        self.card.show_patient(patient, today)
        self.folder = push_button(tr("&Folder\u2026"), "browseFolder", self)
        self.files = push_button(tr("F&iles\u2026"), "browseFiles", self)
        self._place = plain_label("", "browsePlace", self, role="muted", wrap=False)
        self.gap = GapBox(self)
        self.groups = GroupList(self)
        self.grid = Grid(self)
        self.side = SidePanel(self)
        self._count = plain_label("", "browseCount", self, wrap=False)
        self._left_out = plain_label("", "browseLeftOut", self, role="muted")
        self._busy = QProgressBar(self)
        self.provider = QComboBox(self)
        self.moves = QRadioButton(tr("&Move: the originals leave the folder"), self)
        self.copies = QRadioButton(tr("&Copy: the originals stay"), self)
        self.go_on = push_button("", "browseGoOn", self, role="primary")
        self._name_parts()
        self._lay_out()
        self._connect()
        self._show_count()
        self.grid.say(tr("Choose a folder or files above, or drop them here."))
        offer_help(self, "browse")
        open_at(self, 1240, 800)

    @property
    def is_copy(self) -> bool:
        """Whether the originals are to stay."""
        return self.copies.isChecked()

    def offer_providers(self, providers: Sequence[Provider], current: str) -> None:
        """For whom the files may be filed."""
        for one in providers:
            self.provider.addItem(shown(one.name) or one.number, one.number)
        self.provider.setCurrentIndex(max(0, self.provider.findData(current)))

    def show_places(self, places: Sequence[Path]) -> None:
        """Name the chosen places."""
        names = ", ".join(shown(str(place)) for place in places[:3])
        more = tr(" and {n} more", n=len(places) - 3) if len(places) > len(places[:3]) else ""
        words = names + more
        # The end tells most, and a long path must not make the window wider than a screen.
        self._place.setText(words if len(words) <= _LONGEST else f"\u2026{words[1 - _LONGEST :]}")
        self._place.setToolTip(words.replace("<", "&lt;"))

    def choose_how(self, *, copies: bool) -> None:
        """Choose what is usual there."""
        (self.copies if copies else self.moves).setChecked(True)

    def show_busy(self, progress: Progress) -> None:
        """Show how far the look has come."""
        self._busy.setRange(0, progress.total)
        self._busy.setValue(progress.done)
        self._busy.show()
        self.grid.say(tr("Looking\u2026"))
        if not progress.total and progress.done:
            self._left_out.setText(
                counted(progress.done, "{n} file seen\u2026", "{n} files seen\u2026")
            )

    def show_found(self, shows: Arranged) -> None:
        """Show what was found; what was selected before and is still there stays selected."""
        self._busy.hide()
        self._shows = shows
        self.groups.show_groups(shows.groups)
        self.side.keep_titles_of(shows.files)
        self.grid.show_faces(shows.tiles, shows.faces)
        words = left_out_words(shows.found)
        reasons = left_out_reasons(shows.found)
        self._left_out.setText(words if reasons else "")
        self._left_out.setToolTip(reasons.replace("<", "&lt;"))
        self.grid.say("" if shows.files else words)
        self._show_count()

    def show_problem(self, text: str) -> None:
        """Say why nothing can be shown."""
        self.show_found(NOTHING)
        self.grid.say(text)

    def show_current(self, picture: object) -> None:
        """Show the current file larger; whatever is no picture says that there is none."""
        self.side.show_picture(picture if isinstance(picture, Picture) else None)

    def selected(self) -> tuple[SourceFile, ...]:
        """The selected files, in the order they were taken."""
        files = self._shows.files
        return tuple(files[key] for key in self.grid.selected_keys() if key in files)

    def titles(self) -> dict[FileKey, str]:
        """The titles that single files were given."""
        return self.side.titles()

    def file_of(self, key: Hashable) -> SourceFile | None:
        """The file that a tile stands for."""
        return self._shows.files.get(key)

    def _select_group(self, number: int, adds: bool) -> None:
        keys = [file.key for file in self._shows.found.groups[number]]
        self.grid.select_keys(keys, adds=adds)
        self.grid.go_to(keys[0])

    def _selection_changed(self) -> None:
        """Whoever selects a file selects what belongs to it."""
        if self._is_joining:
            return
        companions = self._shows.companions
        if companions:
            chosen = set(self.grid.selected_keys())
            joined = {one for key in companions.keys() & chosen for one in companions[key]}
            if not joined <= chosen:
                self._is_joining = True
                self.grid.select_keys(joined - chosen, adds=True)
                self._is_joining = False
        self._show_count()

    def _show_count(self) -> None:
        sizes, ranges = self._shows.sizes, self.grid.selected_ranges()
        files = sum(end - first for first, end in ranges)
        size = size_words(sum(sizes[end] - sizes[first] for first, end in ranges))
        words = tr("{n} of {all} selected", n=f"{files:,}", all=f"{len(self._shows.files):,}")
        self._count.setText(f"{words}  \u00b7  {size}" if files else words)
        self._count.setVisible(bool(self._shows.files))
        what = counted(files, "{n} file", "{n} files")
        who = target_words(self._patient)
        text = tr("Go on with {what} for {who}\u2026", what=what, who=who)
        self.go_on.setText(unmarked(text) if files else tr("Select files to go on"))
        self.go_on.setAccessibleName(self.go_on.text())
        self.go_on.setEnabled(bool(files))

    def _show_current(self, key: object) -> None:
        file = self._shows.files.get(key) if isinstance(key, FileKey) else None
        taken = self._shows.found.taken.get(file.key) if file else None
        self.side.show_file(file, taken)
        self.current_changed.emit(file)

    def _retitled(self, key: FileKey, title: str) -> None:
        file = self._shows.files.get(key)
        if file is not None:
            line = line_of(file, self._shows.found.taken[key], title)
            face = replace(self.grid.face_of(key), line=line, is_titled=bool(title))
            self.grid.change_face(key, face)

    def _ask(self, how: str) -> None:
        chosen = self.choose_folder(self) if how == "folder" else self.choose_files(self)
        if chosen:
            self.places_chosen.emit(tuple(Path(one) for one in chosen))

    def _press_go_on(self) -> None:
        if self.go_on.isEnabled():
            self.accepted_files.emit()

    def _connect(self) -> None:
        self.folder.clicked.connect(partial(self._ask, "folder"))
        self.files.clicked.connect(partial(self._ask, "files"))
        self.gap.changed.connect(self.gap_changed)
        self.groups.chosen.connect(self._select_group)
        self.grid.selectionModel().selectionChanged.connect(self._selection_changed)
        self.grid.current_changed.connect(self._show_current)
        self.side.retitled.connect(self._retitled)
        self.go_on.clicked.connect(self.accepted_files)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self).activated.connect(self._press_go_on)
        QShortcut(QKeySequence("F5"), self).activated.connect(self.look_requested)
        QShortcut(QKeySequence("F2"), self).activated.connect(self.side.title.setFocus)

    def _name_parts(self) -> None:
        self.grid.setAccessibleName(tr("Files that were found"))
        self.provider.setObjectName("browseProvider")
        self.provider.setAccessibleName(tr("Provider"))
        self._busy.setAccessibleName(tr("Looking at the folder"))
        self._busy.setTextVisible(False)
        self._busy.hide()
        how = QButtonGroup(self)
        for button, name in ((self.moves, "browseMove"), (self.copies, "browseCopy")):
            button.setObjectName(name)
            button.setAccessibleName(button.text().replace("&", ""))
            how.addButton(button)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.folder)
        top.addWidget(self.files)
        top.addWidget(self._place, 1)
        label = QLabel(tr("New &group after"), self)
        label.setBuddy(self.gap)
        top.addWidget(label)
        top.addWidget(self.gap)
        middle = QSplitter(Qt.Orientation.Horizontal, self)
        for part, stretch in ((self.groups, 0), (self.grid, 1), (self._beside(), 0)):
            middle.addWidget(part)
            middle.setStretchFactor(middle.count() - 1, stretch)
            middle.setCollapsible(middle.count() - 1, False)
        middle.setSizes([210, 760, 250])
        bottom = QHBoxLayout()
        bottom.setSpacing(14)
        bottom.addWidget(self.moves)
        bottom.addWidget(self.copies)
        bottom.addStretch(1)
        whom = QLabel(tr("&Provider"), self)
        whom.setBuddy(self.provider)
        bottom.addWidget(whom)
        bottom.addWidget(self.provider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.card)
        layout.addLayout(top)
        layout.addWidget(middle, 1)
        layout.addWidget(self._busy)
        counts = QHBoxLayout()
        counts.addWidget(self._count)
        counts.addWidget(self._left_out, 1)
        layout.addLayout(counts)
        layout.addLayout(bottom)
        layout.addLayout(self._buttons())

    def _beside(self) -> QScrollArea:
        """The side panel, which scrolls where a screen is low."""
        area = QScrollArea(self)
        area.setWidget(self.side)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(self.side.minimumWidth() + _SCROLL_BAR)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        hint = tr("Nothing is moved or copied before the next step is confirmed.")
        row.addWidget(plain_label(hint, "browseHint", self, role="muted"), 1)
        leave: QPushButton = push_button(tr("Cancel"), "browseCancel", self)
        leave.clicked.connect(self.reject)
        row.addWidget(leave)
        row.addWidget(self.go_on)
        return row
