"""Subjects: called as the rulebook calls them, kept as they were delivered."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from lerarenregister.register import queries
from lerarenregister.register.models import Appointment
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.web.register.subjects import SubjectInput, called
from tests.register.cast import csv_of, deliver, joined

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]


def test_what_a_board_delivered_stays_as_it_was_written() -> None:
    viewer = joined(csv_of({"vak": "engelse taal"}))
    assert Appointment.objects.get().subject == "engelse taal"
    (shown,) = queries.own_registration(viewer).appointments
    assert shown.subject == "engelse taal"


def test_an_unknown_subject_is_delivered_as_any_other() -> None:
    assert [line[1] for line in deliver(csv_of({"vak": "Bloemschikken"})).lines] == ["accepted"]


@pytest.mark.parametrize(
    ("written", "dutch", "english"),
    [
        ("engelse taal", "engelse taal", "English"),
        ("Bloemschikken", "Bloemschikken", "Bloemschikken"),
        ("", "", ""),
    ],
)
def test_a_page_in_english_calls_it_in_english_and_one_in_dutch_as_it_was_written(
    written: str, dutch: str, english: str
) -> None:
    with translation.override("nl"):
        assert called(written) == dutch
    with translation.override("en"):
        assert called(written) == english


def test_the_input_offers_the_table_and_takes_anything() -> None:
    shown = SubjectInput().render("vak", '"><b>', {"id": "id_vak"})
    assert 'list="id_vak_vakken"' in shown
    assert "<b>" not in shown
    listed = re.findall(r'<option value="([^"]+)">', shown)
    assert listed == [each.name_nl for each in RULEBOOKS.all[-1].subjects.values()]
    assert '<datalist id="id_vak_vakken">' in shown


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_rulebook_shows_its_subjects_and_roles_in_the_language_of_the_page(language: str) -> None:
    client = Client()
    client.cookies["taal"] = language
    page = client.get(reverse("register:rulebook")).content.decode()
    book = RULEBOOKS.all[-1]
    for each in book.subjects.values():
        assert f'<th scope="row">{each.name_en if language == "en" else each.name_nl}</th>' in page
    for role in book.roles.values():
        assert (role.may_en if language == "en" else role.may_nl) in page
