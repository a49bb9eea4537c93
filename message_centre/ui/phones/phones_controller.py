"""PhonesController: the phones dialog between the use cases and the person."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from message_centre.domain.medimage_config import Remark
from message_centre.domain.medimage_pairing import PhoneCode
from message_centre.domain.medimage_settings import ROOT, SERVER
from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.services.bundle import Services
from message_centre.services.pairing import KeyState
from message_centre.services.work import CancelToken, Report
from message_centre.ui.phones.phones_dialog import PhonesDialog
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Job, Lane, Runner
from message_centre.ui.words import counted, tr


class PhonesController(QObject):
    """One for an open dialog, and lives as long as it."""

    def __init__(
        self,
        services: Services,
        runner: Runner,
        desk: tuple[Operator, Provider],
        parent: QWidget | None,
    ) -> None:
        self.dialog = PhonesDialog(desk[1], parent)
        super().__init__(self.dialog)
        self._services = services
        self._medimage = services.medimage
        self._runner = runner
        self._operator, self._provider = desk[0], desk[1].number
        self._connect()
        self._look()
        if not self._operator.may(Right.SET_UP, EVERY_PROVIDER):
            self.dialog.forbid()
        self.dialog.open()

    def _connect(self) -> None:
        pair, server = self.dialog.pair_page, self.dialog.server_page
        pair.pair_requested.connect(partial(self._pair, replace=False))
        pair.replace_requested.connect(self._ask_replace)
        pair.retire_requested.connect(self._ask_retire)
        pair.reveal_requested.connect(self._reveal)
        server.save_requested.connect(self._save)
        server.check_requested.connect(self._check)
        server.write_requested.connect(self._ask_write)
        server.server_requested.connect(self._ask_server)
        server.rescue_requested.connect(self._rescue)
        self.dialog.finished.connect(self.dialog.deleteLater)

    # Pairing

    def _look(self) -> None:
        self._pairing(lambda: self._medimage.pairing.state(self._provider), self._show_state)
        values = tuple(self._services.configuring.value(key) for key in (SERVER, ROOT))
        self.dialog.server_page.show_settings(*values)

    def _pair(self, *, replace: bool) -> None:
        self.dialog.pair_page.say(tr("Asking the pairing service\u2026"))
        pair = self._medimage.pairing.pair
        work = partial(pair, self._operator, self._provider, replace=replace)
        self._pairing(work, self._show_code, Lane.FETCH)

    def _ask_replace(self) -> None:
        words = tr(
            "Every phone that was paired before has to be paired again. What it still sends waits for"
            " a person and is never filed by itself."
        )
        self._ask(tr("Replace the address key?"), words, partial(self._pair, replace=True))

    def _ask_retire(self) -> None:
        words = tr("No phone can send photos that file themselves until one is paired again.")
        retire = partial(self._medimage.pairing.retire, self._operator, self._provider)
        self._ask(
            tr("Retire the address key?"),
            words,
            partial(self._pairing, retire, self._show_state, Lane.WRITE),
        )

    def _reveal(self) -> None:
        reveal = partial(self._medimage.pairing.reveal, self._operator, self._provider)
        self._pairing(reveal, self._show_key, Lane.WRITE)

    def _pairing(
        self, work: Callable[[], object], then: Callable[[object], None], lane: Lane = Lane.READ
    ) -> None:
        page = self.dialog.pair_page
        page.set_busy(is_busy=True)
        job = self._submit(lane, work, then)
        job.failed.connect(self._pairing_failed)

    def _pairing_failed(self, error: object) -> None:
        page = self.dialog.pair_page
        page.set_busy(is_busy=False)
        page.say(words_of(error))

    def _show_state(self, state: object) -> None:
        if isinstance(state, KeyState):
            page = self.dialog.pair_page
            page.set_busy(is_busy=False)
            page.show_state(state)

    def _show_code(self, made: object) -> None:
        if isinstance(made, PhoneCode):
            page = self.dialog.pair_page
            page.say("")
            page.show_code(made, self._services.clock.now())
            self._pairing(lambda: self._medimage.pairing.state(self._provider), self._show_state)

    def _show_key(self, key: object) -> None:
        self.dialog.pair_page.set_busy(is_busy=False)
        self.dialog.pair_page.show_key(str(key))

    # The server

    def _save(self, server: str, root: str) -> None:
        def save() -> None:
            for key, value in ((SERVER, server), (ROOT, root)):
                if value != self._services.configuring.value(key):
                    self._services.configuring.set(key, value, operator=self._operator)

        self._serving(save, self._saved, Lane.WRITE)

    def _saved(self, _nothing: object) -> None:
        self.dialog.server_page.set_busy(is_busy=False)
        self.dialog.server_page.say(tr("Saved."))
        self._look()

    def _check(self, file: str) -> None:
        checking = self._medimage.checking
        work = partial(checking.check_config, self._operator, Path(file).absolute())
        self._serving(work, self._checked)

    def _checked(self, remarks: object) -> None:
        self._show(remarks, tr("The settings file was checked; nothing was changed."))

    def _ask_write(self, file: str) -> None:
        words = tr("{file} is changed. A copy of it as it is now is kept beside it.", file=file)
        checking = self._medimage.checking
        work = partial(checking.write_config, self._operator, Path(file).absolute())
        self._ask(
            tr("Write the settings?"), words, partial(self._serving, work, self._wrote, Lane.WRITE)
        )

    def _wrote(self, answer: object) -> None:
        if isinstance(answer, tuple):
            backup, left = answer
            words = tr("Written. Restart the MedImage Server, so that it reads them.")
            if backup:
                words += " " + tr("They were before: {name}", name=backup)
            self._show(left, words)

    def _ask_server(self, round_trip: bool) -> None:
        def ask() -> tuple[Remark, ...]:
            checking = self._medimage.checking
            found = checking.check_server(self._operator, self._provider, round_trip=round_trip)
            return tuple(found)

        self._serving(ask, self._asked)

    def _asked(self, remarks: object) -> None:
        self._show(remarks, tr("The running server was asked."))

    def _rescue(self) -> None:
        rescue = self._medimage.rescue.run
        work = partial(rescue, self._operator, self._provider, CancelToken())
        self._serving(work, self._rescued, Lane.WRITE)

    def _rescued(self, told: object) -> None:
        found = told if isinstance(told, tuple) else ()
        whole = sum(one.is_whole for one in found)
        words = counted(whole, "{n} photo is whole now.", "{n} photos are whole now.")
        if len(found) > whole:
            words += " " + counted(
                len(found) - whole,
                "For {n} no whole one was found.",
                "For {n} no whole ones were found.",
            )
        self.dialog.server_page.set_busy(is_busy=False)
        self.dialog.server_page.say(words)

    def _serving(
        self, work: Callable[[], object], then: Callable[[object], None], lane: Lane = Lane.FETCH
    ) -> None:
        page = self.dialog.server_page
        page.set_busy(is_busy=True)
        page.say(tr("One moment\u2026"))
        self._submit(lane, work, then).failed.connect(self._serving_failed)

    def _serving_failed(self, error: object) -> None:
        self.dialog.server_page.set_busy(is_busy=False)
        self.dialog.server_page.say(words_of(error))

    def _show(self, remarks: object, words: str) -> None:
        self.dialog.server_page.set_busy(is_busy=False)
        if isinstance(remarks, tuple):
            self.dialog.server_page.show_remarks(remarks, words)

    # Both

    def _submit(
        self, lane: Lane, work: Callable[[], object], then: Callable[[object], None]
    ) -> Job:
        def run(token: CancelToken, report: Report) -> object:
            del token, report
            return work()

        job = self._runner.submit(lane, run)
        job.succeeded.connect(then)
        return job

    def _ask(self, title: str, words: str, yes: Callable[[], object]) -> None:
        box = QMessageBox(self.dialog)
        box.setObjectName("phonesQuestion")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(title)
        box.setText(title)
        box.setInformativeText(words)
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.accepted.connect(partial(_call, yes))
        box.finished.connect(box.deleteLater)
        box.open()


def _call(what: Callable[[], object]) -> None:
    what()
