"""The log: sealed whole, verified by anyone, and a change is found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from lerarenregister.audit import actions, queries
from lerarenregister.audit.errors import LogDamaged
from lerarenregister.audit.events import Actor, Consultation, Event, Reason
from lerarenregister.audit.models import AuditEvent, EventSubject, TreeHead
from lerarenregister.kernel.identifiers import new_id

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ORIGIN = "test.example.org/log"
TEACHER, STAFF = new_id(), new_id()


@dataclass(frozen=True, slots=True)
class SomethingHappened(Event):
    what: str


def record(what: str, at: datetime, subject: UUID = TEACHER) -> UUID:
    with transaction.atomic():
        return actions.record(SomethingHappened(what), actor=Actor(STAFF, "support"), at=at, subjects=[subject])


def seal(at: datetime, most: int = 500) -> int:
    return actions.seal(key=KEY, origin=ORIGIN, at=at, most=most)


def test_a_sealed_log_verifies_in_every_size(at: datetime) -> None:
    for number in range(13):
        record(f"number {number}", at)
        if number % 3 == 0:
            seal(at)
    seal(at)
    state = queries.verify_log(key=KEY.public_key(), origin=ORIGIN)
    assert (state.size, state.unsealed) == (13, 0)


def test_the_sealer_finds_an_event_that_was_committed_late_with_an_earlier_id(at: datetime) -> None:
    early_id = new_id()
    record("later id, sealed first", at)
    assert seal(at) == 1
    late = AuditEvent.objects.get()
    late.pk, late.leaf_index = early_id, None
    late.commitment = late.committed([])
    late.leaf_hash = late.leaf()
    late.save(force_insert=True)
    assert seal(at) == 1
    assert queries.verify_log(key=KEY.public_key(), origin=ORIGIN).size == 2


@pytest.mark.parametrize("change", ["facts", "at", "subject", "delete", "swap", "head", "foreign-key"])
def test_every_change_is_found(at: datetime, change: str) -> None:
    ids = [record(f"number {number}", at) for number in range(4)]
    seal(at)
    key = KEY
    match change:
        case "facts":
            AuditEvent.objects.filter(pk=ids[1]).update(facts={"what": "another"})
        case "at":
            AuditEvent.objects.filter(pk=ids[1]).update(at=at.replace(year=2019))
        case "subject":
            EventSubject.objects.filter(event_id=ids[2]).update(subject=STAFF)
        case "delete":
            EventSubject.objects.filter(event_id=ids[3]).delete()
            AuditEvent.objects.filter(pk=ids[3]).delete()
        case "swap":
            AuditEvent.objects.filter(pk=ids[0]).update(leaf_index=99)
            AuditEvent.objects.filter(pk=ids[1]).update(leaf_index=0)
            AuditEvent.objects.filter(pk=ids[0]).update(leaf_index=1)
        case "head":
            head = TreeHead.objects.get()
            TreeHead.objects.update(checkpoint=head.checkpoint.replace("\n4\n", "\n5\n"))
        case "foreign-key":
            key = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(LogDamaged):
        queries.verify_log(key=key.public_key(), origin=ORIGIN)


@pytest.mark.parametrize("sealed", [0, 3])
@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("change", ["facts", "at", "name", "actor", "subject", "salt", "leaf"])
def test_a_change_to_an_event_that_is_not_sealed_yet_is_found(
    at: datetime, change: str, place: int, sealed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_BATCH", 2)
    for number in range(sealed):
        record(f"sealed {number}", at)
    seal(at)
    ids = [record(f"waits {number}", at) for number in range(5)]
    whole = queries.verify_log(key=KEY.public_key(), origin=ORIGIN)
    assert (whole.size, whole.unsealed) == (sealed, 5)
    row = AuditEvent.objects.filter(pk=ids[place])
    match change:
        case "facts":
            row.update(facts={"what": "another"})
        case "at":
            row.update(at=at.replace(year=2019))
        case "name":
            row.update(name="audit.AnotherThing")
        case "actor":
            row.update(actor_account=TEACHER)
        case "subject":
            EventSubject.objects.filter(event_id=ids[place]).update(subject=STAFF)
        case "salt":
            row.update(salt=None)
        case "leaf":
            row.update(leaf_hash=b"l" * 32)
    with pytest.raises(LogDamaged, match=str(ids[place])):
        queries.verify_log(key=KEY.public_key(), origin=ORIGIN)


def test_facts_can_be_erased_while_the_log_stays_valid(at: datetime) -> None:
    event_id = record("to be forgotten", at)
    seal(at)
    erase(event_id)
    assert queries.verify_log(key=KEY.public_key(), origin=ORIGIN).size == 1


def erase(event_id: UUID) -> None:
    EventSubject.objects.filter(event_id=event_id).delete()
    AuditEvent.objects.filter(pk=event_id).update(
        facts=None, salt=None, actor_account=None, actor_role="", organisation="", reason=""
    )


@pytest.mark.parametrize(
    "lie", [{"facts": {"what": "a lie"}}, {"actor_role": "support"}, {"reason": "letter-is-printed"}]
)
def test_an_erased_event_can_not_be_given_other_words(at: datetime, lie: dict[str, Any]) -> None:
    event_id = record("to be forgotten", at)
    seal(at)
    erase(event_id)
    AuditEvent.objects.filter(pk=event_id).update(**lie)
    with pytest.raises(LogDamaged, match="says something"):
        queries.verify_log(key=KEY.public_key(), origin=ORIGIN)


@pytest.mark.django_db(transaction=True)
def test_an_event_without_a_transaction_is_refused(at: datetime) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        actions.record(SomethingHappened("alone"), actor=Actor(STAFF, "support"), at=at)
    assert not AuditEvent.objects.exists()


def test_she_sees_who_looked_and_a_stranger_sees_nothing_of_it(at: datetime) -> None:
    stranger, file_at_board = new_id(), new_id()
    with transaction.atomic():
        looked = Consultation(Reason.BOARD_CHECKS_OWN_DELIVERY)
        actions.record(looked, actor=Actor(STAFF, "board-staff", "10249"), at=at, subjects=[file_at_board, new_id()])
        actions.record(looked, actor=Actor(TEACHER, "teacher"), at=at, subjects=[file_at_board])
    record("no consultation", at, file_at_board)
    seen = queries.consultations_of([TEACHER, file_at_board], except_by=TEACHER)
    assert [(each.role, each.organisation, each.reason) for each in seen] == [
        ("board-staff", "10249", "board-checks-own-delivery")
    ]
    assert queries.consultations_of([stranger], except_by=stranger) == []
