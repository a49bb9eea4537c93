"""Looking at files: the right colours for every format, and every tool does what it says."""

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from message_centre.demo.flashpix import a_flashpix
from message_centre.domain.assignments import Assignment
from message_centre.services.ports import Page, Picture
from message_centre.services.previewing import Preview
from message_centre.services.work import CancelToken
from message_centre.ui import actions
from message_centre.ui.pieces.pictures import levels_of
from message_centre.ui.runner import Runner
from message_centre.ui.viewing import viewing_actions
from message_centre.ui.viewing.compare_window import Candidate, CompareWindow, Comparing
from message_centre.ui.viewing.full_screen import FullScreen
from message_centre.ui.viewing.linking import Linking
from message_centre.ui.viewing.picture_view import PictureView
from message_centre.ui.viewing.stage import Stage
from message_centre.ui.viewing.viewing import Viewing
from message_centre.ui.viewing.viewing_actions import View
from tests.support.documents import (
    a_dicom,
    a_grey_dicom,
    a_pdf,
    a_tiff_of_pages,
    an_animation,
)
from tests.support.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    a_jpeg,
    a_photo_cd,
    a_picture,
    encoded,
)
from tests.support.practice import Practice
from tests.support.walls import holders

LONGEST = 400
QUARTERS = [RED, GREEN, BLUE, WHITE]


class Looking:
    """A person who looks at one file after the other."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner) -> None:
        self.qtbot, self.practice, self.runner = qtbot, practice, runner
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.stage = Stage(self.window)
        QVBoxLayout(self.window).addWidget(self.stage)
        self.viewing = Viewing(practice.services.previewer, runner, self.stage, longest=LONGEST)
        self.window.resize(520, 460)
        self.window.show()
        self.window.activateWindow()

    @property
    def picture(self) -> PictureView:
        return self.stage.picture

    def open(self, name: str, content: bytes) -> Preview:
        self.practice.drop(name, content)
        (file,) = self.practice.files(name)
        preview = self.practice.services.previewer.of_source(file, longest=LONGEST)
        levels = levels_of(preview.picture)
        if levels:
            self.viewing.show(preview, levels, name)
        self.settle()
        return preview

    def settle(self) -> None:
        self.qtbot.wait(160)
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=20_000)

    def do(self, *views: View) -> None:
        for view in views:
            assert self.stage.tools[view].isEnabled(), view
            self.stage.tools[view].trigger()
        self.settle()

    def press(self, key: str) -> None:
        """The key as it is pressed in the window, wherever the focus is."""
        QTest.keySequence(self.window, key)
        self.settle()

    def colours(self) -> list[tuple[int, int, int]]:
        return quarters(self.picture.image)


@pytest.fixture
def looking(qtbot: QtBot, practice: Practice, runner: Runner) -> Iterator[Looking]:
    made = Looking(qtbot, practice, runner)
    yield made
    made.viewing.forget()
    made.settle()


def quarters(image: QImage) -> list[tuple[int, int, int]]:
    places = ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9))
    seen = [image.pixelColor(int(x * image.width()), int(y * image.height())) for x, y in places]
    return [(colour.red(), colour.green(), colour.blue()) for colour in seen]


def press(parent: QWidget, name: str) -> None:
    button = parent.findChild(QAbstractButton, name)
    assert button is not None
    button.click()


def near(seen: list[tuple[int, int, int]], expected: list[tuple[int, int, int]]) -> bool:
    pairs = zip(seen, expected, strict=True)
    return all(abs(a - b) <= 14 for one, two in pairs for a, b in zip(one, two, strict=True))


FORMATS: dict[str, Callable[[], bytes]] = {
    "a.jpg": lambda: a_jpeg(600, 400),
    "progressive.jif": lambda: a_jpeg(600, 400, progressive=True),
    "inks.jfif": lambda: encoded(a_picture(300, 200, "CMYK"), "JPEG", quality=95),
    "a.png": lambda: encoded(a_picture(300, 200), "PNG"),
    "a.gif": lambda: encoded(a_picture(300, 200).quantize(8), "GIF"),
    "a.tif": lambda: encoded(a_picture(300, 200), "TIFF", compression="tiff_lzw"),
    "a.tiff": lambda: encoded(a_picture(300, 200), "TIFF", compression="jpeg", quality=95),
    "a.jp2": lambda: encoded(a_picture(300, 200), "JPEG2000"),
    "a.jpx": lambda: encoded(a_picture(300, 200), "JPEG2000"),
    "a.j2k": lambda: encoded(a_picture(300, 200), "JPEG2000", no_jp2=True),
    "a.j2c": lambda: encoded(a_picture(300, 200), "JPEG2000", no_jp2=True),
    "a.heic": lambda: encoded(a_picture(300, 200), "HEIF", quality=95),
    "a.webp": lambda: encoded(a_picture(300, 200), "WEBP", lossless=True),
    "a.bmp": lambda: encoded(a_picture(300, 200), "BMP"),
    "a.fpx": lambda: a_flashpix(a_picture(128, 128)),
    "a.dcm": lambda: a_dicom(size=(300, 200)),
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_shown_in_its_colours(looking: Looking, name: str) -> None:
    looking.open(name, FORMATS[name]())
    assert near(looking.colours(), QUARTERS)
    assert looking.stage.bar.isVisible()


def test_a_photo_cd_and_a_pdf_are_shown(looking: Looking) -> None:
    looking.open("a.pcd", a_photo_cd())
    assert looking.picture.full == QSize(768, 512)
    looking.open("a.pdf", a_pdf())
    assert looking.colours() == [(255, 0, 0), (255,) * 3, (255,) * 3, (0, 0, 255)]


def test_pages_are_turned_by_keys_and_counted(looking: Looking) -> None:
    looking.open("a.tif", a_tiff_of_pages(3))
    assert looking.stage.bar.page.text() == "1 / 3"
    assert not looking.stage.tools[View.PREVIOUS_PAGE].isEnabled()
    looking.press("Ctrl+PgDown")
    assert looking.stage.bar.page.text() == "2 / 3"
    assert near(looking.colours(), [(80, 200, 90)] * 4)
    looking.press("Ctrl+PgDown")
    looking.press("Ctrl+PgDown")
    assert looking.stage.bar.page.text() == "3 / 3"
    assert not looking.stage.tools[View.NEXT_PAGE].isEnabled()
    looking.press("Ctrl+PgUp")
    assert near(looking.colours(), [(80, 200, 90)] * 4)


def test_keys_that_repeat_end_at_the_page_that_was_meant(looking: Looking) -> None:
    looking.open("a.pdf", a_pdf(9))
    for _ in range(6):
        looking.stage.tools[View.NEXT_PAGE].trigger()
    looking.settle()
    assert looking.stage.bar.page.text() == "7 / 9"


def test_a_page_that_is_damaged_says_so_and_the_others_are_shown(looking: Looking) -> None:
    data = bytearray(a_tiff_of_pages(3, compression="tiff_adobe_deflate"))
    strips = [found.start() for found in re.finditer(rb"\x78\x9c", data)]
    at = strips[len(strips) // 2]
    data[at : at + 40] = bytes(40)
    looking.open("a.tif", bytes(data))
    seen = []
    for _ in range(2):
        looking.stage.tools[View.NEXT_PAGE].trigger()
        looking.settle()
        seen.append(looking.stage.note.text())
    assert any("damaged" in words for words in seen)
    assert not all("damaged" in words for words in seen)


def test_every_zoom_tool_and_key(looking: Looking) -> None:
    looking.open("a.jpg", a_jpeg(3000, 2000))
    view = looking.picture
    fitted = view.zoom
    assert fitted == pytest.approx(view.fitting_zoom)
    looking.press("Ctrl++")
    assert view.zoom == pytest.approx(fitted * 1.25)
    assert looking.stage.bar.zoom.text() == f"{round(view.zoom * 100)} %"
    looking.press("Ctrl+-")
    assert view.zoom == pytest.approx(fitted)
    looking.press("Ctrl+1")
    assert view.zoom == 1
    assert looking.stage.bar.zoom.text() == "100 %"
    looking.press("Ctrl+0")
    assert view.zoom == pytest.approx(fitted)
    for _ in range(60):
        view.zoom_in()
    assert view.zoom <= 16


def test_what_is_zoomed_is_sharpened_where_it_is_seen(looking: Looking) -> None:
    looking.open("a.jpg", a_jpeg(6000, 4000))
    view = looking.picture
    before = view.image.width()
    assert before < 1000
    looking.do(View.ACTUAL_SIZE)
    view.centerOn(3000, 2000)
    middle = view.middle

    def is_sharp() -> bool:
        return view.detailed.contains(view.in_sight) and view.detail_longest > 5900

    looking.qtbot.waitUntil(is_sharp, timeout=20_000)
    assert (view.zoom, view.middle, view.image.width()) == (1, middle, before)
    assert near(quarters(view.detail), QUARTERS)
    assert view.detail.width() < 2 * view.width(), "no more than is seen comes"
    view.centerOn(4500, 1000)
    looking.qtbot.waitUntil(is_sharp, timeout=20_000)
    assert near(quarters(view.detail), [GREEN] * 4)
    looking.do(View.FIT)
    looking.qtbot.waitUntil(view.detail.isNull, timeout=5000)


def test_a_small_picture_is_sharpened_as_a_whole(looking: Looking) -> None:
    looking.open("a.jpg", a_jpeg(1800, 1200))
    looking.do(View.ACTUAL_SIZE)
    looking.qtbot.waitUntil(lambda: looking.picture.image.width() == 1800, timeout=20_000)
    assert looking.picture.detail.isNull()
    assert near(looking.colours(), QUARTERS)


def test_letters_of_a_pdf_are_drawn_anew_when_zoomed(looking: Looking) -> None:
    looking.open("a.pdf", a_pdf())
    looking.do(View.ACTUAL_SIZE)
    for _ in range(5):
        looking.stage.tools[View.ZOOM_IN].trigger()
    looking.qtbot.waitUntil(lambda: looking.picture.detail_longest > 3000, timeout=20_000)


def test_however_large_a_picture_is_so_many_pixels_are_held(looking: Looking) -> None:
    looking.viewing._page = Page(Picture(1, 1, b"1234"), width=12_000, height=9_000, most=8192)
    longest = looking.viewing._most()
    assert 3_800_000 < longest * longest * 3 / 4 <= 4_000_000


def test_turning_is_for_the_screen_alone(looking: Looking) -> None:
    content = a_jpeg(600, 400)
    looking.open("a.jpg", content)
    view = looking.picture
    looking.press("Ctrl+R")
    assert view.turn == 90
    corner = view.mapFromScene(QPointF(0, 0))
    other = view.mapFromScene(QPointF(0, 400))
    assert corner.x() > other.x(), "what was on the left is above"
    looking.press("Ctrl+Shift+R")
    looking.press("Ctrl+Shift+R")
    assert view.turn == 270
    assert view.is_fitted
    QTest.keyClick(view, Qt.Key.Key_R)
    assert view.turn == 0
    assert (looking.practice.waiting / "a.jpg").read_bytes() == content


def test_an_animation_moves_stops_and_is_leafed_through(looking: Looking) -> None:
    looking.open("a.gif", an_animation(5))
    stage = looking.stage
    looking.qtbot.waitUntil(lambda: stage.seen.pages == 5, timeout=5000)
    looking.qtbot.waitUntil(lambda: stage.seen.page >= 2, timeout=5000)
    looking.press("Ctrl+Space")
    stood = stage.seen.page
    looking.qtbot.wait(250)
    assert stage.seen.page == stood
    while stage.seen.page:
        stage.tools[View.PREVIOUS_PAGE].trigger()
    assert near(looking.colours(), [(40, 200, 90)] * 4)
    looking.do(View.NEXT_PAGE)
    assert near(looking.colours(), [(80, 200, 90)] * 4)
    looking.do(View.PLAY)
    looking.qtbot.waitUntil(lambda: stage.seen.page != 1, timeout=5000)


def test_greys_are_made_brighter_and_harder_and_reset(looking: Looking) -> None:
    data = a_grey_dicom([0, 80, 160, 240] * 2, WindowCenter=128, WindowWidth=256)
    looking.open("a.dcm", data)
    panel = looking.stage.greys
    assert panel.isVisible()

    def grey() -> int:
        return looking.picture.image.pixelColor(20, 8).red()

    before = grey()
    assert 70 < before < 90
    panel.brightness.setValue(40)
    looking.settle()
    assert grey() > before + 60
    looking.do(View.NEXT_PAGE)
    assert grey() > before + 60, "the next frame is seen in the same light"
    press(panel, "resetGreys")
    looking.settle()
    assert grey() == before
    panel.contrast.setValue(60)
    looking.settle()
    assert grey() < before
    looking.open("a.jpg", a_jpeg())
    assert not panel.isVisible()


def test_frames_of_dicom_are_played_in_the_light_that_was_chosen(looking: Looking) -> None:
    data = a_grey_dicom([0, 80, 160, 240] * 6, WindowCenter=128, WindowWidth=256, FrameTime=40)
    looking.open("a.dcm", data)
    stage, view = looking.stage, looking.picture
    looking.do(View.ZOOM_IN, View.ZOOM_IN)
    zoom = view.zoom
    stage.tools[View.PLAY].trigger()
    seen: set[int] = set()

    def has_gone_round() -> bool:
        seen.add(stage.seen.page)
        return seen == set(range(6))

    looking.qtbot.waitUntil(has_gone_round, timeout=20_000)
    assert view.zoom == zoom, "frames of one size are seen in one place"
    stage.greys.brightness.setValue(40)
    looking.qtbot.waitUntil(lambda: view.image.pixelColor(20, 8).red() > 140, timeout=20_000)
    seen.clear()
    looking.qtbot.waitUntil(has_gone_round, timeout=20_000)
    stage.tools[View.PLAY].trigger()
    looking.settle()
    stood = stage.seen.page
    looking.qtbot.wait(300)
    assert stage.seen.page == stood


def test_what_cannot_be_shown_says_why(looking: Looking) -> None:
    assert looking.open("a.docx", b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml").reason
    assert looking.open("cut.jpg", a_jpeg()[:400]).reason
    looking.stage.show_words("document", "No.")
    assert not looking.stage.bar.isVisible()
    assert not looking.stage.tools[View.ZOOM_IN].isEnabled()
    assert looking.picture.image.isNull()


def test_what_is_no_longer_shown_is_not_held(looking: Looking) -> None:
    looking.open("a.pdf", a_pdf(3))
    assert vars(looking.viewing)["_content"] is not None
    looking.viewing.forget()
    assert vars(looking.viewing)["_content"] is None
    looking.stage.tools[View.NEXT_PAGE].trigger()
    looking.settle()


def test_full_screen_takes_the_stage_and_gives_it_back(looking: Looking) -> None:
    screen = FullScreen(looking.stage)
    steps: list[int] = []
    screen.stepped.connect(steps.append)
    looking.open("a.tif", a_tiff_of_pages(3))
    screen.caption("Left arm")
    looking.press("F11")
    window = screen.window
    assert window is not None
    assert window.isFullScreen()
    assert window.caption.text() == "Left arm"
    assert looking.stage.window() is window
    QTest.keyClick(window, Qt.Key.Key_Right)
    QTest.keyClick(window, Qt.Key.Key_PageUp)
    assert steps == [1, -1]
    QTest.keySequence(window, "Ctrl+PgDown")
    looking.settle()
    assert looking.stage.bar.page.text() == "2 / 3"
    looking.do(View.ACTUAL_SIZE, View.ZOOM_IN, View.ZOOM_IN, View.ZOOM_IN, View.ZOOM_IN)
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert steps == [1, -1], "arrows move a picture of which only a part is seen"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert looking.stage.window() is looking.window
    assert looking.stage.isVisible()
    assert screen.window is None
    looking.press("F11")
    screen.close()
    assert looking.stage.window() is looking.window


def test_the_whole_screen_is_filled_by_a_small_picture_too(looking: Looking) -> None:
    looking.open("a.jpg", a_jpeg(64, 48))
    assert looking.picture.zoom == 1
    screen = FullScreen(looking.stage)
    looking.press("F11")
    assert looking.picture.zoom > 1.5
    screen.close()
    looking.settle()
    assert looking.picture.zoom == 1


def test_a_file_is_moved_while_it_is_looked_at_and_compared(
    qtbot: QtBot, practice: Practice, runner: Runner, looking: Looking
) -> None:
    jane = practice.add_patient("1001", "Smyth", "Jane")
    looking.open("a.tif", a_tiff_of_pages(3))
    practice.drop("b.jpg", a_jpeg())
    candidates = [_listed(practice, name) for name in ("a.tif", "b.jpg")]
    window = CompareWindow(candidates, "waiting files", looking.window)
    Comparing(practice.services.previewer, runner, candidates, window)
    window.choose(0, 1)
    window.show()
    qtbot.waitUntil(
        lambda: all(side.stage.seen.is_picture for side in window.sides), timeout=20_000
    )
    assert not [one for name in ("a.tif", "b.jpg") for one in holders(practice.waiting / name)]
    assignment = Assignment(jane.id, practice.provider, practice.operator.id)
    orders = practice.services.assigner.orders(practice.files("a.tif", "b.jpg"), assignment)
    results = practice.services.importer.run_all(orders, CancelToken(), lambda *_: None)
    assert all(result.is_saved for result in results)
    assert not list(practice.waiting.iterdir())
    looking.do(View.NEXT_PAGE)
    assert looking.stage.bar.page.text() == "2 / 3", "what was read is still looked at"
    window.close()


def _listed(practice: Practice, name: str) -> Candidate:
    (file,) = practice.files(name)
    previewer = practice.services.previewer
    return Candidate(name, name, "", lambda longest: previewer.of_source(file, longest=longest))


def test_two_pictures_are_zoomed_and_moved_together(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    layout = QVBoxLayout(box)
    first, second = PictureView(box), PictureView(box)
    for view, size in ((first, QSize(4000, 3000)), (second, QSize(800, 600))):
        layout.addWidget(view)
        image = QImage(size / 4, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.red)
        view.show_image([image], size)
    box.resize(300, 500)
    box.show()
    linking = Linking(first, second)
    for _ in range(6):
        first.zoom_in()
    first.centerOn(1000, 700)
    assert second.zoom / second.fitting_zoom == pytest.approx(first.zoom / first.fitting_zoom)
    assert second.middle.x() == pytest.approx(first.middle.x(), abs=0.02)
    assert second.middle.y() == pytest.approx(first.middle.y(), abs=0.02)
    second.rotate_right()
    assert first.turn == 0
    second.rotate_left()
    second.fit()
    assert first.is_fitted
    linking.is_on = False
    first.show_full_size()
    assert second.is_fitted


def test_comparing_shows_two_and_a_choice_of_all(looking: Looking) -> None:
    previewer = looking.practice.services.previewer
    contents = {"a.jpg": a_jpeg(600, 400), "b.tif": a_tiff_of_pages(2), "c.jpg": a_jpeg()[:300]}
    made = []
    for name, content in contents.items():
        looking.practice.drop(name, content)
        (file,) = looking.practice.files(name)

        def load(longest: int, file: object = file) -> Preview:
            return previewer.of_source(file, longest=longest)  # type: ignore[arg-type]  # a file

        made.append(Candidate(name, name, f"about {name}", load))
    window = CompareWindow(made, "two", looking.window)
    comparing = Comparing(previewer, looking.runner, made, window)
    seen: list[str] = []
    comparing.looked_at.connect(seen.append)
    window.choose(0, 1)
    window.show()
    looking.settle()
    left, right = window.sides
    assert near(quarters(left.stage.picture.image), QUARTERS)
    assert near(quarters(right.stage.picture.image), [(40, 200, 90)] * 4)
    assert sorted(seen) == ["a.jpg", "b.tif"]
    assert left.words.text() == "about a.jpg"
    right.stage.tools[View.NEXT_PAGE].trigger()
    looking.settle()
    assert near(quarters(right.stage.picture.image), [(80, 200, 90)] * 4)
    right.choice.setCurrentIndex(2)
    looking.settle()
    assert "cut short" in right.stage.words.text()
    left.stage.tools[View.ZOOM_IN].trigger()
    press(window, "swapSides")
    looking.settle()
    assert [side.choice.currentText() for side in window.sides] == ["c.jpg", "a.jpg"]
    assert not window.sides[0].stage.tools[View.FULL_SCREEN].isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    looking.settle()


def test_no_key_is_given_twice() -> None:
    keys = [spec.key for spec in viewing_actions.SPECS.values()]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {spec.key for spec in actions.SPECS.values()}


def test_every_control_has_a_name(looking: Looking) -> None:
    looking.open("a.tif", a_tiff_of_pages(2))
    window = CompareWindow([], "x", looking.window)
    for top in (looking.window, window):
        for kind in (QAbstractButton, QSlider, QComboBox, PictureView):
            unnamed = [w for w in top.findChildren(kind) if not w.accessibleName()]
            ours = [w for w in unnamed if not w.objectName().startswith("qt_")]
            assert not ours
