"""The assistant's window: one page after another; Next is what keeps what was typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from message_centre.services.first_start import Standing
from message_centre.ui.first_start.pages import (
    OperatorPage,
    PracticePage,
    ProviderPage,
    RegisterPage,
    StepPage,
    StoresPage,
)
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

_SIZE = (600, 430)


class FirstStartDialog(QDialog):
    """Tells what is wished; changes nothing itself. Closing keeps what was done."""

    next_wanted = Signal()
    never_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("firstStart")
        self.setWindowTitle(tr("Setting up the practice"))
        self.setAccessibleName(self.windowTitle())
        self.practice, self.operator = PracticePage(), OperatorPage()
        self.provider, self.stores, self.register = ProviderPage(), StoresPage(), RegisterPage()
        self.step = plain_label("", "firstStep", self, role="muted")
        self.hint = plain_label("", "firstHint", self, role="muted")
        self.told = plain_label("", "firstTold", self, role="bad")
        self.back = push_button(tr("&Back"), "firstBack", self)
        self.next = push_button(tr("&Next"), "firstNext", self, role="primary")
        self.later = push_button(tr("&Later"), "firstLater", self)
        self.never = push_button(tr("Do not ask &again"), "firstNever", self, role="quiet")
        self._stack = QStackedWidget(self)
        self._is_busy = False
        for page in self.pages:
            self._stack.addWidget(page)
            page.edited.connect(self._look)
        self.next.setDefault(True)
        self.next.clicked.connect(self.next_wanted)
        self.back.clicked.connect(self._go_back)
        self.later.clicked.connect(self.reject)
        self.never.clicked.connect(self.never_wanted)
        self._lay_out()
        open_at(self, *_SIZE)
        self.go_to(0)

    @property
    def pages(self) -> tuple[StepPage, ...]:
        """Every page, in order."""
        return self.practice, self.operator, self.provider, self.stores, self.register

    @property
    def page(self) -> StepPage:
        """The page that is shown."""
        return self.pages[self._stack.currentIndex()]

    @property
    def is_last(self) -> bool:
        """Whether this is the last page."""
        return self.page is self.register

    def show_standing(self, standing: Standing) -> None:
        """Show what stands on record on every page."""
        for page in self.pages:
            page.show_standing(standing)
        self._look()

    def go_to(self, number: int) -> None:
        """Show a page."""
        self._stack.setCurrentIndex(number)
        self.step.setText(tr("Step {n} of {all}", n=number + 1, all=len(self.pages)))
        self.say("")
        self.next.setText(tr("&Finish") if self.is_last else tr("&Next"))
        self.be_busy(is_so=False)
        self.page.setFocus()
        self.page.focusNextChild()

    def go_on(self) -> None:
        """The next page."""
        self.go_to(self._stack.currentIndex() + 1)

    def say(self, text: str) -> None:
        """Say why it does not go on, or nothing."""
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def be_busy(self, *, is_so: bool) -> None:
        """Something is being kept."""
        self._is_busy = is_so
        self._stack.setEnabled(not is_so)
        self._look()

    def _look(self) -> None:
        is_free = not self._is_busy
        self.next.setEnabled(is_free and not self.page.problem)
        self.hint.setText("" if self._is_busy else self.page.problem)
        self.back.setEnabled(is_free and self._stack.currentIndex() > 0)

    def _go_back(self) -> None:
        self.go_to(self._stack.currentIndex() - 1)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.never)
        buttons.addStretch()
        for button in (self.later, self.back, self.next):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 16)
        layout.setSpacing(12)
        layout.addWidget(self.step)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.hint)
        layout.addWidget(self.told)
        layout.addLayout(buttons)
