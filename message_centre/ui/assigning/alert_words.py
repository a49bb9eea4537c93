"""The sentences of the alerts; pure text from plain values."""

from collections.abc import Callable, Sequence

from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.domain.records import RecordState
from message_centre.services.assigning import Duplicate
from message_centre.ui.patients.wording import status_words, target_words
from message_centre.ui.pieces.sizes import moment_words
from message_centre.ui.words import counted, tr

DuplicateWords = Callable[[Duplicate], str]


def status(patient: Patient) -> str:
    """That the chosen patient is not an active one."""
    words = status_words(patient) or patient.status.value
    return tr("{who}: {status}", who=target_words(patient), status=words)


def similar_title(count: int) -> str:
    """That others may be meant."""
    return counted(
        count,
        "Another patient could be mixed up with this one. What differs is bold and marked ≠.",
        "{n} other patients could be mixed up with this one. What differs is bold and marked ≠.",
    )


def elsewhere_title(found: Sequence[Duplicate]) -> str:
    """That another patient has, or had, the same bytes."""
    if all(duplicate.record.state is RecordState.WITHDRAWN for duplicate in found):
        return tr("Withdrawn from another patient's record before")
    return counted(
        len(found),
        "The same file is on another patient's record",
        "{n} of these files are on other patients' records",
    )


def withdrawn_title(found: Sequence[Duplicate]) -> str:
    """That this patient had the same bytes and they were withdrawn."""
    return counted(
        len(found),
        "This file was on this patient's record and has been withdrawn",
        "{n} of these files were on this patient's record and have been withdrawn",
    )


def already_title(found: Sequence[Duplicate]) -> str:
    """That nothing will be doubled."""
    return counted(
        len(found),
        "Already filed: this file is on this patient's record and will not be doubled",
        "Already filed: {n} of these files are on this patient's record and will not be doubled",
    )


def elsewhere(duplicate: Duplicate) -> str:
    """Whose record it is, and how the record is called."""
    words = tr("{file}: on the record of {who}, {what}", **_facts(duplicate))
    return words + _withdrawal(duplicate)


def withdrawn(duplicate: Duplicate) -> str:
    """Who withdrew it, when and why."""
    return f"{shown(duplicate.file.name)}{_withdrawal(duplicate)}"


def already(duplicate: Duplicate) -> str:
    """Which record holds it."""
    return tr("{file}: {what}", **_facts(duplicate))


def and_more(count: int) -> str:
    """How many are not named, if any."""
    return counted(count, "And one more.", "And {n} more.") if count > 0 else ""


def many(words: str) -> str:
    """That so many files, or days, are seldom one patient's."""
    return tr("{words}: do all of them belong to this patient?", words=words) if words else ""


def sentence(words: str) -> str:
    """A service's short words as a sentence."""
    end = "" if words.endswith("?") else "."
    return words[:1].upper() + words[1:].rstrip(".") + end


def _facts(duplicate: Duplicate) -> dict[str, str]:
    record = duplicate.record
    title = f"“{shown(record.title)}”, " if record.title else ""
    filed = tr("filed {when} by {who}", when=moment_words(record.filed_at), who=record.operator)
    return {
        "file": shown(duplicate.file.name),
        "who": target_words(duplicate.patient),
        "what": f"{title}{filed}",
    }


def _withdrawal(duplicate: Duplicate) -> str:
    record = duplicate.record
    if record.state is not RecordState.WITHDRAWN:
        return ""
    when = moment_words(record.withdrawn_at) if record.withdrawn_at else tr("at an unknown time")
    return tr(
        "; withdrawn {when} by {who}: {why}",
        when=when,
        who=shown(record.withdrawn_by),
        why=shown(record.withdrawn_reason) or tr("no reason given"),
    )
