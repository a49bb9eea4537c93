"""Setup > System > Towers: the towers' folders, and how each device names what it puts there."""

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.domain.tower_profiles import (
    SESSION_GAP,
    SHIPPED,
    TOWER_PROFILES,
    TOWER_ROOTS,
    Profile,
    as_value,
    profiles_in,
)
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.folders_field import ChooseFolder, FoldersField, choose_folder
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.rows import Panel, Rows, TextRow, Told, say_setting
from message_centre.ui.towers.learn_dialog import LearnDialog
from message_centre.ui.words import tr

_PROFILE = int(Qt.ItemDataRole.UserRole)
_HEIGHT = 112


class TowersPage(Page):
    """Where towers put their folders, and what the folders' names mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("System"), tr("Towers"), "setup-towers", parent)
        words = tr(
            "Towers, such as endoscopy or ultrasound devices, make a folder for each patient. Nothing is"
            " filed from there until a person has looked at it: Tower folders, under Unclaimed."
        )
        self.column.addWidget(plain_label(words, "towersPageWords", self, role="muted"))
        panel = Panel(tr("Towers' folders"), "tower", "setupTowerRoots", self)
        self.roots = FoldersField(panel.rows, tr("&Folders"), "towerRoots", panel)
        self.bind(self.roots, partial(str, TOWER_ROOTS))
        self.offer(self.roots.trial, stays=True)
        self.column.addWidget(panel)
        panel = Panel(tr("Device profiles"), "pattern", "setupTowerProfiles", self)
        self.profiles = ProfilesField(panel.rows, panel)
        self.bind(self.profiles, partial(str, TOWER_PROFILES))
        self.column.addWidget(panel)
        panel = Panel(tr("Groups by time"), "image", "setupSessionGap", self)
        hint = tr("So many minutes without a picture begin a new group when a folder is browsed.")
        gap = TextRow(panel.rows, tr("&Minutes"), "sessionGap", panel, hint)
        self.bind(gap, partial(str, SESSION_GAP))
        self.column.addWidget(panel)
        self.column.addStretch()

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        super().dress()
        self.roots.dress()


class ProfilesField(QWidget):
    """A list of device profiles: learnt from a folder, or removed; `edited` carries all of them."""

    edited = Signal(object)

    def __init__(self, rows: Rows, parent: QWidget) -> None:
        super().__init__(parent)
        self.choose: ChooseFolder = choose_folder
        self.today = date.today
        self.learning: LearnDialog | None = None
        self._own: tuple[Profile, ...] = ()
        self._may_edit = True
        self.list = QListWidget(self)
        self.list.setObjectName("towerProfiles")
        self.list.setAccessibleName(tr("Device profiles"))
        self.list.setFixedHeight(_HEIGHT)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show_buttons)
        self.setFocusProxy(self.list)
        self.learn = push_button(tr("Learn from a folder\u2026"), "towerProfilesLearn", self)
        self.learn.clicked.connect(self._learn)
        self.remove = push_button(tr("Remove"), "towerProfilesRemove", self)
        self.remove.setAccessibleName(tr("Remove the profile"))
        self.remove.clicked.connect(self._remove)
        self.told = Told("towerProfilesTold", parent)
        buttons = QVBoxLayout()
        buttons.addWidget(self.learn)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.list, 1)
        row.addLayout(buttons)
        rows.add(tr("&Devices"), self, self.told, buddy=self.list)

    def show_setting(self, draft: Draft, key: str, *, may_edit: bool) -> None:
        """Show the profiles, and what is wrong with them."""
        self._may_edit = may_edit
        own = profiles_in(draft.value(key))
        if own != self._own or not self.list.count():
            self._own = own
            self._fill()
        self._show_buttons()
        say_setting(self.told, draft, key, tr("Device profiles"), "")

    def _fill(self) -> None:
        self.list.clear()
        for one in (*SHIPPED, *self._own):
            comes = "" if one in self._own else tr("  (comes with the program)")
            item = QListWidgetItem(f"{shown(one.name)}{comes}\n{shown(one.grammar)}", self.list)
            item.setData(_PROFILE, one.name)

    def _show_buttons(self) -> None:
        item = self.list.currentItem()
        is_own = item is not None and item.data(_PROFILE) in {one.name for one in self._own}
        self.learn.setEnabled(self._may_edit)
        self.remove.setEnabled(self._may_edit and is_own)

    def _remove(self) -> None:
        name = self.list.currentItem().data(_PROFILE)
        self.edited.emit(as_value(tuple(one for one in self._own if one.name != name)))

    def _learn(self) -> None:
        chosen = self.choose(self, tr("Choose the folder of one patient"))
        if not chosen:
            return
        self.learning = LearnDialog(Path(chosen).name, (), self.today(), self)
        self.learning.learnt.connect(self._take)
        self.learning.finished.connect(self.learning.deleteLater)
        self.learning.open()

    def _take(self, profile: Profile) -> None:
        kept = tuple(one for one in self._own if one.name != profile.name)
        self.edited.emit(as_value((*kept, profile)))
        if self.learning is not None:
            self.learning.accept()
