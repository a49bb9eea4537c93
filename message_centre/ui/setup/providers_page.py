"""Setup > Provider > Providers: for whom the practice files."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.people import Provider
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.people_list import PeopleList, unsaved_words
from message_centre.ui.setup.rows import Panel, Told, show_read_only
from message_centre.ui.words import tr

_NEW = Provider("", "")


class ProvidersPage(Page):
    """Shows the Providers and tells what is wished for one; it counts with the page's own Save button."""

    saved = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Provider"), tr("Providers"), "setup-providers", parent)
        self._providers: tuple[Provider, ...] = ()
        self._shown = _NEW
        self._may_edit = False
        self.list = PeopleList("providersList", tr("Providers"), "provider", self)
        self.add = push_button(tr("&Add a Provider"), "providerAdd", self)
        self._panel = Panel(tr("Provider"), "provider", "providerPanel", self)
        self.number = QLineEdit(self._panel)
        self.name = QLineEdit(self._panel)
        self.is_active = QCheckBox(tr("&Works here"), self._panel)
        self.told = Told("providerTold", self._panel)
        self.save = push_button(tr("Save &Provider"), "providerSave", self._panel, role="primary")
        self._number_told = Told("providerNumberTold", self._panel)
        self._set_up()
        self._lay_out()

    @property
    def is_dirty(self) -> bool:
        """Whether something of the Provider that is shown is unsaved."""
        return self._may_edit and self._typed() != self._shown

    @property
    def current(self) -> Provider:
        """The Provider that is shown, as stored."""
        return self._shown

    def show_providers(self, providers: Sequence[Provider], *, may_edit: bool) -> None:
        """Show every Provider; the one who was shown stays."""
        self._providers, self._may_edit = tuple(providers), may_edit
        self.add.setEnabled(may_edit)
        keep = self._shown.number or (providers[0].number if providers else "")
        self._fill(keep)
        self.choose(keep)

    def choose(self, number: str) -> None:
        """Show one of them, or an empty form for a new one."""
        found = [one for one in self._providers if one.number == number]
        self._shown = found[0] if found else _NEW
        self._show()

    def take_back(self) -> None:
        """Show what is stored again."""
        self.choose(self._shown.number)

    def say(self, text: str, *, role: str = "muted") -> None:
        """Say what became of a change."""
        self.told.say(text, role=role)

    def has_change(self, draft: Draft) -> bool:
        """Whether something of this page is not saved yet."""
        return self.is_dirty or super().has_change(draft)

    def ask_to_save(self) -> None:
        """Tell what is typed, as the Provider it makes."""
        if self.save.isEnabled():
            self.saved.emit(self._typed())

    def _typed(self) -> Provider:
        is_active = self.is_active.isChecked() or self._shown == _NEW
        return Provider(self.number.text().strip(), self.name.text().strip(), is_active)

    def _show(self) -> None:
        one, is_new = self._shown, self._shown == _NEW
        self.told.say("")
        self.number.setText(one.number)
        self.name.setText(one.name)
        show_read_only(self.number, is_so=not (is_new and self._may_edit))
        show_read_only(self.name, is_so=not self._may_edit)
        hint = tr("Names a folder of the stores; it stays as it is.") if is_new else ""
        self._number_told.say(hint)
        self.is_active.setChecked(one.is_active)
        self.is_active.setEnabled(self._may_edit and not is_new)
        self._active_hint.setVisible(not is_new)
        self._look()

    def _look(self) -> None:
        typed = self._typed()
        is_taken = self._shown == _NEW and typed.number in {one.number for one in self._providers}
        if is_taken:
            self.say(tr("There is a Provider with this number already."), role="bad")
        is_whole = bool(typed.number and typed.name) and not is_taken
        self.save.setEnabled(self.is_dirty and is_whole)

    def _edit(self) -> None:
        self.told.say("")
        self._look()

    def _fill(self, current: str) -> None:
        people = [(one.number, one.name, one.is_active) for one in self._providers]
        self.list.fill(people, current)

    def _turn(self, number: str) -> None:
        if number == self._shown.number:
            return
        if self.is_dirty:
            self._fill(self._shown.number)
            self.say(unsaved_words(), role="bad")
            return
        self.choose(number)

    def _begin_new(self) -> None:
        if self.is_dirty:
            self.say(unsaved_words(), role="bad")
            return
        self._fill("")
        self.choose("")
        self.number.setFocus()

    def _set_up(self) -> None:
        self.list.turned.connect(self._turn)
        for line, name, spoken in (
            (self.number, "providerNumber", tr("Number")),
            (self.name, "providerRowName", tr("Name")),
        ):
            line.setObjectName(name)
            line.setAccessibleName(spoken)
            line.textEdited.connect(self._edit)
        self.is_active.setObjectName("providerActive")
        self.is_active.setAccessibleName(tr("Works here"))
        self.is_active.clicked.connect(self._edit)
        self.add.clicked.connect(self._begin_new)
        self.save.clicked.connect(self.ask_to_save)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.add)
        panel = self._panel
        panel.rows.add(tr("N&umber"), self.number, self._number_told)
        panel.rows.add(tr("&Name"), self.name, Told("providerNameTold", panel))
        panel.add_below(self.is_active)
        hint = tr(
            "Nobody can choose a Provider who does not work here any more. What was filed stays where"
            " it is; numbers in names of files no longer find them."
        )
        self._active_hint = plain_label(hint, "providerActiveHint", panel, role="muted")
        panel.add_below(self._active_hint)
        last = QHBoxLayout()
        last.setContentsMargins(0, 0, 0, 0)
        last.addWidget(self.told, 1)
        last.addStretch()
        last.addWidget(self.save)
        below = QWidget(panel)
        below.setLayout(last)
        panel.add_across(below)
        right = QVBoxLayout()
        right.addWidget(panel)
        right.addStretch()
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addLayout(left)
        across.addLayout(right, 1)
        self.column.addLayout(across, 1)
