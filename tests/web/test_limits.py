"""How often, how large and how much at once: the rule, the counting, and what a person sees of it."""

import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from lerarenregister.web.limits.counting import MOST_BUCKETS, Counter
from lerarenregister.web.limits.middleware import address_of
from lerarenregister.web.limits.rules import CLOCK_SECONDS, RATES, Kind, Rate, Who, take
from lerarenregister.web.limits.slots import Slots
from tests.attacks import cast
from tests.web.conftest import THREE, Clock

NOON = datetime(2018, 9, 3, 12, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def teacher(db: None) -> Client:
    return cast.sign_in("teacher", client=Client(enforce_csrf_checks=True)).client


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


def test_who_was_told_to_wait_and_does_not_costs_the_database_nothing(
    narrow: Clock, teacher: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        refused = teacher.get("/sessies/")
    assert refused.status_code == 429
    with django_assert_num_queries(0):
        again = teacher.get("/sessies/")
    page = again.content.decode()
    assert (again.status_code, again["Retry-After"], again["Cache-Control"]) == (429, "1", "no-store")
    assert "Wacht 1 seconde en probeer het dan opnieuw." in page
    assert "/inloggen/" not in page, "who asks is not known, so it does not say that she is signed out"
    assert teacher.head("/sessies/").status_code == 429
    assert Client().get("/hulp/").status_code == 200, "it is her browser that waits, and no other"
    language = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert teacher.post("/taal/", {"taal": "en", "csrfmiddlewaretoken": language}).status_code == 302
    narrow.forward(1)
    assert "Sign out everywhere" in teacher.get("/sessies/").content.decode()


def test_who_was_told_to_wait_is_known_by_a_hash_and_forgotten_by_a_clock_that_goes_back() -> None:
    counter = Counter(most=3)
    counter.note_refusal(Kind.LOOK, "her-session", moment=NOON, wait=9)
    assert counter.still_refused(Kind.LOOK, "her-session", moment=NOON + 0.5) == 9
    assert counter.still_refused(Kind.HEAVY, "her-session", moment=NOON) == 0
    assert counter.still_refused(Kind.LOOK, "\udcff", moment=NOON) == 0
    assert counter.still_refused(Kind.LOOK, "her-session", moment=NOON + 9) == 0
    assert counter.still_refused(Kind.LOOK, "her-session", moment=NOON - 3600) == 0
    assert b"her-session" not in b"".join(counter._refused)
    for number in range(10):
        counter.note_refusal(Kind.LOOK, str(number), moment=NOON, wait=9)
    assert len(counter._refused) == 3


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


def test_more_headers_than_a_browser_sends_get_a_page_that_says_what_to_do(still: Clock, db: None) -> None:
    assert Client().get("/hulp/", headers={"x-a": "x" * 8_000}).status_code == 200
    refused = Client().get("/hulp/", headers={"x-a": "x" * 20_000})
    assert refused.status_code == 431
    assert "Verwijder dan de cookies" in refused.content.decode()


def test_more_fields_than_any_form_of_ours_are_refused(still: Clock, db: None) -> None:
    form = "&".join(f"a{number}=1" for number in range(201))
    client = Client(raise_request_exception=False)
    assert client.post("/taal/", form, content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_place_that_is_released_twice_is_one_place() -> None:
    slots = Slots(1)
    first = slots.take()
    assert first is not None
    first.release()
    first.release()
    assert slots.take() is not None
    assert slots.take() is None


def test_a_form_that_is_too_large_is_not_read(still: Clock, db: None) -> None:
    large = Client().post("/taal/", "taal=en&x=" + "x" * 300_000, content_type="application/x-www-form-urlencoded")
    assert large.status_code == 413
