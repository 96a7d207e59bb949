"""Finding who is there twice: in what a board delivered, and before a second registration comes into being.

What may be one person goes to the support organisation as a case. Nothing is joined here, and the holder of the other
file is told nothing: only who is kept waiting sees that it is looked into.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.cases.moving import JOB, Said, begin
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.models import Case, Delivery, Duplicate, Employee
from lerarenregister.register.queries.answering import is_held
from lerarenregister.register.queries.likeness import (
    Filed,
    Proven,
    alike_among,
    files_of,
    files_of_board,
    registered_like,
    registered_like_each,
)
from lerarenregister.register.rules.cases import CaseKind
from lerarenregister.register.rules.likeness import Someone, Verdict


@transaction.atomic
def find_in_delivery(delivery: UUID, *, at: datetime) -> int:
    """Look for whom a delivery (that was delivered) brought, among all of the same board and, who joined an account,
    among the registered; how many cases were opened. A second time finds nothing more."""
    row = Delivery.objects.select_for_update().filter(pk=delivery, state="delivered", searched_at=None).first()
    if row is None:
        return 0
    known = files_of_board(row.board_id)
    new = [each for each in known if each.delivery == row.id]
    opened = sum(
        open_case(one, other, verdict, at=at)
        for one, other, verdict in alike_among(new, known)
        if one.account is None or one.account != other.account
    )
    opened += _look([each for each in new if each.account is not None], at)
    row.searched_at = at
    row.save(update_fields=["searched_at"])
    return opened


def find_duplicates(at: datetime) -> int:
    """Look through every delivery that was not yet; how many cases were opened. For the daily work, and after each
    delivery."""
    waiting = Delivery.objects.filter(state="delivered", searched_at=None).order_by("finished_at")
    return sum(find_in_delivery(each, at=at) for each in waiting.values_list("pk", flat=True))


@transaction.atomic
def look_for_registered(account: UUID, *, at: datetime) -> bool:
    """Look whether somebody like her is registered already with another account; whether her registration waits for
    that, because a case about it is open."""
    _look(files_of(account), at)
    return is_held(account)


def look_for_files_like(account: UUID, someone: Someone, *, at: datetime) -> None:
    """Ask about who was just registered on a proof and whoever is like her and is registered with another account."""
    if files := files_of(account):
        _look(files, at)
        return
    for other, verdict in registered_like(someone, but=account):
        if isinstance(other, Filed):
            open_case(other, Proven(account, someone), verdict, at=at)


def _look(files: Sequence[Filed], at: datetime) -> int:
    """Ask about each of these and who is registered and like her; how many cases were opened."""
    found = registered_like_each([(each.someone, each.account) for each in files])
    return sum(
        open_case(filed, other, verdict, at=at)
        for filed, others in zip(files, found, strict=True)
        for other, verdict in others
    )


def open_case(filed: Filed, other: Filed | Proven, verdict: Verdict, *, at: datetime) -> bool:
    """Ask whether these two are one person, unless that is asked or was decided of the same facts. In the
    caller's transaction."""
    pair = _pair(filed, other)
    facts = _facts(filed, other)
    row = Duplicate.objects.select_for_update().filter(**pair).first()
    if row is not None and (bytes(row.facts) == facts or row.same is None):
        return False
    case = begin(_case(filed), Said(), board=False, actor=JOB, at=at)
    row = row or Duplicate(id=new_id(), **pair)
    row.case, row.facts, row.found_at = case, facts, at
    row.likeness, row.found = str(verdict.likeness), list(verdict.reasons)
    row.same, row.decided_at = None, None
    row.save()
    return True


def ask_again(pair: Duplicate, *, at: datetime) -> None:
    """Ask once more about two who were found to be one and stand each for itself again. In the caller's transaction."""
    case = Case(
        id=new_id(), kind=CaseKind.DUPLICATE, account=pair.one.account, employee=pair.one, board_id=pair.one.board_id
    )
    pair.case = begin(case, Said(), board=False, actor=JOB, at=at)
    pair.same, pair.decided_at, pair.found_at = None, None, at
    pair.save()


def _pair(filed: Filed, other: Filed | Proven) -> dict[str, UUID]:
    """By which fields a pair is known: of two files the older is the one."""
    if isinstance(other, Proven):
        return {"one_id": filed.employee, "other_account": other.account}
    one, two = sorted((filed.employee, other.employee))
    return {"one_id": one, "other_id": two}


def _case(filed: Filed) -> Case:
    board = Employee.objects.values_list("board", flat=True).get(pk=filed.employee)
    return Case(
        id=new_id(),
        kind=CaseKind.DUPLICATE,
        account=filed.account,
        employee_id=filed.employee,
        board_id=board,
    )


def _facts(filed: Filed, other: Filed | Proven) -> bytes:
    one, two = filed, other
    if isinstance(two, Filed) and two.employee < one.employee:
        one, two = two, one
    said = [[str(each.account or ""), each.someone.family_name, *_rest(each.someone)] for each in (one, two)]
    return keyed_hash("duplicate", json.dumps(said, ensure_ascii=False))


def _rest(someone: Someone) -> list[str]:
    return [someone.prefix, someone.first, str(someone.birth_date), someone.board, someone.staff_number]
