"""F1: a short text about the place one is in, read from our own resources."""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.resources import resource_names, resource_text
from message_centre.ui.words import tr


class HelpPane(QDialog):
    """Read-only; stays open beside the work and turns to the place one goes to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpPane")
        self.setWindowTitle(tr("Help"))
        self.setAccessibleName(self.windowTitle())
        self.setModal(False)
        self.text = QTextBrowser(self)
        self.text.setObjectName("helpText")
        self.text.setAccessibleName(tr("Help text"))
        self.text.setOpenLinks(False)
        self.text.setLocale(QLocale(QLocale.Language.English))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        open_at(self, 520, 600)

    def show_topic(self, topic: str) -> None:
        """Turn to a topic; an unknown one shows the first page."""
        known = topic if topic in resource_names("help", ".md") else "my-mail"
        self.text.setMarkdown(resource_text(f"help/{known}.md"))
        self.text.moveCursor(self.text.textCursor().MoveOperation.Start)


def offer_help(window: QWidget, topic: str) -> None:
    """Let F1 open help at a topic in a window of its own right."""

    def show() -> None:
        pane = window.findChild(HelpPane) or HelpPane(window)
        pane.show_topic(topic)
        pane.show()
        pane.raise_()

    QShortcut(QKeySequence("F1"), window).activated.connect(show)
