"""What the daily work does for people: telling them that something waits, and the end of what had its term."""

from datetime import datetime

from lerarenregister.person import actions
from lerarenregister.person.actions import contact


def by_term(at: datetime) -> str:
    """Tell who wants to be told, and destroy answered objections and unverified addresses after their term; idempotent.
    A sentence, or "" when nothing was due. Only while the clock is believed."""
    done = {
        "told that something waits": contact.tell_news(at),
        "answered objections forgotten": actions.forget_objections(at=at),
        "unverified addresses erased": contact.forget_unverified(at),
    }
    return ", ".join(f"{amount} {what}" for what, amount in done.items() if amount)
