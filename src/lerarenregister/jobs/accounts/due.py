"""What the daily work does for accounts."""

from datetime import datetime

from django.contrib.sessions.models import Session

from lerarenregister.accounts import actions


def destroy(at: datetime) -> str:
    """Destroy sessions that are over, with the claims they held; idempotent. A sentence, or "" when nothing was due."""
    Session.objects.filter(expire_date__lt=at).delete()
    destroyed = actions.destroy_sessions(at=at)
    return f"{destroyed} old sessions destroyed" if destroyed else ""
