"""What a device wrote without a connection: kept once, over nothing, with a day that can be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.entries import MOST_CHARACTERS, Content, Kind
from lerarenregister.portfolio.rules.queued import LONGEST_AWAY, Day, Queued, apart, day_of

TODAY = date(2018, 8, 1)
ORIGIN = "(Zonder verbinding.)"


@pytest.mark.parametrize(
    ("on", "chosen", "decided"),
    [
        (TODAY, False, Day.FITS),
        (TODAY + timedelta(days=1), False, Day.FITS),
        (TODAY + timedelta(days=2), False, Day.CLOCK),
        (TODAY - LONGEST_AWAY, False, Day.FITS),
        (TODAY - LONGEST_AWAY - timedelta(days=1), False, Day.CLOCK),
        (date(1970, 1, 1), False, Day.CLOCK),
        (date(1970, 1, 1), True, Day.FITS),
        (date(2099, 1, 1), True, Day.FITS),
    ],
)
def test_a_day_that_a_wrong_clock_filled_in_is_found_and_one_that_she_chose_is_hers(
    on: date, chosen: bool, decided: Day
) -> None:
    assert day_of(on, chosen=chosen, today=TODAY) is decided


def test_what_is_kept_apart_says_where_it_comes_from_and_leads_there() -> None:
    queued = Queued(random_id(), 3, random_id(), Content(Kind.OTHER, TODAY, "Mijn versie"), ORIGIN)
    kept = apart(queued)
    assert kept.text == f"Mijn versie\n\n{ORIGIN}"
    assert kept.facets.links == (queued.entry,)


def test_a_text_as_long_as_can_be_is_kept_apart_whole() -> None:
    content = Content(Kind.OTHER, TODAY, "x" * MOST_CHARACTERS)
    queued = Queued(random_id(), 1, random_id(), content, ORIGIN)
    assert apart(queued).text == content.text
    assert apart(replace(queued, content=replace(content, text="kort"))).text.endswith(ORIGIN)
