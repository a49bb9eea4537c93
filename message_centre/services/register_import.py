"""One import of the register: rows in chunks, each chunk its own transaction.

A row that cannot be taken is refused with its reason and holds up no other. Importing the same file
again changes nothing.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from message_centre.domain.errors import FixTheInput
from message_centre.domain.outcomes import RegisterReport, RegisterRow
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.services.ports import Patients
from message_centre.services.register_files import RegisterFile
from message_centre.services.register_rows import RegisterLine, blank, described, nhi_of, status_of
from message_centre.services.work import CancelToken, Progress, Report

_CHUNK = 500
#: Filing a million patients by a few at a time would write every page of the search tables a thousand
#: times. So many at once keep others from writing for some seconds (five on a busy computer, measured).
_LARGEST_CHUNK = 5_000
_CHUNKS = 50


@dataclass
class _Chunk:
    """What the register holds of a chunk's patients, and what the chunk makes of them."""

    by_number: dict[str, Patient]
    by_nhi: dict[str, Patient]
    changed: dict[str, Patient] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, patient: Patient) -> None:
        """Let a row stand: later rows of the chunk see it."""
        before = self.by_number.get(patient.number)
        if patient == before:
            self.counts["unchanged"] += 1
            return
        self.counts["changed" if before else "new"] += 1
        if before is not None and self.by_nhi.get(before.nhi) == before:
            del self.by_nhi[before.nhi]
        self.by_number[patient.number] = patient
        if patient.nhi and patient.status is not PatientStatus.MERGED:
            self.by_nhi[patient.nhi] = patient
        self.changed[patient.id] = patient


class RegisterImport:
    """Imports one file, once. `counted` tells what has been done so far, also after a cancel."""

    def __init__(self, patients: Patients, *, today: date, new_id: Callable[[], str]) -> None:
        self._patients = patients
        self._today = today
        self._new_id = new_id
        self._seen: set[str] = set()
        self._refused: list[RegisterRow] = []
        self._waiting: list[RegisterLine] = []
        self._counts: Counter[str] = Counter()

    def run(self, file: RegisterFile, *, token: CancelToken, report: Report) -> None:
        """Take every row; those merged into a patient who comes later wait for the end.

        Raises:
            Cancelled: between two chunks.
        """
        done, size = 0, chunk_size(file.total)
        for chunk in _chunks(file.lines(), size):
            token.check()
            self._take([line for line in chunk if self._is_readable(line)])
            done += len(chunk)
            report(Progress(done, file.total))
        self._settle_waiting()

    @property
    def counted(self) -> RegisterReport:
        """The report so far, its refused rows in the file's order."""
        refused = tuple(sorted(self._refused, key=lambda row: row.line))
        counts = self._counts
        return RegisterReport(counts["new"], counts["changed"], counts["unchanged"], refused)

    def _is_readable(self, line: RegisterLine) -> bool:
        if line.problem:
            self._refuse(line, line.problem)
        elif line.number and line.number in self._seen:
            self._refuse(line, "This number has stood in the file before.")
        else:
            self._seen.add(line.number)
            return True
        return False

    def _settle_waiting(self) -> None:
        """Go round as long as somebody is found; a merged patient may be merged into another one."""
        while self._waiting:
            lines, self._waiting = self._waiting, []
            for chunk in _chunks(iter(lines), _CHUNK):
                self._take(chunk)
            if len(self._waiting) == len(lines):
                break
        for line in self._waiting:
            self._refuse(line, "The patient this one was merged into is not in the register.")
        self._waiting = []

    def _take(self, lines: Sequence[RegisterLine]) -> None:
        chunk = self._known(lines)
        for line in lines:
            try:
                self._take_one(line, chunk)
            except FixTheInput as error:
                self._refuse(line, error.detail)
        if chunk.changed:
            self._patients.save(chunk.changed.values())
        self._counts += chunk.counts  # not before they are saved

    def _known(self, lines: Sequence[RegisterLine]) -> _Chunk:
        numbers = {line.number for line in lines} | {self._target(line) for line in lines}
        by_number = dict(self._patients.with_numbers(sorted(numbers - {""})))
        nhis = {nhi_of(line.fields) for line in lines} - {""}
        by_nhi = dict(self._patients.with_nhis(sorted(nhis)))
        return _Chunk(by_number, by_nhi)

    def _target(self, line: RegisterLine) -> str:
        try:
            return status_of(line.fields, known=blank(""))[1]
        except FixTheInput:
            return ""

    def _take_one(self, line: RegisterLine, chunk: _Chunk) -> None:
        known = chunk.by_number.get(line.number)
        patient = described(line.fields, into=known or blank(self._new_id()), today=self._today)
        status, target_number = status_of(line.fields, known=patient)
        merged_into = patient.merged_into if status is PatientStatus.MERGED else ""
        if target_number:
            target = chunk.by_number.get(target_number)
            if target is None:
                self._waiting.append(line)
                return
            if patient.id in {target.id, target.merged_into}:
                raise FixTheInput("Two patients cannot be merged into each other.")
            merged_into = target.id
        patient = replace(patient, status=status, merged_into=merged_into)
        _check_nhi(patient, chunk.by_nhi.get(patient.nhi))
        chunk.take(patient)

    def _refuse(self, line: RegisterLine, reason: str) -> None:
        self._refused.append(RegisterRow(line.line, line.number, "refused", reason))


def _check_nhi(patient: Patient, owner: Patient | None) -> None:
    """Only a merged patient may share the NHI of the one who remains."""
    if owner is None or owner.id == patient.id or not patient.nhi:
        return
    if PatientStatus.MERGED not in {owner.status, patient.status}:
        raise FixTheInput(f"The nhi {patient.nhi} belongs to number {owner.number}.")


def chunk_size(total: int) -> int:
    """How many rows are saved in one transaction, of so many in all."""
    return min(max(_CHUNK, total // _CHUNKS), _LARGEST_CHUNK)


def _chunks(lines: Iterator[RegisterLine], size: int) -> Iterator[list[RegisterLine]]:
    while chunk := list(itertools.islice(lines, size)):
        yield chunk
