"""One window for one home: a second start raises the first window and ends."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QDir, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 1000
_WORD = b"raise\n"


class SingleInstance(QObject):
    """Holds a lock and a local socket named after the home and the person who runs the program.

    The lock decides who is first; the socket only carries the wish. A socket that a killed program left
    behind is removed by the next one that gets the lock.
    """

    raise_requested = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name_for(home)
        self._lock = QLockFile(str(Path(QDir.tempPath()) / f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._hear)

    def claim(self) -> bool:
        """Be the first, or ask the first to come forward and answer False.

        Where no lock can be made at all, being first is the kinder guess.
        """
        is_taken = not self._lock.tryLock(0)
        if is_taken and self._lock.error() is QLockFile.LockError.LockFailedError:
            self._ask()
            return False
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Let the next start be the first again."""
        self._server.close()
        self._lock.unlock()

    def _ask(self) -> None:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_PATIENCE_MS):
            socket.write(_WORD)
            socket.waitForBytesWritten(_PATIENCE_MS)
            socket.disconnectFromServer()

    def _hear(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raise_requested.emit()


def name_for(home: Path) -> str:
    """The same for the same home however it is written, and different for every person."""
    told = f"{home.expanduser().resolve()}\0{Path.home()}"
    return (
        f"message-centre-{hashlib.sha256(told.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
    )
