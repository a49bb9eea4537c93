"""Assignment and ImportOrder: a person's decision, and what makes one complete."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from message_centre.domain.errors import IncompleteOrder
from message_centre.domain.files import FileState, SourceFile

TITLE_LIMIT = 100
COMMENT_LIMIT = 1000


class Accepted(StrEnum):
    """A deliberate yes that an order may carry."""

    OTHER_PATIENT_HAS_IT = "other-patient-has-it"
    FILED_BEFORE = "filed-before"
    STATUS = "status"
    SIMILAR_NAME = "similar-name"


@dataclass(frozen=True, slots=True)
class Assignment:
    """These files belong to this patient, under this provider, with these details.

    `identity` is the patient's label as the person confirmed it; an import stops if the register
    says something else meanwhile. Empty where nobody looked at a label. `is_automatic` where no
    person looked at all: then another right counts, and doubtful contents are refused.
    """

    patient_id: str
    provider: str
    operator: str
    title: str = ""
    comment: str = ""
    accepted: frozenset[Accepted] = frozenset()
    identity: str = ""
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """An assignment bound to the exact file a person saw; immutable, complete or not made.

    `request_id` makes a repeated request (double click, retry after a lost answer) harmless.
    `taken_at` is the capture time that the file's name tells; None leaves it to the file itself.

    Raises:
        IncompleteOrder: a field is missing, too long, or the file cannot be saved.
    """

    request_id: str
    file: SourceFile
    assignment: Assignment
    taken_at: datetime | None = None

    def __post_init__(self) -> None:
        given = self.assignment
        if not (self.request_id and given.patient_id and given.provider and given.operator):
            raise IncompleteOrder("The patient, provider or operator is missing.")
        if self.file.state is not FileState.READY:
            raise IncompleteOrder(self.file.reason or "The file is not ready to be saved.")
        if len(given.title) > TITLE_LIMIT:
            raise IncompleteOrder(f"A title has at most {TITLE_LIMIT} characters.")
        if len(given.comment) > COMMENT_LIMIT:
            raise IncompleteOrder(f"A comment has at most {COMMENT_LIMIT} characters.")
