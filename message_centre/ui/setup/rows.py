"""The rows of a form: caption, editor, and beneath it what is to be said of the value."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.findings import Finding, Verdict
from message_centre.domain.names import shown
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.setup.draft import Draft
from message_centre.ui.words import tr

_MARK = 16
_CAPTION_WIDTH, _GAP = 136, 14
_VERDICTS = {
    Verdict.GOOD: ("check", Ink.GOOD, "Good"),
    Verdict.WARNING: ("warning", Ink.WARNING, "Warning"),
    Verdict.BAD: ("error", Ink.BAD, "Not good"),
}
_MARKS = {"bad": ("error", Ink.BAD), "good": ("check", Ink.GOOD)}


class Told(QWidget):
    """A mark and a sentence; out of sight while there is nothing to say."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._mark = QLabel(self)
        self._mark.setFixedWidth(_MARK + 2)
        self._words = plain_label("", f"{name}Words", self)
        self._shows: tuple[str, Ink] = ("", Ink.MUTED)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.say("")

    @property
    def text(self) -> str:
        """What is said now."""
        return self._words.text()

    def say(self, text: str, *, role: str = "muted") -> None:
        """Say something quietly, or nothing; a `role` of bad or good has its mark."""
        symbol, ink = _MARKS.get(role, ("", Ink.MUTED))
        self._show(text, role, symbol, ink)

    def say_busy(self, text: str) -> None:
        """Say that an answer is awaited."""
        self._show(text, "muted", "connecting", Ink.MUTED)

    def say_finding(self, finding: Finding) -> None:
        """Say what a test found."""
        symbol, ink, _ = _VERDICTS[finding.verdict]
        self._show(finding.words, finding.verdict.value, symbol, ink)

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        symbol, ink = self._shows
        if symbol:
            self._mark.setPixmap(pixmap(symbol, _MARK, ink, ratio=self.devicePixelRatioF()))

    def _show(self, text: str, role: str, symbol: str, ink: Ink) -> None:
        self._shows = (symbol, ink)
        self._words.setText("\n".join(shown(line) for line in text.split("\n")))
        self._words.setProperty("role", role)
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)
        self._mark.setVisible(bool(symbol))
        self.dress()
        self.setVisible(bool(text))


class Rows(QGridLayout):
    """Captions in one column, editors in the next; what is said stands beneath its editor."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(_GAP)
        self.setVerticalSpacing(4)
        self.setColumnMinimumWidth(0, _CAPTION_WIDTH)
        self.setColumnStretch(1, 1)

    def add(
        self, caption: str, editor: QWidget, told: Told, *, buddy: QWidget | None = None
    ) -> None:
        """One more row; `&` in the caption marks the key that goes to the editor."""
        label = QLabel(caption, editor.parentWidget())
        label.setBuddy(buddy or editor)
        line = self.rowCount()
        self.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 7, 0, 0)
        self.addWidget(editor, line, 1)
        self.addWidget(told, line + 1, 1)
        self.setRowMinimumHeight(line + 2, 4)

    def add_beneath(self, widget: QWidget) -> None:
        """Something that belongs to the row above, in line with its editor."""
        line = self.rowCount()
        self.addWidget(widget, line, 1)
        self.setRowMinimumHeight(line + 1, 4)


class TextRow(QWidget):
    """One line of text that belongs to one setting; tells each keystroke, and shows what is wrong."""

    edited = Signal(object)

    def __init__(
        self, rows: Rows, caption: str, name: str, parent: QWidget, hint: str = ""
    ) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setObjectName(name)
        self.line.setAccessibleName(caption.replace("&", ""))
        self.line.textEdited.connect(self._tell)
        self.setFocusProxy(self.line)
        self._caption, self._hint = caption.replace("&", ""), hint
        self.told = Told(f"{name}Told", parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addWidget(self.line, 1)
        rows.add(caption, self, self.told, buddy=self.line)

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Show the value, and beside it what is wrong with it or how it will be kept."""
        if self.line.text() != draft.value(key):
            self.line.setText(draft.value(key))
            self.line.setCursorPosition(0)
        show_read_only(self.line, is_so=not may_edit)
        say_setting(self.told, draft, key, self._caption, self._hint)

    def _tell(self, text: str) -> None:
        self.edited.emit(text)


class SecretRow(QWidget):
    """A secret that is written and never read: typing replaces it, a button removes it."""

    edited = Signal(object)

    def __init__(
        self, rows: Rows, caption: str, name: str, parent: QWidget, hint: str = ""
    ) -> None:
        super().__init__(parent)
        self._hint = hint
        self.line = QLineEdit(self)
        self.line.setObjectName(name)
        self.line.setAccessibleName(caption.replace("&", ""))
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.textEdited.connect(self._type)
        self.setFocusProxy(self.line)
        self.remove = push_button(tr("Remove"), f"{name}Remove", self)
        self.remove.clicked.connect(self._turn)
        self._is_removed = False
        self.told = Told(f"{name}Told", parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.remove)
        rows.add(caption, self, self.told, buddy=self.line)

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Say whether a secret is kept, and what saving will do to it."""
        new, is_kept = draft.new_secret(key), draft.has_kept(key)
        if not new and self.line.text():
            self.line.clear()
        self._is_removed = new == NO_SECRET and new is not None
        show_read_only(self.line, is_so=not may_edit)
        self.line.setPlaceholderText(
            tr("Type a new one to replace it") if is_kept else tr("Type or paste it here")
        )
        self.remove.setEnabled(may_edit and is_kept and not new)
        self.remove.setText(tr("Keep it") if self._is_removed else tr("Remove"))
        self.remove.setAccessibleName(self.remove.text())
        self._say(draft, key)

    def _say(self, draft: Draft, key: str) -> None:
        new, is_kept = draft.new_secret(key), draft.has_kept(key)
        problem = draft.problem(key) or draft.trouble(key)
        if problem:
            self.told.say(problem, role="bad")
        elif self._is_removed:
            self.told.say(tr("Will be removed when you save."))
        elif new:
            words = tr("Replaces the kept one when you save.") if is_kept else tr("Not saved yet.")
            self.told.say(words)
        else:
            state = tr("A secret is kept.") if is_kept else tr("None is kept on this workstation.")
            self.told.say(f"{state} {self._hint}".strip())

    def _type(self, text: str) -> None:
        self.edited.emit(Secret(text.strip()) if text.strip() else None)

    def _turn(self) -> None:
        self.edited.emit(None if self._is_removed else NO_SECRET)


class GuidRow(TextRow):
    """An address key: typed where there is none; one that is kept is masked, and replaced by pairing."""

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Show the end of the key that is kept, or what is typed."""
        is_kept = bool(draft.value(key)) and not draft.is_changed(key)
        super().show_setting(draft, key, may_edit=may_edit and not is_kept)
        if is_kept:
            self.told.say(tr("On record; only its end is shown. Phones are paired under it."))
        elif not draft.problem(key):
            self.told.say(
                tr("Made by pairing the first phone; a practice that has one types it here.")
            )


class FlagRow(QCheckBox):
    """A tick box that belongs to one setting."""

    edited = Signal(object)

    def __init__(self, text: str, name: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setAccessibleName(text.replace("&", ""))
        self.clicked.connect(self._tell)

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Be ticked if the flag is set."""
        self.setChecked(draft.is_on(key))
        self.setEnabled(may_edit)

    def _tell(self, is_ticked: bool) -> None:
        self.edited.emit("true" if is_ticked else "false")


class Panel(QFrame):
    """A framed part of a form with its heading and its rows."""

    def __init__(self, title: str, symbol: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "panel")
        self.setAccessibleName(title)
        self._symbol = symbol
        self._mark = QLabel(self)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark)
        self._head = head
        head.addWidget(
            with_font(plain_label(title, f"{name}Title", self, wrap=False), bold=True), 1
        )
        self.rows = Rows()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(16, 12, 16, 14)
        self._whole.setSpacing(6)
        self._whole.addLayout(head)
        self._whole.addLayout(self.rows)
        self.dress()

    def add_link(self, words: str, name: str) -> QPushButton:
        """Put a quiet button beside the heading."""
        link = push_button(words, name, self, role="quiet")
        self._head.addWidget(link)
        return link

    def add_below(self, widget: QWidget) -> None:
        """Put something beneath the rows, in line with their editors."""
        row = QHBoxLayout()
        row.addSpacing(_CAPTION_WIDTH + _GAP)
        row.addWidget(widget, 1)
        self._whole.addLayout(row)

    def add_across(self, widget: QWidget) -> None:
        """Put something beneath the rows, as wide as the panel."""
        self._whole.addWidget(widget)

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(pixmap(self._symbol, 20, Ink.TEXT, ratio=ratio))


def show_read_only(line: QLineEdit, *, is_so: bool) -> None:
    """The style sheet looks at a line's properties only when it is polished."""
    if line.isReadOnly() != is_so:
        line.setReadOnly(is_so)
        line.style().unpolish(line)
        line.style().polish(line)


def say_setting(told: Told, draft: Draft, key: str, caption: str, hint: str = "") -> None:
    """Say what is wrong with a value in the words of the form, or how it will be kept."""
    problem = draft.problem(key)
    if problem:
        told.say(worded(problem, key, caption), role="bad")
    elif kept := draft.kept_as(key):
        told.say(tr("Will be kept as {kept}", kept=kept))
    else:
        told.say(hint)


def worded(problem: str, key: str, caption: str) -> str:
    """A problem as the services tell it, with the form's caption instead of the setting's key."""
    first, _, rest = key.partition(".")
    template = f"{first}.N.{rest.partition('.')[2]}" if first == "provider" else key
    plain = f"{first}.{rest.partition('.')[2]}" if first == "operator" else key
    for name in (key, template, plain):
        problem = problem.replace(name, caption)
    return problem
