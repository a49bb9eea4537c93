"""Source files and listings with defaults, so that a test shows only what matters."""

from datetime import UTC, datetime

from message_centre.domain.files import (
    FileKey,
    FileState,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
    SourceState,
)
from message_centre.domain.kinds import destination_of, extension_of

_NANO = 1_000_000_000
_NOON = 1_790_000_000
SOURCE = "folder:a"


def a_source_file(  # noqa: PLR0913 - one default for each thing a test may care about
    name: str = "photo.jpg",
    *,
    state: FileState = FileState.READY,
    age: int = 0,
    size: int = 3000,
    reason: str = "",
    source_id: str = SOURCE,
) -> SourceFile:
    """A file; `age` seconds older than the newest."""
    extension = extension_of(name)
    return SourceFile(
        key=FileKey(source_id, name),
        name=name,
        source_name="Waiting room",
        kind=SourceKind.FOLDER,
        fingerprint=Fingerprint(size, (_NOON - age) * _NANO, f"1:{name}"),
        extension=extension,
        destination=destination_of(extension),
        state=state,
        reason=reason,
    )


def a_listing(
    *files: SourceFile,
    source_id: str = SOURCE,
    state: SourceState = SourceState.CONNECTED,
    detail: str = "",
) -> Listing:
    """What a source showed."""
    return Listing(
        source_id=source_id,
        source_name="Waiting room",
        kind=SourceKind.FOLDER,
        state=state,
        detail=detail,
        listed_at=datetime.fromtimestamp(_NOON, UTC),
        files=files,
    )
