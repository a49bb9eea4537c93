"""Walks through the real window on a demo practice and keeps a picture of each place.

Run by packaging/screenshots. The engine, the files and the window are the real ones; only the screen is not.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QListWidget,
    QTabBar,
    QToolButton,
    QWidget,
)

from message_centre.bootstrap import open_home
from message_centre.demo.making import make_demo
from message_centre.domain.messages import Draft, LinkedItem
from message_centre.domain.secrets import Secret
from message_centre.services.bundle import Services
from message_centre.services.naming import new_id
from message_centre.ui.browsing.browse_controller import BrowseController
from tests.support.desktop import a_desktop
from tests.support.driver import Driver
from tests.support.pairing_service import pairing_service
from tests.support.window import opened_window

_SIZE = (1440, 860)
_SHOWN = int(Qt.ItemDataRole.DisplayRole)
_ONE = "Turned by the phone.jpg"
_SEVEN = tuple(f"Clinic photo {number}.jpg" for number in range(1, 8))
_BY_PHONE = "INTOUCH_P1009_"
_TITLES = "First visit | Left knee | Wound | Before surgery | After surgery"
_QUIET, _JANE, _HER_YEAR = "DEMO-1025", "1001", "1961"


class Album:
    """The pictures, in the order in which they are taken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, person: Driver, name: str, of: QWidget | None = None) -> None:
        """Take one picture and name it."""
        file = self._folder / f"{name}.png"
        person.picture(file, of)
        _make_small(file)
        print(file)


def _make_small(file: Path) -> None:
    """Few colours do for a window, and every run adds these files to the history again."""
    with Image.open(file) as image:
        few = image.convert("RGB").quantize(
            256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    few.save(file, optimize=True)


@contextmanager
def _practice() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="message-centre-pictures-") as folder:
        yield make_demo(Path(folder) / "Practice", patients=400, files=48).home


def _one_file(person: Driver, album: Album) -> None:
    person.select(_ONE)
    person.settle()
    album.keep(person, "list")
    person.save()
    person.choose(_QUIET)
    person.describe("Left knee", "After the fall")
    person.file()


def _seven_files(person: Driver, album: Album) -> None:
    person.tick(*_SEVEN)
    person.settle()
    album.keep(person, "selection")
    dialog = person.save()
    person.type("smith jane", "patientSearchLine")
    person.settle()
    album.keep(person, "picker", dialog)
    person.choose(_JANE)
    person.settle()
    album.keep(person, "warning", dialog)
    person.proceed()
    person.describe("First visit", "Seven views")
    person.settle()
    album.keep(person, "confirmation", dialog)
    person.file(year=_HER_YEAR)
    person.settle()
    album.keep(person, "saved")


def _a_letter(person: Driver) -> None:
    person.select("Letter to the GP.txt")
    person.save()
    person.choose(_JANE)
    person.describe("Letter to the GP")
    person.file(year=_HER_YEAR)
    person.settle()


def _viewers(person: Driver, album: Album) -> None:
    """A film of a scanner on the full screen, a video, and two photos side by side."""
    person.select("Ultrasound.dcm")
    person.find(QWidget, "greyPanel")
    person.settle()
    person.press(Qt.Key.Key_F11, on=person.ext)
    screen = person.find(QWidget, "fullScreen")
    screen.resize(*_SIZE)
    person.settle()
    album.keep(person, "full-screen", screen)
    screen.close()
    person.select("Gait in the corridor.avi")
    person.find(QToolButton, "playMedia")
    person.settle()
    album.keep(person, "video")
    person.select(_SEVEN[0])
    person.settle()
    person.find(QToolButton, "compareButton").click()
    both = person.find(QWidget, "compareWindow")
    person.settle()
    album.keep(person, "compare", both)
    both.close()


def _record(person: Driver, album: Album) -> None:
    window = person.open_patient(_JANE)
    person.settle()
    person.show_first("imagesGrid", 0, window)
    album.keep(person, "record-images", window)
    person.show_first("notesTable", 1, window)
    album.keep(person, "record-notes", window)
    window.close()


def _setup(person: Driver, album: Album) -> None:
    person.press(Qt.Key.Key_Comma, control=True, on=person.ext)
    setup = person.find(QWidget, "setupWindow")
    person.click("setupImageFoldersTest", setup)
    person.settle()
    album.keep(person, "setup", setup)
    pages = person.find(QAbstractItemView, "setupPages", setup)
    for words, name in (("People and rights", "setup-people"), ("Phones", "setup-phones")):
        (page,) = pages.model().match(pages.model().index(0, 0), _SHOWN, words)
        pages.setCurrentIndex(page)
        person.settle()
        album.keep(person, name, setup)
    setup.close()


def _auto_import(person: Driver, album: Album, home: Path) -> None:
    """Photos file themselves, two wait for a person, and the day sheet tells of all."""
    _set(home, {"operator.auto_import": "true"})
    person.refresh()
    tabs = person.find(QTabBar, "tabs")
    person.until(lambda: tabs.tabText(2).endswith(" 2"), "two files are unclaimed")
    tabs.setCurrentIndex(2)
    table = person.find(QAbstractItemView, "unclaimedView")
    table.setCurrentIndex(table.model().index(0, 1))
    person.settle()
    album.keep(person, "unclaimed")
    tabs.setCurrentIndex(0)
    person.settle()
    person.press(Qt.Key.Key_D, control=True, on=person.ext)
    sheet = person.find(QDialog, "daySheet")
    person.settle()
    album.keep(person, "day-sheet", sheet)
    sheet.close()


def _towers(person: Driver, album: Album) -> None:
    """Folders of a tower: those that wait, the dry run, learning from one, and what became of it."""
    page = _towers_page(person)
    album.keep(person, "setup-towers", page)
    page.close()
    tabs = person.find(QTabBar, "tabs")
    tabs.setCurrentIndex(2)
    table = person.find(QAbstractItemView, "standingTable")
    person.until(lambda: table.model().rowCount() > 1, "tower folders wait")
    person.settle()
    album.keep(person, "unclaimed-towers")
    person.find(QToolButton, "standingReview").click()
    dialog = person.find(QDialog, "towersDialog")
    rows = person.find(QAbstractItemView, "towersTable", dialog)
    person.until(lambda: rows.model().rowCount() > 1, "the dry run is there")
    person.settle()
    person.click("towersSure", dialog)
    rows.setCurrentIndex(rows.model().index(rows.model().rowCount() - 1, 1))
    album.keep(person, "towers", dialog)
    person.click("towersLearn", dialog)
    learning = person.find(QDialog, "learnDialog")
    person.settle()
    album.keep(person, "learn", learning)
    learning.close()
    person.click("towersImport", dialog)
    said = person.find(QLabel, "towersWords", dialog)
    person.until(lambda: " saved, " in said.text(), "what was accepted is imported")
    person.settle()
    album.keep(person, "towers-imported", dialog)
    dialog.close()
    tabs.setCurrentIndex(0)
    person.settle()


def _towers_page(person: Driver) -> QWidget:
    person.press(Qt.Key.Key_Comma, control=True, on=person.ext)
    setup = person.find(QWidget, "setupWindow")
    pages = person.find(QAbstractItemView, "setupPages", setup)
    (place,) = pages.model().match(pages.model().index(0, 0), _SHOWN, "Towers")
    pages.setCurrentIndex(place)
    person.settle()
    return setup


def _phones(person: Driver, album: Album, home: Path) -> None:
    """A code from a pairing service of the tests, which nobody else reaches."""
    with pairing_service() as service:
        server = "https://photos.example.org:5566"
        address = {"server": server, "pairing_service": service.url}
        _set(home, {f"system.medimage.{key}": value for key, value in address.items()})
        person.find(QToolButton, "button-phones").click()
        dialog = person.find(QDialog, "phonesDialog")
        person.click("pairPhone", dialog)
        person.find(QLabel, "phoneCode", dialog)
        person.settle()
        album.keep(person, "phone-code", dialog)
        dialog.close()


def _triage(person: Driver, album: Album, home: Path) -> None:
    """Groups, a proposal, and a title by its key; nothing is filed."""
    _set(home, {"operator.title_presets": _TITLES})
    person.refresh()
    person.settle()
    person.press(Qt.Key.Key_G, control=True, on=person.ext)
    person.settle()
    person.select(_SEVEN[2])
    person.press(Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier, on=person.ext)
    person.settle()
    album.keep(person, "groups")
    person.press(Qt.Key.Key_G, control=True, on=person.ext)
    person.select(next(name for name in person.names() if name.startswith(_BY_PHONE)))
    dialog = person.save()
    person.find(QWidget, "takeProposal", dialog)
    person.settle()
    album.keep(person, "proposal", dialog)
    person.press(Qt.Key.Key_F3)
    person.find(QWidget, "titlePreset2", dialog)
    person.press(Qt.Key.Key_2, control=True)
    person.settle()
    album.keep(person, "titles", dialog)
    dialog.close()


def _browse(person: Driver, album: Album, home: Path) -> None:
    """A folder for one patient, one of its groups chosen."""
    window = person.open_patient(_JANE)
    controller = window.findChild(BrowseController)
    if not isinstance(controller, BrowseController):
        raise TypeError("the patient's window cannot browse")
    # Instead of the desktop's own dialog, which nobody could answer here.
    controller.open((home / "demo" / "Images",))
    dialog = person.find(QDialog, "browseDialog")
    groups = person.find(QListWidget, "browseGroups", dialog)
    person.until(lambda: groups.count() > 1, "the groups are there")
    person.settle()
    groups.itemClicked.emit(groups.item(groups.count() - 1))
    person.settle()
    album.keep(person, "browse", dialog)
    dialog.close()
    window.close()


def _set(home: Path, values: dict[str, str]) -> None:
    services = open_home(home)
    try:
        by = services.permitting.operator("ADM")
        for key, value in values.items():
            services.configuring.set(key, value, operator=by)
    finally:
        services.close()


def _entrance(album: Album) -> None:
    """The assistant of a fresh home, and the page on which one signs in."""
    with (
        tempfile.TemporaryDirectory(prefix="message-centre-pictures-") as folder,
        opened_window(Path(folder) / "Practice") as window,
    ):
        person = Driver(window)
        dialog = person.find(QDialog, "firstStart")
        person.type("Harbour Clinic", "firstPracticeName", dialog)
        album.keep(person, "first-start", dialog)
        dialog.close()
    with _practice() as home:
        services = open_home(home)
        services.entering.set_password("ADM", Secret("an invented password"), by="ADM")
        services.close()
        with opened_window(home) as window:
            window.resize(*_SIZE)
            person = Driver(window)
            person.find(QWidget, "signInPage")
            person.settle()
            album.keep(person, "entrance")


def _tasks(person: Driver, album: Album, home: Path) -> None:
    """What colleagues wrote, the oldest task first."""
    services = open_home(home)
    try:
        (record, *_) = services.records.everything()
        item = LinkedItem(record.patient_id, record.id)
        today = services.clock.now().date()
        write = partial(_write, services)
        write("Could you look at this before the list on Thursday?", today - timedelta(2), item)
        write("Ring the laboratory about the missing form", today, None)
    finally:
        services.close()
    tabs = person.find(QTabBar, "tabs")
    tabs.setCurrentIndex(1)
    table = person.find(QAbstractItemView, "tasksTable")
    person.until(lambda: table.model().rowCount() > 1, "the tasks are there")
    table.setCurrentIndex(table.model().index(0, 0))
    person.settle()
    album.keep(person, "tasks")
    tabs.setCurrentIndex(0)
    person.settle()


def _write(services: Services, text: str, due: date, item: LinkedItem | None) -> None:
    """The reception writes to whoever sits here."""
    services.messenger.send(Draft(new_id(), "REC", ("ADM",), text, due=due, item=item))


def _walk(person: Driver, album: Album, home: Path) -> None:
    person.until_listed(_ONE)
    _viewers(person, album)
    _one_file(person, album)
    _triage(person, album, home)
    _browse(person, album, home)
    _seven_files(person, album)
    _a_letter(person)
    _record(person, album)
    _tasks(person, album, home)
    _setup(person, album)
    _auto_import(person, album, home)
    _towers(person, album)
    _phones(person, album, home)
    person.refresh()
    person.turn_dark()
    person.select("Sample TIFF.tiff")
    person.settle()
    album.keep(person, "dark")
    (home / "demo" / "Documents").rename(home / "demo" / "Documents, moved away")
    person.refresh()
    person.settle()
    album.keep(person, "source-away")


def _dropbox(album: Album) -> None:
    """The sign-in, which asks nobody before the browser does, and what the strip's details say after it."""
    with _practice() as home:
        _set(home, {"system.dropbox.app_key": "demo", "operator.dropbox.enabled": "true"})
        with a_desktop(), opened_window(home) as window:
            person = Driver(window)
            person.until_listed(_ONE)
            dialog = person.find(QDialog, "signInDialog")
            person.find(QWidget, "signInTimeLeft", dialog)
            person.settle()
            album.keep(person, "sign-in", dialog)
            person.click("cancelSignIn", dialog)
            person.settle()
            window.strip.details_requested.emit()
            album.keep(person, "sources", person.find(QDialog, "sourcesDialog"))


def main() -> None:
    """Take every picture into the folder that is named."""
    album = Album(Path(sys.argv[1]))
    app = QApplication.instance() or QApplication([])
    with _practice() as home, opened_window(home) as window:
        window.resize(*_SIZE)
        _walk(Driver(window), album, home)
    _dropbox(album)
    _entrance(album)
    del app


if __name__ == "__main__":
    main()
