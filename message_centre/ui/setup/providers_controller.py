"""Wires the Providers page to the services."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.setup.providers_page import ProvidersPage
from message_centre.ui.words import tr


class ProvidersController(QObject):
    """`changed` comes when there is another Provider, or one has another name or standing."""

    changed = Signal()

    def __init__(
        self, services: Services, runner: Runner, page: ProvidersPage, operator: Operator
    ) -> None:
        super().__init__(page)
        self._services = services
        self._runner = runner
        self._page = page
        self._operator = operator
        self._may_edit = operator.may(Right.SET_UP, EVERY_PROVIDER)
        self._loading = Newest(runner, self)
        page.saved.connect(self._save)

    def load(self) -> None:
        """Read the Providers."""
        self._loading.ask(Lane.READ, self._read, self._show, self._fail)

    def stop(self) -> None:
        """Ask and hear no more."""
        self._loading.forget()

    def _read(self, _token: CancelToken, _report: Report) -> tuple[Provider, ...]:
        return self._services.people.providers()

    def _show(self, providers: object) -> None:
        if isinstance(providers, tuple):
            self._page.show_providers(providers, may_edit=self._may_edit)

    def _save(self, provider: Provider) -> None:
        self._page.save.setEnabled(False)
        staffing, by = self._services.staffing, self._operator.id

        def work(_token: CancelToken, _report: Report) -> object:
            return staffing.save_provider(provider, by=by)

        job = self._runner.submit(Lane.WRITE, work)
        job.succeeded.connect(self._saved)
        job.failed.connect(self._fail)

    def _saved(self, provider: object) -> None:
        if isinstance(provider, Provider):
            show = partial(self._show_saved, provider)
            self._loading.ask(Lane.READ, self._read, show, self._fail)
            self.changed.emit()

    def _show_saved(self, provider: Provider, providers: object) -> None:
        self._show(providers)
        self._page.choose(provider.number)
        self._show(providers)
        self._page.say(tr("Saved."))

    def _fail(self, error: object) -> None:
        self._page.say(words_of(error), role="bad")
        self._page.save.setEnabled(self._page.is_dirty)
