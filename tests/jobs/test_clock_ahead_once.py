"""A clock that was ahead once, and is right again: nobody is locked out, nothing lasts for ever, and what came last is
still known to be last."""

from datetime import datetime, timedelta

import pytest

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.errors import InvitationRefused
from lerarenregister.accounts.models import InvitationTry, SignedInSession
from lerarenregister.accounts.queries import viewer_of
from lerarenregister.accounts.rules import SessionLimits, SessionState
from lerarenregister.kernel.clock import LEEWAY
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.register import actions as register
from lerarenregister.register import queries
from lerarenregister.register.errors import CodeRefused
from lerarenregister.register.models import ActivationTry, Delivery
from tests.accounts.test_sessions import LIMITS, opened
from tests.register.cast import AT, BOARD, TEACHER, code_for, csv_of, deliver, institutions, joined, staff, teacher

pytestmark = pytest.mark.django_db
AHEAD = AT + timedelta(days=400)


def test_wrong_codes_of_a_clock_that_was_ahead_lock_nobody_out() -> None:
    institutions()
    deliver(csv_of({}))
    code, viewer = code_for(), teacher()
    for _ in range(5):
        with pytest.raises(CodeRefused):
            register.redeem(code=str(ActivationCode.random()), identity=TEACHER, viewer=viewer, at=AHEAD)
    assert register.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT).joined
    assert register.destroy_due(AT).tries == 5
    assert not ActivationTry.objects.exists()


def test_wrong_invitations_of_a_clock_that_was_ahead_lock_nobody_out() -> None:
    session = opened("bea", AT)
    viewer = viewer_of(session.id, limits=LIMITS, at=AT).viewer

    def tried(at: datetime) -> str | None:
        with pytest.raises(InvitationRefused) as refused:
            accounts.redeem_invitation(viewer=viewer, code=str(ActivationCode.random()), at=at)
        return refused.value.detail

    assert [tried(AHEAD) for _ in range(6)][-1] == "tries"
    assert tried(AT) != "tries"
    accounts.forget_tries(at=AT)
    assert list(InvitationTry.objects.values_list("at", flat=True)) == [AT]


def test_a_session_that_a_clock_began_or_used_ahead_of_time_ends() -> None:
    began, used, right = opened("bea", AHEAD), opened("cor", AT), opened("dik", AT)
    accounts.touch_session(session_id=used.id, at=AHEAD)
    assert viewer_of(began.id, limits=LIMITS, at=AT).state is SessionState.OVER
    assert viewer_of(used.id, limits=LIMITS, at=AT).state is SessionState.OVER
    assert viewer_of(right.id, limits=LIMITS, at=AT - LEEWAY).state is SessionState.OPEN
    accounts.destroy_sessions(at=AT)
    assert [each.id for each in SignedInSession.objects.all()] == [right.id]


def test_limits_longer_than_the_leeway_do_not_hide_a_clock_that_was_ahead() -> None:
    long = SessionLimits(timedelta(days=3), timedelta(days=30))
    assert viewer_of(opened("bea", AHEAD).id, limits=long, at=AT).state is SessionState.OVER


def test_the_version_that_she_confirmed_last_stands() -> None:
    institutions()
    viewer = joined()

    def confirm(at: datetime) -> None:
        seen = queries.own_registration(viewer).appointments[0].latest
        assert register.confirm_appointment(version=seen.id, person=seen.person, viewer=viewer, at=at)

    confirm(AHEAD)
    deliver(csv_of({"einde": "2030-08-01"}), at=AT + timedelta(days=1))
    confirm(AT + timedelta(days=2))
    (appointment,) = queries.own_registration(viewer).appointments
    assert appointment.waits is False
    assert appointment.standing is None, "an earlier version stands beside what she confirmed"
    assert "2030-08-01" in str(queries.extract_of(viewer).as_json()["benoemingen"])


def test_a_file_from_before_the_last_delivery_is_delivered_again() -> None:
    institutions()
    first, second = csv_of({"vak": "muziek"}), csv_of({"vak": "tekenen"})
    deliver(first, at=AHEAD)
    deliver(second, at=AT)
    received = register.receive(board=BOARD, chunks=[first], viewer=staff(), at=AT + timedelta(days=1))
    assert not received.earlier
    assert Delivery.objects.get(pk=received.delivery).state == "staged"
    assert register.receive(board=BOARD, chunks=[second], viewer=staff(), at=AT + timedelta(days=1)).earlier
