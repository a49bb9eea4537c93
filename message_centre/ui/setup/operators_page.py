"""Setup > Personnel > Operators: who works here, what they may do, and their passwords."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.people import Operator, Provider
from message_centre.domain.people_settings import LOCK_AFTER, PRACTICE_NAME
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.people_list import PeopleList, unsaved_words
from message_centre.ui.setup.rights_table import RightsTable
from message_centre.ui.setup.rows import Panel, TextRow, Told, show_read_only
from message_centre.ui.words import tr

NEW = Operator("", "")


class OperatorsPage(Page):
    """Shows people and tells what is wished for them; what is typed counts with its own Save button."""

    saved = Signal(object)
    password_wanted = Signal(object)
    own_password_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            tr("Personnel \u203a Operators"), tr("People and rights"), "setup-operators", parent
        )
        self._people: tuple[Operator, ...] = ()
        self._providers: tuple[Provider, ...] = ()
        self._holders: frozenset[str] = frozenset()
        self._shown = NEW
        self._may_edit = False
        self.list = PeopleList("operatorList", tr("Operators"), "operator", self)
        self.add = push_button(tr("&Add an operator"), "operatorAdd", self)
        self.mine = push_button(tr("Change m&y password\u2026"), "operatorMine", self)
        self._panel = Panel(tr("Operator"), "operator", "operatorPanel", self)
        self.id = QLineEdit(self._panel)
        self.name = QLineEdit(self._panel)
        self.is_active = QCheckBox(tr("May si&gn in"), self._panel)
        self.password = push_button(tr("Set &password\u2026"), "operatorPassword", self._panel)
        self.rights = RightsTable(self._panel)
        self.told = Told("operatorTold", self._panel)
        self.save = push_button(tr("Save &operator"), "operatorSave", self._panel, role="primary")
        self._set_up()
        self._lay_out()

    @property
    def is_dirty(self) -> bool:
        """Whether something of the operator that is shown is unsaved."""
        return self._may_edit and self._typed() != self._shown

    @property
    def current(self) -> Operator:
        """The operator that is shown, as stored."""
        return self._shown

    def show_people(
        self,
        people: Sequence[Operator],
        providers: Sequence[Provider],
        holders: frozenset[str],
        *,
        may_edit: bool,
    ) -> None:
        """Show who works here; the one who was shown stays."""
        self._people, self._providers = tuple(people), tuple(providers)
        self._holders, self._may_edit = holders, may_edit
        self.add.setEnabled(may_edit)
        keep = self._shown.id or (people[0].id if people else "")
        self._fill(keep)
        self.choose(keep)

    def choose(self, operator_id: str) -> None:
        """Show one of them, or an empty form for a new one."""
        found = [one for one in self._people if one.id == operator_id]
        self._shown = found[0] if found else NEW
        self._show()

    def take_back(self) -> None:
        """Show what is stored again."""
        self.choose(self._shown.id)

    def say(self, text: str) -> None:
        """Say why something was not saved."""
        self.told.say(text, role="bad")

    def say_good(self, text: str) -> None:
        """Say that something was saved."""
        self.told.say(text)

    def has_change(self, draft: Draft) -> bool:
        """Whether something of this page is not saved yet."""
        return self.is_dirty or super().has_change(draft)

    def ask_to_save(self) -> None:
        """Tell what is typed, as the operator it makes."""
        if self.save.isEnabled():
            self.saved.emit(self._typed())

    def _typed(self) -> Operator:
        return Operator(
            self.id.text().strip(),
            self.name.text().strip(),
            self.is_active.isChecked() or self._shown == NEW,
            self.rights.rights,
        )

    def _show(self) -> None:
        one, is_new = self._shown, self._shown == NEW
        self.told.say("")
        self.id.setText(one.id)
        show_read_only(self.id, is_so=not (is_new and self._may_edit))
        self.name.setText(one.name)
        show_read_only(self.name, is_so=not self._may_edit)
        self.is_active.setChecked(one.is_active)
        self.is_active.setEnabled(self._may_edit and not is_new)
        self.password.setEnabled(self._may_edit and not is_new)
        self.rights.show_rights(one.rights, self._providers, may_edit=self._may_edit)
        self._state.setText(self._password_words())
        self._look()

    def _password_words(self) -> str:
        if self._shown == NEW:
            return tr("Save first, then set a password.")
        if self._shown.id in self._holders:
            return tr("Has a password.")
        if not self._may_edit:
            return ""
        if self._holders:
            return tr("No password yet: cannot sign in.")
        return tr("No password: anybody can work under this name.")

    def _look(self) -> None:
        typed = self._typed()
        is_taken = self._shown == NEW and typed.id in {one.id for one in self._people}
        if is_taken:
            self.say(tr("There is an operator with this id already."))
        is_whole = bool(typed.id and typed.name) and not is_taken
        self.save.setEnabled(self.is_dirty and is_whole)

    def _edit(self) -> None:
        self.told.say("")
        self._look()

    def _fill(self, current: str) -> None:
        people = [(one.id, one.name, one.is_active) for one in self._people]
        self.list.fill(people, current)

    def _turn(self, operator_id: str) -> None:
        if operator_id == self._shown.id:
            return
        if self.is_dirty:
            self._fill(self._shown.id)
            self.say(unsaved_words())
            return
        self.choose(operator_id)

    def _begin_new(self) -> None:
        if self.is_dirty:
            self.say(unsaved_words())
            return
        self._fill("")
        self.choose("")
        self.id.setFocus()

    def _ask_password(self) -> None:
        self.password_wanted.emit(self._shown)

    def _set_up(self) -> None:
        self.list.turned.connect(self._turn)
        for line, name, spoken in (
            (self.id, "operatorId", tr("Id")),
            (self.name, "operatorRowName", tr("Name")),
        ):
            line.setObjectName(name)
            line.setAccessibleName(spoken)
            line.textEdited.connect(self._edit)
        self.is_active.setObjectName("operatorActive")
        self.is_active.setAccessibleName(tr("May sign in"))
        self.is_active.clicked.connect(self._edit)
        self.rights.edited.connect(self._edit)
        self.add.clicked.connect(self._begin_new)
        self.password.clicked.connect(self._ask_password)
        self.mine.clicked.connect(self.own_password_wanted)
        self.save.clicked.connect(self.ask_to_save)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.add)
        left.addWidget(self.mine)
        panel = self._panel
        hint = Told("operatorIdTold", panel)
        panel.rows.add(tr("&Id"), self.id, hint)
        panel.rows.add(tr("&Name"), self.name, Told("operatorNameTold", panel))
        panel.add_below(self.is_active)
        self._state = plain_label("", "operatorPasswordState", panel, role="muted")
        word = QWidget(panel)
        row = QHBoxLayout(word)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.password)
        row.addWidget(self._state, 1)
        panel.add_below(word)
        panel.add_across(plain_label(tr("Rights"), "rightsTitle", panel, role="title"))
        panel.add_across(self.rights)
        last = QHBoxLayout()
        last.setContentsMargins(0, 0, 0, 0)
        last.addWidget(self.told, 1)
        last.addStretch()
        last.addWidget(self.save)
        below = QWidget(panel)
        below.setLayout(last)
        panel.add_across(below)
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addLayout(left)
        across.addWidget(panel, 1)
        self.column.addLayout(across, 1)
        self.column.addWidget(self._practice_panel())

    def _practice_panel(self) -> Panel:
        """What is kept with the other settings, by the window's own Save."""
        panel = Panel(tr("Practice"), "setup", "practicePanel", self)
        name = TextRow(panel.rows, tr("Na&me"), "practiceName", panel)
        self.bind(name, partial(str, PRACTICE_NAME))
        hint = tr(
            "Minutes without a key or click; 0 for never. Only where operators have passwords."
        )
        lock = TextRow(panel.rows, tr("&Lock after"), "lockAfter", panel, hint)
        self.bind(lock, partial(str, LOCK_AFTER))
        return panel
