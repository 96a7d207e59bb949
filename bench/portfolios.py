"""The pages of a portfolio, and its storage, in a database that holds the portfolios of a whole nation.

PostgreSQL only. Of 250,000 teachers the rows are random bytes, as long as the envelopes of synthetic entries are:
nobody could tell them from envelopes, and no key of theirs is needed. They are written in an order in which the entries
of one teacher lie far apart, with all indexes, as years of writing leave them. One person signs in through the demo's
provider and writes entries between them, 1,000 in all; her pages are measured as `pages` measures them, against the
same peers.
"""

import argparse
import os
import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import django
import psycopg

from bench import browser, diary, pages
from bench.browser import Browser
from bench.measures import Measure, Progress, report
from bench.nation import Nation

SAMPLES, PORTIONS, BATCH = 2_000, 10, 20_000
HERS = pages.ENTRIES - pages.ROUNDS - pages.WARM_UP
"""What she wrote before saving is measured, which makes it up to the entries that a timeline is measured with."""
_DAY = datetime(2018, 8, 1, 16, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of an entry: of its head and its body as they are stored, and of what she wrote (title and text)."""

    head: int
    body: int
    written: int


def main() -> None:
    """Measure, in the environment that the harness made."""
    parser = argparse.ArgumentParser(prog="python -m bench.portfolios", description=__doc__)
    parser.add_argument("--teachers", type=int, default=250_000)
    parser.add_argument("--entries", type=int, default=10_000_000)
    given = parser.parse_args()
    with browser.provider(Path(os.environ["VAR"])) as issuer:
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer_settings"
        django.setup()
        from lerarenregister.project.wsgi import application  # noqa: PLC0415  (Django must be ready)

        person = Browser(application)
        browser.sign_in(person)
    pages.make_table()
    account = pages.account_at(issuer)
    url, sizes = os.environ["DATABASE_URL"], sampled()
    nation = Nation(1, given.teachers, min(1_000, given.teachers), given.entries)
    fill(url, nation, sizes, person, account)
    stored, count = storage(url)
    among = f"among {given.entries:,}"
    written = sum(each.written for each in sizes) / len(sizes)
    note = f"{written:.0f} bytes written, limit 2 times that and 300; {stored / 1e9:.1f} GB with indexes"
    report(
        [
            Measure("portfolios", "storage of an entry", stored / count, 2 * written + 300, "B", note=note),
            *(
                replace(each, job="portfolios", what=f"{each.what}, {among}")
                for each in (*pages.saving(person, account), *pages.reading(person))
                if each.unit == "ms" or "statements" in each.what
            ),
        ]
    )


def sampled() -> list[Sizes]:
    """The sizes of synthetic entries, sealed as the product seals them."""
    from lerarenregister.kernel.envelopes import Sealer, new_key  # noqa: PLC0415  (Django must be ready)
    from lerarenregister.portfolio.rules.entries import Content, Kind  # noqa: PLC0415
    from lerarenregister.portfolio.rules.heads import Head  # noqa: PLC0415
    from lerarenregister.portfolio.rules.stories import packed_body  # noqa: PLC0415

    chance, sealer, found = random.Random(1), Sealer(new_key()), []
    for number in range(SAMPLES):
        text, title = diary.text(chance), diary.title(chance, number)
        content = Content(chance.choice(list(Kind)), _DAY.date() - timedelta(days=number), text, title)
        head = Head.of(content, first_saved_at=_DAY, saved_at=_DAY).pack()
        body = packed_body(content.text, content.pieces)
        head_size, body_size = (len(sealer.seal(part, bound_to=b"")) for part in (head, body))
        found.append(Sizes(head_size, body_size, len((title + text).encode())))
    return found


def fill(url: str, nation: Nation, sizes: Sequence[Sizes], person: Browser, account: UUID) -> None:
    """Write the rows of the nation in portions, and some entries of the person before each."""
    chance = random.Random(2)
    owners = [UUID(bytes=chance.randbytes(16), version=4) for _ in range(nation.teachers)]
    order = array("I")
    counts = (count for board in range(nation.boards) for count in nation.entries_of(board))
    for number, count in enumerate(counts):
        order.extend([number] * count)
    chance.shuffle(order)
    with psycopg.connect(url) as connection:
        keep_beside(connection, owners, chance)
        bar, done = Progress("portfolios of a nation", len(order)), 0
        for portion in range(PORTIONS):
            pages.fill(person, account, begin=portion * HERS // PORTIONS, entries=(portion + 1) * HERS // PORTIONS)
            end = len(order) * (portion + 1) // PORTIONS
            for start in range(done, end, BATCH):
                stop = min(end, start + BATCH)
                copy_entries(connection, rows([owners[each] for each in order[start:stop]], sizes, chance))
                bar(stop)
            done = end
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


Row = tuple[UUID, UUID, int, bytes, bytes]


def rows(owners: Sequence[UUID], sizes: Sequence[Sizes], chance: random.Random) -> Iterator[Row]:
    """A row for each of these owners, of random bytes."""
    for owner in owners:
        size = chance.choice(sizes)
        noise = chance.randbytes(16 + size.head + size.body)
        yield UUID(bytes=noise[:16], version=4), owner, 1, noise[16 : 16 + size.head], noise[16 + size.head :]


def copy_entries(connection: psycopg.Connection, batch: Iterator[Row]) -> None:
    """Write these rows and commit."""
    columns = "id, owner, version, head, body"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY portfolio_entry ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["uuid", "uuid", "int4", "bytea", "bytea"])
            for row in batch:
                copy.write_row(row)
        connection.commit()


def keep_beside(connection: psycopg.Connection, owners: Sequence[UUID], chance: random.Random) -> None:
    """A draft slot and a key for everybody."""
    with connection.cursor() as cursor:
        with cursor.copy("COPY portfolio_draft (owner, version, envelope) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["uuid", "int4", "bytea"])
            for owner in owners:
                copy.write_row((owner, 1, chance.randbytes(110)))
        with cursor.copy("COPY portfolio_portfoliokey (owner, key, ticket) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["uuid", "uuid", "varchar"])
            for owner in owners:
                copy.write_row((owner, UUID(bytes=chance.randbytes(16), version=4), chance.randbytes(32).hex()))
        connection.commit()


def storage(url: str) -> tuple[int, int]:
    """Bytes of the table of entries with its indexes and what is stored apart of it, and the number of entries."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT pg_total_relation_size('portfolio_entry'), count(*) FROM portfolio_entry")
        size, count = found.fetchone() or (0, 0)
    return int(size), int(count)


if __name__ == "__main__":
    main()
