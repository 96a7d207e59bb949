"""What she would release of her portfolio, and what she released: for her pages, the gate and her access request.

What is released is sealed under a key of the installation, made of its secret: the statistics need it without her, and
a database or a backup without that secret tells no value. After a change of the secret nothing of it opens; then it
counts as not released, and she can withdraw it or release anew.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio.models import Release
from lerarenregister.portfolio.queries.shelf import shelf_of, those
from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.releasing import Counted, YearFacets, coarse, unpack


@dataclass(frozen=True, slots=True)
class Released:
    """What she released for a purpose, and until when it counts. `years` is empty when it does not open any more."""

    purpose: str
    released_on: date
    until: date
    years: tuple[YearFacets, ...]


def would_release(viewer: Viewer, sealer: Sealer, *, today: date) -> tuple[YearFacets, ...]:
    """The coarse values of her portfolio as it is now; what is in the bin does not count."""
    return coarse(
        (
            Counted(date.fromisoformat(each.head.order[0]), Kind(each.head.fields["kind"]))
            for each in those(shelf_of(viewer.person(), sealer), Form.ENTRY)
        ),
        today=today,
    )


def released_of(owner: UUID, *, today: date | None = None) -> list[Released]:
    """What this account released, by purpose: what still counts on a day, or all that is stored."""
    rows = Release.objects.filter(owner=owner).order_by("purpose")
    rows = rows.filter(until__gt=today) if today else rows
    return [Released(row.purpose, row.released_on, row.until, opened_release(row)) for row in rows]


def released_for(purpose: str, *, today: date) -> Iterator[tuple[YearFacets, ...]]:
    """What counts for a purpose, one tuple a person, in an order that says nothing. For the gate alone."""
    rows = Release.objects.filter(purpose=purpose, until__gt=today).order_by("id")
    for row in rows.iterator(chunk_size=1_000):
        years = opened_release(row)
        if years:
            yield years


def opened_release(row: Release) -> tuple[YearFacets, ...]:
    """The values of a row; none when it does not open."""
    try:
        return unpack(installation_sealer().open(bytes(row.values), bound_to=release_place(row.owner, row.purpose)))
    except Unreadable:
        return ()


def installation_sealer() -> Sealer:
    """The sealer of what was released: its key is made of the secret of the installation."""
    return Sealer(hmac.digest(settings.SECRET_KEY.encode(), b"released from portfolios 1", hashlib.sha256))


def release_place(owner: UUID, purpose: str) -> bytes:
    """To what the envelope of a release is bound."""
    return b"portfolio release 1|" + owner.bytes + purpose.encode()
