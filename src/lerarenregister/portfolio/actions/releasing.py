"""Her consent that coarse values of her portfolio count for a purpose of the profession: given, renewed, withdrawn.

Like everything of a portfolio it writes no event. Each act is one transaction.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.models import Release
from lerarenregister.portfolio.queries.releasing import (
    installation_sealer,
    release_place,
    released_of,
    would_release,
)
from lerarenregister.portfolio.rules.releasing import mark_of, pack

_DESTROY_AT_MOST = 500


@transaction.atomic
def release(*, viewer: Viewer, sealer: Sealer, purpose: str, seen: str, term: timedelta, at: datetime) -> bool:
    """Release the values of her portfolio as it is now for this purpose, in place of what she released before.

    `seen` is the mark of the values that her page showed (`mark_of`). Whether they were released: not when her
    portfolio says something else by now, or nothing. Then nothing changes, and she looks again.
    """
    owner, today = viewer.person(), dutch_date(at)
    years = would_release(viewer, sealer, today=today)
    if not years or mark_of(years) != seen:
        return False
    if any(
        (each.purpose, each.released_on, each.until, each.years) == (purpose, today, today + term, years)
        for each in released_of(owner)
    ):
        return True  # a second click
    values = installation_sealer().seal(pack(years), bound_to=release_place(owner, purpose))
    given = {"released_on": today, "until": today + term, "values": values}
    Release.objects.update_or_create(
        owner=owner, purpose=purpose, defaults=given, create_defaults={**given, "id": random_id()}
    )
    return True


@transaction.atomic
def withdraw(*, viewer: Viewer, purpose: str) -> bool:
    """Take back what she released for this purpose, at once; whether there was anything. Needs no key."""
    gone, _ = Release.objects.filter(owner=viewer.person(), purpose=purpose).delete()
    return bool(gone)


@transaction.atomic
def destroy_releases(*, purposes: Collection[str], at: datetime) -> int:
    """Destroy what had its term, and what was released for a purpose that the rulebook no longer has; how many, 500 at
    most."""
    over = Release.objects.filter(until__lte=dutch_date(at)) | Release.objects.exclude(purpose__in=purposes)
    keys: list[UUID] = list(over.order_by("id").values_list("id", flat=True)[:_DESTROY_AT_MOST])
    Release.objects.filter(pk__in=keys).delete()
    return len(keys)
