"""Light and dark: two sets of colours, one palette and one small style sheet made from them."""

from dataclasses import dataclass, fields
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from message_centre.ui.resources import resource_text, resources_root


class ThemeMode(StrEnum):
    """What the operator chose; AUTO follows the desktop."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme by what they are for. Every text colour has a contrast of at least
    4.5 to `window`, `panel` and `base` alike (tests measure it).
    """

    is_dark: bool
    window: str
    panel: str
    base: str
    alternate: str
    line: str
    strong_line: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    selected: str
    selected_text: str
    hover: str
    good: str
    warning: str
    bad: str
    good_fill: str
    warning_fill: str
    bad_fill: str
    stage: str


LIGHT = Colours(
    is_dark=False,
    window="#f3f5f7",
    panel="#fafbfc",
    base="#ffffff",
    alternate="#f7f9fa",
    line="#dde3e8",
    strong_line="#8a97a3",
    text="#1a2530",
    muted="#53616d",
    accent="#0b6470",
    accent_hover="#084e58",
    on_accent="#ffffff",
    selected="#d5eaed",
    selected_text="#0d2b30",
    hover="#e9eef1",
    good="#1c6b3f",
    warning="#805300",
    bad="#ac2118",
    good_fill="#e3f3e9",
    warning_fill="#fdf1d8",
    bad_fill="#fce6e4",
    stage="#e7ebee",
)

DARK = Colours(
    is_dark=True,
    window="#14191e",
    panel="#191f25",
    base="#1d242b",
    alternate="#20282f",
    line="#303a43",
    strong_line="#75838f",
    text="#e7ecf0",
    muted="#a7b4bf",
    accent="#5cc0cc",
    accent_hover="#84d4dd",
    on_accent="#06262a",
    selected="#1f4a51",
    selected_text="#f0fafb",
    hover="#262f37",
    good="#73d09a",
    warning="#e9bc58",
    bad="#ff938a",
    good_fill="#173325",
    warning_fill="#3a2e12",
    bad_fill="#43201d",
    stage="#0f1317",
)

_FAMILIES = ("Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Noto Sans")
_SMALLEST_POINT_SIZE = 10.0
_HALF = 128


def colours() -> Colours:
    """The colours now in force."""
    is_dark = QGuiApplication.palette().window().color().lightness() < _HALF
    return DARK if is_dark else LIGHT


class Theme(QObject):
    """Dresses the application and tells whoever draws by hand when the colours change."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: ThemeMode = ThemeMode.AUTO) -> None:
        super().__init__(app)
        self._app = app
        self._mode = mode
        app.setStyle("Fusion")
        app.setFont(_font(app.font()))
        app.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._dress()

    @property
    def mode(self) -> ThemeMode:
        """What was chosen, not what it led to."""
        return self._mode

    def choose(self, mode: ThemeMode) -> None:
        """Wear this theme from now on."""
        self._mode = mode
        self._dress()

    def _follow_desktop(self) -> None:
        if self._mode is ThemeMode.AUTO:
            self._dress()

    def _dress(self) -> None:
        wears = self._wanted()
        self._app.setPalette(palette_of(wears))
        self._app.setStyleSheet(style_sheet(wears))
        self.changed.emit()

    def _wanted(self) -> Colours:
        if self._mode is ThemeMode.AUTO:
            is_dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if is_dark else LIGHT
        return DARK if self._mode is ThemeMode.DARK else LIGHT


def palette_of(wears: Colours) -> QPalette:
    """The palette that Fusion draws with."""
    palette = QPalette()
    role = QPalette.ColorRole
    for target, colour in {
        role.Window: wears.window,
        role.WindowText: wears.text,
        role.Base: wears.base,
        role.AlternateBase: wears.alternate,
        role.Text: wears.text,
        role.PlaceholderText: wears.muted,
        role.Button: wears.panel,
        role.ButtonText: wears.text,
        role.BrightText: wears.bad,
        role.ToolTipBase: wears.panel,
        role.ToolTipText: wears.text,
        role.Highlight: wears.selected,
        role.HighlightedText: wears.selected_text,
        role.Accent: wears.accent,
        role.Link: wears.accent,
        role.LinkVisited: wears.accent,
        role.Light: wears.panel,
        role.Midlight: wears.line,
        role.Mid: wears.strong_line,
        role.Dark: wears.strong_line,
        role.Shadow: wears.line,
    }.items():
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(wears.strong_line))
    return palette


def style_sheet(wears: Colours) -> str:
    """The style sheet with `@name` replaced by the theme's colours, and where its pictures are."""
    text = resource_text("style/window.qss")
    for field in sorted(fields(wears), key=lambda field: -len(field.name)):
        text = text.replace(f"@{field.name}", str(getattr(wears, field.name)))
    text = text.replace("@shade", "dark" if wears.is_dark else "light")
    return text.replace("@style_folder", (resources_root() / "style").as_posix())


def _font(font: QFont) -> QFont:
    """A quiet sans serif that the machine has; a size a person can read all day."""
    families = set(QFontDatabase.families())
    wanted = next((family for family in _FAMILIES if family in families), "")
    if wanted:
        font.setFamily(wanted)
    if 0 < font.pointSizeF() < _SMALLEST_POINT_SIZE:
        font.setPointSizeF(_SMALLEST_POINT_SIZE)
    return font
