"""Confirm before effect: nothing counts before she confirmed it, and what she confirmed stands."""

import json
from datetime import date, timedelta

import pytest

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.permissions import NOBODY
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel.canonical import canonical_json
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import VersionPassed
from tests.register.cast import AT, OTHER_BOARD, TEACHER, code_for, csv_of, deliver, joined, staff, teacher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
DAY = date(2018, 9, 3)
LATER = AT + timedelta(days=2)


def test_nothing_has_effect_before_she_confirmed_it() -> None:
    viewer = joined()
    own = queries.own_registration(viewer)
    assert (own.number, own.waiting, queries.counts(DAY).total) == ("", 1, 0)
    assert queries.extract_of(viewer).as_json()["benoemingen"] == []


def test_a_confirmed_appointment_makes_a_registration_with_a_checked_number() -> None:
    viewer = joined()
    (appointment,) = queries.own_registration(viewer).appointments
    assert actions.confirm_appointment(version=appointment.latest.id, viewer=viewer, at=AT)
    assert not actions.confirm_appointment(version=appointment.latest.id, viewer=viewer, at=AT)
    own = queries.own_registration(viewer)
    assert RegisterNumber.parse(own.number)
    assert queries.counts(DAY).sectors == (("po", 1), ("so", 0), ("vo", 0), ("mbo", 0))
    assert AuditEvent.objects.filter(name="register.RegistrationMade").count() == 1


def test_an_unqualified_ground_enters_the_pre_register_and_is_not_counted() -> None:
    viewer = joined(csv_of({"benoemingsgrondslag": "O01", "onderwijsterrein": "rekenen"}))
    (appointment,) = queries.own_registration(viewer).appointments
    actions.confirm_appointment(version=appointment.latest.id, viewer=viewer, at=AT)
    assert (queries.own_registration(viewer).number, queries.counts(DAY).total) == ("", 0)
    assert len(queries.extract_of(viewer).as_json()["voorportaal"]) == 1


def test_appointments_of_two_boards_join_in_one_registration() -> None:
    viewer = joined()
    deliver(csv_of({"bestuursnummer": OTHER_BOARD, "brin": "03EF"}), board=OTHER_BOARD)
    assert actions.redeem(code=code_for(board=OTHER_BOARD), identity=TEACHER, viewer=viewer, at=AT).joined
    for appointment in queries.own_registration(viewer).appointments:
        actions.confirm_appointment(version=appointment.latest.id, viewer=viewer, at=AT)
    assert queries.counts(DAY).total == 1
    assert len(queries.extract_of(viewer).as_json()["benoemingen"]) == 2
    assert AuditEvent.objects.filter(name="register.RegistrationExtended").count() == 1


def test_a_later_change_waits_for_her_and_the_confirmed_version_stands() -> None:
    viewer = joined()
    (before,) = queries.own_registration(viewer).appointments
    actions.confirm_appointment(version=before.latest.id, viewer=viewer, at=AT)
    extract = queries.extract_of(viewer).as_json()
    deliver(csv_of({"einde": "2018-09-03"}), at=LATER)
    (after,) = queries.own_registration(viewer).appointments
    assert after.waits
    assert after.standing == before.latest.__class__(
        **{
            **{name: getattr(before.latest, name) for name in before.latest.__slots__},
            "answer": "confirmed",
            "answered_at": AT,
        }
    )
    assert queries.extract_of(viewer).as_json() == extract
    assert queries.counts(date(2018, 9, 10)).total == 1
    actions.confirm_appointment(version=after.latest.id, viewer=viewer, at=LATER)
    assert queries.extract_of(viewer).as_json()["benoemingen"][0]["laatste_dag"] == "2018-09-03"
    assert (queries.counts(date(2018, 9, 10)).total, queries.counts(DAY).total) == (0, 1)


def test_what_she_saw_must_be_what_stands() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    deliver(csv_of({"einde": "2018-12-31"}), at=LATER)
    with pytest.raises(VersionPassed):
        actions.confirm_appointment(version=seen.latest.id, viewer=viewer, at=LATER)
    with pytest.raises(VersionPassed):
        actions.dispute_appointment(version=seen.latest.id, words="Nee", viewer=viewer, at=LATER)


def test_a_dispute_is_recorded_in_her_words_once_and_shown_back() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    for words in ("", "  ", "x" * 2001):
        with pytest.raises(Invalid):
            actions.dispute_appointment(version=seen.latest.id, words=words, viewer=viewer, at=AT)
    for _ in range(2):
        actions.dispute_appointment(version=seen.latest.id, words="Ik begon in mei", viewer=viewer, at=AT)
    (after,) = queries.own_registration(viewer).appointments
    assert (after.latest.answer, after.latest.words) == ("disputed", "Ik begon in mei")
    assert AuditEvent.objects.filter(name="register.AppointmentDisputed").count() == 1
    assert "mei" not in json.dumps(list(AuditEvent.objects.values_list("facts", flat=True)))


def test_a_withdrawn_mistake_that_she_never_confirmed_is_gone() -> None:
    viewer = joined()
    deliver(csv_of({"vervallen": "ja"}), at=LATER)
    assert queries.own_registration(viewer).appointments == ()
    assert queries.waiting_for(viewer) == (0, True)


def test_a_stranger_and_an_employers_session_see_and_confirm_nothing() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    stranger = teacher()
    with pytest.raises(Absent):
        actions.confirm_appointment(version=seen.latest.id, viewer=stranger, at=AT)
    with pytest.raises(Absent):
        actions.dispute_appointment(version=seen.latest.id, words="x", viewer=stranger, at=AT)
    with pytest.raises(PersonBoundNeeded):
        actions.confirm_appointment(version=seen.latest.id, viewer=staff(), at=AT)
    with pytest.raises(SignInNeeded):
        queries.own_registration(NOBODY)
    assert queries.own_registration(stranger).appointments == ()


def test_the_extract_has_one_form() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    actions.confirm_appointment(version=seen.latest.id, viewer=viewer, at=AT)
    forms = {canonical_json(queries.extract_of(viewer).as_json()) for _ in range(3)}
    assert len(forms) == 1
    assert b"Berg" not in forms.pop()
