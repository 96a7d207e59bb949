"""What may never be in the portfolios and between them and the vault. Nothing is opened: no key, no envelope."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from uuid import UUID

from lerarenregister.jobs.invariants import accounts_absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.errors import KeysUnusable
from lerarenregister.portfolio.sharing import queries as sharing


def broken(_: datetime) -> Iterator[Finding]:
    """The stored rows agree with each other, and each has an owner."""
    yield from queries.broken_rules()
    yield from accounts_absent(queries.owners_stored())
    yield from sharing.broken_rules()
    yield from accounts_absent(sharing.owners_stored())


def keys_broken(held: Callable[[], Collection[UUID]]) -> Iterator[Finding]:
    """Whoever has something stored has a key in the vault, and each key there is of an account. `held` asks the vault
    for the ids of its keys; raises KeysUnusable when it does not answer.

    The id of a key is noted before the key is made, and an account is there before that. So what comes in while we look
    is no finding: the vault is asked first, and for the other direction once more.
    """
    try:
        first = set(held())
        stored = set(queries.owners_stored()) | set(sharing.owners_stored())
        noted = queries.keys_noted()
        erasures = (
            queries.erasures_waiting() + queries.erasures_done()
        )  # of closed accounts: the daily work erases them
        waiting = {each.key for each in erasures}
        with_key = {noted[key] for key in held() if key in noted}
    except KeysUnusable as error:
        yield Finding("the vault does not answer, so that nobody knows whether the keys are there", str(error))
        return
    yield from accounts_absent(noted.values())
    for account in sorted(stored - with_key):
        yield Finding("a portfolio has no key", str(account))
    for key in sorted(first - noted.keys() - waiting):
        yield Finding("a key is of nobody who has an account", str(key))
