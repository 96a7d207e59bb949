"""Lighthouse, phone profile (slow network and processor, simulated): performance and accessibility of the main pages.

It is not in the default install: `(cd bench/audit && npm ci --ignore-scripts)` brings it, as locked, and Chromium must
be there. The register runs as real processes; the pages of a teacher with a portfolio and of a board's staff are seen
in their own sessions.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench import boards, imports, preparing, processes
from bench.measures import Measure, report
from bench.nation import Nation
from bench.places import AUDIT, audit_missing
from bench.processes import Register
from bench.visitor import Seen, Visitor

TIMES = 3
SHORT = 5
"""Points under 100 that a page may have."""
BOARD, PLACE, ENTRIES = 0, 4, 40


@dataclass(frozen=True, slots=True)
class Page:
    """A page to look at, and the cookies of whose it is."""

    name: str
    url: str
    cookies: dict[str, str] = field(default_factory=dict)


def main() -> None:
    """Measure, in the environment that the harness made."""
    if needed := audit_missing():
        raise SystemExit(needed)
    nation, folder = Nation(1, 40, 2, 0), Path(os.environ["VAR"])
    os.environ.update(processes.settings_for(nation, folder))
    preparing.ready()
    preparing.deliver_all(nation)
    code = next(each for each in preparing.print_codes(nation, [BOARD]) if each[0] == f"{BOARD}-{PLACE}")[2]
    preparing.give_roles([BOARD])
    with processes.running(dict(os.environ)) as register:
        pages = asyncio.run(signed_in_pages(nation, register, code))
        plan, out = folder / "audit.json", folder / "audited.json"
        shown = [{"name": each.name, "url": each.url, "cookies": each.cookies} for each in pages]
        plan.write_text(json.dumps({"chromium": shutil.which("chromium"), "times": TIMES, "pages": shown}))
        subprocess.run(["node", "audit.mjs", str(plan), str(out)], cwd=AUDIT, check=True)
    report(measures(json.loads(out.read_text())))


async def signed_in_pages(nation: Nation, register: Register, code: str) -> list[Page]:
    """The pages, with a teacher who confirmed and has forty entries, and a board's manager, signed in."""
    seen: list[Seen] = []
    portfolio = (BOARD, PLACE, ENTRIES)
    hers = await imports.signed_in(register, portfolio, seen)
    await imports.bring(hers, nation.portfolio(*portfolio))
    await hers.post("enter the code", "/activeren/", {"code": code})
    timeline = await hers.ask("timeline", "GET", "/portfolio/")
    entry = timeline.text.partition('href="/portfolio/')[2]
    while len(entry.partition("/")[0]) != 36:
        entry = entry.partition('href="/portfolio/')[2]
    staff = await board_staff(register, seen)
    web, cookies = register.web, hers.cookies
    return [
        Page("first page", f"{web}/"),
        Page("help", f"{web}/hulp/"),
        Page("signing in", f"{web}/inloggen/"),
        Page("first page, signed in", f"{web}/", cookies),
        Page("my registration", f"{web}/mijn-registratie/", cookies),
        Page("timeline", f"{web}/portfolio/", cookies),
        Page("an entry", f"{web}/portfolio/{entry.partition('/')[0]}/", cookies),
        Page("goals", f"{web}/portfolio/doelen/", cookies),
        Page("finding", f"{web}/portfolio/zoeken/", cookies),
        Page("looking back", f"{web}/portfolio/terugblik/", cookies),
        Page("what the profession may know", f"{web}/portfolio/beroepsgroep/", cookies),
        Page("her key", f"{web}/portfolio/sleutel/", cookies),
        Page("a board", f"{web}/bestuur/{boards.number_of(BOARD)}/", staff.cookies),
    ]


async def board_staff(register: Register, seen: list[Seen]) -> Visitor:
    """A browser in which the manager of the board has signed in with a second factor."""
    staff = Visitor(register.web, "127.0.0.1", seen.append)
    await staff.ask("choose", "GET", "/inloggen/")
    away = await staff.post("begin", "/inloggen/school/", {"verder": "/", "tweede-factor": "1"})
    asked = f"{away.location}&persoon={preparing.staff_of(BOARD)}"
    back = await staff.ask("provider", "GET", asked, wanted=(302,))
    await staff.ask("back", "GET", back.location.removeprefix(register.web), wanted=(302,))
    return staff


def measures(found: list[dict[str, object]]) -> list[Measure]:
    """Points under 100 (the median of the runs), for each page. A run that Lighthouse itself could not finish is left
    out; raises RuntimeError for a page that was not seen in most of them."""
    said = []
    for page in found:
        tried = page["runs"]
        assert isinstance(tried, list)
        runs = [each for each in tried if not each["error"]]
        for run in runs:
            if urlsplit(run["url"]).path != urlsplit(str(page["url"])).path:
                raise RuntimeError(f"{page['name']} was not seen: it led to {run['url']}")
        if 2 * len(runs) <= len(tried):
            raise RuntimeError(f"{page['name']} was not seen: {tried[0]['error'] or tried[-1]['error']}")
        middle = {
            name: statistics.median(run[name] for run in runs)
            for name in ("performance", "accessibility", "bytes", "assets", "paint")
        }
        failing = ", ".join(sorted({each for run in runs for each in run["failing"]}))
        weight = f"{middle['bytes'] / 1_000:.0f} kB, of which style and scripts {middle['assets'] / 1_000:.0f}"
        weight += f"; largest paint {middle['paint'] / 1_000:.1f} s"
        for what, note in (("performance", weight), ("accessibility", failing)):
            short = 100 - round(middle[what] * 100)
            said.append(Measure("lighthouse", f"{page['name']}, {what}: under 100", short, SHORT, "", note=note))
    return said


if __name__ == "__main__":
    main()
