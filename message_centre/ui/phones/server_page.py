"""The page that looks after the MedImage Server: where it delivers, its config.json, and whether it runs."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.medimage_config import Remark
from message_centre.ui.phones.remarks_list import RemarksList
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

#: Asks a person for a path; the text is the title. Empty if none was chosen.
Choose = Callable[[QWidget, str], str]


def choose_folder(parent: QWidget, title: str) -> str:
    """Ask for a folder."""
    return QFileDialog.getExistingDirectory(parent, title)


def choose_file(parent: QWidget, title: str) -> str:
    """Ask for a settings file, which need not be there yet."""
    return QFileDialog.getOpenFileName(parent, title, "", "config.json (*.json)")[0]


class ServerPage(QWidget):
    """Shows what it is told and emits what is wanted."""

    save_requested = Signal(str, str)
    check_requested = Signal(str)
    write_requested = Signal(str)
    server_requested = Signal(bool)
    rescue_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("serverPage")
        self.choose_folder: Choose = choose_folder
        self.choose_file: Choose = choose_file
        self.server = _line("medimageServer", tr("Address for phones"), self)
        self.server.setPlaceholderText("https://photos.example.org:5566")
        self.root = _line("medimageRoot", tr("Delivery folder"), self)
        self.file = _line("medimageConfig", tr("Settings file of the server"), self)
        self.file.setPlaceholderText("\u2026/config.json")
        self.save = push_button(tr("&Save"), "saveServer", self)
        self.check = push_button(tr("Chec&k settings"), "checkConfig", self)
        self.write = push_button(tr("&Write settings\u2026"), "writeConfig", self)
        self.ask = push_button(tr("Check &running server"), "checkServer", self, role="primary")
        self.rescue = push_button(tr("&Complete half photos"), "rescuePhotos", self)
        self.round_trip = QCheckBox(tr("Send a tiny photo and wait &for it"), self)
        self.round_trip.setObjectName("roundTrip")
        self.round_trip.setAccessibleName(tr("Send a tiny photo and wait for it"))
        self.remarks = RemarksList(self)
        hint = tr("Name the server\u2019s config.json to check it, or ask the running server.")
        self._words = plain_label(hint, "serverWords", self, role="muted")
        self._is_busy = False
        self._lay_out()
        self._connect()
        self._look()

    def show_settings(self, server: str, root: str) -> None:
        """Show what is set now."""
        self.server.setText(server)
        self.root.setText(root)

    def show_remarks(self, remarks: Iterable[Remark], words: str) -> None:
        """Show what was found."""
        self.remarks.show_remarks(remarks, if_none=tr("Nothing is wrong with it."))
        self.say(words)

    def say(self, text: str) -> None:
        """Say what happened, or what is happening."""
        self._words.setText(text)

    def set_busy(self, is_busy: bool) -> None:
        """While something is under way nothing else can be asked for."""
        self._is_busy = is_busy
        for button in (self.save, self.rescue, self.ask):
            button.setEnabled(not is_busy)
        self._look()

    def _look(self) -> None:
        """Settings are checked and written only in a file that is named."""
        has_file = bool(self.file.text().strip())
        for button in (self.check, self.write):
            button.setEnabled(has_file and not self._is_busy)

    def _browse_root(self) -> None:
        self._take(self.root, self.choose_folder(self, tr("The server's delivery folder")))

    def _browse_file(self) -> None:
        self._take(self.file, self.choose_file(self, tr("The server's config.json")))

    def _take(self, line: QLineEdit, path: str) -> None:
        if path:
            line.setText(path)

    def _save(self) -> None:
        self.save_requested.emit(self.server.text().strip(), self.root.text().strip())

    def _check(self) -> None:
        self.check_requested.emit(self.file.text().strip())

    def _write(self) -> None:
        self.write_requested.emit(self.file.text().strip())

    def _ask(self) -> None:
        self.server_requested.emit(self.round_trip.isChecked())

    def _connect(self) -> None:
        self.save.clicked.connect(self._save)
        self.file.textChanged.connect(self._look)
        self.check.clicked.connect(self._check)
        self.write.clicked.connect(self._write)
        self.ask.clicked.connect(self._ask)
        self.rescue.clicked.connect(self.rescue_requested)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(14)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(_caption(tr("&Address for phones"), self.server), _row(self.server))
        browse_root = push_button(tr("Browse\u2026"), "browseRoot", self)
        browse_root.clicked.connect(self._browse_root)
        folder = _caption(tr("&Delivery folder"), self.root)
        form.addRow(folder, _row(self.root, browse_root, self.save))
        browse_file = push_button(tr("Browse\u2026"), "browseConfig", self)
        browse_file.clicked.connect(self._browse_file)
        form.addRow(_caption(tr("co&nfig.json"), self.file), _row(self.file, browse_file))
        form.addRow("", _row(None, self.check, self.write))
        for line, browse in ((self.root, browse_root), (self.file, browse_file)):
            browse.setAccessibleName(tr("Browse for {what}", what=line.accessibleName()))
        bottom = QHBoxLayout()
        bottom.addWidget(self.rescue)
        bottom.addStretch()
        bottom.addWidget(self.round_trip)
        bottom.addWidget(self.ask)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.remarks, 1)
        layout.addWidget(self._words)
        layout.addLayout(bottom)


def _line(name: str, caption: str, parent: QWidget) -> QLineEdit:
    line = QLineEdit(parent)
    line.setObjectName(name)
    line.setAccessibleName(caption)
    return line


def _caption(text: str, line: QLineEdit) -> QLabel:
    caption = plain_label(text, f"{line.objectName()}Caption", line.parentWidget(), wrap=False)
    caption.setBuddy(line)
    return caption


def _row(line: QLineEdit | None, *buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    if line is None:
        row.addStretch()
    else:
        row.addWidget(line, 1)
    for button in buttons:
        row.addWidget(button)
    return row
