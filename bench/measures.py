"""What a benchmark says: one measure against its goal, percentiles, and the table."""

import json
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. `ours` and `peer` are in `unit`; the goal is an upper bound on their ratio (`x`), or on
    `ours` itself when there is no peer. `note` says what a reader must know."""

    job: str
    what: str
    ours: float
    goal: float
    unit: str
    peer: float | None = None
    note: str = ""
    database: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer."""
        return self.ours / self.peer if self.peer else None

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return (self.ours if self.ratio is None else self.ratio) <= self.goal


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; `share` from 0 to 1. Raises ValueError without values."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def report(measures: Sequence[Measure]) -> None:
    """Hand the measures of this process to the harness (the file in BENCH_OUT), or print the table without one."""
    out = os.environ.get("BENCH_OUT")
    if out:
        Path(out).write_text(json.dumps([asdict(each) for each in measures]))
    else:
        print(table(measures))


def table(measures: Sequence[Measure]) -> str:
    """The measures as a Markdown table."""
    heads = ("job", "what", "database", "ours", "peer or limit", "ratio", "goal", "met", "note")
    rows = [heads, tuple("---" for _ in heads), *(_cells(each) for each in measures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    lines = []
    for row in rows:
        cells = (cell.ljust(width, "-" if cell == "---" else " ") for cell, width in zip(row, widths, strict=True))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cells(each: Measure) -> tuple[str, ...]:
    ratio = each.ratio
    return (
        each.job,
        each.what,
        each.database,
        f"{_number(each.ours)} {each.unit}",
        f"{_number(each.goal if each.peer is None else each.peer)} {each.unit}",
        "" if ratio is None else f"{ratio:.2f}",
        f"<= {_number(each.goal)}" + (f" {each.unit}" if ratio is None else " x"),
        "yes" if each.met else "NO",
        each.note,
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


class Progress:
    """A line on the terminal that says how far a long step is."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._percent = what, max(total, 1), -1

    def __call__(self, done: int) -> None:
        """So much of the total is done."""
        percent = min(100, done * 100 // self._total)
        if percent == self._percent or (not sys.stderr.isatty() and percent % 25):
            return
        self._percent = percent
        end = "\n" if percent == 100 or not sys.stderr.isatty() else ""
        print(f"\r  {self._what:<44} {percent:3} %", end=end, file=sys.stderr, flush=True)
