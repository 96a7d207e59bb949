"""What the daily work does for the rights of people."""

from datetime import datetime

from lerarenregister.person import actions


def destroy(at: datetime) -> str:
    """Destroy answered objections after their term; idempotent. A sentence, or "" when nothing was due."""
    forgotten = actions.forget_objections(at=at)
    return f"{forgotten} answered objections forgotten" if forgotten else ""
