"""How often, how large and how much at once: the rule, the counting, and what a person sees of it."""

import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from lerarenregister.kernel import clock
from lerarenregister.web.limits.counting import COUNTER, MOST_BUCKETS, Counter
from lerarenregister.web.limits.middleware import address_of
from lerarenregister.web.limits.rules import CLOCK_SECONDS, HEAVY_AT_ONCE, RATES, Kind, Rate, Who, take
from lerarenregister.web.limits.slots import SLOTS, Slots
from tests.web.portfolio import conftest as portfolio

NOON = datetime(2018, 9, 3, 12, 0, tzinfo=UTC).timestamp()
THREE = Rate(3, 60, "for a test")


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def still(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The limits as they are in use, nothing counted yet, and a clock that stands still."""
    settings.RATE_FACTOR = 1
    COUNTER.forget()
    held = Clock()
    monkeypatch.setattr(clock, "now", lambda: held.at)
    return held


@pytest.fixture
def narrow(still: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Three at once and one more each second, for everybody and everything."""
    for each in RATES:
        monkeypatch.setitem(RATES, each, THREE)
    return still


@pytest.fixture
def key_store(settings: Settings, tmp_path: Any) -> None:
    settings.KEYSTORE_URL = f"sqlite:///{tmp_path / 'keys.sqlite3'}"


@pytest.fixture
def teacher(db: None, key_store: None) -> Client:
    client = Client(enforce_csrf_checks=True)
    portfolio.sign_in(client, "teacher")
    return client


def broken_off(response: Any) -> None:
    """What the server does when the browser went away; the database stays open, for the test is in a transaction."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def takes(
    count: int, full_at: float | None = None, *, rate: Rate = THREE, at: float = NOON
) -> tuple[int, float | None]:
    """Ask so many times at one moment: how many are granted, and the bucket that is left."""
    granted = 0
    for _ in range(count):
        decision = take(full_at, rate, at)
        full_at, granted = decision.full_at, granted + decision.granted
    return granted, full_at


def test_a_bucket_grants_what_it_holds_and_then_says_how_long_to_wait() -> None:
    granted, full_at = takes(10)
    assert granted == 3
    assert take(full_at, THREE, NOON).wait == 1
    assert take(full_at, Rate(3, 4, ""), NOON).wait <= 15


@pytest.mark.parametrize("rate", RATES.values(), ids=[f"{kind} {who}" for kind, who in RATES])
def test_a_limit_refills_and_who_waits_as_long_as_was_said_is_granted(rate: Rate) -> None:
    granted, full_at = takes(rate.at_once + 5, rate=rate)
    assert granted == rate.at_once
    wait = take(full_at, rate, NOON).wait
    assert take(full_at, rate, NOON + wait).granted
    assert takes(2 * rate.at_once, full_at, rate=rate, at=NOON + 60 * rate.at_once / rate.per_minute)[0] == rate.at_once


def test_a_clock_that_goes_back_does_not_lock_out() -> None:
    _, full_at = takes(10)
    assert takes(10, full_at, at=NOON - 3600)[0] == 3  # far back: as if new
    for back in (0.01, 1.0, CLOCK_SECONDS - 1.0):  # a little: never longer than so much
        assert take(full_at, THREE, NOON - back).wait <= back + 2


def test_threads_that_read_the_clock_in_another_order_gain_nothing() -> None:
    _, full_at = takes(10)
    assert takes(100, full_at, at=NOON - 0.01)[0] == 0


def test_a_factor_widens_bucket_and_filling_alike() -> None:
    granted, full_at = 0, None
    for _ in range(100):
        decision = take(full_at, THREE, NOON, factor=10)
        full_at, granted = decision.full_at, granted + decision.granted
    assert granted == 30
    assert take(full_at, THREE, NOON + 0.1, factor=10).granted


def test_a_million_keys_take_bounded_memory_and_the_newest_are_kept() -> None:
    counter = Counter()
    for _ in range(4):
        counter.take(Kind.SIGN_IN, Who.SESSION, "early", moment=NOON)
    tracemalloc.start()
    for number in range(1_000_000):
        counter.take(Kind.LOOK, Who.ADDRESS, str(number), moment=NOON)
        if number == MOST_BUCKETS:  # it is full: from here on only the count could grow
            assert tracemalloc.get_traced_memory()[0] < 40_000_000
            tracemalloc.stop()
    assert len(counter) == MOST_BUCKETS
    rate = RATES[Kind.LOOK, Who.ADDRESS]
    granted = [counter.take(Kind.LOOK, Who.ADDRESS, "999999", moment=NOON).granted for _ in range(rate.at_once)]
    assert granted.count(True) == rate.at_once - 1


def test_what_is_kept_in_memory_names_nobody() -> None:
    counter, other = Counter(), Counter()
    for each in (counter, other):
        each.take(Kind.LOOK, Who.ADDRESS, "192.0.2.1", moment=NOON)
    assert b"192.0.2.1" not in b"".join(counter._full_at)
    assert set(counter._full_at).isdisjoint(other._full_at)  # the key of the hashes is of one process


def test_two_processes_count_apart_so_the_limit_is_per_process() -> None:
    granted = 0
    for process in (Counter(), Counter()):
        granted += sum(
            process.take(Kind.SIGN_IN, Who.ACCOUNT, "a", moment=NOON).granted
            for _ in range(2 * RATES[Kind.SIGN_IN, Who.ACCOUNT].at_once)
        )
    assert granted == 2 * RATES[Kind.SIGN_IN, Who.ACCOUNT].at_once


def test_only_the_last_hop_counts_and_only_behind_a_proxy_of_ours(settings: Settings) -> None:
    forged = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.4"}
    assert address_of(RequestFactory().get("/", **forged)) == "192.0.2.7"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(RequestFactory().get("/", **forged)) == "198.51.100.4"
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")) == "192.0.2.7"
    one, two = (address_of(RequestFactory().get("/", REMOTE_ADDR=f"2001:db8:1:2::{end}")) for end in "af")
    assert one == two == "2001:db8:1:2::/64"
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="::ffff:192.0.2.7")) == "192.0.2.7"
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="x" * 500)) == "x" * 64


def test_the_page_says_how_long_to_wait_and_that_nothing_was_lost(narrow: Clock, teacher: Client) -> None:
    for _ in range(3):
        assert teacher.get("/hulp/").status_code == 200
    refused = teacher.get("/hulp/?a=1")
    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (429, "1", "no-store")
    page = refused.content.decode()
    for said in ("Even wachten", "Wacht 1 seconde en probeer het dan opnieuw.", "Er is niets verloren gegaan."):
        assert said in page
    assert 'href="/hulp/?a=1"' in page
    narrow.forward(int(refused["Retry-After"]))
    assert teacher.get("/hulp/").status_code == 200


def test_the_page_is_english_for_who_chose_it(narrow: Clock, teacher: Client) -> None:
    teacher.cookies["taal"] = "en"
    answers = [teacher.get("/hulp/") for _ in range(4)]
    assert "Nothing was lost." in answers[-1].content.decode()


def test_an_address_that_is_not_there_counts_as_a_look(narrow: Clock, db: None) -> None:
    assert [Client().get("/nergens/").status_code for _ in range(4)] == [404, 404, 404, 429]


def test_static_files_and_where_to_report_a_weakness_are_not_limited(narrow: Clock, db: None) -> None:
    for path in ("/.well-known/security.txt", staticfiles_storage.url("web/site.css")):
        answers: Any = [Client().get(path) for _ in range(20)]
        assert {each.status_code for each in answers} == {200}


def test_a_refused_text_comes_back_and_can_be_saved(narrow: Clock, teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    token = {"csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    words = {**ticket, **token, "tekst": "Vandaag <keek> ik mee", "titel": "Intervisie"}
    for _ in range(3):
        teacher.post("/portfolio/concept/weggooien/", token)
    refused = teacher.post("/portfolio/bewaren/", words)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    page = refused.content.decode()
    assert "Vandaag &lt;keek&gt; ik mee" in page
    assert "Intervisie" in page
    assert "nog niet opgeslagen. Wacht 1 seconde" in " ".join(page.split())
    narrow.forward(1)
    assert teacher.post("/portfolio/bewaren/", {**words, **portfolio.ticket_in(page)}).status_code == 303
    narrow.forward(3)
    assert "Intervisie" in teacher.get("/portfolio/").content.decode()


def test_the_text_of_somebody_else_is_not_given_back(narrow: Clock, teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    stranger = Client()
    portfolio.sign_in(stranger, "stranger")
    answers = [stranger.post("/portfolio/bewaren/", {**ticket, "tekst": "Van haar"}) for _ in range(5)]
    assert [each.status_code for each in answers] == [403] * 5
    assert "Van haar" not in answers[-1].content.decode()


def test_a_draft_that_comes_too_often_hears_it_as_json(narrow: Clock, teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    sent = {**ticket, "tekst": "Half", "csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    answers = [teacher.post("/portfolio/concept/", sent) for _ in range(4)]
    assert answers[-1].status_code == 429
    assert answers[-1].json() == {"state": "too-often"}
    assert answers[-1]["Retry-After"] == "1"


def test_a_refused_form_changed_nothing_and_can_be_sent_again_from_the_page(narrow: Clock, teacher: Client) -> None:
    teacher.get("/")
    sent = {"code": "ABCD-EFGH", "csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    for _ in range(3):
        teacher.post("/taal/", {**sent, "taal": "nl"})
    page = teacher.post("/uitnodiging/?van=brief", sent).content.decode()
    assert '<form method="post" action="/uitnodiging/?van=brief">' in page
    assert '<input type="hidden" name="code" value="ABCD-EFGH">' in page
    assert page.count('value="' + sent["csrfmiddlewaretoken"]) == 0  # a token anew, not the old one shown
    narrow.forward(1)
    assert teacher.post("/uitnodiging/?van=brief", sent).status_code == 400  # it came through; the code is wrong


def test_another_site_can_not_have_her_send_again_what_it_made_up(narrow: Clock, teacher: Client) -> None:
    for _ in range(3):
        teacher.post("/uitnodiging/", {"code": "EVIL"})
    refused = teacher.post("/uitnodiging/", {"code": "EVIL"})
    assert refused.status_code == 429
    assert "EVIL" not in refused.content.decode()


def test_a_form_that_is_too_large_is_not_read(still: Clock, teacher: Client) -> None:
    large = Client().post("/taal/", "taal=en&x=" + "x" * 300_000, content_type="application/x-www-form-urlencoded")
    assert large.status_code == 413
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    token = {"csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    text = {**ticket, **token, "tekst": "😀" * 100_000}
    assert teacher.post("/portfolio/bewaren/", text).status_code == 303


def test_more_headers_than_a_browser_sends_get_a_page_that_says_what_to_do(still: Clock, db: None) -> None:
    assert Client().get("/hulp/", headers={"x-a": "x" * 8_000}).status_code == 200
    refused = Client().get("/hulp/", headers={"x-a": "x" * 20_000})
    assert refused.status_code == 431
    assert "Verwijder de cookies" in refused.content.decode()


def test_more_fields_than_any_form_of_ours_are_refused(still: Clock, db: None) -> None:
    form = "&".join(f"a{number}=1" for number in range(201))
    client = Client(raise_request_exception=False)
    assert client.post("/taal/", form, content_type="application/x-www-form-urlencoded").status_code == 400


def test_so_many_heavy_requests_at_once_and_the_next_hears_that_it_is_busy(still: Clock, teacher: Client) -> None:
    held = [SLOTS.take() for _ in range(HEAVY_AT_ONCE)]
    try:
        refused = teacher.get("/portfolio/meenemen/zip/")
        assert (refused.status_code, refused["Retry-After"]) == (503, "10")
        assert "Dit ligt niet aan jou" in refused.content.decode()
        assert teacher.get("/portfolio/terugbrengen/").status_code == 200  # the form itself is no heavy work
    finally:
        for each in held:
            assert each is not None
            each.release()
    assert teacher.get("/portfolio/meenemen/zip/").status_code == 200


def test_a_download_holds_its_place_until_it_is_sent_or_broken_off(still: Clock, teacher: Client) -> None:
    sending: Any = [teacher.get("/portfolio/meenemen/zip/") for _ in range(HEAVY_AT_ONCE)]
    assert teacher.get("/portfolio/meenemen/zip/").status_code == 503
    assert b"".join(sending[0].streaming_content)
    broken_off(sending[1])
    again: Any = [teacher.get("/portfolio/meenemen/zip/") for _ in range(HEAVY_AT_ONCE)]
    assert [each.status_code for each in again] == [200] * HEAVY_AT_ONCE
    for each in again:
        broken_off(each)


def test_a_heavy_view_that_breaks_gives_its_place_back(
    still: Clock, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher.raise_request_exception = False
    monkeypatch.setattr("lerarenregister.web.portfolio.takeout.stream", lambda *_, **__: 1 / 0)
    answers = [teacher.get("/portfolio/meenemen/zip/").status_code for _ in range(HEAVY_AT_ONCE + 1)]
    assert answers == [500] * (HEAVY_AT_ONCE + 1)


def test_a_place_that_is_released_twice_is_one_place() -> None:
    slots = Slots(1)
    first = slots.take()
    assert first is not None
    first.release()
    first.release()
    assert slots.take() is not None
    assert slots.take() is None
