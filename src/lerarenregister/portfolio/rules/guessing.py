"""What the first words of a text tell: the kind of learning, the date, a title. A guess, always hers to change.

Simple Dutch and English words. A guess is never needed and never in the future; without a hint it is `other`, today
and the first line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lerarenregister.portfolio.rules.entries import EARLIEST, Kind, first_line

_WORDS: dict[Kind, str] = {
    Kind.CONVERSATION: r"gesprek\w*|gesproken|sprak|besproken|overleg\w*|conversation|talked|discussed|spoke",
    Kind.COURSE: r"cursus\w*|training\w*|workshop\w*|(?:na|bij|om)?scholing\w*|opleiding\w*|studiedag\w*|congres\w*"
    r"|conferentie\w*|masterclass|course\w*|conference|lezing",
    Kind.MENTORING: r"begeleid\w*|gecoacht\w*|coach\w*|stagiair\w*|mentor\w*|mentoring|starter\w*|intern",
    Kind.PEER_REVIEW: r"intervisie\w*|lesbezoek\w*|lesobservatie\w*|geobserveerd|collegiale consultatie"
    r"|peer[ -]review|lesson study|kwam kijken|meegekeken|observed",
    Kind.READING: r"gelezen|lezen|las|boek\w*|artikel\w*|hoofdstuk\w*|read|reading|book|article|chapter",
    Kind.SELF_STUDY: r"zelfstudie|zelf geleerd|uitgezocht|verdiept|podcast\w*|webinar\w*|video\w*|documentaire"
    r"|self[ -]study|studied|looked into",
    Kind.TRYING_OUT: r"uitgeprobeerd|geprobeerd|probeerde|uitproberen|proberen|probeer|experiment\w*|getest"
    r"|tried|trying",
}
_KINDS = re.compile(
    r"\b(?:" + "|".join(f"(?P<{kind.name}>{words})" for kind, words in _WORDS.items()) + r")\b", re.IGNORECASE
)
_MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "february", "feb"),
    ("maart", "march", "mrt", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("augustus", "august", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_DAYS = (
    ("maandag", "monday"),
    ("dinsdag", "tuesday"),
    ("woensdag", "wednesday"),
    ("donderdag", "thursday"),
    ("vrijdag", "friday"),
    ("zaterdag", "saturday"),
    ("zondag", "sunday"),
)
_DAY_OF = {name: number for number, names in enumerate(_DAYS) for name in names}
_DAY_NAMES = "|".join(_DAY_OF)
_AGO = {"vandaag": 0, "today": 0, "gisteren": 1, "yesterday": 1, "eergisteren": 2}
_DATES = re.compile(
    r"\b(?:"
    r"(?P<iso>(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2}))"
    r"|(?P<dutch>(?P<dd>\d{1,2})[-/](?P<dm>\d{1,2})[-/](?P<dy>\d{4}))"
    rf"|(?P<named>(?P<nd>\d{{1,2}}) (?P<nm>{'|'.join(_MONTH_OF)})\b\.?(?: (?P<ny>\d{{4}}))?)"
    rf"|(?P<week>(?:vorige week|last week(?: on)?) (?P<wd>{_DAY_NAMES}))"
    rf"|(?P<last>(?:afgelopen|vorige|last) (?P<ld>{_DAY_NAMES}))"
    rf"|(?P<ago>{'|'.join(_AGO)})"
    r")\b",
    re.IGNORECASE,
)
_READ_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text seems to be about."""

    kind: Kind
    on: date
    title: str


def guess(text: str, on: date) -> Guess:
    """The guess for a text written on the day `on`. Only the first 2,000 characters are read."""
    start = text[:_READ_AT_MOST]
    found = _KINDS.search(start)
    kind = Kind[found.lastgroup] if found and found.lastgroup else Kind.OTHER
    day = next((day for day in _dates(start, on) if EARLIEST <= day <= on), on)
    return Guess(kind, day, first_line(start))


def _dates(text: str, on: date) -> Iterator[date]:
    """The dates that the text names, in its order; what is no date of the calendar is passed over."""
    for match in _DATES.finditer(text):
        try:
            yield _date_of({name: value.lower() for name, value in match.groupdict().items() if value}, on)
        except ValueError:
            continue


def _date_of(found: dict[str, str], on: date) -> date:
    if "iso" in found:
        return date(int(found["iy"]), int(found["im"]), int(found["id"]))
    if "dutch" in found:
        return date(int(found["dy"]), int(found["dm"]), int(found["dd"]))
    if "named" in found:
        return _named_date(found, on)
    return on - timedelta(days=_days_ago(found, on))


def _named_date(found: dict[str, str], on: date) -> date:
    """`12 maart` is the last one that was; `12 maart 2017` is that one."""
    month, day = _MONTH_OF[found["nm"]], int(found["nd"])
    if "ny" in found:
        return date(int(found["ny"]), month, day)
    this_year = date(on.year, month, day)
    return this_year if this_year <= on else date(on.year - 1, month, day)


def _days_ago(found: dict[str, str], on: date) -> int:
    """`vorige week dinsdag` lies in the week before, `afgelopen dinsdag` is the last Tuesday before today."""
    if "week" in found:
        return on.weekday() + 7 - _DAY_OF[found["wd"]]
    if "last" in found:
        return (on.weekday() - _DAY_OF[found["ld"]] - 1) % 7 + 1
    return _AGO[found["ago"]]
