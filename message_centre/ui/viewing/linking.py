"""Linking: two pictures that are zoomed and moved together, each in its own proportion."""

from PySide6.QtCore import QObject

from message_centre.ui.viewing.picture_view import PictureView


class Linking(QObject):
    """What happens to one picture happens to the other. Each keeps its own turn.

    Sizes differ, so the zoom is told as a multiple of the one that fits, and the place in shares.
    """

    def __init__(self, first: PictureView, second: PictureView) -> None:
        super().__init__(first)
        self._views = (first, second)
        self._is_following = False
        self.is_on = True
        first.moved.connect(self._follow_first)
        second.moved.connect(self._follow_second)

    def _follow_first(self) -> None:
        self._follow(*self._views)

    def _follow_second(self) -> None:
        self._follow(self._views[1], self._views[0])

    def _follow(self, leader: PictureView, follower: PictureView) -> None:
        if self._is_following or not self.is_on:
            return
        if leader.image.isNull() or follower.image.isNull():
            return
        self._is_following = True
        try:
            zoom = leader.zoom / leader.fitting_zoom * follower.fitting_zoom
            follower.look_at(zoom, leader.middle, is_fitted=leader.is_fitted)
        finally:
            self._is_following = False
