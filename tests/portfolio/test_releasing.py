"""Coarse values that leave a portfolio when its owner says so, and only those."""

import json
from dataclasses import fields
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.permissions import NOBODY, SessionKind, Viewer
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.portfolio import actions, gate
from lerarenregister.portfolio.actions.releasing import destroy_releases, release, withdraw
from lerarenregister.portfolio.models import Release
from lerarenregister.portfolio.queries.releasing import released_of, would_release
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.facets import Facets, Form
from lerarenregister.portfolio.rules.releasing import (
    Amount,
    Counted,
    Learning,
    YearFacets,
    coarse,
    mark_of,
    pack,
    unpack,
)
from tests.portfolio.conftest import Owner

PURPOSE, TERM = "ontwikkeling", timedelta(days=365)
TODAY = date(2018, 10, 1)


def entry(on: str, kind: Kind = Kind.READING) -> Counted:
    return Counted(date.fromisoformat(on), kind)


def give(owner: Owner, at: datetime, purpose: str = PURPOSE) -> bool:
    seen = mark_of(would_release(owner.viewer, owner.sealer, today=dutch_date(at)))
    return release(viewer=owner.viewer, sealer=owner.sealer, purpose=purpose, seen=seen, term=TERM, at=at)


def given_for(purpose: str, today: date) -> list[tuple[YearFacets, ...]]:
    return list(gate.consented_facets(purpose, today=today))


def test_two_school_years_in_few_words() -> None:
    found = coarse(
        [
            *[entry("2018-09-01", Kind.COURSE)] * 5,
            entry("2018-08-01", Kind.READING),
            entry("2018-07-31"),
            entry("2017-08-01"),
            entry("2017-07-31", Kind.MENTORING),
        ],
        today=TODAY,
    )
    assert found == (
        YearFacets(2018, Amount.SOME, (Kind.COURSE, Kind.READING), Learning.BOTH),
        YearFacets(2017, Amount.FEW, (Kind.READING,), Learning.INFORMAL),
    )


@pytest.mark.parametrize(
    ("count", "amount"), [(1, "1-4"), (4, "1-4"), (5, "5-19"), (19, "5-19"), (20, "20+"), (5_000, "20+")]
)
def test_how_much_is_told_in_three_steps(count: int, amount: str) -> None:
    assert coarse([entry("2018-09-01")] * count, today=TODAY)[0].amount == amount


def test_a_day_that_is_still_to_come_counts_in_no_year_to_come() -> None:
    assert coarse([entry("2019-08-01"), entry("2030-01-01")], today=TODAY) == ()


@given(
    st.lists(
        st.builds(
            Counted,
            st.dates(date(2016, 1, 1), date(2020, 1, 1)),
            st.sampled_from(Kind),
        ),
        max_size=60,
    )
)
def test_whatever_she_wrote_the_values_are_among_the_few_words(entries: list[Counted]) -> None:
    found = coarse(entries, today=TODAY)
    assert len(found) <= 2
    assert unpack(pack(found)) == found
    for each in found:
        told: dict[str, Any] = each.fields()
        assert set(told) == {field.name for field in fields(YearFacets)}
        assert told["year"] in (2017, 2018)
        assert (told["amount"], told["learning"]) in set(product(Amount, Learning))
        assert set(told["kinds"]) <= set(Kind)
        assert told["kinds"]


@pytest.mark.django_db
def test_nothing_goes_by_itself(teacher: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    assert given_for(PURPOSE, dutch_date(at)) == []
    assert released_of(teacher.viewer.person()) == []


@pytest.mark.django_db
def test_what_she_saw_is_what_the_gate_gives_and_no_more(teacher: Owner, stranger: Owner, at: datetime) -> None:
    teacher.save("Geheim woord kanarie", at)
    stranger.save("Van een ander", at)
    seen = would_release(teacher.viewer, teacher.sealer, today=dutch_date(at))
    assert give(teacher, at)
    assert given_for(PURPOSE, dutch_date(at)) == [seen]
    assert given_for("iets-anders", dutch_date(at)) == []
    text = json.dumps([each.fields() for each in seen])
    assert "kanarie" not in text
    assert str(teacher.viewer.account) not in text
    teacher.save("Nog iets", at, on=date(at.year - 1, 9, 2))
    assert given_for(PURPOSE, dutch_date(at)) == [seen], "it stays as she gave it"


@pytest.mark.django_db
def test_what_changed_since_she_looked_is_not_given(teacher: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    seen = mark_of(would_release(teacher.viewer, teacher.sealer, today=dutch_date(at)))
    for _ in range(5):
        teacher.save("Nog iets", at)

    def gave(mark: str) -> bool:
        return release(viewer=teacher.viewer, sealer=teacher.sealer, purpose=PURPOSE, seen=mark, term=TERM, at=at)

    assert not gave(seen)
    assert not gave("")
    assert given_for(PURPOSE, dutch_date(at)) == []


@pytest.mark.django_db
def test_of_an_empty_portfolio_there_is_nothing_to_give(teacher: Owner, at: datetime) -> None:
    assert not give(teacher, at)
    assert not Release.objects.exists()


@pytest.mark.django_db
def test_goals_themes_and_the_bin_do_not_count(teacher: Owner, at: datetime) -> None:
    saved = teacher.save("Weg ermee", at).entry
    assert saved is not None
    actions.delete_entry(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=saved.id, expected=1, at=at)
    goal = Content(Kind.OTHER, at.date(), "Een doel", facets=Facets(form=Form.GOAL))
    actions.save_entry(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=uuid4(), expected=0, content=goal, at=at)
    assert would_release(teacher.viewer, teacher.sealer, today=dutch_date(at)) == ()


@pytest.mark.django_db
def test_withdrawing_is_at_once_and_again_is_nothing(teacher: Owner, stranger: Owner, at: datetime) -> None:
    for each in (teacher, stranger):
        each.save("Gelezen", at)
        assert give(each, at)
        row = Release.objects.get(owner=each.viewer.account)
        assert give(each, at), "a double click"
        assert Release.objects.get(owner=each.viewer.account).values == row.values
    assert Release.objects.count() == 2
    assert withdraw(viewer=teacher.viewer, purpose=PURPOSE)
    assert not withdraw(viewer=teacher.viewer, purpose=PURPOSE)
    assert [row.owner for row in Release.objects.all()] == [stranger.viewer.account]
    assert len(given_for(PURPOSE, dutch_date(at))) == 1


@pytest.mark.django_db
def test_it_counts_for_its_term_and_then_goes(teacher: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    give(teacher, at)
    last = at + TERM - timedelta(days=1)
    assert len(given_for(PURPOSE, dutch_date(last))) == 1
    assert destroy_releases(purposes=[PURPOSE], at=last) == 0
    over = at + TERM
    assert given_for(PURPOSE, dutch_date(over)) == []
    assert destroy_releases(purposes=[PURPOSE], at=over) == 1
    assert destroy_releases(purposes=[PURPOSE], at=over) == 0


@pytest.mark.django_db
def test_a_purpose_that_the_rulebook_no_longer_has_takes_its_consents_along(teacher: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    give(teacher, at)
    assert destroy_releases(purposes=["iets-anders"], at=at) == 1


@pytest.mark.django_db
def test_closing_takes_it_along(teacher: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    give(teacher, at)
    actions.erase_portfolio(viewer=teacher.viewer)
    assert not Release.objects.exists()


@pytest.mark.django_db
def test_who_only_released_is_found_when_her_account_was_closed_meanwhile(teacher: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    give(teacher, at)
    row = Release.objects.get()
    actions.erase_portfolio(viewer=teacher.viewer)
    row.save(force_insert=True)
    assert actions.erase_stored_of(owners=[row.owner]) == 1
    assert not Release.objects.exists()


@pytest.mark.django_db
def test_the_database_alone_tells_no_value(teacher: Owner, at: datetime, settings: Any) -> None:
    teacher.save("Gelezen", at)
    give(teacher, at)
    stored = bytes(Release.objects.get().values)
    for word in (b"1-4", b"reading", b"informal", b"2018"):
        assert word not in stored
    settings.SECRET_KEY = "x" * 60
    assert given_for(PURPOSE, dutch_date(at)) == []
    assert released_of(teacher.viewer.person())[0].years == ()
    assert withdraw(viewer=teacher.viewer, purpose=PURPOSE)


@pytest.mark.django_db
def test_a_row_of_another_does_not_open_in_its_place(teacher: Owner, stranger: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    give(teacher, at)
    Release.objects.update(owner=stranger.viewer.account)
    assert given_for(PURPOSE, dutch_date(at)) == []


@pytest.mark.django_db
def test_only_who_signed_in_with_an_identity_of_her_own_gives(teacher: Owner, at: datetime) -> None:
    employer = Viewer(uuid4(), SessionKind.EMPLOYER, session_id=uuid4())
    for viewer, error in ((NOBODY, SignInNeeded), (employer, PersonBoundNeeded)):
        with pytest.raises(error):
            release(viewer=viewer, sealer=teacher.sealer, purpose=PURPOSE, seen="", term=TERM, at=at)
        with pytest.raises(error):
            withdraw(viewer=viewer, purpose=PURPOSE)


@pytest.mark.django_db
def test_it_leaves_no_event(teacher: Owner, at: datetime) -> None:
    teacher.save("Gelezen", at)
    give(teacher, at)
    withdraw(viewer=teacher.viewer, purpose=PURPOSE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditevent")
        assert cursor.fetchone()[0] == 0
