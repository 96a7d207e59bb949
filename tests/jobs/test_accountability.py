"""What is kept only to give account of who did what: it goes after its term and not before, and the log stays valid."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.models import Account, Invitation, InvitationTry, RoleGrant
from lerarenregister.accounts.permissions import COMMAND, Role, SessionKind, Viewer
from lerarenregister.audit import actions as audit
from lerarenregister.audit import queries as audit_queries
from lerarenregister.audit.events import Actor
from lerarenregister.audit.keys import signing_key
from lerarenregister.audit.models import AuditEvent, EventSubject, Forgotten
from lerarenregister.jobs.accounts import due as accounts_due
from lerarenregister.jobs.audit import due as audit_due
from lerarenregister.jobs.audit import invariants as audit_invariants
from lerarenregister.jobs.register import due as register_due
from lerarenregister.jobs.register import invariants as register_invariants
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions as register
from lerarenregister.register import queries
from lerarenregister.register.events import CodeIssued, CodesExpired
from lerarenregister.register.models import ActivationCodeIssued, Confirmation, Delivery, Employee, Review
from tests.register import cast
from tests.register.cast import AT, BOARD, csv_of
from tests.rulebook import TERMS

pytestmark = pytest.mark.django_db
LATER = AT + TERMS.accountability
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ORIGIN = "register.example.org/log"


def account(at: datetime = AT, subject: str = "bram") -> UUID:
    return accounts.open_account(
        provider="school", issuer="https://school.example.org", subject=subject, person_bound=False, at=at
    )


def give(to: UUID, *, ends_at: datetime, at: datetime = AT) -> UUID:
    return accounts.give_role(
        viewer=COMMAND,
        account=to,
        role=Role.BOARD_STAFF,
        scope=BOARD,
        known_as="Bram Demir",
        ends_at=ends_at,
        at=at,
    )


def viewer(of: UUID) -> Viewer:
    return Viewer(of, SessionKind.EMPLOYER)


def sealed() -> audit_queries.LogState:
    while audit.seal(key=signing_key(), origin=ORIGIN, at=clock.now()):
        pass
    return audit_queries.verify_log(key=signing_key().public_key(), origin=ORIGIN)


def happened(name: str) -> int:
    return AuditEvent.objects.filter(name=name).count()


def test_a_role_that_ended_and_a_closed_account_go_after_the_term_and_not_before() -> None:
    gone, stays = account(), account(subject="lotte")
    give(gone, ends_at=AT + 30 * DAY)
    give(stays, ends_at=AT + 30 * DAY)
    early = give(stays, ends_at=AT + 300 * DAY)
    accounts.end_role(viewer=COMMAND, grant=early, at=AT + DAY)
    in_force = give(stays, ends_at=LATER + 400 * DAY, at=AT)
    with transaction.atomic():
        accounts.empty_account(account=gone, at=AT + 2 * DAY)
    assert accounts_due.destroy(LATER + DAY - MINUTE) == ""
    assert (RoleGrant.objects.count(), Account.objects.count()) == (4, 2)
    assert accounts_due.destroy(LATER + DAY + MINUTE) == "1 ended roles forgotten"
    assert accounts_due.destroy(LATER + 2 * DAY + MINUTE) == "1 ended roles forgotten, 1 closed accounts forgotten"
    assert accounts_due.destroy(LATER + 60 * DAY) == "1 ended roles forgotten"
    assert accounts_due.destroy(LATER + 60 * DAY) == ""
    assert [RoleGrant.objects.get().id, Account.objects.get().id] == [in_force, stays]
    assert happened("accounts.RolesForgotten") == 3


def test_a_closed_account_waits_for_a_role_that_had_yet_to_begin() -> None:
    closed = account()
    RoleGrant.objects.create(
        id=new_id(),
        account_id=closed,
        role=Role.SUPPORT,
        begins_at=AT + 9 * DAY,
        ends_at=AT + 90 * DAY,
        recorded_at=AT,
    )
    with transaction.atomic():
        accounts.empty_account(account=closed, at=AT)
    assert accounts_due.destroy(LATER + DAY) == ""
    assert accounts_due.destroy(LATER + 10 * DAY) == "1 ended roles forgotten, 1 closed accounts forgotten"


def invited(role_ends_at: datetime) -> accounts.NewInvitation:
    return accounts.create_invitation(
        viewer=COMMAND,
        role=Role.BOARD_STAFF,
        scope=BOARD,
        known_as="Iris",
        valid=TERMS.invitation,
        role_ends_at=role_ends_at,
        at=AT,
    )


def test_an_invitation_goes_with_its_role_or_soon_after_it_expired_unused() -> None:
    used, unused, open_one = (invited(AT + days * DAY) for days in (60, 60, 60))
    accounts.redeem_invitation(viewer=viewer(account()), code=str(used.code), at=AT)
    accounts.withdraw_invitation(viewer=COMMAND, invitation=unused.id, at=AT + DAY)
    kept = Invitation.objects.order_by("id")
    assert accounts_due.destroy(AT + DAY + TERMS.unused_invitation) == "1 tries of invitations forgotten"
    assert kept.count() == 3
    assert accounts_due.destroy(AT + DAY + TERMS.unused_invitation + MINUTE) == "1 invitations forgotten"
    assert set(kept.values_list("id", flat=True)) == {used.id, open_one.id}
    accounts_due.destroy(open_one.expires_at + TERMS.unused_invitation + MINUTE)
    accounts_due.destroy(LATER + 60 * DAY - MINUTE)
    assert kept.get().id == used.id
    accounts_due.destroy(LATER + 60 * DAY + MINUTE)
    assert not kept.exists()


def test_tries_of_invitations_go_after_a_day() -> None:
    somebody = account()
    with pytest.raises(accounts.InvitationRefused):
        accounts.redeem_invitation(viewer=viewer(somebody), code=str(invited(AT + DAY).code)[::-1], at=AT)
    assert accounts_due.destroy(AT + DAY) == ""
    assert accounts_due.destroy(AT + DAY + MINUTE) == "1 tries of invitations forgotten"
    assert not InvitationTry.objects.exists()


def test_who_delivered_is_forgotten_after_the_term_and_the_delivery_stays() -> None:
    cast.institutions()
    delivered = cast.deliver(csv_of({})).id
    row = Delivery.objects.get(pk=delivered)
    assert row.account
    assert row.delivered_account
    assert register.destroy_due(LATER).deliverers == 0
    assert register.destroy_due(LATER + MINUTE).deliverers == 1
    assert "who delivered 0 files forgotten" not in register_due.destroy(LATER + MINUTE)
    row = Delivery.objects.get(pk=delivered)
    assert (row.account, row.delivered_account) == (None, None)
    assert (row.board.number, row.received_at) == (BOARD, AT)
    assert happened("register.DeliverersForgotten") == 1


def reviewed(number: str, *, accepted: bool | None) -> UUID:
    """A code whose name was not that of the sign-in, and what support decided (None: nothing yet); who used it."""
    cast.deliver(csv_of({"personeelsnummer": number}))
    claimed, judge = replace(cast.TEACHER, family_name="Dal"), cast.support()
    asking = cast.teacher()
    assert not register.redeem(code=cast.code_for(number), identity=claimed, viewer=asking, at=AT).joined
    if accepted is not None:
        waits = Review.objects.get(decided_at=None)
        said = {"accepted": accepted, "words": "Gezien", "claims": cast.JUDGE, "viewer": judge, "at": AT}
        register.decide_review(review=waits.id, **said)
    assert asking.account is not None
    return asking.account


def test_who_decided_a_review_and_who_used_its_code_are_forgotten_after_the_term_and_the_decision_stays() -> None:
    cast.institutions()
    refused, joined, waits = (
        reviewed(f"p{number}", accepted=accepted) for number, accepted in enumerate((False, True, None))
    )
    cast.deliver(
        csv_of(*({"personeelsnummer": f"p{number}", "voorletters": "Z."} for number in range(3))), at=LATER - DAY
    )
    codes, decided = (
        ActivationCodeIssued.objects.filter(redeemed_at__isnull=False),
        Review.objects.filter(decided_at__isnull=False),
    )
    assert register.destroy_due(LATER).deciders == 0
    assert decided.exclude(decided_by=None).count() == 2
    assert register.destroy_due(LATER + MINUTE).deciders == 3
    assert register.destroy_due(LATER + MINUTE).deciders == 0
    assert set(decided.values_list("decided_by", "accepted", "words")) == {
        (None, False, "Gezien"),
        (None, True, "Gezien"),
    }
    assert set(codes.values_list("redeemed_by", flat=True)) == {joined, waits}, refused
    assert happened("register.DecidersForgotten") == 1
    assert list(queries.broken_rules()) == []


def test_who_closes_her_account_leaves_no_code_of_a_file_that_was_not_hers() -> None:
    cast.institutions()
    refused = reviewed("p1", accepted=False)
    register.erase_person(account=refused, at=AT)
    assert not ActivationCodeIssued.objects.filter(redeemed_by=refused).exists()
    assert Employee.objects.count() == 1, "the board has its file, as before"


def test_what_the_log_says_of_people_goes_after_the_term_and_the_log_stays_valid() -> None:
    cast.institutions()
    cast.joined(csv_of({}, {"personeelsnummer": "p2"}))
    sealed()
    before = dict(AuditEvent.objects.filter(at=AT).values_list("id", "name"))
    of_people = set(EventSubject.objects.values_list("event_id", flat=True))
    of_people |= set(AuditEvent.objects.filter(actor_account__isnull=False).values_list("id", flat=True))
    assert audit_due.destroy(clock.dutch_midnight(LATER)) == "", "the day has not had its term"
    assert audit_due.destroy(LATER) == ""
    assert audit_due.destroy(LATER + DAY) == f"what {len(of_people)} events said forgotten"
    assert audit_due.destroy(LATER + DAY) == ""
    assert not EventSubject.objects.filter(event__in=before).exists()
    for event in AuditEvent.objects.filter(pk__in=of_people):
        said = (event.facts, event.salt, event.actor_account, event.actor_role, event.organisation, event.reason)
        assert said == (None, None, None, "", "", "")
        assert event.name == before[event.id], "that it happened stays, and when"
    whole = AuditEvent.objects.filter(pk__in=set(before) - of_people)
    assert whole.exists()
    assert all(event.salt and event.facts is not None for event in whole), "what names nobody stays whole"
    assert sealed().unsealed == 0
    assert rows_and_log_disagree() == []


def test_the_log_is_forgotten_a_batch_at_a_time_and_goes_on_where_it_was_cut_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "_TOGETHER", 2)
    for number in range(5):
        recorded(AT + number * MINUTE)
    younger = recorded(AT + 2 * DAY)
    noted = audit.record

    def cut_short(*said: Any, **more: Any) -> Any:
        if happened("audit.EventsForgotten"):
            raise RuntimeError
        return noted(*said, **more)

    with monkeypatch.context() as patched:
        patched.setattr(audit, "record", cut_short)
        with pytest.raises(RuntimeError):
            audit_due.destroy(LATER + DAY)
    assert AuditEvent.objects.filter(salt=None).count() == 2, "a batch is whole or not there"
    assert not Forgotten.objects.exists()
    assert audit_due.destroy(LATER + DAY) == "what 3 events said forgotten"
    assert AuditEvent.objects.get(pk=younger).salt
    facts = AuditEvent.objects.filter(name="audit.EventsForgotten").values_list("facts", flat=True)
    assert sum(each["events"] for each in facts) == 5


def recorded(at: datetime) -> UUID:
    with transaction.atomic():
        audit.record(CodesExpired(1), actor=Actor(None, "job"), at=at)
        return audit.record(CodeIssued(BOARD, "letter"), actor=Actor(None, "command"), at=at, subjects=[new_id()])


def test_most_rounds_ask_one_statement_and_what_is_left_behind_is_found() -> None:
    recorded(AT)
    audit_due.destroy(LATER + DAY)
    with CaptureQueriesContext(connection) as asked:
        assert audit_due.destroy(LATER + DAY + MINUTE) == ""
    assert len(asked) == 1
    broken = [each.rule for each in audit_invariants.broken(LATER + DAY)]
    assert "the log says something of somebody after its term" not in broken
    recorded(AT)
    broken = [each.rule for each in audit_invariants.broken(LATER + DAY)]
    assert "the log says something of somebody after its term" in broken


def test_what_she_confirmed_outlives_the_account_of_it() -> None:
    cast.institutions()
    teacher = cast.joined(csv_of({}))
    for each in queries.own_registration(teacher).appointments:
        register.confirm_appointment(version=each.latest.id, person=each.latest.person, viewer=teacher, at=AT)
    for step in (accounts_due.destroy, register_due.destroy, audit_due.destroy):
        step(LATER + 9 * DAY)
    assert Confirmation.objects.count() == 1
    assert queries.own_registration(teacher).number
    assert rows_and_log_disagree() == []


def rows_and_log_disagree() -> list[str]:
    """What the check finds, but for accounts: in these tests teachers have none."""
    sealed()
    found = [str(each) for each in register_invariants.broken(clock.now())]
    return [each for each in found if "account" not in each]
