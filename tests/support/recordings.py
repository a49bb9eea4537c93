"""Synthetic videos and sounds."""

import io
import math
import struct
import wave

from PIL import Image

from message_centre.demo import video

RED_VIDEO = (200, 20, 20)


def a_video(
    frames: int = 24,
    colour: tuple[int, int, int] = RED_VIDEO,
    *,
    first: tuple[int, tuple[int, int, int]] = (0, RED_VIDEO),
) -> bytes:
    """An AVI of one colour, twelve pictures a second; the `first` so many have another."""
    count, other = first
    return video._avi([_one_colour(other)] * count + [_one_colour(colour)] * (frames - count))


def _one_colour(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG", quality=90)
    return out.getvalue()


def a_sound(seconds: float = 1.0) -> bytes:
    """A WAV of one quiet tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        tone = (round(3000 * math.sin(at / 4)) for at in range(int(8000 * seconds)))
        file.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return out.getvalue()
