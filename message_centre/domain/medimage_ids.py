"""How a patient's id is compared with what a phone typed and a MedImage Server made of it.

The server drops characters and takes a hyphen for the end of a word: `AB-1234` arrives as a folder
`AB` and a name that begins with `1234`.
"""

import re
import unicodedata
from dataclasses import dataclass

from message_centre.domain.patients import Patient

#: What stands where nobody typed an id.
BLANK = "image"
_DROPPED = re.compile(r"[^A-Za-z0-9#._-]")
_MOST_WORDS = 6


def id_key(text: str) -> str:
    """An id as it is compared: without what the server drops, without regard to case."""
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("#")
    return _DROPPED.sub("", plain).strip(". -").casefold()


def typed_keys(written: str) -> frozenset[str]:
    """The keys under which an id of the register can arrive: a phone makes hyphens of blanks."""
    keys = {id_key(written), id_key("-".join(written.split()))}
    return frozenset(keys - {""})


def ids_of(patient: Patient) -> tuple[str, ...]:
    """Every id of a patient that may be typed, the practice's own number first."""
    return tuple(one for one in (patient.number, patient.alternate_id, patient.nhi) if one)


def answers_to(patient: Patient, key: str) -> bool:
    """Whether one of the patient's ids is this one."""
    return any(key in typed_keys(written) for written in ids_of(patient))


def goes_on_from(patient: Patient, key: str) -> bool:
    """Whether an id of the patient begins with this one and a hyphen, so that it may be cut short."""
    start = f"{key}-"
    return any(one.startswith(start) for written in ids_of(patient) for one in typed_keys(written))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an id: its key, and how many words of the name belong to it."""

    key: str
    words: int


def readings(folder: str, words: tuple[str, ...]) -> tuple[Reading, ...]:
    """The folder alone, and the folder with one, two... words of the name behind it."""
    start = id_key(folder)
    if not start or start == BLANK:
        return ()
    joined = [Reading(start, 0)]
    for count in range(1, min(len(words), _MOST_WORDS) + 1):
        key = id_key("-".join((folder, *words[:count])))
        if key != joined[-1].key:
            joined.append(Reading(key, count))
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class ToType:
    """What to type on the phone for a patient, and what speaks against it; no text if nothing works."""

    text: str
    warning: str = ""


def to_type(patient: Patient) -> ToType:
    """The id that arrives as it was typed, in the practice's own order of preference."""
    for written in ids_of(patient):
        if _arrives_whole(written):
            return ToType(written)
    for written in ids_of(patient):
        if typed_keys(written):
            told = "-".join(written.split())
            return ToType(
                told,
                "The server takes a hyphen or a blank for the end of a word and drops other signs."
                " The photo may have to be assigned by hand.",
            )
    return ToType("", "This patient has no id that can be typed on a phone.")


def _arrives_whole(written: str) -> bool:
    return (
        re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._]*[A-Za-z0-9])?", written) is not None
        and written.casefold() != BLANK
    )
