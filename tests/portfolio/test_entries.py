"""Saving, changing, deleting and finding back: nothing is ever lost, and nothing is anybody else's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.permissions import NOBODY, SessionKind
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel.envelopes import Sealer, Unreadable, new_key
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.models import Draft, Entry, EntryVersion, Purge
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Kind
from lerarenregister.portfolio.rules.heads import DraftContent
from tests.portfolio.conftest import Owner, owner

pytestmark = pytest.mark.django_db


def lines(owner: Owner) -> list[str]:
    return [line.heading for line in queries.latest(owner.viewer, owner.sealer, most=100)]


def test_she_finds_back_what_she_saved_by_its_own_date(teacher: Owner, at: datetime) -> None:
    teacher.save("Van vandaag", at)
    teacher.save("Van lang geleden", at, on=date(2011, 5, 1))
    teacher.save("Ook van vandaag", at + timedelta(minutes=1))
    page = queries.timeline(teacher.viewer, teacher.sealer)
    assert [(month.first_day, [line.heading for line in month.entries]) for month in page.months] == [
        (date(2018, 9, 1), ["Ook van vandaag", "Van vandaag"]),
        (date(2011, 5, 1), ["Van lang geleden"]),
    ]


def sizes_of(text: str, at: datetime) -> list[int]:
    """The sizes of all that is stored when somebody keeps a draft of this text, saves it and changes it."""
    somebody, form, other = owner(), uuid4(), uuid4()
    somebody.save(text, at, entry_id=form)
    somebody.save(text + "!", at, entry_id=form, expected=1)
    kept = actions.save_draft(
        viewer=somebody.viewer, sealer=somebody.sealer, content=DraftContent(other, text=text), expected=0
    )
    assert kept.stored
    entry, version = Entry.objects.get(pk=form), EntryVersion.objects.get(entry_id=form)
    draft = Draft.objects.get(owner=somebody.viewer.person())
    return [len(each) for each in (entry.head, entry.body, version.head, version.body, draft.envelope)]


def test_texts_of_about_one_length_are_stored_in_rows_of_one_size(at: datetime) -> None:
    shorter, longer, too_long = ("leren " * 3_000)[:9_899], ("leren " * 3_000)[:9_999], ("leren " * 3_000)[:10_299]
    assert sizes_of(shorter, at) == sizes_of(longer, at)  # padded to 10,240 bytes, all of them
    assert sizes_of(longer, at) != sizes_of(too_long, at)


def test_a_double_click_gives_one_entry(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    first = teacher.save("Eén keer", at, entry_id=form)
    second = teacher.save("Eén keer", at, entry_id=form)
    assert (first.outcome, second.outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert lines(teacher) == ["Eén keer"]


def test_one_form_posted_with_two_texts_keeps_the_first_and_hands_it_back(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("De eerste", at, entry_id=form)
    second = teacher.save("De tweede", at, entry_id=form)
    assert second.outcome is Outcome.CONFLICT
    assert second.entry is not None
    assert second.entry.content.text == "De eerste"


def test_an_edit_in_an_older_tab_overwrites_nothing(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("Begin", at, entry_id=form)
    assert teacher.save("Tab een", at, entry_id=form, expected=1).outcome is Outcome.CHANGED
    late = teacher.save("Tab twee", at, entry_id=form, expected=1)
    assert late.outcome is Outcome.CONFLICT
    assert queries.entry(teacher.viewer, teacher.sealer, form).content.text == "Tab een"
    assert teacher.save("Tab twee", at, entry_id=form, expected=2).outcome is Outcome.CHANGED
    told = [each.content.text for each in queries.history(teacher.viewer, teacher.sealer, form)]
    assert told == ["Tab een", "Begin"]


def test_saving_what_is_there_writes_nothing(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("Hetzelfde", at, entry_id=form)
    assert teacher.save("Hetzelfde", at + timedelta(minutes=1), entry_id=form, expected=1).outcome is Outcome.UNCHANGED
    assert queries.entry(teacher.viewer, teacher.sealer, form).saved_at == at
    assert not EntryVersion.objects.exists()


def test_an_empty_text_is_nothing_to_keep(teacher: Owner, at: datetime) -> None:
    assert teacher.save("  \r\n ", at).outcome is Outcome.NOTHING_TO_KEEP
    assert not Entry.objects.exists()


def test_an_earlier_version_comes_back_and_the_later_one_stays_in_the_history(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("Eerste", at, entry_id=form)
    teacher.save("Tweede", at, entry_id=form, expected=1)
    saved = actions.restore_version(
        viewer=teacher.viewer, sealer=teacher.sealer, entry_id=form, version=1, expected=2, at=at
    )
    assert saved.outcome is Outcome.CHANGED
    assert queries.entry(teacher.viewer, teacher.sealer, form).content.text == "Eerste"
    assert [each.version for each in queries.history(teacher.viewer, teacher.sealer, form)] == [2, 1]
    with pytest.raises(Absent):
        actions.restore_version(
            viewer=teacher.viewer, sealer=teacher.sealer, entry_id=form, version=7, expected=3, at=at
        )


def test_a_deleted_entry_can_be_restored_for_thirty_days_and_then_goes_for_good(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("Eerste", at, entry_id=form)
    teacher.save("Weg ermee", at, entry_id=form, expected=1)
    delete(teacher, form, at)
    delete(teacher, form, at + timedelta(days=9))
    assert lines(teacher) == []
    assert [line.due_on for line in queries.deleted_entries(teacher.viewer, teacher.sealer)] == [date(2018, 10, 4)]
    assert actions.purge_due(at=at + timedelta(days=30)) == 0
    restore(teacher, form, at + timedelta(days=30))
    assert lines(teacher) == ["Weg ermee"]
    assert actions.purge_due(at=at + timedelta(days=400)) == 0

    delete(teacher, form, at + timedelta(days=40))
    assert actions.purge_due(at=at + timedelta(days=71)) == 1
    assert not Entry.objects.exists()
    assert not EntryVersion.objects.exists()
    assert not Purge.objects.exists()
    with pytest.raises(Absent):
        restore(teacher, form, at + timedelta(days=71))


def test_what_lies_in_the_bin_is_not_overwritten_by_an_old_tab(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("Weg", at, entry_id=form)
    delete(teacher, form, at)
    assert teacher.save("Toch nog", at, entry_id=form, expected=1).outcome is Outcome.CONFLICT
    assert teacher.save("Toch nog", at, entry_id=form, expected=2).outcome is Outcome.CONFLICT


def test_a_purged_entry_is_absent_for_an_old_tab(teacher: Owner, at: datetime) -> None:
    with pytest.raises(Absent):
        teacher.save("Oude tab", at, entry_id=uuid4(), expected=3)


Act = Callable[[Owner, Any, datetime], object]


def delete(owner: Owner, entry_id: Any, at: datetime) -> None:
    seen = Entry.objects.filter(pk=entry_id).values_list("version", flat=True).first() or 0
    actions.delete_entry(viewer=owner.viewer, sealer=owner.sealer, entry_id=entry_id, expected=seen, at=at)


def restore(owner: Owner, entry_id: Any, at: datetime) -> None:
    seen = Entry.objects.filter(pk=entry_id).values_list("version", flat=True).first() or 0
    actions.restore_entry(viewer=owner.viewer, sealer=owner.sealer, entry_id=entry_id, expected=seen, at=at)


ACTS: list[Act] = [
    lambda owner, key, at: queries.entry(owner.viewer, owner.sealer, key),
    lambda owner, key, at: queries.history(owner.viewer, owner.sealer, key),
    lambda owner, key, at: owner.save("Van een vreemde", at, entry_id=key),
    lambda owner, key, at: owner.save("Van een vreemde", at, entry_id=key, expected=1),
    delete,
    restore,
    lambda owner, key, at: actions.restore_version(
        viewer=owner.viewer, sealer=owner.sealer, entry_id=key, version=1, expected=1, at=at
    ),
]


@pytest.mark.parametrize("act", ACTS)
def test_for_a_stranger_an_entry_of_another_is_absent(teacher: Owner, stranger: Owner, at: datetime, act: Act) -> None:
    form = uuid4()
    teacher.save("Van mij", at, entry_id=form)
    with pytest.raises(Absent):
        act(stranger, form, at)
    with pytest.raises(Absent):  # also with the teacher's own key
        act(replace(stranger, sealer=teacher.sealer), form, at)
    assert lines(stranger) == []
    assert lines(teacher) == ["Van mij"]


READS: list[Callable[[Owner], object]] = [
    lambda owner: queries.timeline(owner.viewer, owner.sealer),
    lambda owner: queries.latest(owner.viewer, owner.sealer),
    lambda owner: queries.deleted_entries(owner.viewer, owner.sealer),
    lambda owner: queries.draft(owner.viewer, owner.sealer),
    lambda owner: list(queries.everything(owner.viewer, owner.sealer)),
]


@pytest.mark.parametrize("act", [*ACTS, *[lambda owner, key, at, read=read: read(owner) for read in READS]])
def test_a_session_given_by_an_employer_or_nobody_opens_nothing(teacher: Owner, at: datetime, act: Act) -> None:
    form = uuid4()
    teacher.save("Van mij", at, entry_id=form)
    employer = replace(teacher, viewer=replace(teacher.viewer, session=SessionKind.EMPLOYER))
    with pytest.raises(PersonBoundNeeded):
        act(employer, form, at)
    with pytest.raises(SignInNeeded):
        act(replace(teacher, viewer=NOBODY), form, at)


def test_another_key_opens_nothing(teacher: Owner, at: datetime) -> None:
    teacher.save("Van mij", at)
    with pytest.raises(Unreadable):
        queries.timeline(teacher.viewer, Sealer(new_key()))


@pytest.mark.parametrize("change", ["heads", "bodies", "head-as-body", "ids", "version", "owner", "bit", "old-head"])
def test_envelopes_that_were_moved_or_changed_do_not_open(
    teacher: Owner, stranger: Owner, at: datetime, change: str
) -> None:
    one, two = uuid4(), uuid4()
    teacher.save("Een", at, entry_id=one)
    teacher.save("Twee", at, entry_id=two)
    teacher.save("Een b", at, entry_id=one, expected=1)
    teacher.save("Twee b", at, entry_id=two, expected=1)
    first, second = Entry.objects.get(pk=one), Entry.objects.get(pk=two)
    rows, other = Entry.objects.filter(pk=one), Entry.objects.filter(pk=two)
    reader = teacher
    match change:
        case "heads":
            rows.update(head=second.head)
        case "bodies":
            rows.update(body=second.body)
        case "head-as-body":
            rows.update(body=first.head)
        case "ids":
            rows.update(head=second.head, body=second.body)
            other.update(head=first.head, body=first.body)
        case "version":
            rows.update(version=3)
        case "owner":
            rows.update(owner=stranger.viewer.account)
            reader = replace(stranger, sealer=teacher.sealer)
        case "bit":
            body = bytearray(first.body)
            body[-1] ^= 1
            rows.update(body=bytes(body))
        case "old-head":
            rows.update(head=EntryVersion.objects.get(entry_id=one).head)
    with pytest.raises(Unreadable):
        queries.entry(reader.viewer, reader.sealer, one)


def test_nothing_of_a_portfolio_enters_the_common_log(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    teacher.save("Een", at, entry_id=form)
    teacher.save("Twee", at, entry_id=form, expected=1)
    delete(teacher, form, at)
    restore(teacher, form, at)
    delete(teacher, form, at)
    actions.purge_due(at=at + timedelta(days=60))
    assert not AuditEvent.objects.exists()


def test_the_rows_hold_no_word_no_date_and_no_kind(teacher: Owner, at: datetime) -> None:
    teacher.save("kanariegeel", at, on=date(1999, 12, 31))
    row = Entry.objects.get()
    stored = bytes(row.head) + bytes(row.body)
    for clear in (b"kanariegeel", b"1999", b"reading", b"2018"):
        assert clear not in stored
    assert row.pk.version == 4


@pytest.mark.parametrize("many", [20, 1000])
def test_a_page_of_the_timeline_takes_the_same_few_queries_for_any_size(
    teacher: Owner, at: datetime, many: int
) -> None:
    content = [Content(Kind.READING, date(2010, 1, 1) + timedelta(days=day), f"Dag {day}") for day in range(many)]
    actions.import_entries(
        viewer=teacher.viewer,
        sealer=teacher.sealer,
        entries=(KeptEntry(each, at, at) for each in content),
        at=at,
    )
    with CaptureQueriesContext(
        connection,
    ) as taken:
        page = queries.timeline(teacher.viewer, teacher.sealer)
    assert len(taken) == 1
    assert sum(len(month.entries) for month in page.months) == 20
    assert (page.number, page.total, page.previous) == (1, many // 20, None)
    with pytest.raises(Absent):
        queries.timeline(teacher.viewer, teacher.sealer, page=page.total + 1)
    with pytest.raises(Absent):
        queries.timeline(teacher.viewer, teacher.sealer, page=0)
