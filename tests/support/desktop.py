"""The desktop that the window hands web pages to: whoever sits at it decides what the browser does."""

import contextlib
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices


class Desktop(QObject):
    """Notes the pages that are opened, and gives each to `browse` if there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.browse: Callable[[str], object] | None = None

    @Slot(QUrl)
    def open_page(self, url: QUrl) -> None:
        """Called by Qt in place of the system."""
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        if self.browse is not None:
            self.browse(self.opened[-1])


@contextlib.contextmanager
def a_desktop() -> Iterator[Desktop]:
    """Takes every https page until the end."""
    made = Desktop()
    # The binding takes no bytes, whatever its stub says.
    QDesktopServices.setUrlHandler("https", made, "open_page")  # type: ignore[arg-type] # see above
    try:
        yield made
    finally:
        QDesktopServices.unsetUrlHandler("https")
