"""Opens what stands beside the list: the register, the day sheet, the phones, help and the like."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from message_centre.domain.errors import NotPermitted
from message_centre.domain.patients import Patient
from message_centre.domain.people import Provider
from message_centre.services.assigning import Duplicate
from message_centre.ui.day_sheet.day_sheet_controller import DaySheetController
from message_centre.ui.help_pane import HelpPane
from message_centre.ui.main_window import MainWindow
from message_centre.ui.opened import Opened
from message_centre.ui.patients.chooser import patient_chooser
from message_centre.ui.phones.phones_controller import PhonesController
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.provider_dialog import ProviderDialog
from message_centre.ui.record.opening import open_patient_window, open_record_beside
from message_centre.ui.record.record_controller import RecordController
from message_centre.ui.runner import Runner
from message_centre.ui.sources.strip import SourcesDialog
from message_centre.ui.towers.standing import StandingController
from message_centre.ui.towers.towers_controller import TowersController
from message_centre.ui.unclaimed.pattern_controller import PatternController
from message_centre.ui.words import tr


class Doors(QObject):
    """One for a window; `sit_down` says for whom it opens them."""

    #: A source, or what files by themselves, may now be another one: the lists are to be looked at.
    look_requested = Signal()
    #: As that of `SourcesDialog`.
    reconnect_requested = Signal(object)
    #: The number of the Provider one wants to work for.
    provider_chosen = Signal(str)

    def __init__(self, opened: Opened, runner: Runner, window: MainWindow) -> None:
        super().__init__(window)
        self._opened = opened
        self._provider = opened.provider
        self._runner = runner
        self._window = window
        self._help: HelpPane | None = None
        self.day_sheet = DaySheetController(opened.services.day_sheets, runner, window)
        self._pattern = PatternController(opened.services.configuring, runner, window)
        self.towers = TowersController(opened.services, runner, window)
        self.towers.by_hand.connect(self._assign_folder)
        pane = window.unclaimed_list.towers
        self.standing = StandingController(opened.services.bulk_importer, runner, pane)
        self.towers.changed.connect(self.look_at_towers)
        pane.review_requested.connect(self.open_towers)
        self._pattern.changed.connect(self.look_requested)

    def sit_down(self, opened: Opened, provider: Provider) -> None:
        """What is opened from now on is for this operator and this Provider."""
        self._opened, self._provider = opened, provider

    def open_day_sheet(self) -> None:
        """Show where everything seen on a day went."""
        self.day_sheet.open(self._opened.operator, self._provider.number)

    def open_pattern(self) -> None:
        """Show the names that file by themselves, with a live test."""
        self._pattern.open(self._opened.operator)

    def open_towers(self) -> None:
        """Show the folders of tower devices, and whose they are."""
        self.towers.open(self._opened.operator, self._provider)

    def look_at_towers(self) -> None:
        """See anew which tower folders wait."""
        self.standing.look(self._opened.operator, self._provider.number)

    def _assign_folder(self, folder: Path) -> None:
        """Ask for a patient, and show the folder's files for them."""
        opened = self._opened
        dialog = patient_chooser(opened.services, self._runner, opened.operator, self._window)
        dialog.chosen.connect(partial(self._open_with, folder))
        dialog.open()

    def _open_with(self, folder: Path, patient: Patient) -> None:
        self.open_patient(patient).browse_wanted.emit((folder,))

    def open_phones(self, provider: Provider | None = None) -> None:
        """Show the phones of the practice, and how to pair one; another Provider's where it is named."""
        desk = (self._opened.operator, provider or self._provider)
        self.phones = PhonesController(self._opened.services, self._runner, desk, self._window)

    def open_sources(self) -> None:
        """Show how each source stands."""
        dialog = SourcesDialog(self._window.strip.listings, self._window)
        dialog.look_requested.connect(self.look_requested)
        dialog.reconnect_requested.connect(self.reconnect_requested)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def choose_patient(self) -> None:
        """Ask for a patient, and open the record."""
        opened = self._opened
        dialog = patient_chooser(opened.services, self._runner, opened.operator, self._window)
        dialog.chosen.connect(self.open_patient)
        dialog.open()

    def choose_provider(self) -> None:
        """Ask for whom one wants to work."""
        choosable = self._opened.choosable
        if not choosable:
            words = tr("You hold no right for any Provider.")
            show_failure(self._window, NotPermitted(words))
            return
        dialog = ProviderDialog(choosable, self._provider.number, self._window)
        dialog.chosen.connect(self.provider_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_help(self, topic: str) -> None:
        """Open help at a topic."""
        if self._help is None:
            self._help = HelpPane(self._window)
        self._help.show_topic(topic)
        self._help.show()
        self._help.raise_()

    def turn_help(self, topic: str) -> None:
        """Let help that was opened follow to another topic."""
        if self._help is not None:
            self._help.show_topic(topic)

    def open_patient(self, patient: Patient) -> RecordController:
        """Open a patient's record."""
        opened = self._opened
        controller = open_patient_window(
            opened.services, self._runner, patient, opened.operator, self._window
        )
        controller.provider_changed.emit(self._provider.number)
        return controller

    def open_record_beside(self, dialog: QDialog, duplicate: Duplicate) -> None:
        """Show a record beside the dialog that asks about it."""
        opened = self._opened
        open_record_beside(opened.services, self._runner, opened.operator, dialog, duplicate)
