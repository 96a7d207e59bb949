"""Somebody who shares, and readers who come with nothing but a browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.portfolio.conftest import Person, signed_in, stranger, teacher, unbuilt_static_files
from tests.web.portfolio.test_files import written as with_files
from tests.web.portfolio.test_order import keep, pick

__all__ = ["signed_in", "stranger", "teacher", "unbuilt_static_files"]
FORM = {"waarvoor": "Om te bespreken", "naam": "Anouk V.", "voor": "Cor", "hoe": "link", "reactie": "on"}


def collected(person: Person, *texts: str, files: tuple[Any, ...] = (), title: str = "Mijn jaar") -> str:
    """A collection with these texts, and an entry with files if there are any; its page."""
    entries = [person.written(text) for text in texts or ("Les gegeven",)]
    if files:
        entries.append(with_files(person, *files, tekst="Met bestanden"))
    url = keep(person, "collection", title, tekst="Waar het over gaat")
    for start in range(0, len(entries), 50):
        assert pick(person, url, *entries[start : start + 50]).status_code == 303
    return url


def form_of(person: Person, url: str, *, who: str = "colleague", **extra: str) -> tuple[str, dict[str, str]]:
    """The page with the form to share a collection, and what a post of it sends."""
    page = person.client.post(url + "delen/", {"wie": who, **extra}).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(wie|nieuw|gezien)" value="([^"]*)"', page))
    until = re.findall(r'name="tot" value="([0-9-]+)"', page)[0]
    return page, {**hidden, "tot": until, **FORM}


def shared(person: Person, url: str = "", **fields: str) -> str:
    """Share a collection; the page of the share."""
    _page, form = form_of(person, url or collected(person))
    answer = person.client.post((url or _of(_page)) + "delen/nu/", form | fields)
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


def _of(page: str) -> str:
    return re.findall(r'action="(/portfolio/[0-9a-f-]{36}/)delen/nu/"', page)[0]


def code_on(person: Person, share: str) -> str:
    """What stands behind the hash sign of the link on the page of a share."""
    return re.findall(r"/gedeeld/#([A-Za-z0-9_-]{43})</code>", person.get(share))[0]


def opened(code: str, client: Client | None = None) -> Client:
    """A browser that opened a link."""
    client = client or Client()
    answer = client.post("/gedeeld/openen/", {"code": code})
    assert (answer.status_code, answer["Location"]) == (303, "/gedeeld/lezen/"), answer.content.decode()
    return client


def page_in(client: Client, status: int = 200, path: str = "/gedeeld/lezen/") -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


@pytest.fixture
def reader() -> Client:
    return Client()


@pytest.fixture
def colleague(signed_in: Callable[..., Person]) -> Person:
    return signed_in("colleague")
