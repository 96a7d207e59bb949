"""The register of processing activities as people and programs read it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import translation
from jsonschema import Draft202012Validator
from pytest_django.fixtures import Settings

from lerarenregister.audit.activities import PROCESSING
from lerarenregister.kernel import clock
from lerarenregister.web.processing import shown, terms
from tests.rulebook import TERMS

pytestmark = pytest.mark.django_db
HERE = [each for each in PROCESSING.activities if shown.takes_place(each)]


def page(path: str, language: str = "nl") -> str:
    client = Client()
    client.cookies["taal"] = language
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode()).replace("&#x27;", "'").replace("&quot;", '"')


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_has_every_activity_with_its_purpose_and_a_link_to_all_of_it(language: str) -> None:
    text = page("/verwerkingen/", language)
    for each in HERE:
        assert each.purpose.said(language) in text
        assert f'href="{each.path}"' in text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("activity", HERE, ids=lambda each: each.code)
def test_the_page_of_an_activity_says_all_that_article_30_asks(activity: Any, language: str) -> None:
    text = page(activity.path, language)
    with translation.override(language):
        said = shown.shown(activity, clock.now())
    facts = [said.name, said.purpose, said.uri, *said.measures, *said.events]
    if said.personal:
        facts += [said.ground, *said.persons, *said.recipients]
    facts += [part for each in said.data for part in (each.what, each.kept)]
    assert [fact for fact in facts if fact not in text] == []


def test_a_term_is_the_one_of_the_rulebook_and_of_the_code() -> None:
    for each in HERE:
        for data in each.data:
            assert bool(terms.duration_of(data.kept, clock.now())) is bool(data.kept.lasts), data.kept.code
            assert "{term}" not in terms.said(data.kept, clock.now())
            assert ("{term}" in data.kept.words.nl) is ("{term}" in data.kept.words.en) is bool(data.kept.lasts)
    assert f"hoogstens {TERMS.work_mail.days} dagen" in page("/verwerkingen/activeren/1/")
    assert f"at most {project.SESSION_HOURS}\xa0hours".replace("\xa0", " ") in page("/verwerkingen/inloggen/1/", "en")


@pytest.mark.parametrize(
    ("duration", "nl", "en"),
    [
        (timedelta(days=1), "1 dag", "1 day"),
        (timedelta(days=90), "90 dagen", "90 days"),
        (timedelta(days=365), "1 jaar", "1 year"),
        (timedelta(days=1825), "5 jaar", "5 years"),
        (timedelta(days=1826), "1826 dagen", "1826 days"),
        (timedelta(hours=10), "10 uur", "10 hours"),
        (timedelta(minutes=90), "90 minuten", "90 minutes"),
    ],
)
def test_a_duration_is_said_in_the_largest_unit_that_fits(duration: timedelta, nl: str, en: str) -> None:
    for language, words in (("nl", nl), ("en", en)):
        with translation.override(language):
            assert terms.in_words(duration) == words


def test_an_activity_or_a_version_that_is_not_there_is_absent() -> None:
    for path in ("/verwerkingen/inloggen/2/", "/verwerkingen/elders/1/", "/verwerkingen/inloggen/0/"):
        assert Client().get(path).status_code == 404


def test_who_answers_for_the_register_is_named_or_said_to_be_missing(settings: Settings) -> None:
    assert "nog niet ingevuld" in page("/verwerkingen/")
    settings.ORGANISATION, settings.PRIVACY_EMAIL = "Stichting Leraren", "privacy@leraren.internal"
    text = page("/verwerkingen/")
    assert "Stichting Leraren biedt dit register aan" in text
    assert "mailto:privacy@leraren.internal" in text
    assert "nog niet ingevuld" not in text


TEXT = {"type": "string", "minLength": 1}
UUID_OF = {"type": "string", "format": "uuid", "pattern": "^[0-9a-f-]{36}$"}
# From the tables of media/rvva-openapi.json, Processing Activities Register API v0.1; here every field must be there.
RVVA: dict[str, Any] = {
    "type": "object",
    "required": ["processingActivities", "entities"],
    "properties": {
        "processingActivities": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "active", "latestVersion", "versions"],
                "properties": {
                    "id": UUID_OF,
                    "active": {"type": "boolean"},
                    "latestVersion": {"type": "integer"},
                    "versions": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/version"}},
                },
            },
        },
        "entities": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type"],
                "properties": {
                    "id": UUID_OF,
                    "type": {"enum": ["LegalEntity", "NaturalPerson", "Organisation"]},
                    "name": TEXT,
                    "email": {"type": "string", "format": "email", "pattern": "@"},
                },
            },
        },
    },
    "$defs": {
        "version": {
            "type": "object",
            "required": ["uri", "name", "purpose", "version", "validFrom", "legalBasis", "dataSubjects"],
            "properties": {
                "name": TEXT,
                "purpose": TEXT,
                "version": {"type": "integer"},
                "validFrom": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d$"},
                "legalBasis": {
                    "type": "array",
                    "items": {"enum": ["Consent", "LegalObligation", "LegitimateInterest"]},
                },
                "dataSubjects": {"type": "array", "items": {"enum": ["Employee", "User", "Visitor"]}},
                "personalData": {
                    "type": "object",
                    "required": ["categories"],
                    "properties": {
                        "categories": {"type": "array", "items": TEXT},
                        "retentionPeriod": {"type": "string", "pattern": r"^P(\d+D|T\d+M)$"},
                    },
                },
                "recipients": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["legalRole", "entityId"],
                        "properties": {
                            "legalRole": {"enum": ["DataController", "DataProcessor", "ThirdParty"]},
                            "entityId": UUID_OF,
                        },
                    },
                },
                "measures": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["measureType", "measure"],
                        "properties": {"measureType": {"enum": ["Technical"]}, "measure": TEXT},
                    },
                },
            },
        }
    },
}


def test_the_json_has_the_form_of_the_register_of_processing_activities() -> None:
    response = Client(headers={"cookie": "taal=en"}).get("/verwerkingen.json")
    assert (response["Content-Type"], response["Content-Language"]) == ("application/json", "nl")
    register = json.loads(response.content)
    assert list(Draft202012Validator(RVVA).iter_errors(register)) == []
    versions = [each for activity in register["processingActivities"] for each in activity["versions"]]
    assert [each["uri"] for each in versions] == [shown.uri_of(each) for each in HERE]
    entities = {each["id"] for each in register["entities"]}
    assert {each["entityId"] for version in versions for each in version["recipients"]} <= entities
    for version in versions:
        assert Client().get(version["uri"].removeprefix(project.BASE_URL)).status_code == 200
        assert len(version["retention"]) == len(version["personalData"]["categories"])


def test_the_json_is_the_same_twice_and_names_no_longest_term_when_one_has_no_end() -> None:
    first, second = Client().get("/verwerkingen.json").content, Client().get("/verwerkingen.json").content
    assert first == second
    activities = {
        each["versions"][0]["name"]: each["versions"][0] for each in json.loads(first)["processingActivities"]
    }
    kept = {name: each["personalData"].get("retentionPeriod") for name, each in activities.items()}
    assert kept["Logboek bijhouden"] == f"P{TERMS.accountability.days}D"
    assert kept["Berichten versturen"] is None, "an address of her own has no end"
    assert kept["Activeren met een code"] is None
