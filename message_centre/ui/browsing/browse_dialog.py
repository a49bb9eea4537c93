"""BrowseDialog: what stands in the chosen places, and which of it goes to the patient."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime, timedelta
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
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.files import Destination, FileKey, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.patients import Patient, written
from message_centre.domain.people import Provider
from message_centre.domain.tree_names import companions_of, folder_of
from message_centre.services.browsing import Browsed
from message_centre.services.ports import Picture
from message_centre.services.work import Progress
from message_centre.ui.browsing.grid import Face, Grid
from message_centre.ui.browsing.group_list import GroupList
from message_centre.ui.browsing.side_panel import SidePanel
from message_centre.ui.patients.patient_card import PatientCard
from message_centre.ui.patients.wording import target_words
from message_centre.ui.pieces.labels import plain_label, push_button, unmarked
from message_centre.ui.pieces.sizes import size_words
from message_centre.ui.pieces.thumbnail_model import Tile
from message_centre.ui.words import counted, tr

_VIDEOS = frozenset(".avi .mov .mp4 .mpeg .mpg .wmv".split())

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
    gap_changed = Signal(object)
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
        self._found = Browsed((), (), (), {})
        self._by_key: dict[Hashable, SourceFile] = {}
        self._companions: dict[Hashable, tuple[Hashable, ...]] = {}
        self._is_joining = False
        self.card = PatientCard(self)
        self.card.show_patient(patient, today)
        self.folder = push_button(tr("&Folder\u2026"), "browseFolder", self)
        self.files = push_button(tr("F&iles\u2026"), "browseFiles", self)
        self._place = plain_label("", "browsePlace", self, role="muted", wrap=False)
        self.gap = QSpinBox(self)
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
        self.resize(1240, 800)

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
        self._place.setText(names + more)
        self._place.setToolTip(self._place.text())

    def choose_how(self, *, copies: bool) -> None:
        """Choose what is usual there."""
        (self.copies if copies else self.moves).setChecked(True)

    def show_busy(self, progress: Progress) -> None:
        """Show how far the look has come."""
        self._busy.setRange(0, progress.total)
        self._busy.setValue(progress.done)
        self._busy.show()
        if not progress.total and progress.done:
            self._left_out.setText(
                counted(progress.done, "{n} file seen\u2026", "{n} files seen\u2026")
            )

    def show_found(self, found: Browsed) -> None:
        """Show what was found; what was selected before and is still there stays selected."""
        self._busy.hide()
        self._found = found
        self._by_key = {file.key: file for file in found.files}
        together: dict[Hashable, list[Hashable]] = {}
        for file in found.files:
            together.setdefault(companions_of(file), []).append(file.key)
        self._companions = {
            key: tuple(keys) for keys in together.values() if len(keys) > 1 for key in keys
        }
        self.groups.show_groups([(_span(group, found), len(group)) for group in found.groups])
        self.side.keep_titles_of(self._by_key)
        self._show_tiles()
        self._left_out.setText(_left_out_words(found))
        self._left_out.setToolTip(_left_out_reasons(found))
        self._show_count()

    def show_problem(self, text: str) -> None:
        """Say why nothing can be shown."""
        self.show_found(Browsed((), (), (), {}))
        self._left_out.setText(text)

    def show_current(self, picture: object) -> None:
        """Show the current file larger; whatever is no picture says that there is none."""
        self.side.show_picture(picture if isinstance(picture, Picture) else None)

    def selected(self) -> tuple[SourceFile, ...]:
        """The selected files, in the order they were taken."""
        return tuple(self._by_key[key] for key in self.grid.selected_keys() if key in self._by_key)

    def titles(self) -> dict[FileKey, str]:
        """The titles that single files were given."""
        return self.side.titles()

    def file_of(self, key: Hashable) -> SourceFile | None:
        """The file that a tile stands for."""
        return self._by_key.get(key)

    def _show_tiles(self) -> None:
        tiles: list[Tile] = []
        faces: dict[Hashable, Face] = {}
        for number, group in enumerate(self._found.groups):
            for place, file in enumerate(group):
                taken = self._found.taken[file.key]
                name = shown(file.name)
                title = self.side.title_of(file.key)
                heading = _heading(group, self._found) if place == 0 else ""
                spoken = f"{name}, {taken:%H:%M}, {size_words(file.size)}, {title}".rstrip(", ")
                tiles.append(Tile(file.key, name, spoken))
                line = title or f"{taken:%H:%M:%S}  {shown(folder_of(file))}"
                symbol = "" if file.destination is Destination.IMAGES else _symbol(file)
                faces[file.key] = Face(line, heading, bool(number % 2), bool(title), symbol)
        self.grid.show_faces(tiles, faces)

    def _select_group(self, number: int, adds: bool) -> None:
        keys: set[Hashable] = {file.key for file in self._found.groups[number]}
        self.grid.select_keys(keys, adds=adds)
        self.grid.go_to(self._found.groups[number][0].key)

    def _selection_changed(self) -> None:
        """Whoever selects a file selects what belongs to it."""
        if self._is_joining:
            return
        chosen = set(self.grid.selected_keys())
        joined = chosen | {one for key in chosen for one in self._companions.get(key, ())}
        if joined != chosen:
            self._is_joining = True
            self.grid.select_keys(joined, adds=True)
            self._is_joining = False
        self._show_count()

    def _show_count(self) -> None:
        files = self.selected()
        size = size_words(sum(file.size for file in files))
        words = tr("{n} of {all} selected", n=len(files), all=len(self._by_key))
        self._count.setText(f"{words}  \u00b7  {size}" if files else words)
        what = counted(len(files), "{n} file", "{n} files")
        who = target_words(self._patient)
        text = tr("Go on with {what} for {who}\u2026", what=what, who=who)
        self.go_on.setText(unmarked(text) if files else tr("Select files to go on"))
        self.go_on.setAccessibleName(self.go_on.text())
        self.go_on.setEnabled(bool(files))

    def _show_current(self, key: object) -> None:
        file = self._by_key.get(key) if isinstance(key, FileKey) else None
        taken = self._found.taken.get(file.key) if file else None
        self.side.show_file(file, taken)
        self.current_changed.emit(file)

    def _retitled(self) -> None:
        chosen, current = set(self.grid.selected_keys()), self.grid.current_key()
        self._show_tiles()
        self.grid.select_keys(chosen)
        if current is not None:
            self.grid.go_to(current)

    def _ask(self, how: str) -> None:
        chosen = self.choose_folder(self) if how == "folder" else self.choose_files(self)
        if chosen:
            self.places_chosen.emit(tuple(Path(one) for one in chosen))

    def _change_gap(self, minutes: int) -> None:
        self.gap_changed.emit(timedelta(minutes=minutes))

    def _press_go_on(self) -> None:
        if self.go_on.isEnabled():
            self.accepted_files.emit()

    def _connect(self) -> None:
        self.folder.clicked.connect(partial(self._ask, "folder"))
        self.files.clicked.connect(partial(self._ask, "files"))
        self.gap.valueChanged.connect(self._change_gap)
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
        self.grid.setAccessibleDescription(
            tr(
                "Shift and Ctrl select several, Ctrl+A all, F2 gives the current file its own title."
            )
        )
        self.gap.setObjectName("browseGap")
        self.gap.setAccessibleName(tr("Minutes without a picture after which a new group begins"))
        self.gap.setRange(1, 240)
        self.gap.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.gap.setFixedWidth(84)
        self.gap.setSuffix(tr(" min"))
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
        for part, stretch in ((self.groups, 0), (self.grid, 1), (self.side, 0)):
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

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        hint = tr("Nothing is moved or copied before the next step is confirmed.")
        row.addWidget(plain_label(hint, "browseHint", self, role="muted"), 1)
        leave: QPushButton = push_button(tr("Cancel"), "browseCancel", self)
        leave.clicked.connect(self.reject)
        row.addWidget(leave)
        row.addWidget(self.go_on)
        return row


def _span(group: Sequence[SourceFile], found: Browsed) -> str:
    first, last = found.taken[group[0].key], found.taken[group[-1].key]
    return f"{written(first.date())}\n{_hours(first, last)}"


def _heading(group: Sequence[SourceFile], found: Browsed) -> str:
    first = found.taken[group[0].key]
    return f"{written(first.date())}, {first:%H:%M}"


def _hours(first: datetime, last: datetime) -> str:
    begins = f"{first:%H:%M}"
    if first.date() != last.date():
        return f"{begins}\u2013{written(last.date())} {last:%H:%M}"
    return begins if begins == f"{last:%H:%M}" else f"{begins}\u2013{last:%H:%M}"


def _symbol(file: SourceFile) -> str:
    return "video" if file.extension in _VIDEOS else "document"


def _left_out_words(found: Browsed) -> str:
    words = []
    if found.waiting:
        words.append(
            counted(len(found.waiting), "{n} is still being written", "{n} are still being written")
        )
    if found.others:
        words.append(counted(len(found.others), "{n} other file", "{n} other files"))
    if not found.files and not words:
        words.append(tr("There is nothing here."))
    return "  \u00b7  ".join(words)


def _left_out_reasons(found: Browsed) -> str:
    """The first few, each with its reason."""
    few = (*found.waiting, *found.others)[:20]
    return "\n".join(f"{shown(file.name)}: {shown(file.reason)}" for file in few)
