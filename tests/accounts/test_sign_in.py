"""Signing in through the pages, against the real provider processes."""

import json
import re
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.accounts.queries import account_with
from tests.accounts.running import RunningProvider, asked, begin, choose, sign_in

pytestmark = pytest.mark.django_db


def test_she_signs_in_and_lands_where_she_was_going(eid: RunningProvider) -> None:
    browser = Client()
    landed = sign_in(browser, eid, "anna", onward="/sessies/")
    assert (landed.status_code, landed["Location"]) == (302, "/sessies/")
    page = browser.get("/sessies/", headers={"User-Agent": "x"})
    assert page.status_code == 200
    assert "Proef eid" in page.content.decode()
    assert account_with(issuer=eid.issuer, subject="eid-anna") is not None


def test_the_same_person_gets_the_same_account_and_another_person_another(eid: RunningProvider) -> None:
    accounts = []
    for person in ("anna", "anna", "bram"):
        browser = Client()
        sign_in(browser, eid, person)
        accounts.append(re.search(r"<code>([0-9a-f-]{36})</code>", browser.get("/sessies/").content.decode()).group(1))
    assert accounts[0] == accounts[1] != accounts[2]


def test_one_person_at_two_providers_is_two_accounts(eid: RunningProvider, school: RunningProvider) -> None:
    for provider in (eid, school):
        sign_in(Client(), provider, "anna")
    own = account_with(issuer=eid.issuer, subject="eid-anna")
    given = account_with(issuer=school.issuer, subject="school-anna")
    assert own
    assert given
    assert own != given


def test_the_request_asks_for_a_new_proof_with_pkce_state_and_nonce(eid: RunningProvider) -> None:
    first, second = (asked(begin(Client(), "eid")) for _ in range(2))
    assert first["prompt"] == "login"
    assert first["max_age"] == "0"
    assert first["code_challenge_method"] == "S256"
    assert first["response_type"] == "code"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


def test_the_session_gets_a_new_key_at_sign_in(eid: RunningProvider) -> None:
    browser = Client()
    back = choose(begin(browser, "eid"), "anna")
    before = browser.cookies["sessie"].value
    browser.get(back)
    after = browser.cookies["sessie"].value
    assert before
    assert after
    assert before != after
    thief = Client()
    thief.cookies["sessie"] = before
    assert thief.get("/sessies/")["Location"].startswith("/inloggen/")


def test_the_csrf_token_changes_at_sign_in(eid: RunningProvider) -> None:
    browser = Client()
    browser.get("/inloggen/")
    before = browser.cookies["csrf"].value
    sign_in(browser, eid, "anna")
    assert browser.cookies["csrf"].value != before


def test_an_answer_counts_once(eid: RunningProvider) -> None:
    browser = Client()
    back = choose(begin(browser, "eid"), "anna")
    assert browser.get(back).status_code == 302
    again = browser.get(back)
    assert again.status_code == 400
    assert "al gebruikt" in again.content.decode()


def test_a_code_is_used_up_though_the_answer_was_refused(eid: RunningProvider) -> None:
    browser = Client()
    first, second = (begin(browser, "eid") for _ in range(2))
    code = asked(choose(first, "anna"))["code"]
    swapped = browser.get(f"/inloggen/eid/terug/?code={code}&state={asked(second)['state']}")
    assert swapped.status_code == 400
    honest = browser.get(f"/inloggen/eid/terug/?code={code}&state={asked(first)['state']}")
    assert honest.status_code == 400


def test_an_answer_in_another_browser_is_refused(eid: RunningProvider) -> None:
    back = choose(begin(Client(), "eid"), "anna")
    stranger = Client()
    begin(stranger, "eid")
    refused = stranger.get(back)
    assert refused.status_code == 400
    assert stranger.get("/sessies/").status_code == 302


def test_an_answer_of_one_provider_does_not_pass_at_another(eid: RunningProvider, school: RunningProvider) -> None:
    browser = Client()
    back = choose(begin(browser, "school"), "anna")
    assert browser.get(back.replace("/school/", "/eid/")).status_code == 400
    assert browser.get("/sessies/").status_code == 302


@pytest.mark.parametrize(
    "query", ["", "?state=x", "?code=x", "?state=&code=", "?error=access_denied", "?state=%00&code=x"]
)
def test_an_answer_nobody_asked_for_is_refused_with_a_page(eid: RunningProvider, query: str) -> None:
    refused = Client().get(f"/inloggen/eid/terug/{query}")
    assert refused.status_code == 400
    assert "Opnieuw inloggen" in refused.content.decode()


def test_stopping_at_the_provider_brings_a_page_that_says_so(eid: RunningProvider) -> None:
    browser = Client()
    state = asked(begin(browser, "eid"))["state"]
    stopped = browser.get(f"/inloggen/eid/terug/?error=access_denied&state={state}")
    assert "Je bent gestopt" in stopped.content.decode()


def test_a_second_tab_does_not_break_the_first(eid: RunningProvider) -> None:
    browser = Client()
    addresses = [begin(browser, "eid", onward=f"/hulp/?{number}") for number in range(2)]
    for number in (1, 0):
        assert browser.get(choose(addresses[number], "anna"))["Location"] == f"/hulp/?{number}"


def test_of_six_tabs_the_oldest_is_forgotten(eid: RunningProvider) -> None:
    browser = Client()
    addresses = [begin(browser, "eid") for _ in range(6)]
    assert browser.get(choose(addresses[0], "anna")).status_code == 400
    assert browser.get(choose(addresses[1], "anna")).status_code == 302


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "http:///evil.example",
        " //evil.example",
        "/inloggen/eid/",
        "/" + "a" * 600,
        "",
    ],
)
def test_onward_leads_to_pages_of_ours_alone(eid: RunningProvider, onward: str) -> None:
    assert sign_in(Client(), eid, "anna", onward=onward)["Location"] == "/"


def test_the_page_of_choice_puts_her_own_first_and_says_what_each_opens(
    eid: RunningProvider, school: RunningProvider
) -> None:
    page = Client().get("/inloggen/?verder=//evil.example/").content.decode()
    assert page.index("Inloggen met Proef eid") < page.index("Inloggen met Proef school")
    assert "je werkgever beheert dit account" in page
    assert "evil.example" not in page
    assert "zegt niets over je bevoegdheid" in page


def test_a_link_cannot_begin_a_sign_in(eid: RunningProvider) -> None:
    assert Client().get("/inloggen/eid/").status_code == 405


def test_a_form_of_another_site_cannot_begin_a_sign_in(eid: RunningProvider) -> None:
    assert Client(enforce_csrf_checks=True).post("/inloggen/eid/").status_code == 403


def test_an_unknown_provider_is_absent(eid: RunningProvider) -> None:
    assert Client().post("/inloggen/other/").status_code == 404
    assert Client().get("/inloggen/other/terug/?state=x&code=y").status_code == 404


def test_a_provider_that_does_not_answer_brings_a_page_that_says_so(eid: RunningProvider, settings: Settings) -> None:
    settings.OIDC_PROVIDERS = [{**eid.entry, "issuer": "http://localhost:1"}]
    refused = Client().post("/inloggen/eid/")
    assert refused.status_code == 503
    assert "niet bereikbaar" in refused.content.decode()


def test_the_provider_asks_again_though_she_was_there_a_moment_ago(eid: RunningProvider) -> None:
    browser, person = Client(), requests.Session()
    for _ in range(2):
        page = person.get(begin(browser, "eid"), timeout=10)
        assert "Als wie wil je inloggen?" in page.text
        assert not person.cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code_challenge", None),
        ("code_challenge_method", "plain"),
        ("nonce", None),
        ("response_type", "token"),
        ("prompt", "none"),
    ],
)
def test_the_provider_refuses_a_weaker_request(eid: RunningProvider, name: str, value: str | None) -> None:
    address = begin(Client(), "eid")
    parameters = {**asked(address), name: value}
    endpoint = f"{eid.issuer}{urlsplit(address).path}"
    for ask in (requests.get, requests.post):
        answer = ask(endpoint, params=parameters, data={"persoon": "anna"}, timeout=10, allow_redirects=False)
        assert answer.status_code == 302
        assert "error=" in answer.headers["Location"]
        assert "code=" not in answer.headers["Location"]


def test_the_provider_never_sends_a_code_to_an_unknown_address(eid: RunningProvider) -> None:
    parameters = {**asked(begin(Client(), "eid")), "redirect_uri": "http://localhost:8000/elders/"}
    answer = requests.post(
        f"{eid.issuer}/authorize", params=parameters, data={"persoon": "anna"}, timeout=10, allow_redirects=False
    )
    assert answer.status_code == 400


def test_somebody_without_an_account_at_the_school_cannot_sign_in_there(school: RunningProvider) -> None:
    address = begin(Client(), "school")
    assert "casper" not in requests.get(address, timeout=10).text
    answer = requests.post(address, data={"persoon": "casper"}, timeout=10, allow_redirects=False)
    assert "error=access_denied" in answer.headers["Location"]


def test_signing_in_as_somebody_else_ends_the_session_that_was_open(eid: RunningProvider) -> None:
    browser = Client()
    sign_in(browser, eid, "anna")
    annas = browser.cookies["sessie"].value
    sign_in(browser, eid, "bram")
    left = Client()
    left.cookies["sessie"] = annas
    assert left.get("/sessies/").status_code == 302


def test_nothing_of_a_token_or_code_is_kept_in_the_session(eid: RunningProvider) -> None:
    browser = Client()
    back = choose(begin(browser, "eid"), "anna")
    browser.get(back)
    kept = json.dumps(dict(browser.session))
    assert "eyJ" not in kept
    for name in ("code", "state"):
        assert asked(back)[name] not in kept
