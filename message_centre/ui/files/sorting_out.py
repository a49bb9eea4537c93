"""A listing sorted out: what stands under My Mail, what under Unclaimed, and what files itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from message_centre.domain.auto_imports import Plan
from message_centre.domain.files import Listing
from message_centre.services.work import CancelToken
from message_centre.ui.files.rows import SourceRows


@dataclass(frozen=True, slots=True)
class SortedOut:
    """One source's files, each in one of three places; made on a worker."""

    mail: Listing
    unclaimed: SourceRows
    plans: tuple[Plan, ...] = ()


#: Sorts a listing out; the flag says whether a person asked for it.
SortOut = Callable[[Listing, bool, CancelToken], SortedOut]


def all_mail(listing: Listing, _is_refresh: bool, _token: CancelToken) -> SortedOut:
    """Everything is an ordinary file."""
    return SortedOut(listing, SourceRows(replace(listing, files=()), {}))
