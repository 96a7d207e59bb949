"""A wire between two processes that can be cut while something is on it."""

import contextlib
import socket
import threading
from pathlib import Path


class Wire:
    """Passes bytes on from where it listens to a server. `cut` breaks all that is on it: at once, or when so many more
    bytes went to the server (in the middle of a request) or came from it (in the middle of an answer)."""

    def __init__(self, listen: tuple[str, int] | Path, server: tuple[str, int] | Path) -> None:
        self._server = server
        self._listener = _socket_of(listen)
        self._listener.bind(str(listen) if isinstance(listen, Path) else listen)
        self._listener.listen(64)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._to_go: dict[str, int] = {}
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, direction: str, count: int) -> None:
        """Cut when `count` more bytes went "in" to the server or "out" of it; once."""
        with self._lock:
            self._to_go = {direction: count}

    def spare(self) -> None:
        """Cut no more, also when a cut was asked for that has not come."""
        with self._lock:
            self._to_go = {}

    def cut(self) -> None:
        """Break everything that is on the wire now; what is connected later passes."""
        with self._lock:
            opened, self._open = self._open, set()
            self._to_go = {}
            self.cuts += 1
        for each in opened:
            _close(each)

    def close(self) -> None:
        """Listen no more."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = _socket_of(self._server)
            try:
                far.connect(str(self._server) if isinstance(self._server, Path) else self._server)
            except OSError:
                _close(near)
                _close(far)
                continue
            with self._lock:
                self._open |= {near, far}
            for one, other, direction in ((near, far, "in"), (far, near, "out")):
                threading.Thread(target=self._pass, args=(one, other, direction), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, direction: str) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                part = self._allowed(direction, len(data))
                other.sendall(data[:part])
                if part < len(data):
                    self.cut()
                    break
        with self._lock:
            self._open -= {one, other}
        _close(one)
        _close(other)

    def _allowed(self, direction: str, count: int) -> int:
        with self._lock:
            if direction not in self._to_go:
                return count
            left = self._to_go[direction]
            self._to_go[direction] = max(0, left - count)
            return min(left, count) if left < count else count


def _socket_of(place: tuple[str, int] | Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX if isinstance(place, Path) else socket.AF_INET)
    if not isinstance(place, Path):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
