"""Settles imports that dead runs of this workstation left open.

Everything before the commit is undone, everything after it is finished. Each step may itself be
interrupted and repeated. A copy that may be the last one is never removed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from message_centre.domain.errors import MessageCentreError, SourceOffline
from message_centre.domain.files import Fingerprint
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.outcomes import Recovered, Release
from message_centre.services.ports import (
    End,
    Filed,
    ImageStore,
    Journal,
    OpenImport,
    Source,
    SourceRegistry,
)
from message_centre.services.pulling_back import Returner

_SETTLED_AS = {
    Release.RELEASED: (ImportState.DONE, "finished"),
    Release.KEPT: (ImportState.LEFT, "source-kept"),
    Release.CHANGED: (ImportState.CHANGED, "finished, the source holds another file now"),
}


@dataclass(frozen=True)
class RecoveryParts:
    """What recovery is made of; `is_alive` asks the system about a session of this workstation."""

    sources: SourceRegistry
    store: ImageStore
    journal: Journal
    returner: Returner
    workstation: str
    is_alive: Callable[[str], bool]


class Recoverer:
    """Runs at every start and on request; any thread, one at a time."""

    def __init__(self, parts: RecoveryParts) -> None:
        self._parts = parts
        self._abandoned: set[str] = set()

    def abandon(self, import_id: str) -> None:
        """Leave an open import of this very run to recovery: it could not be undone or finished."""
        self._abandoned.add(import_id)

    def run_abandoned(self) -> None:
        """Settle what this run had to abandon; nothing to do is the rule and costs nothing."""
        if self._abandoned:
            self.run()

    def run(self) -> tuple[Recovered, ...]:
        """Settle what can be settled; what cannot stays open, with the reason as its outcome."""
        settled = []
        still_open = self._parts.journal.open_imports()
        self._abandoned &= {found.import_id for found in still_open}
        for found in still_open:
            if not self._is_ours(found):
                continue
            try:
                outcome = self._settle(found)
                self._abandoned.discard(found.import_id)
            except MessageCentreError as error:
                # It may be this run's by now; it stays open for the next try all the same.
                self.abandon(found.import_id)
                outcome = f"waiting: {error.detail}"
            settled.append(Recovered(found.import_id, outcome))
        return tuple(settled)

    def _is_ours(self, found: OpenImport) -> bool:
        if found.workstation != self._parts.workstation:
            # Another workstation's runs cannot be asked; their silence has a limit.
            return found.is_lease_over
        if found.state is ImportState.LEFT:
            return True  # at rest: any run may try the release again
        abandoned = found.import_id in self._abandoned
        return abandoned or not self._parts.is_alive(found.session)

    def _settle(self, found: OpenImport) -> str:
        # Before taking it from anybody, or from its rest: can this workstation reach what it would settle?
        if found.workstation != self._parts.workstation:
            self._source(found).still_there(found.key, found.fingerprint)
            self._parts.store.check(found.destination)
        elif found.state is ImportState.LEFT:
            self._source(found)
            self._parts.store.check(found.destination)
        taken = self._parts.journal.take_over(found)
        if taken is None:
            return "settled elsewhere"
        if taken.state is ImportState.CLAIMED:
            return self._undo(taken)
        if taken.state in {ImportState.RETURNING, ImportState.WITHDRAWN}:
            self._parts.returner.carry_out(taken, again=True)
            return "withdrawn"
        return self._finish(taken)

    def _undo(self, claimed: OpenImport) -> str:
        """Remove our own copy, but only where the source still has the file."""
        store = self._parts.store
        store.check(claimed.destination)
        outcome = "undone"
        if self._source(claimed).still_there(claimed.key, claimed.fingerprint):
            store.discard(claimed.destination, claimed.import_id, claimed.shelf_path)
        else:
            aside = store.set_aside(claimed.destination, claimed.import_id, claimed.shelf_path)
            if aside:
                outcome = f"source is gone; a copy was set aside in {aside}"
        self._parts.journal.abort(claimed, outcome)
        return outcome

    def _finish(self, filed: OpenImport) -> str:
        """See that the stored bytes are there and right, then have the source release its own."""
        store, source = self._parts.store, self._source(filed)
        store.check(filed.destination)
        if filed.record_id != filed.import_id and not self._is_stored(filed):
            return self._leave(filed, source)
        if not self._is_stored(filed):
            # A rename need not have been durable; the staged bytes may still be waiting.
            store.publish(filed.destination, [(filed.import_id, filed.shelf_path)])
        if not self._is_stored(filed) and not self._copy_again(filed, source):
            note = "The stored file is missing or damaged, and the source has no copy."
            self._parts.journal.settle([End(filed.import_id, ImportState.ATTENTION, note)])
            return f"attention: {note}"
        gone = Filed(filed.key, filed.sha256, filed.import_id, fingerprint=filed.fingerprint)
        [released] = source.release([gone])
        state, outcome = _SETTLED_AS[released.release]
        self._parts.journal.settle([End(filed.import_id, state, released.reason)])
        return outcome

    def _leave(self, again: OpenImport, source: Source) -> str:
        """A file that came again stays where the record it repeats cannot vouch for it any more."""
        source.restore(again.key, import_id=again.import_id)
        note = "The record it repeats holds these bytes no longer; the file is listed again."
        self._parts.journal.settle([End(again.import_id, ImportState.DONE, note)])
        return "left at its source"

    def _is_stored(self, filed: OpenImport) -> bool:
        found = self._parts.store.measure(filed.destination, filed.shelf_path)
        return found is not None and found.sha256 == filed.sha256

    def _copy_again(self, filed: OpenImport, source: Source) -> bool:
        """Mend a stored file from a source that still has the filed bytes."""
        if not source.still_has(filed.key, sha256=filed.sha256, import_id=filed.import_id):
            return False
        store = self._parts.store
        source.restore(filed.key, import_id=filed.import_id)
        store.set_aside(filed.destination, filed.import_id, filed.shelf_path)
        store.discard(filed.destination, filed.import_id, filed.shelf_path)
        with source.open(filed.key, Fingerprint.parse(filed.fingerprint)) as opened:
            store.stage(filed.destination, filed.import_id, opened.chunks())
        store.flush(filed.destination, [filed.import_id])
        store.publish(filed.destination, [(filed.import_id, filed.shelf_path)])
        return self._is_stored(filed)

    def _source(self, found: OpenImport) -> Source:
        source = self._parts.sources.by_id(found.key.source_id)
        if source is None:
            raise SourceOffline("This kind of source is not known on this workstation.")
        return source
