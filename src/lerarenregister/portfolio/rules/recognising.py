"""By what an import recognises a thing: what it says, not its id; of a collection also what its entries say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from lerarenregister.kernel.canonical import content_hash
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.entries import Content, KeptEntry


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
    offered: Iterable[KeptEntry], have: Mapping[Known, UUID]
) -> tuple[dict[Known, KeptEntry], dict[UUID, UUID]]:
    """What of a zip is new, by what it is known by, and under which id each thing of the zip is found from now on: a
    new one, or that of the same thing that was there."""
    kept = {each.id: each for each in offered if each.id and not each.content.blank}
    prints = {key: Fingerprint.of(each.content, deleted=each.deleted) for key, each in kept.items()}
    marks = all_known(prints)
    wanted = {mark: kept[key] for mark, key in marks.items() if mark not in have}
    return wanted, {key: have.get(mark) or random_id() for mark, key in marks.items()}
