"""Error to words, severity and one button: the only place where the window explains a failure."""

from dataclasses import dataclass
from enum import StrEnum

from message_centre.domain import errors
from message_centre.domain.errors import MessageCentreError
from message_centre.ui.words import tr


class Severity(StrEnum):
    """How much a problem wants a person: an icon and a colour, always beside words."""

    NOTE = "note"
    WARNING = "warning"
    STOP = "stop"


class Remedy(StrEnum):
    """What the one button of a problem does."""

    RETRY = "retry"
    REFRESH = "refresh"
    CORRECT = "correct"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a person sees it: plain text throughout, never to be shown as rich text."""

    title: str
    text: str
    advice: str
    severity: Severity
    remedy: Remedy

    @property
    def button(self) -> str:
        """The words on the one button."""
        return tr(_BUTTONS[self.remedy])

    @property
    def sentence(self) -> str:
        """Text and advice as one plain paragraph."""
        return f"{self.text} {self.advice}".strip()


_BUTTONS = {
    Remedy.RETRY: "Try again",
    Remedy.REFRESH: "Refresh the list",
    Remedy.CORRECT: "Correct it",
    Remedy.DISMISS: "Close",
}

#: By what can be done about it; a leaf stands here only where it differs from its branch.
_TREATMENT: dict[type[MessageCentreError], tuple[Severity, Remedy]] = {
    errors.TryAgainLater: (Severity.WARNING, Remedy.RETRY),
    errors.SignInAgain: (Severity.WARNING, Remedy.RETRY),
    errors.ListChanged: (Severity.NOTE, Remedy.REFRESH),
    errors.AlreadyImported: (Severity.NOTE, Remedy.DISMISS),
    errors.FixTheInput: (Severity.WARNING, Remedy.CORRECT),
    errors.UnreadablePicture: (Severity.NOTE, Remedy.DISMISS),
    errors.NotPermitted: (Severity.WARNING, Remedy.DISMISS),
    errors.FixTheComputer: (Severity.STOP, Remedy.RETRY),
    errors.DatabaseOnShare: (Severity.STOP, Remedy.DISMISS),
    errors.NotAllowedHere: (Severity.WARNING, Remedy.DISMISS),
    errors.CallSupport: (Severity.STOP, Remedy.DISMISS),
}


def problem_of(error: BaseException) -> Problem:
    """Return the words for any exception; an unforeseen one gets honest general words.

    The words of an unforeseen exception are not shown: they are not meant for people.
    """
    if isinstance(error, MessageCentreError):
        severity, remedy = _treatment(type(error))
        return Problem(tr(error.title), error.detail, tr(error.advice), severity, remedy)
    return Problem(
        tr("Something unforeseen happened"),
        tr("The program met a fault of its own ({kind}).", kind=type(error).__name__),
        tr("No file was removed from its source. Try again; if it happens again, call support."),
        Severity.STOP,
        Remedy.DISMISS,
    )


def _treatment(kind: type[BaseException]) -> tuple[Severity, Remedy]:
    for ancestor in kind.__mro__:
        if ancestor in _TREATMENT:
            return _TREATMENT[ancestor]
    return Severity.STOP, Remedy.DISMISS
