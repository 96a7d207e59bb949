"""Tasks whose worker died: what they did is done or resumed elsewhere, and they no longer count as at work."""

from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

_LOST_AFTER = timedelta(hours=1)
"""No task takes as long. One that does anyway still writes down how it ended."""


def end_lost_tasks(at: datetime) -> int:
    """Note as failed what was begun long ago and never ended; returns how many."""
    lost = DBTaskResult.objects.running().filter(started_at__lt=at - _LOST_AFTER)
    return lost.update(status="FAILED", finished_at=at, exception_class_path="builtins.ConnectionAbortedError")
