"""What the daily work does for accounts."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore

from lerarenregister.accounts import actions


def run(at: datetime) -> str:
    """Destroy sessions that are over, with the claims they held; idempotent. A sentence, or "" when nothing was due."""
    SessionStore.clear_expired()
    destroyed = actions.destroy_sessions(at=at)
    return f"{destroyed} old sessions destroyed" if destroyed else ""
