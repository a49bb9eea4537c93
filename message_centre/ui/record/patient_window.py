"""PatientWindow: who the patient is, the images, the notes and, on request, what was withdrawn."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from message_centre.domain.files import Destination
from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.domain.records import Record, RecordState
from message_centre.ui.help_pane import offer_help
from message_centre.ui.patients.patient_card import PatientCard
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.pieces.thumbnail_model import KeyRole, Tile
from message_centre.ui.pieces.thumbnail_view import ThumbnailView
from message_centre.ui.record.record_viewer import RecordViewer
from message_centre.ui.record.record_words import name_of, spoken
from message_centre.ui.record.records_model import notes_model, tombstones_model
from message_centre.ui.record.records_table import RecordsTable
from message_centre.ui.words import tr

_SIDE = 148
_REASON_COLUMN = 4


class PatientWindow(QWidget):
    """A window of its own for one patient. It shows records and emits which one is opened."""

    record_opened = Signal(str)
    record_passed = Signal(str)
    reload_requested = Signal()
    photograph_requested = Signal()
    message_requested = Signal(str)
    browse_requested = Signal()
    closed = Signal()

    def __init__(self, patient: Patient, today: date, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("patientWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Patient: {who}", who=shown(patient.label)))
        self.setAccessibleName(self.windowTitle())
        self.card = PatientCard(self)
        self.card.show_patient(patient, today)
        self.images = ThumbnailView(_SIDE, self)
        self.notes = RecordsTable(notes_model(self), "notesTable", tr("Notes"), self)
        self.withdrawn = RecordsTable(
            tombstones_model(self), "withdrawnTable", tr("Withdrawn items"), self
        )
        self.image_viewer = RecordViewer(tr("Choose an image to see it in full."), self)
        self.note_viewer = RecordViewer(tr("Choose a document to see it."), self)
        self._show_withdrawn = QCheckBox(tr("Show &withdrawn"), self)
        self.photograph = push_button(tr("&Photograph this patient\u2026"), "photograph", self)
        self._browse = push_button(tr("&Source: browse\u2026"), "recordBrowse", self)
        #: Whether closing has to wait for what is being filed.
        self.is_busy: Callable[[], bool] = _never
        self._message = push_button(tr("&Message\u2026 (F10)"), "recordMessage", self)
        self._words = plain_label("", "recordWords", self, role="muted", wrap=False)
        self._tabs = QTabWidget(self)
        self._pages = (_page(self.images, self.image_viewer), _page(self.notes, self.note_viewer))
        offer_help(self, "record")
        self._lay_out()
        self._connect()
        open_at(self, 1180, 780)

    def show_records(self, records: Sequence[Record]) -> None:
        """Show what is on record now; tombstones only if they are asked for."""
        filed = [record for record in records if record.state is RecordState.FILED]
        images = [record for record in filed if record.destination is Destination.IMAGES]
        notes = [record for record in filed if record.destination is Destination.NOTES]
        gone = [record for record in records if record.state is RecordState.WITHDRAWN]
        tiles = [Tile(record.id, name_of(record), spoken(record)) for record in images]
        self.images.show_tiles(tiles, mark_first=False)
        self.notes.show_records(notes, wide=0)
        self.withdrawn.show_records(gone, wide=_REASON_COLUMN)
        self._tabs.setTabText(0, tr("&Images ({count})", count=len(images)))
        self._tabs.setTabText(1, tr("&Notes ({count})", count=len(notes)))
        self._words.setText("" if filed else tr("Nothing has been filed for this patient yet."))
        self._show_withdrawn.setText(tr("Show &withdrawn ({count})", count=len(gone)))
        self._forget_gone({record.id for record in filed})

    def show_record(self, record: Record) -> None:
        """Bring the tab of an item to the front and show the item in full."""
        if record.state is RecordState.WITHDRAWN:
            self._show_withdrawn.setChecked(True)
            self._tabs.setCurrentWidget(self.withdrawn)
            self.withdrawn.select(record.id)
            return
        is_image = record.destination is Destination.IMAGES
        self._tabs.setCurrentIndex(0 if is_image else 1)
        if is_image:
            self.images.select_key(record.id)
        else:
            self.notes.select(record.id)
        self.viewer_of(record).show_record(record)

    def say(self, text: str) -> None:
        """Say something about the whole record."""
        self._words.setText(text)

    def add_below(self, panel: QWidget) -> None:
        """Put a panel under everything else."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(panel)

    def viewer_of(self, record: Record) -> RecordViewer:
        """Where an item of this destination is shown in full."""
        is_image = record.destination is Destination.IMAGES
        return self.image_viewer if is_image else self.note_viewer

    def current_id(self, viewer: RecordViewer) -> str:
        """The record that is marked in the list beside a viewer."""
        key = self.images.current_key() if viewer is self.image_viewer else self.notes.current_id()
        return str(key or "")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: tell that the window goes; not while files are being filed from it."""
        if self.is_busy():
            self.say(tr("Files are being filed. Close the window when they are."))
            event.ignore()
            return
        super().closeEvent(event)
        self.closed.emit()

    def _forget_gone(self, filed: set[str]) -> None:
        for viewer in (self.image_viewer, self.note_viewer):
            if viewer.record is not None and viewer.record.id not in filed:
                viewer.clear()

    def _open_tile(self, index: QModelIndex) -> None:
        self.record_opened.emit(str(index.data(KeyRole)))

    def _pass_tile(self, key: object) -> None:
        if self.images.hasFocus() and key is not None:
            self.record_passed.emit(str(key))

    def _toggle_withdrawn(self, is_wanted: bool) -> None:
        if is_wanted:
            self._tabs.addTab(self.withdrawn, tr("Withdrawn"))
            self._tabs.setCurrentWidget(self.withdrawn)
        else:
            self._tabs.removeTab(self._tabs.indexOf(self.withdrawn))
            self.withdrawn.hide()

    def _ask_to_write(self) -> None:
        """About the item in view, or about the patient where none is."""
        viewers = (self.image_viewer, self.note_viewer, None)
        viewer = viewers[min(self._tabs.currentIndex(), 2)]
        record = viewer.record if viewer is not None else None
        self.message_requested.emit(record.id if record is not None else "")

    def _connect(self) -> None:
        self.images.clicked.connect(self._open_tile)
        self.images.activated.connect(self._open_tile)
        self.images.current_changed.connect(self._pass_tile)
        self.notes.opened.connect(self.record_opened)
        self.notes.moved_to.connect(self.record_passed)
        self._browse.clicked.connect(self.browse_requested)
        self.photograph.clicked.connect(self.photograph_requested)
        self._show_withdrawn.toggled.connect(self._toggle_withdrawn)
        self._message.clicked.connect(self._ask_to_write)
        keys = (
            ("Esc", self.close),
            ("F5", self.reload_requested.emit),
            ("F10", self._ask_to_write),
            ("Ctrl+B", self.browse_requested.emit),
        )
        for key, act in keys:
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def _lay_out(self) -> None:
        self.images.setObjectName("imagesGrid")
        self.images.setAccessibleName(tr("Images"))
        self._tabs.setObjectName("recordTabs")
        self._tabs.setAccessibleName(tr("Record"))
        self._show_withdrawn.setObjectName("showWithdrawn")
        self._show_withdrawn.setAccessibleName(tr("Show withdrawn items"))
        self.withdrawn.hide()
        for page, name in zip(self._pages, (tr("&Images"), tr("&Notes")), strict=True):
            self._tabs.addTab(page, name)
        bottom = QHBoxLayout()
        bottom.addWidget(self._words, 1)
        self._browse.setToolTip(tr("Take images from any folder (Ctrl+B), or drop files here"))
        bottom.addWidget(self._browse)
        bottom.addWidget(self.photograph)
        bottom.addWidget(self._show_withdrawn)
        bottom.addWidget(self._message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 10)
        layout.setSpacing(10)
        layout.addWidget(self.card)
        layout.addWidget(self._tabs, 1)
        layout.addLayout(bottom)


def _never() -> bool:
    return False


def _page(left: QWidget, right: QWidget) -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.addWidget(left)
    splitter.addWidget(right)
    splitter.setStretchFactor(0, 1)
    splitter.setStretchFactor(1, 1)
    splitter.setChildrenCollapsible(False)
    splitter.setSizes([560, 600])
    return splitter
