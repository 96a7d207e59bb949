"""What the daily work does for the log."""

from datetime import datetime

from lerarenregister.audit import actions
from lerarenregister.kernel import clock
from lerarenregister.register.rulebook import terms_at


def destroy(at: datetime) -> str:
    """Erase what the log said of people, a whole day at a time once that day has had its term; idempotent. A sentence,
    or "" when nothing was due."""
    forgotten = actions.forget_events(before=clock.dutch_midnight(at - terms_at(at).accountability), at=at)
    return f"what {forgotten} events said forgotten" if forgotten else ""
