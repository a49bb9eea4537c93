"""Keeps the rows of every source and merges new listings into them; knows nothing of Qt."""

from collections.abc import Iterable, Iterator
from itertools import chain

from message_centre.domain.files import FileKey, FileState, Listing, SourceFile, SourceState
from message_centre.ui.files.rows import FileRow, Ident, SourceRows, Standing, ident_of, standing_of
from message_centre.ui.words import tr

#: States in which a source shows nothing, though its files may be there as before.
_AWAY = frozenset(
    {
        SourceState.OFFLINE,
        SourceState.ERROR,
        SourceState.CONNECTING,
        SourceState.SIGN_IN_NEEDED,
        SourceState.NOT_ALLOWED,
    }
)
_MISSING = frozenset({Standing.AWAY, Standing.GONE})
#: What a refresh of an unchanged source clears up.
LEFT_OVER = _MISSING | {Standing.NOT_SAVED}


class RowBook:
    """Every row by its key, shown or not.

    A refresh drops what is saved or gone. Between refreshes nothing is ever dropped: what is gone is
    marked, so that no row moves under a person's hand. A tick is kept for as long as the file has the
    bytes that were seen, even while it can not be ticked.
    """

    def __init__(self) -> None:
        #: By source first: a listing of one need not touch the rows of another.
        self._sources: dict[str, dict[Ident, FileRow]] = {}

    def __iter__(self) -> Iterator[FileRow]:
        return chain.from_iterable(rows.values() for rows in self._sources.values())

    def __len__(self) -> int:
        return sum(map(len, self._sources.values()))

    def find(self, key: FileKey) -> FileRow | None:
        """The row of a file, or None."""
        return self._sources.get(key.source_id, {}).get(ident_of(key))

    def holds(self, row: FileRow) -> bool:
        """Whether this very row is still here."""
        return self._sources.get(row.ident[0], {}).get(row.ident) is row

    def holds_only(self, made: SourceRows) -> bool:
        """Whether these are all the rows there are."""
        rows = self._sources.get(made.listing.source_id)
        return rows is made.by_ident and len(rows) == len(self)

    def merge(self, made: SourceRows, *, is_refresh: bool) -> tuple[FileRow, ...]:
        """Take over what a source shows now; the known rows of which something changed."""
        rows = self._sources.get(made.listing.source_id)
        if not rows or made.holds_all(rows):
            self._sources[made.listing.source_id] = made.by_ident
            return ()
        changed: list[FileRow] = []
        for ident, row in made.by_ident.items():
            known = rows.get(ident)
            if known is None or (known.is_saved and is_refresh):
                rows[ident] = row
            elif _take_over(known, row, is_refresh=is_refresh):
                changed.append(known)
        changed += self._miss(made, is_refresh=is_refresh)
        return tuple(changed)

    def settle(self, listing: Listing) -> tuple[FileRow, ...]:
        """Take over a refresh with the same files as before: gone rows leave, failures are forgotten."""
        forgiven = []
        rows = self._sources.get(listing.source_id, {})
        for row in [row for row in rows.values() if row.standing in LEFT_OVER]:
            if row.standing in _MISSING and listing.state not in _AWAY:
                del rows[row.ident]
            elif row.standing is Standing.NOT_SAVED:
                row.standing, row.note = standing_of(row.file), row.file.reason
                row.changed()
                forgiven.append(row)
        return tuple(forgiven)

    def keep_only(self, sources: Iterable[str]) -> bool:
        """Drop the rows of sources that are no longer listed; says whether there were any."""
        gone = [self._sources.pop(source) for source in set(self._sources) - set(sources)]
        return any(gone)

    def inspected(self, file: SourceFile, odd: SourceFile | None) -> FileRow | None:
        """Take over what a look at the bytes of `file` found; the row, if anything shows of it.

        `odd` is the copy that says what is strange, or None. Bytes that changed meanwhile are not it.
        """
        row = self.find(file.key)
        if row is None or row.file.fingerprint != file.fingerprint or not row.can_be_ticked:
            return None
        row.was_inspected = True
        if odd is None or row.standing is Standing.NOT_SAVED or row.file.reason == odd.reason:
            return None
        row.file, row.note, row.standing = odd, odd.reason, standing_of(odd)
        row.changed()
        return row

    def _miss(self, made: SourceRows, *, is_refresh: bool) -> list[FileRow]:
        """Drop or mark the rows that a listing no longer shows; those that are marked.

        Of a source that is still being listed, what was not seen yet stays as it stands.
        """
        is_away = made.listing.state in _AWAY
        is_whole = made.listing.state is not SourceState.CONNECTING
        rows = self._sources[made.listing.source_id]
        marked: list[FileRow] = []
        for row in made.missing(rows):
            if is_refresh and (row.is_saved or not is_away):
                del rows[row.ident]
            elif is_whole and not row.is_saved:
                row.standing = Standing.AWAY if is_away else Standing.GONE
                row.note = made.listing.detail if is_away else ""
                row.note = row.note or tr("It is no longer at its source.")
                row.changed()
                marked.append(row)
        return marked


def _take_over(known: FileRow, row: FileRow, *, is_refresh: bool) -> bool:
    """Bring a known row up to date; says whether anything can be seen of it.

    A row that was saved, or could not be, keeps saying so until a refresh.
    """
    if known.file is row.file and known.standing is row.standing:
        return False
    is_same = known.file.fingerprint == row.file.fingerprint
    if known.is_saved or (known.standing is Standing.NOT_SAVED and is_same and not is_refresh):
        return False
    if is_same and known.standing is row.standing and known.file.reason == row.file.reason:
        return False
    if is_same and known.was_inspected and row.file.state is FileState.READY:
        return _come_back(known)
    known.is_ticked = known.is_ticked and is_same
    known.was_inspected = False
    known.file, known.note, known.standing = row.file, row.note, row.standing
    known.cells, known.by_name = row.cells, row.by_name
    known.changed()
    return True


def _come_back(known: FileRow) -> bool:
    """A file whose bytes were looked at needs no second look: what was found stands."""
    standing = standing_of(known.file)
    if known.standing is standing:
        return False
    known.standing, known.note = standing, known.file.reason
    known.changed()
    return True
