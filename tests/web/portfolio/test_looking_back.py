"""The page on which she looks back: pictures with the same numbers beside them, of her own things alone."""

import re

import pytest

from tests.web.portfolio.conftest import Person

pytestmark = pytest.mark.django_db
BACK = "/portfolio/terugblik/"


def wrote(person: Person, text: str, on: str, kind: str = "other", tags: str = "") -> None:
    fields = {"datum": on, "soort": kind, "trefwoorden": tags}
    assert person.write(text, **fields).status_code == 303


def test_with_nothing_written_it_says_so(teacher: Person) -> None:
    page = teacher.get(BACK)
    assert "Er is nog niets vastgelegd" in page
    assert "<svg" not in page.partition("<main")[2]


def test_pictures_and_tables_say_the_same(teacher: Person, stranger: Person) -> None:
    wrote(stranger, "Van een ander", "2017-10-01")
    wrote(teacher, "Cursus rekenen", "2017-10-01", "course")
    wrote(teacher, "Gelezen", "2017-10-02", "reading")
    wrote(teacher, "Gesprek", "2016-09-02", "conversation")
    page = teacher.get(BACK)
    assert "Je jaar 2017-2018" in page
    october = re.search(r'<th scope="row">oktober</th><td class="lr-number">(\d+)</td>', page)
    assert october is not None
    assert october[1] == "2"
    assert re.search(r'2017-2018</th><td class="lr-number">1</td><td class="lr-number">1</td>', page)
    assert re.search(r'2016-2017</th><td class="lr-number">0</td><td class="lr-number">1</td>', page)
    assert page.count('<rect class="pf-bar" ') == 12 + 2
    assert page.count("pf-bar--over") == 1
    earlier = teacher.get(f"{BACK}?jaar=2016")
    assert "Je jaar 2016-2017" in earlier
    assert "?jaar=2017" in earlier


def test_the_picture_needs_no_style_of_its_own(teacher: Person) -> None:
    wrote(teacher, "Gelezen", "2017-10-02")
    page = teacher.get(BACK).partition("<main")[2]
    assert " style=" not in page
    assert page.count('role="img"') == page.count("<svg")


@pytest.mark.parametrize("year", ["1066", "x", "2017x", "", "9" * 40])
def test_a_year_of_which_there_is_nothing_is_absent(teacher: Person, year: str) -> None:
    wrote(teacher, "Gelezen", "2017-10-02")
    assert teacher.client.get(f"{BACK}?jaar={year}").status_code == 404
