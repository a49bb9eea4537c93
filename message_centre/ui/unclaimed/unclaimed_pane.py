"""The left side of Unclaimed: what can be done, why these files wait, and the files."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.towers.standing import StandingPane
from message_centre.ui.words import tr

_ICON = 18
_LEAST_WIDTH = 500


class UnclaimedPane(QWidget):
    """Holds widgets and tells wishes; knows no service."""

    def __init__(self, model: FilesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unclaimedPane")
        self.view = FilesView(model, self)
        self.view.setObjectName("unclaimedView")
        self.view.tell_doubts()
        self.view.setAccessibleName(tr("Unclaimed files"))
        self.view.setAccessibleDescription(
            tr(
                "Files that auto-import left for a person. Space ticks the current file, Ctrl+S saves."
            )
        )
        words = tr(
            "Auto-import left these files for a person. Select one to read why; Save files it by hand."
        )
        self._words = plain_label(words, "unclaimedWords", self, role="muted")
        self.towers = StandingPane(self)
        self._bar = QHBoxLayout()
        self._bar.setSpacing(4)
        self._bar.addStretch()
        self.setMinimumWidth(_LEAST_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 2, 8)
        layout.setSpacing(8)
        layout.addLayout(self._bar)
        layout.addWidget(self._words)
        layout.addWidget(self.view, 3)
        layout.addWidget(self.towers, 2)

    def balance(self) -> None:
        """Leave the room to what there is: files, tower folders, or both."""
        has_files = self.view.model().rowCount() > 0
        is_wanted = has_files or not self.towers.has_rows
        self.view.setVisible(is_wanted)
        self._words.setVisible(is_wanted)

    def add_actions(self, actions: tuple[QAction, ...], primary: QAction) -> None:
        """Put buttons for these actions above the list."""
        for place, action in enumerate(actions):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setObjectName(f"unclaimed-{action.objectName().removeprefix('action-')}")
            button.setIconSize(QSize(_ICON, _ICON))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.statusTip())
            if action is primary:
                button.setProperty("role", "primary")
            self._bar.insertWidget(place, button)
