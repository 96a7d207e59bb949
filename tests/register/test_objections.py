"""She objects to being delivered: it holds at once, and reaches no further than it says."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.permissions import NOBODY, Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.invariants import INVARIANTS
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.models import (
    Appointment,
    AppointmentVersion,
    DeliveryLine,
    Dispute,
    Employee,
    Objection,
    PersonVersion,
    Registration,
)
from tests.register import cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, deliver, joined

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
LATER = AT + timedelta(days=1)


def confirm_all(viewer: Viewer, *, at: Any = AT, only: str = "") -> None:
    for each in queries.own_registration(viewer).appointments:
        if only in each.subject:
            actions.confirm_appointment(version=each.latest.id, person=each.latest.person, viewer=viewer, at=at)


def object_to(viewer: Viewer, *, at: Any = LATER) -> Any:
    (file,) = queries.objections_of(viewer).possible
    return actions.object_to_delivery(file=file.id, viewer=viewer, at=at)


def findings() -> list[str]:
    parts = [part for part in INVARIANTS if part.name in ("register", "mail", "database")]
    found = [f"{part.name}: {each}" for part in parts for each in part.broken(LATER)] + overlaps()
    return [each for each in found if "an account that does not exist" not in each]  # these viewers have none


def overlaps() -> list[str]:
    """Every row once more past the guards of the database, which look at what is written."""
    for model in (PersonVersion, AppointmentVersion):
        for row in model._default_manager.all():
            row.save()
    return []


def test_what_she_did_not_confirm_is_gone_and_what_she_confirmed_stands() -> None:
    viewer = joined(csv_of({"vak": "rekenen"}, {"vak": "muziek"}))
    confirm_all(viewer, only="rekenen")
    (muziek,) = [each for each in queries.own_registration(viewer).appointments if each.subject == "muziek"]
    actions.dispute_appointment(version=muziek.latest.id, words="Nooit gegeven", viewer=viewer, at=AT)
    deliver(csv_of({"vak": "rekenen", "einde": "2019-07-31", "achternaam": "Nieuw"}), at=AT + timedelta(hours=1))
    before = queries.extract_of(viewer)
    object_to(viewer)
    own = queries.own_registration(viewer)
    assert [each.subject for each in own.appointments] == ["rekenen"]
    assert (own.appointments[0].latest.answer, own.appointments[0].latest.last_day) == ("confirmed", None)
    assert own.appointments[0].latest.name == "B. van den Berg"
    assert queries.extract_of(viewer) == before
    assert Dispute.objects.count() == 0
    assert PersonVersion.objects.count() == 1
    assert not DeliveryLine.objects.filter(person="p1").exclude(values="").exists()
    assert findings() == []


def test_when_nothing_is_confirmed_nothing_is_left_but_the_objection() -> None:
    viewer = joined(csv_of({"werkmail": "bea@example.org"}))
    object_to(viewer)
    assert Employee.objects.count() == Appointment.objects.count() == PersonVersion.objects.count() == 0
    assert queries.own_registration(viewer).appointments == ()
    (made,) = queries.objections_of(viewer).made
    assert (made.board, made.staff_number, made.withdrawn_at) == (BOARD, "p1", None)
    assert findings() == []
    with connection.cursor() as cursor:
        cursor.execute('SELECT COUNT(*) FROM "outbox_message"')
        assert cursor.fetchone() == (0,)


def test_the_next_delivery_of_her_is_refused_for_a_reason_that_tells_no_more_than_needed() -> None:
    viewer = joined()
    confirm_all(viewer)
    colleague = {"personeelsnummer": "p2", "achternaam": "Colijn", "geboortedatum": "1975-05-06"}
    object_to(viewer)
    given = csv_of({"vak": "muziek"}, {"vervallen": "ja"}, colleague)
    tried = deliver(given, at=LATER, dry_run=True)
    done = deliver(given + b"\r\n", at=LATER)
    for report in (tried, done):
        refused = [(2, "refused", "personeelsnummer"), (3, "refused", "personeelsnummer")]
        assert report.lines == [*refused, (4, "accepted", "")]
        assert "verzoek van deze persoon" in report.reasons[0]
        assert "bezwaar" not in " ".join(report.reasons)
    assert queries.extract_of(viewer).confirmed != ()
    assert [each.subject for each in queries.own_registration(viewer).appointments] == [""]


def test_another_board_and_another_person_of_the_same_board_are_not_touched() -> None:
    viewer = joined(csv_of({}, {"personeelsnummer": "p2"}))
    object_to(viewer)
    assert deliver(csv_of({"personeelsnummer": "p2", "vak": "muziek"}), at=LATER).counts["accepted"] == 1
    other = {"bestuursnummer": OTHER_BOARD, "brin": "03EF"}
    assert deliver(csv_of(other), board=OTHER_BOARD, at=LATER).counts["accepted"] == 1
    assert findings() == []


def test_lines_that_wait_to_be_delivered_are_refused_and_hold_nothing_of_her() -> None:
    viewer = joined()
    waiting = deliver(csv_of({"vak": "muziek"}, {"personeelsnummer": "p2"}), at=AT, dry_run=True)
    object_to(viewer)
    lines = DeliveryLine.objects.filter(delivery=waiting.id).order_by("number")
    assert [(line.reason, bool(line.values)) for line in lines] == [("not-taken", False), ("", True)]
    actions.deliver(delivery=waiting.id, viewer=cast.staff(), at=LATER)
    assert actions.continue_delivery(delivery=waiting.id, at=LATER) == "delivered"
    shown = queries.delivery_shown(waiting.id, viewer=cast.staff())
    assert (shown.counts["accepted"], shown.counts["refused"]) == (1, 1)
    assert findings() == []


def test_withdrawn_the_board_may_deliver_again_and_nothing_comes_back_by_itself() -> None:
    viewer = joined()
    confirm_all(viewer)
    objection = object_to(viewer)
    actions.withdraw_objection(objection=objection, viewer=viewer, at=LATER)
    actions.withdraw_objection(objection=objection, viewer=viewer, at=LATER + timedelta(hours=1))
    assert Objection.objects.get().withdrawn_at == LATER
    assert deliver(csv_of({"vak": "muziek"}), at=LATER).counts["accepted"] == 1
    assert len(queries.own_registration(viewer).appointments) == 2
    again = object_to(viewer, at=LATER + timedelta(days=1))
    assert again != objection
    assert len(queries.own_registration(viewer).appointments) == 1
    assert findings() == []


def test_an_end_that_keeps_two_confirmed_appointments_apart_stays_until_both_may_go() -> None:
    """She confirmed the first without an end; its end is what made room for the second."""
    viewer = joined()
    confirm_all(viewer)
    deliver(csv_of({"einde": "2018-12-31"}, {"begin": "2019-01-01"}), at=AT + timedelta(hours=1))
    second = queries.own_registration(viewer).appointments[1].latest
    actions.confirm_appointment(version=second.id, person=second.person, viewer=viewer, at=AT + timedelta(hours=2))
    before = queries.extract_of(viewer)
    object_to(viewer)
    assert queries.extract_of(viewer) == before
    assert AppointmentVersion.objects.count() == 3
    assert findings() == []


def test_what_was_confirmed_before_and_after_something_erased_follows_each_other() -> None:
    viewer = joined()
    confirm_all(viewer)
    for days, end in ((1, "2019-01-31"), (2, "2019-02-28")):
        deliver(csv_of({"einde": end}), at=AT + timedelta(days=days))
    confirm_all(viewer, at=AT + timedelta(days=2))
    object_to(viewer, at=AT + timedelta(days=3))
    first, last = AppointmentVersion.objects.order_by("recorded_at")
    assert (first.superseded_at, last.superseded_at) == (last.recorded_at, None)
    assert findings() == []


def test_a_second_click_and_a_second_tab_change_nothing() -> None:
    viewer = joined()
    (file,) = queries.objections_of(viewer).possible
    first = actions.object_to_delivery(file=file.id, viewer=viewer, at=LATER)
    events = AuditEvent.objects.count()
    assert actions.object_to_delivery(file=file.id, viewer=viewer, at=LATER) == first
    assert AuditEvent.objects.count() == events


def test_it_is_hers_alone() -> None:
    viewer, stranger = joined(), cast.teacher()
    (file,) = queries.objections_of(viewer).possible
    for nobody, error in ((NOBODY, SignInNeeded), (cast.staff(), PersonBoundNeeded)):
        with pytest.raises(error):
            actions.object_to_delivery(file=file.id, viewer=nobody, at=LATER)
    for hers in (file.id, new_id()):
        with pytest.raises(Absent):
            actions.object_to_delivery(file=hers, viewer=stranger, at=LATER)
    objection = object_to(viewer)
    with pytest.raises(Absent):
        actions.withdraw_objection(objection=objection, viewer=stranger, at=LATER)
    assert queries.objections_of(stranger) == queries.Objections((), ())


def test_it_is_recorded_with_her_as_subject_and_the_log_still_shows_who_looked() -> None:
    viewer = joined()
    assert viewer.account is not None
    before = set(queries.subject_ids_of(viewer.account))
    object_to(viewer)
    assert set(queries.subject_ids_of(viewer.account)) == before
    names = dict(AuditEvent.objects.values_list("name").annotate(Count("id")))
    assert names["register.DeliveryObjected"] == names["register.FactsErased"] == 1
    erased = AuditEvent.objects.get(name="register.FactsErased")
    assert (erased.actor_account, erased.facts["appointments"]) == (None, 1)  # type: ignore[index]
    assert Registration.objects.count() == 0


def test_after_she_withdrew_it_the_same_file_sent_again_brings_it_back() -> None:
    viewer = joined(csv_of({"vak": "rekenen"}))
    objection = object_to(viewer)
    actions.withdraw_objection(objection=objection, viewer=viewer, at=LATER)
    deliver(csv_of({"vak": "rekenen"}), at=LATER + timedelta(hours=1))
    assert [each.subject for each in Appointment.objects.all()] == ["rekenen"]
