"""One window for each home: a second start brings the first window to the front."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

WAIT_MS = 400


class Single(QObject):
    """Holds the name of a home while its window is open."""

    def __init__(self, home: Path, window: QWidget) -> None:
        super().__init__()
        self._window = window
        name = "fanlink-" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
        self.first = not self._call(name)
        self._server = QLocalServer(self)
        if self.first:
            QLocalServer.removeServer(name)
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
            self._server.newConnection.connect(self._called)
            self._server.listen(name)

    def close(self) -> None:
        """Gives the name back."""
        self._server.close()

    def _call(self, name: str) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(name)
        found = socket.waitForConnected(WAIT_MS)
        if found:
            socket.disconnectFromServer()
        return found

    def _called(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.deleteLater()
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
