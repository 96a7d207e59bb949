"""Whose turn it is: acts of one account that may not cross wait for each other. Writes nothing, and no event.

A portfolio takes turns too, and may reach nothing that writes in the common log; so this stands apart from `actions`.
"""

from collections.abc import Iterable
from uuid import UUID

from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.models import Account


def wait_for_turns(accounts: Iterable[UUID]) -> None:
    """The same of several accounts at once, also of those that are closed: for daily work that takes something away."""
    list(Account.objects.select_for_update().filter(pk__in=list(accounts)).order_by("pk").only("id"))


def take_turn(account: UUID) -> None:
    """From here to the end of the caller's transaction, acts of this account that take turns wait for each other.

    Raises SignInNeeded when the account is closed.
    """
    row = Account.objects.select_for_update().filter(pk=account).first()
    if row is not None and row.closed_at is not None:
        raise SignInNeeded
