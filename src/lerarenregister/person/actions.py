"""What she does with her rights."""

from datetime import datetime

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.actions import record
from lerarenregister.person.events import AccessGiven


@transaction.atomic
def give_access(*, viewer: Viewer, with_portfolio: bool, at: datetime) -> None:
    """She asks for all that is held of her: noted before the first byte leaves. `queries.everything_held` reads it.

    Raises SignInNeeded or PersonBoundNeeded.
    """
    record(AccessGiven(with_portfolio), actor=viewer.as_teacher(), at=at, subjects=[viewer.person()])
