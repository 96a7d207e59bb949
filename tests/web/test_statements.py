"""What the statements say of privacy, cookies, accessibility and complaints is what the code does."""

import html
import re

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from lerarenregister.audit.activities import PROCESSING
from lerarenregister.kernel import clock
from lerarenregister.web.processing import shown
from lerarenregister.web.site.tested import TESTED
from tests.rulebook import TERMS
from tests.web.test_languages import PUBLIC

pytestmark = pytest.mark.django_db
SOURCE = project.ROOT / "src" / "lerarenregister"
STATEMENTS = ("/hulp/", "/privacy/", "/cookies/", "/verwerkingen/", "/toegankelijkheid/", "/over/")
KEEPS_IN_THE_BROWSER = r"localStorage|sessionStorage|indexedDB|document\.cookie|cookieStore|caches\.open|serviceWorker"

ON_HER_OWN_DEVICE = {"device.js", "marking.js", "queue.js", "worker.js"}
"""What keeps something, on a device that she marked as hers alone: see `tests/journeys/test_offline.py`."""


def page(path: str, language: str = "nl") -> str:
    response = Client(headers={"cookie": f"taal={language}"}).get(path)
    assert response.status_code == 200
    return html.unescape(str(response.content.decode()))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_privacy_statement_says_of_every_activity_which_data_why_how_long_and_who_sees_it(language: str) -> None:
    text = page("/privacy/", language)
    with translation.override(language):
        every = [each for each in shown.activities(clock.now()) if each.personal]
    assert len(every) > 8
    said = [part for each in every for part in (each.name, each.purpose, each.ground, *each.recipients)]
    said += [part for each in every for data in each.data for part in (data.what, data.kept)]
    assert [each for each in said if each not in text] == []


def test_the_privacy_statement_names_who_answers_and_where_to_complain(settings: Settings) -> None:
    settings.ORGANISATION, settings.PRIVACY_EMAIL = "Stichting Leraren", "privacy@leraren.internal"
    settings.COMPLAINTS_EMAIL = "klacht@leraren.internal"
    text = page("/privacy/")
    for part in (
        "Stichting Leraren",
        "privacy@leraren.internal",
        "klacht@leraren.internal",
        "Autoriteit Persoonsgegevens",
    ):
        assert part in text
    assert "klacht@leraren.internal" in page("/hulp/")
    assert "klacht@leraren.internal" in page("/toegankelijkheid/")


def test_no_statement_names_a_ground_that_the_rulebook_does_not() -> None:
    for path in STATEMENTS:
        text = page(path)
        assert not re.search(r"wettelijke (plicht|taak)|publieke taak|algemeen belang|\bWVO\b|\bWPO\b|\bWEB\b", text), (
            path
        )
    assert {each.ground.code for each in PROCESSING.activities} <= {"consent", "legitimate-interest", "right"}


@pytest.mark.parametrize("path", [*PUBLIC, "/er-is-niets/"])
def test_help_and_every_statement_stand_in_the_same_order_at_the_foot_of_every_page(path: str) -> None:
    foot = Client().get(path).content.decode().partition("<footer")[2]
    found = [link for link in re.findall(r'href="(/[^"]*)"', foot) if link in STATEMENTS]
    assert found == list(STATEMENTS)


def test_our_javascript_keeps_nothing_in_the_browser_and_reads_no_cookie() -> None:
    files = [path for path in SOURCE.rglob("*.js") if "node_modules" not in path.parts]
    assert files
    keeping = {path.name for path in files if re.search(KEEPS_IN_THE_BROWSER, path.read_text(encoding="utf-8"))}
    assert keeping <= ON_HER_OWN_DEVICE
    assert re.search(KEEPS_IN_THE_BROWSER, "window.localStorage.setItem('a', 'b')")
    own = "".join(path.read_text(encoding="utf-8") for path in files if path.name in ON_HER_OWN_DEVICE)
    assert not re.search(r"localStorage|sessionStorage|document\.cookie|cookieStore", own)


def test_the_statement_on_accessibility_claims_what_is_tested_and_says_what_was_not() -> None:
    text = page("/toegankelijkheid/")
    assert [sentence for sentence, _ in TESTED if str(sentence) not in text] == []
    for part in ("D, voldoet niet", "Geen volledig onderzoek", "schermlezer", "één browser"):
        assert part in text


def test_the_help_says_how_long_a_code_works_as_the_rulebook_does() -> None:
    assert f"Een code werkt {TERMS.activation_code.days} dagen en één keer" in page("/hulp/")


def test_a_link_of_a_statement_leads_somewhere() -> None:
    known = set(STATEMENTS) | {"/mijn-gegevens/", "/wie-keek/", "/activeren/", "/verwerkingen.json", "/cijfers/", "/"}
    for path in STATEMENTS:
        for link in re.findall(r'href="(/[^"#]*)', page(path)):
            if not link.startswith("/static/"):
                assert link in known or Client().get(link).status_code == 200, (path, link)
                assert Client().get(link).status_code in (200, 302), (path, link)
