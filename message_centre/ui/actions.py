"""Every action once: text, shortcut, icon, and when it can be used."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence

from message_centre.ui.icons import Ink, icon
from message_centre.ui.words import counted, tr


class Tab(StrEnum):
    """Where one is."""

    MY_MAIL = "my-mail"
    MY_TASK = "my-task"
    UNCLAIMED = "unclaimed"


_WITH_FILES = frozenset({Tab.MY_MAIL, Tab.UNCLAIMED})


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides which actions can be used; a plain value, so that it is tested without a window."""

    is_open: bool = False
    tab: Tab = Tab.MY_MAIL
    selected: int = 0
    can_tick: bool = False
    may_see: bool = False
    may_save: bool = False
    may_set_up: bool = False
    undo: str = ""
    may_look: bool = True
    may_correct: bool = True


class Name(StrEnum):
    """What one can do."""

    SAVE = "save"
    SELECT_ALL = "select-all"
    NEXT = "next-file"
    PREVIOUS = "previous-file"
    REFRESH = "refresh"
    UNDO = "undo"
    PATIENT = "patient"
    MESSAGE = "message"
    FIND = "find"
    GROUP = "group"
    PROVIDER = "provider"
    PHONES = "phones"
    DAY_SHEET = "day-sheet"
    PATTERN = "pattern"
    TOWERS = "towers"
    SETUP = "setup"
    LOCK = "lock"
    SIGN_OUT = "sign-out"
    THEME = "theme"
    HELP = "help"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Spec:
    """How an action reads, which key it has and when it can be used."""

    text: str
    key: str
    symbol: str
    tip: str
    when: Callable[[Situation], bool]


def _in_list(situation: Situation) -> bool:
    return situation.is_open and situation.tab is Tab.MY_MAIL and situation.may_see


def _in_files(situation: Situation) -> bool:
    """Where files stand that can be saved."""
    return situation.is_open and situation.tab in _WITH_FILES and situation.may_see


def _can_save(situation: Situation) -> bool:
    return _in_files(situation) and situation.may_save and situation.selected > 0


def _can_tick(situation: Situation) -> bool:
    return _in_files(situation) and situation.can_tick


def _can_undo(situation: Situation) -> bool:
    return situation.is_open and bool(situation.undo) and situation.may_correct


def _is_open(situation: Situation) -> bool:
    return situation.is_open


def _may_set_up(situation: Situation) -> bool:
    return situation.is_open and situation.may_set_up


def _can_look(situation: Situation) -> bool:
    return situation.is_open and situation.may_look


def _always(_situation: Situation) -> bool:
    return True


SPECS = {
    Name.SAVE: Spec(
        "&Save\u2026", "Ctrl+S", "save", "Save the selected files to a patient", _can_save
    ),
    Name.SELECT_ALL: Spec(
        "Select &All", "Ctrl+A", "select-all", "Tick every shown file that can be saved", _can_tick
    ),
    Name.NEXT: Spec(
        "&Next file", "Alt+Down", "next", "Go to the next file that can be saved", _can_tick
    ),
    Name.PREVIOUS: Spec(
        "Pre&vious file",
        "Alt+Up",
        "previous",
        "Go to the file before that can be saved",
        _can_tick,
    ),
    Name.REFRESH: Spec("&Refresh", "F5", "refresh", "List every source anew", _is_open),
    Name.UNDO: Spec("&Undo", "Ctrl+Z", "undo", "Undo the last save", _can_undo),
    Name.PATIENT: Spec("&Patient\u2026", "Ctrl+P", "patient", "Open a patient's record", _can_look),
    Name.MESSAGE: Spec(
        "Messa&ge\u2026",
        "F10",
        "message",
        "Write to colleagues, about a saved file if one is selected",
        _is_open,
    ),
    Name.FIND: Spec("&Find", "Ctrl+F", "search", "Filter the list", _in_list),
    Name.GROUP: Spec(
        "&Group",
        "Ctrl+G",
        "group",
        "Group the list by sessions: when, and with what, the files were taken",
        _in_list,
    ),
    Name.PROVIDER: Spec("Pro&vider\u2026", "F2", "provider", "Choose the Provider", _is_open),
    Name.PHONES: Spec(
        "P&hones\u2026", "Ctrl+Shift+P", "medimage", "Pair phones and check their server", _is_open
    ),
    Name.DAY_SHEET: Spec(
        "&Day sheet\u2026", "Ctrl+D", "day-sheet", "What came in today, and where it went", _is_open
    ),
    Name.PATTERN: Spec(
        "&Name pattern\u2026",
        "Ctrl+Shift+N",
        "pattern",
        "How the names of files are built that file themselves",
        _may_set_up,
    ),
    Name.TOWERS: Spec(
        "&Tower folders\u2026",
        "Ctrl+B",
        "tower",
        "Review the folders of tower devices and import them",
        _is_open,
    ),
    Name.SETUP: Spec(
        "Set&up\u2026", "Ctrl+,", "setup", "Folders, drives and accounts of the practice", _is_open
    ),
    Name.LOCK: Spec(
        "&Lock", "Ctrl+L", "lock", "Lock the window: nothing of a patient stays visible", _is_open
    ),
    Name.SIGN_OUT: Spec(
        "Sign &out",
        "Ctrl+Shift+L",
        "sign-out",
        "Leave, so that somebody else can sign in",
        _is_open,
    ),
    Name.THEME: Spec("&Theme", "Ctrl+Shift+T", "theme", "Automatic, light or dark", _always),
    Name.HELP: Spec("&Help", "F1", "help", "Help for the place you are in", _always),
    Name.QUIT: Spec("&Quit", "Ctrl+Q", "close", "Close the Message Centre", _always),
}


def is_enabled(name: Name, situation: Situation) -> bool:
    """Whether an action can be used in a situation."""
    return SPECS[name].when(situation)


class Actions(QObject):
    """The QActions, each made once; menus, bars and keys all point here."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._made = {name: self._make(name) for name in Name}
        self.show(Situation())

    def __getitem__(self, name: Name) -> QAction:
        return self._made[name]

    def all(self) -> tuple[QAction, ...]:
        """Every action, for a window to add: keys work even where no button shows."""
        return tuple(self._made.values())

    def show(self, situation: Situation) -> None:
        """Enable what can be used now and word what depends on the situation."""
        for name, action in self._made.items():
            action.setEnabled(is_enabled(name, situation))
        self._made[Name.SAVE].setText(_save_words(situation))
        for name, reason in _refusals(situation).items():
            spec = SPECS[name]
            self._made[name].setToolTip(f"{tr(reason or spec.tip)} ({spec.key})")
        tip = situation.undo or tr(SPECS[Name.UNDO].tip)
        if not situation.may_correct:
            tip = tr("You may not withdraw files for this Provider.")
        self._made[Name.UNDO].setToolTip(tip.replace("<", "&lt;") + " (Ctrl+Z)")

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        for name, action in self._made.items():
            action.setIcon(_icon(name))

    def _make(self, name: Name) -> QAction:
        spec = SPECS[name]
        action = QAction(_icon(name), tr(spec.text), self)
        action.setObjectName(f"action-{name.value}")
        action.setShortcut(QKeySequence(spec.key))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setToolTip(f"{tr(spec.tip)} ({spec.key})")
        action.setStatusTip(tr(spec.tip))
        return action


def _icon(name: Name) -> QIcon:
    return icon(SPECS[name].symbol, Ink.ON_ACCENT if name is Name.SAVE else Ink.TEXT)


def _refusals(situation: Situation) -> dict[Name, str]:
    """Why a right is wanting for something, or empty."""
    return {
        Name.SAVE: "" if situation.may_save else "You may not save files for this Provider.",
        Name.PATIENT: "" if situation.may_look else "You may not look at patients\u2019 records.",
        Name.PATTERN: ""
        if situation.may_set_up
        else "Only who may set up the practice changes it.",
    }


def _save_words(situation: Situation) -> str:
    if situation.selected > 1:
        return counted(situation.selected, "&Save {n} file\u2026", "&Save {n} files\u2026")
    return tr(SPECS[Name.SAVE].text)
