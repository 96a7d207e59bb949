"""What nobody confirmed is forgotten after its term; what she confirmed stands; and nothing goes a day too early."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.invariants import INVARIANTS
from lerarenregister.register import actions, queries
from lerarenregister.register.models import (
    ActivationCodeIssued,
    Appointment,
    AppointmentVersion,
    Delivery,
    Dispute,
    Employee,
    PersonVersion,
    Review,
    WorkMail,
)
from tests.register import cast
from tests.register.cast import AT, OTHER_BOARD, TEACHER, code_for, csv_of, deliver, joined, support, teacher
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
MOMENT = timedelta(microseconds=1)
TERM = TERMS.unconfirmed


def forgotten(after: timedelta) -> int:
    return actions.destroy_due(AT + after).unconfirmed


def confirm(viewer: Viewer, subject: str, *, after: timedelta = timedelta()) -> None:
    for each in queries.own_registration(viewer).appointments:
        if each.subject == subject:
            version, person = each.latest.id, each.latest.person
            actions.confirm_appointment(version=version, person=person, viewer=viewer, at=AT + after)


def findings() -> list[str]:
    at = AT + 3 * TERM
    found = [str(each) for part in INVARIANTS if part.name in ("register", "mail") for each in part.broken(at)]
    return [each for each in found if "an account that does not exist" not in each]  # these viewers have none


def test_what_nobody_confirmed_is_gone_after_its_term_and_not_before() -> None:
    deliver(csv_of({"werkmail": "bea@example.org"}, {"personeelsnummer": "p2"}))
    code_for()
    assert forgotten(TERM - MOMENT) == 0
    assert Employee.objects.count() == 2
    assert forgotten(TERM) == 2
    for model in (Employee, PersonVersion, Appointment, AppointmentVersion, ActivationCodeIssued, WorkMail):
        assert model._default_manager.count() == 0, model
    assert AuditEvent.objects.filter(name="register.FactsErased", actor_role="job").count() == 2
    assert findings() == []


def test_once_forgotten_nothing_more_is_looked_for_until_another_delivery_has_had_its_term() -> None:
    deliver(csv_of({}))
    assert forgotten(TERM) == 1
    events = AuditEvent.objects.count()
    assert forgotten(2 * TERM) == 0
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert forgotten(2 * TERM) == 0
    assert not any("register_employee" in each["sql"] for each in asked.captured_queries)
    assert AuditEvent.objects.count() == events
    assert Delivery.objects.get().forgotten_at == AT + TERM


def test_what_she_confirmed_stands_and_the_rest_of_her_file_goes() -> None:
    viewer = joined(csv_of({"vak": "rekenen"}, {"vak": "muziek"}))
    confirm(viewer, "rekenen")
    (muziek,) = [each for each in queries.own_registration(viewer).appointments if each.subject == "muziek"]
    actions.dispute_appointment(version=muziek.latest.id, words="Nooit gegeven", viewer=viewer, at=AT)
    before = queries.extract_of(viewer)
    assert forgotten(TERM) == 1
    assert [each.subject for each in queries.own_registration(viewer).appointments] == ["rekenen"]
    assert queries.extract_of(viewer) == before
    assert Dispute.objects.count() == 0
    assert findings() == []
    assert forgotten(2 * TERM) == 0


def test_a_file_in_which_something_is_younger_waits_for_that() -> None:
    viewer = joined(csv_of({"vak": "rekenen"}))
    confirm(viewer, "rekenen")
    later = timedelta(days=200)
    deliver(csv_of({"vak": "rekenen", "achternaam": "Anders"}), at=AT + later)
    assert forgotten(TERM) == 0
    assert "Anders" in queries.own_registration(viewer).appointments[0].latest.name
    assert forgotten(TERM + later) == 1
    assert "Anders" not in queries.own_registration(viewer).appointments[0].latest.name
    assert findings() == []


def test_an_end_of_what_she_is_registered_by_stays_and_goes_when_she_left() -> None:
    viewer = joined(csv_of({"vak": "rekenen"}))
    confirm(viewer, "rekenen")
    deliver(csv_of({"vak": "rekenen", "einde": "2019-07-31"}), at=AT + timedelta(days=1))
    (shown,) = queries.own_registration(viewer).appointments
    assert shown.kept_until is None
    assert forgotten(TERM + timedelta(days=2)) == 0
    assert queries.own_registration(viewer).appointments[0].latest.last_day is not None
    assert findings() == []
    actions.leave_register(viewer=viewer, at=AT + timedelta(days=3))
    deliver(csv_of({"vak": "rekenen", "einde": "2019-06-30"}), at=AT + timedelta(days=4))
    assert forgotten(TERM + timedelta(days=5)) == 1
    assert queries.own_registration(viewer).appointments[0].latest.last_day is None
    assert findings() == []


def test_a_review_that_is_open_keeps_what_it_compares() -> None:
    deliver(csv_of({}))
    stranger = replace(TEACHER, family_name="Heel Anders")
    assert not actions.redeem(code=code_for(), identity=stranger, viewer=teacher(), at=AT).joined
    assert forgotten(TERM) == 0
    actions.decide_review(
        review=Review.objects.get().id, accepted=False, words="Niet zij", viewer=support(), claims=cast.JUDGE, at=AT
    )
    assert forgotten(TERM) == 1
    assert findings() == []


def test_the_claims_of_a_review_go_after_their_term_and_the_decision_stays() -> None:
    deliver(csv_of({}))
    stranger = replace(TEACHER, family_name="Heel Anders")
    actions.redeem(code=code_for(), identity=stranger, viewer=teacher(), at=AT)
    assert actions.destroy_due(AT + TERMS.claims).claims == 0
    actions.decide_review(
        review=Review.objects.get().id, accepted=False, words="Niet zij", viewer=support(), claims=cast.JUDGE, at=AT
    )
    assert actions.destroy_due(AT + TERMS.claims - MOMENT).claims == 0
    assert actions.destroy_due(AT + TERMS.claims).claims == 1
    row = Review.objects.get()
    assert (row.claimed_family_name, row.claimed_given_name, row.claimed_birth_date) == ("", "", None)
    assert (row.accepted, row.words) == (False, "Niet zij")
    assert actions.destroy_due(AT + TERMS.claims).claims == 0
    assert AuditEvent.objects.filter(name="register.ClaimsErased").count() == 1


def test_another_board_and_what_comes_later_are_left_alone() -> None:
    deliver(csv_of({}))
    deliver(csv_of({"bestuursnummer": OTHER_BOARD, "brin": "03EF"}), board=OTHER_BOARD, at=AT + timedelta(days=9))
    assert forgotten(TERM) == 1
    assert [each.board.number for each in Employee.objects.select_related("board")] == [OTHER_BOARD]
    deliver(csv_of({}), at=AT + TERM)
    assert Employee.objects.count() == 2
    assert forgotten(TERM + timedelta(days=8)) == 0


def test_her_page_says_until_when_it_is_kept() -> None:
    viewer = joined(csv_of({"vak": "rekenen"}))
    assert queries.own_registration(viewer).appointments[0].kept_until == AT + TERM
    confirm(viewer, "rekenen")
    assert queries.own_registration(viewer).appointments[0].kept_until is None
