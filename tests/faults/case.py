"""A writing path as a case of a point run, and the list of them all."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.attacks import cast
from tests.faults.acts import Act
from tests.faults.browsers import TOKEN, Answer, Inside, token_in
from tests.faults.world import World
from tests.register.cast import TEACHER


@dataclass(frozen=True)
class Case:
    """`send` does it and gives whether it was acknowledged; `seen` how often it is there. `again` names the tables in
    which, and the events of which, a second time leaves something of its own; docs/explanation/failure.md says why that
    is no harm. `later`: what was acknowledged is there when a worker has done it. `parts`: it is more than one
    transaction, so that a part of its events may be there while it waits to be done. `mended`: what may be found until
    the daily work mends it. `before`: how often it is there before it is done. `renew` signs her in again: a wrong
    clock may have ended her session. `private`: it leaves nothing in the common log."""

    name: str
    send: Callable[[], bool]
    seen: Callable[[], int]
    again: frozenset[str] = frozenset()
    later: bool = False
    renew: Callable[[], None] = lambda: None
    parts: bool = False
    mended: frozenset[str] = frozenset()
    before: int = 0
    private: bool = False


Make = Callable[[World], Case]
CASES: dict[str, Make] = {}


def case(make: Make) -> Make:
    """This writing path is one of those that are struck."""
    CASES[make.__name__] = make
    return make


def sent(browser: Inside, act: Act, *again: str, later: bool = False, parts: bool = False) -> Case:
    """An act that somebody sends from this browser."""
    return Case(
        act.name,
        lambda: act.told(browser.post(act.form)),
        lambda: act.seen(browser),
        frozenset(again),
        later,
        lambda: renewed(browser, act),
        parts,
        private=act.form.path.startswith(("/portfolio/", "/gedeeld/")),
    )


def done(browser: Inside, act: Act) -> Answer:
    """Done before the run, without a fault."""
    answer = browser.post(act.form)
    if not act.told(answer):
        raise RuntimeError(f"{act.name} does not work without a fault: {answer.status} {answer.location}")
    return answer


def renewed(browser: Inside, act: Act) -> None:
    """She signs in again, and sends the same form with the token of her new session."""
    if not browser.role:
        return  # nobody has to sign in for it
    who = {"teacher": TEACHER, "cor": cast.COLLEAGUE}.get(browser.role, cast.NOBODY_KNOWN)
    again = cast.sign_in(browser.role, person_bound=browser.role in ("teacher", "cor"), who=who)
    browser.client.cookies = again.client.cookies
    act.form.fields[TOKEN] = token_in(browser.get("/inloggen/").text)[TOKEN]
