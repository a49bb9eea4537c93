"""GapBox: after how many minutes without a picture a new group begins."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from message_centre.ui.words import tr

_USUAL = (2, 5, 10, 15, 30, 60, 120, 240)


class GapBox(QComboBox):
    """Offers a few rests, and the one that the practice set."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("browseGap")
        self.setAccessibleName(tr("Minutes without a picture after which a new group begins"))
        for minutes in _USUAL:
            self.addItem(tr("{n} min", n=minutes), minutes)
        self.currentIndexChanged.connect(self.changed)

    @property
    def minutes(self) -> int:
        """The chosen rest."""
        return int(self.currentData())

    def choose(self, minutes: int) -> None:
        """Choose a rest; one that is not offered yet is added in its place."""
        if self.findData(minutes) < 0:
            place = sum(one < minutes for one in _USUAL)
            self.insertItem(place, tr("{n} min", n=minutes), minutes)
        self.setCurrentIndex(self.findData(minutes))
