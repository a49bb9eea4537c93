"""Judges what became of a burst: every record by its bytes, and the sums of the day."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from message_centre.domain.records import Record
from message_centre.services.bundle import Services
from tests.bursts.desk import Desk
from tests.bursts.shots import Shot
from tests.support.counting import DOUBLED, LOST, MISFILED, WRONG, Problem


def judged(desk: Desk, shots: Sequence[Shot]) -> Iterator[Problem]:
    """Whether each shot is on record once, where it belongs, with its bytes, and nowhere else."""
    records = list(desk.services.records.everything())
    by_bytes: dict[str, list[Record]] = {}
    for record in records:
        by_bytes.setdefault(_stored(desk.services, record), []).append(record)
    hashes, names = desk.left_over()
    for shot in shots:
        found = by_bytes.pop(shot.sha256, [])
        is_left = shot.sha256 in hashes or shot.name in names
        if not found:
            where = "is still at its source" if is_left else "is nowhere"
            yield Problem(WRONG if is_left else LOST, f"{shot.name} {where}")
            continue
        if len(found) > 1 or is_left:
            yield Problem(DOUBLED, f"{shot.name}: {len(found)} records, left at source: {is_left}")
        yield from _compared(desk.services, shot, found[0])
    for record in [one for found in by_bytes.values() for one in found]:
        yield Problem(WRONG, f"record {record.id} holds bytes that nobody sent")


def _stored(services: Services, record: Record) -> str:
    """The hash of the bytes as they lie on the shelf."""
    stores = {
        "images": services.configuring.images_store(),
        "notes": services.configuring.documents_store(),
    }
    path = stores[record.destination.value] / record.shelf_path
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _compared(services: Services, shot: Shot, record: Record) -> Iterator[Problem]:
    patient = services.register.get(record.patient_id)
    is_whose = (patient.number if patient else "", record.provider)
    if is_whose != (shot.patient, shot.provider):
        yield Problem(MISFILED, f"{shot.name} is on the record of {is_whose}")
    wanted = {
        "sha256": shot.sha256,
        "size": len(shot.content),
        "destination": shot.destination,
        "taken_at": shot.taken_at,
        "taken_from": shot.taken_from,
        "title": shot.title,
        "comment": "",
        "operator": "ADM",
    }
    for field, value in wanted.items():
        if getattr(record, field) != value:
            words = f"{shot.name}: {field} is {getattr(record, field)}, not {value}"
            yield Problem(WRONG, words)


def balanced(sheet: Iterable[dict[str, Any]], wanted: dict[str, Counter[str]]) -> Iterator[Problem]:
    """Whether every source's line adds up, and tells exactly what was put there."""
    lines = {line["source"]: line for line in sheet}
    for source in wanted:
        if source not in lines:
            yield Problem(WRONG, f"the day sheet has no line for {source}")
    for source, line in lines.items():
        parts = {word: line[word] for word in ("filed", "waiting", "held", "ignored")}
        if line["seen"] != sum(parts.values()):
            yield Problem(WRONG, f"the day sheet of {source} does not add up: {line}")
        told = {word: count for word, count in parts.items() if count}
        if told != dict(wanted.get(source, {})):
            yield Problem(WRONG, f"the day sheet of {source} tells {told}")
