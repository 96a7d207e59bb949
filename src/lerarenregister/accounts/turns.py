"""Whose turn it is: acts of one account that may not cross wait for each other. Writes nothing, and no event.

A portfolio takes turns too, and may reach nothing that writes in the common log; so this stands apart from `actions`.
"""

from uuid import UUID

from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.models import Account


def take_turn(account: UUID) -> None:
    """From here to the end of the caller's transaction, acts of this account that take turns wait for each other.

    Raises SignInNeeded when the account is closed.
    """
    row = Account.objects.select_for_update().filter(pk=account).first()
    if row is not None and row.closed_at is not None:
        raise SignInNeeded
