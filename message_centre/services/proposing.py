"""Gathers evidence for guesses at the patient, and whatever contradicts a choice. It never acts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from message_centre.domain import nhi
from message_centre.domain.clues import Clue, Where, has_pair
from message_centre.domain.files import FileKey, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.proposals import (
    Known,
    Proposal,
    Proposals,
    contradictions,
    proposed,
)
from message_centre.services.clue_reading import ClueReader
from message_centre.services.registering import Register
from message_centre.services.work import CancelToken

#: So many different pairs of words are looked up as names, those of the first files first.
_MOST_PAIRS = 40
_SAME_NAMES = 50
_INSIDE = frozenset({Where.HEADER, Where.METADATA})
_Clues = Mapping[FileKey, tuple[Clue, ...]]


class Proposing:
    """Asked on a worker: it reads the register and the heads of files. Every method on any thread."""

    def __init__(self, register: Register, clues: ClueReader) -> None:
        self._register = register
        self._clues = clues

    def propose(self, files: Sequence[SourceFile], operator: str, token: CancelToken) -> Proposals:
        """Guesses at whose these files are, together: the best first, each with its evidence.

        Files that point to different patients, or contradict themselves, are told as a conflict.

        Raises:
            Cancelled
            NotPermitted, NotSignedIn
        """
        recent = frozenset(patient.id for patient in self._register.recents(operator))
        clues = self._clues.read(files, token)
        known = self._known(clues, recent, token)
        guesses = {
            file.key: proposed(clues[file.key], known, seen_in=file.modified.year) for file in files
        }
        ranked = _ranked(guesses, len(files))
        return Proposals(ranked, self._conflict(ranked, files, (clues, known)))

    def against(self, patient: Patient, files: Sequence[SourceFile], token: CancelToken) -> str:
        """Words if a name, a folder or a header of these files cannot be meant for this patient.

        Raises:
            Cancelled
            NotPermitted, NotSignedIn
        """
        clues = self._clues.read(files, token)
        return _against(patient, files, (clues, self._known(clues, frozenset(), token)))

    def contents_against(
        self, patient: Patient, files: Sequence[SourceFile], token: CancelToken
    ) -> str:
        """As `against`, of headers and pictures' own texts alone.

        Names of files and folders are not asked, nor bare numbers in a text: among a great many files
        a counter is somebody's number before long.

        Raises:
            Cancelled
            NotPermitted, NotSignedIn
        """
        read = self._clues.read(files, token)
        clues = {
            key: tuple(clue for clue in some if clue.where in _INSIDE) for key, some in read.items()
        }
        ids = {clue.patient_id for some in clues.values() for clue in some}
        known = self._known(clues, frozenset(), token)
        owners = {one: who for one, who in known.owners.items() if one in ids or nhi.is_valid(one)}
        return _against(patient, files, (clues, replace(known, owners=owners)))

    def _conflict(
        self, ranked: Sequence[Proposal], files: Sequence[SourceFile], read: tuple[_Clues, Known]
    ) -> str:
        told = [proposal for proposal in ranked if proposal.is_told]
        if len(told) > 1:
            who = " and ".join(f"{one.patient.label} ({one.evidence[0]})" for one in told[:2])
            return f"What is written points to different patients: {who}."
        spoken = _against(ranked[0].patient, files, read) if ranked else ""
        return f"{ranked[0].patient.label}: {ranked[0].words}. But {spoken}" if spoken else ""

    def _known(self, clues: _Clues, recent: frozenset[str], token: CancelToken) -> Known:
        everything = tuple(chain.from_iterable(clues.values()))
        identifiers = sorted(frozenset().union(*(clue.identifiers for clue in everything)))
        owners = {
            **self._register.with_numbers(identifiers),
            **self._register.with_nhis(identifiers),
        }
        pairs = dict.fromkeys(pair for clue in everything for pair in sorted(clue.name_pairs))
        named = {}
        for pair in list(pairs)[:_MOST_PAIRS]:
            token.check()
            if found := self._with_names(pair):
                named[pair] = found
        followed = {one: self._followed(owner) for one, owner in owners.items()}
        return Known(followed, named, recent)

    def _with_names(self, pair: tuple[str, str]) -> tuple[Patient, ...]:
        """Everybody who has both words as names, exactly; a patient merged into another is not asked."""
        found = self._register.search(" ".join(pair), limit=_SAME_NAMES)
        return tuple(
            patient
            for patient, _ in found
            if patient.status is not PatientStatus.MERGED and has_pair(patient, pair)
        )

    def _followed(self, patient: Patient) -> Patient:
        """Into whom the register says that a patient was merged, or the patient."""
        if patient.status is not PatientStatus.MERGED or not patient.merged_into:
            return patient
        return self._register.get(patient.merged_into) or patient


def _ranked(guesses: Mapping[FileKey, tuple[Proposal, ...]], count: int) -> tuple[Proposal, ...]:
    """The best guess of any file for each patient; of several files it is told how many point there."""
    best: dict[str, Proposal] = {}
    pointing: dict[str, int] = {}
    for guess in chain.from_iterable(guesses.values()):
        who = guess.patient.id
        pointing[who] = pointing.get(who, 0) + 1
        if who not in best or guess.score > best[who].score:
            best[who] = guess
    if count > 1:
        best = {
            who: Proposal(
                one.patient, one.score, (*one.evidence, f"{pointing[who]} of {count} files")
            )
            for who, one in best.items()
        }
    return tuple(sorted(best.values(), key=lambda one: (-one.score, one.patient.label)))


def _against(patient: Patient, files: Sequence[SourceFile], read: tuple[_Clues, Known]) -> str:
    """What speaks against a patient, of the first file that does."""
    clues, known = read
    for file in files:
        if found := contradictions(patient, clues[file.key], known):
            return f"\u201c{shown(file.name)}\u201d: {'; '.join(map(shown, found[:2]))}."
    return ""
