"""Her text when it is too often, and her zip when it is too busy: nothing is lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client

from lerarenregister.portfolio.models import File
from lerarenregister.web.limits.rules import HEAVY_AT_ONCE, MOST_TEXT_BYTES
from lerarenregister.web.limits.slots import SLOTS
from tests.samples import jpeg
from tests.web.conftest import Clock
from tests.web.portfolio import conftest as portfolio


@pytest.fixture
def teacher(db: None) -> Client:
    client = Client(enforce_csrf_checks=True)
    portfolio.sign_in(client, "teacher")
    return client


def broken_off(response: Any) -> None:
    """What the server does when the browser went away; the database stays open, for the test is in a transaction."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def test_a_refused_text_comes_back_and_can_be_saved(narrow: Clock, teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    token = {"csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    words = {**ticket, **token, "tekst": "Vandaag <keek> ik mee", "titel": "Intervisie"}
    for _ in range(3):
        teacher.post("/portfolio/concept/weggooien/", token)
    refused = teacher.post("/portfolio/bewaren/", words)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    page = refused.content.decode()
    assert "Vandaag &lt;keek&gt; ik mee" in page
    assert "Intervisie" in page
    assert "nog niet opgeslagen. Wacht 1 seconde" in " ".join(page.split())
    narrow.forward(1)
    assert teacher.post("/portfolio/bewaren/", {**words, **portfolio.ticket_in(page)}).status_code == 303
    narrow.forward(3)
    assert "Intervisie" in teacher.get("/portfolio/").content.decode()


def test_of_a_photo_that_comes_too_often_the_text_comes_back_and_of_a_film_nothing_is_read(
    narrow: Clock, teacher: Client
) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    token = {"csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    words = {**ticket, **token, "tekst": "Vandaag <keek> ik mee", "einde": "1"}
    for _ in range(3):
        teacher.post("/portfolio/concept/weggooien/", token)
    photo = SimpleUploadedFile("bord.jpg", jpeg(), "image/jpeg")
    refused = teacher.post("/portfolio/bewaren/", {**words, "bestanden": [photo]})
    assert refused.status_code == 429
    assert "Vandaag &lt;keek&gt; ik mee" in refused.content.decode()
    assert "Je bestand is niet bewaard" in refused.content.decode()
    film = SimpleUploadedFile("film.mp4", bytes(MOST_TEXT_BYTES + 1), "video/mp4")
    refused = teacher.post("/portfolio/bewaren/", {**words, "bestanden": [film]})
    assert refused.status_code == 429
    assert "Ga terug" in refused.content.decode()
    assert not File.objects.exists()


def test_the_text_of_somebody_else_is_not_given_back(narrow: Clock, teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    stranger = Client()
    portfolio.sign_in(stranger, "stranger")
    answers = [stranger.post("/portfolio/bewaren/", {**ticket, "tekst": "Van haar"}) for _ in range(5)]
    assert [each.status_code for each in answers] == [403] * 5
    assert "Van haar" not in answers[-1].content.decode()


def test_a_draft_that_comes_too_often_hears_it_as_json(narrow: Clock, teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    sent = {**ticket, "tekst": "Half", "csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    answers = [teacher.post("/portfolio/concept/", sent) for _ in range(4)]
    assert answers[-1].status_code == 429
    assert answers[-1].json() == {"state": "too-often"}
    assert answers[-1]["Retry-After"] == "1"


def test_the_longest_text_fits_in_its_form(still: Clock, teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    token = {"csrfmiddlewaretoken": teacher.cookies["csrf"].value}
    text = {**ticket, **token, "tekst": "😀" * 100_000}
    assert teacher.post("/portfolio/bewaren/", text).status_code == 303


def test_so_many_heavy_requests_at_once_and_the_next_hears_that_it_is_busy(still: Clock, teacher: Client) -> None:
    held = [SLOTS.take() for _ in range(HEAVY_AT_ONCE)]
    try:
        refused = teacher.get("/portfolio/meenemen/zip/")
        assert (refused.status_code, refused["Retry-After"]) == (503, "10")
        assert "Dit ligt niet aan jou" in refused.content.decode()
        assert teacher.get("/portfolio/terugbrengen/").status_code == 200  # the form itself is no heavy work
    finally:
        for each in held:
            assert each is not None
            each.release()
    assert teacher.get("/portfolio/meenemen/zip/").status_code == 200


def test_a_download_holds_its_place_until_it_is_sent_or_broken_off(still: Clock, teacher: Client) -> None:
    sending: Any = [teacher.get("/portfolio/meenemen/zip/") for _ in range(HEAVY_AT_ONCE)]
    assert teacher.get("/portfolio/meenemen/zip/").status_code == 503
    assert b"".join(sending[0].streaming_content)
    broken_off(sending[1])
    again: Any = [teacher.get("/portfolio/meenemen/zip/") for _ in range(HEAVY_AT_ONCE)]
    assert [each.status_code for each in again] == [200] * HEAVY_AT_ONCE
    for each in again:
        broken_off(each)


def test_a_heavy_view_that_breaks_gives_its_place_back(
    still: Clock, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher.raise_request_exception = False
    monkeypatch.setattr("lerarenregister.web.portfolio.takeout.stream", lambda *_, **__: 1 / 0)
    answers = [teacher.get("/portfolio/meenemen/zip/").status_code for _ in range(HEAVY_AT_ONCE + 1)]
    assert answers == [500] * (HEAVY_AT_ONCE + 1)
