"""Places for heavy work: so many at once in this process, the others hear at once that it is busy."""

import threading
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from lerarenregister.web.limits.rules import HEAVY_AT_ONCE


class Slot:
    """A place that is held until it is released; releasing it again does nothing."""

    def __init__(self, places: threading.Semaphore) -> None:
        self._places: threading.Semaphore | None = places

    def release(self) -> None:
        """Give the place to another."""
        places, self._places = self._places, None
        if places is not None:
            places.release()


class _Held:
    """What is streamed, with the place that is held until it is sent, or the browser went away."""

    def __init__(self, content: Iterable[bytes], slot: Slot) -> None:
        self._content, self._slot = iter(content), slot

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._content)

    def close(self) -> None:
        """Called by the server when it is done."""
        self._slot.release()

    def __del__(self) -> None:  # an answer that nobody closes
        self._slot.release()


class Slots:
    """The places of this process."""

    def __init__(self, most: int = HEAVY_AT_ONCE) -> None:
        self._places = threading.Semaphore(most)

    def take(self) -> Slot | None:
        """A place, or None when there is none now: nobody waits for one, for who waits holds a thread."""
        return Slot(self._places) if self._places.acquire(blocking=False) else None


def release_after(response: HttpResponseBase, slot: Slot) -> None:
    """Release the place when the response is there, or has been sent if it is streamed."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _Held(response.streaming_content, slot)  # type: ignore[arg-type]  # all is bytes
    else:
        slot.release()


SLOTS = Slots()
