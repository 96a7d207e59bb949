"""What people were told is done, and how they were answered; afterwards each act is looked for, and counted twice."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Act:
    """Something that a person has been told is done; `asked_at` and `told_at` in seconds of the monotonic clock."""

    kind: str
    key: str
    asked_at: float
    told_at: float


@dataclass
class Ledger:
    """Of all people together."""

    acts: list[Act] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def done(self, kind: str, key: str, asked_at: float) -> None:
        """She has been told that it is done."""
        with self._lock:
            self.acts.append(Act(kind, key, asked_at, time.monotonic()))

    def answered(self, how: str) -> None:
        """A request that did not go as it should, and how it was answered."""
        with self._lock:
            self.answers[how] += 1

    def surprised(self, what: str) -> None:
        """Something that may never be: it is reported, and the drill is not well."""
        with self._lock:
            self.wrong.append(what)

    def first_after(self, moment: float) -> Act | None:
        """The first act that was asked for after this moment, of those that are done."""
        with self._lock:
            found = [act for act in self.acts if act.asked_at > moment]
        return min(found, key=lambda act: act.told_at, default=None)


@dataclass(frozen=True)
class Verdict:
    """Of one kind of act: how many were acknowledged, which of them are not there, which are there more than once."""

    kind: str
    acknowledged: int
    lost: list[str]
    doubled: list[str]

    @property
    def well(self) -> bool:
        """Whether everything is there once."""
        return not self.lost and not self.doubled


def judged(acts: Iterable[Act], there: Mapping[str, Counter[str]]) -> list[Verdict]:
    """Each kind of act against how often each key of that kind was found.

    What is there and was never acknowledged is no fault (its answer broke off), unless it is there twice. A kind that
    nobody looked for is lost as a whole.
    """
    by_kind: dict[str, set[str]] = {kind: set() for kind in there}
    for act in acts:
        by_kind.setdefault(act.kind, set()).add(act.key)
    found = []
    for kind, keys in sorted(by_kind.items()):
        counted = there.get(kind, Counter())
        lost = sorted(key for key in keys if counted[key] == 0)
        doubled = sorted(key for key, times in counted.items() if times > 1)
        found.append(Verdict(kind, len(keys), lost, doubled))
    return found
