"""Finding in her portfolio: everything of hers, nothing of another, and what she typed nowhere."""

import logging

import pytest

from lerarenregister.portfolio.models import Entry
from tests.web.portfolio.conftest import Person

pytestmark = pytest.mark.django_db
FIND = "/portfolio/zoeken/"


def found(person: Person, typed: str, **more: str) -> str:
    answer = person.client.post(FIND, {"woorden": typed, **more})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def test_every_word_must_be_there_in_text_title_tags_or_names_of_files(teacher: Person) -> None:
    first = teacher.written("Intervisie over rekenen met Zoë")
    second = teacher.written("Gelezen: rekenen in groep 4")
    page = found(teacher, "REKENEN zoe")
    assert first in page
    assert second not in page
    assert "<mark>rekenen</mark> met <mark>Zoë</mark>" in page
    assert "1 gevonden" in page
    assert "2 gevonden" in found(teacher, "reken")
    assert "Niets gevonden" in found(teacher, "rekenen aardrijkskunde")


def test_one_letter_or_nothing_asks_nothing(teacher: Person) -> None:
    teacher.written("Intervisie")
    for typed in ("", " ", "i"):
        page = found(teacher, typed)
        assert "gevonden" not in page.partition("<main")[2].replace('id="gevonden"', "").replace('find="gevonden"', "")


def test_what_is_in_the_bin_and_what_is_of_another_is_not_found(teacher: Person, stranger: Person) -> None:
    gone = teacher.written("Intervisie weg")
    teacher.press(gone, "verwijderen/")
    stranger.written("Intervisie van een ander")
    assert "Niets gevonden" in found(teacher, "intervisie")


def test_names_of_fields_ids_and_days_in_the_sealed_head_are_no_words_of_hers(teacher: Person) -> None:
    url = teacher.written("Iets")
    for typed in ("heading", "excerpt", "saved", url.split("/")[2][:8]):
        assert "Niets gevonden" in found(teacher, typed), typed


def test_a_word_in_a_title_goes_before_a_word_in_a_text(teacher: Person) -> None:
    title = {"titel": "Over rekenen", "datum": "2017-01-02"}
    old = teacher.client.post("/portfolio/bewaren/", {**teacher.ticket(), "tekst": "Lang geleden", **title})
    new = teacher.written("Een lange tekst.\n\nEn daarin rekenen.")
    page = found(teacher, "rekenen")
    assert page.index(old["Location"].partition("bewaard=")[2]) < page.index(new)


@pytest.mark.parametrize(("title", "typed"), [('De "ruimte" zelf', '"ruimte"'), (r"Map C:\werk", r"c:\werk")])
def test_a_word_with_a_sign_that_is_stored_otherwise_is_found_in_a_title(
    teacher: Person, title: str, typed: str
) -> None:
    teacher.client.post("/portfolio/bewaren/", {**teacher.ticket(), "tekst": "Lang geleden", "titel": title})
    assert "1 gevonden" in found(teacher, typed)


def test_markup_that_she_wrote_is_shown_as_text(teacher: Person) -> None:
    teacher.written("<img src=x onerror=alert(1)> plaatje")
    page = found(teacher, "plaatje onerror")
    assert "<img src=x" not in page
    assert "<mark>onerror</mark>" in page


def test_the_script_gets_what_was_found_alone(teacher: Person) -> None:
    teacher.written("Intervisie")
    part = found(teacher, "intervisie", deel="1")
    assert "<html" not in part
    assert "1 gevonden" in part


def test_how_much_was_found_is_said_in_one_place_that_is_there_before(teacher: Person) -> None:
    teacher.written("Intervisie")
    page = found(teacher, "intervisie")
    assert "aria-live" not in page.partition("<main")[2], "the whole list would be read out"
    assert page.count('role="status"') == 1
    assert '<p class="lr-visually-hidden" role="status" id="hoeveel"></p>' in page
    assert 'role="status"' not in found(teacher, "intervisie", deel="1")


def test_of_many_the_first_fifty_are_shown(teacher: Person) -> None:
    for number in range(52):
        teacher.written(f"Intervisie nummer {number}")
    page = found(teacher, "intervisie")
    assert "52 gevonden" in page
    assert page.count('class="pf-entry"') == 50
    assert "de eerste 50" in page


def test_what_she_typed_stands_in_no_line_of_a_log(teacher: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found(teacher, "kanariegeel")
    assert "kanarie" not in caplog.text
    assert not Entry.objects.exists()


def test_with_an_account_of_work_or_without_her_key_nothing_is_looked_through(teacher: Person) -> None:
    teacher.client.cookies.pop("sleutel")
    assert teacher.client.post(FIND, {"woorden": "intervisie"}).status_code == 401
