"""When a message is tried again, and for how long."""

from datetime import timedelta

GIVEN_UP_AFTER = timedelta(days=5)
"""As long as mail servers themselves keep trying (RFC 5321, 4.5.4.1): one may be away for a weekend."""
MESSAGES_KEPT = timedelta(days=30)
_LONGEST = timedelta(hours=4)


def next_try_after(tries: int) -> timedelta:
    """5, 10, 20, 40, 80, 160 minutes after the first, second, third … try, and every four hours from then on."""
    return min(timedelta(minutes=5 * 2 ** min(tries - 1, 10)), _LONGEST)
