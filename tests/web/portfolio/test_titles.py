"""The title of a page with a wrong form says so first, in both languages."""

import re

import pytest
from django.test import Client

from tests.web.portfolio import conftest as portfolio

pytestmark = pytest.mark.django_db
TITLE = re.compile("<title>(.*?)</title>")


def title_of(client: Client, address: str, posted: dict[str, str] | None = None) -> str:
    response = client.get(address) if posted is None else client.post(address, posted)
    found = TITLE.search(response.content.decode())
    assert found, response.status_code
    return found[1]


@pytest.fixture
def teacher(db: None) -> Client:
    client = Client()
    portfolio.sign_in(client, "teacher")
    return client


def test_a_wrong_code_a_wrong_invitation_and_a_wrong_date(teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    for address, posted, wrong, right in (
        ("/activeren/", {"code": "fout"}, "Fout: Code invullen · Lerarenregister", "Code invullen · Lerarenregister"),
        ("/uitnodiging/", {"code": ""}, "Fout: Uitnodiging · Lerarenregister", "Uitnodiging · Lerarenregister"),
    ):
        assert title_of(teacher, address) == right
        assert title_of(teacher, address, posted) == wrong
    too_early = {**ticket, "tekst": "Iets", "datum": "1800-01-01"}
    assert title_of(teacher, "/portfolio/bewaren/", too_early) == "Fout: Vastleggen · Lerarenregister"
    assert title_of(teacher, "/portfolio/terugbrengen/", {}) == "Fout: Je portfolio terugzetten · Lerarenregister"
    teacher.post("/taal/", {"taal": "en"})
    assert title_of(teacher, "/activeren/", {"code": "fout"}).startswith("Error: ")
    assert not title_of(teacher, "/activeren/").startswith("Error: ")
