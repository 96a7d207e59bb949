"""Who has a portfolio key, for the vault that takes over from the first key store."""

import json
from collections.abc import Iterator

from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.accounts.queries import person_bound_identities
from lerarenregister.portfolio.actions import keys as key_actions


def lines() -> Iterator[str]:
    """A line of JSON for each identity that can hold a key: who it is at its provider, its account, and the id that the
    key gets in the vault, which is noted before it is said. Safe to repeat."""
    for account, issuer, subject in person_bound_identities():
        key = key_actions.reserve_key(viewer=Viewer(account=account, session=SessionKind.PERSON_BOUND))
        said = {"issuer": issuer, "subject": subject, "account": str(account), "key": key.hex}
        yield json.dumps(said)
