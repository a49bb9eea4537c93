"""DetailsForm: title and comment, both optional, once for all files."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from message_centre.domain.assignments import COMMENT_LIMIT, TITLE_LIMIT
from message_centre.ui.assigning.title_presets import TitlePresets
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.words import tr

_COMMENT_LINES = 3
#: The room left is told only when it becomes short.
_SHORT_OF_ROOM = 100


class DetailsForm(QWidget):
    """Accepts at most what an order accepts, and says how much room is left."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("details")
        self._title = QLineEdit(self)
        self._title.setObjectName("assignTitle")
        self._title.setAccessibleName(tr("Title, optional"))
        self._title.setPlaceholderText(tr("Optional"))
        self._title.setMaxLength(TITLE_LIMIT)
        self._comment = QPlainTextEdit(self)
        self._comment.setObjectName("assignComment")
        self._comment.setAccessibleName(tr("Comment, optional"))
        self._comment.setPlaceholderText(tr("Optional"))
        self._comment.setTabChangesFocus(True)
        line = self._comment.fontMetrics().lineSpacing()
        self._comment.setFixedHeight(line * _COMMENT_LINES + 18)
        self.presets = TitlePresets(self)
        self.presets.chosen.connect(self._take_title)
        self._room = plain_label("", "assignCommentRoom", self, role="muted")
        self._lay_out()
        self._title.textChanged.connect(self.changed)
        self._comment.textChanged.connect(self._note_comment)
        self.setFocusProxy(self._title)
        # Where a screen is low the page scrolls rather than the fields being cut.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    @property
    def title(self) -> str:
        """The title, without space around it."""
        return self._title.text().strip()

    @property
    def comment(self) -> str:
        """The comment, without space around it."""
        return self._comment.toPlainText().strip()

    @property
    def is_too_long(self) -> bool:
        """Whether the comment has more characters than may be filed."""
        return len(self.comment) > COMMENT_LIMIT

    def _take_title(self, title: str) -> None:
        """Write it in the place of what stands there; Ctrl+Z in the field brings that back."""
        self._title.selectAll()
        self._title.insert(title)

    def _note_comment(self) -> None:
        over = len(self.comment) - COMMENT_LIMIT
        left = tr("{n} characters left", n=-over) if over > -_SHORT_OF_ROOM else ""
        too_long = tr("{n} characters too many", n=over)
        self._room.setText(too_long if over > 0 else left)
        self._room.setVisible(bool(self._room.text()))
        self.changed.emit()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setVerticalSpacing(8)
        self._room.hide()
        for text, field in ((tr("&Title"), self._title), (tr("&Comment"), self._comment)):
            caption = QLabel(text, self)
            caption.setBuddy(field)
            form.addRow(caption, field)
            if field is self._title:
                form.addRow("", self.presets)
        form.addRow("", self._room)
