"""How fast the processor was beside a benchmark: a virtual machine shares it with others that it does not see.

A ratio needs no such thing, for a peer slows down alike; a limit in milliseconds says little without it.
"""

import threading
import time
from types import TracebackType
from typing import Self

from bench.measures import percentile

EVERY_SECONDS = 5
_ROUNDS = 400_000


class Speed:
    """Watches while it is open: how much processor time (ms) one fixed loop takes, every five seconds."""

    def __init__(self) -> None:
        self.loops: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def __str__(self) -> str:
        best, median, worst = (percentile(self.loops, share) for share in (0, 0.5, 1))
        return f"a fixed loop took {median:.0f} ms of processor time (median; {best:.0f} to {worst:.0f})"

    def _watch(self) -> None:
        while True:
            self.loops.append(_loop())
            if self._over.wait(EVERY_SECONDS):
                return


def _loop() -> float:
    begun = time.thread_time()
    for _ in range(_ROUNDS):
        pass
    return (time.thread_time() - begun) * 1e3
