"""Saving an entry and reading the timeline, as requests to the WSGI application in this process.

Ours and the peer take turns, request by request, so that whatever else the machine does meets both. One person signs in
through the demo's provider. Saving is compared with a POST that writes one row behind the same middleware
(`synchronous=FULL`, or `fsync` and `synchronous_commit` on); the timeline page, of 20 out of 1,000 entries, with the
help page. Finding is a search as the script asks for it while she types, among 5,000 entries, of which 100 have a PDF
with as much text as is kept.
"""

import gzip
import io
import os
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import django
import typst

from bench import browser
from bench.browser import Answer, Browser
from bench.measures import Measure, Progress, percentile, report

ENTRIES, ROUNDS, WARM_UP = 1_000, 400, 30
MANY, SOUGHT, TIMES_SOUGHT = (
    5_000,
    ("wiskunde", "les 4321", "ondertiteling", "cafe", "korte vragen klas", "staat er niet"),
    20,
)
FIRST_SOUGHT = 6
PDFS, INSIDE = 100, "ondertiteling"
TEXT = (
    "Vandaag keek ik mee in de les van een collega van wiskunde. Ze begint elke les met drie korte vragen over vorige "
    "week, en laat de klas eerst alleen en dan samen antwoorden. Dat wil ik in mijn eigen klas ook proberen.\n\n"
) * 4


def main() -> None:
    """Measure, in the environment that the harness made."""
    with browser.provider(Path(os.environ["VAR"])) as issuer:
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer_settings"
        django.setup()
        from lerarenregister.project.wsgi import application  # noqa: PLC0415  (Django must be ready)

        person = Browser(application)
        browser.sign_in(person)
    make_table()
    account = account_at(issuer)
    measures = saving(person, account)
    fill(person, account)
    measures += reading(person)
    fill(person, account, begin=ENTRIES, entries=MANY)
    add_pdfs(person, account)
    report([*measures, *finding(person)])


def make_table() -> None:
    """The peer's table."""
    from django.db import connection  # noqa: PLC0415

    from bench.peer_urls import TABLE  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def account_at(issuer: str) -> UUID:
    """The account of who signed in: the only one there is."""
    from lerarenregister.accounts.models import Identity  # noqa: PLC0415  (no query gives an account without a subject)

    return Identity.objects.get(issuer=issuer).account_id


def form(account: UUID, **fields: str) -> dict[str, str]:
    """What her browser sends to save a new entry."""
    from lerarenregister.web.portfolio.forms import Ticket  # noqa: PLC0415

    ticket = Ticket.issue(account)
    hidden = {"formulier": str(ticket.entry), "versie": "0", "concept": "0", "eigenaar": ticket.owner}
    return {**hidden, "tekst": TEXT, **fields}


def saving(person: Browser, account: UUID) -> list[Measure]:
    """p95 of saving a new entry against p95 of writing one row."""
    ours, peer = turns(
        "saving an entry",
        lambda: expect(person.post("/portfolio/bewaren/", form(account)), 303),
        lambda: expect(person.post("/bench/een-rij/", form(account)), 302),
    )
    return [Measure("pages", "saving an entry, p95", ours, 3, "ms", peer, "peer: a POST that writes one row")]


def fill(person: Browser, account: UUID, *, begin: int = ROUNDS + WARM_UP, entries: int = ENTRIES) -> None:
    """Make it so many entries, one a day, each with an accented letter: those are the slow ones to find in."""
    bar = Progress(f"{entries:,} entries", entries)
    for number in range(begin, entries):
        fields = {"datum": f"{date(2018, 8, 1) - timedelta(days=number)}", "titel": f"Les {number} in café"}
        expect(person.post("/portfolio/bewaren/", form(account, **fields)), 303)
        bar(number + 1)


def add_pdfs(person: Browser, account: UUID) -> None:
    """Entries with a PDF of some forty pages beside them."""
    bar = Progress(f"{PDFS} PDFs", PDFS)
    for number in range(PDFS):
        text = f"Over {INSIDE} {number} in café.\n\n" + TEXT * 100
        fields = {"csrfmiddlewaretoken": person.cookies.get("csrf", ""), **form(account)}
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        parts.append(b'name="bestanden"; filename="artikel.pdf"\r\n\r\n' + typst.compile(text.encode()))
        parts.append(b'name="einde"\r\n\r\n1')
        body = b"".join(b"--edge\r\nContent-Disposition: form-data; " + each + b"\r\n" for each in parts)
        body += b"--edge--\r\n"
        kind = "multipart/form-data; boundary=edge"
        expect(person.send("/portfolio/bewaren/", io.BytesIO(body), len(body), kind), 303)
        bar(number + 1)
    asked = {"woorden": f"{INSIDE} cafe", "deel": "1"}
    if f"{PDFS} gevonden" not in person.post("/portfolio/zoeken/", asked).body.decode():
        raise RuntimeError("what stands inside the PDFs is not found")


def finding(person: Browser) -> list[Measure]:
    """p95 of what the script asks while she types, among 5,000 entries of 900 characters and the PDFs of a hundred; and
    the slowest of the first searches, which make her index."""
    asked = {"woorden": SOUGHT[0], "deel": "1"}
    first = max(expect(person.post("/portfolio/zoeken/", asked), 200) for _ in range(FIRST_SOUGHT))
    bar, times = Progress("finding", len(SOUGHT) * TIMES_SOUGHT), []
    for number in range(len(SOUGHT) * TIMES_SOUGHT):
        asked = {"woorden": SOUGHT[number % len(SOUGHT)], "deel": "1"}
        times.append(expect(person.post("/portfolio/zoeken/", asked), 200))
        bar(number + 1)
    return [
        Measure("pages", f"finding among {MANY:,} entries, p95", percentile(times, 0.95) * 1e3, 100, "ms"),
        Measure("pages", "finding for the first time, making the index", first * 1e3, 1_000, "ms"),
    ]


def reading(person: Browser) -> list[Measure]:
    """p95 of the timeline against p95 of the help page; its statements, its weight and where it fetches from."""
    pages = ENTRIES // 20
    ours, peer = turns(
        "reading the timeline",
        lambda: expect(person.get("/portfolio/"), 200),
        lambda: expect(person.get("/hulp/"), 200),
    )
    statements = max(count_statements(person, f"/portfolio/?pagina={number}") for number in (1, pages // 2, pages))
    weight, elsewhere = weigh(person, "/portfolio/")
    return [
        Measure("pages", "timeline, p95", ours, 6, "ms", peer, "peer: the help page"),
        Measure("pages", "timeline, statements", statements, 8, ""),
        Measure("pages", "timeline, compressed with CSS and JS", weight / 1_000, 100, "kB"),
        Measure("pages", "timeline, requests to others", elsewhere, 0, ""),
    ]


def turns(what: str, ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """p95 of both in milliseconds, taking turns, after a warm-up."""
    bar = Progress(what, ROUNDS)
    for _ in range(WARM_UP):
        ours()
        peer()
    times = []
    for number in range(ROUNDS):
        times.append((ours(), peer()))
        bar(number + 1)
    return percentile([each[0] for each in times], 0.95) * 1e3, percentile([each[1] for each in times], 0.95) * 1e3


def expect(answer: Answer, status: int) -> float:
    """The seconds of an answer with this status; raises RuntimeError for another."""
    if answer.status != status:
        raise RuntimeError(f"answered {answer.status}: {answer.body[:500].decode(errors='replace')}")
    return answer.seconds


def count_statements(person: Browser, address: str) -> int:
    """The SQL statements of one page."""
    from django.db import connection  # noqa: PLC0415

    seen: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        expect(person.get(address), 200)
    return len(seen)


class _Fetched(HTMLParser):
    """The addresses that a browser fetches for a page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that makes a browser fetch something; an icon and a translation of the page are not its CSS or JS."""
        given = dict(attrs)
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "modulepreload", "preload"):
            self.addresses.append(given.get("href") or "")
        elif tag in ("script", "img", "iframe", "source"):
            self.addresses.append(given.get("src") or "")


def weigh(person: Browser, address: str) -> tuple[int, int]:
    """Bytes of a page and all it fetches, compressed as it is sent (the page itself by gzip, as a proxy does), and the
    number of fetches from somewhere else."""
    page = person.get(address)
    fetched = _Fetched()
    fetched.feed(page.body.decode())
    addresses = [each for each in fetched.addresses if each]
    own = [each for each in addresses if not urlsplit(each).netloc]
    size = len(gzip.compress(page.body, 6))
    for each in dict.fromkeys(own):
        answer = person.get(each, accept_encoding="gzip")
        expect(answer, 200)
        size += len(answer.body)
    return size, len(addresses) - len(own)


if __name__ == "__main__":
    main()
