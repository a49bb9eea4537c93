"""What a job failed with, in words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from message_centre.ui.problems import Problem, Severity, problem_of

_ICONS = {
    Severity.NOTE: QMessageBox.Icon.Information,
    Severity.WARNING: QMessageBox.Icon.Warning,
    Severity.STOP: QMessageBox.Icon.Critical,
}


def problem_in(error: object) -> Problem:
    """The problem of whatever a job handed over as its failure."""
    return problem_of(error if isinstance(error, BaseException) else RuntimeError())


def words_of(error: object) -> str:
    """The failure as one plain paragraph."""
    return problem_in(error).sentence


def show_failure(parent: QWidget | None, error: object) -> QMessageBox:
    """Open a box that says what happened and what to do; it waits for nobody."""
    problem = problem_in(error)
    box = QMessageBox(parent)
    box.setObjectName("problemBox")
    box.setIcon(_ICONS[problem.severity])
    box.setWindowTitle(problem.title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(problem.text)
    box.setInformativeText(problem.advice)
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.finished.connect(box.deleteLater)
    box.open()
    return box
