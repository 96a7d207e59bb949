"""How fast portfolios come in through the front door, and how the pages are with what came in.

Nobody but she holds her key, so nothing can be filled in for her: each teacher signs in at a provider and brings in her
zip, over HTTP, to the register as real processes. `--share` is which part of the nation comes (0.01: 2,500 teachers and
100,000 entries); the note says how long the whole nation would take at this pace. With `--share 1` it comes.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4

from bench import preparing, processes
from bench.measures import Measure, Progress, percentile, report
from bench.nation import Nation
from bench.opening import address_of
from bench.processes import Register, Watch
from bench.visitor import Seen, Visitor

AT_ONCE = 2
"""One for each web process, which takes two heavy requests at a time."""
READERS, ROUNDS = 20, 10
Portfolio = tuple[int, int, int]
"""Board, place, number of entries."""


def main() -> None:
    """Measure, in the environment that the harness made."""
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("--share", type=float, default=0.01)
    given = parser.parse_args()
    nation = Nation()
    os.environ.update(processes.settings_for(nation, Path(os.environ["VAR"])))
    preparing.ready()
    number = max(READERS, round(nation.teachers * given.share))
    with processes.running(dict(os.environ)) as register:
        report(asyncio.run(measured(nation, register, number)))


async def measured(nation: Nation, register: Register, number: int) -> list[Measure]:
    """Bring in, then look; raises RuntimeError when an entry that was brought in is not there."""
    wanted = list(islice(portfolios(nation), number))
    entries = sum(each[2] for each in wanted)
    database = processes.postmaster(os.environ["DATABASE_URL"])
    roots = {name: [each.pid] for name, each in register.processes.items()}
    watch = Watch({**roots, "postgresql": [database] if database else [], "crowd": [os.getpid()]})
    seconds, seen = await bring_in(nation, register, wanted)
    taken = watch.end()
    if (stored := (await asyncio.to_thread(preparing.stored))["saved"]) != entries:
        raise RuntimeError(f"{entries} entries were brought in, {stored} are stored")
    failed = sum(bool(each.failed) for each in seen)
    whole = nation.entries / entries * seconds / 3600
    busy = ", ".join(f"{name} {used:.2f}" for name, used in taken.cores.items() if used >= 0.01)
    note = f"{entries / seconds:.0f} entries/s; {nation.entries:,} take {whole:.1f} h; of {os.cpu_count()} cores {busy}"
    sign_ins = [each.seconds for each in seen if each.what == "come back signed in"]
    imports = [each.seconds for each in seen if each.what == "bring in"]
    sums = f"medians: signing in {percentile(sign_ins, 0.5) * 1e3:.0f}, import {percentile(imports, 0.5) * 1e3:.0f} ms"
    pages = await look(register, wanted)
    return [
        Measure("imports", f"a teacher with her zip ({number:,})", seconds / number * 1e3, 100, "ms", note=note),
        Measure("imports", "failed requests", failed, 0, "", note=sums),
        *(
            Measure("imports", f"{what} among {entries:,} entries, p95", percentile(took, 0.95) * 1e3, 100, "ms")
            for what, took in pages.items()
        ),
    ]


def portfolios(nation: Nation) -> Iterator[Portfolio]:
    """Every teacher with the number of her entries, board by board."""
    for board in range(nation.boards):
        for place, entries in enumerate(nation.entries_of(board)):
            yield board, place, entries


async def bring_in(nation: Nation, register: Register, wanted: list[Portfolio]) -> tuple[float, list[Seen]]:
    """Everyone signs in and brings in her zip, two at a time; the seconds without making the zips."""
    seen: list[Seen] = []
    bar, passed = Progress("portfolios brought in", len(wanted)), 0.0
    for start in range(0, len(wanted), 100):
        some = [(each, nation.portfolio(*each)) for each in wanted[start : start + 100]]
        begun = time.perf_counter()
        await asyncio.gather(*(_some(register, some[number::AT_ONCE], seen) for number in range(AT_ONCE)))
        passed += time.perf_counter() - begun
        bar(start + len(some))
    return passed, seen


async def _some(register: Register, come: list[tuple[Portfolio, bytes]], seen: list[Seen]) -> None:
    for portfolio, packed in come:
        visitor = await signed_in(register, portfolio, seen)
        if portfolio[2]:
            await bring(visitor, packed)
        await visitor.leave()


async def signed_in(register: Register, portfolio: Portfolio, seen: list[Seen]) -> Visitor:
    """A browser in which this teacher has just signed in."""
    board, place, _ = portfolio
    visitor = Visitor(register.web, address_of(board, place % 4), seen.append)
    await visitor.ask("choose", "GET", "/inloggen/")
    away = await visitor.post("begin to sign in", "/inloggen/eid/", {"verder": "/"})
    asked = f"{away.location}&persoon={board}-{place}"
    back = await visitor.ask("provider", "GET", asked, wanted=(302,))
    path = back.location.removeprefix(register.web)
    await visitor.ask("come back signed in", "GET", path, wanted=(302,))
    return visitor


async def bring(visitor: Visitor, packed: bytes) -> None:
    """Bring in this zip."""
    boundary = uuid4().hex
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    head = f'{part}zip"; filename="portfolio.zip"\r\nContent-Type: application/zip\r\n\r\n'
    token = f'{part}csrfmiddlewaretoken"\r\n\r\n{visitor.cookies["csrf"]}\r\n'
    body = f"{token}{head}".encode() + packed + f"\r\n--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    await visitor.ask("bring in", "POST", "/portfolio/terugbrengen/", body=body, kind=kind)


async def look(register: Register, wanted: list[Portfolio]) -> dict[str, list[float]]:
    """The timeline and the first page of teachers spread over all, some with few entries and some with very many."""
    step = max(1, len(wanted) // READERS)
    took: dict[str, list[float]] = {"timeline": [], "first page": []}
    for portfolio in sorted(wanted, key=lambda each: each[2])[step - 1 :: step]:
        seen: list[Seen] = []
        visitor = await signed_in(register, portfolio, seen)
        for _ in range(ROUNDS):
            await visitor.ask("timeline", "GET", "/portfolio/")
            await visitor.ask("first page", "GET", "/")
        await visitor.leave()
        for what, times in took.items():
            times += [each.seconds for each in seen if each.what == what]
    return took


if __name__ == "__main__":
    main()
