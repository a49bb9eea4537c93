"""A record in words: its name, its facts, its tombstone."""

from message_centre.domain.files import Destination
from message_centre.domain.kinds import extension_of
from message_centre.domain.names import shown
from message_centre.domain.records import Record, RecordState, TakenFrom
from message_centre.ui.files.rows import short_source
from message_centre.ui.pieces.sizes import moment_words, size_words
from message_centre.ui.words import tr


def name_of(record: Record) -> str:
    """The title, else the original name."""
    return shown(record.title) or shown(record.original_name)


def spoken(record: Record) -> str:
    """One line for a screen reader."""
    kind = tr("Image") if record.destination is Destination.IMAGES else tr("Document")
    taken = tr("taken {when}", when=moment_words(record.taken_at)) if record.taken_at else ""
    filed = tr("filed {when}", when=moment_words(record.filed_at))
    return ", ".join(filter(None, (kind, name_of(record), taken, filed)))


def facts(record: Record) -> tuple[tuple[str, str], ...]:
    """What is known of an item, as name and words; facts that nobody gave are left out."""
    filed = tr("{when} by {who}", when=moment_words(record.filed_at), who=shown(record.operator))
    rows = (
        (tr("Title"), shown(record.title)),
        (tr("Comment"), "\n".join(shown(line) for line in record.comment.splitlines())),
        (tr("Taken"), taken_words(record)),
        (tr("Filed"), filed),
        (tr("Provider"), shown(record.provider)),
        (tr("From"), short_source(record.source)),
        (tr("Original name"), shown(record.original_name)),
        (tr("Size"), size_words(record.size)),
        (tr("Note"), _correction(record)),
    )
    return tuple((name, text) for name, text in rows if text)


def taken_words(record: Record) -> str:
    """When it was taken, and who says so."""
    if record.taken_at is None:
        return ""
    origin = {
        TakenFrom.FILE_NAME: tr("from the file name"),
        TakenFrom.EXIF: tr("from the camera"),
        TakenFrom.CONTAINER: tr("from the recording"),
        TakenFrom.FILE_TIME: tr("the file's own time"),
    }
    when = moment_words(record.taken_at)
    return f"{when} ({origin[record.taken_from]})" if record.taken_from else when


def type_words(record: Record) -> str:
    """`PDF`, `MP4`; a dash where the name has no extension."""
    return extension_of(record.original_name).removeprefix(".").upper() or "–"


def tombstone(record: Record) -> tuple[str, str, str]:
    """When, who and why."""
    when = moment_words(record.withdrawn_at) if record.withdrawn_at else "–"
    return when, shown(record.withdrawn_by) or "–", shown(record.withdrawn_reason) or "–"


def _correction(record: Record) -> str:
    if record.came_by_correction and record.state is RecordState.FILED:
        return tr("Came here by a correction.")
    return ""
