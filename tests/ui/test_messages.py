"""My Task and F10 in the real window: writing, reading, answering, opening what is linked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDateEdit,
    QDialog,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from message_centre.bootstrap import open_home
from message_centre.domain.errors import DatabaseBusy
from message_centre.domain.messages import LinkedItem
from message_centre.services.bundle import Services
from message_centre.services.messaging import Messenger
from message_centre.ui.main_window import MainWindow
from message_centre.ui.messages.messages_controller import MessagesController
from tests.support.colleagues import add_colleagues, texts, write
from tests.support.driver import Driver
from tests.support.practices import Practice
from tests.support.window import opened_window


class Desk:
    """The administrator's window, and the record by a second way."""

    def __init__(self, services: Services, person: Driver) -> None:
        self.services, self.person = services, person
        self.patient = services.register.resolve("4711")

    @property
    def window(self) -> QWidget:
        return self.person.window

    def label(self, name: str) -> str:
        return self.person.find(QLabel, name).text()

    def tab_words(self) -> str:
        return self.person.find(QTabBar, "tabs", self.window).tabText(1).replace("&", "")

    def go_to_tasks(self) -> None:
        self.window.activateWindow()
        self.person.find(QTabBar, "tabs", self.window).setCurrentIndex(1)

    def go_to_messages(self) -> None:
        self.go_to_tasks()
        self.person.find(QTabWidget, "taskPages", self.window).setCurrentIndex(1)

    def table(self, name: str) -> QAbstractItemView:
        return self.person.find(QAbstractItemView, name, self.window)

    def column(self, name: str, column: int) -> list[str]:
        model = self.table(name).model()
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def choose(self, name: str, row: int) -> None:
        view = self.table(name)
        view.setFocus()
        view.setCurrentIndex(view.model().index(row, 0))

    def compose(self, on: QWidget) -> QDialog:
        self.person.press(Qt.Key.Key_F10, on=on)
        dialog = self.person.find(QDialog, "composeDialog")
        people = self.person.find(QListWidget, "recipientsList", dialog)
        self.person.until(lambda: people.count() == 3, "the recipients are there")
        return dialog

    def pick(self, dialog: QDialog, who: str) -> None:
        self.person.type(who, "recipientsSearch", dialog)
        line = self.person.find(QWidget, "recipientsSearch", dialog)
        self.person.press(Qt.Key.Key_Return, on=line)

    def send(self, dialog: QDialog, text: str) -> None:
        self.person.type(text, "composeText", dialog)
        self.person.click("composeSend", dialog)
        self.person.until(self.is_closed, "the dialog is gone")

    def is_closed(self) -> bool:
        return not self.person.all_visible(QDialog, "composeDialog")

    def save(self, name: str = "a.jpg") -> LinkedItem:
        person = self.person
        person.select(name)
        person.save()
        person.choose("4711")
        person.describe("Left knee")
        person.file()
        person.until(
            lambda: person.cell(person.row_of(name), "Patient"), "the row says it is saved"
        )
        # With it the list goes on to the next row.
        person.find(QWidget, "toast")
        return self.newest_item()

    def newest_item(self) -> LinkedItem:
        return LinkedItem(self.patient.id, self.services.records.of_patient(self.patient.id)[0].id)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    del qtbot
    practice = Practice(tmp_path)
    practice.add_image("a.jpg")
    practice.add_image("b.jpg", width=90)
    practice.add_patient("4711")
    add_colleagues(practice.services)
    practice.close()
    services = open_home(practice.home)
    with opened_window(practice.home) as window:
        person = Driver(window)
        person.until_listed("a.jpg")
        yield Desk(services, person)
    services.close()


def test_f10_on_a_saved_row_links_its_record(desk: Desk) -> None:
    item = desk.save()
    desk.person.select("a.jpg")
    dialog = desk.compose(desk.person.ext)

    name = f"Linked: Left knee: {desk.patient.label}"
    desk.person.until(lambda: desk.label("composeItem") == name, "the item is named")
    desk.pick(dialog, "bea")
    desk.send(dialog, "Please look at this")

    desk.person.until(lambda: texts(desk.services, "BEA") == ["Please look at this"], "Bea has it")
    ((message,),) = desk.services.messenger.mailbox("BEA").conversations
    assert desk.services.messenger.open_item("BEA", message.id)[1] == item.record_id


def test_f10_on_a_row_that_waits_links_nothing(desk: Desk) -> None:
    desk.person.select("b.jpg")
    dialog = desk.compose(desk.person.ext)
    desk.pick(dialog, "cal")
    desk.send(dialog, "Lunch?")
    ((message,),) = desk.services.messenger.mailbox("CAL").conversations
    assert (message.text, message.item) == ("Lunch?", None)


def test_characters_left_are_told_and_too_many_are_not_sent(desk: Desk) -> None:
    dialog = desk.compose(desk.person.ext)
    desk.pick(dialog, "bea")
    edit = desk.person.find(QPlainTextEdit, "composeText", dialog)
    edit.setPlainText("x" * 250 + "e\u0301")
    assert desk.label("composeTextRoom") == "4 characters left"
    QTest.keyClicks(edit, "yyyyyy")
    assert desk.label("composeTextRoom") == "2 characters too many"
    assert not desk.person.find(QPushButton, "composeSend", dialog).isEnabled()
    desk.person.press(Qt.Key.Key_Return, control=True, on=dialog)
    assert texts(desk.services, "BEA") == []
    dialog.reject()


def test_favourites_and_select_all(desk: Desk) -> None:
    dialog = desk.compose(desk.person.ext)
    people = desk.person.find(QListWidget, "recipientsList", dialog)
    desk.person.type("cal", "recipientsSearch", dialog)
    desk.person.click("recipientsStar", dialog)
    desk.person.type(" ", "recipientsSearch", dialog)
    desk.person.until(lambda: people.item(0).text().startswith("Cal"), "a favourite comes first")
    desk.person.find(QCheckBox, "recipientsFavourites", dialog).click()
    assert people.count() == 1
    desk.person.click("recipientsAll", dialog)
    assert desk.label("recipientsChosen") == "To Cal Elsewhere"
    desk.person.find(QCheckBox, "recipientsFavourites", dialog).click()
    desk.person.click("recipientsAll", dialog)
    desk.send(dialog, "All of you")
    for operator in ("ADM", "BEA", "CAL"):
        assert texts(desk.services, operator) == ["All of you"]


def test_who_may_not_open_the_item_is_told_to_the_writer(desk: Desk) -> None:
    desk.save()
    desk.person.select("a.jpg")
    dialog = desk.compose(desk.person.ext)
    people = desk.person.find(QListWidget, "recipientsList", dialog)
    desk.person.until(lambda: "may not open" in people.item(2).text(), "the list says so")
    desk.pick(dialog, "cal")
    assert "Cal Elsewhere" in desk.label("recipientsWarning")
    dialog.reject()


def test_tasks_stand_by_day_and_the_overdue_say_so_in_words(desk: Desk) -> None:
    today = desk.services.clock.now().date()
    for days, text in ((4, "later"), (-3, "late"), (0, "now")):
        write(desk.services, text, due=today + timedelta(days))
    words = "My Task (3 unseen, 1 overdue)"
    desk.person.until(lambda: desk.tab_words() == words, "the tab tells by itself")
    desk.go_to_tasks()

    assert desk.column("tasksTable", 2) == ["late", "now", "later"]
    assert desk.column("tasksTable", 0)[:2] == ["Overdue by 3 days", "Due today"]
    index = desk.table("tasksTable").model().index(0, 0)
    spoken = index.data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert "Overdue by 3 days" in spoken

    desk.choose("tasksTable", 0)
    desk.person.click("conversationDone", desk.window)
    desk.person.until(lambda: desk.column("tasksTable", 2) == ["now", "later"], "it is done")
    desk.person.find(QCheckBox, "showDone", desk.window).click()
    assert desk.column("tasksTable", 2) == ["now", "later", "late"]
    assert desk.column("tasksTable", 0)[2].startswith("Done ")


def test_the_linked_item_opens_at_the_record(desk: Desk) -> None:
    item = desk.save()
    write(desk.services, "Look at this knee", item=item)
    desk.go_to_messages()
    desk.person.until(lambda: desk.column("inboxTable", 1) == ["Look at this knee"], "it is there")
    desk.choose("inboxTable", 0)
    desk.person.click("conversationOpen", desk.window)

    opened = desk.person.find(QWidget, "patientWindow")
    desk.person.until(
        lambda: "Left knee" in [one.text() for one in opened.findChildren(QLabel, "viewerName")],
        "the record is in view",
    )
    desk.person.until(
        lambda: (item.record_id, "view") in views(desk.services), "the view is on the trail"
    )


def views(services: Services) -> list[tuple[str, str]]:
    return [(one.record_id, one.action) for one in services.trail.entries()]


def test_without_the_right_nothing_of_the_patient_is_shown(desk: Desk, qtbot: QtBot) -> None:
    item = desk.save()
    write(desk.services, "For you", "CAL", by="ADM", item=item)
    home = desk.services.home
    del qtbot
    with opened_window(home, "CAL") as window:
        cal = Driver(window)
        cal.until(lambda: "1 unseen" in cal.find(QTabBar, "tabs", window).tabText(1), "Cal is told")
        window.activateWindow()
        cal.find(QTabBar, "tabs", window).setCurrentIndex(1)
        cal.find(QTabWidget, "taskPages", window).setCurrentIndex(1)
        view = cal.find(QAbstractItemView, "inboxTable", window)
        view.setCurrentIndex(view.model().index(0, 0))
        assert view.model().index(0, 2).data() == "An item that you may not see"
        assert not cal.find(QPushButton, "conversationOpen", window).isEnabled()
        texts_shown = [label.text() for label in window.findChildren(QLabel)]
        assert not [text for text in texts_shown if "SYNTHETIC" in text]


def test_a_reply_begun_waits_with_its_conversation(desk: Desk) -> None:
    write(desk.services, "first")
    write(desk.services, "second")
    desk.go_to_messages()
    desk.person.until(lambda: len(desk.column("inboxTable", 1)) == 2, "both are there")
    desk.choose("inboxTable", 0)
    desk.person.type("half a th", "replyText", desk.window)
    desk.choose("inboxTable", 1)
    assert desk.label("replyTextRoom") == "255 characters left"
    desk.choose("inboxTable", 0)
    assert desk.label("replyTextRoom") == "246 characters left"


def test_the_next_operator_finds_nothing_of_the_one_before(desk: Desk) -> None:
    write(desk.services, "for two", "ADM", "CAL")
    desk.go_to_messages()
    desk.person.until(lambda: desk.column("inboxTable", 1) == ["for two"], "it is there")
    desk.choose("inboxTable", 0)
    desk.person.type("half a th", "replyText", desk.window)
    assert isinstance(desk.window, MainWindow)
    messages = desk.window.findChild(MessagesController)
    assert messages is not None
    messages.sit_down("CAL")
    assert not desk.person.all_visible(QWidget, "replyText")
    desk.person.until(lambda: desk.tab_words() == "My Task (1 unseen)", "these are Cal's")
    desk.choose("inboxTable", 0)
    assert desk.label("replyTextRoom") == "255 characters left"


def test_the_patient_window_writes_about_what_is_in_view(desk: Desk) -> None:
    item = desk.save()
    window = desk.person.open_patient("4711")
    dialog = desk.compose(window)
    linked = desk.patient.label
    desk.person.until(lambda: desk.label("composeItem") == f"Linked: {linked}", "the patient")
    dialog.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    desk.person.show_first("imagesGrid", 0, window)
    dialog = desk.compose(window)
    desk.person.until(lambda: "Left knee" in desk.label("composeItem"), "the record is named")
    desk.pick(dialog, "bea")
    desk.send(dialog, "See this")
    ((message,),) = desk.services.messenger.mailbox("BEA").conversations
    assert desk.services.messenger.open_item("BEA", message.id)[1] == item.record_id


def begin_save_with_message(desk: Desk) -> QDialog:
    person = desk.person
    person.select("a.jpg")
    saving = person.save()
    person.choose("4711")
    person.describe("Left knee")
    dialog = desk.compose(person.find(QWidget, "assignTitle", saving))
    desk.pick(dialog, "bea")
    person.find(QCheckBox, "composeTask", dialog).click()
    due = person.find(QDateEdit, "composeDue", dialog)
    due.setDate(due.date().addDays(2))
    desk.send(dialog, "For the surgeon's list")
    assert "For the surgeon's list" in desk.label("tellWords")
    assert texts(desk.services, "BEA") == []
    return saving


def test_a_save_tells_colleagues_once_it_is_on_record(desk: Desk) -> None:
    begin_save_with_message(desk)
    desk.person.file()
    desk.person.until(lambda: texts(desk.services, "BEA") != [], "Bea is told")
    (task,) = desk.services.messenger.mailbox("BEA").tasks
    assert task.item is not None
    assert task.item.label == f"Left knee: {desk.patient.label}"
    assert desk.services.messenger.open_item("BEA", task.id)[1] == desk.newest_item().record_id


def test_a_cancelled_save_tells_nobody(desk: Desk) -> None:
    begin_save_with_message(desk)
    desk.person.cancel()
    desk.person.settle()
    assert texts(desk.services, "BEA") == []


def test_another_patient_is_not_told_of_with_the_first_ones_message(desk: Desk) -> None:
    saving = begin_save_with_message(desk)
    desk.person.click("detailsBack", saving)
    desk.person.choose("4711")
    desk.person.file()
    desk.person.settle()
    assert texts(desk.services, "BEA") == []


def test_a_message_that_fails_leaves_the_save_and_what_was_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_save_with_message(desk)
    with monkeypatch.context() as patch:
        patch.setattr(Messenger, "send", _busy)
        desk.person.file()
        dialog = desk.person.find(QDialog, "composeDialog")
    words = desk.label("composeProblem")
    assert words.startswith("The file is on record, but the message was not sent.")
    assert len(desk.services.records.of_patient(desk.patient.id)) == 1

    desk.person.click("composeSend", dialog)
    desk.person.until(
        lambda: texts(desk.services, "BEA") == ["For the surgeon's list"], "Bea has it"
    )


def _busy(_self: Messenger, _draft: object) -> None:
    raise DatabaseBusy("Another program holds the record.")


def test_everything_of_the_dialog_has_a_name(desk: Desk) -> None:
    dialog = desk.compose(desk.person.ext)
    nameless = [
        widget.objectName() or widget.metaObject().className()
        for widget in dialog.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
        and not getattr(widget, "text", str)()
    ]
    assert nameless == []
    dialog.reject()
