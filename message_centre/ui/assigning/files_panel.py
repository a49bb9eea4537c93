"""FilesPanel: the frozen target set, in sight from the first step to the last."""

from collections.abc import Hashable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from message_centre.domain.files import SourceFile
from message_centre.domain.names import shown
from message_centre.domain.patients import written
from message_centre.ui.assigning.confirmation import counted_files
from message_centre.ui.pieces.labels import plain_label, with_font
from message_centre.ui.pieces.sizes import size_words
from message_centre.ui.pieces.thumbnail_model import Tile
from message_centre.ui.pieces.thumbnail_view import ThumbnailView
from message_centre.ui.words import tr

_SIDE = 112


class FilesPanel(QWidget):
    """The files of one save: their count, their pictures, their names."""

    def __init__(self, files: Sequence[SourceFile], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("assignFiles")
        heading = plain_label(counted_files(files), "assignFilesCount", self)
        total = size_words(sum(file.size for file in files))
        facts = plain_label(_facts(files, total), "assignFilesFacts", self, role="muted")
        self.view = ThumbnailView(_SIDE, self)
        self.view.setObjectName("assignFilesList")
        self.view.setAccessibleName(tr("Files to be filed: {what}", what=counted_files(files)))
        self.view.show_tiles([_tile(file) for file in files], mark_first=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(with_font(heading, scale=1.2, bold=True))
        layout.addWidget(facts)
        layout.addWidget(self.view, 1)


def file_of(files: Sequence[SourceFile], key: Hashable) -> SourceFile | None:
    """The file that a tile stands for."""
    return next((file for file in files if file.key == key), None)


def _tile(file: SourceFile) -> Tile:
    name = shown(file.name)
    spoken = f"{name}, {size_words(file.size)}, {written(file.modified.date())}"
    return Tile(file.key, name, spoken)


def _facts(files: Sequence[SourceFile], total: str) -> str:
    days = sorted({file.modified.date() for file in files})
    first, last = written(days[0]), written(days[-1])
    span = first if first == last else tr("{first} to {last}", first=first, last=last)
    return f"{span} · {total}"
