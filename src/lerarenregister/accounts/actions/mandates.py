"""Administration offices, and the mandates that boards give them and end."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts import rules
from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.accounts.events import MandateEnded, MandateGiven, OfficeOpened
from lerarenregister.accounts.models import Mandate, Office
from lerarenregister.accounts.permissions import Covers, Permission, Role, SessionKind, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id


@transaction.atomic
def open_office(*, name: str, viewer: Viewer, at: datetime) -> str:
    """Open an administration office; returns its code. Only a command at the machine may. Raises NotAllowed,
    Invalid."""
    if viewer.session is not SessionKind.COMMAND:
        raise NotAllowed("accounts:office:open")
    called = " ".join(name.split())
    if not called:
        raise Invalid("an office has a name")
    last = Office.objects.select_for_update().order_by("-code").values_list("code", flat=True).first()
    code = f"K{int(last[1:]) + 1 if last else 1:04d}"
    Office.objects.create(id=new_id(), code=code, name=called[:120], opened_at=at)
    record(OfficeOpened(code), actor=Actor(None, "command"), at=at)
    return code


@transaction.atomic
def give_mandate(
    *,
    board: str,
    office: str,
    covers: Covers,
    begins_at: datetime,
    ends_at: datetime,
    most: timedelta,
    viewer: Viewer,
    at: datetime,
) -> UUID:
    """Let an office act for this board, for `most` at the longest (a term of the rulebook); a manager of the board may.
    Raises NotAllowed, Absent (no such office), or Invalid (its time does not fit, or the office has one of this board
    at that time already)."""
    actor = viewer.must(Permission.ACCOUNTS_MANDATE_GIVE, scope=board)
    rules.check_scope(board, scoped=True)
    rules.check_mandate(begins_at=begins_at, ends_at=ends_at, most=most, at=at)
    found = Office.objects.select_for_update().filter(code=office).first()
    if found is None:
        raise Absent("no such office")
    if Mandate.objects.filter(board=board, office=found, begins_at__lt=ends_at, ends_at__gt=begins_at).exists():
        raise Invalid("this office has a mandate of this board at that time already")
    mandate = Mandate.objects.create(
        id=new_id(), board=board, office=found, covers=covers, begins_at=begins_at, ends_at=ends_at, recorded_at=at
    )
    record(MandateGiven(mandate.id, board, office, covers, begins_at, ends_at), actor=actor, at=at)
    return mandate.id


@transaction.atomic
def end_mandate(*, mandate: UUID, board: str, viewer: Viewer, at: datetime) -> None:
    """End a mandate of this board now: the next request of the office's people finds it gone. One that has ended stays
    as it is. Raises NotAllowed, or Absent when it is not of this board."""
    actor = viewer.must(Permission.ACCOUNTS_MANDATE_GIVE, scope=board)
    found = (
        Mandate.objects.select_for_update(of=("self",)).select_related("office").filter(pk=mandate, board=board).first()
    )
    if found is None:
        raise Absent
    if found.ends_at <= at:
        return
    found.begins_at, found.ends_at = min(found.begins_at, at), at
    found.save(update_fields=["begins_at", "ends_at"])
    record(MandateEnded(found.id, board, found.office.code), actor=actor, at=at)


def check_role_scope(role: Role, scope: str) -> None:
    """The scope fits the role, and an office is there; raises Invalid."""
    rules.check_scope(scope, scoped=role.scoped, office=role is Role.OFFICE)
    if role is Role.OFFICE and not Office.objects.filter(code=scope).exists():
        raise Invalid("there is no office with this code")
