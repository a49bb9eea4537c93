"""SidePanel: the current file larger, its facts, and a title that is its alone."""

from collections.abc import Collection, Hashable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from message_centre.domain.assignments import TITLE_LIMIT
from message_centre.domain.files import Destination, FileKey, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.patients import written
from message_centre.domain.tree_names import way_of
from message_centre.services.ports import Picture
from message_centre.ui.pieces.labels import plain_label, with_font
from message_centre.ui.pieces.pictures import fitted
from message_centre.ui.pieces.sizes import size_words
from message_centre.ui.words import tr

_SIDE = 224


class SidePanel(QFrame):
    """`retitled` carries a file's key and the title that was typed for it."""

    retitled = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("browseSide")
        self.setProperty("role", "panel")
        self.setMinimumWidth(_SIDE + 26)
        self._file: SourceFile | None = None
        self._titles: dict[FileKey, str] = {}
        self._picture = QLabel(self)
        self._picture.setObjectName("browsePicture")
        self._picture.setAccessibleName(tr("The current file"))
        self._picture.setFixedHeight(_SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = with_font(plain_label("", "browseName", self), bold=True)
        self._facts = plain_label("", "browseFacts", self, role="muted")
        self.title = QLineEdit(self)
        self.title.setObjectName("browseTitle")
        self.title.setAccessibleName(tr("Title of this file alone, optional"))
        self.title.setPlaceholderText(tr("Optional"))
        self.title.setMaxLength(TITLE_LIMIT)
        self.title.editingFinished.connect(self._take_title)
        label = QLabel(tr("&Title of this file alone"), self)
        label.setBuddy(self.title)
        layout = QVBoxLayout(self)
        layout.addWidget(self._picture)
        layout.addWidget(self._name)
        layout.addWidget(self._facts)
        layout.addSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.title)
        words = tr("Title and comment for all of them come next.")
        layout.addWidget(plain_label(words, "browseTitleHint", self, role="muted"))
        layout.addStretch(1)
        self.show_file(None, None)

    def show_file(self, file: SourceFile | None, taken: datetime | None) -> None:
        """Show the facts of the current file; its picture follows."""
        self._file = file
        self._picture.clear()
        self.title.setEnabled(file is not None)
        if file is None or taken is None:
            self._name.setText(tr("Choose a file to see it larger."))
            self._facts.clear()
            self.title.clear()
            return
        where = tr("Images") if file.destination is Destination.IMAGES else tr("Notes")
        folders = " / ".join(shown(part) for part in way_of(file)[:-1])
        self._name.setText(shown(file.name))
        lines = (
            f"{written(taken.date())}, {taken:%H:%M:%S}",
            f"{size_words(file.size)}  \u00b7  {tr('goes to {where}', where=where)}",
            folders,
        )
        self._facts.setText("\n".join(line for line in lines if line))
        self.title.setText(self._titles.get(file.key, ""))

    def show_picture(self, picture: Picture | None) -> None:
        """Show it larger, or say that it cannot be shown."""
        if picture is None:
            self._picture.setText(tr("No preview"))
        else:
            self._picture.setPixmap(fitted(picture, _SIDE, self.devicePixelRatioF()))

    def title_of(self, key: FileKey) -> str:
        """The title that a file was given, or nothing."""
        return self._titles.get(key, "")

    def titles(self) -> dict[FileKey, str]:
        """Every title that a file was given."""
        self._take_title()
        return dict(self._titles)

    def keep_titles_of(self, keys: Collection[Hashable]) -> None:
        """Forget titles of files that are there no longer."""
        self._titles = {key: title for key, title in self._titles.items() if key in keys}

    def _take_title(self) -> None:
        if self._file is None:
            return
        key, title = self._file.key, " ".join(self.title.text().split())
        if title == self._titles.get(key, ""):
            return
        self._titles[key] = title
        if not title:
            del self._titles[key]
        self.retitled.emit(key, title)
