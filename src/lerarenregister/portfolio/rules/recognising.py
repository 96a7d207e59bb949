"""By what an import recognises a thing: what it says, not its id; of a collection also what its entries say."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple
from uuid import UUID

from lerarenregister.kernel.canonical import content_hash
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.entries import Content, KeptEntry

Past = Counter[str]
"""What a thing said before: hashes, each as often as it said that."""
Pasts = Callable[[Sequence[UUID]], Sequence[Past]]
"""Gives the pasts of things that are there."""


class Fingerprint(NamedTuple):
    """What one thing says: whether it lies in the bin, the hash of its content, and the entries of a collection."""

    deleted: bool
    content_hash: str
    chosen: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, content: Content, *, deleted: bool) -> "Fingerprint":
        """The fingerprint of a content."""
        return cls(deleted, content.content_hash(), tuple(content.chosen()))


class Known(NamedTuple):
    """By what a thing is the same one in another portfolio, where all ids are others."""

    deleted: bool
    content_hash: str
    alike: int = 0
    """How many before it say the same: two that are alike are two, each with its own history."""


def all_known(among: Mapping[UUID, Fingerprint]) -> dict[Known, UUID]:
    """The things by what they are known by."""
    seen: Counter[Known] = Counter()
    found = {}
    for key, each in among.items():
        mark = _known(each, among)
        found[mark._replace(alike=seen[mark])] = key
        seen[mark] += 1
    return found


def _known(found: Fingerprint, among: Mapping[UUID, Fingerprint]) -> Known:
    """By what a thing is known. Links do not count: an entry that was linked since is still the same entry."""
    story = [among[each].content_hash for each in found.chosen if each in among]
    if not story:
        return Known(found.deleted, found.content_hash)
    return Known(found.deleted, content_hash([found.content_hash, story]))


def told_apart(
    offered: Iterable[KeptEntry], have: Mapping[Known, UUID], pasts: Pasts
) -> tuple[dict[Known, KeptEntry], dict[UUID, UUID]]:
    """What of a zip is new, by what it is known by, and under which id each thing of the zip is found from now on: a
    new one, or that of the same thing that was there. `pasts` is asked for those alone of which there is more than one.
    """
    kept = {each.id: each for each in offered if each.id and not each.content.blank}
    prints = {key: Fingerprint.of(each.content, deleted=each.deleted) for key, each in kept.items()}
    alike: dict[Known, list[UUID]] = defaultdict(list)
    for key, each in prints.items():
        alike[_known(each, prints)].append(key)
    marks: dict[Known, UUID] = {}
    for mark, keys in alike.items():
        marks |= _paired(mark, {key: past_of(kept[key]) for key in keys}, have, pasts)
    wanted = {mark: kept[key] for mark, key in marks.items() if mark not in have}
    return wanted, {key: have.get(mark) or random_id() for mark, key in marks.items()}


def _paired(mark: Known, twins: Mapping[UUID, Past], have: Mapping[Known, UUID], pasts: Pasts) -> dict[Known, UUID]:
    """Which of those that say the same is which. Each goes to the one that said the same before, or else to one that
    said all of it and more; what finds none is new, beside the others, so that nothing it said is lost."""
    here = [mark._replace(alike=number) for number in range(_how_many(mark, have))]
    if len(twins) < 2 and len(here) < 2:
        return dict.fromkeys([mark], next(iter(twins)))
    said = dict(zip(here, pasts([have[each] for each in here]), strict=True))
    found: dict[Known, UUID] = {}
    for fits in (Counter.__eq__, Counter.__le__):
        for key, before in twins.items():
            free = (each for each in here if each not in found and fits(before, said[each]))
            if key not in found.values() and (place := next(free, None)) is not None:
                found[place] = key
    new = (key for key in twins if key not in found.values())
    return found | {mark._replace(alike=number): key for number, key in enumerate(new, start=len(here))}


def _how_many(mark: Known, have: Mapping[Known, UUID]) -> int:
    return next(number for number in count() if mark._replace(alike=number) not in have)


def past_of(each: KeptEntry) -> Past:
    """What it said before, by hashes."""
    return Counter(version.content.content_hash() for version in each.earlier)
