"""Two registrations that are one person's: one answers as the other, until two people undo it.

Nothing moves: each account keeps its files, its confirmations and its portfolio, and each registration its number and
its history. What changes is under which registration she counts. So undoing it is one step that loses nothing.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.answering import locked_family, set_roots
from lerarenregister.register.actions.cases.finding import ask_again, look_for_registered
from lerarenregister.register.actions.registering import enter, note_act
from lerarenregister.register.errors import CaseMovedOn, MergedAlready
from lerarenregister.register.events import DuplicateDecided, RegistrationsMerged, RegistrationsSplit
from lerarenregister.register.models import (
    Act,
    Appointment,
    Case,
    Confirmation,
    Duplicate,
    Merge,
    Registration,
    RegistrationSpell,
)
from lerarenregister.register.queries.answering import family_of, holders, is_held, root_of
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.register.rules.acts import ActKind

_FIRST_REGISTRATION = 20_171_201
"""By which the database knows the lock; no other has this number."""


def enter_as_one(*, account: UUID, appointment: Appointment, actor: Actor, at: datetime) -> None:
    """Enter an appointment that she confirmed in the register, unless her registration waits for whether she has one
    already. In the caller's transaction."""
    registered = Registration.objects.filter(account=account).exists()
    if not registered:
        one_at_a_time()
        if look_for_registered(account, at=at):
            return
    enter(account=account, appointment=appointment, actor=actor, at=at)
    if not registered:
        _merge_decided(account, actor, at)


def one_at_a_time() -> None:
    """From here to the end of the caller's transaction nobody else is registered for the first time: of two accounts of
    one person that confirm at once neither would find the other. (SQLite has one writer as it is.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_REGISTRATION])


def decide_duplicate(case: Case, *, same: bool, motive: str, actor: Actor, at: datetime) -> None:
    """Two people decided whether two files are of one person: what waited for it is entered, and two registrations
    become one. In the caller's transaction. Raises CaseMovedOn when one of the files is gone, MergedAlready."""
    pair = Duplicate.objects.select_for_update().filter(case=case).first()
    if pair is None:
        raise CaseMovedOn
    pair.same, pair.decided_at = same, at
    pair.save(update_fields=["same", "decided_at"])
    accounts = sorted(holders(Duplicate.objects.filter(pk=pair.pk)))
    subjects = list(dict.fromkeys([*accounts, pair.one_id, *([pair.other_id] if pair.other_id else [])]))
    record(DuplicateDecided(case.id, same), actor=actor, at=at, subjects=subjects)
    for each in accounts:
        enter_waiting(each, actor, at)
    registered = list(Registration.objects.filter(account__in=accounts).order_by("registered_at", "id"))
    if same and len(registered) == 2:
        merge(registered[1], registered[0], case=case, motive=motive, actor=actor, at=at)


def kept_waiting_by(account: UUID) -> list[UUID]:
    """Whose registration may wait for whether they are the holder of this account."""
    return sorted(holders(Duplicate.of_account(account).filter(same=None)) - {account})


def enter_waiting(account: UUID, actor: Actor, at: datetime) -> None:
    """Enter what she confirmed while her registration waited, when nothing else keeps it."""
    if Registration.objects.filter(account=account).exists() or is_held(account):
        return
    confirmed = Confirmation.objects.filter(account=account, version__withdrawn=False)
    for key in dict.fromkeys(confirmed.order_by("confirmed_at", "id").values_list("version__appointment", flat=True)):
        appointment = Appointment.objects.get(pk=key)
        if RULEBOOKS.ground(appointment.ground).qualified:
            enter(account=account, appointment=appointment, actor=actor, at=at)


def _merge_decided(account: UUID, actor: Actor, at: datetime) -> None:
    """Merge a registration that just came into being with one that was decided to be hers before it did."""
    mine = Registration.objects.get(account=account)
    for pair in Duplicate.of_account(account).filter(same=True).select_related("case"):
        accounts = holders(Duplicate.objects.filter(pk=pair.pk)) - {account}
        other = Registration.objects.filter(account__in=accounts).first()
        if other is not None and pair.case is not None and root_of(mine.id) != root_of(other.id):
            merge(mine, other, case=pair.case, motive="", actor=actor, at=at)


def merge(one: Registration, other: Registration, *, case: Case, motive: str, actor: Actor, at: datetime) -> None:
    """Let one registration answer as the other, by an act of each. In the caller's transaction.

    The one that holds stays, else the older (`other`). They are one already: nothing happens. Raises MergedAlready when
    both answer as others of different people.
    """
    locked = locked_family([one.id, other.id])
    one, other = locked[one.id], locked[other.id]
    if root_of(one.id) == root_of(other.id):
        return
    free = [each for each in (one, other) if root_of(each.id) == each.id]
    if not free:
        raise MergedAlready
    holds = set(
        RegistrationSpell.objects.filter(registration__in=locked, superseded_at=None, until=None).values_list(
            "registration_id", flat=True
        )
    )
    goes = one if len(free) == 2 and (other.id in holds or one.id not in holds) else free[-1]
    stays = other if goes.id == one.id else one
    act = note_act(goes, ActKind.MERGED, at, role=actor.role, case=case, motive=motive)
    received = note_act(stays, ActKind.RECEIVED, at, role=actor.role, case=case, motive=motive)
    Merge.objects.create(id=new_id(), registration=goes, into=stays, case=case, made_at=at)
    set_roots(family_of([goes.id]), at)
    subjects = [goes.account, stays.account]
    record(RegistrationsMerged(act.id, received.id), actor=actor, at=at, subjects=subjects)


def undo_merge(case: Case, *, motive: str, actor: Actor, at: datetime) -> None:
    """Let the two stand each for itself again, whatever else answers as one of them: who was found to be the same as
    both is asked about once more. In the caller's transaction. Raises CaseMovedOn when it was undone already or is
    gone."""
    found = Merge.objects.filter(split_case=case, undone_at=None).first()
    if found is None:
        raise CaseMovedOn
    locked = locked_family([found.registration_id])
    row = Merge.objects.select_for_update(of=("self",)).filter(pk=found.pk, undone_at=None).first()
    if row is None:
        raise CaseMovedOn
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    set_roots(locked, at)
    Duplicate.objects.filter(case=row.case_id, same=True).update(same=False, decided_at=at)
    _ask_of_parted([locked[key].account for key in locked], at)
    acts: list[Act] = []
    for key in (row.registration_id, row.into_id):
        acts.append(note_act(locked[key], ActKind.SPLIT, at, role=actor.role, case=case, motive=motive))
    subjects = [locked[row.registration_id].account, locked[row.into_id].account]
    record(RegistrationsSplit(acts[0].id, acts[1].id), actor=actor, at=at, subjects=subjects)


def _ask_of_parted(accounts: Collection[UUID], at: datetime) -> None:
    roots = {each.account: root_of(each.id) for each in Registration.objects.filter(account__in=accounts)}
    pairs = {pair.id: pair for account in accounts for pair in Duplicate.of_account(account).filter(same=True)}
    for key in sorted(pairs):
        sides = holders(Duplicate.objects.filter(pk=key))
        if len({roots[each] for each in sides if each in roots}) > 1:
            ask_again(Duplicate.objects.select_for_update(of=("self",)).select_related("one").get(pk=key), at=at)
