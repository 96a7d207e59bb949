"""What she ordered: goals, themes, collections, repeating activities, and what is linked with what."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio.queries.lists import EVERYTHING, EntryLine, line_of
from lerarenregister.portfolio.queries.opening import EntryView
from lerarenregister.portfolio.queries.shelf import Thing, chosen, in_theme, shelf_of, those
from lerarenregister.portfolio.rules.choosing import words_of
from lerarenregister.portfolio.rules.facets import Every, Form, State, same_word
from lerarenregister.portfolio.rules.repeating import due_on, next_on

LATEST = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by what it is called."""

    id: UUID
    heading: str
    form: Form = Form.ENTRY
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """By what she can choose: her own tags as she last wrote them on an entry, her themes and goals, the years."""

    tags: tuple[str, ...]
    themes: tuple[Named, ...]
    goals: tuple[Named, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal in a list, with how many entries she linked to it."""

    id: UUID
    heading: str
    excerpt: str
    until: date | None
    state: State
    entries: int


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme in a list, with the words that it gathers and how many entries belong to it."""

    id: UUID
    heading: str
    words: tuple[str, ...]
    entries: int


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A collection in a list."""

    id: UUID
    heading: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class RepeatLine:
    """A repeating activity: the time that waits for her word, if there is one, and the next."""

    id: UUID
    version: int
    heading: str
    every: Every
    due_on: date | None
    next_on: date


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What her first page shows: her newest entries, and the repeating activities that wait for her word."""

    latest: tuple[EntryLine, ...]
    due: tuple[RepeatLine, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """What an entry has to do with: its goals, its themes, and other entries in either direction."""

    goals: tuple[Named, ...] = ()
    themes: tuple[Named, ...] = ()
    entries: tuple[Named, ...] = ()


def choices(viewer: Viewer, sealer: Sealer) -> Choices:
    """All by which she can choose, in the order of their names."""
    things = shelf_of(viewer.person(), sealer)
    tags: dict[str, str] = {}
    for each in (*those(things, Form.ENTRY), *things):
        for tag in each.head.tags:
            tags.setdefault(same_word(tag), tag)
    years = sorted({int(each.head.order[0][:4]) for each in those(things, Form.ENTRY)}, reverse=True)
    return Choices(
        tuple(tags[word] for word in sorted(tags)),
        tuple(sorted(map(_named, those(things, Form.THEME)), key=_by_name)),
        tuple(map(_named, those(things, Form.GOAL))),
        tuple(years),
    )


def goals(viewer: Viewer, sealer: Sealer) -> list[GoalLine]:
    """Her goals, newest first."""
    things = shelf_of(viewer.person(), sealer)
    linked: dict[str, int] = {}
    for each in those(things, Form.ENTRY):
        for link in each.head.links:
            linked[link] = linked.get(link, 0) + 1
    found = []
    for each in those(things, Form.GOAL):
        head = each.head.head()
        count = linked.get(each.id.hex, 0)
        found.append(GoalLine(each.id, head.heading, head.excerpt, head.facets.until, head.facets.state, count))
    return found


def open_goals(viewer: Viewer, sealer: Sealer, also: tuple[UUID, ...] = ()) -> list[Named]:
    """The goals to which an entry can be linked: those that are open, and those to which it is linked already."""
    things = those(shelf_of(viewer.person(), sealer), Form.GOAL)
    return [_named(each) for each in things if each.id in also or "state" not in each.head.fields]


def themes(viewer: Viewer, sealer: Sealer) -> list[ThemeLine]:
    """Her themes by name."""
    things = shelf_of(viewer.person(), sealer)
    found = [
        ThemeLine(each.id, str(each.head.fields["heading"]), tuple(each.head.tags), in_theme(things, each))
        for each in those(things, Form.THEME)
    ]
    return sorted(found, key=lambda line: (same_word(line.heading), line.id))


def collections(viewer: Viewer, sealer: Sealer) -> list[StoryLine]:
    """Her collections, newest first."""
    found = those(shelf_of(viewer.person(), sealer), Form.COLLECTION)
    return [StoryLine(each.id, each.head.fields["heading"], each.head.fields["excerpt"]) for each in found]


def repeats(viewer: Viewer, sealer: Sealer, *, on: date) -> list[RepeatLine]:
    """Her repeating activities, as they stand on this day."""
    return [_repeat(each, on) for each in those(shelf_of(viewer.person(), sealer), Form.REPEAT)]


def first_page(viewer: Viewer, sealer: Sealer, *, on: date) -> FirstPage:
    """What her first page shows on this day."""
    things = shelf_of(viewer.person(), sealer)
    lines = [_repeat(each, on) for each in those(things, Form.REPEAT)]
    newest = (line_of(each) for each in chosen(things, EVERYTHING)[:LATEST])
    return FirstPage(tuple(newest), tuple(each for each in lines if each.due_on))


def links_of(viewer: Viewer, sealer: Sealer, entry: EntryView) -> Links:
    """With what this entry has to do, newest first. What lies in the bin or is gone is not among it."""
    facets = entry.content.facets
    words = frozenset(map(same_word, facets.tags))
    found: dict[Form, list[Named]] = {Form.GOAL: [], Form.THEME: [], Form.ENTRY: []}
    for each in shelf_of(viewer.person(), sealer):
        form = each.head.form
        linked = each.id in facets.links
        if form is Form.THEME:
            linked = linked or not words.isdisjoint(words_of(each.head))
        elif form is Form.ENTRY:
            linked = linked or entry.id.hex in each.head.links
        if linked and form in found and each.id != entry.id:
            found[form].append(_named(each))
    return Links(tuple(found[Form.GOAL]), tuple(found[Form.THEME]), tuple(found[Form.ENTRY]))


def _named(thing: Thing) -> Named:
    fields = thing.head.fields
    return Named(thing.id, str(fields["heading"]), thing.head.form, date.fromisoformat(fields["date"]))


def _by_name(named: Named) -> tuple[str, UUID]:
    return same_word(named.heading), named.id


def _repeat(thing: Thing, on: date) -> RepeatLine:
    head = thing.head.head()
    every = head.facets.every or Every.WEEK
    due = due_on(every, head.on, head.facets.handled, on)
    return RepeatLine(thing.id, thing.version, head.heading, every, due, next_on(every, head.on, on))
