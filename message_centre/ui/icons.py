"""Icons by name, drawn from our own SVG lines in the colours of the theme."""

from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from message_centre.ui.resources import resource_text
from message_centre.ui.theme import colours

#: What tabs, buttons and lists show; the last is for the window's own symbol.
_SIZES = (16, 18, 20, 24, 48)


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
    return _icon(name, str(getattr(wears, ink.value)), wears.strong_line, _ratios())


def pixmap(name: str, size: int, ink: Ink = Ink.TEXT, *, ratio: float = 1.0) -> QPixmap:
    """Return one picture of an icon, `size` logical pixels square on a screen of that ratio."""
    return _pixmap(name, str(getattr(colours(), ink.value)), size, ratio)


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, faint: str, ratios: tuple[float, ...]) -> QIcon:
    made, drawing = QIcon(), _drawing(name, colour)
    for ratio in ratios:
        for size in _SIZES:
            plain = _drawn(drawing, size, ratio)
            made.addPixmap(plain)
            made.addPixmap(plain, QIcon.Mode.Selected)
            made.addPixmap(_tinted(plain, faint), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=1024)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    return _drawn(_drawing(name, colour), size, ratio)


def _drawing(name: str, colour: str) -> QSvgRenderer:
    svg = resource_text(f"icons/{name}.svg").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(svg.encode()))


def _drawn(drawing: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    drawing.render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def _tinted(drawn: QPixmap, colour: str) -> QPixmap:
    """The same lines in another colour, which is sooner done than drawing them again."""
    tinted = QPixmap(drawn)
    painter = QPainter(tinted)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(tinted.rect(), QColor(colour))
    painter.end()
    return tinted


def _ratios() -> tuple[float, ...]:
    """Those of the screens there are: only what one of them can show is drawn."""
    return tuple(sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}))
