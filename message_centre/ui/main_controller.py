"""Wires the panes to the services: the one place that knows both the window and the use cases."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from message_centre.domain.files import Listing, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.people import EVERY_PROVIDER, Provider, Right
from message_centre.services.bundle import Services
from message_centre.services.permitting import LOOKING
from message_centre.services.work import CancelToken, Report
from message_centre.ui.actions import Name, Situation, Tab
from message_centre.ui.assigning.assign_controller import AssignController
from message_centre.ui.doors import Doors
from message_centre.ui.files.files_controller import FilesController
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.following import FollowController
from message_centre.ui.files.marking import Marking
from message_centre.ui.files.rows import FileRow
from message_centre.ui.list_keys import ListKeys
from message_centre.ui.list_words import ListWords
from message_centre.ui.main_window import MainWindow
from message_centre.ui.messages.messages_controller import MessagesController
from message_centre.ui.opened import Opened, opened_for
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.preview.comparables import comparable_rows
from message_centre.ui.preview.preview_controller import PreviewController
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.setup.setup_controller import SetupController
from message_centre.ui.sources.signing import SigningController
from message_centre.ui.unclaimed.auto_controller import AutoImportController
from message_centre.ui.viewing.stepping import step


class MainController(QObject):
    """One for an opened home. `stop` before the runner is shut down."""

    def __init__(self, opened: Opened, runner: Runner, window: MainWindow) -> None:
        super().__init__(window)
        self._opened = opened
        self._runner = runner
        self._window = window
        self._provider = opened.provider
        self._tab = Tab.MY_MAIL
        self._undo = ""
        self._is_locked = False
        services = opened.services
        self.files = FilesController(services.lister, runner, window.model, window.ext.view)
        self.following = FollowController(
            services.follower, runner, window.model, self.files.look_again
        )
        self.following.models = self._models
        self.preview = PreviewController(
            services.previewer, services.exporter, runner, window.preview
        )
        self.preview.stepped.connect(self._step)
        self.preview.comparables = self._comparables
        self.words = ListWords(self.files, window)
        self.doors = Doors(opened, runner, window)
        self.signing = SigningController(services.signing_in, runner, window)
        self.messages = MessagesController(services, runner, window.tasks, window)
        self.setup = self._setup()
        self.keys = ListKeys(services.captures, runner, window, self.files)
        self.marking = Marking(self._models, self.files.look_again, self)
        self.assigning = self._assigning()
        self._connect_window()
        # After the window: what a refresh found is counted before any of it is imported.
        self.auto = self._auto_importing()
        self._connect_actions()

    @property
    def files_model(self) -> FilesModel:
        """The rows of the Ext list."""
        return self._window.model

    @property
    def _models(self) -> tuple[FilesModel, FilesModel]:
        return self._window.model, self._window.unclaimed_model

    def _selection(self) -> tuple[SourceFile, ...]:
        return self.auto.selection() if self._tab is Tab.UNCLAIMED else self.files.selection()

    def _count_selected(self) -> int:
        here = self.auto if self._tab is Tab.UNCLAIMED else self.files
        return here.count_selected()

    @property
    def services(self) -> Services:
        """The use cases of the opened home."""
        return self._opened.services

    @property
    def provider(self) -> Provider:
        """For whom one works now."""
        return self._provider

    def start(self) -> None:
        """Show who is at work and list the sources for the first time."""
        self._window.ext.view.setFocus()
        self.following.start()
        self._sit_down()
        for problem in self._opened.problems:
            show_failure(self._window, problem)

    def stop(self) -> None:
        """Ask and hear no more."""
        self.following.stop()
        self.messages.stop()
        self.setup.stop()
        self.signing.stop()
        self.files.stop()
        self.keys.stop()
        self.auto.stop()
        self.preview.show_row(None)
        self.assigning.close()

    def lock(self) -> None:
        """Nobody sits here now: what was begun goes on, and nothing new can be begun."""
        self._is_locked = True
        self._show_situation()

    def come_back(self, opened: Opened) -> None:
        """Somebody sits down again: the same operator goes on, another one begins afresh."""
        self._is_locked = False
        before, self._opened = self._opened, opened.working_for(self._provider.number)
        if opened.operator == before.operator and self._opened.provider == self._provider:
            self._window.show_title(shown(self._provider.name))
            self.doors.sit_down(self._opened, self._provider)
            self.assigning.come_back()
            self._show_situation()
            return
        self.setup.stop()
        self._provider = self._opened.provider
        self.assigning.change_desk(opened.operator, self._provider.number)
        self.assigning.forget()
        self._sit_down()

    def go_to(self, tab: Tab) -> None:
        """Show a tab; My Mail is refreshed whenever one comes to it or clicks it."""
        self._tab = tab
        self._window.show_tab(tab)
        if tab is Tab.MY_MAIL:
            self.signing.wish()
            self.files.refresh()
        if tab is Tab.UNCLAIMED:
            self.doors.look_at_towers()
        self.words.show_counts()
        self._show_current()
        self._show_situation()
        self.doors.turn_help(tab.value)

    # Wiring

    def _connect_window(self) -> None:
        window = self._window
        window.top.tab_clicked.connect(self.go_to)
        window.unclaimed.left.connect(self._go_to_mail)
        self.messages.counted.connect(window.top.show_counts)
        window.ext.filter_changed.connect(window.model.filter)
        window.ext.other_requested.connect(self._show_other)
        window.ext.ext.clicked.connect(self._click_ext)
        for view in (window.ext.view, window.unclaimed_list.view):
            view.save_requested.connect(self._save)
            view.current_changed.connect(self._show_current)
        for model in self._models:
            model.dataChanged.connect(self._show_current)
            model.counts_changed.connect(self._show_current)
        window.strip.details_requested.connect(self.doors.open_sources)
        self.files.arrived.connect(self.following.remind)
        self.files.selection_changed.connect(self._show_situation)
        self.files.ended.connect(self._show_situation)
        self.files.refreshed.connect(self._keep_up)
        self.files.arrived.connect(self.signing.hear)
        self.files.refreshed.connect(self.signing.be_content)
        self.signing.signed_in.connect(self.files.refresh)
        self.doors.look_requested.connect(self.files.refresh)
        self.doors.standing.shown.connect(self._show_towers)
        self.doors.reconnect_requested.connect(self.signing.sign_in)
        self.doors.provider_chosen.connect(self._change_provider)

    def _connect_actions(self) -> None:
        slots: dict[Name, Callable[[], object]] = {
            Name.SAVE: self._save,
            Name.SELECT_ALL: self._select_all,
            Name.DAY_SHEET: self.doors.open_day_sheet,
            Name.PATTERN: self.doors.open_pattern,
            Name.TOWERS: self.doors.open_towers,
            Name.REFRESH: self._refresh,
            Name.UNDO: self._undo_last,
            Name.PATIENT: self.doors.choose_patient,
            Name.MESSAGE: self._write_message,
            Name.FIND: self._window.ext.filter.setFocus,
            Name.PROVIDER: self.doors.choose_provider,
            Name.PHONES: self.doors.open_phones,
            Name.SETUP: self._open_setup,
            Name.HELP: self._show_help,
        }
        for name, slot in slots.items():
            self._window.actions_[name].triggered.connect(partial(_call, slot))

    def _auto_importing(self) -> AutoImportController:
        """The controller of what files itself, and of what it leaves under Unclaimed."""
        made = AutoImportController(
            self._opened.services.auto_importer, self._runner, self._window, self.files
        )
        made.selection_changed.connect(self._show_situation)
        made.settled.connect(self._keep_up)
        return made

    def _setup(self) -> SetupController:
        """The controller of Setup; what is saved there counts at once."""
        made = SetupController(self._opened.services, self._runner, self._window)
        made.changed.connect(self.files.refresh)
        self._window.hold_back_by(made.asks_about_unsaved)
        made.people_changed.connect(self._look_at_people)
        made.phones_requested.connect(self._open_phones_of)
        made.help_requested.connect(self.doors.show_help)
        made.sign_in_requested.connect(self.signing.sign_in)
        self.signing.signed_in.connect(made.look_at_sign_ins)
        return made

    def _assigning(self) -> AssignController:
        """The controller that saves for whoever sits here."""
        made = AssignController(
            self._opened.services,
            self._runner,
            self._window,
            self._opened.operator,
            self._provider.number,
        )
        self.marking.follow(made)
        made.undo_changed.connect(self._show_undo)
        made.record_requested.connect(self.doors.open_record_beside)
        self.keys.follow(made)
        return made

    # What the person does

    def _keep_up(self) -> None:
        """After each refresh: try again what could not be released, and count for the day sheet."""
        opened = self._opened
        work = partial(_keep_up, opened.services, self.files.listings, opened.operator.id)
        self._runner.submit(Lane.WRITE, work)

    def _save(self) -> None:
        if self._window.actions_[Name.SAVE].isEnabled():
            self.assigning.save(self._selection())

    def _select_all(self) -> None:
        self._window.shown_model.tick_all(ticked=True)

    def _refresh(self) -> None:
        if self._tab is Tab.UNCLAIMED:
            self.doors.look_at_towers()
        if self._tab is not Tab.MY_TASK:
            self.files.refresh()
        else:
            self._go_to_mail()

    def _undo_last(self) -> None:
        self.assigning.undo()

    def _show_towers(self) -> None:
        """What waits in towers may be all that is unclaimed, or may be gone."""
        if self._tab is Tab.UNCLAIMED:
            self._window.show_tab(self._tab)

    def _go_to_mail(self) -> None:
        self._window.top.show_tab(Tab.MY_MAIL)

    def _click_ext(self) -> None:
        """The Ext list is the only one My Mail holds: its button stays pressed and lists it anew."""
        self._window.ext.ext.setChecked(True)
        self.files.refresh()

    def _show_other(self, wanted: bool) -> None:
        self.files_model.show_other(wanted=wanted)
        self.words.show_counts()

    def _write_message(self) -> None:
        row = self._window.ext.view.current_row() if self._tab is Tab.MY_MAIL else None
        if row is not None and row.is_saved:
            self.messages.compose_about(row.file.key)
        else:
            self.messages.compose()

    def _change_provider(self, number: str) -> None:
        if number == self._provider.number:
            return
        self._provider = next(one for one in self._opened.providers if one.number == number)
        self.assigning.change_desk(self._opened.operator, number)
        self.setup.change_desk(self._opened.operator, self._provider)
        self._sit_down()

    def _look_at_people(self) -> None:
        """Somebody is new, or has another name, standing or rights: F2 and the window go by it at once."""
        services, operator = self._opened.services, self._opened.operator.id

        def look(_token: CancelToken, _report: Report) -> Opened:
            return opened_for(services, services.permitting.operator(operator))

        self._runner.submit(Lane.READ, look).succeeded.connect(self._take_people)

    def _take_people(self, opened: object) -> None:
        if not isinstance(opened, Opened) or opened.operator.id != self._opened.operator.id:
            return
        before, self._opened = self._opened, opened.working_for(self._provider.number)
        if (before.operator, self._provider) != (opened.operator, self._opened.provider):
            self._provider = self._opened.provider
            self.assigning.change_desk(opened.operator, self._provider.number)
            self.setup.change_desk(opened.operator, self._provider)
            self._sit_down()
        else:
            self.doors.sit_down(self._opened, self._provider)

    def _open_phones_of(self, number: str) -> None:
        """The phones of the Provider whose page of Setup is shown; it shows what came of it."""
        found = [one for one in self._opened.providers if one.number == number]
        self.doors.open_phones(found[0] if found else None)
        self.doors.phones.dialog.finished.connect(self.setup.look_anew)

    def _open_setup(self) -> None:
        self.setup.open(self._opened.operator, self._provider)

    def _show_help(self) -> None:
        is_looking = self._window.preview.stage.has_focus_within()
        self.doors.show_help("viewing" if is_looking else self._tab.value)

    # What is shown

    def _sit_down(self) -> None:
        self._window.top.show_people(self._opened.operator, self._provider)
        self._window.show_title(shown(self._provider.name))
        self._window.strip.clear()
        self.doors.sit_down(self._opened, self._provider)
        self.auto.sit_down(self._opened.operator)
        self.messages.sit_down(self._opened.operator.id)
        self.keys.sit_down(self._opened.operator.id)
        self.signing.sit_down(self._opened.operator, self._provider.number)
        self.signing.wish()
        self.files.sit_down(self._opened.operator, self._provider.number)
        self._show_situation()

    def _show_current(self) -> None:
        self.preview.show_row(self._shown_view.current_row())

    @property
    def _shown_view(self) -> FilesView:
        """The list that is shown, or was shown last."""
        is_unclaimed = self._tab is Tab.UNCLAIMED
        return self._window.unclaimed_list.view if is_unclaimed else self._window.ext.view

    def _step(self, by: int) -> None:
        step(self._shown_view, by)

    def _comparables(self) -> list[FileRow]:
        current = self._shown_view.current_row()
        return comparable_rows(self._window.shown_model, current, self._selection())

    def _show_undo(self, words: str) -> None:
        self._undo = words
        self._show_situation()

    def _show_situation(self) -> None:
        operator, provider = self._opened.operator, self._provider.number
        self._window.actions_.show(
            Situation(
                is_open=not self._is_locked,
                tab=self._tab,
                selected=self._count_selected(),
                can_tick=self._window.shown_model.rowCount() > 0,
                may_see=operator.may(Right.SEE_EXT, provider),
                may_save=operator.may(Right.SAVE, provider),
                may_set_up=operator.may(Right.SET_UP, EVERY_PROVIDER),
                may_look=any(map(operator.holds, LOOKING)),
                may_correct=operator.may(Right.CORRECT, provider),
                undo=self._undo,
            )
        )


def _keep_up(
    services: Services,
    listings: tuple[Listing, ...],
    operator_id: str,
    _token: CancelToken,
    _report: Report,
) -> None:
    services.recoverer.run()
    services.day_sheets.note(listings, operator_id)


def _call(slot: Callable[[], object], *_arguments: object) -> None:
    """Call a slot without the `checked` that a triggered action brings along."""
    slot()
