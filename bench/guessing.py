"""What an outsider can tell from how long an answer takes: a classifier tries, and should do no better than guessing.

Each case has two things that nobody may tell apart. Both are asked 10,000 times as requests to the WSGI application in
this process, in a random order, so that whatever else the machine does meets both. A threshold and a histogram learn on
one half of the answers and say of the other half which of the two each was; the better of them counts. Half of it is
right by chance.
"""

import argparse
import os
import random
import re
import secrets
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import django

from bench import browser
from bench.browser import Answer, Browser
from bench.measures import Measure, Progress, report
from bench.pages import account_at, form

ANSWERS, WARM_UP, GOAL, BINS = 10_000, 50, 55.0, 40
TEXT = "Een les over breuken, en wat ik ervan leerde."
Ask = Callable[[], Answer]


def main() -> None:
    """Measure, in the environment that the harness made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=ANSWERS)
    answers = parser.parse_args().answers
    with browser.provider(Path(os.environ["VAR"])) as issuer:
        os.environ["DJANGO_SETTINGS_MODULE"] = "lerarenregister.project.settings"
        django.setup()
        from lerarenregister.project.wsgi import application  # noqa: PLC0415  (Django must be ready)

        person = Browser(application)
        browser.sign_in(person)
    cases = links(Browser(application)) | of_others(person) | addresses(person, issuer)
    report([measured(what, two, answers) for what, two in cases.items()])


def links(outsider: Browser) -> dict[str, tuple[Ask, Ask]]:
    """An outsider opens links: one that was never made against one that was taken back, and one that has ended."""
    from lerarenregister.portfolio.sharing import actions  # noqa: PLC0415

    who = _Sharer()
    taken_back, ended = who.shared(days=1), who.shared(days=-1)
    actions.take_back(viewer=who.viewer, sealer=who.sealer, share_id=taken_back[0], at=who.at)
    for _ in range(40):
        who.shared(days=30)
    outsider.get("/gedeeld/")

    def never() -> Answer:
        return outsider.post("/gedeeld/openen/", {"code": secrets.token_urlsafe(32)})

    def asking(code: str) -> Ask:
        return lambda: outsider.post("/gedeeld/openen/", {"code": code})

    fresh = asking(secrets.token_urlsafe(32))
    return {
        "link: never made or taken back": (never, asking(taken_back[1])),
        "link: never made or ended": (fresh, asking(ended[1])),
    }


def of_others(person: Browser) -> dict[str, tuple[Ask, Ask]]:
    """Somebody who is signed in asks for what is of another person against what is of nobody."""
    share, _code = _Sharer().shared(days=30)
    nothing = uuid4()
    return {
        "share: of another or of nobody": (
            lambda: person.get(f"/portfolio/gedeeld/{share}/"),
            lambda: person.get(f"/portfolio/gedeeld/{nothing}/"),
        ),
    }


def addresses(person: Browser, issuer: str) -> dict[str, tuple[Ask, Ask]]:
    """Somebody shares by name: with an address of who has an account and a portfolio, and with one of nobody."""
    from lerarenregister.kernel.envelopes import new_key  # noqa: PLC0415
    from lerarenregister.portfolio.sharing.models import Copy, Share  # noqa: PLC0415
    from lerarenregister.portfolio.sharing.rules.receiving import Own  # noqa: PLC0415

    account = account_at(issuer)
    person.get("/")
    entry = _kept(person.post("/portfolio/bewaren/", form(account, tekst=TEXT)))
    collection = _kept(
        person.post("/portfolio/bewaren/", form(account, tekst="", vorm="collection", titel="Mijn jaar"))
    )
    person.post(f"/portfolio/{collection}/kiezen/", {"versie": "1", "stuk": entry})
    page = person.post(f"/portfolio/{collection}/delen/", {"wie": "colleague"}).body.decode()
    hidden = dict(re.findall(r'type="hidden" name="(wie|gezien)" value="([^"]*)"', page))
    until = re.findall(r'name="tot" value="([0-9-]+)"', page)[0]
    told = {**hidden, "tot": until, "waarvoor": "Om te bespreken", "naam": "Anouk", "hoe": "name"}
    received = person.get("/portfolio/met-mij-gedeeld/").body.decode()
    somebody, nobody = re.findall(r'id="ontvangstadres">([^<]+)<', received)[0], str(Own.of(new_key()).address)

    def sharing(address: str) -> Ask:
        def ask() -> Answer:
            answer = person.post(
                f"/portfolio/{collection}/delen/nu/", {**told, "nieuw": str(uuid4()), "adres": address}
            )
            Copy.objects.all().delete()  # outside the time: room for the next
            Share.objects.all().delete()
            return answer

        return ask

    return {"by name: somebody or nobody": (sharing(somebody), sharing(nobody))}


class _Sharer:
    """Somebody who shares, without a browser."""

    def __init__(self) -> None:
        from lerarenregister.accounts.permissions import SessionKind, Viewer  # noqa: PLC0415
        from lerarenregister.kernel import clock  # noqa: PLC0415
        from lerarenregister.kernel.envelopes import Sealer, new_key  # noqa: PLC0415
        from lerarenregister.portfolio.sharing.rules.receiving import Own  # noqa: PLC0415

        key = new_key()
        self.viewer, self.at = Viewer(uuid4(), SessionKind.PERSON_BOUND, session_id=uuid4()), clock.now()
        self.sealer, self.own = Sealer(key), Own.of(key)

    def shared(self, *, days: int) -> tuple[UUID, str]:
        """A copy that ends so many days from now: the id of the share, and what stands behind the hash of its link."""
        from lerarenregister.kernel.clock import dutch_date  # noqa: PLC0415
        from lerarenregister.portfolio.sharing import actions, queries  # noqa: PLC0415
        from lerarenregister.portfolio.sharing.rules.copies import CopyPart, Story  # noqa: PLC0415
        from lerarenregister.portfolio.sharing.rules.lines import Asked, Audience  # noqa: PLC0415

        share, today = uuid4(), dutch_date(self.at)
        actions.share(
            viewer=self.viewer,
            sealer=self.sealer,
            own=self.own,
            share_id=share,
            story=Story("Mijn jaar", "", (CopyPart(TEXT, today),)),
            asked=Asked("Anouk", "Om te bespreken", "", Audience.OTHER, today + timedelta(days=days), True),
            to=None,
            files=actions.Files(lambda _: (), lambda _: b""),
            most_bytes=2**30,
            at=self.at,
        )
        view = queries.share(self.viewer, self.sealer, share, at=self.at - timedelta(days=5))
        return share, queries.link_of(self.own, view)


def _kept(answer: Answer) -> str:
    """The id of what was saved."""
    return str(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", answer.headers["location"])[0])


def measured(what: str, two: tuple[Ask, Ask], answers: int) -> Measure:
    """How many of a hundred answers the better classifier tells right. Raises RuntimeError when the answers differ."""
    order = [0, 1] * answers
    random.SystemRandom().shuffle(order)
    for ask in two * WARM_UP:
        ask()
    times: tuple[list[float], list[float]] = ([], [])
    seen: tuple[set[int], set[int]] = (set(), set())
    progress = Progress(what, len(order))
    for done, which in enumerate(order, start=1):
        answer = two[which]()
        times[which].append(answer.seconds)
        seen[which].add(answer.status)
        progress(done)
    if seen[0] != seen[1]:
        raise RuntimeError(f"{what}: {seen[0]} and {seen[1]}")
    right = max(by_threshold(*times), by_histogram(*times))
    middle = [sorted(each)[len(each) // 2] * 1000 for each in times]
    note = f"of {answers} answers each; median {middle[0]:.3f} and {middle[1]:.3f} ms; status {min(seen[0])}"
    return Measure("guessing", what, 100 * right, GOAL, "% right", note=note)


def by_threshold(one: Sequence[float], other: Sequence[float]) -> float:
    """The part of the second halves that the best threshold of the first halves tells right."""
    (learn_one, judge_one), (learn_other, judge_other) = _halves(one), _halves(other)
    learn_one, learn_other = sorted(learn_one), sorted(learn_other)
    best, threshold = 0.0, 0.0
    for each in sorted([*learn_one, *learn_other]):
        below = bisect_right(learn_one, each) / len(learn_one) - bisect_right(learn_other, each) / len(learn_other)
        if abs(below) > abs(best):
            best, threshold = below, each
    first_is_below = best > 0
    right = sum((each <= threshold) is first_is_below for each in judge_one)
    right += sum((each <= threshold) is not first_is_below for each in judge_other)
    return right / (len(judge_one) + len(judge_other))


def by_histogram(one: Sequence[float], other: Sequence[float]) -> float:
    """The same by whichever was more often so long, in bins that hold as many answers each."""
    (learn_one, judge_one), (learn_other, judge_other) = _halves(one), _halves(other)
    both = sorted([*learn_one, *learn_other])
    edges = [both[len(both) * place // BINS] for place in range(1, BINS)]
    counts = [[1] * BINS, [1] * BINS]
    for which, learn in enumerate((learn_one, learn_other)):
        for each in learn:
            counts[which][bisect_right(edges, each)] += 1
    first = [counts[0][place] >= counts[1][place] for place in range(BINS)]
    right = sum(first[bisect_right(edges, each)] for each in judge_one)
    right += sum(not first[bisect_right(edges, each)] for each in judge_other)
    return right / (len(judge_one) + len(judge_other))


def _halves(times: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    """Every second one: what the machine did meanwhile is in both."""
    return times[::2], times[1::2]


if __name__ == "__main__":
    main()
