"""What a decoding child says, as JSON: codes for failures and facts for pictures.

The child sends no words that a person sees: whatever it decoded may have taken it over.
"""

from datetime import date, datetime
from typing import Any

from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.domain.names import shown
from message_centre.domain.records import TakenFrom
from message_centre.imaging.decoding import KIND_UNKNOWN, KIND_UNSUPPORTED
from message_centre.imaging.dicom_frames import (
    NO_PICTURE,
    PACKED,
    PACKED_DEEP,
    PACKED_LS,
    PACKED_VIDEO,
)
from message_centre.imaging.identities import LONGEST_FIELD, LONGEST_TEXT
from message_centre.imaging.metadata import LONGEST_DEVICE, plausible
from message_centre.imaging.pdf_pages import LOCKED
from message_centre.imaging.translating import CUT_SHORT, DAMAGED, TOO_LARGE
from message_centre.services.ports import (
    WHOLE,
    CaptureFacts,
    Film,
    Page,
    Picture,
    Region,
    Wish,
    WrittenIdentity,
)

#: What the child found wrong, by code.
_WORDS = {
    "damaged": DAMAGED,
    "cut-short": CUT_SHORT,
    "unknown": KIND_UNKNOWN,
    "unsupported": KIND_UNSUPPORTED,
    "locked": LOCKED,
    "no-picture": NO_PICTURE,
    "packed": PACKED,
    "packed-deep": PACKED_DEEP,
    "packed-ls": PACKED_LS,
    "packed-video": PACKED_VIDEO,
}
_CODES = {words: code for code, words in _WORDS.items()}
_TOO_LARGE = "too-large"
_MOST_SIDE = 1 << 31
_LONGEST_NAME = 40
_FULL, _PAIR = 3, 2
_SHORTEST_PAUSE, _LONGEST_PAUSE = 20, 60_000


def code_of(error: UnreadablePicture) -> str:
    """The code that travels for an error."""
    return _TOO_LARGE if isinstance(error, PictureTooLarge) else _CODES.get(error.detail, "damaged")


def error_of(code: object) -> UnreadablePicture:
    """The error that a code stands for; an unknown one is a damaged picture."""
    if code == _TOO_LARGE:
        return PictureTooLarge(TOO_LARGE)
    return UnreadablePicture(_WORDS.get(str(code), DAMAGED))


def packed_facts(facts: CaptureFacts) -> dict[str, Any]:
    """Facts as JSON can hold them."""
    return {
        "taken_at": facts.taken_at.isoformat() if facts.taken_at else "",
        "taken_from": facts.taken_from.value if facts.taken_from else "",
        "width": facts.width,
        "height": facts.height,
        "format_name": facts.format_name,
        "device": facts.device,
    }


def packed_identity(identity: WrittenIdentity) -> dict[str, Any]:
    """What a file says of its patient, as JSON can hold it."""
    return {
        "patient_id": identity.patient_id,
        "name": identity.name,
        "birth_date": identity.birth_date.isoformat() if identity.birth_date else "",
        "text": identity.text,
    }


def unpacked_identity(said: dict[str, Any]) -> WrittenIdentity:
    """What a child says that a file says; plain text, and no longer than it may be."""
    return WrittenIdentity(
        patient_id=_text(said.get("patient_id"), LONGEST_FIELD),
        name=_text(said.get("name"), LONGEST_FIELD),
        birth_date=_day(said.get("birth_date")),
        text=_text(said.get("text"), LONGEST_TEXT),
    )


def answers_in(
    said: dict[str, Any], count: int, what: str = "facts"
) -> list[dict[str, Any]] | None:
    """The answers for so many files as a child sent them, still to be unpacked; None for nonsense."""
    answers = said.get(what)
    if not isinstance(answers, list) or len(answers) != count:
        return None
    return answers if all(isinstance(answer, dict) for answer in answers) else None


def unpacked_facts(said: dict[str, Any], now: datetime) -> CaptureFacts:
    """Facts as a child told them, each one only if it can be true."""
    taken = plausible(_moment(said.get("taken_at")), now)
    origin = _origin(said.get("taken_from")) if taken else None
    return CaptureFacts(
        taken_at=taken if origin else None,
        taken_from=origin,
        width=_side(said.get("width")),
        height=_side(said.get("height")),
        format_name=_text(said.get("format_name"), _LONGEST_NAME),
        device=_text(said.get("device"), LONGEST_DEVICE),
    )


def unpacked_picture(said: dict[str, Any], rgba: bytes) -> Picture:
    """A picture as a child told it.

    Raises:
        UnreadablePicture: its sides and its pixels do not fit together.
    """
    width, height = _side(said.get("width")), _side(said.get("height"))
    if not width or len(rgba) != width * height * 4:
        raise UnreadablePicture(DAMAGED)
    return Picture(width, height, rgba)


def packed_wish(wish: Wish) -> dict[str, Any]:
    """A wish as JSON can hold it."""
    window = list(wish.window) if wish.window else None
    head = {"longest": wish.longest, "page": wish.page, "window": window}
    return {**head, "region": list(wish.region)}


def unpacked_wish(said: dict[str, Any]) -> Wish:
    """The wish again, by the child."""
    window = said["window"]
    left, top, right, below = said["region"]
    window = (window[0], window[1]) if window else None
    return Wish(said["longest"], said["page"], window, (left, top, right, below))


def packed_page(page: Page) -> dict[str, Any]:
    """All of a page but its pixels."""
    return {
        "width": page.picture.width,
        "height": page.picture.height,
        "number": page.number,
        "count": page.count,
        "full": [page.width, page.height, page.most],
        "window": list(page.window) if page.window else None,
        "region": list(page.region),
        "pause": page.pause,
    }


def unpacked_page(said: dict[str, Any], rgba: bytes) -> Page:
    """A page as a child told it.

    Raises:
        UnreadablePicture: its sides and its pixels do not fit together.
    """
    picture = unpacked_picture(said, rgba)
    count = max(1, _side(said.get("count")))
    told = said.get("full")
    full = [_side(side) for side in told] if isinstance(told, list) else []
    width, height, most = full if len(full) == _FULL else (0, 0, 0)
    return Page(
        picture,
        number=min(_side(said.get("number")), count - 1),
        count=count,
        width=max(width, picture.width),
        height=max(height, picture.height),
        most=max(most, picture.width, picture.height),
        window=_window(said.get("window")),
        region=_region(said.get("region")),
        pause=min(_side(said.get("pause")), _LONGEST_PAUSE),
    )


def packed_film(film: Film) -> tuple[dict[str, Any], bytes]:
    """The frames behind each other, and all else of them."""
    first = film.frames[0] if film.frames else Picture(0, 0, b"")
    head = {"width": first.width, "height": first.height, "pauses": list(film.pauses)}
    return {**head, "whole": film.is_whole}, b"".join(frame.rgba for frame in film.frames)


def unpacked_film(said: dict[str, Any], rgba: bytes) -> Film:
    """An animation as a child told it.

    Raises:
        UnreadablePicture: its frames and its pixels do not fit together.
    """
    pauses = said.get("pauses")
    width, height = _side(said.get("width")), _side(said.get("height"))
    if not isinstance(pauses, list) or len(rgba) != width * height * 4 * len(pauses):
        raise UnreadablePicture(DAMAGED)
    weight = width * height * 4
    frames = tuple(
        Picture(width, height, rgba[at * weight : (at + 1) * weight]) for at in range(len(pauses))
    )
    shown = tuple(min(max(_SHORTEST_PAUSE, _side(pause)), _LONGEST_PAUSE) for pause in pauses)
    return Film(frames, shown, said.get("whole") is True)


def _window(said: object) -> tuple[float, float] | None:
    if not isinstance(said, list) or len(said) != _PAIR:
        return None
    numbers = [one for one in said if isinstance(one, int | float) and abs(one) < _MOST_SIDE]
    return (float(numbers[0]), float(numbers[1])) if len(numbers) == _PAIR else None


def _region(said: object) -> Region:
    """A part of a page that has some width and height; the whole for anything else."""
    shares = said if isinstance(said, list) and len(said) == len(WHOLE) else list(WHOLE)
    if not all(isinstance(one, int | float) and 0 <= one <= 1 for one in shares):
        return WHOLE
    left, top, right, below = shares
    return (left, top, right, below) if left < right and top < below else WHOLE


def _moment(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None


def _origin(said: object) -> TakenFrom | None:
    try:
        return TakenFrom(str(said))
    except ValueError:
        return None


def _side(said: object) -> int:
    return said if isinstance(said, int) and 0 <= said < _MOST_SIDE else 0


def _text(said: object, longest: int) -> str:
    return shown(said)[:longest] if isinstance(said, str) else ""
