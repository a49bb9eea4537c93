"""Letters and reports about nobody, as PDF, plain text and rich text."""

import io
import time

from PIL import Image, ImageDraw, ImageFont

#: The same for all, so that the same seed gives the same bytes.
_MADE = time.gmtime(1_700_000_000)
_PAGE = (827, 1169)  # A4 at 100 dots to the inch
_SUBJECTS = (
    "Referral letter",
    "Histology report",
    "Discharge summary",
    "Consent form",
    "Operation note",
)


def pdf(seed: int, *, pages: int = 1) -> bytes:
    """A report of a few pages, drawn as pictures."""
    drawn = [_page(seed, number) for number in range(1, pages + 1)]
    yard = io.BytesIO()
    drawn[0].save(
        yard,
        "PDF",
        save_all=True,
        append_images=drawn[1:],
        resolution=100,
        creationDate=_MADE,
        modDate=_MADE,
    )
    return yard.getvalue()


def letter(seed: int) -> bytes:
    """A plain text letter, UTF-8."""
    return ("\n".join(_lines(seed)) + "\n").encode()


def rich_letter(seed: int) -> bytes:
    """The letter as RTF; characters beyond ASCII are written as the format wants them."""
    body = "\\par\n".join(_rtf(line) for line in _lines(seed))
    return ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\fs22\n" + body + "\n}\n").encode("ascii")


def subject(seed: int) -> str:
    """What the document is about, as a letterhead has it."""
    return _SUBJECTS[seed % len(_SUBJECTS)]


def _lines(seed: int) -> tuple[str, ...]:
    return (
        "SYNTHETIC - an invented letter about nobody",
        "",
        f"{subject(seed)}  no. {seed:04d}",
        "Kōwhai Example Clinic, 1 Sample Street, Demoville",
        "",
        "Dear colleague,",
        "thank you for seeing this invented person. Nothing in this letter happened.",
        "Examination: unremarkable. Plan: none, since there is nobody to treat.",
        "",
        "Kind regards",
        "The Demo Practice",
    )


def _page(seed: int, number: int) -> Image.Image:
    page = Image.new("RGB", _PAGE, (253, 253, 250))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, _PAGE[0], 70), fill=(32, 88, 96))
    font = ImageFont.load_default(size=20)
    pen.text((60, 22), f"{subject(seed)} - page {number}", (255, 255, 255), font)
    for row, line in enumerate(_lines(seed + number)):
        pen.text((60, 130 + row * 36), line, (30, 30, 34), font)
    return page


def _rtf(line: str) -> str:
    return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in line)
