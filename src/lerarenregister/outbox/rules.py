"""When a message is tried again."""

from datetime import timedelta

MOST_TRIES = 6
MESSAGES_KEPT = timedelta(days=30)


def next_try_after(tries: int) -> timedelta:
    """5, 10, 20, 40, 80 … minutes after the first, second, third … try: a mail server may be away for some hours."""
    return timedelta(minutes=5 * 2 ** (tries - 1))
