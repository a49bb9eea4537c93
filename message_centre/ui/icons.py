"""Icons by name, drawn from our own SVG lines in the colours of the theme."""

from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from message_centre.ui.resources import resource_text
from message_centre.ui.theme import colours

_SIZES = (16, 20, 24, 32, 48)
_SCALES = (1, 2)


class Ink(StrEnum):
    """Which of the theme's colours an icon is drawn in."""

    TEXT = "text"
    MUTED = "muted"
    ACCENT = "accent"
    ON_ACCENT = "on_accent"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


def icon(name: str, ink: Ink = Ink.TEXT) -> QIcon:
    """Return the icon `resources/icons/<name>.svg` in the theme now in force.

    Icons do not change by themselves: ask again when the theme has changed.
    """
    wears = colours()
    return _icon(name, str(getattr(wears, ink.value)), wears.strong_line)


def pixmap(name: str, size: int, ink: Ink = Ink.TEXT, *, ratio: float = 1.0) -> QPixmap:
    """Return one picture of an icon, `size` logical pixels square on a screen of that ratio."""
    return _pixmap(name, str(getattr(colours(), ink.value)), size, ratio)


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, faint: str) -> QIcon:
    made = QIcon()
    for scale in _SCALES:
        for size in _SIZES:
            made.addPixmap(_pixmap(name, colour, size, scale))
            made.addPixmap(_pixmap(name, faint, size, scale), QIcon.Mode.Disabled)
            made.addPixmap(_pixmap(name, colour, size, scale), QIcon.Mode.Selected)
    return made


@lru_cache(maxsize=1024)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    svg = resource_text(f"icons/{name}.svg").replace("currentColor", colour)
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
