"""Tower folders that wait, under Unclaimed: each with its patient or the reason why it has none."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.people import Operator, Right
from message_centre.domain.tower_folders import Standing, Verdict
from message_centre.services.browsing import Looker
from message_centre.services.bulk_importing import BulkImporter
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.pieces.labels import plain_label, with_font
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.towers.folders_model import (
    DOUBT,
    EVIDENCE,
    FILES,
    FOLDER,
    PATIENT,
    TICK,
    FoldersModel,
    verdict_words,
)
from message_centre.ui.words import counted, tr

#: What nobody can accept as it is stands on top, with its reason.
_FIRST = (Verdict.DOUBT, Verdict.THIN, Verdict.SURE)


class StandingPane(QWidget):
    """Out of sight while no tower has anything that waits."""

    review_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("standingPane")
        self.model = FoldersModel(self)
        self._words = with_font(plain_label("", "standingWords", self), bold=True)
        self._away = plain_label("", "standingAway", self, role="warning")
        self._row = QHBoxLayout()
        self._row.addWidget(self._words, 1)
        self.table = QTableView(self)
        self._set_up()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(self._row)
        layout.addWidget(self.table)
        layout.addWidget(self._away)
        self.hide()

    def add_action(self, action: QAction) -> None:
        """Put a button for reviewing beside the heading."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setObjectName("standingReview")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.statusTip())
        self._row.addWidget(button)

    def show_folders(self, found: Sequence[Standing], problem: str = "") -> None:
        """Replace what waits; a root that cannot be read says why, and so does a problem of the whole."""
        waiting = [folder for one in found for folder in one.folders if folder.waits]
        waiting.sort(key=lambda folder: _FIRST.index(folder.match.verdict))
        away = [f"{one.root}: {one.away}" for one in found if one.away] + [problem] * bool(problem)
        self.model.clear()
        self.model.add(waiting)
        words = counted(len(waiting), "{n} tower folder waits", "{n} tower folders wait")
        numbers = {verdict: self.model.count(verdict) for verdict in _FIRST}
        parts = [f"{many:,} {verdict_words(one)}" for one, many in numbers.items() if many]
        self._words.setText(f"{words}: {', '.join(parts)}" if parts else words)
        self._away.setText("\n".join(map(shown, away)))
        self._away.setVisible(bool(away))
        self.table.setVisible(bool(waiting))
        self.setVisible(bool(waiting or away))

    @property
    def has_rows(self) -> bool:
        """Whether anything is told."""
        return bool(self.model.rows) or bool(self._away.text())

    def _set_up(self) -> None:
        table = self.table
        table.setObjectName("standingTable")
        table.setAccessibleName(tr("Tower folders that wait"))
        table.setModel(self.model)
        table.setColumnHidden(TICK, True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(28)
        table.setColumnWidth(FOLDER, 190)
        table.setColumnWidth(FILES, 70)
        table.setColumnWidth(PATIENT, 220)
        table.setColumnWidth(EVIDENCE, 150)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        table.horizontalHeader().setDefaultAlignment(left)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setSectionResizeMode(DOUBT, QHeaderView.ResizeMode.Stretch)
        table.activated.connect(self.review_requested)


class StandingController(QObject):
    """Looks at the towers when somebody looks at Unclaimed. `shown` comes when the pane was filled."""

    shown = Signal()

    def __init__(self, bulk: BulkImporter, runner: Runner, pane: StandingPane) -> None:
        super().__init__(pane)
        self._bulk = bulk
        self._pane = pane
        self._asking = Newest(runner, self)

    def look(self, operator: Operator, provider: str) -> None:
        """Look anew; who may not import in bulk sees none."""
        if not operator.may(Right.BULK_IMPORT, provider):
            self._asking.forget()
            self._show(())
            return
        work = partial(self._read, Looker(operator.id, provider))
        self._asking.ask(Lane.FETCH, work, self._show, self._fail)

    def _read(self, who: Looker, token: CancelToken, report: Report) -> object:
        del report
        return self._bulk.standing(who, token)

    def _show(self, answer: object) -> None:
        if isinstance(answer, tuple):
            self._pane.show_folders(answer)
            self.shown.emit()

    def _fail(self, error: object) -> None:
        self._pane.show_folders((), tr("Tower folders: {why}", why=words_of(error)))
        self.shown.emit()
