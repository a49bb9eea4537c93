"""ViewBar: the tools below a picture, its page and its zoom in words."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.viewing.viewing_actions import View, ViewingActions
from message_centre.ui.words import tr

_SIDE = 18
_LEFT = (View.ZOOM_OUT, View.ZOOM_IN, View.FIT, View.ACTUAL_SIZE)
_RIGHT = (View.ROTATE_LEFT, View.ROTATE_RIGHT, View.COMPARE, View.FULL_SCREEN)
#: What a narrow bar does without, in this order; the keys and the menu keep it.
_GIVEN_UP = (
    View.ROTATE_LEFT,
    View.ACTUAL_SIZE,
    View.ZOOM_OUT,
    View.ZOOM_IN,
    View.FIT,
    View.ROTATE_RIGHT,
    View.COMPARE,
)


class ViewBar(QWidget):
    """Buttons of a stage's actions; a narrow bar shows fewer of them."""

    def __init__(self, actions: ViewingActions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("viewBar")
        self.setAccessibleName(tr("View"))
        self._actions = actions
        self._buttons = {view: _button(actions, view, self) for view in View}
        self.zoom = _words("viewZoom", self)
        self.page = _words("viewPage", self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for view in _LEFT[:1]:
            layout.addWidget(self._buttons[view])
        layout.addWidget(self.zoom)
        for view in _LEFT[1:]:
            layout.addWidget(self._buttons[view])
        layout.addStretch(1)
        layout.addWidget(self._buttons[View.PREVIOUS_PAGE])
        layout.addWidget(self.page)
        layout.addWidget(self._buttons[View.NEXT_PAGE])
        layout.addWidget(self._buttons[View.PLAY])
        layout.addStretch(1)
        for view in _RIGHT:
            layout.addWidget(self._buttons[view])

    def show_words(self, zoom: str, page: str) -> None:
        """Say how large and which page."""
        self.zoom.setText(zoom)
        self.zoom.setVisible(bool(zoom))
        self.page.setText(page)
        self.page.setVisible(bool(page))
        self.arrange()

    def arrange(self) -> None:
        """Show what has a use and finds room."""
        wanted = {view for view in View if self._actions[view].isVisible()}
        room = self.width() - sum(
            label.sizeHint().width() for label in (self.zoom, self.page) if label.text()
        )
        each = self._buttons[View.FIT].sizeHint().width()
        for view in _GIVEN_UP:
            if len(wanted) * each > room:
                wanted.discard(view)
        for view, button in self._buttons.items():
            button.setVisible(view in wanted)

    def resizeEvent(self, event: object) -> None:
        """Qt: more room, more tools."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # handed on as it came
        self.arrange()

    def minimumSizeHint(self) -> QSize:
        """Qt: a bar never makes its window wider."""
        return QSize(0, super().minimumSizeHint().height())


def _button(actions: ViewingActions, view: View, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName(f"{view.value}Button")
    button.setDefaultAction(actions[view])
    button.setAccessibleName(actions[view].text())
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(_SIDE, _SIDE))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setProperty("role", "tool")
    return button


def _words(name: str, parent: QWidget) -> QLabel:
    label = plain_label("", name, parent, role="muted", wrap=False)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMargin(4)
    return label
