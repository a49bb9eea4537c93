"""Wires the Setup window to the services: loads, saves, tests, and tells when settings have changed."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.files import SourceKind
from message_centre.domain.findings import Finding, Verdict
from message_centre.domain.names import shown
from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.domain.secrets import Secret
from message_centre.services.bundle import Services
from message_centre.services.examining import Examiner
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.failures import show_failure, words_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.setup import lane_work
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.lane_work import Ended, Loaded
from message_centre.ui.setup.operators_controller import OperatorsController
from message_centre.ui.setup.operators_page import NEW
from message_centre.ui.setup.page import fill_people
from message_centre.ui.setup.people import Desk
from message_centre.ui.setup.providers_controller import ProvidersController
from message_centre.ui.setup.setup_window import SetupWindow
from message_centre.ui.setup.trying import Try, TryRow
from message_centre.ui.words import counted, tr

_GLANCE_MS = 500


class SetupController(QObject):
    """At most one window; what is typed in it counts once it is saved."""

    #: Something was saved or signed out: the list and its sources have to be looked at anew.
    changed = Signal()
    #: Somebody is new, or has another name, standing or rights.
    people_changed = Signal()
    help_requested = Signal(str)
    sign_in_requested = Signal(object)
    #: The number of the Provider whose phones they are, or empty.
    phones_requested = Signal(str)

    def __init__(self, services: Services, runner: Runner, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self._runner = runner
        self._parent = parent
        self._window: SetupWindow | None = None
        self._draft = Draft()
        self._desk = Desk()
        self._operator: Operator | None = None
        self._loading = Newest(runner, self)
        self._signed = Newest(runner, self)
        self._trials: dict[TryRow, Newest] = {}
        self._clock = QTimer(self)
        self._clock.setInterval(_GLANCE_MS)
        self._clock.timeout.connect(self._look_at_receiver)
        self.people: OperatorsController | None = None
        self.providers: ProvidersController | None = None

    @property
    def window(self) -> SetupWindow | None:
        """The window that is open."""
        return self._window

    def open(self, operator: Operator, provider: Provider) -> None:
        """Show the window for who sits here now; one that is open comes forward."""
        if self._window is None:
            self._sit_down(operator, provider)
            self._draft = Draft()
            self._window = self._make()
            self.look_anew()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def change_desk(self, operator: Operator, provider: Provider) -> None:
        """Somebody works for another provider now; what is typed stays."""
        self._sit_down(operator, provider)
        if self._window is not None:
            self._window.messaging.sit_down(self._desk)
            self.look_at_sign_ins()

    def look_at_sign_ins(self) -> None:
        """Somebody has signed in or out."""
        if self._window is not None:
            work = partial(lane_work.signed_states, self._services.signing_in, self._desk)
            self._signed.ask(Lane.READ, work, self._show_signed, self._fail)

    def look_anew(self) -> None:
        """Something was changed elsewhere; what is typed here stays."""
        if self._window is not None:
            work = partial(lane_work.load, self._services, self._desk)
            self._loading.ask(Lane.READ, work, self._show_loaded, self._fail)

    def asks_about_unsaved(self) -> bool:
        """Whether something is unsaved; then it is asked about, in front of everything."""
        window = self._window
        if window is None:
            return False
        if not (self._draft.is_dirty or any(page.is_dirty for page in window.own_savers)):
            return False
        window.raise_()
        window.activateWindow()
        window.reject()
        return True

    def stop(self) -> None:
        """Close without asking and hear no more."""
        if self._window is not None:
            self._window.hide()
            self._forget()

    # Opening and closing

    def _sit_down(self, operator: Operator, provider: Provider) -> None:
        self._operator = operator
        name = shown(provider.name) or provider.number
        may_edit = operator.may(Right.SET_UP, EVERY_PROVIDER)
        self._desk = Desk(operator.id, provider.number, name, may_edit)

    def _make(self) -> SetupWindow:
        window = SetupWindow(self._parent)
        window.messaging.sit_down(self._desk)
        window.messaging.operator_chosen.connect(self._load_operator)
        window.provider.provider_chosen.connect(self._show)
        window.messaging.sign_in_requested.connect(self._sign_in)
        window.messaging.sign_out_requested.connect(self._sign_out)
        self._make_people(window)
        for page in window.pages:
            page.edited.connect(self._edit)
            page.tried.connect(self._try)
        window.save_requested.connect(self._save)
        window.help_requested.connect(self.help_requested)
        window.phones_requested.connect(self.phones_requested)
        self._clock.start()
        window.closed.connect(self._forget)
        window.told.say_busy(tr("Reading the settings\u2026"))
        return window

    def _make_people(self, window: SetupWindow) -> None:
        desk = (self._services, self._runner)
        operator = self._operator or NEW
        self.people = OperatorsController(*desk, window.operators, operator)
        self.people.changed.connect(self._people_changed)
        self.people.load()
        self.providers = ProvidersController(*desk, window.providers, operator)
        self.providers.changed.connect(self._providers_changed)
        self.providers.load()

    def _people_changed(self) -> None:
        """Somebody is new, or has another name, standing or rights: every page offers them so."""
        self.people_changed.emit()
        self.changed.emit()
        self.look_anew()

    def _providers_changed(self) -> None:
        self._people_changed()
        window, people = self._window, self.people
        # What is typed of an operator stays: its table of rights shows the new column later.
        if window is not None and people is not None and not window.operators.is_dirty:
            people.load()

    def _look_at_receiver(self) -> None:
        """It may start, stop or fail at any moment; to look at it costs nothing."""
        if self._window is not None:
            self._window.phones.show_receiver(self._services.medimage.receiver.state)

    def _forget(self) -> None:
        self._clock.stop()
        for newest in (self._loading, self._signed, *self._trials.values()):
            newest.forget()
        self._trials.clear()
        for part in (self.people, self.providers):
            if part is not None:
                part.stop()
        self.people = self.providers = None
        if self._window is not None:
            self._window.deleteLater()
            self._window = None

    # What is shown

    def _show(self, *_asked: object) -> None:
        if self._window is not None:
            self._window.show_draft(self._draft, may_edit=self._desk.may_edit)
            self._look_at_receiver()

    def _show_loaded(self, loaded: object) -> None:
        window = self._window
        if window is None or not isinstance(loaded, Loaded):
            return
        self._draft.take(loaded.values)
        window.told.say("")
        operators = [(one.id, one.name) for one in loaded.operators]
        providers = [(one.number, one.name) for one in loaded.providers]
        operator = window.messaging.operator or self._desk.operator
        fill_people(window.messaging.people, operators, operator)
        provider = window.provider.provider or self._desk.provider
        fill_people(window.provider.people, providers, provider)
        window.messaging.show_signed(loaded.signed)
        self._show()

    def _show_signed(self, states: object) -> None:
        if self._window is not None and isinstance(states, Mapping):
            self._window.messaging.show_signed(states)
            self._show()

    def _load_operator(self, operator: str) -> None:
        self._show()
        if operator and operator != self._desk.operator:
            work = partial(lane_work.values_of, self._services, operator)
            self._loading.ask(Lane.READ, work, self._take_values, self._fail)

    def _take_values(self, values: object) -> None:
        if isinstance(values, Mapping):
            self._draft.take(values)
            self._show()

    def _fail(self, error: object) -> None:
        if self._window is not None:
            self._window.told.say(words_of(error), role="bad")

    # What a person does

    def _edit(self, key: str, told: object) -> None:
        if isinstance(told, str):
            self._draft.edit(key, told)
        else:
            self._draft.give_secret(key, told if isinstance(told, Secret) else None)
        if told not in {"true", "false"}:
            self._forget_findings()
        if self._window is not None:
            self._window.told.say("")
        self._show()

    def _forget_findings(self) -> None:
        """What was found is of other values."""
        for page in self._window.pages if self._window is not None else ():
            for trial in page.forget_findings():
                if trial in self._trials:
                    self._trials[trial].forget()

    def _try(self, row: TryRow, work: Try) -> None:
        newest = self._trials.get(row) or Newest(self._runner, row)
        self._trials[row] = newest
        examiner = self._services.examiner
        newest.ask(Lane.FETCH, partial(_tried, examiner, work), row.take, partial(_fail_try, row))

    def _sign_in(self, kind: SourceKind) -> None:
        if self._is_saved():
            self.sign_in_requested.emit(kind)

    def _sign_out(self, kind: SourceKind) -> None:
        if self._operator is not None:
            who = (self._desk, self._operator)
            work = partial(lane_work.sign_out, self._services, kind, who)
            job = self._runner.submit(Lane.FETCH, work)
            job.succeeded.connect(self._signed_out)
            job.failed.connect(partial(show_failure, self._parent))

    def _signed_out(self, _nothing: object) -> None:
        self.look_at_sign_ins()
        self.changed.emit()

    def _is_saved(self) -> bool:
        """A sign-in goes by what is saved, so that it is said when something is not."""
        if self._draft.is_dirty and self._window is not None:
            self._window.told.say(tr("Save first: a sign-in uses what is saved."), role="bad")
            return False
        return True

    # Saving

    def _save(self) -> None:
        if self._window is None or self._operator is None or not self._window.save.isEnabled():
            return
        self._window.save.setEnabled(False)
        self._window.told.say_busy(tr("Saving\u2026"))
        work = partial(lane_work.save, self._services, self._draft.changes(), self._operator)
        job = self._runner.submit(Lane.WRITE, work)
        job.succeeded.connect(self._saved)
        job.failed.connect(self._fail)

    def _saved(self, ended: object) -> None:
        if not isinstance(ended, tuple):
            return
        for one in ended:
            if one.problem:
                self._draft.refuse(one.change.key, one.problem)
            else:
                self._draft.saved(one.change, one.now)
        self._show()
        self._say_saved(ended)
        self.changed.emit()

    def _say_saved(self, ended: tuple[Ended, ...]) -> None:
        window = self._window
        if window is None:
            return
        refused = sum(1 for one in ended if one.problem)
        warning = next((one.warning for one in ended if one.warning), "")
        if refused:
            words = counted(
                refused,
                "{n} setting was not saved; the reason stands beside it.",
                "{n} settings were not saved; the reasons stand beside them.",
            )
            window.told.say(words, role="bad")
            bad = next((page for page in window.pages if page.has_problem(self._draft)), None)
            if bad is not None:
                window.go_to(bad)
        elif warning:
            window.told.say_finding(Finding(Verdict.WARNING, f"{tr('Saved.')} {tr(warning)}"))
        else:
            window.told.say_finding(Finding(Verdict.GOOD, tr("Saved.")))


def _tried(examiner: Examiner, work: Try, token: CancelToken, _report: Report) -> object:
    return work(examiner, token)


def _fail_try(row: TryRow, error: object) -> None:
    row.fail(words_of(error))
