"""What each layer of security costs: the same request with the layer and without it, taking turns.

Nobody is meant to switch one off: the rows are here so that nobody does for speed, in ignorance. A middleware is left
out of a second WSGI application in this process; for the log, the actions of the second turn record nothing.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import django

from bench import browser
from bench.boards import number_of
from bench.browser import Browser
from bench.delivery import deliver_all
from bench.measures import Measure, Progress, report
from bench.pages import expect

ROUNDS, WARM_UP = 1_500, 50
BOARD = number_of(0)
LAYERS = {
    "limits": ("lerarenregister.web.limits.middleware.LimitMiddleware",),
    "content security policy": ("csp.middleware.CSPMiddleware",),
    "all headers": (
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "lerarenregister.web.middleware.PermissionsPolicyMiddleware",
    ),
    "token of a form": ("django.middleware.csrf.CsrfViewMiddleware",),
}


def main() -> None:
    """Measure, in the environment that the harness made."""
    with browser.provider(Path(os.environ["VAR"])) as issuer:
        os.environ["DJANGO_SETTINGS_MODULE"] = "lerarenregister.project.settings"
        django.setup()
        logging.getLogger("lerarenregister.access").setLevel(logging.WARNING)  # its lines would go to the terminal
        from lerarenregister.project.wsgi import application  # noqa: PLC0415  (Django must be ready)

        person = Browser(application)
        browser.sign_in(person)
        measures = [middleware(person, what, left_out) for what, left_out in LAYERS.items()]
        report([*measures, once(person), log(person, issuer)])


def middleware(person: Browser, what: str, left_out: tuple[str, ...]) -> Measure:
    """The median of the help page of somebody signed in, with and without these."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    kept = [each for each in settings.MIDDLEWARE if each not in left_out]
    with patch.object(settings, "MIDDLEWARE", kept):
        without = Browser(WSGIHandler(), cookies=person.cookies)
    ours, peer = turns(what, lambda: expect(person.get("/hulp/"), 200), lambda: expect(without.get("/hulp/"), 200))
    return Measure("layers", f"{what}, a page", ours, 1.15, "ms", peer, "median; peer: the same page without it")


def once(person: Browser) -> Measure:
    """The median of a small act, done once by the key of its form and without it: ending a session, which changes a
    row and records an event."""
    open_ones = iter(more_sessions(2 * (WARM_UP + ROUNDS)))

    def act() -> float:
        return expect(person.post(f"/sessies/{next(open_ones)}/beeindigen/", {}), 302)

    def without() -> float:
        with patch("lerarenregister.web.once.done_once", lambda request, act: act()):
            return act()

    ours, peer = turns("once", act, without)
    return Measure("layers", "once, a small act", ours, 2, "ms", peer, "median; peer: without the key")


def more_sessions(number: int) -> list[UUID]:
    """So many open sessions beside the one there is, of the same person."""
    from lerarenregister.accounts.models import SignedInSession  # noqa: PLC0415
    from lerarenregister.kernel.identifiers import new_id  # noqa: PLC0415

    fields = SignedInSession.objects.values().latest("started_at")
    made = [SignedInSession(**(fields | {"id": new_id()})) for _ in range(number)]
    return [each.pk for each in SignedInSession.objects.bulk_create(made, batch_size=500)]


def log(person: Browser, issuer: str) -> Measure:
    """The median of a page on which staff looks at people, and the same when the look is not recorded."""
    give_role(issuer)
    deliver_all(250, 1)
    address = f"/bestuur/{BOARD}/"

    def unrecorded() -> float:
        with silenced():
            return expect(person.get(address), 200)

    ours, peer = turns("the log", lambda: expect(person.get(address), 200), unrecorded)
    return Measure("layers", "the log, a consultation", ours, 2, "ms", peer, "median; peer: the same page, unrecorded")


def give_role(issuer: str) -> None:
    """Make the one person there is staff of a board."""
    from lerarenregister.accounts import actions  # noqa: PLC0415
    from lerarenregister.accounts.models import Identity, SignedInSession  # noqa: PLC0415
    from lerarenregister.accounts.permissions import COMMAND, Role  # noqa: PLC0415
    from lerarenregister.kernel import clock  # noqa: PLC0415

    at = clock.now()
    actions.give_role(
        viewer=COMMAND,
        account=Identity.objects.get(issuer=issuer).account_id,
        role=Role.BOARD_STAFF,
        scope=BOARD,
        known_as="bench",
        ends_at=at + timedelta(days=1),
        at=at,
    )
    SignedInSession.objects.update(second_factor=True)  # what staff needs; the demo's provider did not ask for it


@contextmanager
def silenced() -> Iterator[None]:
    """Rows of the log are not inserted."""
    with patch("lerarenregister.audit.actions.insert_rows", lambda *_: None):
        yield


def turns(what: str, ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """The medians in milliseconds. Who goes first alternates, for the second finds warmer caches."""
    bar = Progress(what, ROUNDS)
    found: dict[Any, list[float]] = {ours: [], peer: []}
    for number in range(WARM_UP + ROUNDS):
        for each in (ours, peer) if number % 2 else (peer, ours):
            seconds = each()
            if number >= WARM_UP:
                found[each].append(seconds)
        bar(max(0, number + 1 - WARM_UP))
    return tuple(sorted(found[each])[ROUNDS // 2] * 1e3 for each in (ours, peer))  # type: ignore[return-value]


if __name__ == "__main__":
    main()
