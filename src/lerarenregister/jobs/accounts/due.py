"""What the daily work does for accounts."""

from datetime import datetime

from django.contrib.sessions.models import Session

from lerarenregister.accounts import actions
from lerarenregister.register.rulebook import terms_at


def destroy(at: datetime) -> str:
    """Destroy sessions that are over, with the claims they held, old tries of codes, and what ended long enough ago;
    idempotent. A sentence, or "" when nothing was due."""
    Session.objects.filter(expire_date__lt=at).delete()
    sessions, tries = actions.destroy_sessions(at=at), actions.forget_tries(at=at)
    terms = terms_at(at)
    ended = actions.forget_ended(before=at - terms.accountability, unused_before=at - terms.unused_invitation, at=at)
    done = {
        "old sessions destroyed": sessions,
        "tries of invitations forgotten": tries,
        "ended roles forgotten": ended.roles,
        "invitations forgotten": ended.invitations,
        "closed accounts forgotten": ended.accounts,
    }
    return ", ".join(f"{number} {what}" for what, number in done.items() if number)
