"""What the first words of a text tell."""

from datetime import date

import pytest

from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.guessing import guess

MONDAY = date(2018, 9, 3)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Boek van Biesta gelezen", Kind.READING),
        ("Intervisie over orde houden", Kind.PEER_REVIEW),
        ("Exit tickets uitgeprobeerd in 2B", Kind.TRYING_OUT),
        ("Stagiair begeleid bij haar eerste les", Kind.MENTORING),
        ("Cursus formatief toetsen, deel 2", Kind.COURSE),
        ("Gesprek met de zorgcoördinator", Kind.CONVERSATION),
        ("Podcast over lezen geluisterd", Kind.SELF_STUDY),
        ("I read an article on retrieval practice", Kind.READING),
        ("Tried think-pair-share", Kind.TRYING_OUT),
        ("De klas was rustig vandaag", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_the_first_telling_word_decides_the_kind(text: str, kind: Kind) -> None:
    assert guess(text, MONDAY).kind is kind


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("gisteren gelezen", date(2018, 9, 2)),
        ("Eergisteren", date(2018, 9, 1)),
        ("op 12 maart bezocht", date(2018, 3, 12)),
        ("op 12 oktober bezocht", date(2017, 10, 12)),
        ("12 maart 2016 was het", date(2016, 3, 12)),
        ("2018-03-12: lesbezoek", date(2018, 3, 12)),
        ("12-03-2018 lesbezoek", date(2018, 3, 12)),
        ("vorige week dinsdag", date(2018, 8, 28)),
        ("afgelopen dinsdag", date(2018, 8, 28)),
        ("afgelopen maandag", date(2018, 8, 27)),
        ("last friday we met", date(2018, 8, 31)),
        ("no date at all", MONDAY),
        ("31 februari bestaat niet, 1 mei wel", date(2018, 5, 1)),
        ("29 februari", MONDAY),
        ("gepland op 2030-01-01", MONDAY),
        ("in 0001-01-01 was niets", MONDAY),
        ("9999-99-99", MONDAY),
    ],
)
def test_a_date_in_the_text_is_taken_unless_it_is_none_or_lies_ahead(text: str, on: date) -> None:
    assert guess(text, MONDAY).on == on


def test_the_title_is_the_first_line_or_its_first_sentence() -> None:
    assert guess("\n  Lesbezoek bij Anouk \nZe gaf les.", MONDAY).title == "Lesbezoek bij Anouk"
    long = "Vandaag een gesprek gehad over de toets. " + "En nog veel meer daarover " * 9
    assert guess(long, MONDAY).title == "Vandaag een gesprek gehad over de toets."
    endless = guess("woord " * 100, MONDAY).title
    assert endless.endswith("woord…")
    assert len(endless) <= 80
    assert len(guess("x" * 5000, MONDAY).title) == 80


def test_a_text_without_end_is_guessed_in_no_time() -> None:
    assert guess("1-" * 500_000, MONDAY).on == MONDAY
