"""Both themes can be read, every icon is drawn, and resources are found where they lie."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from message_centre.ui import resources
from message_centre.ui.icons import Ink, icon, pixmap
from message_centre.ui.resources import resource_names, resource_text, resources_root
from message_centre.ui.theme import DARK, LIGHT, Colours, Theme, ThemeMode, colours, style_sheet


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application as it was, after the test too."""
    before = (qapp.palette(), qapp.styleSheet(), qapp.style().objectName(), qapp.font())
    yield qapp
    qapp.setStyleSheet(before[1])
    qapp.setPalette(before[0])
    qapp.setStyle(before[2])
    qapp.setFont(before[3])


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    value = QColor(colour)
    red, green, blue = (linear(part) for part in (value.redF(), value.greenF(), value.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("wears", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "warning", "bad"])
@pytest.mark.parametrize("ground", ["window", "panel", "base", "alternate", "hover", "stage"])
def test_every_text_colour_can_be_read_on_every_ground(
    wears: Colours, ink: str, ground: str
) -> None:
    assert contrast(getattr(wears, ink), getattr(wears, ground)) >= 4.5


@pytest.mark.parametrize("wears", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("selected_text", "selected"),
        ("muted", "selected"),
        ("warning", "selected"),
        ("bad", "selected"),
        ("good", "selected"),
        ("accent", "selected"),
        ("text", "warning_fill"),
        ("text", "bad_fill"),
        ("text", "good_fill"),
        ("warning", "warning_fill"),
        ("bad", "bad_fill"),
        ("good", "good_fill"),
    ],
)
def test_texts_on_coloured_grounds_can_be_read(wears: Colours, ink: str, ground: str) -> None:
    assert contrast(getattr(wears, ink), getattr(wears, ground)) >= 4.5


@pytest.mark.parametrize("wears", [LIGHT, DARK], ids=["light", "dark"])
def test_outlines_of_controls_can_be_seen(wears: Colours) -> None:
    assert contrast(wears.strong_line, wears.base) >= 2.9
    assert contrast(wears.accent, wears.base) >= 3


@pytest.mark.parametrize("wears", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_knows_every_colour_it_names(wears: Colours) -> None:
    assert "@" not in style_sheet(wears)
    assert all(str(getattr(wears, field.name)) for field in fields(wears))


def test_choosing_a_theme_changes_the_colours_and_says_so(
    dressed: QApplication, qtbot: QtBot
) -> None:
    worn = Theme(dressed, ThemeMode.LIGHT)
    assert colours() is LIGHT
    with qtbot.waitSignal(worn.changed):
        worn.choose(ThemeMode.DARK)
    assert colours() is DARK
    assert worn.mode is ThemeMode.DARK
    worn.deleteLater()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", resource_names("icons", ".svg"))
def test_every_icon_draws_something(name: str) -> None:
    drawn = pixmap(name, 24, Ink.TEXT, ratio=2).toImage()
    assert drawn.width() == 48
    assert any(drawn.pixelColor(x, y).alpha() > 200 for x in range(48) for y in range(48))


@pytest.mark.usefixtures("qapp")
def test_an_icon_is_drawn_once_however_many_rows_show_it() -> None:
    first = pixmap("folder", 18, Ink.MUTED)

    assert pixmap("folder", 18, Ink.MUTED).cacheKey() == first.cacheKey()
    assert pixmap("folder", 18, Ink.TEXT).cacheKey() != first.cacheKey()


def test_an_icon_wears_the_colours_of_the_theme(dressed: QApplication) -> None:
    worn = Theme(dressed, ThemeMode.LIGHT)
    light = icon("save", Ink.ACCENT).pixmap(24).toImage()
    worn.choose(ThemeMode.DARK)
    assert icon("save", Ink.ACCENT).pixmap(24).toImage() != light
    worn.deleteLater()


def test_resources_are_found_in_the_wheel_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (resources_root() / "icons" / "save.svg").is_file()
    package = tmp_path / "message_centre"
    (package / "resources" / "style").mkdir(parents=True)
    (package / "resources" / "style" / "x.qss").write_text("wheel", "utf-8")
    monkeypatch.setattr(resources, "_PACKAGE", package)
    resources_root.cache_clear()
    resource_text.cache_clear()
    try:
        assert resource_text("style/x.qss") == "wheel"
    finally:
        resources_root.cache_clear()
        resource_text.cache_clear()
