"""ImportsPanel: the batches under way or waiting to be read, below the list and never in its way."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from message_centre.ui.imports.batch import Batch
from message_centre.ui.imports.run_box import RunBox
from message_centre.ui.words import tr


class ImportsPanel(QDockWidget):
    """Docks at the bottom of the main window; is there only while it has something to say."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Filing"), window)
        self.setObjectName("importsPanel")
        self.setAccessibleName(tr("Filing: progress and results"))
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget(self))
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(8, 4, 8, 8)
        self.setWidget(inner)
        self.hide()
        if isinstance(window, QMainWindow):
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self)

    def add_run(self, batch: Batch) -> RunBox:
        """A box for a new batch; it is hidden until there is something to show."""
        box = RunBox(batch, self.widget())
        box.hide()
        self._column.addWidget(box)
        return box

    def reveal(self, box: RunBox) -> None:
        """Show a box, and the panel with it."""
        box.show()
        self.show()

    def remove(self, box: RunBox) -> None:
        """Take a box away, and the panel with the last one."""
        self._column.removeWidget(box)
        box.setParent(None)
        box.deleteLater()
        self.show_again()

    def show_again(self) -> None:
        """Show what there is to read, also if it came while the window was locked."""
        self.setVisible(any(run.isVisibleTo(self.widget()) for run in self._runs()))

    def _runs(self) -> list[RunBox]:
        return self.widget().findChildren(RunBox)
