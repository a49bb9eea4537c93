"""ThumbnailModel: pictures to be, with their captions; pixels arrive later or never."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPixmap

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
#: Many more than any screen shows; of pictures of 112 pixels these are 50 MB.
_PICTURES_KEPT = 1000

#: The role under which a tile hands out its key.
KeyRole = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Tile:
    """One place in the grid: its key, its caption and what a screen reader says of it."""

    key: Hashable
    caption: str
    spoken: str


class ThumbnailModel(QAbstractListModel):
    """Tiles in order. A tile without a picture shows the placeholder.

    Of many pictures those shown last are kept: what was scrolled past long ago is wished for again.
    """

    def __init__(self, placeholder: QPixmap, parent: QObject) -> None:
        super().__init__(parent)
        self._placeholder = _untinted(placeholder)
        self._tiles: tuple[Tile, ...] = ()
        self._rows: dict[Hashable, int] = {}
        self._pictures: dict[Hashable, QIcon] = {}
        self._blurred: set[Hashable] = set()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Replace every tile; pictures of tiles that stay are kept."""
        self.beginResetModel()
        self._tiles = tuple(tiles)
        self._rows = {tile.key: row for row, tile in enumerate(self._tiles)}
        self._pictures = {key: p for key, p in self._pictures.items() if key in self._rows}
        self.endResetModel()

    def show_picture(self, key: Hashable, pixmap: QPixmap, *, is_sharp: bool = True) -> None:
        """Give a tile its picture; a key that is gone is ignored, and so is less than it has."""
        row = self._rows.get(key)
        if row is None or (not is_sharp and not self.lacks_picture(key)):
            return
        self._pictures.pop(key, None)
        self._pictures[key] = _untinted(pixmap)
        if is_sharp:
            self._blurred.discard(key)
        else:
            self._blurred.add(key)
        self._let_go()
        index = self.index(row)
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def lacks_picture(self, key: Hashable) -> bool:
        """Whether a tile is still waiting for its picture, or for a sharper one."""
        return key in self._rows and (key not in self._pictures or key in self._blurred)

    def _let_go(self) -> None:
        while len(self._pictures) > _PICTURES_KEPT:
            oldest = next(iter(self._pictures))
            del self._pictures[oldest]
            self._blurred.discard(oldest)

    def tile(self, row: int) -> Tile | None:
        """The tile of a row, or None."""
        return self._tiles[row] if 0 <= row < len(self._tiles) else None

    def row_of(self, key: Hashable) -> int:
        """The row of a key, or -1."""
        return self._rows.get(key, -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: number of tiles."""
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: a look-up, never work."""
        if not index.isValid():
            return None
        tile = self._tiles[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.caption
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pictures.get(tile.key, self._placeholder)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tile.spoken
        return tile.key if role == KeyRole else None


def _untinted(pixmap: QPixmap) -> QIcon:
    """A selected clinical picture keeps its colours; Qt would wash them out."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
