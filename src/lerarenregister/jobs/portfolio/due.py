"""What is due for the portfolio."""

from collections.abc import Callable
from datetime import datetime

from lerarenregister.accounts.queries import accounts_closed
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import files, keys
from lerarenregister.portfolio.actions.releasing import destroy_releases
from lerarenregister.portfolio.sharing import actions as sharing
from lerarenregister.portfolio.sharing import queries as shared
from lerarenregister.register.rulebook import rulebook_at


def destroy(at: datetime) -> str:
    """Remove what was deleted over 30 days ago, files that no entry names, shared copies past their end, and consents
    that had their term; safe to repeat. A sentence, or "" when nothing was due."""
    removed = waited = ended = over = 0
    while batch := actions.purge_due(at=at):
        removed += batch
    while batch := files.destroy_waiting(at=at):
        waited += batch
    while batch := sharing.end_due(at=at):
        ended += batch
    while batch := destroy_releases(purposes=rulebook_at(at).purposes, at=at):
        over += batch
    said = {
        "deleted portfolio entries removed for good": removed,
        "files that no entry names removed": waited,
        "shared copies past their end removed": ended,
        "consents whose term is over removed": over,
        "erased keys forgotten, for no backup has them": keys.forget_erasures(at=at),
    }
    return "; ".join(f"{count} {what}" for what, count in said.items() if count)


def finish_closing(erase_waiting: Callable[[], int], erase_again: Callable[[], int]) -> str:
    """Finish what the closing of an account left, should it have been cut short; a sentence, or "" when nothing was.

    `erase_waiting` asks the vault to erase the keys that wait for it, `erase_again` those that a backup of it brought
    back: of the vault this knows nothing.
    """
    closed = list(accounts_closed())
    left, sharers = queries.owners_among(closed), shared.owners_among(closed)
    erased = actions.erase_stored_of(owners=left) if left else 0
    if sharers:
        erased = max(erased, sharing.erase_shares_of(owners=sharers))
    gone = erase_waiting() + erase_again()
    return f"{gone} keys and {erased} portfolios of closed accounts erased" if gone or erased else ""
