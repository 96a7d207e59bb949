"""The buckets of this process, in memory: of each, a keyed hash of whose it is and one number."""

import hashlib
import math
import secrets
import threading
from collections import OrderedDict

from lerarenregister.web.limits.rules import RATES, Decision, Kind, Who, take

MOST_BUCKETS = 100_000
"""Some 20 MB when full. What was used longest ago is forgotten first, which is lenient and never strict."""


class Counter:
    """Counts who asks how often. The key of the hashes is made here and leaves with the process."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self._most = most
        self._key = secrets.token_bytes(32)
        self._full_at: OrderedDict[bytes, float] = OrderedDict()
        self._refused: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, kind: Kind, who: Who, name: str, *, moment: float, factor: int = 1) -> Decision:
        """One request of this kind by this account, session or address."""
        key = self._hashed(f"{kind} {who} {name}")
        with self._lock:
            decision = take(self._full_at.pop(key, None), RATES[kind, who], moment, factor)
            self._full_at[key] = decision.full_at
            if len(self._full_at) > self._most:
                self._full_at.popitem(last=False)
        return decision

    def note_refusal(self, kind: Kind, browser: str, *, moment: float, wait: int) -> None:
        """This browser, by the key of its session, was told to wait so many seconds for this kind."""
        key = self._hashed(f"{kind} refused {browser}")
        with self._lock:
            self._refused.pop(key, None)
            self._refused[key] = (moment, moment + wait)
            if len(self._refused) > self._most:
                self._refused.popitem(last=False)

    def still_refused(self, kind: Kind, browser: str, *, moment: float) -> int:
        """The seconds that this browser still has to wait; 0 when it was not told to, or has waited."""
        with self._lock:
            since, until = self._refused.get(self._hashed(f"{kind} refused {browser}"), (0.0, 0.0))
        return math.ceil(until - moment) if since <= moment < until else 0

    def forget(self) -> None:
        """Begin anew, as a new process does."""
        with self._lock:
            self._full_at.clear()
            self._refused.clear()

    def _hashed(self, what: str) -> bytes:
        return hashlib.blake2b(what.encode(errors="replace"), digest_size=16, key=self._key).digest()


COUNTER = Counter()
