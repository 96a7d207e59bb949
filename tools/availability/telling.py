"""What a drill says at its end, and whether it went well."""

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tools.availability.ledger import Ledger, Verdict
from tools.availability.rounds import Result

WELL = "well"


@dataclass(frozen=True)
class Report:
    """Everything of one drill. `invariants` is `well` or what the register finds wrong in itself; `connections` are
    those of the register to the primary; `again` is how often each process was started again."""

    results: list[Result]
    verdicts: list[Verdict]
    ledger: Ledger
    invariants: str
    connections: int
    again: dict[str, int]

    @property
    def acknowledged(self) -> int:
        """All acts that somebody was told are done."""
        return sum(each.acknowledged for each in self.verdicts)

    @property
    def well(self) -> bool:
        """Whether everything is there once, and nothing was answered as it may not be."""
        right = all(each.well for each in self.verdicts) and not self.ledger.wrong
        return right and self.acknowledged > 0 and bool(self.results) and self.invariants == WELL

    def lines(self) -> Iterator[str]:
        """The whole of it."""
        for name in dict.fromkeys(each.name for each in self.results):
            yield _gaps(name, [each for each in self.results if each.name == name])
        for each in self.verdicts:
            said = f"{each.kind}: {each.acknowledged} acknowledged, {len(each.lost)} lost, {len(each.doubled)} doubled"
            yield said if each.well else f"NOT WELL {said}: {(each.lost + each.doubled)[:5]}"
        lost, doubled = (sum(map(len, found)) for found in zip(*_faults(self.verdicts), strict=True))
        yield f"in all: {self.acknowledged} acknowledged, {lost} lost, {doubled} doubled"
        for how, times in sorted(self.ledger.answers.items()):
            yield f"answered otherwise: {times} times {how}"
        took = sorted(act.told_at - act.asked_at for act in self.ledger.acts)
        if took:
            middle, most = statistics.median(took), took[len(took) * 95 // 100]
            yield f"an act took {middle * 1000:.0f} ms (median), {most * 1000:.0f} ms (95 %)"
        yield f"connections of the register to PostgreSQL: {self.connections}"
        for name, times in self.again.items():
            yield f"started again: {name}, {times} times"
        yield f"invariants and log: {self.invariants}"
        yield from (f"NOT WELL {surprise}" for surprise in self.ledger.wrong[:20])
        yield WELL if self.well else "NOT WELL"


def _gaps(name: str, results: list[Result]) -> str:
    gaps = [each.gap for each in results]
    back = statistics.median(each.whole for each in results)
    return (
        f"{name}: {len(gaps)} times; gap {min(gaps):.1f} / {statistics.median(gaps):.1f} / {max(gaps):.1f} s "
        f"(least, median, most); all stood again {back:.1f} s later (median)"
    )


def _faults(verdicts: Iterable[Verdict]) -> list[tuple[list[str], list[str]]]:
    return [([], []), *((each.lost, each.doubled) for each in verdicts)]
