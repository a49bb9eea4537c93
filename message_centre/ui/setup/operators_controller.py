"""Wires the Operators page to the services: people, rights and passwords."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.domain.secrets import Secret
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.setup.operators_page import OperatorsPage
from message_centre.ui.setup.password_dialog import PasswordDialog
from message_centre.ui.words import tr

_Loaded = tuple[tuple[Operator, ...], tuple[Provider, ...], frozenset[str]]


class OperatorsController(QObject):
    """`changed` comes when people or passwords are others than before."""

    changed = Signal()

    def __init__(
        self, services: Services, runner: Runner, page: OperatorsPage, operator: Operator
    ) -> None:
        super().__init__(page)
        self._services = services
        self._runner = runner
        self._page = page
        self._operator = operator
        self._may_edit = operator.may(Right.SET_UP, EVERY_PROVIDER)
        self._loading = Newest(runner, self)
        self.dialog: PasswordDialog | None = None
        page.saved.connect(self._save)
        page.password_wanted.connect(self._ask_password)
        page.own_password_wanted.connect(self._ask_own)

    def load(self) -> None:
        """Read who works here."""
        self._loading.ask(Lane.READ, self._read, self._show, self._fail)

    def stop(self) -> None:
        """Ask and hear no more."""
        self._loading.forget()

    def _read(self, _token: CancelToken, _report: Report) -> _Loaded:
        people = self._services.people
        holders = self._services.entering.holders() if self._may_edit else frozenset()
        active = tuple(one for one in people.providers() if one.is_active)
        return people.operators(), active, holders

    def _show(self, loaded: object) -> None:
        if isinstance(loaded, tuple):
            people, providers, holders = loaded
            self._page.show_people(people, providers, holders, may_edit=self._may_edit)

    def _save(self, operator: Operator) -> None:
        self._page.save.setEnabled(False)
        staffing, by = self._services.staffing, self._operator.id

        def work(_token: CancelToken, _report: Report) -> object:
            return staffing.save_operator(operator, by=by)

        self._submit(work, self._saved, self._fail)

    def _saved(self, operator: object) -> None:
        if isinstance(operator, Operator):
            self._loading.ask(Lane.READ, self._read, partial(self._show_saved, operator))
            self.changed.emit()

    def _show_saved(self, operator: Operator, loaded: object) -> None:
        self._page.choose(operator.id)
        self._show(loaded)
        self._page.choose(operator.id)
        self._page.say_good(tr("Saved."))

    def _ask_password(self, operator: Operator) -> None:
        dialog = self._open(operator, wants_old=False)
        dialog.given.connect(partial(self._set_password, operator))

    def _ask_own(self) -> None:
        dialog = self._open(self._operator, wants_old=True)
        dialog.given.connect(self._change_own)

    def _open(self, operator: Operator, *, wants_old: bool) -> PasswordDialog:
        dialog = PasswordDialog(
            operator.name or operator.id, self._page.window(), wants_old=wants_old
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()
        return dialog

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _set_password(self, operator: Operator, _old: Secret, new: Secret) -> None:
        entering, by = self._services.entering, self._operator.id

        def work(_token: CancelToken, _report: Report) -> None:
            entering.set_password(operator.id, new, by=by)

        self._submit(work, self._password_kept, self._refuse_password)

    def _change_own(self, old: Secret, new: Secret) -> None:
        entering, whose = self._services.entering, self._operator.id

        def work(_token: CancelToken, _report: Report) -> None:
            entering.change_password(whose, old, new)

        self._submit(work, self._password_kept, self._refuse_password)

    def _password_kept(self, _nothing: object) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._loading.ask(Lane.READ, self._read, self._show_kept, self._fail)
        self.changed.emit()

    def _show_kept(self, loaded: object) -> None:
        self._show(loaded)
        self._page.say_good(tr("The password is set."))

    def _refuse_password(self, error: object) -> None:
        if self.dialog is not None:
            self.dialog.say(words_of(error))

    def _fail(self, error: object) -> None:
        self._page.say(words_of(error))

    def _submit(
        self,
        work: Callable[[CancelToken, Report], object],
        done: Callable[[object], None],
        failed: Callable[[object], None],
    ) -> None:
        job = self._runner.submit(Lane.WRITE, work)
        job.succeeded.connect(done)
        job.failed.connect(failed)
