"""Phones at the window: a code that runs out, keys that are replaced after a question, the server's page."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from message_centre.domain.medimage_ids import to_type
from message_centre.domain.people import Operator, Provider, Right
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.services.photographing import DOUBTFUL, FILED, Arrival
from message_centre.ui.phones.pair_page import PairPage
from message_centre.ui.phones.phones_controller import PhonesController
from message_centre.ui.phones.photograph_dialog import PhotographDialog
from message_centre.ui.phones.photographing import PhotographController
from message_centre.ui.runner import Runner
from tests.medimage.practice import Photos, photographed
from tests.support.engine import JANE, MARY, Engine, save_patients, started
from tests.support.medimage_names import GUID
from tests.support.pairing_service import PairingService, pairing_service

_SERVER = "https://mc.example.test:5566"
Widget = TypeVar("Widget", bound=QWidget)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with started(tmp_path) as made:
        yield made


@pytest.fixture
def service(engine: Engine) -> Iterator[PairingService]:
    with pairing_service() as made:
        configuring, operator = engine.services.configuring, engine.operator
        configuring.set("system.medimage.server", _SERVER, operator=operator)
        configuring.set("system.medimage.pairing_service", made.url, operator=operator)
        yield made


class Phones:
    """The open dialog, and how a person uses it."""

    def __init__(self, qtbot: QtBot, engine: Engine, runner: Runner, operator: Operator) -> None:
        self.qtbot, self.runner, self.engine = qtbot, runner, engine
        desk = (operator, Provider("1", "Dr Test"))
        self.controller = PhonesController(engine.services, runner, desk, None)
        self.dialog = self.controller.dialog
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=30_000)

    def click(self, name: str) -> None:
        found(self.dialog, QPushButton, name).click()
        self.settle()

    def answer(self, button: QMessageBox.StandardButton) -> None:
        (box,) = [one for one in self.dialog.findChildren(QMessageBox) if one.isVisible()]
        box.button(button).click()
        self.settle()

    def text(self, name: str) -> str:
        return found(self.dialog, QLabel, name).text()

    def remarks(self) -> list[str]:
        view = found(self.dialog, QListWidget, "serverRemarks")
        return [view.item(row).text() for row in range(view.count())]


def found(parent: QWidget, kind: type[Widget], name: str) -> Widget:
    widget = parent.findChild(kind, name)
    assert widget is not None, name
    return widget


@pytest.fixture
def phones(
    qtbot: QtBot, engine: Engine, runner: Runner, service: PairingService
) -> Iterator[Phones]:
    del service
    made = Phones(qtbot, engine, runner, engine.operator)
    yield made
    made.dialog.close()
    made.settle()


def test_who_may_not_set_up_looks_and_finds_the_rest_greyed(
    qtbot: QtBot, engine: Engine, runner: Runner, service: PairingService
) -> None:
    looker = Operator("ANN", "Ann", rights=frozenset({("1", Right.SEE_EXT)}))
    engine.services.staffing.save_operator(looker, by="ADM")
    phones = Phones(qtbot, engine, runner, looker)
    assert "no address key yet" in phones.text("keyState")
    names = ("pairPhone", "replaceKey", "retireKey", "saveServer", "checkServer", "rescuePhotos")
    assert not [n for n in names if found(phones.dialog, QPushButton, n).isEnabled()]
    assert phones.dialog.read_only.isVisible()
    assert not service.asked
    phones.dialog.close()
    phones.settle()


def test_a_code_is_shown_large_spelled_and_running_out(
    phones: Phones, service: PairingService
) -> None:
    assert "no address key yet" in phones.text("keyState")
    assert not found(phones.dialog, QPushButton, "replaceKey").isEnabled()

    phones.click("pairPhone")

    code = phones.text("phoneCode")
    assert code in service.codes
    assert "capital" in phones.text("phoneCodeSpelled") or "small" in phones.text(
        "phoneCodeSpelled"
    )
    assert phones.text("phoneCodeLeft").startswith("Good for 59:") or "60:00" in phones.text(
        "phoneCodeLeft"
    )
    assert "***" in phones.text("keyState")
    phones.click("copyPhoneCode")
    assert QGuiApplication.clipboard().text() == code


def test_a_code_that_has_run_out_is_gone(phones: Phones) -> None:
    phones.click("pairPhone")
    page = found(phones.dialog, PairPage, "pairPage")

    page.show_time(phones.engine.services.clock.now() + timedelta(hours=2))

    assert phones.text("phoneCode") == ""
    assert "run out" in phones.text("pairWords")


def test_closing_the_dialog_forgets_the_code(phones: Phones) -> None:
    phones.click("pairPhone")

    phones.dialog.reject()

    assert phones.text("phoneCode") == ""


def test_a_key_is_replaced_only_after_a_yes(phones: Phones) -> None:
    phones.click("pairPhone")
    services = phones.engine.services
    keys = MedImageKeys(services.configuring, services.permitting)
    first = keys.active("1")

    phones.click("replaceKey")
    phones.answer(QMessageBox.StandardButton.Cancel)
    assert keys.active("1") == first
    phones.click("replaceKey")
    phones.answer(QMessageBox.StandardButton.Yes)

    assert keys.active("1") not in {"", first}
    assert "1 key was replaced" in phones.text("keyState")
    phones.click("revealKey")
    assert keys.active("1") in phones.text("pairWords")
    phones.click("retireKey")
    phones.answer(QMessageBox.StandardButton.Yes)
    assert keys.active("1") == ""
    assert "no address key" in phones.text("keyState")


def test_a_service_that_is_away_is_told_and_can_be_tried_again(
    phones: Phones, service: PairingService
) -> None:
    service.spoil = lambda _guid, _server, _code: (500, {}, b"")

    phones.click("pairPhone")

    assert "status 500" in phones.text("pairWords")
    assert found(phones.dialog, QPushButton, "pairPhone").isEnabled()
    service.spoil = None
    phones.click("pairPhone")
    assert phones.text("phoneCode")


def test_who_may_set_up_no_longer_is_told_so(
    qtbot: QtBot, engine: Engine, runner: Runner, service: PairingService
) -> None:
    staffing = engine.services.staffing
    allowed = Operator("REC", "Reception", rights=frozenset({("*", Right.SET_UP)}))
    phones = Phones(qtbot, engine, runner, staffing.save_operator(allowed, by="ADM"))
    staffing.save_operator(Operator("REC", "Reception"), by="ADM")

    phones.click("pairPhone")

    assert "may not change settings" in phones.text("pairWords")
    assert not service.asked
    phones.dialog.close()
    phones.settle()


def test_the_servers_address_and_folder_are_saved_and_wrong_ones_refused(
    phones: Phones, tmp_path: Path
) -> None:
    server = found(phones.dialog, QLineEdit, "medimageServer")
    root = found(phones.dialog, QLineEdit, "medimageRoot")
    assert server.text() == _SERVER
    server.setText("http://photos.example.org")
    phones.click("saveServer")
    assert "https alone" in phones.text("serverWords")
    server.setText("https://photos.example.org")
    page = phones.dialog.server_page
    page.choose_folder = lambda _parent, _title: str(tmp_path / "photos")
    phones.click("browseRoot")
    assert root.text() == str(tmp_path / "photos")

    phones.click("saveServer")

    value = phones.engine.services.configuring.value
    assert value("system.medimage.server") == "https://photos.example.org"
    assert value("system.medimage.root") == str(tmp_path / "photos")
    assert phones.text("serverWords") == "Saved."


def test_settings_are_checked_written_after_a_yes_and_checked_again(
    phones: Phones, tmp_path: Path
) -> None:
    operator, configuring = phones.engine.operator, phones.engine.services.configuring
    configuring.set("system.medimage.root", str(tmp_path / "photos"), operator=operator)
    file = tmp_path / "server" / "config.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"backupTo": "/x", "ours": 1}))
    page = phones.dialog.server_page
    page.choose_file = lambda _parent, _title: str(file)
    phones.click("browseConfig")

    phones.click("checkConfig")
    assert any(line.startswith("Wrong") and "backupTo" in line for line in phones.remarks())
    phones.click("writeConfig")
    phones.answer(QMessageBox.StandardButton.Yes)

    assert "Restart" in phones.text("serverWords")
    assert not any(line.startswith("Wrong") for line in phones.remarks())
    assert json.loads(file.read_text())["ours"] == 1
    found(phones.dialog, QLineEdit, "medimageConfig").setText(str(tmp_path / "none.json"))
    phones.click("checkConfig")
    assert "no file" in phones.text("serverWords")


def test_a_running_server_is_asked_from_the_window(
    qtbot: QtBot, engine: Engine, runner: Runner, tmp_path: Path
) -> None:
    with photographed(engine, tmp_path) as photos:
        configuring = engine.services.configuring
        configuring.set("system.medimage.server", photos.server.url, operator=engine.operator)
        phones = Phones(qtbot, engine, runner, engine.operator)
        found(phones.dialog, QCheckBox, "roundTrip").setChecked(True)

        phones.click("checkServer")

        assert any("delivered in" in line for line in phones.remarks())
        phones.dialog.close()
        phones.settle()


def test_everything_has_a_name_for_a_screen_reader(phones: Phones) -> None:
    phones.click("pairPhone")
    for kind in (QPushButton, QLineEdit, QListWidget, QCheckBox):
        for widget in phones.dialog.findChildren(kind):
            is_inner = widget.objectName().startswith("qt_")
            assert is_inner or widget.accessibleName() or getattr(widget, "text", str)(), (
                widget.objectName()
            )
    assert "Code: " in found(phones.dialog, QLabel, "phoneCode").accessibleName()


# Photograph this patient


@pytest.fixture
def photographing(
    qtbot: QtBot, engine: Engine, runner: Runner, tmp_path: Path
) -> Iterator[Callable[[], tuple[Photos, PhotographController, PhotographDialog]]]:
    parent = QWidget()
    qtbot.addWidget(parent)
    with photographed(engine, tmp_path) as photos:

        def open_dialog() -> tuple[Photos, PhotographController, PhotographDialog]:
            desk = (engine.operator, "1")
            controller = PhotographController(engine.services, runner, JANE, desk)
            dialog = controller.open(parent)
            qtbot.waitUntil(lambda: runner.is_idle, timeout=20_000)
            return photos, controller, dialog

        yield open_dialog
        parent.close()
        qtbot.waitUntil(lambda: runner.is_idle, timeout=20_000)


def test_photos_of_this_patient_are_shown_as_they_arrive_and_no_others(
    qtbot: QtBot,
    runner: Runner,
    photographing: Callable[[], tuple[Photos, PhotographController, PhotographDialog]],
) -> None:
    opened = photographing()
    photos, controller, dialog = opened
    photos.deliver("101 leg")
    photos.deliver("100 arm")
    with qtbot.waitSignal(controller.arrived):
        controller.look()
    photos.engine.save("100-arm-21-Aug-2026-14-03-09.jpg", title="arm")
    photos.put(f"{GUID}/100/new.jpg", seconds=1)
    controller.look()
    qtbot.waitUntil(lambda: runner.is_idle, timeout=20_000)

    view = found(dialog, QListWidget, "arrivals")
    told = [view.item(row).text() for row in range(view.count())]

    assert any(line.startswith("Filed") and "arm" in line for line in told)
    assert any(line.startswith("Arriving") and "100-new" in line for line in told)
    assert len(told) == 2
    assert found(dialog, QLabel, "typeThis").text() == "100"


def test_what_lay_there_before_is_not_taken_for_an_arrival(
    qtbot: QtBot,
    runner: Runner,
    photographing: Callable[[], tuple[Photos, PhotographController, PhotographDialog]],
    engine: Engine,
) -> None:
    key = engine.services.configuring.value("provider.1.medimage.guid")
    root = Path(engine.services.configuring.value("system.medimage.root"))
    (root / key / "100").mkdir(parents=True)
    (root / key / "100" / "old.jpg").write_bytes(b"\xff\xd8\xff\xd9")
    _, controller, dialog = photographing()

    controller.look()
    qtbot.waitUntil(lambda: runner.is_idle, timeout=20_000)

    assert found(dialog, QListWidget, "arrivals").count() == 0
    assert "Waiting" in found(dialog, QLabel, "arrivalWords").text()


def test_the_dialog_warns_of_ids_that_do_not_arrive_whole(qtbot: QtBot, engine: Engine) -> None:
    from dataclasses import replace  # noqa: PLC0415 - this test alone

    patient = replace(MARY, number="AB-12", nhi="")
    save_patients(engine, patient)
    dialog = PhotographDialog(patient, engine.services.clock.now().date(), to_type(patient))
    qtbot.addWidget(dialog)
    dialog.show_arrivals([Arrival("x", FILED, "arm"), Arrival("y", DOUBTFUL, "Incomplete")])

    assert found(dialog, QLabel, "typeThis").text() == "AB-12"
    assert "by hand" in found(dialog, QLabel, "typeWarning").text()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "AB-12"
