"""By what an import recognises a thing: what it says, not its id; of a collection also what its entries say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
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


def known(found: Fingerprint, among: Mapping[UUID, Fingerprint]) -> Known:
    """By what a thing is known. Links do not count: an entry that was linked since is still the same entry."""
    if not found.chosen:
        return Known(found.deleted, found.content_hash)
    story = [among[each].content_hash if each in among else "" for each in found.chosen]
    return Known(found.deleted, content_hash([found.content_hash, story]))


def told_apart(
    offered: Iterable[KeptEntry], have: Mapping[Known, UUID]
) -> tuple[dict[Known, KeptEntry], dict[UUID, UUID]]:
    """What of a zip is new, by what it is known by, and under which id each thing of the zip is found from now on: a
    new one, or that of the same thing that was there. Of two alike in the zip the first stays, with the links of both.
    """
    kept = {each.id: each for each in offered if each.id and not each.content.blank}
    prints = {key: Fingerprint.of(each.content, deleted=each.deleted) for key, each in kept.items()}
    wanted: dict[Known, KeptEntry] = {}
    ids: dict[UUID, UUID] = {}
    for key, each in kept.items():
        mark = known(prints[key], prints)
        if mark in have:
            ids[key] = have[mark]
        elif mark in wanted:
            first = wanted[mark]
            ids[key] = ids[first.id] if first.id else random_id()
            wanted[mark] = replace(first, content=first.content.also_linked(each.content.facets.links))
        else:
            ids[key] = random_id()
            wanted[mark] = each
    return wanted, ids
