"""Animations: the frames of a GIF, WebP or PNG that moves, all at once and within limits."""

from typing import TYPE_CHECKING

from message_centre.domain.contents import ContentKind, sniff
from message_centre.imaging.decoding import LONGEST_LIMIT, opened
from message_centre.imaging.translating import DECODER_ERRORS, translating
from message_centre.services.ports import Film, Picture

if TYPE_CHECKING:
    from PIL import Image

#: Frames and bytes of pixels that are handed out; the rest of a longer animation is left out.
MOST_FRAMES = 400
MOST_BYTES = 96 << 20
#: Pixels that are decoded for one animation, however small it is shown.
_MOST_PIXELS = 600_000_000

_MOVING = frozenset({ContentKind.GIF, ContentKind.WEBP, ContentKind.PNG})
_USUAL_PAUSE = 100
_SHORTEST_PAUSE, _LONGEST_PAUSE = 20, 60_000


def may_move(kind: ContentKind) -> bool:
    """Whether files of this kind can be animations."""
    return kind in _MOVING


def film_of(data: bytes, *, longest: int) -> Film:
    """The frames, each with its longer side at most `longest`.

    An animation that is damaged further on is shown up to there.

    Raises:
        UnreadablePicture, PictureTooLarge
    """
    if not may_move(sniff(data)):
        return Film()
    with translating():
        return _frames(opened(data), max(1, min(longest, LONGEST_LIMIT)))


def _frames(image: "Image.Image", longest: int) -> Film:
    most = _most(image, longest)
    frames: list[Picture] = []
    pauses: list[int] = []
    is_whole = True
    for number in range(most + 1):
        try:
            image.seek(number)
            shown = image.convert("RGBA")
        except DECODER_ERRORS:
            break
        if number == most:
            is_whole = False
            break
        shown.thumbnail((longest, longest), reducing_gap=2.0)
        frames.append(Picture(shown.width, shown.height, shown.tobytes()))
        pauses.append(_pause(image.info.get("duration")))
    return Film(tuple(frames), tuple(pauses), is_whole) if len(frames) > 1 else Film()


def _most(image: "Image.Image", longest: int) -> int:
    pixels = image.width * image.height
    share = min(1.0, longest / max(image.size))
    weight = max(1, int(pixels * share * share) * 4)
    return max(1, min(MOST_FRAMES, MOST_BYTES // weight, _MOST_PIXELS // max(1, pixels)))


def _pause(told: object) -> int:
    """Milliseconds; what browsers make of an animation that names none, or next to none."""
    if not isinstance(told, int | float) or told < _SHORTEST_PAUSE:
        return _USUAL_PAUSE
    return min(int(told), _LONGEST_PAUSE)
