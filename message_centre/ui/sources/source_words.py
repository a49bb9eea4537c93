"""What the strip says of a source: words, symbol and colour for every state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from message_centre.domain.drive_places import log_of
from message_centre.domain.files import FileState, Listing, SourceKind, SourceState
from message_centre.domain.names import shown
from message_centre.ui.files.rows import moment
from message_centre.ui.icons import Ink
from message_centre.ui.words import counted, tr


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state looks and reads."""

    words: str
    symbol: str
    ink: Ink


STATES = {
    SourceState.OFF: StateWords("Switched off", "off", Ink.MUTED),
    SourceState.CONNECTING: StateWords("Connecting", "connecting", Ink.MUTED),
    SourceState.CONNECTED: StateWords("Connected", "connected", Ink.GOOD),
    SourceState.SETTLING: StateWords("Settling", "settling", Ink.WARNING),
    SourceState.OFFLINE: StateWords("Away", "offline", Ink.BAD),
    SourceState.SIGN_IN_NEEDED: StateWords("Sign-in needed", "sign-in", Ink.WARNING),
    SourceState.NOT_ALLOWED: StateWords("Not allowed here", "not-allowed", Ink.BAD),
    SourceState.ERROR: StateWords("Error", "error", Ink.BAD),
}

#: In these a listing tells what is there; in the others it tells why nothing can be said.
_LISTED = {SourceState.CONNECTED, SourceState.SETTLING}
_TROUBLED = {SourceState.OFFLINE, SourceState.SIGN_IN_NEEDED, SourceState.ERROR}
_DRIVES = {
    SourceKind.DROPBOX: "Dropbox",
    SourceKind.ONEDRIVE: "OneDrive",
    SourceKind.AZURE: "Azure Storage",
}


def state_words(listing: Listing) -> str:
    """`Connected 17:03`: the state and, where there is one, the time of the last listing."""
    words = _state(listing)
    if listing.state in _LISTED and listing.listed_at:
        return f"{words} {listing.listed_at.astimezone():%H:%M}"
    return words


def _state(listing: Listing) -> str:
    """The state in words; nobody signs in to Azure Storage, whose key is what it needs."""
    if listing.state is SourceState.SIGN_IN_NEEDED and listing.kind is SourceKind.AZURE:
        return tr("Key needed")
    return tr(STATES[listing.state].words)


def listed_words(at: datetime | None) -> str:
    """When a source was last listed."""
    return moment(at.astimezone()) if at else tr("not yet")


def card_rows(listing: Listing) -> tuple[tuple[str, str], ...]:
    """What the details say of a source, as name and words; the state comes first."""
    is_listed = listing.state in _LISTED
    rows = (
        (tr("State"), _state(listing)),
        (tr("Last listing"), listed_words(listing.listed_at)),
        (tr("Files"), count_words(listing) if is_listed else ""),
        (tr("Detail"), shown(listing.detail)),
        (tr("Log"), log_of(listing.kind) if listing.state in _TROUBLED else ""),
    )
    return tuple((name, text) for name, text in rows if text)


def switched_off(listings: Iterable[Listing]) -> str:
    """The drives that no listing came from, in words; empty if each is switched on."""
    on = {listing.kind for listing in listings}
    off = [name for kind, name in _DRIVES.items() if kind not in on]
    words = "Switched off: {drives}. An administrator switches drives on in the Messaging Options."
    return tr(words, drives=", ".join(off)) if off else ""


_READY = FileState.READY


def count_words(listing: Listing) -> str:
    """How many files a source showed, and how many of them wait for what."""
    # Nearly all of them are ready: only the others are gone through several times.
    states = [file.state for file in listing.files if file.state is not _READY]
    ready = len(listing.files) - len(states)
    told = [counted(ready, "{n} file ready", "{n} files ready")]
    if settling := states.count(FileState.SETTLING):
        told.append(counted(settling, "{n} settling", "{n} settling"))
    if held := states.count(FileState.HELD):
        told.append(counted(held, "{n} held", "{n} held"))
    if other := states.count(FileState.OTHER) + listing.ignored:
        told.append(counted(other, "{n} other", "{n} others"))
    return ", ".join(told)


def spoken(listing: Listing) -> str:
    """The source in one sentence, for a screen reader and the button's tip."""
    told = [shown(listing.source_name), state_words(listing)]
    if listing.state in _LISTED:
        told.append(count_words(listing))
    return ". ".join([*told, shown(listing.detail)] if listing.detail else told)
