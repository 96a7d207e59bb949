"""People who are signed in through the real sign-in: the session, the listeners, the vault, the cookies."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import NOBODY
from lerarenregister.kernel import clock
from lerarenregister.web.accounts import listeners, signing_in
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.accounts.sealed_sessions import SessionStore
from lerarenregister.web.accounts.session import viewer_of
from lerarenregister.web.requests import DoorRequest
from tests import vaults

HIDDEN = ("formulier", "versie", "concept", "eigenaar")


@pytest.fixture(autouse=True)
def unbuilt_static_files(settings: Any) -> None:
    """Addresses of static files without the manifest that collectstatic makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@dataclass
class Person:
    """Somebody with a browser, signed in."""

    client: Client
    account: UUID

    def get(self, path: str) -> str:
        """A page that must be there and that no cache keeps."""
        response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        assert "no-store" in response["Cache-Control"]
        return str(response.content.decode())

    def ticket(self, page: str | None = None) -> dict[str, str]:
        """The hidden part of the writing form on a page (her first page when none is given)."""
        return ticket_in(page or self.get("/"))

    def write(self, text: str, **fields: str) -> Any:
        """Type and save, as on her first page."""
        return self.client.post("/portfolio/bewaren/", {**self.ticket(), "tekst": text, **fields})

    def press(self, url: str, act: str, **fields: str) -> Any:
        """Press the button of an entry's page that leads to `act`, with the version that the page shows."""
        form = re.search(rf'action="{url}{act}".*?name="versie" value="(\d+)"', self.get(url))
        assert form, act
        return self.client.post(url + act, {"versie": form[1], **fields})

    def written(self, text: str) -> str:
        """Save a text; its page."""
        response = self.write(text)
        assert response.status_code == 303
        return f"/portfolio/{response['Location'].partition('bewaard=')[2]}/"


def ticket_in(page: str) -> dict[str, str]:
    form = page[page.index('action="/portfolio/bewaren/"') :]
    found = {}
    for name in HIDDEN:
        match = re.search(f'name="{name}" value="([^"]*)"', form)
        assert match, name
        found[name] = match[1]
    return found


def sign_in(client: Client, subject: str, *, person_bound: bool = True) -> UUID:
    """Sign in this browser; the account."""
    request, _ = come_back(client, subject, person_bound=person_bound)
    assert request.viewer.account is not None
    return request.viewer.account


def come_back(
    client: Client, subject: str, *, person_bound: bool = True, purpose: Purpose = Purpose.SIGN_IN
) -> tuple[DoorRequest, HttpResponse]:
    """Come back from the provider as this person, in this browser, which keeps the cookies that it gets."""
    request, response = sign_in_response(client, subject, person_bound=person_bound, purpose=purpose)
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    for name, morsel in response.cookies.items():
        if morsel["max-age"] == 0:
            client.cookies.pop(name, None)
        else:
            client.cookies[name] = morsel.value
    return request, response


def sign_in_response(
    client: Client, subject: str, *, person_bound: bool, purpose: Purpose = Purpose.SIGN_IN
) -> tuple[DoorRequest, HttpResponse]:
    """The sign-in's own last step, with the proof that a provider's token gives, and its answer to the browser."""
    request = cast(DoorRequest, RequestFactory().get("/inloggen/eid/terug/"))
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = SessionStore(cookie.value if cookie else None)
    request.COOKIES.update({name: morsel.value for name, morsel in client.cookies.items()})
    request.at = clock.now()
    request.viewer = viewer_of(request) if purpose in listeners.instead else NOBODY
    proof = FreshSignIn(
        provider="eid" if person_bound else "school",
        person_bound=person_bound,
        issuer="https://eid.example.org" if person_bound else "https://school.example.org",
        subject=subject,
        auth_time=request.at - timedelta(seconds=2),
        family_name="Voorbeeld",
        given_name="Anouk",
        birth_date=None,
        **(vaults.proved(subject, at=request.at) if person_bound else {"id_token": ""}),
    )
    finish = listeners.instead.get(purpose)
    response = finish(request, proof, "/") if finish else signing_in.signed_in(request, proof, "/", purpose)
    request.session.save()
    return request, response


@pytest.fixture
def signed_in(db: None) -> Callable[..., Person]:
    """A function that signs somebody in, in a browser of her own."""

    def person(subject: str, *, person_bound: bool = True, checks: bool = False) -> Person:
        client = Client(enforce_csrf_checks=checks)
        return Person(client, sign_in(client, subject, person_bound=person_bound))

    return person


@pytest.fixture
def teacher(signed_in: Callable[..., Person]) -> Person:
    return signed_in("teacher")


@pytest.fixture
def stranger(signed_in: Callable[..., Person]) -> Person:
    return signed_in("stranger")
