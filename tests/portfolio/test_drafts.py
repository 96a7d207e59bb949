"""The one draft slot: quiet, and never at the cost of another text."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.models import Draft
from lerarenregister.portfolio.rules.heads import DraftContent
from tests.portfolio.conftest import Owner

pytestmark = pytest.mark.django_db


def keep(owner: Owner, content: DraftContent, expected: int) -> actions.DraftSaved:
    return actions.save_draft(viewer=owner.viewer, sealer=owner.sealer, content=content, expected=expected)


def slot(owner: Owner) -> queries.DraftView:
    return queries.draft(owner.viewer, owner.sealer)


def test_a_draft_follows_the_typing_of_its_own_form(teacher: Owner) -> None:
    form = uuid4()
    first = keep(teacher, DraftContent(form, text="Eer"), 0)
    second = keep(teacher, DraftContent(form, text="Eerste"), first.draft.version)
    assert (first.stored, second.stored, slot(teacher).content.text) == (True, True, "Eerste")
    assert b"Eerste" not in bytes(Draft.objects.get().envelope)


def test_an_older_tab_of_the_same_form_gets_the_newer_text_and_overwrites_nothing(teacher: Owner) -> None:
    form = uuid4()
    first = keep(teacher, DraftContent(form, text="Een"), 0)
    keep(teacher, DraftContent(form, text="Een en twee"), first.draft.version)
    late = keep(teacher, DraftContent(form, text="Iets anders"), first.draft.version)
    assert not late.stored
    assert late.draft.content.text == "Een en twee"
    assert slot(teacher).content.text == "Een en twee"


def test_another_form_does_not_take_a_slot_that_holds_a_text(teacher: Owner) -> None:
    held = keep(teacher, DraftContent(uuid4(), text="Van de ene"), 0)
    assert not keep(teacher, DraftContent(uuid4(), text="Van de andere"), held.draft.version).stored
    assert slot(teacher).content.text == "Van de ene"


def test_emptying_the_box_frees_the_slot_and_an_unchanged_draft_writes_nothing(teacher: Owner) -> None:
    form = uuid4()
    held = keep(teacher, DraftContent(form, text="Tekst"), 0)
    again = keep(teacher, DraftContent(form, text="Tekst"), held.draft.version)
    assert again.draft.version == held.draft.version
    assert keep(teacher, DraftContent(form, text=" "), held.draft.version).stored
    assert slot(teacher).content.blank
    assert keep(teacher, DraftContent(uuid4(), text="Een ander"), 0).stored


def test_saving_the_entry_frees_the_slot_and_a_late_autosave_does_not_bring_it_back(
    teacher: Owner, at: datetime
) -> None:
    form = uuid4()
    held = keep(teacher, DraftContent(form, text="Tekst"), 0)
    teacher.save("Tekst", at, entry_id=form)
    assert slot(teacher).content.blank
    assert not keep(teacher, DraftContent(form, text="Tekst"), held.draft.version).stored
    assert slot(teacher).content.blank


def test_a_draft_that_grew_elsewhere_stays_when_an_older_page_is_saved(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    seen = keep(teacher, DraftContent(form, text="Een"), 0).draft.version
    keep(teacher, DraftContent(form, text="Een, en op de telefoon verder"), seen)
    teacher.save("Een", at, entry_id=form, draft=seen)
    assert slot(teacher).content.text == "Een, en op de telefoon verder"
    teacher.save("Een, en op de telefoon verder", at, entry_id=form, expected=1, draft=slot(teacher).version)
    assert slot(teacher).content.blank


def test_saving_without_having_seen_the_draft_leaves_what_it_does_not_hold(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("Een", at, entry_id=form)
    keep(teacher, DraftContent(form, base=1, text="Een, en meer"), 0)
    teacher.save("Een", at, entry_id=form, expected=1, on=date(2017, 1, 1))
    assert slot(teacher).content.text == "Een, en meer"


def test_saving_more_than_the_draft_frees_the_slot_whatever_version_was_seen(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    keep(teacher, DraftContent(form, text="Een"), 0)
    teacher.save("Een en twee", at, entry_id=form, draft=0)
    assert slot(teacher).content.blank


def test_saving_another_entry_leaves_the_draft_alone(teacher: Owner, at: datetime) -> None:
    keep(teacher, DraftContent(uuid4(), text="Nog bezig"), 0)
    teacher.save("Iets anders", at)
    assert slot(teacher).content.text == "Nog bezig"


def test_a_draft_is_discarded_only_in_the_version_she_saw(teacher: Owner) -> None:
    form = uuid4()
    first = keep(teacher, DraftContent(form, text="Een"), 0)
    second = keep(teacher, DraftContent(form, text="Twee"), first.draft.version)
    assert not actions.discard_draft(viewer=teacher.viewer, sealer=teacher.sealer, expected=first.draft.version).stored
    assert actions.discard_draft(viewer=teacher.viewer, sealer=teacher.sealer, expected=second.draft.version).stored
    assert slot(teacher).content.blank


def test_the_draft_of_a_stranger_is_another_slot(teacher: Owner, stranger: Owner) -> None:
    keep(teacher, DraftContent(uuid4(), text="Van mij"), 0)
    assert slot(stranger).content.blank
    keep(stranger, DraftContent(uuid4(), text="Van haar"), 0)
    assert slot(teacher).content.text == "Van mij"


def test_half_a_character_does_not_cost_the_rest_of_the_draft(teacher: Owner) -> None:
    keep(teacher, DraftContent(uuid4(), text="goed \ud800 en goed"), 0)
    assert slot(teacher).content.text == "goed ? en goed"
