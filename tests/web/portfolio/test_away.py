"""Her text while the database does not answer: it comes back on the page, and sent again it is saved once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lerarenregister.portfolio.models import File
from lerarenregister.portfolio.queries import broken_rules
from tests import samples
from tests.web.portfolio import conftest as portfolio
from tests.web.test_away import database_away


def signed_in(subject: str = "teacher") -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    portfolio.sign_in(client, subject)
    return client


def filled_in(client: Client) -> dict[str, str]:
    ticket = portfolio.ticket_in(client.get("/").content.decode())
    return {**ticket, "tekst": "Zij <las> mee", "csrfmiddlewaretoken": client.cookies["csrf"].value}


@pytest.mark.parametrize("after", range(12))
@pytest.mark.django_db(transaction=True)
def test_her_text_comes_back_and_sent_again_it_is_there_once(after: int) -> None:
    teacher = signed_in()
    words = filled_in(teacher)
    with database_away(after=after):
        answer = teacher.post("/portfolio/bewaren/", words)
    page = answer.content.decode()
    if answer.status_code == 503:
        assert "Zij &lt;las&gt; mee" in page
        again = page.rpartition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        sent = {**words, **portfolio.ticket_in(page), "csrfmiddlewaretoken": again}
        assert teacher.post("/portfolio/bewaren/", sent).status_code == 303
    else:
        assert answer.status_code == 303
    assert teacher.get("/portfolio/").content.decode().count("Zij &lt;las&gt; mee") == 1


@pytest.mark.parametrize("after", [*range(0, 24, 2), 30, 40])
@pytest.mark.django_db(transaction=True)
def test_with_a_file_her_text_comes_back_too_and_no_half_file_is_named(after: int) -> None:
    teacher = signed_in()
    words = filled_in(teacher)
    photo = SimpleUploadedFile("bord.jpg", samples.jpeg((1_600, 1_200)), "image/jpeg")
    with database_away(after=after):
        answer = teacher.post("/portfolio/bewaren/", {**words, "bestanden": [photo], "einde": "1"})
    page = answer.content.decode()
    if answer.status_code == 303:
        assert File.objects.filter(entry__isnull=False).count() == 1
    else:
        assert answer.status_code == 503
        assert "Zij &lt;las&gt; mee" in page
        assert "bestand" in page
        assert not File.objects.filter(entry__isnull=False).exists()
        again = page.rpartition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        sent = {**words, **portfolio.ticket_in(page), "csrfmiddlewaretoken": again}
        assert teacher.post("/portfolio/bewaren/", sent).status_code == 303
    assert teacher.get("/portfolio/").content.decode().count("Zij &lt;las&gt; mee") == 1
    assert list(broken_rules()) == []


@pytest.mark.django_db(transaction=True)
def test_the_text_of_somebody_else_or_without_the_token_is_not_given_back() -> None:
    teacher, stranger = signed_in(), signed_in("stranger")
    words = filled_in(teacher)
    stranger.get("/")
    for token in ("", "a" * 64, words["csrfmiddlewaretoken"]):
        for after in range(6):
            with database_away(after=after):
                answer = stranger.post("/portfolio/bewaren/", {**words, "csrfmiddlewaretoken": token})
            assert "&lt;las&gt;" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_quiet_autosave_hears_it_as_json() -> None:
    teacher = signed_in()
    with database_away():
        answer = teacher.post("/portfolio/concept/", {"tekst": "Half"})
    assert (answer.status_code, answer.json()) == (503, {"state": "away"})
