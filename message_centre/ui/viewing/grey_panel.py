"""GreyPanel: brightness and contrast of a picture with more greys than a screen has."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

_STEPS = 100
_WIDEST = 4.0
_WIDEST_SLIDER = 260

Window = tuple[float, float]


class GreyPanel(QWidget):
    """Two sliders around the window that the file itself asks for. `changed` carries the new one."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("greyPanel")
        self._own: Window = (0.0, 1.0)
        self.brightness = self._slider("brightness", tr("Brightness"))
        self.contrast = self._slider("contrast", tr("Contrast"))
        reset = push_button(tr("Reset"), "resetGreys", self, role="quiet")
        reset.clicked.connect(self._reset)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        # Where there is more room than the sliders take, they stand in the middle.
        layout.addStretch()
        for words, slider in ((tr("Brightness"), self.brightness), (tr("Contrast"), self.contrast)):
            layout.addWidget(plain_label(words, "", self, role="muted", wrap=False))
            layout.addWidget(slider, 1)
        layout.addWidget(reset)
        layout.addStretch()

    def offer(self, window: Window) -> None:
        """Begin with the window of another file."""
        self._own = window
        for slider in (self.brightness, self.contrast):
            slider.blockSignals(True)
            slider.setValue(0)
            slider.blockSignals(False)

    def _slider(self, name: str, words: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setObjectName(name)
        slider.setAccessibleName(words)
        slider.setMaximumWidth(_WIDEST_SLIDER)
        slider.setRange(-_STEPS, _STEPS)
        slider.valueChanged.connect(self._change)
        return slider

    def _reset(self) -> None:
        self.offer(self._own)
        self._change()

    def _change(self) -> None:
        centre, width = self._own
        # To the right is brighter, and harder: a lower centre, a narrower window.
        share = self.brightness.value() / _STEPS
        span = width * _WIDEST ** (-self.contrast.value() / _STEPS * 2)
        self.changed.emit((centre - share * width, max(1.0, span)))
