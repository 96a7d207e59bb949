"""Floods: whom a limit stops, and whom it must never stop."""

from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.oidc.client import Pending
from lerarenregister.kernel import clock
from lerarenregister.web.accounts import signing_in
from lerarenregister.web.limits.counting import COUNTER
from lerarenregister.web.limits.rules import RATES, Kind, Rate, Who
from tests import vaults
from tests.attacks import cast

pytestmark = pytest.mark.django_db
SCHOOL = "192.0.2.10"


class Clock:
    at = datetime.now(UTC)


@pytest.fixture(autouse=True)
def still(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The limits as they are in use, and a clock that moves when it is told to."""
    settings.RATE_FACTOR = 1
    COUNTER.forget()
    held = Clock()
    held.at = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: held.at)
    return held


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that lets everybody in, each as somebody new."""
    known = {"slug": "eid", "name": "eID", "issuer": "https://eid.example.org", "client_id": "r", "client_secret": "s"}
    settings.OIDC_PROVIDERS = [known | {"person_bound": True}]
    numbers = count()

    def begin(**given: Any) -> Any:
        state = f"state-{next(numbers)}"
        pending = Pending(provider="eid", state=state, secret=given["secret"], verifier="v", begun_at=given["at"])
        return SimpleNamespace(pending=pending, url=f"https://eid.example.org/?state={state}")

    def complete(**given: Any) -> FreshSignIn:
        return FreshSignIn(
            provider="eid",
            person_bound=True,
            issuer="https://eid.example.org",
            subject=given["answer"]["state"],
            auth_time=given["at"] - timedelta(seconds=1),
            family_name="Voorbeeld",
            given_name="Anouk",
            birth_date=None,
            id_token=vaults.id_token(given["answer"]["state"], given["pending"].secret, at=given["at"]),
            secret=given["pending"].secret,
        )

    monkeypatch.setattr(signing_in.client, "begin", begin)
    monkeypatch.setattr(signing_in.client, "complete", complete)


def sign_in(client: Client) -> list[int]:
    """From the first page to her own, as a browser goes; what each step answered."""
    said = [client.get("/").status_code, client.get("/inloggen/").status_code]
    away = client.post("/inloggen/eid/", {"verder": "/"})
    said.append(away.status_code)
    if away.status_code == 302:
        back = client.get("/inloggen/eid/terug/", {"state": away["Location"].partition("state=")[2], "code": "c"})
        said += [back.status_code, client.get("/").status_code]
    return said


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("minutes", [5, 0])
def test_a_school_of_150_behind_one_address_signs_in_within_minutes_and_nobody_is_refused(
    still: Clock, minutes: int
) -> None:
    for _ in range(150):
        client = Client(REMOTE_ADDR=SCHOOL)
        assert sign_in(client) == [200, 200, 302, 302, 200]
        still.at += timedelta(minutes=minutes) / 150


@pytest.mark.parametrize("kind", [Kind.LOOK, Kind.WRITE, Kind.SIGN_IN])
def test_a_script_of_thousands_a_minute_is_stopped(kind: Kind) -> None:
    begun = datetime.now(UTC).timestamp()
    granted = sum(
        COUNTER.take(kind, Who.ADDRESS, SCHOOL, moment=begun + number * 0.01).granted for number in range(5 * 6_000)
    )
    rate = RATES[kind, Who.ADDRESS]
    assert granted <= rate.at_once + 5 * rate.per_minute + 1
    assert granted < 30_000 / 5


@pytest.mark.usefixtures("provider")
def test_a_script_that_begins_sign_ins_is_stopped_though_each_has_a_session_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(RATES, (Kind.SIGN_IN, Who.ADDRESS), Rate(10, 10, ""))
    answers = [Client(REMOTE_ADDR=SCHOOL).post("/inloggen/eid/").status_code for _ in range(30)]
    assert answers == [302] * 10 + [429] * 20


@pytest.mark.usefixtures("provider")
def test_one_wild_browser_is_refused_before_it_uses_up_what_its_school_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, (Kind.LOOK, Who.ADDRESS), Rate(20, 20, ""))
    monkeypatch.setitem(RATES, (Kind.LOOK, Who.SESSION), Rate(5, 5, ""))
    wild = Client(REMOTE_ADDR=SCHOOL)
    wild.post("/inloggen/eid/")  # from here on it has a session
    assert [wild.get("/hulp/").status_code for _ in range(100)].count(200) == 5
    assert [Client(REMOTE_ADDR=SCHOOL).get("/hulp/").status_code for _ in range(15)] == [200] * 15


def test_an_account_counts_before_its_sessions_and_its_address_and_another_account_there_is_untouched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(RATES, (Kind.LOOK, Who.ACCOUNT), Rate(6, 6, ""))
    monkeypatch.setitem(RATES, (Kind.LOOK, Who.ADDRESS), Rate(3, 3, ""))
    first, second, other = (cast.sign_in(name).client for name in ("a", "a", "b"))
    # One account in two browsers at two addresses is one account.
    answers = [first.get("/hulp/").status_code for _ in range(4)]
    answers += [second.get("/hulp/", REMOTE_ADDR="198.51.100.1").status_code for _ in range(4)]
    assert answers == [200] * 6 + [429] * 2
    # The same address, used up by strangers who are not signed in: nobody who is signed in notices.
    assert [Client().get("/hulp/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [other.get("/hulp/").status_code for _ in range(6)] == [200] * 6


def test_a_made_up_session_or_address_gives_no_budget_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, (Kind.LOOK, Who.ADDRESS), Rate(3, 3, ""))
    answers = []
    for number in range(6):
        client = Client(REMOTE_ADDR=SCHOOL)
        client.cookies["sessie"] = f"madeup{number}" * 4
        answers.append(client.get("/hulp/", headers={"x-forwarded-for": f"203.0.113.{number}"}).status_code)
    assert answers == [200] * 3 + [429] * 3


def test_a_refused_act_changed_nothing(monkeypatch: pytest.MonkeyPatch, still: Clock) -> None:
    world = cast.world()
    monkeypatch.setitem(RATES, (Kind.WRITE, Who.ACCOUNT), Rate(1, 60, ""))
    COUNTER.forget()
    teacher = world.browsers["teacher"].client
    sent = {"versie": world.ids["version"], "persoon": world.ids["person"]}
    teacher.post("/taal/", {"taal": "nl"})
    before = cast.everything_stored()
    assert teacher.post("/mijn-registratie/bevestigen/", sent).status_code == 429
    assert cast.everything_stored() == before
    still.at += timedelta(seconds=1)
    assert teacher.post("/mijn-registratie/bevestigen/", sent).status_code == 302
    assert cast.everything_stored() != before


def test_nothing_is_logged_with_an_address(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, (Kind.LOOK, Who.ADDRESS), Rate(1, 1, ""))
    for _ in range(3):
        Client(REMOTE_ADDR=SCHOOL).get("/hulp/")
    assert SCHOOL not in " ".join(f"{each.getMessage()} {each.__dict__}" for each in caplog.records)
