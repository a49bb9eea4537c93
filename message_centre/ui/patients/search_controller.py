"""SearchController: carries what is typed to the register and the newest answer back."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QObject

from message_centre.domain.patients import Patient
from message_centre.services.registering import Register
from message_centre.services.work import CancelToken, Report
from message_centre.ui.patients.search_box import SearchBox
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Lane, Newest, Runner

_LIMIT = 50


class SearchController(QObject):
    """Searches on the READ lane; an answer that was overtaken by more typing is dropped."""

    def __init__(
        self,
        register: Register,
        runner: Runner,
        box: SearchBox,
        *,
        operator: str,
        today: Callable[[], date],
    ) -> None:
        super().__init__(box)
        self._register = register
        self._box = box
        self._operator = operator
        self._today = today
        self._newest = Newest(runner, self)
        box.asked.connect(self.search)

    def search(self, text: str) -> None:
        """Ask the register; an empty text asks for the operator's recent patients."""
        self._newest.ask(
            Lane.READ, partial(self._find, text), partial(self._show, text), self._show_problem
        )

    def forget(self) -> None:
        """Drop whatever is still being searched for."""
        self._newest.forget()

    def _find(self, text: str, token: CancelToken, report: Report) -> tuple[Patient, ...]:
        del report
        token.check()
        if not text:
            return self._register.recents(self._operator)
        return tuple(patient for patient, _ in self._register.search(text, limit=_LIMIT))

    def _show(self, text: str, answer: object) -> None:
        if isinstance(answer, tuple):
            self._box.show_patients(text, answer, self._today())

    def _show_problem(self, error: object) -> None:
        self._box.show_problem(words_of(error))
