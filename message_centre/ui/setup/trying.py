"""The Test buttons: each makes a piece of work for a lane, and shows what came of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from message_centre.domain.findings import Finding
from message_centre.domain.sign_ins import OwnedDrive
from message_centre.services.examining import AzureTrial, Examiner
from message_centre.services.work import CancelToken
from message_centre.ui.pieces.labels import push_button
from message_centre.ui.setup.rows import Told
from message_centre.ui.words import tr

#: What a test does on its lane.
Try = Callable[[Examiner, CancelToken], object]


class TryRow(QWidget):
    """A Test button and what it found. `asked` carries this row and the work.

    Where `make` gives no work, what is marked has to be corrected first. An answer that is more than one finding goes to `answered`, for whoever knows how to show it.
    """

    asked = Signal(object, object)
    answered = Signal(object)

    def __init__(
        self, name: str, what: str, make: Callable[[], Try | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._make = make
        self.button = push_button(tr("Test"), name, self)
        self.button.setAccessibleName(tr("Test {what}", what=what))
        self.button.clicked.connect(self._ask)
        self.told = Told(f"{name}Told", self)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(10)
        self.row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.row.addWidget(self.told, 1, Qt.AlignmentFlag.AlignVCenter)
        self.row.addStretch()

    def take(self, answer: object) -> None:
        """The test has ended."""
        self.button.setEnabled(True)
        if isinstance(answer, Finding):
            self.told.say_finding(answer)
        else:
            self.told.say("")
            self.answered.emit(answer)

    def fail(self, words: str) -> None:
        """The test itself did not work."""
        self.button.setEnabled(True)
        self.told.say(words, role="bad")

    def forget(self) -> None:
        """What was found is of something else that was shown here before."""
        self.button.setEnabled(True)
        self.told.say("")

    def _ask(self) -> None:
        work = self._make()
        if work is None:
            self.told.say(tr("Correct what is marked first."), role="bad")
            return
        self.button.setEnabled(False)
        self.told.say_busy(tr("Testing\u2026"))
        self.asked.emit(self, work)


def try_own_folder(path: str) -> Try:
    """Ask a folder in which the program itself keeps something."""

    def work(examiner: Examiner, token: CancelToken) -> object:
        return examiner.own_folder(Path(path), token)

    return work


def try_folder(path: str) -> Try:
    """Ask a folder from which files are taken."""

    def work(examiner: Examiner, token: CancelToken) -> object:
        return examiner.folder(Path(path), token)

    return work


def try_server(address: str, examiner: Examiner, token: CancelToken) -> object:
    """Ask a server of photos."""
    return examiner.server(address, token)


def try_deliveries(provider: str, key: str, examiner: Examiner, token: CancelToken) -> object:
    """Ask the folder of a provider's phones; without a key that of the one on record."""
    return examiner.deliveries(provider, key, token)


def try_folders(paths: tuple[str, ...]) -> Try:
    """Ask several folders, one after the other; the findings in their order."""

    def work(examiner: Examiner, token: CancelToken) -> object:
        return tuple(examiner.folder(Path(path), token) for path in paths)

    return work


def try_azure(trial: AzureTrial, examiner: Examiner, token: CancelToken) -> object:
    """Ask a container."""
    return examiner.azure(trial, token)


def try_account(trial: AzureTrial, examiner: Examiner, token: CancelToken) -> object:
    """Ask the account."""
    return examiner.azure_account(trial, token)


def try_signed(drive: OwnedDrive, folder: str, examiner: Examiner, token: CancelToken) -> object:
    """Ask a drive that somebody has signed in to."""
    return examiner.signed(drive, folder, token)
