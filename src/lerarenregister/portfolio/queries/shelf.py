"""All her things that are not in the bin, by their heads. Their dates and what they are is sealed, so that every list
opens all heads, some microseconds each, and reads of each no more than what orders and chooses it."""

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.queries.opening import packed_head
from lerarenregister.portfolio.rules.choosing import Choice, belongs, words_of
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.heads import PackedHead

_BATCH = 500


class Thing(NamedTuple):
    """One thing on the shelf."""

    head: PackedHead
    id: UUID
    version: int


class Shelf(list[Thing]):
    """Her things, newest first. `shut`: how many there are beside them of which the head does not open."""

    shut = 0


def shelf_of(owner: UUID, sealer: Sealer) -> Shelf:
    """All of them that open. Raises Unreadable when she has something and nothing of it opens."""
    opened = heads_of(owner, sealer)
    found = Shelf(each for each in opened.things if not each.head.deleted)
    found.sort(key=lambda each: (each.head.order, each.id), reverse=True)
    found.shut = len(opened.shut)
    return found


class Heads(NamedTuple):
    """What she has, in the bin or not, in no order, and the ids of what does not open."""

    things: list[Thing]
    shut: list[UUID]


def heads_of(owner: UUID, sealer: Sealer) -> Heads:
    """The heads of all that she has: one that is damaged keeps nothing else from her. Raises Unreadable when none of
    them opens: then the key is another one."""
    found = Heads([], [])
    for key, version, head in Entry.objects.filter(owner=owner).values_list("id", "version", "head"):
        try:
            packed = packed_head(owner, key, version, head, sealer)
        except Unreadable:
            found.shut.append(key)
        else:
            found.things.append(Thing(PackedHead.of(packed), key, version))
    if found.shut and not found.things:
        raise Unreadable("nothing of hers opens with this key")
    return found


def those(things: list[Thing], form: Form) -> Iterator[Thing]:
    """Those of one form."""
    return (each for each in things if each.head.form is form)


def chosen(things: list[Thing], choice: Choice) -> list[Thing]:
    """The entries that she chose to see; without a choice all of them, of which a head has no form."""
    if not choice:
        return [each for each in things if "form" not in each.head.fields]
    words = frozenset[str]()
    if choice.theme:
        theme = next((each for each in those(things, Form.THEME) if each.id == choice.theme), None)
        words = words_of(theme.head) if theme else words
    return [each for each in things if choice.fits(each.head, words)]


def in_theme(things: list[Thing], theme: Thing) -> int:
    """How many entries belong to a theme."""
    words = words_of(theme.head)
    return sum(belongs(each.head, theme.id, words) for each in those(things, Form.ENTRY))


def forms_of(owner: UUID, keys: Collection[UUID], sealer: Sealer) -> dict[UUID, Form | None]:
    """What those of these things are that are hers, in the bin or not; None: it does not open. For `actions`."""
    wanted = list(keys)
    found: dict[UUID, Form | None] = {}
    for start in range(0, len(wanted), _BATCH):
        rows = Entry.objects.filter(owner=owner, pk__in=wanted[start : start + _BATCH])
        for key, version, head in rows.values_list("id", "version", "head"):
            try:
                found[key] = PackedHead.of(packed_head(owner, key, version, head, sealer)).form
            except Unreadable:
                found[key] = None
    return found
