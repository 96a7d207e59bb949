"""`publiccode.yml` against the standard (https://yml.publiccode.tools/schema.core.html), version 0.4.

The lists hold the part of the standard's vocabularies that fits a register; look a value outside them up there first.
"""

import re
import tomllib
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from lerarenregister.project import settings

TEXT = (settings.ROOT / "publiccode.yml").read_text(encoding="utf-8")
MANDATORY = {
    *("publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType"),
    *("description", "legal", "maintenance", "localisation"),
}
OPTIONAL = {
    "landingURL",
    "softwareVersion",
    "releaseDate",
    "logo",
    "roadmap",
    "intendedAudience",
    "dependsOn",
    "usedBy",
}
CATEGORIES = {
    *("compliance-management", "data-collection", "digital-citizenship", "document-management", "educational-content"),
    *("hr", "identity-management", "knowledge-management", "online-community", "talent-management"),
}
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")}
TYPES |= {"addon", "library", "configurationFiles"}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


@pytest.fixture
def said() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXT)
    return found


def test_every_mandatory_key_is_there_and_no_unknown_one(said: dict[str, Any]) -> None:
    assert set(said) >= MANDATORY
    assert set(said) <= MANDATORY | OPTIONAL


def test_the_facts_are_words_of_the_standard(said: dict[str, Any]) -> None:
    assert said["publiccodeYmlVersion"] == "0.4"
    assert said["name"] == "Lerarenregister"
    assert said["platforms"] == ["web"]
    assert said["categories"]
    assert set(said["categories"]) <= CATEGORIES
    assert said["developmentStatus"] in STATUSES
    assert said["softwareType"] in TYPES
    assert said["intendedAudience"] == {"countries": ["nl"], "scope": ["education"]}
    assert said["localisation"]["localisationReady"] is True
    languages = said["localisation"]["availableLanguages"]
    assert languages == [code for code, _ in settings.LANGUAGES]
    assert all(LANGUAGE.fullmatch(each) for each in languages)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_is_described_in_both_languages(said: dict[str, Any], language: str) -> None:
    words = said["description"][language]
    assert 0 < len(words["shortDescription"]) <= 150
    assert "\n" not in words["shortDescription"]
    assert 150 <= len(words["longDescription"].strip()) <= 10_000
    assert words["features"]
    assert all(isinstance(each, str) and each.strip() for each in words["features"])
    assert len(words["features"]) == len(said["description"]["nl"]["features"])


def test_the_licence_and_the_version_are_those_of_the_project(said: dict[str, Any]) -> None:
    project = tomllib.loads((settings.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert said["legal"]["license"] == project["license"] == "EUPL-1.2"
    assert said["softwareVersion"] == project["version"]


def test_the_release_has_the_day_that_the_changelog_gives_it(said: dict[str, Any]) -> None:
    changelog = (settings.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+) \((\S+)\)$", changelog, re.MULTILINE)
    assert newest, "the newest heading of CHANGELOG.md is `## version (day)`, or (unreleased)"
    assert newest[1] == said["softwareVersion"]
    if newest[2] == "unreleased":
        assert "releaseDate" not in said, "what was not released has no day"
    else:
        released = said["releaseDate"]  # YAML reads an unquoted day as a date
        assert (released if isinstance(released, date) else date.fromisoformat(released)) == date.fromisoformat(
            newest[2]
        )


def test_somebody_maintains_it_and_no_address_is_of_a_real_place(said: dict[str, Any]) -> None:
    kept = said["maintenance"]
    assert kept["type"] in ("internal", "contract", "community", "none")
    assert kept["contacts"]
    assert all(each["name"] for each in kept["contacts"])
    addresses = [each["email"] for each in kept["contacts"]]
    assert all(each.endswith("@example.org") for each in addresses)
    places = re.findall(r"https?://[^\s\"]+|[\w.+-]+@[\w.-]+", TEXT)
    assert len(places) >= 3
    for each in places:
        host = urlsplit(each).hostname if "://" in each else each.rpartition("@")[2]
        assert host == "example.org", each
    for name in ("url", "landingURL"):
        assert said[name].startswith("https://")
