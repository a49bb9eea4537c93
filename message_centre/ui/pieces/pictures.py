"""Decoded pixels become Qt images; nothing is decoded here."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

from message_centre.services.ports import Picture

_SMALLEST_LEVEL = 200


def image_of(picture: Picture) -> QImage:
    """An image that owns its pixels."""
    image = QImage(
        picture.rgba,
        picture.width,
        picture.height,
        picture.width * 4,
        QImage.Format.Format_RGBA8888,
    )
    return image.copy()  # the first one only borrows the bytes


def levels_of(picture: Picture | None) -> tuple[QImage, ...]:
    """The picture and smaller ones, each half as large; ready to be painted. Call on a worker.

    A large picture is painted small from the level just above: soft edges, and no work at each paint.
    """
    if picture is None:
        return ()
    ready = QImage.Format.Format_ARGB32_Premultiplied
    levels = [image_of(picture).convertToFormat(ready)]
    while min(levels[-1].width(), levels[-1].height()) > _SMALLEST_LEVEL:
        half = levels[-1].size() / 2
        levels.append(
            levels[-1].scaled(
                half,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return tuple(levels)


def fitted(picture: Picture, side: int, ratio: float) -> QPixmap:
    """A pixmap whose longer side is at most `side` device-independent pixels."""
    image = image_of(picture)
    pixels = round(side * ratio)
    if max(image.width(), image.height()) > pixels:
        image = image.scaled(
            pixels,
            pixels,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
