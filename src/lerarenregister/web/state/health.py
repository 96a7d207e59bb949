"""Whether this process can do its work: for a balancer that sends visitors to it, or waits."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError

from lerarenregister.upkeep.queries import clock_doubted, migrations_missing

_REMEMBERED = timedelta(seconds=1)
_log = logging.getLogger(__name__)
_last: dict[str, tuple[datetime, tuple[str, ...]]] = {}


def failing(at: datetime) -> tuple[str, ...]:
    """The names of what fails, of `database`, `migrations` and `clock`; nothing when visitors can come.

    `clock`: what would be written gets a moment that is not now, and its terms would end too early or too late. Not the
    vault: while it is away no portfolio opens, and all the rest works.

    What was found is remembered for a second: anybody may ask, and asking must not become work.
    """
    known = _last.get("failing")
    if known is None or not timedelta() <= at - known[0] < _REMEMBERED:
        known = _last["failing"] = (at, _looked(at))
    return known[1]


def forget() -> None:
    """Look again at the next question."""
    _last.clear()


def _looked(at: datetime) -> tuple[str, ...]:
    found = []
    try:
        if migrations_missing():
            found.append("migrations")
        elif clock_doubted(at):
            found.append("clock")
    except DatabaseError:
        _log.exception("the database does not answer")
        found.append("database")
    return tuple(found)
