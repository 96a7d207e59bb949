"""The only readers of a portfolio. Each takes the viewer and the sealer of her own session, and returns frozen values.

The owner comes from `viewer.person()`: SignInNeeded and PersonBoundNeeded are raised before a row is read. What is of
another owner is absent. Raises Unreadable (kernel.envelopes) when an envelope does not open with her key.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Length

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import SMALLEST, Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.portfolio.models import (
    Draft,
    Entry,
    EntryVersion,
    File,
    IndexSegment,
    KeyErasure,
    PortfolioKey,
    Release,
)
from lerarenregister.portfolio.queries.files import broken_files
from lerarenregister.portfolio.queries.lists import (
    BinLine,
    EntryLine,
    Month,
    TimelinePage,
    deleted_entries,
    ids_chosen,
    latest,
    timeline,
)
from lerarenregister.portfolio.queries.opening import EntryView, VersionView, head_of, opened, version_of
from lerarenregister.portfolio.queries.order import (
    Choices,
    FirstPage,
    GoalLine,
    Links,
    Named,
    RepeatLine,
    StoryLine,
    ThemeLine,
    choices,
    collections,
    first_page,
    goals,
    links_of,
    open_goals,
    repeats,
    themes,
)
from lerarenregister.portfolio.queries.shelf import forms_of
from lerarenregister.portfolio.queries.stories import PieceLine, Story, StoryPart, pieces_of, story
from lerarenregister.portfolio.rules.entries import EarlierVersion, KeptEntry, Part, place
from lerarenregister.portfolio.rules.heads import DraftContent, Head
from lerarenregister.portfolio.rules.recognising import Fingerprint

__all__ = [
    "BinLine",
    "Choices",
    "DraftView",
    "EntryLine",
    "EntryView",
    "Erasure",
    "FirstPage",
    "GoalLine",
    "Links",
    "Month",
    "Named",
    "PieceLine",
    "RepeatLine",
    "Story",
    "StoryLine",
    "StoryPart",
    "ThemeLine",
    "TimelinePage",
    "VersionView",
    "broken_rules",
    "choices",
    "collections",
    "content_hashes",
    "deleted_entries",
    "draft",
    "entry",
    "erasures_done",
    "erasures_waiting",
    "everything",
    "fingerprints",
    "first_page",
    "forms_of",
    "goals",
    "history",
    "ids_chosen",
    "ids_of_everything",
    "is_empty",
    "latest",
    "links_of",
    "open_goals",
    "opened",
    "opened_draft",
    "owner_of_key",
    "owners_among",
    "owners_stored",
    "pieces_of",
    "repeats",
    "stored_bytes",
    "story",
    "themes",
    "timeline",
]
_BATCH = 100


@dataclass(frozen=True, slots=True)
class DraftView:
    """The draft slot: its version (0 when there never was one) and what is in it."""

    version: int
    content: DraftContent


def is_empty(owner: UUID) -> bool:
    """Whether nothing of this owner is stored. Opens nothing: asked at sign-in, before there is a key."""
    return not any(model._default_manager.filter(owner=owner).exists() for model in (Entry, Draft, File))


def unkept_code(owner: UUID) -> str:
    """The hash of the recovery code of this owner, or what stands in its place, until she says that she kept it; "" for
    one that is kept, and while she has no key that was opened."""
    found = PortfolioKey.objects.filter(owner=owner).exclude(ticket="").values_list("unkept", flat=True).first()
    return found or ""


@dataclass(frozen=True, slots=True)
class KeyNotes:
    """What the database knows of a key beside its number: whether she said that she kept her recovery code, and whether
    something of hers may wait elsewhere."""

    code_kept: bool
    elsewhere: bool


def key_notes(owner: UUID) -> KeyNotes | None:
    """What is noted of the key of this owner; None while there is none."""
    found = PortfolioKey.objects.filter(owner=owner).values_list("unkept", "elsewhere").first()
    return KeyNotes(code_kept=not found[0], elsewhere=found[1]) if found else None


def leaves_nothing(owner: UUID) -> bool:
    """Whether nothing would be lost if what this owner has went: it is empty, she released nothing, and nothing of hers
    waits elsewhere."""
    given = Release.objects.filter(owner=owner).exists()
    return is_empty(owner) and not given and not PortfolioKey.objects.filter(owner=owner, elsewhere=True).exists()


def entry(viewer: Viewer, sealer: Sealer, entry_id: UUID) -> EntryView:
    """One entry, deleted or not; raises Absent."""
    owner = viewer.person()
    row = Entry.objects.filter(pk=entry_id, owner=owner).first()
    if row is None:
        raise Absent
    return opened(row, sealer)


def history(viewer: Viewer, sealer: Sealer, entry_id: UUID) -> list[VersionView]:
    """The earlier versions of an entry, newest first; raises Absent when the entry is not hers."""
    owner = viewer.person()
    if not Entry.objects.filter(pk=entry_id, owner=owner).exists():
        raise Absent
    rows = EntryVersion.objects.filter(entry_id=entry_id).order_by("-version")
    return [version_of(row, owner, sealer) for row in rows]


def draft(viewer: Viewer, sealer: Sealer) -> DraftView:
    """Her one draft slot; its content is blank when it is free."""
    row = Draft.objects.filter(owner=viewer.person()).first()
    return opened_draft(row, sealer) if row else DraftView(0, DraftContent())


def everything(viewer: Viewer, sealer: Sealer, keys: Sequence[UUID] | None = None) -> Iterator[KeptEntry]:
    """All she ever kept, newest first, with earlier versions and the bin; reads 100 entries at a time.

    With `keys`, those of them that are there, in that order.
    """
    owner = viewer.person()
    found = ids_of_everything(viewer, sealer) if keys is None else keys
    for start in range(0, len(found), _BATCH):
        yield from _kept(found[start : start + _BATCH], owner, sealer)


def ids_of_everything(viewer: Viewer, sealer: Sealer) -> list[UUID]:
    """The ids of all she ever kept, newest first."""
    return [key for key, _ in sorted(_heads(viewer.person(), sealer), key=_when, reverse=True)]


def stored_bytes(owner: UUID) -> int:
    """The sealed bytes of her entries, their earlier versions and the bin. Opens nothing."""
    size = Sum(Length("head") + Length("body"))
    present = Entry.objects.filter(owner=owner).aggregate(size=size)["size"]
    earlier = EntryVersion.objects.filter(entry__owner=owner).aggregate(size=size)["size"]
    return (present or 0) + (earlier or 0)


def content_hashes(viewer: Viewer, sealer: Sealer, *, deleted: bool = False) -> list[str]:
    """The content hashes of her entries, sorted: those she sees, or those in the bin."""
    kept = everything(viewer, sealer)
    return sorted(each.content.content_hash() for each in kept if each.deleted is deleted)


def fingerprints(
    viewer: Viewer, sealer: Sealer, *, known: Mapping[tuple[UUID, int], Fingerprint]
) -> dict[tuple[UUID, int], Fingerprint]:
    """Of each thing of hers that opens, by id and version, what it says.

    What is `known` is not opened again: an import asks twice, before it locks and after. What does not open is like
    nothing that comes in.
    """
    owner = viewer.person()
    keys = list(Entry.objects.filter(owner=owner).values_list("id", "version"))
    found = {key: known[key] for key in keys if key in known}
    unknown = [key for key, version in keys if (key, version) not in known]
    for start in range(0, len(unknown), _BATCH):
        for row in Entry.objects.filter(owner=owner, pk__in=unknown[start : start + _BATCH]):
            try:
                view = opened(row, sealer)
            except Unreadable:
                continue
            found[row.pk, row.version] = Fingerprint.of(view.content, deleted=view.deleted_at is not None)
    return found


def opened_draft(row: Draft, sealer: Sealer) -> DraftView:
    """The draft of a row. For `actions`, which holds the row locked."""
    packed = sealer.open(bytes(row.envelope), bound_to=place(row.owner, row.owner, row.version, Part.DRAFT))
    return DraftView(row.version, DraftContent.unpack(packed))


def owners_stored() -> Iterator[UUID]:
    """Whose portfolios hold something, each owner once. Opens nothing."""
    entries = Entry.objects.values_list("owner", flat=True)
    others = [model._default_manager.values_list("owner", flat=True) for model in (Draft, File, IndexSegment, Release)]
    return entries.union(*others).iterator(chunk_size=1_000)


@dataclass(frozen=True, slots=True)
class Erasure:
    """A key of a closed account, and the ticket that erases it."""

    key: UUID
    ticket: str


def erasures_waiting() -> list[Erasure]:
    """The keys of closed accounts that are not erased yet."""
    return _erasures(KeyErasure.objects.filter(kept_until=None))


def erasures_done() -> list[Erasure]:
    """The keys of closed accounts that were erased, and that a backup of the vault may bring back."""
    return _erasures(KeyErasure.objects.exclude(kept_until=None))


def _erasures(rows: QuerySet[KeyErasure]) -> list[Erasure]:
    return [Erasure(*row) for row in rows.order_by("key").values_list("key", "ticket")]


def owners_among(ids: Iterable[UUID]) -> list[UUID]:
    """Those of these of whom something is stored, or a key is noted. Opens nothing."""
    found, each_of = [], iter(ids)
    while batch := list(islice(each_of, _BATCH)):
        models = (Entry, Draft, File, IndexSegment, Release, PortfolioKey)
        stored = (model._default_manager.filter(owner__in=batch) for model in models)
        owners = {owner for rows in stored for owner in rows.values_list("owner", flat=True).distinct()}
        found += sorted(owners)
    return found


def owner_of_key(key: UUID) -> UUID | None:
    """Whose key in the vault this is."""
    return PortfolioKey.objects.filter(key=key).values_list("owner", flat=True).first()


def key_of(owner: UUID) -> UUID | None:
    """The id of the key of this owner in the vault, when one is noted."""
    return PortfolioKey.objects.filter(owner=owner).values_list("key", flat=True).first()


def keys_noted() -> dict[UUID, UUID]:
    """Which key each owner has in the vault: the owner, by the id of the key."""
    return dict(PortfolioKey.objects.values_list("key", "owner"))


def broken_rules() -> Iterator[Finding]:
    """What may never be in the stored rows, in words and ids. Opens nothing.

    Putting an entry in the bin and taking it out makes a next version and keeps none, so that earlier versions may
    have gaps; what they can never be is later than the present one.
    """
    rules: list[tuple[str, QuerySet[Any, Any]]] = [
        ("an entry has no version", Entry.objects.filter(version__lt=1)),
        (
            "an earlier version is not before the present one",
            EntryVersion.objects.filter(version__gte=F("entry__version")),
        ),
        ("an earlier version has no number", EntryVersion.objects.filter(version__lt=1)),
        ("a draft has no version", Draft.objects.filter(version__lt=1)),
        (
            "an index is of nobody who has anything",
            IndexSegment.objects.exclude(owner__in=Entry.objects.values("owner")),
        ),
    ]
    for sealed in (Draft, IndexSegment):
        small = sealed._default_manager.alias(size=Length("envelope")).filter(size__lt=SMALLEST)
        rules.append(("an envelope is too short to be one", small))
    for model in (Entry, EntryVersion):
        for part in ("head", "body"):
            short = model._default_manager.alias(size=Length(part)).filter(size__lt=SMALLEST)
            rules.append(("an envelope is too short to be one", short))
    for rule, rows in rules:
        for key in rows.values_list("pk", flat=True).iterator(chunk_size=1_000):
            yield Finding(rule, str(key))
    yield from broken_files()


def _kept(keys: Sequence[UUID], owner: UUID, sealer: Sealer) -> Iterator[KeptEntry]:
    rows = Entry.objects.filter(owner=owner).in_bulk(keys)
    earlier: dict[UUID, list[EarlierVersion]] = {}
    for version in EntryVersion.objects.filter(entry_id__in=keys).order_by("version"):
        view = version_of(version, owner, sealer)
        earlier.setdefault(version.entry_id, []).append(EarlierVersion(view.content, view.saved_at))
    for key in keys:
        if key in rows:
            view_now = opened(rows[key], sealer)
            yield KeptEntry(
                view_now.content,
                view_now.first_saved_at,
                view_now.saved_at,
                tuple(earlier.get(key, ())),
                view_now.deleted_at is not None,
                key,
            )


def _heads(owner: UUID, sealer: Sealer) -> Iterable[tuple[UUID, Head]]:
    rows = Entry.objects.filter(owner=owner).values_list("id", "version", "head")
    return ((key, head_of(owner, key, version, head, sealer)) for key, version, head in rows)


def _when(found: tuple[UUID, Head]) -> tuple[date, datetime, UUID]:
    key, head = found
    return head.on, head.first_saved_at, key
