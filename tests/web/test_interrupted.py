"""A session that ends while somebody fills in a form: after signing in she is back at it, and what she typed is there
for her and for nobody else.
"""

from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.permissions import Role
from lerarenregister.kernel import clock
from tests.attacks import cast
from tests.attacks.cast import TEACHER, Browser, World
from tests.attacks.conftest import world
from tests.register.cast import BOARD, csv_of

__all__ = ["world"]
pytestmark = pytest.mark.django_db
WORDS = "Ik begon een jaar eerder <b>en</b> niet in mei."
LOST = "Je was uitgelogd toen je dit verstuurde."
REVIEWS = "/ondersteuning/beoordelingen/"


def page_of(browser: Browser, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def mark_in(page: str) -> dict[str, str]:
    """The mark that her form carries."""
    return {"van": page.split('name="van" value="')[1].split('"', maxsplit=1)[0]}


def ended(browser: Browser) -> None:
    """Her session ends, as it does past a limit: the browser keeps its cookies."""
    accounts.end_all_sessions(viewer=cast.viewer_in(browser), at=clock.now())


def sent(browser: Browser, path: str, data: dict[str, Any]) -> str:
    """What she sends after that leads to signing in; the page on which she then is."""
    answer = browser.client.post(path, data)
    assert answer.status_code == 302
    to = urlsplit(answer["Location"])
    assert to.path == "/inloggen/"
    return parse_qs(to.query)["verder"][0]


@pytest.fixture
def dispute(world: World) -> str:
    return f"/mijn-registratie/klopt-niet/{world.ids['version']}/"


@pytest.fixture
def her_words(world: World, dispute: str) -> Browser:
    """A teacher who said what is wrong when her session had ended."""
    teacher = world.browsers["teacher"]
    filled = mark_in(page_of(teacher, dispute)) | {"words": WORDS}
    ended(teacher)
    assert sent(teacher, dispute, filled) == dispute
    return teacher


def test_what_she_said_is_wrong_waits_for_her_until_she_sends_it_again(her_words: Browser, dispute: str) -> None:
    cast.sign_in("teacher", who=TEACHER, client=her_words.client)
    for _ in range(2):
        page = page_of(her_words, dispute)
        assert escape(WORDS) in page
        assert LOST in page
    assert her_words.client.post(dispute, {"words": WORDS}).status_code == 302
    assert LOST not in page_of(her_words, dispute)


def test_somebody_else_in_the_same_browser_does_not_see_it(her_words: Browser, dispute: str) -> None:
    cast.sign_in("colleague", who=cast.COLLEAGUE, client=her_words.client)
    answer = her_words.client.get(dispute)
    assert (answer.status_code, WORDS in answer.content.decode()) == (404, False)
    for path in ("/", "/mijn-registratie/"):
        assert LOST not in page_of(her_words, path)


def test_it_is_gone_after_an_hour_and_when_she_signs_out(her_words: Browser, dispute: str) -> None:
    cast.sign_in("teacher", who=TEACHER, client=her_words.client)
    cookies = cast.copied(her_words.client.cookies)
    with patch("lerarenregister.web.accounts.resuming._KEPT", timedelta(minutes=-1)):
        assert LOST not in page_of(her_words, dispute)
    assert LOST in page_of(her_words, dispute)
    her_words.client.post("/uitloggen/")
    her_words.client.cookies = cookies
    cast.sign_in("teacher", who=TEACHER, client=her_words.client)
    assert LOST not in page_of(her_words, dispute)


def test_nobody_can_lay_words_ready_for_her(world: World, dispute: str) -> None:
    browser = cast.sign_in("colleague", who=cast.COLLEAGUE)
    for mark in ({}, {"van": "0" * 64}, {"van": "é\x00"}, mark_in(page_of(world.browsers["support"], REVIEWS))):
        ended(browser)
        sent(browser, dispute, mark | {"words": WORDS})
        cast.sign_in("teacher", who=TEACHER, client=browser.client)
        page = page_of(browser, dispute)
        assert escape(WORDS) not in page
        assert LOST not in page


def test_a_decision_waits_also_when_a_second_factor_is_asked_in_between(world: World) -> None:
    support, review = world.browsers["support"], world.ids["review"].replace("-", "")
    filled = {f"{review}-decision": "refuse", f"{review}-words": WORDS} | mark_in(page_of(support, REVIEWS))
    ended(support)
    assert sent(support, f"{REVIEWS}{world.ids['review']}/", filled) == REVIEWS
    cast.sign_in("support", person_bound=False, second_factor=False, client=support.client)
    assert support.client.get(REVIEWS)["Location"].startswith("/tweede-factor/")
    cast.sign_in("support", person_bound=False, client=support.client)
    page = page_of(support, REVIEWS)
    assert escape(WORDS) in page
    assert 'value="refuse"' in page
    assert "checked" in page


def test_a_colleague_of_support_in_the_same_browser_does_not_see_the_reason(world: World) -> None:
    support, review = world.browsers["support"], world.ids["review"].replace("-", "")
    filled = {f"{review}-words": WORDS} | mark_in(page_of(support, REVIEWS))
    ended(support)
    sent(support, f"{REVIEWS}{world.ids['review']}/", filled)
    cast.with_role("another of support", Role.SUPPORT)
    cast.sign_in("another of support", person_bound=False, client=support.client)
    assert escape(WORDS) not in page_of(support, REVIEWS)


def test_who_confirmed_too_late_is_told_once_that_nothing_was(world: World) -> None:
    teacher = world.browsers["teacher"]
    ended(teacher)
    seen = {"versie": world.ids["version"], "persoon": world.ids["person"]}
    assert sent(teacher, "/mijn-registratie/bevestigen/", seen) == "/mijn-registratie/"
    cast.sign_in("teacher", who=TEACHER, client=teacher.client)
    assert "Er is nog niets bevestigd." in page_of(teacher, "/mijn-registratie/")
    assert LOST not in page_of(teacher, "/mijn-registratie/")


def test_a_file_can_not_be_kept_and_the_page_says_so(world: World) -> None:
    staff, path = world.browsers["staff"], f"/bestuur/{BOARD}/aanleveren/"
    ended(staff)
    file = SimpleUploadedFile("l.csv", csv_of({"vak": "frans"}), "text/csv")
    before = cast.everything_stored()
    assert sent(staff, path, {"bestand": file}) == path
    assert cast.everything_stored() == before
    cast.sign_in("staff", person_bound=False, client=staff.client)
    assert "Je bestand is niet ontvangen en niet bewaard." in page_of(staff, path)
    assert LOST not in page_of(staff, path)


def test_a_code_brings_her_back_to_where_codes_are_entered(world: World) -> None:
    stranger = world.browsers["stranger"]
    ended(stranger)
    assert sent(stranger, "/activeren/ABCD-EFGH-JKMN-PQRS5/", {"code": "ABCD"}) == "/activeren/"
