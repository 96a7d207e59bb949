"""Having the text of a PDF read in a process of its own, in her request, before the file is kept."""

import subprocess
import sys
import threading
import time

from lerarenregister.portfolio.rules import pdf_text
from lerarenregister.portfolio.rules.pdf_text import MOST_BYTES, MOST_CHARACTERS, MOST_SECONDS

_ONE_AT_A_TIME = threading.Lock()
"""A hard one takes 768 MB until it is stopped: once beside a web process, never twice."""
_COMMAND = (sys.executable, "-I", pdf_text.__file__)


class PdfReading:
    """Reads PDFs for one request. When the time of it is over, what follows is kept without its text.

    `seconds`: for all of them together, waiting for those of others included; one takes a few seconds at most.
    """

    def __init__(self, seconds: float = 2 * MOST_SECONDS) -> None:
        self._left = seconds

    def text_of(self, source: bytes) -> str:
        """The text in it, or "": too large, broken, with a password, too much, or no time left. Never raises for it."""
        if len(source) > MOST_BYTES or self._left <= 0:
            return ""
        begun = time.monotonic()
        try:
            if not _ONE_AT_A_TIME.acquire(timeout=self._left):
                return ""  # others took all the time that there was
            try:
                left = self._left - (time.monotonic() - begun)
                return _read(source, min(left, 2 * MOST_SECONDS)) if left > 0 else ""
            finally:
                _ONE_AT_A_TIME.release()
        finally:
            self._left -= time.monotonic() - begun


def _read(source: bytes, seconds: float) -> str:
    """In a process that gets these bytes and nothing else: no environment, no files of ours, no way to write any."""
    try:
        done = subprocess.run(  # noqa: S603  (our own file, with nothing of hers in the command)
            _COMMAND,
            input=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "ignore")[:MOST_CHARACTERS] if done.returncode == 0 else ""
