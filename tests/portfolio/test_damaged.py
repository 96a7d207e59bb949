"""One damaged thing keeps nothing else from her: what she writes is saved, and what she brings in comes in."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from django.db.models import Model

from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.actions.queued import Kept, keep_queued
from lerarenregister.portfolio.models import Draft, Entry, EntryVersion
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Kind
from lerarenregister.portfolio.rules.facets import Facets, Form
from lerarenregister.portfolio.rules.heads import DraftContent
from lerarenregister.portfolio.rules.queued import Queued
from lerarenregister.portfolio.rules.stories import Piece
from tests.portfolio.conftest import Owner

pytestmark = pytest.mark.django_db
ON = date(2018, 9, 3)


def damage(row: Model, column: str) -> None:
    """One bit of it changes."""
    sealed = bytearray(bytes(getattr(row, column)))
    sealed[-1] ^= 1
    setattr(row, column, bytes(sealed))
    row.save(update_fields=[column])


def save(person: Owner, content: Content, at: datetime, *, key: UUID | None = None, expected: int = 0) -> actions.Saved:
    return actions.save_entry(
        viewer=person.viewer,
        sealer=person.sealer,
        entry_id=key or uuid4(),
        expected=expected,
        content=content,
        at=at,
    )


def goal(person: Owner, at: datetime) -> UUID:
    key = uuid4()
    save(person, Content(Kind.OTHER, ON, "", "Doel", facets=Facets(form=Form.GOAL)), at, key=key)
    damage(Entry.objects.get(pk=key), "head")
    return key


def test_a_text_is_saved_and_keeps_its_link_to_a_goal_that_does_not_open(teacher: Owner, at: datetime) -> None:
    key, to = uuid4(), goal(teacher, at)
    content = Content(Kind.OTHER, ON, "Bij het doel", facets=Facets().linked([to]))
    assert save(teacher, content, at, key=key).outcome is Outcome.CREATED
    again = save(teacher, replace(content, text="Nog eens"), at, key=key, expected=1)
    assert again.outcome is Outcome.CHANGED
    assert again.entry is not None
    assert list(again.entry.content.facets.links) == [to]


def test_a_collection_keeps_the_place_of_an_entry_that_does_not_open(teacher: Owner, at: datetime) -> None:
    lost = uuid4()
    save(teacher, Content(Kind.OTHER, ON, "Weg"), at, key=lost)
    damage(Entry.objects.get(pk=lost), "head")
    pieces = (Piece(lost), Piece(None, "Ertussen"), Piece(uuid4()))
    story = Content(Kind.OTHER, ON, "", "Verhaal", facets=Facets(form=Form.COLLECTION), pieces=pieces)
    saved = save(teacher, story, at)
    assert saved.entry is not None
    assert saved.entry.content.pieces == pieces[:2]


def test_of_a_stranger_nothing_is_linked_whether_it_opens_or_not(teacher: Owner, stranger: Owner, at: datetime) -> None:
    content = Content(Kind.OTHER, ON, "Los", facets=Facets().linked([goal(stranger, at)]))
    saved = save(teacher, content, at)
    assert saved.entry is not None
    assert list(saved.entry.content.facets.links) == []


@pytest.mark.parametrize("column", ["head", "body"])
def test_what_she_brings_in_comes_in_beside_what_does_not_open(teacher: Owner, at: datetime, column: str) -> None:
    lost = uuid4()
    save(teacher, Content(Kind.OTHER, ON, "Weg"), at, key=lost)
    damage(Entry.objects.get(pk=lost), column)
    kept = [KeptEntry(Content(Kind.OTHER, ON, text), at, at, id=uuid4()) for text in ("Weg", "Nieuw")]
    for added, skipped in ((2, 0), (0, 2)):
        came = actions.import_entries(viewer=teacher.viewer, sealer=teacher.sealer, entries=kept, at=at)
        assert (came.added, came.skipped) == (added, skipped)


def test_a_draft_that_does_not_open_stays_and_keeps_no_text_from_being_saved(teacher: Owner, at: datetime) -> None:
    key = uuid4()
    actions.save_draft(viewer=teacher.viewer, sealer=teacher.sealer, content=DraftContent(key, text="Half"), expected=0)
    damage(Draft.objects.get(), "envelope")
    before = bytes(Draft.objects.get().envelope)
    assert save(teacher, Content(Kind.OTHER, ON, "Half af"), at, key=key).outcome is Outcome.CREATED
    kept = [KeptEntry(Content(Kind.OTHER, ON, "Nieuw"), at, at, id=uuid4())]
    came = actions.import_entries(viewer=teacher.viewer, sealer=teacher.sealer, entries=kept, draft="Ook half", at=at)
    assert came.added == 1
    assert bytes(Draft.objects.get().envelope) == before


@pytest.mark.parametrize("column", ["head", "body"])
@pytest.mark.parametrize("model", [Entry, EntryVersion])
def test_a_text_from_her_device_is_kept_beside_what_does_not_open(
    teacher: Owner, at: datetime, model: type[Model], column: str
) -> None:
    key = uuid4()
    save(teacher, Content(Kind.OTHER, ON, "Eerst"), at, key=key)
    save(teacher, Content(Kind.OTHER, date(2019, 1, 1), "Daarna"), at.replace(year=at.year + 1), key=key, expected=1)
    damage(model._default_manager.get(), column)
    content = Content(Kind.OTHER, ON, "In de trein")
    queued = Queued(entry=key, base=1, beside=uuid4(), content=content, origin="Van een apparaat.")
    kept = keep_queued(viewer=teacher.viewer, sealer=teacher.sealer, queued=queued, at=at)
    assert kept is Kept.BOTH
    assert queries.entry(teacher.viewer, teacher.sealer, queued.beside).content.text.startswith("In de trein")
