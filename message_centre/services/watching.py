"""Looks at a file's bytes while they are copied: whether they grow, and what they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from message_centre.domain.contents import HEAD_BYTES, contradiction, looks_incomplete
from message_centre.domain.errors import DoubtfulContent, FileChanged
from message_centre.domain.files import SourceFile
from message_centre.services.ports import OpenedFile
from message_centre.services.work import Progress, Report

#: How much of a file's beginning is kept while copying, to read what the file says about itself.
_HEAD = 1 << 17
#: Also the words of a listed file whose bytes were looked at.
INCOMPLETE = "Looks incomplete: its end is missing."


@dataclass
class Watched:
    """The first and last bytes of a file that goes by."""

    file: SourceFile
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    size: int = 0

    def chunks(self, opened: OpenedFile, look_up: Report) -> Iterator[bytes]:
        """The bytes, with a look up from work at every chunk.

        Raises:
            FileChanged: there are more bytes than were seen.
        """
        for chunk in opened.chunks():
            if len(self.head) < _HEAD:
                self.head += chunk[: _HEAD - len(self.head)]
            self.tail = (self.tail + chunk[-HEAD_BYTES:])[-HEAD_BYTES:]
            self.size += len(chunk)
            if self.size > self.file.size and not self.file.kind.is_drive:
                raise FileChanged("The file is growing while it is being read.")
            look_up(Progress(self.size, self.file.size))
            yield chunk

    def check_plain(self) -> None:
        """Raise `DoubtfulContent` unless the bytes are whole and are what the name says."""
        head = bytes(self.head[:HEAD_BYTES])
        if odd := contradiction(self.file.extension, head):
            raise DoubtfulContent(f"{odd.rstrip('.')}.")
        if looks_incomplete(head, bytes(self.tail), self.size, self.file.extension):
            raise DoubtfulContent(INCOMPLETE)
