"""What sources tell on its way to the list: made into rows on the worker, not on the GUI thread."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from message_centre.domain.files import Listing
from message_centre.ui.files.files_sorting import Wish, presorted
from message_centre.ui.files.rows import FileRow, SourceRows, rows_of
from message_centre.ui.files.sorting_out import SortedOut

#: From so many rows on a list is made ready on the worker as far as it can be.
GREAT = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its number, and whether a person asked it."""

    generation: int
    is_refresh: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """One source's answer; `made` is None where it shows what it showed.

    An early one is of some files of a source that is still being looked at; nothing follows from it
    but that these are there.
    """

    asked: Asked
    listing: Listing
    out: SortedOut
    made: SourceRows | None
    is_early: bool = False


class Arriving:
    """The answers to one question. All on the worker that asks; `put` hands them on."""

    def __init__(
        self,
        asked: Asked,
        known: Mapping[str, Listing],
        sort_out: Callable[[Listing], SortedOut],
        wish: Callable[[], Wish],
        put: Callable[[Arrival], None],
    ) -> None:
        self._asked = asked
        self._known = known
        self._sort_out = sort_out
        self._wish = wish
        self._put = put
        self._early: dict[str, dict[int, FileRow]] = {}

    def glimpsed(self, listing: Listing) -> None:
        """The first files of a source that the list shows nothing of yet."""
        if listing.source_id in self._known or not listing.files:
            return
        out = self._sort_out(listing)
        made = replace(rows_of(out.mail), gone=frozenset())
        early = self._early.setdefault(listing.source_id, {})
        early.update({id(row.file): row for row in made.rows})
        self._put(Arrival(self._asked, listing, out, made, is_early=True))

    def listed(self, listing: Listing) -> None:
        """A source's whole listing."""
        out = self._sort_out(listing)
        last = self._known.get(listing.source_id)
        made = None if _shows_the_same(last, out.mail) else self._made(out.mail, last)
        self._put(Arrival(self._asked, listing, out, made))

    def _made(self, mail: Listing, last: Listing | None) -> SourceRows:
        made = rows_of(mail, last, self._early.get(mail.source_id))
        if len(made.rows) < GREAT:
            return made
        made = presorted(made, replace(self._wish(), text="", with_other=False))
        # What stays for long and refers to nothing in a circle need not be swept again and again:
        # a sweep over a hundred thousand rows holds up every thread for a second.
        gc.freeze()
        return made


def _shows_the_same(last: Listing | None, listing: Listing) -> bool:
    return last is not None and (last.state, last.detail, last.files) == (
        listing.state,
        listing.detail,
        listing.files,
    )
