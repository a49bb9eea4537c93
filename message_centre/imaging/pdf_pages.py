"""Pages of a PDF as pictures. No script runs, no form is filled, nothing is fetched."""

from typing import TYPE_CHECKING

from message_centre.domain.errors import UnreadablePicture
from message_centre.imaging.decoding import LONGEST_LIMIT
from message_centre.imaging.translating import DAMAGED
from message_centre.services.ports import Page, Picture, Wish

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

LOCKED = "This PDF is locked with a password."

#: Pixels of an inch at full size, and how far beyond it a person can zoom into the letters.
_FULL_INCH, _POINTS_AN_INCH = 150, 72
_CLOSEST = 4
#: Page numbers beyond this are not offered: the count is the file's own word.
_MOST_PAGES = 20_000
#: Longest side of a page that is believed, in points; the format itself ends here.
_MOST_POINTS = 14_400
_PASSWORD = 4


def page_of(data: bytes, wish: Wish) -> Page:
    """One page on white.

    Raises:
        UnreadablePicture
    """
    import pypdfium2  # noqa: PLC0415 - loaded by the children that read documents

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error)
        raise UnreadablePicture(LOCKED if locked else DAMAGED) from error
    try:
        return _rendered(document, wish)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePicture(DAMAGED) from error
    finally:
        document.close()


def _rendered(document: "PdfDocument", wish: Wish) -> Page:
    count = min(len(document), _MOST_PAGES)
    if count < 1:
        raise UnreadablePicture(DAMAGED)
    number = max(0, min(wish.page, count - 1))
    page = document[number]
    width, height = (max(1.0, min(side, _MOST_POINTS)) for side in page.get_size())
    longest = max(width, height)
    full = _FULL_INCH / _POINTS_AN_INCH
    most = min(LONGEST_LIMIT, round(longest * full * _CLOSEST))
    wanted = max(1, min(wish.longest, most))
    bitmap = page.render(scale=min(wanted / longest, full * _CLOSEST), may_draw_forms=False)
    try:
        image = bitmap.to_pil().convert("RGBA")
    finally:
        bitmap.close()
    picture = Picture(image.width, image.height, image.tobytes())
    return Page(picture, number, count, round(width * full), round(height * full), most)
