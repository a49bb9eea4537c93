"""PatientPicker: the search box, and a key of its own for the same patient again."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from message_centre.domain.patients import Patient
from message_centre.services.registering import Register
from message_centre.services.work import CancelToken, Report
from message_centre.ui.patients.search_box import SearchBox
from message_centre.ui.patients.search_controller import SearchController
from message_centre.ui.patients.wording import target_words
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.pieces.labels import push_button, unmarked
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.words import tr

_AGAIN_KEYS = ("Ctrl+R", "F4")


class PatientPicker(QWidget):
    """Search or, only on Ctrl+R, F4 or a click, the patient before."""

    chosen = Signal(object)
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patientPicker")
        self.box = SearchBox(self)
        self._again = push_button("", "samePatientAgain", self, role="quiet")
        self._again.hide()
        self._choose = push_button(tr("Choose"), "choosePatient", self, role="primary")
        self._choose.setAccessibleName(tr("Choose the marked patient"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._again)
        buttons.addStretch(1)
        buttons.addWidget(self._choose)
        layout.addLayout(buttons)
        self._choose.clicked.connect(self.box.choose_current)
        self.box.chosen.connect(self.chosen)
        self._again.clicked.connect(self.again_asked)
        self.setFocusProxy(self.box)
        self._bind_keys()

    def offer_again(self, patient: Patient | None) -> None:
        """Offer the patient before, or nobody."""
        self._again.setVisible(patient is not None)
        if patient is not None:
            words = tr("Same patient again: {who}  (Ctrl+R)", who=target_words(patient))
            self._again.setText(unmarked(words))
            self._again.setAccessibleName(words)

    def _bind_keys(self) -> None:
        for key in _AGAIN_KEYS:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.again_asked)


class PickerController(QObject):
    """Searches for a picker, and reads the patient before afresh when that one is asked for."""

    def __init__(
        self,
        register: Register,
        runner: Runner,
        picker: PatientPicker,
        *,
        operator: str,
        today: Callable[[], date],
    ) -> None:
        super().__init__(picker)
        self._register = register
        self._picker = picker
        self._newest = Newest(runner, self)
        self._search = SearchController(
            register, runner, picker.box, operator=operator, today=today
        )
        self._before: Patient | None = None
        picker.again_asked.connect(self._choose_again)

    def start(self, before: Patient | None = None) -> None:
        """Empty the search and take the focus; `before` may be chosen by its own key."""
        self._before = before
        self._picker.offer_again(before)
        self._picker.box.start()

    def forget(self) -> None:
        """Drop every answer still on its way."""
        self._newest.forget()
        self._search.forget()

    def _choose_again(self) -> None:
        if self._before is not None and self._picker.isVisible():
            work = partial(self._read, self._before.id)
            self._newest.ask(Lane.READ, work, self._hand_on, self._show_problem)

    def _read(self, patient_id: str, token: CancelToken, report: Report) -> Patient | None:
        del token, report
        return self._register.get(patient_id)

    def _hand_on(self, patient: object) -> None:
        if isinstance(patient, Patient) and self._picker.isVisible():
            self._picker.chosen.emit(patient)

    def _show_problem(self, error: object) -> None:
        self._picker.box.show_problem(words_of(error))
