"""Confirm before effect: nothing counts before she confirmed it, and what she confirmed stands."""

import json
from datetime import date, datetime, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.permissions import NOBODY, Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel.canonical import canonical_json
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import RegisterNumber, new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import VersionPassed
from lerarenregister.register.models import AppointmentVersion, Location, PersonVersion
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.institution_files import Row
from tests.register.cast import (
    AT,
    BOARD,
    OTHER_BOARD,
    ROWS,
    TEACHER,
    code_for,
    csv_of,
    deliver,
    institutions,
    joined,
    staff,
    teacher,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
DAY = date(2018, 9, 3)
LATER = AT + timedelta(days=2)


def confirm(appointment: queries.AppointmentShown, *, viewer: Viewer, at: datetime) -> bool:
    """She presses "Klopt" on what she sees."""
    seen = appointment.latest
    return actions.confirm_appointment(version=seen.id, person=seen.person, viewer=viewer, at=at)


def test_nothing_has_effect_before_she_confirmed_it() -> None:
    viewer = joined()
    own = queries.own_registration(viewer)
    assert (own.number, own.waiting, queries.counts(DAY).total) == ("", 1, 0)
    assert queries.extract_of(viewer).as_json()["benoemingen"] == []


def test_a_confirmed_appointment_makes_a_registration_with_a_checked_number() -> None:
    viewer = joined()
    (appointment,) = queries.own_registration(viewer).appointments
    assert confirm(appointment, viewer=viewer, at=AT)
    assert not confirm(appointment, viewer=viewer, at=AT)
    own = queries.own_registration(viewer)
    assert RegisterNumber.parse(own.number)
    assert queries.counts(DAY).sectors == (("po", 1), ("so", 0), ("vo", 0), ("mbo", 0))
    assert AuditEvent.objects.filter(name="register.RegistrationMade").count() == 1


@pytest.mark.parametrize(
    ("line", "sector"),
    [
        ({}, "po"),
        ({"brin": "02CD", "benoemingsgrondslag": "B02", "vak": "Frans"}, "vo"),
        ({"brin": "04GH", "benoemingsgrondslag": "B02", "vak": "lassen"}, "mbo"),
    ],
)
def test_teachers_in_po_vo_and_mbo_are_registered_and_counted_in_their_sector(
    line: dict[str, str], sector: str
) -> None:
    institutions([*ROWS, Row(BOARD, "Stichting Voorbeeld", "04GH", "04GH00", "Het MBO", "Ede", "mbo")])
    viewer = joined(csv_of(line))
    assert confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    assert queries.own_registration(viewer).number
    counted = queries.counts(DAY)
    assert (dict(counted.sectors)[sector], counted.total) == (1, 1)


def test_an_unqualified_ground_enters_the_pre_register_and_is_not_counted() -> None:
    viewer = joined(csv_of({"benoemingsgrondslag": "O01", "onderwijsterrein": "rekenen"}))
    (appointment,) = queries.own_registration(viewer).appointments
    confirm(appointment, viewer=viewer, at=AT)
    assert (queries.own_registration(viewer).number, queries.counts(DAY).total) == ("", 0)
    assert len(queries.extract_of(viewer).as_json()["voorportaal"]) == 1


def test_appointments_of_two_boards_join_in_one_registration() -> None:
    viewer = joined()
    deliver(csv_of({"bestuursnummer": OTHER_BOARD, "brin": "03EF"}), board=OTHER_BOARD)
    assert actions.redeem(code=code_for(board=OTHER_BOARD), identity=TEACHER, viewer=viewer, at=AT).joined
    for appointment in queries.own_registration(viewer).appointments:
        confirm(appointment, viewer=viewer, at=AT)
    assert queries.counts(DAY).total == 1
    assert len(queries.extract_of(viewer).as_json()["benoemingen"]) == 2
    assert AuditEvent.objects.filter(name="register.RegistrationExtended").count() == 1


def test_a_later_change_waits_for_her_and_the_confirmed_version_stands() -> None:
    viewer = joined()
    (before,) = queries.own_registration(viewer).appointments
    confirm(before, viewer=viewer, at=AT)
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
    confirm(after, viewer=viewer, at=LATER)
    assert queries.extract_of(viewer).as_json()["benoemingen"][0]["laatste_dag"] == "2018-09-03"
    assert (queries.counts(date(2018, 9, 10)).total, queries.counts(DAY).total) == (0, 1)


def test_what_she_saw_must_be_what_stands() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    deliver(csv_of({"einde": "2018-12-31"}), at=LATER)
    with pytest.raises(VersionPassed):
        confirm(seen, viewer=viewer, at=LATER)
    with pytest.raises(VersionPassed):
        actions.dispute_appointment(version=seen.latest.id, words="Nee", viewer=viewer, at=LATER)


def test_a_changed_name_or_birth_date_waits_for_her_and_what_she_confirmed_stands() -> None:
    viewer = joined()
    (before,) = queries.own_registration(viewer).appointments
    confirm(before, viewer=viewer, at=AT)
    extract = queries.extract_of(viewer).as_json()
    deliver(csv_of({"achternaam": "Heelanders", "geboortedatum": "1960-01-01"}), at=LATER)
    (after,) = queries.own_registration(viewer).appointments
    assert (after.latest.answer, after.latest.name, after.latest.birth_date) == (
        "waits",
        "B. van den Heelanders",
        date(1960, 1, 1),
    )
    assert after.standing is not None
    assert (after.standing.name, after.standing.birth_date) == ("B. van den Berg", date(1980, 3, 4))
    assert (queries.waiting_for(viewer), queries.own_registration(viewer).waiting) == ((1, True), 1)
    assert queries.extract_of(viewer).as_json() == extract
    assert not confirm(before, viewer=viewer, at=LATER), (
        "what she confirmed before is confirmed, and the new facts are not"
    )
    assert queries.waiting_for(viewer) == (1, True)
    confirm(after, viewer=viewer, at=LATER)
    (confirmed,) = queries.own_registration(viewer).appointments
    assert (confirmed.latest.answer, confirmed.standing, queries.waiting_for(viewer)) == ("confirmed", None, (0, True))
    assert queries.counts(DAY).total == 1
    assert AuditEvent.objects.filter(name="register.RegistrationExtended").count() == 0


def test_new_personal_facts_that_she_did_not_see_are_not_confirmed() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    deliver(csv_of({"achternaam": "Heelanders"}), at=LATER)
    with pytest.raises(VersionPassed):
        confirm(seen, viewer=viewer, at=LATER)
    assert queries.counts(DAY).total == 0


def test_what_she_said_of_an_older_name_is_no_answer_to_a_newer_one() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    actions.dispute_appointment(version=seen.latest.id, words="Ik heet anders", viewer=viewer, at=AT)
    deliver(csv_of({"achternaam": "Dal"}), at=LATER)
    (after,) = queries.own_registration(viewer).appointments
    assert (after.latest.answer, after.latest.words, queries.waiting_for(viewer)[0]) == ("waits", "Ik heet anders", 1)


def test_a_withdrawal_of_what_she_confirmed_waits_and_then_ends_it() -> None:
    viewer = joined()
    (before,) = queries.own_registration(viewer).appointments
    confirm(before, viewer=viewer, at=AT)
    deliver(csv_of({"vervallen": "ja"}), at=LATER)
    (after,) = queries.own_registration(viewer).appointments
    assert (after.latest.withdrawn, after.waits, queries.waiting_for(viewer)) == (True, True, (1, True))
    assert len(queries.extract_of(viewer).as_json()["benoemingen"]) == 1
    made = AuditEvent.objects.filter(name__startswith="register.Registration").count()
    confirm(after, viewer=viewer, at=LATER)
    assert queries.extract_of(viewer).as_json()["benoemingen"] == []
    assert queries.counts(date(2018, 9, 10)).total == 0
    assert AuditEvent.objects.filter(name__startswith="register.Registration").count() == made


def test_after_she_confirmed_a_withdrawal_she_sees_what_stands() -> None:
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    number = queries.own_registration(viewer).number
    deliver(csv_of({"vervallen": "ja"}), at=LATER)
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=LATER)
    own = queries.own_registration(viewer)
    (after,) = own.appointments
    assert (after.latest.withdrawn, after.latest.answer, after.latest.answered_at) == (True, "confirmed", LATER)
    assert (after.standing, after.waits, own.waiting, own.number) == (None, False, 0, number)


def test_confirming_a_withdrawal_makes_no_registration() -> None:
    """Not even when she never confirmed the appointment, and posts the withdrawal that no page shows her."""
    viewer = joined()
    deliver(csv_of({"vervallen": "ja"}), at=LATER)
    withdrawn = AppointmentVersion.objects.get(withdrawn=True)
    person = PersonVersion.objects.get(superseded_at=None)
    assert actions.confirm_appointment(version=withdrawn.id, person=person.id, viewer=viewer, at=LATER)
    own = queries.own_registration(viewer)
    assert (own.number, own.registered_on, own.waiting, queries.counts(DAY).total) == ("", None, 0, 0)
    extract = queries.extract_of(viewer).as_json()
    assert (extract["registernummer"], extract["benoemingen"], extract["voorportaal"]) == (None, [], [])
    assert not AuditEvent.objects.filter(name__startswith="register.Registration").exists()
    (shown,) = own.appointments
    assert (shown.latest.withdrawn, shown.latest.answer) == (True, "confirmed")


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
        confirm(seen, viewer=stranger, at=AT)
    with pytest.raises(Absent):
        actions.dispute_appointment(version=seen.latest.id, words="x", viewer=stranger, at=AT)
    with pytest.raises(PersonBoundNeeded):
        confirm(seen, viewer=staff(), at=AT)
    with pytest.raises(SignInNeeded):
        queries.own_registration(NOBODY)
    assert queries.own_registration(stranger).appointments == ()


def test_the_extract_has_one_form() -> None:
    viewer = joined()
    (seen,) = queries.own_registration(viewer).appointments
    confirm(seen, viewer=viewer, at=AT)
    forms = {canonical_json(queries.extract_of(viewer).as_json()) for _ in range(3)}
    assert len(forms) == 1
    assert b"Berg" not in forms.pop()


def registered() -> None:
    """A teacher who confirmed what she sees."""
    viewer = joined()
    (appointment,) = queries.own_registration(viewer).appointments
    assert confirm(appointment, viewer=viewer, at=AT)


def test_the_counts_take_two_statements_while_nobody_is_there_by_a_proof(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        assert queries.counts(DAY).total == 0
    registered()
    with django_assert_num_queries(2):
        assert queries.counts(DAY).total == 1


def test_a_location_that_changed_sector_counts_in_the_last_one_alone() -> None:
    registered()
    was = Location.objects.get(code="01AB00", superseded_at=None)
    Location.objects.filter(pk=was.pk).update(until=date(2018, 1, 1))
    said = {"code": was.code, "brin": was.brin, "name": was.name, "place": was.place, "recorded_at": AT}
    Location.objects.create(id=new_id(), begin=date(2018, 1, 1), sector="so", **said)
    assert queries.counts(DAY).sectors == (("po", 0), ("so", 1), ("vo", 0), ("mbo", 0))


def test_who_was_in_the_pre_register_is_moved_from_there_by_an_act() -> None:
    viewer = joined(csv_of({"benoemingsgrondslag": "O02", "onderwijsterrein": "exact"}, {"begin": "2018-08-01"}))
    first, second = queries.own_registration(viewer).appointments
    pre, qualified = (second, first) if first.qualified else (first, second)
    confirm(pre, viewer=viewer, at=AT)
    assert queries.own_registration(viewer).acts == ()
    confirm(qualified, viewer=viewer, at=AT)
    (act,) = queries.own_registration(viewer).acts
    assert (act.kind, act.article) == (ActKind.MOVED, "3.3")
    assert list(queries.broken_rules()) == []
