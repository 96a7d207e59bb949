"""She types, saves, done; and whatever goes wrong, her text is still there, and only for her."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from lerarenregister.accounts.models import SignedInSession
from lerarenregister.portfolio.models import Entry
from lerarenregister.web.accounts.sealed_sessions import row_of
from tests.web.portfolio.conftest import Person, sign_in, ticket_in

pytestmark = pytest.mark.django_db
SAVE = "/portfolio/bewaren/"


def test_she_types_and_saves_and_it_is_there_with_a_way_to_change_and_to_undo(teacher: Person) -> None:
    response = teacher.write("Gisteren het boek van Biesta gelezen\nHet eerste hoofdstuk.")
    assert response.status_code == 303
    page = teacher.get(response["Location"])
    assert "Opgeslagen" in page
    assert "Datum, soort of tekst aanpassen" in page
    assert "Ongedaan maken" in page
    assert "Gisteren het boek van Biesta gelezen" in page
    assert "Lezen" in page
    timeline = teacher.get("/portfolio/")
    assert "Het eerste hoofdstuk." in timeline
    for word in ("score", "voortgang", "verplicht", "moet ", "punten"):
        assert word not in timeline.lower()


def test_saving_nothing_is_no_error(teacher: Person) -> None:
    response = teacher.write("  \n ")
    assert "nog niets om op te slaan" in teacher.get(response["Location"])
    assert not Entry.objects.exists()


def test_a_double_click_gives_one_entry(teacher: Person) -> None:
    posted = {**teacher.ticket(), "tekst": "Eén keer"}
    first, second = (teacher.client.post(SAVE, posted) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Entry.objects.count() == 1


def test_she_changes_date_kind_and_title_and_finds_the_earlier_version(teacher: Person) -> None:
    url = teacher.written("Intervisie gehad")
    page = teacher.get(url + "bewerken/")
    assert "Intervisie of lesbezoek" in page
    posted = {
        **ticket_in(page),
        "tekst": "Intervisie gehad",
        "datum": "2017-02-03",
        "soort": "course",
        "titel": "Titel",
    }
    response = teacher.client.post(SAVE, posted)
    page = teacher.get(response["Location"])
    assert "3 februari 2017" in page
    assert "Cursus of training" in page
    assert "Ongedaan maken" in page
    assert "Eerdere versies" in page
    assert "Deze versie terugzetten" in teacher.get(url + "eerder/")
    back = teacher.client.post(url + "eerder/1/", {"versie": "2"})
    assert "Intervisie of lesbezoek" in teacher.get(back["Location"])


def test_two_tabs_keep_both_texts(teacher: Person) -> None:
    url = teacher.written("Begin")
    tab_one, tab_two = (ticket_in(teacher.get(url + "bewerken/")) for _ in range(2))
    teacher.client.post(SAVE, {**tab_one, "tekst": "Van tab een"})
    answer = teacher.client.post(SAVE, {**tab_two, "tekst": "Van tab twee"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Van tab een" in page
    assert "Van tab twee" in page
    assert "(mag leeg blijven)" not in page
    over, beside = (part for part in page.split(f'action="{SAVE}"')[1:])
    for form in (over, beside):
        posted = {**ticket_in(f'action="{SAVE}"' + form), "tekst": "Van tab twee"}
        assert teacher.client.post(SAVE, posted).status_code == 303
    assert "Van tab een" in teacher.get(url + "eerder/")
    assert "Van tab twee" in teacher.get(url)
    assert Entry.objects.count() == 2


def test_a_change_of_what_was_deleted_meanwhile_becomes_a_text_of_its_own(teacher: Person) -> None:
    url = teacher.written("Weg")
    tab = ticket_in(teacher.get(url + "bewerken/"))
    teacher.press(url, "verwijderen/")
    answer = teacher.client.post(SAVE, {**tab, "tekst": "Toch bewaren"})
    assert answer.status_code == 409
    assert "Toch bewaren" in answer.content.decode()
    again = {**ticket_in(answer.content.decode()), "tekst": "Toch bewaren"}
    assert teacher.client.post(SAVE, again).status_code == 303
    Entry.objects.all().delete()
    gone = teacher.client.post(SAVE, {**tab, "tekst": "Toch bewaren"})
    assert gone.status_code == 409
    assert "Toch bewaren" in gone.content.decode()


def test_a_text_of_one_megabyte_stays_on_the_page_with_a_sentence_that_helps(teacher: Person) -> None:
    text = "lang " * 200_000
    response = teacher.write(text)
    page = response.content.decode()
    assert response.status_code == 400
    assert "100.000 tekens" in page
    assert text in page
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"datum": "31-02-2018"}, {"datum": "1600-01-01"}, {"soort": "onzin"}, {"titel": "x" * 121}]
)
def test_a_wrong_field_is_explained_and_the_text_stays(teacher: Person, wrong: dict[str, str]) -> None:
    response = teacher.write("Mijn tekst", **wrong)
    assert response.status_code == 400
    assert "Mijn tekst" in response.content.decode()
    assert "Dit klopt nog niet" in response.content.decode()


def test_markup_in_a_text_is_shown_as_text(teacher: Person) -> None:
    url = teacher.written('<script>alert("x")</script>')
    for page in (url, "/portfolio/", url + "bewerken/", "/"):
        assert '<script>alert("x")' not in teacher.get(page)


def test_after_a_time_out_the_text_waits_in_the_page_and_is_saved_after_signing_in(teacher: Person) -> None:
    posted = {**teacher.ticket(), "tekst": "Lang over nagedacht", "datum": "2018-01-01"}
    SignedInSession.objects.update(last_seen_at=SignedInSession.objects.get().last_seen_at - timedelta(hours=2))
    answer = teacher.client.post(SAVE, posted)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Je was uitgelogd" in page
    assert "Lang over nagedacht" in page
    assert 'value="2018-01-01"' in page
    assert not Entry.objects.exists()

    sign_in(teacher.client, "teacher")
    saved = teacher.client.post(SAVE, {**ticket_in(page), "tekst": "Lang over nagedacht", "datum": "2018-01-01"})
    assert saved.status_code == 303
    assert "Lang over nagedacht" in teacher.get(saved["Location"])


def test_somebody_elses_session_never_receives_nor_keeps_the_text(teacher: Person) -> None:
    posted = {**teacher.ticket(), "tekst": "Alleen van mij"}
    sign_in(teacher.client, "stranger")
    answer = teacher.client.post(SAVE, posted)
    assert answer.status_code == 403
    assert "Alleen van mij" not in answer.content.decode()
    assert not Entry.objects.exists()
    draft = teacher.client.post("/portfolio/concept/", posted)
    assert (draft.status_code, draft.json()) == (403, {"state": "somebody-else"})


def test_an_employers_session_in_the_same_browser_does_not_receive_the_text(teacher: Person) -> None:
    posted = {**teacher.ticket(), "tekst": "Alleen van mij"}
    sign_in(teacher.client, "teacher", person_bound=False)
    answer = teacher.client.post(SAVE, posted)
    assert answer.status_code == 403
    assert "Alleen van mij" not in answer.content.decode()


@pytest.mark.parametrize("change", ["eigenaar", "formulier", "versie", "missing"])
def test_a_form_that_was_not_made_here_saves_nothing(teacher: Person, change: str) -> None:
    posted = {**teacher.ticket(), "tekst": "Van elders"}
    match change:
        case "eigenaar":
            posted["eigenaar"] = "0" * 64 + "." + "0" * 64
        case "formulier":
            posted["formulier"] = "4fbd4fa2-84b4-4a4a-9a86-6f0e5a9ad5a1"
        case "versie":
            posted["versie"] = "-1"
        case "missing":
            posted = {"tekst": "Van elders"}
    answer = teacher.client.post(SAVE, posted)
    assert answer.status_code == 400
    assert "Van elders" not in answer.content.decode()
    signed_out = Client().post(SAVE, posted)
    assert "Van elders" not in signed_out.content.decode()
    assert not Entry.objects.exists()


def test_a_rotated_csrf_token_costs_one_more_click_and_no_text(signed_in: Callable[..., Person]) -> None:
    person = signed_in("teacher", checks=True)
    posted = {**person.ticket(), "tekst": "Net voor het inloggen", "csrfmiddlewaretoken": "x" * 64}
    sign_in(person.client, "teacher")
    answer = person.client.post(SAVE, posted)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Net voor het inloggen" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page[page.index(f'action="{SAVE}"') :])
    assert token
    again = person.client.post(SAVE, {**posted, "csrfmiddlewaretoken": token[1]})
    assert again.status_code == 303

    sign_in(person.client, "stranger")
    theirs = person.client.post(SAVE, posted)
    assert theirs.status_code == 403
    assert "Net voor het inloggen" not in theirs.content.decode()


@pytest.mark.parametrize("lost", ["cookie", "session", "other-cookie", "other-session"])
def test_without_a_fitting_key_the_text_comes_back_and_the_pages_ask_to_sign_in(
    teacher: Person, stranger: Person, lost: str
) -> None:
    teacher.written("Van mij")
    posted = {**teacher.ticket(), "tekst": "Nog een"}
    session = teacher.client.session
    match lost:
        case "cookie":
            del teacher.client.cookies["sleutel"]
        case "session":
            del session["portfolio_key"]
            session.save()
        case "other-cookie":
            teacher.client.cookies["sleutel"] = stranger.client.cookies["sleutel"].value
        case "other-session":
            session["portfolio_key"] = stranger.client.session["portfolio_key"]
            session.save()
            teacher.client.cookies["sleutel"] = stranger.client.cookies["sleutel"].value
    answer = teacher.client.post(SAVE, posted)
    assert answer.status_code == 401
    assert "Nog een" in answer.content.decode()
    page = teacher.client.get("/portfolio/")
    assert page.status_code == 401
    assert "Van mij" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "Log opnieuw in" in teacher.get("/")
    sign_in(teacher.client, "teacher")
    assert "Van mij" in teacher.get("/portfolio/")


def test_signing_out_takes_the_key_out_of_session_and_browser(teacher: Person) -> None:
    assert teacher.client.cookies["sleutel"].value
    session = row_of(teacher.client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert Session.objects.filter(pk=session).exists()
    response = teacher.client.post("/uitloggen/")
    assert response.cookies["sleutel"].value == ""
    assert response.cookies["sleutel"]["max-age"] == 0
    assert not Session.objects.filter(pk=session).exists()
