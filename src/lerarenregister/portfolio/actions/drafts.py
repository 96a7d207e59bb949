"""Her one slot for a text that she has not saved yet."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.turns import take_turn
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.models import Draft, Entry
from lerarenregister.portfolio.queries import DraftView
from lerarenregister.portfolio.rules.entries import Content, Part, place
from lerarenregister.portfolio.rules.heads import DraftContent


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """Whether the draft was stored, and the slot as it is now: on a refusal that is the other text."""

    stored: bool
    draft: DraftView


@transaction.atomic
def save_draft(*, viewer: Viewer, sealer: Sealer, content: DraftContent, expected: int) -> DraftSaved:
    """Keep a text she has not saved yet in her one slot; a blank one frees it.

    A text in the slot is only replaced by its own form that saw its present version: an older tab, or another form,
    gets `stored=False` and the text that is there, and its own text stays in its page. A draft of a version that is no
    longer the present one (a late autosave after "save") is refused too, so it can not come back to life.
    """
    owner = viewer.person()
    row = draft_row(owner, sealer)
    slot = queries.opened_draft(row, sealer)
    if slot.content == content:
        return DraftSaved(True, slot)
    replaces = slot.content.blank or (slot.content.form == content.form and slot.version == expected)
    if not replaces or not _of_present_version(owner, content):
        return DraftSaved(False, slot)
    if slot.content.blank and content.blank:
        return DraftSaved(True, slot)
    return DraftSaved(True, write_draft(row, DraftContent() if content.blank else content, sealer))


@transaction.atomic
def discard_draft(*, viewer: Viewer, sealer: Sealer, expected: int) -> DraftSaved:
    """Free the slot, if it still holds the version she saw."""
    row = draft_row(viewer.person(), sealer)
    slot = queries.opened_draft(row, sealer)
    if slot.content.blank:
        return DraftSaved(True, slot)
    if slot.version != expected:
        return DraftSaved(False, slot)
    return DraftSaved(True, write_draft(row, DraftContent(), sealer))


def _of_present_version(owner: UUID, content: DraftContent) -> bool:
    if content.form is None:
        return content.blank
    present = Entry.objects.filter(pk=content.form, owner=owner).values_list("version", flat=True).first()
    return (present or 0) == content.base


def draft_row(owner: UUID, sealer: Sealer) -> Draft:
    """The locked row of her slot, made when it is not there."""
    rows = Draft.objects.select_for_update()
    row = rows.filter(owner=owner).first()
    if row is None:
        take_turn(owner)
        try:
            with transaction.atomic():
                write_draft(Draft(owner=owner, version=0), DraftContent(), sealer, insert=True)
        except IntegrityError:
            pass
        row = rows.get(owner=owner)
    return row


def write_draft(row: Draft, content: DraftContent, sealer: Sealer, *, insert: bool = False) -> DraftView:
    """Write the next version of the (locked) row; `insert` the first."""
    row.version += 1
    row.envelope = sealer.seal(content.pack(), bound_to=place(row.owner, row.owner, row.version, Part.DRAFT))
    row.save(force_insert=insert, force_update=not insert)
    return DraftView(row.version, content)


def empty_draft_of(owner: UUID, entry_id: UUID, sealer: Sealer, saved: Content, seen: int | None) -> None:
    """Free the slot when it holds the text that was just saved, or the beginning of it."""
    row = Draft.objects.select_for_update().filter(owner=owner).first()
    if row is None:
        return
    if (view := opened_slot(row, sealer)) is None:
        return
    slot = view.content
    said = saved.text.startswith(slot.text.strip()) and slot.title in ("", saved.title)
    if slot.form == entry_id and (said or seen == row.version):
        write_draft(row, DraftContent(), sealer)


def opened_slot(row: Draft, sealer: Sealer) -> DraftView | None:
    """What is in her slot; None when it does not open: that keeps nothing else from her, and stays as it is."""
    try:
        return queries.opened_draft(row, sealer)
    except Unreadable:
        return None
