"""Setup > System > Files and names: which files are listed, and which file themselves."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from message_centre.domain.settings import INTOUCH_PATTERN, LISTED_EXTENSIONS
from message_centre.ui.pieces.labels import push_button
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.rows import Panel, TextRow
from message_centre.ui.unclaimed.pattern_dialog import PatternDialog
from message_centre.ui.words import tr


class FilesPage(Page):
    """The practice's extensions, and its pattern, which is tried on names before it is saved."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("System"), tr("Files and names"), "setup-files", parent)
        self.dialog: PatternDialog | None = None
        self._add_names()
        self._add_extensions()
        self.column.addStretch()

    def show_draft(self, draft: Draft, *, may_edit: bool) -> None:
        """Show both values; the pattern is tried by who may change it."""
        super().show_draft(draft, may_edit=may_edit)
        self.try_names.setEnabled(may_edit)

    def _add_names(self) -> None:
        panel = Panel(tr("Phone photos that file themselves"), "pattern", "setupNames", self)
        hint = tr(
            "The whole name must fit. Each operator\u2019s Messaging Options say whether files file"
            " themselves for them."
        )
        self.pattern = TextRow(panel.rows, tr("&Pattern"), "intouchPattern", panel, hint)
        self.bind(self.pattern, partial(str, INTOUCH_PATTERN))
        self.try_names = push_button(tr("&Try it on names\u2026"), "intouchTry", panel)
        self.try_names.clicked.connect(self._try)
        panel.rows.add_beneath(_at_the_left(self.try_names, panel))
        self.column.addWidget(panel)

    def _add_extensions(self) -> None:
        panel = Panel(tr("Files that are listed"), "document", "setupListed", self)
        hint = tr(
            "Extensions, separated by blanks; empty for the usual ones. Files of other types are"
            " counted under the list and shown on request."
        )
        row = TextRow(panel.rows, tr("E&xtensions"), "listedExtensions", panel, hint)
        self.bind(row, partial(str, LISTED_EXTENSIONS))
        self.column.addWidget(panel)

    def _try(self) -> None:
        self.dialog = PatternDialog(self.pattern.line.text(), (), self.window())
        self.dialog.word_save(tr("&Use this pattern"))
        self.dialog.save_requested.connect(self._use)
        self.dialog.finished.connect(self._forget)
        self.dialog.open()

    def _use(self, pattern: str) -> None:
        """It counts once the window saves it, like everything else here."""
        self.pattern.edited.emit(pattern)
        if self.dialog is not None:
            self.dialog.accept()

    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def _at_the_left(button: QPushButton, parent: QWidget) -> QWidget:
    holder = QWidget(parent)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(button)
    row.addStretch()
    return holder
