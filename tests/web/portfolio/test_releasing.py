"""The page on which she sees what the profession would learn of her portfolio, and gives it or takes it back."""

import json
import re
from datetime import date, timedelta

import jsonschema
import pytest
from django.utils.formats import date_format

from lerarenregister.kernel import clock
from lerarenregister.portfolio import gate
from lerarenregister.portfolio.models import Release
from lerarenregister.portfolio.rules.looking_back import school_year
from tests.web.person.planted import copy_of
from tests.web.portfolio.conftest import Person

pytestmark = pytest.mark.django_db
PAGE = "/portfolio/beroepsgroep/"


def today() -> date:
    return clock.dutch_date(clock.now())


def in_words(day: date) -> str:
    return date_format(day, "j F Y")


def press(person: Person, act: str, **fields: str) -> str:
    """Press a button of the page; where it leads."""
    page = person.get(PAGE)
    mark = re.search(r'name="gezien" value="([0-9a-f]{64})"', page)
    sent = {"doel": "ontwikkeling", "doe": act, "gezien": mark[1] if mark else "", **fields}
    response = person.client.post(PAGE, sent)
    assert response.status_code == 302
    return str(response["Location"])


def main_of(page: str) -> str:
    return page.partition("<main")[2]


def test_with_nothing_written_there_is_nothing_to_give(teacher: Person) -> None:
    page = main_of(teacher.get(PAGE))
    assert "Er is nu niets om te geven" in page
    assert "Dit geven" not in page


def test_she_sees_what_would_go_gives_it_and_takes_it_back(teacher: Person) -> None:
    teacher.write("Over kanaries gelezen", soort="reading")
    page = main_of(teacher.get(PAGE))
    year = school_year(today())
    for word in (f"{year}-{year + 1}", "1 tot 4 keer", "Lezen", "zonder cursussen"):
        assert word in page
    assert "kanaries" not in page
    assert press(teacher, "geven") == f"{PAGE}?gedaan=gegeven"
    page = main_of(teacher.get(f"{PAGE}?gedaan=gegeven"))
    assert f"Gegeven op {in_words(today())}. Het telt mee tot {in_words(today() + timedelta(days=365))}" in page
    assert "Dit zou je geven" not in page
    assert "in plaats daarvan" not in page, "nothing changed since"
    assert len(list(gate.consented_facets("ontwikkeling", today=today()))) == 1
    assert press(teacher, "intrekken") == f"{PAGE}?gedaan=ingetrokken"
    assert "Gegeven op" not in teacher.get(PAGE)
    assert list(gate.consented_facets("ontwikkeling", today=today())) == []


def test_what_was_given_stays_until_she_gives_it_anew(teacher: Person) -> None:
    teacher.write("Gelezen", soort="reading")
    press(teacher, "geven")
    teacher.write("Cursus gevolgd", soort="course")
    page = main_of(teacher.get(PAGE))
    given, now = page.split("Nu zou je dit geven")
    assert "cursussen en ander leren" not in given
    assert "cursussen en ander leren" in now
    assert press(teacher, "geven").endswith("gegeven")
    assert "cursussen en ander leren" in main_of(teacher.get(PAGE))


def test_the_address_alone_says_nothing_of_what_is_not_so(teacher: Person) -> None:
    teacher.write("Gelezen", soort="reading")
    assert "Gegeven." not in teacher.get(f"{PAGE}?gedaan=gegeven")
    press(teacher, "geven")
    assert "Ingetrokken." not in teacher.get(f"{PAGE}?gedaan=ingetrokken")
    assert "Gegeven." in teacher.get(f"{PAGE}?gedaan=gegeven")


def test_what_she_did_not_see_is_not_given(teacher: Person) -> None:
    teacher.write("Gelezen", soort="reading")
    assert press(teacher, "geven", gezien="0" * 64) == f"{PAGE}?gedaan=anders"
    assert "je portfolio is intussen veranderd" in teacher.get(f"{PAGE}?gedaan=anders")
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{}, {"doel": "ontwikkeling"}, {"doel": "anders", "doe": "geven"}, {"doel": "ontwikkeling", "doe": "verkopen"}],
)
def test_what_is_no_button_changes_nothing(teacher: Person, fields: dict[str, str]) -> None:
    teacher.write("Gelezen")
    response = teacher.client.post(PAGE, fields)
    assert response.status_code == 400
    assert "Dit geven" in response.content.decode()
    assert not Release.objects.exists()


def test_without_her_key_she_can_still_take_it_back(teacher: Person) -> None:
    teacher.write("Gelezen")
    press(teacher, "geven")
    del teacher.client.cookies["sleutel"]
    page = teacher.get(PAGE)
    assert "Log opnieuw in om te zien wat je nu zou geven" in page
    assert press(teacher, "intrekken").endswith("ingetrokken")
    assert teacher.client.get(PAGE).status_code == 401, "nothing to take back: then the page asks for her key"


def test_without_her_key_nothing_is_given(teacher: Person) -> None:
    teacher.write("Gelezen")
    del teacher.client.cookies["sleutel"]
    response = teacher.client.post(PAGE, {"doel": "ontwikkeling", "doe": "geven", "gezien": ""})
    assert response.status_code == 401
    assert not Release.objects.exists()


def test_another_sees_nothing_of_it(teacher: Person, stranger: Person) -> None:
    before = main_of(stranger.get(PAGE))
    teacher.write("Gelezen")
    press(teacher, "geven")
    hidden = re.compile(r'value="[^"]{20,}"')
    assert hidden.sub("", main_of(stranger.get(PAGE))) == hidden.sub("", before)


def test_what_does_not_open_any_more_says_so(teacher: Person) -> None:
    teacher.write("Gelezen")
    press(teacher, "geven")
    Release.objects.update(values=b"\x01" + bytes(60))
    page = main_of(teacher.get(PAGE))
    assert "niet meer te lezen en telt niet mee" in page
    assert "Dit geven in plaats daarvan" in page


def test_it_comes_along_when_she_asks_what_is_held_of_her(teacher: Person) -> None:
    teacher.write("Gelezen", soort="reading")
    press(teacher, "geven")
    held = json.loads(copy_of(teacher.client)["gegevens.json"])["held"]["portfolio.releases"]
    assert held == [
        {
            "purpose": "ontwikkeling",
            "released_on": f"{today()}",
            "until": f"{today() + timedelta(days=365)}",
            "readable": True,
            "year": school_year(today()),
            "amount": "1-4",
            "kinds": ["reading"],
            "learning": "informal",
        }
    ]


def test_what_does_not_open_any_more_comes_along_as_that(teacher: Person) -> None:
    """Its key is lost or its row is damaged: that she released something, for what and until when, is still held."""
    teacher.write("Gelezen", soort="reading")
    press(teacher, "geven")
    Release.objects.update(values=b"\x01" + bytes(60))
    files = copy_of(teacher.client)
    document = json.loads(files["gegevens.json"])
    assert document["held"]["portfolio.releases"] == [
        {
            "purpose": "ontwikkeling",
            "released_on": f"{today()}",
            "until": f"{today() + timedelta(days=365)}",
            "readable": False,
        }
    ]
    schema = json.loads(files["access-request.schema.json"])
    jsonschema.validate(document, schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    assert "<dt>Te lezen</dt>" in files["index.html"].decode()
    document["held"]["portfolio.releases"][0]["readable"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)
