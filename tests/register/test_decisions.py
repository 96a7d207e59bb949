"""The rules: what becomes of a line, and that the order of the lines does not matter."""

from datetime import date
from itertools import permutations

import pytest

from lerarenregister.register.rules.claims import AppointmentKey, PersonFacts
from lerarenregister.register.rules.columns import COLUMNS
from lerarenregister.register.rules.decisions import AppointmentState, Circumstances, Known, decide
from lerarenregister.register.rules.places import Places
from lerarenregister.register.rules.timelines import Spell
from tests.register.cast import BOARD, LINE, OTHER_BOARD
from tests.rulebook import GROUNDS

MOVED = date(2018, 8, 1)
PLACES = Places(
    boards={
        "01AB": [Spell(date(2010, 1, 1), None, BOARD)],
        "02CD": [Spell(date(2010, 1, 1), None, BOARD)],
        "03EF": [Spell(date(2010, 1, 1), None, OTHER_BOARD)],
        "04GH": [Spell(date(2010, 1, 1), MOVED, BOARD), Spell(MOVED, None, OTHER_BOARD)],
    },
    sectors={
        code: [Spell(date(2010, 1, 1), None, sector)]
        for code, sector in {"01AB00": "po", "01AB01": "po", "02CD00": "vo", "03EF00": "po", "04GH00": "po"}.items()
    },
    board_numbers=frozenset({BOARD, OTHER_BOARD}),
)
GIVEN = Circumstances(BOARD, date(2018, 9, 3), PLACES, GROUNDS)
FACTS = PersonFacts("Berg", "van den", "B.", date(1980, 3, 4))
KEY = AppointmentKey("01AB00", "B01", "", "", date(2018, 8, 1))
KNOWN = Known(FACTS, {KEY: AppointmentState(None)})


def said(number: int = 2, **cells: str) -> tuple[int, str]:
    return number, "\x1f".join((LINE | cells).get(column, "") for column in COLUMNS)


def outcomes(*lines: tuple[int, str], known: Known | None = None) -> list[tuple[str, str, str]]:
    decisions = decide(lines, known=known or Known(), given=GIVEN)
    return [(each.outcome, each.column, each.reason) for each in sorted(decisions, key=lambda each: each.number)]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"bestuursnummer": OTHER_BOARD}, "bestuursnummer", "board-other"),
        ({"bestuursnummer": "11111"}, "bestuursnummer", "board-unknown"),
        ({"bestuursnummer": "4123"}, "bestuursnummer", "format"),
        ({"bestuursnummer": ""}, "bestuursnummer", "missing"),
        ({"personeelsnummer": ""}, "personeelsnummer", "missing"),
        ({"achternaam": ""}, "achternaam", "missing"),
        ({"achternaam": "x" * 101}, "achternaam", "cell-too-long"),
        ({"geboortedatum": "1980-02-30"}, "geboortedatum", "date"),
        ({"geboortedatum": "2010-01-01"}, "geboortedatum", "birth-date"),
        ({"geboortedatum": "1900-01-01"}, "geboortedatum", "birth-date"),
        ({"brin": "99ZZ"}, "brin", "brin-unknown"),
        ({"brin": "abc"}, "brin", "format"),
        ({"brin": "03EF"}, "brin", "brin-other-board"),
        ({"volgnummer": "7"}, "volgnummer", "location-unknown"),
        ({"volgnummer": "x"}, "volgnummer", "format"),
        ({"volgnummer": ""}, "volgnummer", "missing"),
        ({"benoemingsgrondslag": "X"}, "benoemingsgrondslag", "ground-unknown"),
        ({"benoemingsgrondslag": "B02"}, "benoemingsgrondslag", "ground-sector"),
        ({"benoemingsgrondslag": "O01"}, "onderwijsterrein", "field-needed"),
        ({"onderwijsterrein": "rekenen"}, "onderwijsterrein", "field-not-allowed"),
        ({"begin": "31-06-2018"}, "begin", "date"),
        ({"begin": "gisteren"}, "begin", "date"),
        ({"begin": ""}, "begin", "missing"),
        ({"einde": "2018-07-31"}, "einde", "begin-after-end"),
        ({"einde": "ooit"}, "einde", "date"),
        ({"vervallen": "misschien"}, "vervallen", "format"),
        ({"vervallen": "ja"}, "vervallen", "not-known"),
        ({"werkmail": "=cmd@"}, "werkmail", "format"),
    ],
)
def test_a_line_that_is_not_right_is_refused_with_its_column(cells: dict[str, str], column: str, reason: str) -> None:
    assert outcomes(said(**cells)) == [("refused", column, reason)]


def test_a_good_line_is_new_then_unchanged() -> None:
    assert outcomes(said()) == [("accepted", "", "")]
    assert outcomes(said(), known=KNOWN) == [("unchanged", "", "")]
    assert outcomes(said(begin="01-08-2018", volgnummer="0", brin="01ab"), known=KNOWN) == [("unchanged", "", "")]


def test_the_end_is_the_last_day_empty_says_nothing_and_geen_undoes_it() -> None:
    (ended,) = decide([said(einde="2018-12-31")], known=KNOWN, given=GIVEN)
    assert (ended.outcome, ended.state) == ("changed", AppointmentState(date(2019, 1, 1)))
    closed = Known(FACTS, {KEY: AppointmentState(date(2019, 1, 1))})
    assert outcomes(said(), known=closed) == [("unchanged", "", "")]
    (opened,) = decide([said(einde="geen")], known=closed, given=GIVEN)
    assert opened.state == AppointmentState(None)
    (one_day,) = decide([said(einde="2018-08-01")], known=Known(), given=GIVEN)
    assert one_day.state == AppointmentState(date(2018, 8, 2))


def test_a_mistake_is_withdrawn_and_comes_back_only_when_said() -> None:
    (withdrawn,) = decide([said(vervallen="ja")], known=KNOWN, given=GIVEN)
    assert withdrawn.state == AppointmentState(None, withdrawn=True)
    gone = Known(FACTS, {KEY: AppointmentState(None, withdrawn=True)})
    assert outcomes(said(vervallen="ja"), known=gone) == [("unchanged", "", "")]
    assert outcomes(said(), known=gone) == [("refused", "vervallen", "withdrawn")]
    assert outcomes(said(vervallen="nee"), known=gone) == [("changed", "", "")]


def test_a_school_that_moved_to_another_board_is_refused_unless_the_end_was_before() -> None:
    cells = {"brin": "04GH", "begin": "2015-08-01"}
    assert outcomes(said(**cells)) == [("refused", "brin", "brin-other-board")]
    assert outcomes(said(**cells, einde="2018-08-01")) == [("refused", "brin", "brin-other-board")]
    assert outcomes(said(**cells, einde="2018-07-31")) == [("accepted", "", "")]


def test_an_overlap_is_refused_and_touching_periods_are_not() -> None:
    assert outcomes(said(begin="2018-09-01"), known=KNOWN) == [("refused", "begin", "overlap")]
    ended, next_one = said(2, einde="2018-08-31"), said(3, begin="2018-09-01")
    assert outcomes(ended, next_one, known=KNOWN) == [("changed", "", ""), ("accepted", "", "")]
    assert outcomes(said(volgnummer="01", begin="2018-09-01"), known=KNOWN) == [("accepted", "", "")]


def test_lines_that_contradict_each_other_are_all_refused() -> None:
    assert outcomes(said(2), said(3, achternaam="Dal")) == [("refused", "achternaam", "person-differs")] * 2
    assert outcomes(said(2), said(3, einde="2019-07-31")) == [("refused", "einde", "lines-differ")] * 2
    assert outcomes(said(2), said(3)) == [("accepted", "", ""), ("unchanged", "", "")]


def test_a_new_name_changes_one_line_and_a_refused_line_changes_no_name() -> None:
    assert outcomes(said(achternaam="Dal"), known=KNOWN) == [("changed", "", "")]
    refused = decide([said(achternaam="Dal", brin="99ZZ")], known=KNOWN, given=GIVEN)
    assert [each.person for each in refused] == [None]


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = [
        said(2, vervallen="ja"),
        said(3, begin="2018-07-01", einde="2018-12-31"),
        said(4, begin="2019-01-01"),
        said(5, begin="2018-12-01", einde="2019-02-01"),
        said(6, volgnummer="01", einde="2019-02-01"),
    ]
    expected = outcomes(*lines, known=KNOWN)
    assert [each[0] for each in expected] == ["changed", "accepted", "accepted", "refused", "accepted"]
    for order in permutations(lines):
        assert outcomes(*order, known=KNOWN) == expected


def test_far_too_many_lines_of_one_person_are_refused() -> None:
    many = [said(number) for number in range(2, 2_003)]
    assert {each[2] for each in outcomes(*many)} == {"too-many-lines"}
