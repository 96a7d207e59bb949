"""What the daily work does for forms that were sent."""

from datetime import datetime

from lerarenregister.register.rulebook import terms_at
from lerarenregister.sendings import actions


def destroy(at: datetime) -> str:
    """Forget which forms were done, after their term; idempotent. A sentence, or "" when nothing was due."""
    forgotten = actions.forget(before=at - terms_at(at).sent_form)
    return f"{forgotten} forms that were done forgotten" if forgotten else ""
