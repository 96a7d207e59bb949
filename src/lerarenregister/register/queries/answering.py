"""As which registration one answers: merges that stand, however many in a row."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce

from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.register.models import AnswersAs, Duplicate, Merge, Registration


def root_of(registration: UUID) -> UUID:
    """Under which registration this one counts now: itself, or another of the same person."""
    found = AnswersAs.objects.filter(registration=registration, superseded_at=None).values_list("root", flat=True)
    return found.first() or registration


def under(root: UUID) -> list[UUID]:
    """The registrations that answer as this one now, without itself."""
    rows = AnswersAs.objects.filter(root=root, superseded_at=None)
    return list(rows.order_by("registration__registered_at", "id").values_list("registration", flat=True))


def told_to(account: UUID) -> Q:
    """Of rows with a `registration`: those of hers, and those of the one as which hers answers."""
    answers = AnswersAs.objects.filter(registration__account=account, superseded_at=None)
    return Q(registration__account=account) | Q(registration__in=answers.values("root"))


def accounts_of(root: UUID) -> list[UUID]:
    """The accounts of a registration and of those that answer as it now, its own first."""
    rows = Registration.objects.filter(pk__in=[root, *under(root)])
    return [
        account for _, account in sorted((key != root, account) for key, account in rows.values_list("pk", "account"))
    ]


def family_of(registrations: Collection[UUID]) -> set[UUID]:
    """These registrations and all that merges that stand tie to them, in either direction."""
    found, fresh = set(registrations), set(registrations)
    while fresh:
        near = Merge.objects.filter(Q(registration__in=fresh) | Q(into__in=fresh), undone_at=None)
        fresh = {each for pair in near.values_list("registration", "into") for each in pair} - found
        found |= fresh
    return found


def person_known(until: datetime, field: str = "registration_id") -> Coalesce:
    """The registration under which one counts, as it was known at a moment: one for each person."""
    known = AnswersAs.objects.filter(Q(superseded_at=None) | Q(superseded_at__gte=until), recorded_at__lt=until)
    return Coalesce(
        Subquery(known.filter(registration=OuterRef(field)).values("root")[:1]), F(field), output_field=UUIDField()
    )


def number_of(registration: UUID) -> str:
    """Its number, as people read it."""
    return str(RegisterNumber(Registration.objects.values_list("number", flat=True).get(pk=registration)))


def numbers_of(registrations: Collection[UUID]) -> tuple[str, ...]:
    """Their numbers, as people read them, the oldest registration first."""
    rows = Registration.objects.filter(pk__in=registrations).order_by("registered_at", "id")
    return tuple(str(RegisterNumber(number)) for number in rows.values_list("number", flat=True))


def ties_of(account: UUID) -> tuple[str, tuple[str, ...]]:
    """The number as which the registration of an account answers ("" when as itself), and those that answer as it."""
    key = Registration.objects.values_list("pk", flat=True).get(account=account)
    root = root_of(key)
    return (number_of(root), ()) if root != key else ("", numbers_of(under(key)))


def holders(pairs: QuerySet[Duplicate]) -> set[UUID]:
    """The accounts of both sides of these pairs."""
    sides = pairs.values_list("one__account", "other__account", "other_account")
    return {each for pair in sides for each in pair if each is not None}


def is_held(account: UUID) -> bool:
    """Whether a case is open about her and somebody who is registered with another account, while she is not."""
    others = holders(Duplicate.of_account(account).filter(same=None, case__closed_at=None)) - {account}
    registered = Registration.objects.filter(account__in=[*others, account]).values_list("account", flat=True)
    return bool(others & set(registered)) and account not in registered
