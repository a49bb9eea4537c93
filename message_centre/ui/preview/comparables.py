"""Which listed pictures can be compared with the one that is looked at."""

from collections.abc import Sequence
from functools import partial

from message_centre.domain.files import SourceFile
from message_centre.domain.kinds import IMAGE_EXTENSIONS
from message_centre.services.previewing import Preview, Previewer
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.rows import Column, FileRow, Standing
from message_centre.ui.viewing.compare_window import Candidate

#: A choice of more is no choice any more.
_MOST = 60
_PICTURES = IMAGE_EXTENSIONS | {".heic", ".heif", ".webp", ".bmp", ".dcm", ".dicom"}


def comparable_rows(
    model: FilesModel, current: FileRow | None, ticked: Sequence[SourceFile]
) -> list[FileRow]:
    """The ticked pictures, or the current one and those around it; the current one is among them."""
    if current is None or not is_comparable(current):
        return []
    rows = [row for number in range(model.rowCount()) if (row := model.row(number)) is not None]
    keys = {file.key for file in ticked}
    if len(keys) > 1:
        chosen = [row for row in rows if row.file.key in keys or row is current]
    else:
        place = next(n for n, row in enumerate(rows) if row.file.key == current.file.key)
        chosen = rows[max(0, place - _MOST // 2) : place + _MOST]
    found = [row for row in chosen if is_comparable(row)]
    return found[:_MOST] if current in found[:_MOST] else [current, *found[: _MOST - 1]]


def no_rows() -> list[FileRow]:
    """Nothing to compare with."""
    return []


def candidates(rows: Sequence[FileRow], previewer: Previewer) -> list[Candidate]:
    """The rows as a comparison takes them."""
    return [
        Candidate(
            key=str(number),
            name=row.cells[Column.NAME],
            words=f"{row.cells[Column.DATE]}, {row.cells[Column.SIZE]}",
            load=partial(_load, previewer, row.file),
        )
        for number, row in enumerate(rows)
    ]


def _load(previewer: Previewer, file: SourceFile, longest: int) -> Preview:
    return previewer.of_source(file, longest=longest)


def is_comparable(row: FileRow) -> bool:
    """Whether a row is a picture by its name, and still there to be looked at."""
    is_file = row.standing is not Standing.HEADING
    return is_file and row.file.extension in _PICTURES and not row.is_saved
