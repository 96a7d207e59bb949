"""Her entries as lists: the timeline, what is newest, and the bin."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.paging import Paged
from lerarenregister.portfolio.models import Purge
from lerarenregister.portfolio.queries.shelf import Thing, chosen, heads_of, shelf_of
from lerarenregister.portfolio.rules.choosing import Choice
from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.facets import Form

PER_PAGE = 20
EVERYTHING = Choice()


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a list; `files` is how many belong to it."""

    id: UUID
    kind: Kind
    on: date
    heading: str
    excerpt: str
    files: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """The entries of one month on a page, newest first; `first_day` names the month."""

    first_day: date
    entries: list[EntryLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage(Paged):
    """One page of the timeline, newest entries first; `count` is that of
    all entries that she chose to see, `theme` and `goal` say by which. `shut`: how many things of hers do not open."""

    months: list[Month]
    count: int = 0
    theme: str = ""
    goal: str = ""
    shut: int = 0


@dataclass(frozen=True, slots=True)
class BinLine:
    """A deleted thing that can still come back, until the day it goes for good."""

    id: UUID
    kind: Kind
    on: date
    heading: str
    due_on: date
    version: int
    form: Form = Form.ENTRY


def timeline(viewer: Viewer, sealer: Sealer, *, page: int = 1, choice: Choice = EVERYTHING) -> TimelinePage:
    """Her entries by their date, newest first, 20 to a page; raises Absent for a page that is not there."""
    things = shelf_of(viewer.person(), sealer)
    found = chosen(things, choice)
    total = max(1, -(-len(found) // PER_PAGE))
    if not 1 <= page <= total:
        raise Absent
    shown = [line_of(each) for each in found[(page - 1) * PER_PAGE : page * PER_PAGE]]
    months = [Month(month, list(lines)) for month, lines in groupby(shown, key=lambda line: line.on.replace(day=1))]
    theme, goal = (_heading(things, each) for each in (choice.theme, choice.goal))
    return TimelinePage(
        number=page, total=total, months=months, count=len(found), theme=theme, goal=goal, shut=things.shut
    )


def ids_chosen(viewer: Viewer, sealer: Sealer, *, choice: Choice = EVERYTHING) -> list[UUID]:
    """The ids of all entries that she chose to see, newest first."""
    return [each.id for each in chosen(shelf_of(viewer.person(), sealer), choice)]


def latest(viewer: Viewer, sealer: Sealer, *, most: int = 5) -> list[EntryLine]:
    """Her newest entries by their date."""
    return [line_of(each) for each in chosen(shelf_of(viewer.person(), sealer), EVERYTHING)[:most]]


class Bin(list[BinLine]):
    """What lies in the bin. `shut`: how many things there are beside that, of which the head does not open."""

    shut = 0


def deleted_entries(viewer: Viewer, sealer: Sealer) -> Bin:
    """What she deleted and can still restore, last deleted first."""
    owner = viewer.person()
    days = dict(Purge.objects.filter(entry__owner=owner).values_list("entry_id", "due_on"))
    heads = heads_of(owner, sealer)
    binned = [(each.head.head(), each) for each in heads.things if each.head.deleted and each.id in days]
    found = [(head.deleted_at, thing.id, thing.version, head) for head, thing in binned if head.deleted_at]
    found.sort(key=lambda each: each[:2], reverse=True)
    lines = Bin(
        BinLine(key, head.kind, head.on, head.heading, days[key], version, head.facets.form)
        for _, key, version, head in found
    )
    lines.shut = sum(key in days for key in heads.shut)
    return lines


def line_of(thing: Thing) -> EntryLine:
    """An entry as a line of a list."""
    head = thing.head.head()
    return EntryLine(thing.id, head.kind, head.on, head.heading, head.excerpt, len(head.files))


def _heading(things: list[Thing], key: UUID | None) -> str:
    return next((str(each.head.fields["heading"]) for each in things if each.id == key), "") if key else ""
