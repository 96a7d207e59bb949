"""What may never be in the portfolios and between them and the key store. Nothing is opened: no key, no envelope."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lerarenregister.accounts.queries import person_bound_identities
from lerarenregister.jobs.invariants import accounts_absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.errors import KeysUnusable


class Inventory(Protocol):
    """What is asked of the key store: under which keyed hashes it holds a key."""

    def locators(self) -> Iterator[bytes]:
        """All of them."""

    def locator(self, issuer: str, subject: str) -> bytes:
        """The one of a person."""


def broken(_: datetime) -> Iterator[Finding]:
    """The stored rows agree with each other, and each has an owner."""
    yield from queries.broken_rules()
    yield from accounts_absent(queries.owners_stored())


def keys_broken(inventory: Callable[[], Inventory]) -> Iterator[Finding]:
    """Whoever has something stored has a key, and each key has an account.

    A key is made before anything is stored, and an account before its key. So the keys are read once before the
    accounts and once after: what comes in while we look is no finding.
    """
    try:
        store = inventory()
    except KeysUnusable as error:
        if any(True for _ in queries.owners_stored()):
            yield Finding("there are portfolios and the key store is not usable", str(error))
        return
    first = set(store.locators())
    stored = set(queries.owners_stored())
    persons: dict[bytes, UUID] = {
        store.locator(issuer, subject): account for account, issuer, subject in person_bound_identities()
    }
    with_key = {persons[locator] for locator in store.locators() if locator in persons}
    for account in sorted(stored - with_key):
        yield Finding("a portfolio has no key", str(account))
    waiting = {each.locator for each in queries.erasures_waiting()}  # of closed accounts: the daily work erases them
    for locator in sorted(first - persons.keys() - waiting):
        yield Finding("a key is of nobody who has an account", locator.hex()[:16])
