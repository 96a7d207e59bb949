"""Keeping what merges lead to: under which registration each of them counts. In the caller's transaction."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.models import AnswersAs, Case, Merge, Registration
from lerarenregister.register.queries.answering import family_of


def locked_family(registrations: Collection[UUID]) -> dict[UUID, Registration]:
    """These registrations and all that merges tie to them, locked in the order of all who hold more than one: what is
    read of them from here on stays so."""
    while True:
        family = family_of(registrations)
        rows = Registration.objects.select_for_update().filter(pk__in=family).order_by("id")
        locked = {row.id: row for row in rows}
        if family_of(registrations) <= set(family):
            return locked


def set_roots(registrations: Collection[UUID], at: datetime) -> None:
    """Note under which registration each of these counts from now on."""
    merged = Merge.objects.filter(registration__in=family_of(registrations), undone_at=None)
    into = dict(merged.values_list("registration", "into"))
    for each in sorted(registrations):
        root = each
        while root in into:
            root = into[root]
        standing = AnswersAs.objects.filter(registration=each, superseded_at=None)
        if root == standing.values_list("root", flat=True).first() or (root == each and not standing.exists()):
            continue
        standing.update(superseded_at=at)
        if root != each:
            AnswersAs.objects.create(id=new_id(), registration_id=each, root_id=root, recorded_at=at)


def let_go(registration: UUID, at: datetime) -> None:
    """Untie a registration that is erased from all others: those that answered as it stand for themselves again."""
    others = family_of([registration]) - {registration}
    ties = Merge.objects.filter(Q(registration=registration) | Q(into=registration))
    Case.objects.filter(pk__in=list(ties.values_list("split_case", flat=True)), closed_at=None).delete()
    ties.delete()
    AnswersAs.objects.filter(Q(registration=registration) | Q(root=registration)).delete()
    set_roots(others, at)
