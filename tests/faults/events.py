"""The common log beside what was acknowledged: each act leaves its events once, an act that is not there leaves none,
and what is done in a portfolio leaves none at all."""

from collections import Counter
from collections.abc import Collection, Iterator

from django.db import connection

from tests.faults.case import Case

Events = Counter[str]
LOOKING = frozenset(
    {
        "accounts.RolesListed",
        "accounts.SignedIn",
        "audit.Consultation",
        "person.ObjectionsConsulted",
        "register.BurdenPublished",
        "register.CasesConsulted",
        "register.FiguresPublished",
        "register.PeopleConsulted",
        "register.ReportConsulted",
        "register.ReviewsConsulted",
    }
)
"""What a look leaves, and the sign-in before it: we look, and so does she, as often as it takes. And what the daily
work of a house does of its own, in some runs before the act ends and in others not."""


def events() -> Events:
    """How many events of each name the log has, but for those of looking and of the daily work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, count(*) FROM audit_auditevent GROUP BY name")
        return Counter({name: count for name, count in cursor.fetchall() if name not in LOOKING})


def since(before: Events) -> Events:
    """What came to the log since then."""
    return Counter({name: count - before[name] for name, count in events().items() if count != before[name]})


def wrong_at_once(case: Case, came: Events, usual: Events, *, there: bool, told: bool) -> Iterator[str]:
    """What differs from the events of this act, right after the fault: before anything was mended or sent again."""
    if case.parts:
        if told and any(came[name] < count for name, count in usual.items()):
            yield f"at once: it was acknowledged, and its events are {_said(came)} instead of {_said(usual)}"
        return
    done = told if case.later else there
    if done and not _same(came, usual, case.again):
        yield f"at once: it is done, and its events are {_said(came)} instead of {_said(usual)}"
    if not there and not told and came and not (case.later and came == usual):
        yield f"at once: it is not done, and there are events of it: {_said(came)}"


def different_events(came: Events, usual: Events, again: Collection[str]) -> Iterator[str]:
    """What differs from the events when nothing goes wrong, now that everything was acknowledged."""
    if not _same(came, usual, again):
        yield f"in the end its events are {_said(came)} instead of {_said(usual)}"


def _same(came: Events, usual: Events, again: Collection[str]) -> bool:
    """Each event as often as usual; those that a second time leaves too, at least so often."""
    names = came.keys() | usual.keys()
    return all(came[name] == usual[name] or (name in again and came[name] > usual[name]) for name in names)


def _said(counted: Events) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "none"
