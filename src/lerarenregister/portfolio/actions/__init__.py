"""The only writers of a portfolio. Each takes the viewer and the sealer of her own session; each is one transaction.

Nothing here is ever written to the common log (promise 1): what she does in her portfolio has no effect and leaves no
trace outside it. Of `audit` it uses the way to insert many rows at once, and no event. What changes nothing writes
nothing. No writer loses a text: on a conflict nothing is overwritten and the stored state is handed back, so that the
page can show both.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.turns import take_turn
from lerarenregister.audit.bulk import insert_rows
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions.bringing import Brought, Source, no_files, pasts_of
from lerarenregister.portfolio.actions.drafts import (
    DraftSaved,
    discard_draft,
    draft_row,
    empty_draft_of,
    opened_slot,
    save_draft,
    write_draft,
)
from lerarenregister.portfolio.actions.erasing import erase_portfolio, erase_stored_of, purge_due
from lerarenregister.portfolio.actions.files import attach, let_go
from lerarenregister.portfolio.errors import PortfolioFull
from lerarenregister.portfolio.models import Entry, EntryVersion, Purge
from lerarenregister.portfolio.queries import EntryView
from lerarenregister.portfolio.rules.entries import MOST_STORED, Content, KeptEntry, Part, place, purge_day
from lerarenregister.portfolio.rules.facets import Facets
from lerarenregister.portfolio.rules.files import NO_ROOM, Room
from lerarenregister.portfolio.rules.heads import DraftContent, Head
from lerarenregister.portfolio.rules.recognising import Fingerprint, Known, all_known, told_apart
from lerarenregister.portfolio.rules.repeating import due_on
from lerarenregister.portfolio.rules.sealing import ENTRY_COLUMNS, VERSION_COLUMNS, sealed_anew
from lerarenregister.portfolio.rules.stories import packed_body
from lerarenregister.portfolio.rules.versions import leaves_version

__all__ = [
    "DraftSaved",
    "Imported",
    "Outcome",
    "Saved",
    "delete_entry",
    "discard_draft",
    "erase_portfolio",
    "erase_stored_of",
    "import_entries",
    "keep_time",
    "pass_time",
    "purge_due",
    "restore_entry",
    "restore_version",
    "save_draft",
    "save_entry",
]


class Outcome(enum.StrEnum):
    """What saving came to."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOTHING_TO_KEEP = "nothing-to-keep"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Saved:
    """The outcome, and the entry as it is stored now (None only when there was nothing to keep)."""

    outcome: Outcome
    entry: EntryView | None


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries an import added, and how many were there already."""

    added: int
    skipped: int


@transaction.atomic
def save_entry(
    *,
    viewer: Viewer,
    sealer: Sealer,
    entry_id: UUID,
    expected: int,
    content: Content,
    at: datetime,
    draft: int | None = None,
) -> Saved:
    """Save a new entry (`expected` is 0) or a next version of the version she saw.

    `draft` is the version of her draft that she saw: one that grew since, on another device, stays.

    `entry_id` was issued with the form, so two posts of one form give one entry. When the stored version is not the one
    she saw, or the entry lies in the bin, and the content differs, the outcome is CONFLICT and nothing is written.
    A link to what is not hers, or is gone, is left out: the text counts, and absence and refusal look alike.
    Raises Absent when the entry is gone, another's or of another form, PortfolioFull when it is more than one portfolio
    holds, FileGone when the content names a file that neither waits nor is of this entry.
    """
    owner = viewer.person()
    if content.blank:
        return Saved(Outcome.NOTHING_TO_KEEP, None)
    content = content.keeping(queries.forms_of(owner, content.joined(), sealer), entry_id)
    row = _locked(entry_id)
    if row is None and expected == 0:
        take_turn(owner)  # or an account that is closed just now, because it is empty, takes it along
        row = _inserted(owner, entry_id, Head.of(content, first_saved_at=at, saved_at=at), content, sealer)
        if row is not None:
            attach(entry=row, files=content.files)
            _check_room(owner)
            empty_draft_of(owner, entry_id, sealer, content, draft)
            return Saved(Outcome.CREATED, queries.opened(row, sealer))
        row = _locked(entry_id)
    if row is None or row.owner != owner:
        raise Absent
    present = queries.opened(row, sealer)
    if present.content.form is not content.form:
        raise Absent
    if present.content == content and present.deleted_at is None:
        let_go(viewer=viewer, files=content.files)
        empty_draft_of(owner, entry_id, sealer, content, draft)
        return Saved(Outcome.UNCHANGED, present)
    if present.version != expected or present.deleted_at is not None:
        return Saved(Outcome.CONFLICT, present)
    attach(entry=row, files=content.files)
    if leaves_version(present.content, content, saved_at=present.saved_at, at=at):
        _keep_version(row)
    _reseal(row, Head.of(content, first_saved_at=present.first_saved_at, saved_at=at), content, sealer)
    _check_room(owner)
    empty_draft_of(owner, entry_id, sealer, content, draft)
    return Saved(Outcome.CHANGED, queries.opened(row, sealer))


@transaction.atomic
def delete_entry(*, viewer: Viewer, sealer: Sealer, entry_id: UUID, expected: int, at: datetime) -> bool:
    """Put the version she saw in the bin, for 30 days; whether the entry lies there now. Again changes nothing.

    An entry that changed since she saw it stays, also when it was in the bin and out of it. Raises Absent.
    """
    row = _own(viewer, entry_id)
    present = queries.opened(row, sealer)
    if present.deleted_at is not None or present.version != expected:
        return present.deleted_at is not None
    head = Head.of(present.content, first_saved_at=present.first_saved_at, saved_at=present.saved_at, deleted_at=at)
    _reseal(row, head, present.content, sealer)
    Purge(entry=row, due_on=purge_day(at)).save(force_insert=True)
    return True


@transaction.atomic
def restore_entry(*, viewer: Viewer, sealer: Sealer, entry_id: UUID, expected: int, at: datetime) -> bool:
    """Take the version she saw out of the bin; whether the entry is out now. Again changes nothing.

    One that was put in the bin anew since she saw it stays there. Raises Absent when it is gone for good.
    """
    row = _own(viewer, entry_id)
    present = queries.opened(row, sealer)
    if present.deleted_at is None or present.version != expected:
        return present.deleted_at is None
    Purge.objects.filter(entry=row).delete()
    head = Head.of(present.content, first_saved_at=present.first_saved_at, saved_at=present.saved_at)
    _reseal(row, head, present.content, sealer)
    return True


@transaction.atomic
def restore_version(
    *, viewer: Viewer, sealer: Sealer, entry_id: UUID, version: int, expected: int, at: datetime
) -> Saved:
    """Make an earlier version the present one again, as a next version. Raises Absent; conflicts like `save_entry`."""
    earlier = [each for each in queries.history(viewer, sealer, entry_id) if each.version == version]
    if not earlier:
        raise Absent
    handled = queries.entry(viewer, sealer, entry_id).content.facets.handled  # no history: it is not handled anew
    content = replace(earlier[0].content, facets=replace(earlier[0].content.facets, handled=handled))
    return save_entry(viewer=viewer, sealer=sealer, entry_id=entry_id, expected=expected, content=content, at=at)


@transaction.atomic
def keep_time(
    *, viewer: Viewer, sealer: Sealer, repeat_id: UUID, expected: int, entry_id: UUID, on: date, at: datetime
) -> UUID | None:
    """Keep the time of a repeating activity that waits on this day, as an entry; the id of that entry.

    `entry_id` was issued with the form: a second post of it comes to the same. None, and nothing done, when the
    activity changed since she saw it or no time waits. Raises Absent, PortfolioFull.
    """
    take_turn(viewer.person())  # before a row is locked: `save_entry` takes it after that
    due = _handled(viewer, sealer, repeat_id, expected=expected, on=on)
    if due is None:
        return entry_id if Entry.objects.filter(pk=entry_id, owner=viewer.person()).exists() else None
    save_entry(viewer=viewer, sealer=sealer, entry_id=entry_id, expected=0, content=due, at=at)
    return entry_id


@transaction.atomic
def pass_time(*, viewer: Viewer, sealer: Sealer, repeat_id: UUID, expected: int, on: date) -> bool:
    """Let the time that waits on this day go by; whether one waited in the version that she saw. Raises Absent."""
    return _handled(viewer, sealer, repeat_id, expected=expected, on=on) is not None


def _handled(viewer: Viewer, sealer: Sealer, repeat_id: UUID, *, expected: int, on: date) -> Content | None:
    """Note that the time that waited is handled; what an entry of it would say."""
    row = _own(viewer, repeat_id)
    present = queries.opened(row, sealer)
    content, every = present.content, present.content.facets.every
    if present.deleted_at is not None or every is None:
        raise Absent
    due = due_on(every, content.on, content.facets.handled, on)
    if due is None or present.version != expected:
        return None
    after = replace(content, facets=replace(content.facets, handled=due))
    head = Head.of(after, first_saved_at=present.first_saved_at, saved_at=present.saved_at)
    _reseal(row, head, after, sealer)
    facets = content.facets
    kept = Facets(tags=facets.tags, quarters=facets.quarters, links=facets.links, labels=facets.labels)
    return Content(content.kind, due, content.text, content.title, facets=kept)


def import_entries(
    *,
    viewer: Viewer,
    sealer: Sealer,
    entries: Iterable[KeptEntry],
    draft: str = "",
    files: Source = no_files,
    room: Room = NO_ROOM,
    at: datetime,
) -> Imported:
    """Add what was taken out before, under new ids and her own key; what she has already is skipped by what it says.

    Links between what comes in stay, also to what was skipped. Deleted entries come back into the bin, for 30 days from
    now, a draft if the slot is free. All or nothing: raises PortfolioFull, FileRefused, and Invalid for a file that
    is not what the document says. Everything is opened, sealed and stored before the transaction, which then only
    writes the entries; `files` gives the bytes of a file.
    """
    owner = viewer.person()
    before = queries.fingerprints(viewer, sealer, known={})
    offered = [replace(each, id=each.id or random_id()) for each in entries]
    wanted, ids = told_apart(offered, _known(before), partial(pasts_of, viewer, sealer))
    with Brought(viewer, sealer, room, files, at) as brought:
        prepared = {
            mark: sealed_anew(
                brought.stored(kept, ids[kept.id]), key=ids[kept.id], ids=ids, owner=owner, sealer=sealer, at=at
            )
            for mark, kept in wanted.items()
            if kept.id
        }
        with transaction.atomic():
            row = draft_row(owner, sealer)  # locks the owner: two imports at once would both miss what the other adds
            incoming = DraftContent(random_id(), text=draft)
            if not incoming.blank and (held := opened_slot(row, sealer)) is not None and held.content.blank:
                write_draft(row, incoming, sealer)
            have = _known(queries.fingerprints(viewer, sealer, known=before))
            added = [each for mark, each in prepared.items() if mark not in have]
            insert_rows(Entry, ENTRY_COLUMNS, [each.entry for each in added])
            insert_rows(EntryVersion, VERSION_COLUMNS, [version for each in added for version in each.versions])
            insert_rows(
                Purge, ("entry_id", "due_on"), [(each.entry[0], purge_day(at)) for each in added if each.deleted]
            )
            brought.attach([each.entry[0] for each in added])
            _check_room(owner)
    return Imported(len(added), len(offered) - len(added))


def _known(found: Mapping[tuple[UUID, int], Fingerprint]) -> dict[Known, UUID]:
    """Her things by what they are known by."""
    return all_known({key: each for (key, _version), each in found.items()})


def _check_room(owner: UUID) -> None:
    """Raises PortfolioFull, and so undoes what was written in this transaction, when it is more than one holds."""
    if queries.stored_bytes(owner) > MOST_STORED:
        raise PortfolioFull


def _own(viewer: Viewer, entry_id: UUID) -> Entry:
    row = _locked(entry_id)
    if row is None or row.owner != viewer.person():
        raise Absent
    return row


def _locked(entry_id: UUID) -> Entry | None:
    return Entry.objects.select_for_update().filter(pk=entry_id).first()


def _inserted(owner: UUID, entry_id: UUID, head: Head, content: Content, sealer: Sealer) -> Entry | None:
    """The new row, or None when the other post of a double click was first."""
    row = Entry(id=entry_id, owner=owner, version=0)
    try:
        with transaction.atomic():
            _reseal(row, head, content, sealer, insert=True)
    except IntegrityError:
        return None
    return row


def _keep_version(row: Entry) -> None:
    """The present envelopes go to the history as they are: they are bound to their version already."""
    EntryVersion(id=random_id(), entry=row, version=row.version, head=row.head, body=row.body).save(force_insert=True)


def _reseal(row: Entry, head: Head, content: Content, sealer: Sealer, *, insert: bool = False) -> None:
    """Write head and body as the next version of the row."""
    row.version += 1
    row.head = sealer.seal(head.pack(), bound_to=place(row.owner, row.pk, row.version, Part.HEAD))
    body = packed_body(content.text, content.pieces)
    row.body = sealer.seal(body, bound_to=place(row.owner, row.pk, row.version, Part.BODY))
    row.save(force_insert=insert, force_update=not insert)
