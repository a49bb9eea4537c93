"""Whom a photo belongs to that a MedImage Server delivered: exactly one patient, or a reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from message_centre.domain.assignments import TITLE_LIMIT
from message_centre.domain.auto_imports import Doubt
from message_centre.domain.errors import MessageCentreError, UnreadablePicture
from message_centre.domain.files import (
    Destination,
    FileKey,
    FileState,
    Fingerprint,
    SourceFile,
    SourceKind,
)
from message_centre.domain.medimage_ids import (
    BLANK,
    Reading,
    answers_to,
    goes_on_from,
    id_key,
    ids_of,
    readings,
)
from message_centre.domain.medimage_names import Delivered, delivered, named_time, path_of
from message_centre.domain.nhi import is_device_name, is_valid, looks_like
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.services.permitting import LOOKING, Guard
from message_centre.services.ports import Imager, Patients, SourceRegistry, TypedIds

_LONGEST = 64
#: So many photos that could be decoded are remembered; a practice has fewer waiting.
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class PhotoClaim:
    """The one active patient, the provider, and what the name tells.

    `named_at` counts where the file itself tells no time. `rule` says which reading of the id fitted,
    for the trail.
    """

    patient: Patient
    provider: str
    title: str
    named_at: datetime | None
    rule: str


@dataclass(frozen=True, slots=True)
class PhotoRefusal:
    """Why a person has to decide, in a sentence and in a word."""

    reason: str
    doubt: Doubt = Doubt.PATIENT


@dataclass(frozen=True)
class FilingParts:
    """What is asked."""

    keys: MedImageKeys
    typed: TypedIds
    patients: Patients
    sources: SourceRegistry
    imager: Imager
    guard: Guard


class MedImageFiling:
    """Judges one delivered file at a time, for those who may look; changes nothing. Any thread.

    That a picture could be decoded is remembered with its fingerprint: in a burst the same photos are
    judged again with every one that comes. Whose they are is asked anew each time.
    """

    def __init__(self, parts: FilingParts) -> None:
        self._parts = parts
        self._whole: dict[FileKey, Fingerprint] = {}

    def claim(self, file: SourceFile) -> PhotoClaim | PhotoRefusal:
        """Whose file this is. A picture is read to its end, the first time that it is asked.

        Raises:
            NotPermitted, NotSignedIn
        """
        self._parts.guard(*LOOKING)
        provider = self._provider(file)
        doubt = _doubt(file, provider)
        if doubt:
            is_sender = file.kind is SourceKind.QUARANTINE
            return PhotoRefusal(doubt, Doubt.SENDER if is_sender else Doubt.CONTENT)
        path = delivered(path_of(file))
        found = self._patient(path)
        if isinstance(found, PhotoRefusal):
            return found
        patient, reading = found
        unreadable = self._unreadable(file)
        if unreadable:
            return PhotoRefusal(unreadable, Doubt.CONTENT)
        rule = "folder and name" if reading.words else "folder"
        title = path.title(reading.words)[:TITLE_LIMIT]
        return PhotoClaim(patient, provider, title, named_time(file), rule)

    def patient_of(self, file: SourceFile) -> Patient | None:
        """The one active patient whose id a photo carries, whatever else speaks against filing it.

        Raises:
            NotPermitted, NotSignedIn
        """
        self._parts.guard(*LOOKING)
        found = self._patient(delivered(path_of(file)))
        return None if isinstance(found, PhotoRefusal) else found[0]

    def _provider(self, file: SourceFile) -> str:
        return self._parts.keys.provider_of(PurePath(file.key.source_id).name)

    def _patient(self, path: Delivered) -> tuple[Patient, Reading] | PhotoRefusal:
        possible = readings(path.folder, path.words)
        if not possible:
            words = f"No patient id was typed on the phone ({path.folder or 'no folder'})."
            return PhotoRefusal(words if path.folder != BLANK else "No patient id was typed.")
        around = self._parts.typed.like(reading.key for reading in possible)
        fitting = [
            (patient, reading)
            for reading in possible
            for patient in around
            if answers_to(patient, reading.key)
        ]
        if not fitting:
            return PhotoRefusal(_unknown(path.folder, around))
        if len(fitting) > 1:
            return PhotoRefusal(_several(fitting))
        patient, reading = fitting[0]
        if is_device_name(reading.key):
            return PhotoRefusal(f"{reading.key.upper()} looks like the name that a camera gives.")
        if self._may_be_cut_short(patient, reading, around):
            return PhotoRefusal(
                f"Another patient's id begins with {reading.key.upper()} and a hyphen, which the"
                " MedImage Server takes for the end of the id."
            )
        return self._active(patient, reading)

    def _may_be_cut_short(
        self, patient: Patient, reading: Reading, around: Sequence[Patient]
    ) -> bool:
        others = [one for one in around if one.id != patient.id]
        return any(goes_on_from(one, reading.key) for one in others) or (
            self._parts.typed.going_on_from(reading.key)
        )

    def _active(self, patient: Patient, reading: Reading) -> tuple[Patient, Reading] | PhotoRefusal:
        if patient.status is PatientStatus.MERGED and patient.merged_into:
            heir = self._parts.patients.get(patient.merged_into)
            if heir is not None and heir.status is PatientStatus.ACTIVE:
                return heir, reading
        if patient.status is not PatientStatus.ACTIVE:
            return PhotoRefusal(f"The patient with this id is {patient.status}.")
        return patient, reading

    def _unreadable(self, file: SourceFile) -> str:
        """Words if a picture cannot be decoded whole."""
        if file.destination is not Destination.IMAGES:
            return ""
        if self._whole.get(file.key) == file.fingerprint:
            return ""
        source = self._parts.sources.by_id(file.key.source_id)
        if source is None:
            return "Its source is not known here."
        try:
            with source.open(file.key, file.fingerprint) as opened:
                data = b"".join(opened.chunks())
            self._parts.imager.picture(data, longest=_LONGEST)
        except UnreadablePicture as error:
            return f"Damaged, or it could not be opened: {error.detail}"
        except MessageCentreError as error:
            return error.detail
        if len(self._whole) >= _REMEMBERED:
            self._whole.clear()
        self._whole[file.key] = file.fingerprint
        return ""


def _doubt(file: SourceFile, provider: str) -> str:
    """What speaks against the file before its id is looked at."""
    if file.kind is SourceKind.QUARANTINE:
        return file.reason or "It was not sent under an address key that counts."
    if file.kind is not SourceKind.MEDIMAGE or not provider:
        return "It was not sent under an address key that counts."
    if file.state is not FileState.READY:
        return file.reason or "It is not ready yet."
    return file.reason


def _unknown(folder: str, around: Sequence[Patient]) -> str:
    key = id_key(folder).upper()
    near = sorted({one for patient in around for one in ids_of(patient)})
    if near:
        return f"No patient has the id {key}. The register has {', '.join(near[:3])}."
    if looks_like(key) and not is_valid(key):
        return f"No patient has the id {key}, and its check digit is wrong: a slip of a finger?"
    return f"No patient has the id {key}."


def _several(fitting: Sequence[tuple[Patient, Reading]]) -> str:
    keys = sorted({reading.key.upper() for _, reading in fitting})
    if len(keys) > 1:
        return f"The id may be {' or '.join(keys)}: a hyphen ends an id on the MedImage Server."
    return f"{len(fitting)} patients have the id {keys[0]}."
