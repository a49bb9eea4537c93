"""Imports not yet settled as rows, and the one commit by which a file becomes ours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from message_centre.domain.assignments import Accepted
from message_centre.domain.errors import (
    AlreadyImported,
    BeingFiled,
    MessageCentreError,
)
from message_centre.domain.files import Destination, FileKey
from message_centre.domain.lifecycle import CLAIMING_STATES, OPEN_STATES, ImportState, may_become
from message_centre.domain.records import Record
from message_centre.services.ports import TAKEN_OVER, Claim, Clock, End, Filing, OpenImport
from message_centre.store.database import Database, stored
from message_centre.store.duplicates import judge_duplicates
from message_centre.store.inserting import insert_all, insert_each
from message_centre.store.records import to_row
from message_centre.store.returns import begin_return, commit_return
from message_centre.store.tables import imports, ledger, records
from message_centre.store.trail import append, append_all

#: How long a run may be silent about an import before other workstations may settle it.
LEASE = timedelta(minutes=10)
_HERE = "These bytes are already on this patient's record."
_ON_RECORD = (ImportState.FILED, ImportState.LEFT, ImportState.DONE, ImportState.CHANGED)
_STILL_AT_SOURCE = (ImportState.FILED, ImportState.LEFT, ImportState.ATTENTION)


class SqlJournal:
    """Implements `services.ports.Journal` for one run of one workstation."""

    def __init__(self, database: Database, clock: Clock, *, workstation: str, session: str) -> None:
        self._database = database
        self._clock = clock
        self._workstation = workstation
        self._session = session

    def claim(self, claims: Sequence[Claim]) -> tuple[OpenImport | BeingFiled, ...]:
        """Commit claims on files in one transaction, each granted or answered with who holds it."""
        rows = [self._claimed(claim) for claim in claims]
        with self._database.writing() as connection:
            lease = self._lease(connection)
            refused = insert_each(connection, imports, [row | lease for row in rows])
            # Asked before anybody can let go of a file that was just found held.
            holders = _holders(connection) if refused else {}
        return tuple(
            _held(holders.get(claim.order.file.key)) if claim.import_id in refused else _opened(row)
            for claim, row in zip(claims, rows, strict=True)
        )

    def _claimed(self, claim: Claim) -> dict[str, Any]:
        file, given = claim.order.file, claim.order.assignment
        return self._begun(claim.import_id, claim.order.request_id, ImportState.CLAIMED) | {
            "source_id": file.key.source_id,
            "source_name": file.source_name,
            "file_key": file.key.path,
            "fingerprint": str(file.fingerprint),
            "destination": file.destination,
            "shelf_path": claim.shelf_path,
            "original_name": file.name,
            "patient_id": given.patient_id,
            "operator": given.operator,
        }

    def _begun(self, import_id: str, request_id: str, state: ImportState) -> dict[str, Any]:
        return {
            "id": import_id,
            "request_id": request_id,
            "state": state,
            "epoch": 1,
            "workstation": self._workstation,
            "session": self._session,
            "opened_at": stored(self._clock.now()),
            "record_id": "",
            "sha256": "",
            "size": 0,
            "note": "",
        }

    def _lease(self, connection: Connection) -> dict[str, str]:
        """By the record's own clock, since workstations' clocks differ."""
        return {"lease_until": stored(self._database.now(connection) + LEASE)}

    def file(self, filings: Sequence[Filing]) -> tuple[MessageCentreError | None, ...]:
        """The commit: journal rows, records, ledger and trail in one transaction."""
        with self._database.writing() as connection:
            answers = judge_duplicates(connection, filings)
            wanted = [filing for filing, no in zip(filings, answers, strict=True) if no is None]
            lost = _advance_each(connection, wanted)
            wanted = [filing for filing in wanted if filing.record.id not in lost]
            doubled = insert_each(connection, records, [to_row(filing.record) for filing in wanted])
            _take_back(connection, [filing for filing in wanted if filing.record.id in doubled])
            wanted = [filing for filing in wanted if filing.record.id not in doubled]
            insert_all(connection, ledger, [_ledger_row(filing) for filing in wanted])
            append_all(connection, [self._saved(filing) for filing in wanted])
        refused = {one: BeingFiled(TAKEN_OVER) for one in lost} | {
            one: AlreadyImported(_HERE) for one in doubled
        }
        return tuple(
            no or refused.get(filing.record.id) for filing, no in zip(filings, answers, strict=True)
        )

    def _saved(self, filing: Filing) -> dict[str, str]:
        record = filing.record
        entry = self._entry(filing.action, record, record.operator, _accepted(filing.accepted))
        return entry | {"seal": record.seal}

    def _entry(self, action: str, record: Record, operator: str, detail: str) -> dict[str, str]:
        return {
            "at": stored(self._clock.now()),
            "operator": operator,
            "workstation": self._workstation,
            "action": action,
            "record_id": record.id,
            "patient_id": record.patient_id,
            "detail": detail,
        }

    def renew(self, import_ids: Sequence[str]) -> None:
        """Hold these claims for another lease."""
        with self._database.writing() as connection:
            connection.execute(
                update(imports)
                .where(imports.c.id.in_(import_ids), imports.c.session == self._session)
                .values(self._lease(connection))
            )

    def settle(self, ends: Sequence[End]) -> None:
        """Record how filed or returning imports ended; repeating the same end is fine."""
        with self._database.writing() as connection:
            found = select(imports.c.id, imports.c.state).where(
                imports.c.id.in_([end.import_id for end in ends])
            )
            states = {row.id: row.state for row in connection.execute(found)}
            rows = [
                {"of": end.import_id, "state": end.state, "note": end.note}
                for end in ends
                if _may_settle(ImportState(states[end.import_id]), end.state)
            ]
            if rows:
                connection.execute(update(imports).where(imports.c.id == bindparam("of")), rows)

    def abort(self, claimed: OpenImport, reason: str) -> bool:
        """Give a claim up; False if it was no longer ours to give up."""
        with self._database.writing() as connection:
            found = connection.execute(
                update(imports)
                .where(
                    imports.c.id == claimed.import_id,
                    imports.c.epoch == claimed.epoch,
                    imports.c.state.in_((ImportState.CLAIMED, ImportState.RETURNING)),
                )
                .values(state=ImportState.ABORTED, note=reason)
            )
            return found.rowcount == 1

    def take_over(self, found: OpenImport) -> OpenImport | None:
        """Fence off the dead session of an open row; one that was LEFT holds its file again."""
        held = ImportState.FILED if found.state is ImportState.LEFT else found.state
        try:
            with self._database.writing() as connection:
                taken = connection.execute(
                    update(imports)
                    .where(
                        imports.c.id == found.import_id,
                        imports.c.epoch == found.epoch,
                        imports.c.state == found.state,
                    )
                    .values(
                        state=held,
                        epoch=found.epoch + 1,
                        session=self._session,
                        workstation=self._workstation,
                        **self._lease(connection),
                    )
                )
        except IntegrityError:
            return None  # its record is being withdrawn, or the file filed anew, at this moment
        return self._read(found.import_id) if taken.rowcount == 1 else None

    def begin_return(
        self, record: Record, *, import_id: str, reason: str, operator: str
    ) -> OpenImport:
        """Commit that a record's bytes are on their way back to the inbox."""
        begun = self._begun(import_id, import_id, ImportState.RETURNING)
        begun |= {"operator": operator, "note": reason}
        try:
            with self._database.writing() as connection:
                begin_return(connection, record, begun | self._lease(connection))
        except IntegrityError as error:
            raise BeingFiled("This file is being filed or withdrawn at this moment.") from error
        return self._read(import_id)

    def commit_return(self, returning: OpenImport, *, at: datetime, returned_to: FileKey) -> None:
        """In one transaction: tombstone, journal row, kept originals shown again, trail."""
        entry = {
            "at": stored(at),
            "operator": returning.operator,
            "workstation": self._workstation,
            "action": "withdraw",
            "record_id": returning.record_id,
            "patient_id": returning.patient_id,
            "detail": f"{returning.note} (returned to {returned_to.source_id})",
        }
        with self._database.writing() as connection:
            commit_return(connection, returning, at)
            append(connection, entry)

    def read(self, import_id: str) -> OpenImport | None:
        """The row as it stands, or None."""
        return self._one(select(imports).where(imports.c.id == import_id))

    def of_requests(self, request_ids: Sequence[str]) -> Mapping[str, OpenImport]:
        """The rows that earlier tries of the same requests opened, by request."""
        wanted = select(imports).where(imports.c.request_id.in_(request_ids))
        with self._database.reading() as connection:
            return {row.request_id: _open_import(row) for row in connection.execute(wanted)}

    def saved_by(self, key: FileKey, fingerprint: str) -> str:
        """Who has put exactly this file on record, in words; empty if nobody has."""
        # By way of the ledger, which has every file that is on record by its key.
        wanted = (
            select(imports.c.operator, imports.c.workstation)
            .join(ledger, ledger.c.record_id == imports.c.id)
            .where(
                ledger.c.source_id == key.source_id,
                ledger.c.file_key == key.path,
                imports.c.fingerprint == fingerprint,
                imports.c.state.in_(_ON_RECORD),
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return f"by {row.operator} at {row.workstation}" if row else ""

    def open_imports(self) -> tuple[OpenImport, ...]:
        """Every row that still owes something, oldest first."""
        wanted = select(imports).where(imports.c.state.in_(OPEN_STATES))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(imports.c.opened_at, imports.c.id))
            now = stored(self._database.now(connection))
            return tuple(
                replace(_open_import(row), is_lease_over=row.lease_until < now) for row in rows
            )

    def hidden(self, source_id: str) -> Mapping[str, frozenset[str]]:
        """For each file key path whose file is on record though still at the source: fingerprints."""
        wanted = select(imports.c.file_key, imports.c.fingerprint).where(
            imports.c.source_id == source_id, imports.c.state.in_(_STILL_AT_SOURCE)
        )
        found: dict[str, frozenset[str]] = {}
        with self._database.reading() as connection:
            for path, fingerprint in connection.execute(wanted):
                found[path] = found.get(path, frozenset()) | {fingerprint}
        return found

    def _one(self, wanted: Select[Any]) -> OpenImport | None:
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _open_import(row)

    def _read(self, import_id: str) -> OpenImport:
        found = self.read(import_id)
        if found is None:
            raise BeingFiled("The claim on this file has vanished.")
        return found


def _holders(connection: Connection) -> dict[FileKey, str]:
    """Who is filing or withdrawing which file at this moment, in words."""
    columns = (imports.c.source_id, imports.c.file_key, imports.c.operator, imports.c.workstation)
    found = connection.execute(select(*columns).where(imports.c.state.in_(CLAIMING_STATES)))
    return {
        FileKey(row.source_id, row.file_key): f"{row.operator} at {row.workstation}"
        for row in found
    }


def _held(holder: str | None) -> BeingFiled:
    return BeingFiled(f"This file is being filed by {holder or 'somebody else'}.")


def _advance_each(connection: Connection, filings: Sequence[Filing]) -> frozenset[str]:
    """Take claims to FILED; the ids of those that are not ours any more come back."""
    rows = [
        {
            "of": filing.claimed.import_id,
            "held": filing.claimed.epoch,
            "sha256": filing.record.sha256,
            "size": filing.record.size,
            "record_id": filing.record.id,
            "state": ImportState.FILED,
        }
        for filing in filings
    ]
    wanted = update(imports).where(
        imports.c.id == bindparam("of"),
        imports.c.epoch == bindparam("held"),
        imports.c.state == ImportState.CLAIMED,
    )
    if not rows or connection.execute(wanted, rows).rowcount == len(rows):
        return frozenset()
    now = select(imports.c.id).where(
        imports.c.id.in_([row["of"] for row in rows]),
        imports.c.state == ImportState.FILED,
        imports.c.session.in_({filing.claimed.session for filing in filings}),
    )
    ours = set(connection.execute(now).scalars())
    return frozenset({filing.claimed.import_id for filing in filings} - ours)


def _take_back(connection: Connection, filings: Sequence[Filing]) -> None:
    """A file whose record could not be inserted is a mere claim again."""
    for filing in filings:
        connection.execute(
            update(imports)
            .where(imports.c.id == filing.claimed.import_id)
            .values(state=ImportState.CLAIMED, record_id="", sha256="", size=0)
        )


def _may_settle(old: ImportState, new: ImportState) -> bool:
    """Whether nobody has settled it further meanwhile."""
    return old is new or may_become(old, new)


def _ledger_row(filing: Filing) -> dict[str, str]:
    return {
        "source_id": filing.claimed.key.source_id,
        "file_key": filing.claimed.key.path,
        "sha256": filing.record.sha256,
        "record_id": filing.record.id,
    }


def _accepted(accepted: frozenset[Accepted]) -> str:
    return "" if not accepted else "confirmed: " + ", ".join(sorted(accepted))


def _open_import(row: Row[Any]) -> OpenImport:
    return _opened(row._asdict())


def _opened(row: Mapping[str, Any]) -> OpenImport:
    return OpenImport(
        import_id=row["id"],
        state=ImportState(row["state"]),
        epoch=row["epoch"],
        key=FileKey(row["source_id"], row["file_key"]),
        source_name=row["source_name"],
        fingerprint=row["fingerprint"],
        workstation=row["workstation"],
        session=row["session"],
        destination=Destination(row["destination"]),
        shelf_path=row["shelf_path"],
        original_name=row["original_name"],
        patient_id=row["patient_id"],
        operator=row["operator"],
        record_id=row["record_id"],
        sha256=row["sha256"],
        size=row["size"],
        note=row["note"],
    )
