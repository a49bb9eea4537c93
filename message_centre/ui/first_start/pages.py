"""The pages of the assistant: each shows what stands, and tells what was typed."""

from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.outcomes import RegisterReport
from message_centre.domain.passwords import LEAST
from message_centre.domain.secrets import Secret
from message_centre.services.first_start import Standing
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.setup.folders_field import choose_folder
from message_centre.ui.words import counted, tr

_MOST_REASONS = 5
_MARK = 32


class StepPage(QWidget):
    """One step. `edited` comes whenever what is typed changed."""

    edited = Signal()
    symbol = "setup"

    def __init__(self, name: str, title: str, words: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.title = title
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self._mark = QLabel(self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._mark)
        title_label = plain_label(title, f"{name}Title", self)
        head.addWidget(with_font(title_label, scale=1.3, bold=True), 1)
        self.column.addLayout(head)
        self.column.addWidget(plain_label(words, f"{name}Words", self, role="muted"))
        self.form = QFormLayout()
        self.form.setSpacing(10)
        self.column.addLayout(self.form)
        self._dress()

    @property
    def problem(self) -> str:
        """Why one cannot go on with what is typed, or empty."""
        return ""

    def show_standing(self, standing: Standing) -> None:
        """Show what stands on record."""

    def line(self, caption: str, name: str, *, is_secret: bool = False) -> QLineEdit:
        """One more line to type in."""
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setAccessibleName(caption.replace("&", ""))
        if is_secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textChanged.connect(self.edited)
        label = QLabel(caption, self)
        label.setBuddy(line)
        self.form.addRow(label, line)
        return line

    def end(self) -> None:
        """Nothing more stands on this page."""
        self.column.addStretch()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(pixmap(self.symbol, _MARK, Ink.ACCENT, ratio=ratio))


class PracticePage(StepPage):
    """How the practice is called."""

    symbol = "message-centre"

    def __init__(self) -> None:
        words = tr("How is the practice called? It can be changed later.")
        super().__init__("firstPractice", tr("Your practice"), words)
        self.name = self.line(tr("&Name"), "firstPracticeName")
        self.end()

    @property
    def problem(self) -> str:
        """The name is wanted."""
        return "" if self.name.text().strip() else tr("Type the practice\u2019s name.")

    def show_standing(self, standing: Standing) -> None:
        """Show the name that stands."""
        self.name.setText(self.name.text() or standing.practice)


class OperatorPage(StepPage):
    """Who sets this up, with a password."""

    symbol = "operator"

    def __init__(self) -> None:
        words = tr(
            "You are the first operator and may do everything. From now on whoever works here signs in"
            " with a password; you add colleagues in Setup. {n} characters or more, a few words make a"
            " good one.",
            n=LEAST,
        )
        super().__init__("firstOperator", tr("You"), words)
        self.name = self.line(tr("Your &name"), "firstOperatorName")
        self.id = self.line(tr("Short &id"), "firstOperatorId")
        self.new = self.line(tr("&Password"), "firstPassword", is_secret=True)
        self.again = self.line(tr("Password, &once more"), "firstPasswordAgain", is_secret=True)
        self.state = plain_label("", "firstOperatorState", self, role="muted")
        self.column.addWidget(self.state)
        self.has_password = False
        self.end()

    @property
    def is_kept(self) -> bool:
        """Whether a password stands already and none is typed."""
        return self.has_password and not self.new.text() and not self.again.text()

    @property
    def problem(self) -> str:
        """Everything is wanted, and the two passwords are the same."""
        if not (self.name.text().strip() and self.id.text().strip()):
            return tr("Type your name, and a short id such as your initials.")
        if self.is_kept:
            return ""
        if not self.new.text():
            return tr("Type a password.")
        return "" if self.new.text() == self.again.text() else tr("The two are not the same.")

    @property
    def password(self) -> Secret:
        """What was typed."""
        return Secret(self.new.text())

    def show_standing(self, standing: Standing) -> None:
        """Show who stands there; what was typed as a password is gone."""
        self.has_password = standing.has_password
        fresh = standing.operator.name == "Administrator" and not standing.has_password
        self.name.setText(self.name.text() or ("" if fresh else standing.operator.name))
        self.id.setText(self.id.text() or standing.operator.id)
        self.id.setReadOnly(standing.has_password)
        self.new.clear()
        self.again.clear()
        told = tr("A password is set. Leave the lines empty to keep it.")
        self.state.setText(told if standing.has_password else "")


class ProviderPage(StepPage):
    """For whom files are saved."""

    symbol = "provider"

    def __init__(self) -> None:
        words = tr(
            "A Provider is the specialist whose folders the files go to. One is enough to begin; Setup"
            " adds others."
        )
        super().__init__("firstProvider", tr("The first Provider"), words)
        self.name = self.line(tr("&Name"), "firstProviderName")
        self.end()

    @property
    def problem(self) -> str:
        """The name is wanted."""
        return "" if self.name.text().strip() else tr("Type the Provider\u2019s name.")

    def show_standing(self, standing: Standing) -> None:
        """Show the name that stands."""
        fresh = standing.next_step <= 2  # noqa: PLR2004 - up to this page
        self.name.setText(self.name.text() or ("" if fresh else standing.provider.name))


class StoresPage(StepPage):
    """Where files are kept."""

    symbol = "folder"

    def __init__(self) -> None:
        words = tr(
            "Where filed images and documents are kept: folders of this computer, or a share that all"
            " workstations reach. What stands here is good for one workstation."
        )
        super().__init__("firstStores", tr("Folders"), words)
        self.images = self.line(tr("&Images"), "firstImages")
        self.documents = self.line(tr("&Documents"), "firstDocuments")
        self.choose = choose_folder
        browsing = QHBoxLayout()
        for line, words in (
            (self.images, tr("Browse for images\u2026")),
            (self.documents, tr("Browse for documents\u2026")),
        ):
            browse = push_button(words, f"{line.objectName()}Browse", self)
            browse.clicked.connect(partial(self._browse, line))
            browsing.addWidget(browse)
        browsing.addStretch()
        self.column.addLayout(browsing)
        self.end()

    def show_standing(self, standing: Standing) -> None:
        """Show the folders that stand."""
        self.images.setText(self.images.text() or standing.images)
        self.documents.setText(self.documents.text() or standing.documents)

    def _browse(self, line: QLineEdit) -> None:
        path = self.choose(self, tr("Choose a folder"))
        if path:
            line.setText(path)


class RegisterPage(StepPage):
    """The patients, from the practice's system."""

    symbol = "patient"

    import_requested = Signal(str)

    def __init__(self) -> None:
        words = tr(
            "The patients come from your practice\u2019s system: a CSV file with number, last_name and"
            " birth_date at least, or FHIR R4. It may be imported again at any time, or later."
        )
        super().__init__("firstRegister", tr("Patients"), words)
        self.file = self.line(tr("&File"), "firstRegisterFile")
        self.start = push_button(tr("I&mport"), "firstImport", self)
        self.start.clicked.connect(self._ask)
        self.choose = choose_file
        browse = push_button(tr("B&rowse\u2026"), "firstRegisterBrowse", self)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(browse)
        row.addWidget(self.start)
        row.addStretch()
        self.column.addLayout(row)
        self.report = plain_label("", "firstReport", self)
        self.column.addWidget(self.report)
        self.edited.connect(self._look)
        self._look()
        self.end()

    def show_standing(self, standing: Standing) -> None:
        """Show how many patients there are."""
        if not self.report.text():
            self.report.setText(_count(standing.patients))

    def say(self, text: str) -> None:
        """Say how far the import is."""
        self.report.setText(text)

    def show_report(self, report: RegisterReport) -> None:
        """Tell what became of the rows, and why some were refused."""
        told = tr(
            "{new} new, {changed} changed, {same} unchanged, {refused} refused.",
            new=report.new,
            changed=report.changed,
            same=report.unchanged,
            refused=len(report.refused),
        )
        reasons = [
            tr("Line {n}: {why}", n=row.line, why=shown(row.reason))
            for row in report.refused[:_MOST_REASONS]
        ]
        more = len(report.refused) - len(reasons)
        if more > 0:
            reasons.append(tr("and {n} more.", n=more))
        self.report.setText("\n".join([told, *reasons]))

    def _browse(self) -> None:
        path = self.choose(self, tr("Choose the register\u2019s file"))
        if path:
            self.file.setText(path)

    def _ask(self) -> None:
        self.import_requested.emit(self.file.text().strip())

    def _look(self) -> None:
        self.start.setEnabled(bool(self.file.text().strip()))


def choose_file(parent: QWidget, title: str) -> str:
    """The file that a person chose, or empty."""
    return QFileDialog.getOpenFileName(parent, title)[0]


def _count(patients: int) -> str:
    if not patients:
        return tr("No patient is in the register yet.")
    return counted(patients, "{n} patient is in the register.", "{n} patients are in the register.")
