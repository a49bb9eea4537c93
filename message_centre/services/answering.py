"""The answers an order can end with."""

from message_centre.domain.assignments import ImportOrder
from message_centre.domain.errors import (
    AlreadyImported,
    DuplicateOnOtherPatient,
    FixTheInput,
    ListChanged,
    MessageCentreError,
)
from message_centre.domain.outcomes import ImportResult, Outcome, Release, Released


def saved(order: ImportOrder, record_id: str, released: Released) -> ImportResult:
    """On record; what the source did with the original decides which word."""
    kept = released.release is Release.KEPT
    return ImportResult(
        key=order.file.key,
        name=order.file.name,
        outcome=Outcome.SAVED_SOURCE_KEPT if kept else Outcome.SAVED,
        destination=order.file.destination,
        record_id=record_id,
        reason=released.reason,
    )


def cancelled(order: ImportOrder) -> ImportResult:
    """Stopped by the person before it was on record."""
    return ImportResult(
        key=order.file.key,
        name=order.file.name,
        outcome=Outcome.CANCELLED,
        destination=order.file.destination,
        reason="Cancelled; nothing was changed.",
    )


def refused(order: ImportOrder, error: MessageCentreError) -> ImportResult:
    """Not on record, with the reason and what to do about it."""
    outcome = Outcome.FAILED
    if isinstance(error, AlreadyImported):
        outcome = Outcome.ALREADY_FILED
    elif isinstance(error, (FixTheInput, ListChanged)):
        outcome = Outcome.REFUSED
    return ImportResult(
        key=order.file.key,
        name=order.file.name,
        outcome=outcome,
        destination=order.file.destination,
        record_id=str(getattr(error, "record_id", "")),
        reason=error.detail,
        advice=error.advice,
        problem=type(error).__name__,
        other_patient_id=error.patient_id if isinstance(error, DuplicateOnOtherPatient) else "",
    )
