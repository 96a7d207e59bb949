"""Staff sign in with a second factor: asked per permission, with a page that explains and asks again."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.accounts.errors import NotAllowed, SecondFactorNeeded
from lerarenregister.accounts.oidc.providers import parse_providers
from lerarenregister.accounts.permissions import (
    NEEDS_SECOND_FACTOR,
    ROLE_PERMISSIONS,
    Permission,
    Role,
    RoleHeld,
    SessionKind,
    Viewer,
)
from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.web.accounts.checks import check_providers
from tests.accounts.hostile import Hostile
from tests.accounts.running import RunningProvider, begin, choose, sign_in
from tests.accounts.test_forged_tokens import GOOD, Attempt

pytestmark = pytest.mark.django_db
BOARD = "12345"
TEAM = f"/bestuur/{BOARD}/medewerkers/"


def make_manager(person: str) -> None:
    options = ("--identity", f"school:school-{person}", "--board", BOARD)
    call_command("give_role", "board-manager", *options, stdout=StringIO())


@pytest.mark.parametrize("permission", list(Permission))
def test_what_is_of_other_people_asks_for_a_second_factor_and_nothing_else_does(permission: Permission) -> None:
    role = next(role for role in Role if permission in ROLE_PERMISSIONS[role])
    scope = BOARD if role.scoped else ""
    held = frozenset({RoleHeld(role, scope)})
    weak, strong = (
        Viewer(new_id(), SessionKind.EMPLOYER, held, second_factor=second_factor) for second_factor in (False, True)
    )
    assert strong.must(permission, scope=scope).role == role
    if permission in NEEDS_SECOND_FACTOR:
        with pytest.raises(SecondFactorNeeded):
            weak.must(permission, scope=scope)
    else:
        assert weak.must(permission, scope=scope).role == role
    with pytest.raises(NotAllowed):
        Viewer(new_id(), SessionKind.EMPLOYER).must(permission, scope=scope)


def test_only_what_shows_nothing_of_a_person_needs_none() -> None:
    assert set(Permission) - NEEDS_SECOND_FACTOR == {
        Permission.AUDIT_LOG_VERIFY,
        Permission.PROJECT_STATE_READ,
    }


def test_a_manager_is_told_why_signs_in_again_and_goes_on(school: RunningProvider) -> None:
    browser = Client()
    sign_in(browser, school, "bram")
    make_manager("bram")
    asked = browser.get(TEAM)
    assert asked["Location"] == f"/tweede-factor/?verder=%2Fbestuur%2F{BOARD}%2Fmedewerkers%2F"
    page = browser.get(asked["Location"])
    text = page.content.decode()
    assert page.status_code == 403
    assert "no-store" in page["Cache-Control"]
    assert "tweede factor" in text
    assert f'value="{TEAM}"' in text
    address = begin(browser, school.slug, onward=TEAM, second_factor=True)
    assert "acr_values=https%3A%2F%2Frefeds.org%2Fprofile%2Fmfa" in address
    back = browser.get(choose(address, "bram"))
    assert back["Location"] == TEAM
    assert browser.get(TEAM).status_code == 200
    assert browser.get("/tweede-factor/?verder=/hulp/")["Location"] == "/hulp/", "nothing is asked twice"


def test_what_was_posted_is_not_done_and_not_sent_again(school: RunningProvider) -> None:
    browser = Client()
    sign_in(browser, school, "bram")
    make_manager("bram")
    answer = browser.post(TEAM, {"known_as": "Iris", "role": "board-staff"})
    assert answer["Location"] == "/tweede-factor/?verder=%2F"
    sign_in(browser, school, "bram", second_factor=True)
    assert "Iris" not in browser.get(TEAM).content.decode()


def test_a_provider_that_answers_without_one_changes_nothing(
    hostile: Hostile, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.OIDC_PROVIDERS = [{**hostile.entry, "second_factor": ["mfa"]}]
    weak = Attempt(hostile, caplog, second_factor=True)
    assert weak.asked["acr_values"] == "mfa"
    for acr in ("pwd", None, ["mfa"], "MFA"):
        weak = Attempt(hostile, caplog, second_factor=True)
        hostile.answer_with(weak.nonce, acr=acr)
        assert weak.is_refused_by("second_factor"), acr


def test_an_identity_that_can_not_is_told_so(school: RunningProvider, settings: Settings) -> None:
    browser = Client()
    sign_in(browser, school, "bram")
    make_manager("bram")
    settings.OIDC_PROVIDERS = [{**entry, "second_factor": []} for entry in settings.OIDC_PROVIDERS]
    page = browser.get("/tweede-factor/").content.decode()
    assert "Vraag de beheerder" in page
    assert 'name="tweede-factor"' not in page
    refused = browser.post(f"/inloggen/{school.slug}/", {"verder": TEAM, "tweede-factor": "1"})
    assert refused.status_code == 400
    assert [each.id for each in check_providers()] == ["accounts.W002"]


def test_a_teacher_is_never_asked_for_her_own(eid: RunningProvider, settings: Settings, at: datetime) -> None:
    settings.OIDC_PROVIDERS = [{**entry, "second_factor": []} for entry in settings.OIDC_PROVIDERS]
    browser = Client()
    sign_in(browser, eid, "anna")
    for path in ("/", "/mijn-registratie/", "/wie-keek/", "/sessies/", "/activeren/"):
        assert browser.get(path).status_code == 200, path
    assert Client().get("/tweede-factor/")["Location"].startswith("/inloggen/")


def test_levels_that_are_not_asked_can_not_be_a_second_factor() -> None:
    with pytest.raises(Invalid):
        parse_providers([{**GOOD, "acr_values": ["low"], "second_factor": ["high"]}])
    assert parse_providers([{**GOOD, "acr_values": ["low", "high"], "second_factor": ["high"]}])
