"""She leaves the register and comes back, each by an act that rests on a rule; what ended goes after its term."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.permissions import NOBODY, SessionKind, Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel.errors import Absent
from lerarenregister.register import actions, queries
from lerarenregister.register.models import Act, NumberEnded, Registration, RegistrationPart, RegistrationSpell
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.register.rules.acts import ARTICLES, ActKind, Spell, ended
from tests.register.cast import AT, csv_of, deliver, joined, teacher
from tests.register.test_confirming import confirm
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
DAY, ONE = date(2018, 9, 3), timedelta(days=1)


@pytest.fixture
def registered() -> Viewer:
    """A teacher who is registered from the day of the test."""
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    return viewer


def kinds(viewer: Viewer) -> list[ActKind]:
    return [each.kind for each in queries.own_registration(viewer).acts]


def test_a_registration_comes_about_by_an_act_that_names_its_rule_and_version(registered: Viewer) -> None:
    own = queries.own_registration(registered)
    (act,) = own.acts
    assert (act.kind, act.effective_on, act.article, act.rulebook) == (ActKind.REGISTERED, DAY, "3.3", 1)
    assert (act.number, act.role) == (own.number, "teacher")
    assert (own.registered_on, own.left) == (DAY, None)
    assert queries.own_act(registered, act.id) == act


def test_who_leaves_is_not_registered_from_that_day_and_was_before(registered: Viewer) -> None:
    number = queries.own_registration(registered).number
    assert actions.leave_register(viewer=registered, at=AT + 2 * ONE)
    own = queries.own_registration(registered)
    assert (own.number, own.registered_on) == ("", None)
    assert own.left is not None
    assert (own.left.number, own.left.effective_on) == (number, DAY + 2 * ONE)
    assert own.kept_until == DAY + 2 * ONE + TERMS.left_registration
    assert [queries.counts(DAY + days * ONE).total for days in range(4)] == [1, 1, 0, 0]
    assert queries.extract_of(registered).as_json()["registernummer"] is None
    assert AuditEvent.objects.filter(name="register.RegistrationLeft").count() == 1


def test_what_was_known_on_a_day_does_not_change_by_what_came_later(registered: Viewer) -> None:
    actions.leave_register(viewer=registered, at=AT + 2 * ONE)
    known = RegistrationSpell.objects.filter(recorded_at__lte=AT + ONE).exclude(superseded_at__lte=AT + ONE)
    assert [(each.begin, each.until) for each in known] == [(DAY, None)]
    now = RegistrationSpell.objects.filter(superseded_at=None)
    assert [(each.begin, each.until) for each in now] == [(DAY, DAY + 2 * ONE)]


def test_a_second_click_leaves_once(registered: Viewer) -> None:
    assert actions.leave_register(viewer=registered, at=AT + ONE)
    assert not actions.leave_register(viewer=registered, at=AT + ONE)
    assert actions.return_to_register(viewer=registered, at=AT + ONE)
    assert not actions.return_to_register(viewer=registered, at=AT + ONE)
    assert kinds(registered) == [ActKind.RESTORED, ActKind.LEFT, ActKind.REGISTERED]


def test_who_comes_back_has_her_number_and_the_days_between_are_seen(registered: Viewer) -> None:
    number = queries.own_registration(registered).number
    actions.leave_register(viewer=registered, at=AT + 2 * ONE)
    assert actions.return_to_register(viewer=registered, at=AT + 5 * ONE)
    own = queries.own_registration(registered)
    assert (own.number, own.registered_on, own.left) == (number, DAY + 5 * ONE, None)
    assert [queries.counts(DAY + days * ONE).total for days in (1, 2, 4, 5)] == [1, 0, 0, 1]
    assert AuditEvent.objects.filter(name="register.RegistrationRestored").count() == 1


@pytest.mark.parametrize("days", [0, 3])
def test_she_may_go_and_come_on_one_day(registered: Viewer, days: int) -> None:
    at = AT + days * ONE
    for _ in range(2):
        assert actions.leave_register(viewer=registered, at=at)
        assert actions.return_to_register(viewer=registered, at=at + timedelta(minutes=1))
        at += timedelta(minutes=2)
    assert queries.counts(DAY + days * ONE).total == 1
    assert actions.leave_register(viewer=registered, at=at)
    assert queries.counts(DAY + days * ONE).total == 0


def test_confirming_something_new_after_she_left_brings_her_back(registered: Viewer) -> None:
    actions.leave_register(viewer=registered, at=AT + ONE)
    deliver(csv_of({"brin": "02CD", "benoemingsgrondslag": "B02", "vak": "Frans"}), at=AT + ONE)
    waits = next(each for each in queries.own_registration(registered).appointments if each.waits)
    assert confirm(waits, viewer=registered, at=AT + 2 * ONE)
    own = queries.own_registration(registered)
    assert (own.registered_on, kinds(registered)[0]) == (DAY + 2 * ONE, ActKind.RESTORED)


def test_what_ended_is_destroyed_after_its_term_and_not_before(registered: Viewer) -> None:
    actions.leave_register(viewer=registered, at=AT)
    assert actions.destroy_due(AT + TERMS.left_registration).left == 0
    assert actions.destroy_due(AT + TERMS.left_registration + ONE).left == 1
    for model in (Registration, RegistrationPart, RegistrationSpell, Act):
        assert not model.objects.exists()
    assert NumberEnded.objects.count() == 1
    own = queries.own_registration(registered)
    assert (own.number, own.left, own.acts) == ("", None, ())
    assert own.appointments[0].waits
    actions.destroy_due(AT + TERMS.left_registration + 2 * ONE)
    assert queries.own_registration(registered).appointments == ()
    assert actions.destroy_due(AT + TERMS.left_registration + ONE).left == 0
    with pytest.raises(Absent):
        actions.return_to_register(viewer=registered, at=AT + TERMS.left_registration + ONE)


def test_who_came_back_in_time_keeps_what_was(registered: Viewer) -> None:
    actions.leave_register(viewer=registered, at=AT)
    actions.return_to_register(viewer=registered, at=AT + 100 * ONE)
    assert actions.destroy_due(AT + TERMS.left_registration + 50 * ONE).left == 0
    actions.leave_register(viewer=registered, at=AT + 200 * ONE)
    assert actions.destroy_due(AT + TERMS.left_registration + 150 * ONE).left == 0
    assert actions.destroy_due(AT + TERMS.left_registration + 201 * ONE).left == 1


def test_it_is_hers_alone(registered: Viewer) -> None:
    (act,) = queries.own_registration(registered).acts
    for viewer, error in ((NOBODY, SignInNeeded), (teacher(), Absent)):
        for attempt in (actions.leave_register, actions.return_to_register):
            with pytest.raises(error):
                attempt(viewer=viewer, at=AT)
        with pytest.raises(error):
            queries.own_act(viewer, act.id)
    work = replace(registered, session=SessionKind.EMPLOYER)
    for attempt in (actions.leave_register, actions.return_to_register):
        with pytest.raises(PersonBoundNeeded):
            attempt(viewer=work, at=AT)
    assert kinds(registered) == [ActKind.REGISTERED]


def test_nobody_leaves_who_never_was_in() -> None:
    viewer = joined()
    with pytest.raises(Absent):
        actions.leave_register(viewer=viewer, at=AT)


def test_nothing_that_may_never_be_is_left(registered: Viewer) -> None:
    actions.leave_register(viewer=registered, at=AT + ONE)
    actions.return_to_register(viewer=registered, at=AT + 2 * ONE)
    actions.leave_register(viewer=registered, at=AT + 3 * ONE)
    assert not list(queries.broken_rules())
    actions.destroy_due(AT + TERMS.left_registration + 4 * ONE)
    assert not list(queries.broken_rules())


def test_a_registration_that_no_act_made_or_that_an_ending_holds_is_found(registered: Viewer) -> None:
    Act.objects.update(kind=ActKind.LEFT)
    found = {each.rule for each in queries.broken_rules()}
    assert found == {"a registration came about by no act", "a registration holds by an act that ended it"}


def test_the_days_of_a_spell() -> None:
    spell = Spell(DAY, DAY + 2 * ONE)
    assert [spell.holds_on(DAY + days * ONE) for days in (-1, 0, 1, 2)] == [False, True, True, False]
    assert Spell(DAY, None).holds_on(DAY + 10_000 * ONE)
    assert ended(Spell(DAY, None), DAY) is None
    assert ended(Spell(DAY, None), DAY + ONE) == Spell(DAY, DAY + ONE)


@pytest.mark.parametrize("kind", list(ActKind))
def test_each_kind_of_act_rests_on_an_article_of_every_version(kind: ActKind) -> None:
    for book in RULEBOOKS.all:
        assert book.article(ARTICLES[kind]).text_nl
