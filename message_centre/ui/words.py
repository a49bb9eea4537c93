"""The one translation call: every sentence a person sees passes through here."""

from PySide6.QtCore import QCoreApplication

_CONTEXT = "MessageCentre"


def tr(text: str, **values: object) -> str:
    """Return the sentence in the language of the program, with `{name}` places filled in.

    Only the sentence is translated and formatted; a brace inside a value stays a brace.
    """
    sentence = QCoreApplication.translate(_CONTEXT, text)
    return sentence.format(**values) if values else sentence


def counted(number: int, one: str, many: str, **values: object) -> str:
    """Return the sentence for one or for many; both may hold `{n}`."""
    return tr(one if number == 1 else many, n=f"{number:,}", **values)
