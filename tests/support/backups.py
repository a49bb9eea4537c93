"""What the tests of backup and restore share: a practice with three files, and looks at a home."""

from collections.abc import Callable
from pathlib import Path

from message_centre.domain.lifecycle import ImportState
from message_centre.domain.outcomes import Finding
from message_centre.host.clock import SystemClock
from message_centre.services.auditing import Auditor
from message_centre.services.work import CancelToken, Progress, silent
from message_centre.store.backup import ZipBackup
from message_centre.store.restoring import Restored, restore
from tests.support.shelves import Shelves

PICTURE, LETTER = bytes(range(256)) * 2000, b"%PDF-1.7 a letter %%EOF"


def furnished(home: Path) -> Shelves:
    """A practice with a picture, a letter and an empty picture on record."""
    made = Shelves(home)
    for content, name in ((PICTURE, "a.jpg"), (LETTER, "b.pdf"), (b"", "empty.png")):
        made.settle(made.file(content, name).id, ImportState.DONE)
    return made


def back_up(shelves: Shelves, file: Path, report: Callable[[Progress], None] = silent) -> None:
    writer = ZipBackup(shelves.database, shelves.store, SystemClock())
    writer.write(file, CancelToken(), report)


def restored(home: Path, file: Path) -> Restored:
    return restore(home, file, home / "record.sqlite")


def stored(home: Path) -> dict[str, bytes]:
    root = home / "stores"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def findings(home: Path) -> tuple[Finding, ...]:
    shelves = Shelves(home)
    try:
        auditor = Auditor(
            records=shelves.records,
            store=shelves.store,
            journal=shelves.journal,
            trail=shelves.trail,
        )
        return auditor.check(CancelToken()).findings
    finally:
        shelves.close()


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name not in {"home", "new"}]
