"""Whether two files are of one person: by example, and what holds for all pairs."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.register.rules.likeness import (
    Born,
    First,
    Likeness,
    Name,
    Number,
    Someone,
    blocks,
    dates_like,
    likeness,
)

BORN = date(1980, 3, 4)
BEA = Someone("Berg", "van den", "B.M.", BORN, "41234", "P00123")


def of(family_name: str, prefix: str = "", first: str = "B.M.", birth_date: date | None = BORN) -> Someone:
    """Somebody at another board."""
    return Someone(family_name, prefix, first, birth_date, "49999", "7")


def elsewhere(first: str, birth_date: date) -> Someone:
    """A Jansen at a third board."""
    return Someone("Jansen", "", first, birth_date, "48888", "8")


@pytest.mark.parametrize(
    ("family_name", "prefix", "other", "other_prefix", "name"),
    [
        ("Berg", "van den", "van den Berg", "", Name.EQUAL),
        ("Berg", "van den", "BERG", "v.d.", Name.EQUAL),
        ("Hof", "van 't", "v. 't Hof", "", Name.EQUAL),
        ("Öztürk", "", "Ozturk", "", Name.EQUAL),
        ("Yılmaz", "", "Yilmaz", "", Name.EQUAL),
        ("Groot Koerkamp", "", "GrootKoerkamp", "", Name.EQUAL),
        ("El Amrani", "", "Amrani", "el", Name.EQUAL),
        ("Meijer", "", "Meyer", "", Name.SOUND),
        ("Meijer", "", "Meier", "", Name.SOUND),
        ("Dijkstra", "", "Dykstra", "", Name.SOUND),
        ("Schmidt", "", "Schmitt", "", Name.SOUND),
        ("Jansen", "", "Janssen", "", Name.SOUND),
        ("Jansen-de Vries", "", "Vries-Jansen", "de", Name.TURNED),
        ("Jansen-de Vries", "", "Jansen", "", Name.PART),
        ("Vries", "de", "Jansen - de Vries", "", Name.PART),
        ("Jansen e.v. de Vries", "", "de Vries", "", Name.PART),
        ("Timmermans", "", "Timmernans", "", Name.TYPO),
        ("Kowalski", "", "Kowaslki", "", Name.TYPO),
        ("Bos", "", "Vos", "", Name.OTHER),
        ("Smit", "", "Smid", "", Name.SOUND),
        ("Bakker", "", "Visser", "", Name.OTHER),
    ],
)
def test_family_names(family_name: str, prefix: str, other: str, other_prefix: str, name: Name) -> None:
    assert likeness(of(family_name, prefix), of(other, other_prefix)).name is name


@pytest.mark.parametrize(
    ("first", "other", "found"),
    [
        ("B.M.", "BM", First.EQUAL),
        ("B.M.", "b. m.", First.EQUAL),
        ("Th.M.", "T.M.", First.EQUAL),
        ("IJ.", "Y.", First.EQUAL),
        ("Bea", "B.", First.EQUAL),
        ("Bea Maria", "B.M.", First.EQUAL),
        ("B.", "B.M.", First.FITS),
        ("M.B.", "B.M.", First.ALIKE),
        ("K.", "C.", First.ALIKE),
        ("B.M.", "B.A.", First.PARTLY),
        ("M.", "B.M.", First.PARTLY),
        ("", "B.M.", First.UNKNOWN),
        ("J.", "B.M.", First.OTHER),
        ("Bea", "Bert", First.ALIKE),
        ("Bea", "Brigitte", First.OTHER),
        ("Bea", "Beatrix", First.EQUAL),
    ],
)
def test_first_names(first: str, other: str, found: First) -> None:
    assert likeness(of("Berg", first=first), of("Berg", first=other)).first is found


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (BORN, Born.EQUAL),
        (date(1980, 4, 3), Born.TURNED),
        (date(1980, 3, 5), Born.TYPO),
        (date(1908, 3, 4), Born.TYPO),
        (date(1970, 3, 4), Born.TYPO),
        (date(1981, 3, 5), Born.OTHER),
        (None, Born.UNKNOWN),
    ],
)
def test_birth_dates(other: date | None, found: Born) -> None:
    assert likeness(of("Berg"), of("Berg", birth_date=other)).born is found


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        # Written otherwise, and nothing that speaks against it.
        (BEA, of("v.d. Berg"), Likeness.SAME),
        (BEA, of("Berg", "van den", "B."), Likeness.POSSIBLE),
        (BEA, replace(BEA, first="B.", staff_number="P9"), Likeness.SAME),
        # Married, in both orders, beside the own name and instead of it.
        (BEA, of("Bakker-van den Berg"), Likeness.SAME),
        (of("Jansen-de Vries"), of("de Vries-Jansen"), Likeness.SAME),
        (BEA, replace(BEA, family_name="Bakker", prefix="", staff_number="P9"), Likeness.POSSIBLE),
        (BEA, of("Bakker"), Likeness.DIFFERENT),
        # Twins: one day, one name, other initials.
        (BEA, of("Berg", "van den", "J.A."), Likeness.DIFFERENT),
        (BEA, replace(BEA, first="J.A.", staff_number="P00124"), Likeness.DIFFERENT),
        # A name that many have, and a date that nearly fits: more is needed.
        (of("Jansen", first="M."), elsewhere("M.", date(1980, 4, 3)), Likeness.DIFFERENT),
        (of("Jansen", first="M."), of("Jansen", first="M.", birth_date=date(1980, 4, 3)), Likeness.POSSIBLE),
        (of("Jansen"), elsewhere("B.M.", date(1980, 4, 3)), Likeness.POSSIBLE),
        (of("Jansen"), of("Jansen", birth_date=date(1981, 3, 5)), Likeness.DIFFERENT),
        # A provider that tells no birth date.
        (of("Jansen"), of("Jansen", birth_date=None), Likeness.POSSIBLE),
        (of("Jansen", first="M."), of("Jansen", first="M.", birth_date=None), Likeness.DIFFERENT),
        # The same digits in the staff number of one board.
        (BEA, replace(BEA, family_name="Bakker", prefix="", first="B.", staff_number="123"), Likeness.POSSIBLE),
        (BEA, replace(BEA, birth_date=date(1982, 7, 9), staff_number="123"), Likeness.POSSIBLE),
    ],
)
def test_how_sure(one: Someone, other: Someone, sure: Likeness) -> None:
    assert likeness(one, other).likeness is sure


def test_staff_numbers_beside_each_other_say_nothing_and_those_of_other_boards_neither() -> None:
    assert likeness(BEA, replace(BEA, staff_number="P00124")).number is Number.OTHER
    assert likeness(BEA, replace(BEA, board="49999")).number is Number.ELSEWHERE
    assert likeness(BEA, replace(BEA, staff_number="123")).number is Number.ALIKE


NAMES = st.sampled_from(
    ("Berg", "van den Berg", "Bergh", "Jansen", "Jansen-de Vries", "de Vries-Jansen", "Vries", "Meijer", "Meyer", "")
)
FIRSTS = st.sampled_from(("B.M.", "B.", "M.B.", "Bea", "J.", "", "C.", "K."))
DATES = st.dates(date(1980, 1, 1), date(1980, 12, 31))
PEOPLE = st.builds(
    Someone, NAMES, st.just(""), FIRSTS, DATES, st.sampled_from(("1", "2")), st.sampled_from(("P1", "12", "P012"))
)


@given(PEOPLE, PEOPLE)
def test_the_order_of_the_two_does_not_matter_and_who_is_alike_is_looked_for(one: Someone, other: Someone) -> None:
    verdict = likeness(one, other)
    assert verdict == likeness(other, one)
    if verdict.likeness is not Likeness.DIFFERENT:
        assert set(blocks(one)) & set(blocks(other))


@given(st.dates(date(1940, 1, 1), date(2004, 12, 31)))
def test_the_dates_that_are_looked_at_are_those_of_a_slip(born: date) -> None:
    slips = dates_like(born)
    assert len(slips) < 90
    for each in slips:
        assert born in dates_like(each)
        assert likeness(of("Berg", birth_date=born), of("Berg", birth_date=each)).born in (Born.TURNED, Born.TYPO)
