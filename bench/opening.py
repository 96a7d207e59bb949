"""The national opening day on this machine: the register as real processes, and a crowd that does not wait for it.

In the busiest hour 12,500 teachers sign in, each of whom enters her code, confirms, writes and looks; meanwhile boards
deliver. `--paces 1 2` are multiples of that hour, `--minutes` how long each is measured (after a minute to fill up).
After the given paces it goes faster, for half as long, until p95 or an error says that it bends, and says what was
busy then. Latency counts from the moment at which a click was due; only what the register answers is in it.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import boards, preparing, processes
from bench.crowd import Arrival, Outcome, Plan
from bench.measures import Measure, percentile, report
from bench.nation import Nation
from bench.places import ROOT
from bench.processes import Register, Taken, Watch

SIGN_INS, DELIVERIES = 12_500, 250
"""In the busiest hour: one teacher in twenty, and one board in four."""
P95, GIB = 0.3, 8
CROWDS = 2
WARM_UP = 60.0
FASTER, MOST = 1.0, 12.0
_AHEAD = 3.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a stretch of the day came to, at a pace."""

    pace: float
    begin: float
    seconds: float
    outcome: Outcome
    taken: Taken

    def latencies(self, what: str = "") -> list[float]:
        """Seconds of each request to the register that was due while it was measured; of one kind, or of all."""
        begin = self.begin + WARM_UP
        return [
            each.seconds
            for each in self.outcome.seen
            if begin <= each.due < begin + self.seconds and each.what != "provider" and what in ("", each.what)
        ]

    @property
    def errors(self) -> int:
        """Failed requests and journeys that failed or did not end, over the whole stretch."""
        return max(sum(bool(each.failed) for each in self.outcome.seen), len(self.outcome.failed))

    @property
    def p95(self) -> float:
        """Seconds."""
        return percentile(self.latencies(), 0.95)

    @property
    def holds(self) -> bool:
        """Whether nothing failed and it was fast enough."""
        return not self.errors and self.p95 <= P95


def main() -> None:
    """Measure, in the environment that the harness made."""
    given = parsed()
    nation = Nation(1, given.teachers, given.boards, 0)
    os.environ.update(processes.settings_for(nation, Path(os.environ["VAR"])))
    preparing.ready()
    database = processes.postmaster(os.environ["DATABASE_URL"])
    preparing.deliver_all(nation)
    before, day = preparing.stored(), Day(nation)
    found: list[Stretch] = []
    with processes.running(dict(os.environ), web_processes=given.web) as register:
        for pace, seconds in paces(given, found):
            stretch = day.stretch(register, database, pace, seconds)
            found.append(stretch)
            print(words(stretch), file=sys.stderr, flush=True)
            if died := register.died():
                raise RuntimeError(f"{', '.join(died)} ended by itself: {register.folder}")
        compare(before, preparing.stored(), found)
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        check = [
            sys.executable,
            str(ROOT / "manage.py"),
            "check_invariants",
        ]  # asks the vault, which stops with the rest
        subprocess.run(check, cwd=ROOT, env=environment, check=True)
    report(measures(found, given.paces))


def parsed() -> argparse.Namespace:
    """What was asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.opening", description=__doc__)
    parser.add_argument("--teachers", type=int, default=250_000)
    parser.add_argument("--boards", type=int, default=1_000)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--paces", type=float, nargs="+", default=[1, 2], help="multiples of the busiest hour")
    parser.add_argument("--most", type=float, default=MOST, help="no faster than this, also when it does not bend")
    parser.add_argument("--web", type=int, default=2, help="web processes")
    return parser.parse_args()


def paces(given: argparse.Namespace, found: list[Stretch]) -> Iterator[tuple[float, float]]:
    """The paces that were asked, then faster ones until it bends, then one in between: half as long. With its
    measured seconds each."""
    for pace in given.paces:
        yield pace, given.minutes * 60
    shorter = max(60.0, given.minutes * 30)
    while found[-1].holds and (pace := found[-1].pace + FASTER) <= given.most:
        yield pace, shorter
    held, bent = fastest(found), min((each.pace for each in found if not each.holds), default=0.0)
    if held and bent > held:
        yield (held + bent) / 2, shorter


def fastest(found: list[Stretch]) -> float:
    """The fastest pace at which it held, and at no slower one bent; 0 for none."""
    bent = min((each.pace for each in found if not each.holds), default=float("inf"))
    return max((each.pace for each in found if each.holds and each.pace < bent), default=0.0)


def moments(chance: random.Random, rate: float, until: float) -> Iterator[float]:
    """The moments, in seconds, of a Poisson process with so many arrivals a second."""
    at = chance.expovariate(rate)
    while at < until:
        yield at
        at += chance.expovariate(rate)


def compare(before: dict[str, int], now: dict[str, int], found: list[Stretch]) -> None:
    """Raises RuntimeError when an acknowledged act is missing, or one is there that nobody did."""
    failed = sum(each.errors for each in found)
    for name, count in now.items():
        acknowledged = sum(getattr(each.outcome, name) for each in found)
        if not acknowledged <= count - before[name] <= acknowledged + failed:
            raise RuntimeError(f"{name}: {acknowledged} acknowledged, {count - before[name]} stored")


class Day:
    """Who has come already, and who may still come: everybody comes once."""

    def __init__(self, nation: Nation) -> None:
        self._nation, self._chance = nation, random.Random(1)
        self._boards = self._chance.sample(range(nation.boards), nation.boards)
        self._invited: list[Arrival] = []
        self._folder = Path(os.environ["VAR"])

    def stretch(self, register: Register, database: int | None, pace: float, seconds: float) -> Stretch:
        """Let people come at this pace, for so long and the time to fill up; returns when they are gone."""
        whole = seconds + WARM_UP
        teachers = list(moments(self._chance, pace * SIGN_INS / 3600, whole))
        deliveries = list(moments(self._chance, pace * DELIVERIES / 3600, whole))
        self._invite(len(teachers))
        come = [Arrival(at, *self._of(self._invited.pop())) for at in teachers]
        senders = [self._boards.pop(0) for _ in deliveries[: len(self._boards) // 2]]
        preparing.give_roles(senders)
        for at, board in zip(deliveries, senders, strict=False):
            who = preparing.staff_of(board)
            come.append(Arrival(at, who, address_of(board, 0), board=board, number=boards.number_of(board)))
        begin = time.time() + _AHEAD
        crowds = [self._crowd(register, begin, come[number::CROWDS], number) for number in range(CROWDS)]
        roots = {name: [each.pid] for name, each in register.processes.items()}
        roots |= {"postgresql": [database] if database else [], "crowd": [process.pid for process, _ in crowds]}
        time.sleep(begin + WARM_UP - time.time())
        watch = Watch(roots)  # while it is measured: before and after that, fewer people are there
        time.sleep(seconds)
        taken = watch.end()
        outcomes = [self._outcome(*crowd) for crowd in crowds]
        return Stretch(pace, begin, seconds, outcomes[0].joined(outcomes[1]), taken)

    def _invite(self, number: int) -> None:
        """Print letters until there are so many people with a code, of schools in random order."""
        size = max(1, self._nation.teachers // self._nation.boards * 17 // 20)
        short = number - len(self._invited)
        if short > 0:
            chosen = [self._boards.pop() for _ in range(min(len(self._boards), -(-short // size) + 3))]
            codes = preparing.print_codes(self._nation, chosen)
            self._invited += [
                Arrival(0, who, address_of(int(who.partition("-")[0]), place), code) for who, place, code in codes
            ]
            self._chance.shuffle(self._invited)
        if len(self._invited) < number:
            raise RuntimeError("the nation is too small for so many people: make it larger, or the day shorter")

    def _of(self, invited: Arrival) -> tuple[str, str, str]:
        return invited.person, invited.source, invited.code

    def _crowd(
        self, register: Register, begin: float, come: list[Arrival], number: int
    ) -> tuple[subprocess.Popen[bytes], Path]:
        plan, out = self._folder / f"plan-{number}.json", self._folder / f"outcome-{number}.json"
        nation = list(asdict(self._nation).values())
        plan.write_text(json.dumps(asdict(Plan(register.web, register.provider, begin, number, nation, come))))
        command = [sys.executable, "-m", "bench.crowd", str(plan), str(out)]
        return subprocess.Popen(command, cwd=ROOT, env=register.environment), out

    def _outcome(self, process: subprocess.Popen[bytes], out: Path) -> Outcome:
        if process.wait():
            raise RuntimeError("a crowd crashed")
        return Outcome.read(out)


def address_of(board: int, location: int) -> str:
    """The address that a school shares, on loopback."""
    return f"127.{10 + board // 250}.{board % 250}.{1 + location}"


def measures(found: list[Stretch], asked: list[float]) -> list[Measure]:
    """What is said of the paces that were asked, and of where it bends."""
    said = []
    for each in found[: len(asked)]:
        name = f"{each.pace:g} x the busiest hour"
        rate = len(each.latencies()) / each.seconds
        note = f"{rate:.0f} requests/s for {each.seconds / 60:g} min; {cores(each)}"
        said += [
            Measure("opening", f"{name}, errors", each.errors, 0, "", note=f"{each.outcome.ended} journeys"),
            Measure("opening", f"{name}, p95", each.p95 * 1e3, P95 * 1e3, "ms", note=note),
            Measure("opening", f"{name}, memory", each.taken.peak / 2**30, GIB, "GiB", note=sizes(each.taken)),
        ]
    held = fastest(found)
    bent = min((each for each in found if not each.holds), key=lambda each: each.pace, default=None)
    note = f"{held:g} x the busiest hour; " + (
        f"at {bent.pace:g} x: p95 {bent.p95 * 1e3:.0f} ms, {bent.errors} errors; {cores(bent)}"
        if bent
        else "faster was not tried"
    )
    between = 3600 / SIGN_INS / max(held, 0.01) * 1e3
    goal = 3600 / SIGN_INS / 2 * 1e3
    return [*said, Measure("opening", "between two sign-ins, fastest that holds", between, goal, "ms", note=note)]


def cores(stretch: Stretch) -> str:
    """Which processes kept how many cores busy."""
    busy = sorted(stretch.taken.cores.items(), key=lambda item: -item[1])
    return f"of {os.cpu_count()} cores " + ", ".join(f"{name} {used:.2f}" for name, used in busy if used >= 0.005)


def sizes(taken: Taken) -> str:
    """Who took the memory, in MB."""
    large = sorted(taken.memory.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {size / 1e6:.0f}" for name, size in large if size > 1e6 and name != "crowd") + " MB"


def words(stretch: Stretch) -> str:
    """A stretch in full: every kind of request, in milliseconds."""
    seen = stretch.outcome
    came = f"{seen.ended} journeys, {seen.delivered} deliveries, crowd {seen.longest_lag * 1e3:.0f} ms late at most"
    memory = f"{stretch.taken.peak / 2**20:.0f} MiB: {sizes(stretch.taken)}"
    head = f"{stretch.pace:g} x: p95 {stretch.p95 * 1e3:.0f} ms, {stretch.errors} errors, {came}"
    lines = [head, f"  {cores(stretch)}", f"  {memory}"]
    for what in sorted({each.what for each in seen.seen}):
        if took := stretch.latencies(what):
            values = " ".join(f"{percentile(took, share) * 1e3:7.1f}" for share in (0.5, 0.95, 0.99, 1))
            lines.append(f"  {what:<26} {len(took):6}  {values}")
    failures: dict[str, int] = {}
    for why in [*seen.failed, *(f"{each.what}: {each.failed}" for each in seen.seen if each.failed)]:
        failures[why] = failures.get(why, 0) + 1
    return "\n".join([*lines, *(f"  {count} x {why}" for why, count in failures.items())])


if __name__ == "__main__":
    main()
