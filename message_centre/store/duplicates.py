"""The same bytes twice: judged inside the transaction that would file them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from message_centre.domain.assignments import Accepted
from message_centre.domain.errors import (
    AlreadyImported,
    DuplicateOnOtherPatient,
    FiledBefore,
    MessageCentreError,
)
from message_centre.domain.records import Record, RecordState
from message_centre.services.ports import Filing
from message_centre.store.records import with_any_bytes


def judge_duplicates(
    connection: Connection, filings: Sequence[Filing]
) -> list[MessageCentreError | None]:
    """For each filing the error that stands against it, or None; earlier ones count for later ones."""
    known = with_any_bytes(connection, {filing.record.sha256 for filing in filings})
    answers = []
    for filing in filings:
        record = filing.record
        others = known.setdefault(record.sha256, [])
        answer = _judge(record, others, filing.accepted)
        if answer is None:
            others.append(record)
        answers.append(answer)
    return answers


def _judge(
    record: Record, others: Iterable[Record], accepted: frozenset[Accepted]
) -> MessageCentreError | None:
    # Filed ones first: what is on this patient's record now outweighs what was withdrawn before.
    for other in sorted(others, key=lambda one: one.state):
        is_filed = other.state is RecordState.FILED
        if other.patient_id == record.patient_id:
            if is_filed:
                return AlreadyImported(
                    "These bytes are already on this patient's record.", record_id=other.id
                )
            if Accepted.FILED_BEFORE not in accepted:
                return FiledBefore(
                    "This file was on this patient's record before and was withdrawn by"
                    f" {other.withdrawn_by}: {other.withdrawn_reason}",
                    record_id=other.id,
                )
        elif is_filed and Accepted.OTHER_PATIENT_HAS_IT not in accepted:
            return DuplicateOnOtherPatient(
                "The same bytes are on another patient's record.",
                record_id=other.id,
                patient_id=other.patient_id,
            )
    return None
