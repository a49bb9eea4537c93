"""Batch: what one confirmation ordered; and what became of it, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.files import FileKey
from message_centre.domain.names import shown
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.patients import Patient
from message_centre.ui.messages.compose_dialog import Wish
from message_centre.ui.words import counted, tr


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders of one assignment to one patient, frozen when the person confirmed.

    `message` goes to colleagues once a file of it is on record.
    """

    patient: Patient
    assignment: Assignment
    orders: tuple[ImportOrder, ...]
    message: Wish | None = None

    def order_of(self, key: FileKey) -> ImportOrder | None:
        """The order for a file, or None if it is not of this batch."""
        return next((order for order in self.orders if order.file.key == key), None)


def unsaved(results: Sequence[ImportResult]) -> tuple[ImportResult, ...]:
    """The results that a person has to look at."""
    return tuple(result for result in results if not result.is_saved)


def running_words(batch: Batch, done: int) -> str:
    """`Filing to SMITH, Jane: 3 of 20`."""
    who = shown(batch.patient.name)
    if len(batch.orders) == 1:
        return tr("Filing to {who}", who=who)
    return tr("Filing to {who}: {done} of {all}", who=who, done=done, all=len(batch.orders))


def end_words(results: Sequence[ImportResult]) -> str:
    """`18 saved, 2 not saved`."""
    saved = sum(result.is_saved for result in results)
    return tr("{saved} saved, {rest} not saved", saved=saved, rest=len(results) - saved)


def reason_words(result: ImportResult) -> str:
    """Why a file was not saved, and what to do."""
    words = f"{result.reason} {result.advice}".strip()
    return shown(words) or tr("Not saved.")


def state_words(result: ImportResult) -> str:
    """The end of one order in a word or two."""
    return {
        Outcome.SAVED: tr("Saved"),
        Outcome.SAVED_SOURCE_KEPT: tr("Saved, still at the source"),
        Outcome.ALREADY_FILED: tr("Already filed"),
        Outcome.REFUSED: tr("Not saved"),
        Outcome.FAILED: tr("Not saved"),
        Outcome.CANCELLED: tr("Cancelled"),
    }[result.outcome]


def filed_words(patient: Patient, results: Sequence[ImportResult]) -> str:
    """`Filed to SMITH, Jane`; with a count where there was more than one file."""
    saved = sum(result.is_saved for result in results)
    who = shown(patient.name)
    return counted(saved, "Filed to {who}", "{n} files filed to {who}", who=who)
