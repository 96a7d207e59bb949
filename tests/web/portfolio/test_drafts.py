"""The quiet autosave, and the draft that waits for her."""

import pytest

from tests.web.portfolio.conftest import Person, sign_in, ticket_in

pytestmark = pytest.mark.django_db
DRAFT, SAVE = "/portfolio/concept/", "/portfolio/bewaren/"


def test_a_draft_waits_in_the_box_and_saving_it_gives_one_entry(teacher: Person) -> None:
    posted = {**teacher.ticket(), "tekst": "Half af"}
    kept = teacher.client.post(DRAFT, posted)
    assert (kept.status_code, kept.json()["state"]) == (200, "saved")
    page = teacher.get("/")
    assert "Half af</textarea>" in page
    again = ticket_in(page)
    assert again["formulier"] == posted["formulier"]
    teacher.client.post(SAVE, {**again, "tekst": "Helemaal af"})
    page = teacher.get("/")
    assert "Half af" not in page
    assert ticket_in(page)["formulier"] != posted["formulier"]
    late = teacher.client.post(DRAFT, {**again, "tekst": "Half af"})
    assert (late.status_code, late.json()) == (409, {"state": "other-draft"})


def test_a_draft_of_a_change_is_offered_where_she_can_go_on(teacher: Person) -> None:
    url = teacher.written("Begin")
    ticket = ticket_in(teacher.get(url + "bewerken/"))
    teacher.client.post(
        DRAFT, {**ticket, "tekst": "Half aangepast", "titel": "Titel", "soort": "course", "datum": "2018"}
    )
    home = teacher.get("/")
    assert "Je was iets aan het aanpassen" in home
    assert "Half aangepast" not in home
    page = teacher.get(url + "bewerken/")
    assert "Half aangepast" in page
    assert 'value="Titel"' in page
    assert "Dit is je concept" in page


def test_an_older_tab_does_not_overwrite_the_draft(teacher: Person) -> None:
    one = {**teacher.ticket(), "tekst": "Van tab een"}
    two = {**teacher.ticket(), "tekst": "Van tab twee"}
    assert teacher.client.post(DRAFT, one).status_code == 200
    assert teacher.client.post(DRAFT, two).status_code == 409
    assert "Van tab een" in teacher.get("/")


def test_emptying_the_box_and_saving_throws_the_draft_away(teacher: Person) -> None:
    teacher.client.post(DRAFT, {**teacher.ticket(), "tekst": "Toch niet"})
    response = teacher.client.post(SAVE, {**teacher.ticket(), "tekst": ""})
    assert "Toch niet" not in teacher.get(response["Location"])


def test_she_discards_the_draft_she_saw_and_no_other(teacher: Person) -> None:
    kept = teacher.client.post(DRAFT, {**teacher.ticket(), "tekst": "Weg hiermee"})
    for wrong in ("", "0", "x", "9" * 5000):
        teacher.client.post(DRAFT + "weggooien/", {"concept": wrong})
        assert "Weg hiermee" in teacher.get("/")
    done = teacher.client.post(DRAFT + "weggooien/", {"concept": kept.json()["version"]})
    page = teacher.get(done["Location"])
    assert "Weg hiermee" not in page
    assert "weggegooid" in page


def test_a_draft_that_is_too_long_is_refused_with_its_reason(teacher: Person) -> None:
    answer = teacher.client.post(DRAFT, {**teacher.ticket(), "tekst": "x" * 100_001})
    assert (answer.status_code, answer.json()) == (400, {"state": "invalid"})


def test_signed_out_the_autosave_says_so_and_a_fresh_token_is_for_her_alone(teacher: Person) -> None:
    ticket = teacher.ticket()
    assert teacher.client.get(DRAFT, ticket).json()["state"] == "ready"
    sign_in(teacher.client, "stranger")
    assert teacher.client.get(DRAFT, ticket).status_code == 403
    teacher.client.post("/uitloggen/")
    assert teacher.client.post(DRAFT, {**ticket, "tekst": "Nog hier"}).json() == {"state": "signed-out"}
    assert teacher.client.get(DRAFT, ticket).status_code == 401
