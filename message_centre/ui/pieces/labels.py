"""Labels and buttons that carry data: always plain text, always named, dressed by the theme."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def plain_label(
    text: str, name: str, parent: QWidget | None = None, *, role: str = "", wrap: bool = True
) -> QLabel:
    """A label that never reads its text as markup. `role` is one of the style sheet's."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    label.setWordWrap(wrap)
    label.setText(text)
    if role:
        label.setProperty("role", role)
    return label


def with_font(label: QLabel, *, scale: float = 1.0, bold: bool = False) -> QLabel:
    """Make the label's text larger, smaller or bolder than its surroundings."""
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    label.setFont(font)
    return label


def push_button(
    text: str, name: str, parent: QWidget | None = None, *, role: str = ""
) -> QPushButton:
    """A button that plain Enter does not press from elsewhere; `&` in the text marks its key."""
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAccessibleName(text.replace("&", ""))
    button.setAutoDefault(False)
    if role:
        button.setProperty("role", role)
    return button


def unmarked(text: str) -> str:
    """Data for a button or menu, where `&` would otherwise become a key mark."""
    return text.replace("&", "&&")
