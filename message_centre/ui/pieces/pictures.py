"""Decoded pixels become Qt images; nothing is decoded here."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

from message_centre.services.ports import Picture


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
