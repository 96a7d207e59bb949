"""What one line says, as values: the format of every cell, nothing about what is known already."""

import enum
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from lerarenregister.register.rules.columns import SEPARATOR, Column
from lerarenregister.register.rules.grounds import Ground
from lerarenregister.register.rules.reasons import Reason

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DUTCH = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_BOARD = re.compile(r"\d{5}")
_BRIN = re.compile(r"\d{2}[A-Z]{2}")
_MAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
YOUNGEST, OLDEST = 15, 100


class End(enum.Enum):
    """What a line says about the end, when it gives no date."""

    SILENT = "silent"
    OPEN = "open"


class PersonFacts(NamedTuple):
    """Her name and birth date as delivered."""

    family_name: str
    prefix: str
    initials: str
    birth_date: date


class AppointmentKey(NamedTuple):
    """What identifies an appointment of one employee."""

    location_code: str
    ground: str
    subject: str
    field: str
    begin: date

    @property
    def series(self) -> tuple[str, str, str, str]:
        """Everything but the begin: appointments of one series may not overlap."""
        return self[:4]


class Claim(NamedTuple):
    """A line whose cells are right. `until` is half-open: the day after `einde`. `withdrawn` is None when not said."""

    number: int
    person: PersonFacts
    key: AppointmentKey
    until: date | End
    withdrawn: bool | None
    work_mail: str


class Refusal(NamedTuple):
    """A line that is refused, for a reason in a column."""

    number: int
    column: str
    reason: Reason


class _Wrong(Exception):
    def __init__(self, column: Column, reason: Reason) -> None:
        self.column, self.reason = column, reason


def claim_of(
    number: int, values: str, *, board: str, boards: frozenset[str], grounds: Mapping[str, Ground], on: date
) -> Claim | Refusal:
    """What the staged `values` say, for a delivery of `board` received on the day `on`.

    `einde` is the last day; an empty one says nothing; `geen` says that there is no end. `vervallen` is `ja` (a
    mistake) or `nee` (it was not).
    """
    try:
        return _claim(number, values.split(SEPARATOR), board, boards, grounds, on)
    except _Wrong as wrong:
        return Refusal(number, wrong.column, wrong.reason)


def _claim(  # noqa: PLR0917  (what `claim_of` was given)
    number: int, cells: list[str], board: str, boards: frozenset[str], grounds: Mapping[str, Ground], on: date
) -> Claim:
    (said, staff, family, prefix, initials, born, brin, place, ground, subject, field, begin, end, withdrawn, mail) = (
        cells
    )
    if said != board:
        _refuse_board(said, boards)
    _text(Column.STAFF_NUMBER, staff, 40, needed=True)
    person = PersonFacts(
        _text(Column.FAMILY_NAME, family, 100, needed=True),
        _text(Column.PREFIX, prefix, 40),
        _text(Column.INITIALS, initials, 40),
        _birth_date(born, on),
    )
    began = _date(Column.BEGIN, begin)
    until = _until(end)
    if isinstance(until, date) and until <= began:
        raise _Wrong(Column.END, Reason.BEGIN_AFTER_END)
    known = _ground(ground, grounds)
    subject, field = _text(Column.SUBJECT, subject, 100), _text(Column.FIELD, field, 100)
    if known.qualified and field:
        raise _Wrong(Column.FIELD, Reason.FIELD_NOT_ALLOWED)
    if not known.qualified and not field:
        raise _Wrong(Column.FIELD, Reason.FIELD_NEEDED)
    if mail and (len(mail) > 254 or not _MAIL.fullmatch(mail)):
        raise _Wrong(Column.WORK_MAIL, Reason.FORMAT)
    key = AppointmentKey(_location(brin, place), known.code, subject, field, began)
    return Claim(number, person, key, until, _withdrawn(withdrawn), mail.casefold())


def _refuse_board(said: str, boards: frozenset[str]) -> None:
    if not said:
        raise _Wrong(Column.BOARD, Reason.MISSING)
    if not _BOARD.fullmatch(said):
        raise _Wrong(Column.BOARD, Reason.FORMAT)
    raise _Wrong(Column.BOARD, Reason.BOARD_OTHER if said in boards else Reason.BOARD_UNKNOWN)


def _text(column: Column, cell: str, most: int, *, needed: bool = False) -> str:
    text = " ".join(cell.split())
    if needed and not text:
        raise _Wrong(column, Reason.MISSING)
    if len(text) > most:
        raise _Wrong(column, Reason.CELL_TOO_LONG)
    return text


@lru_cache(maxsize=50_000)
def date_of(text: str) -> date | None:
    """A date as `2018-08-01` or `01-08-2018`; None when it is neither or does not exist."""
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DUTCH.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2199 else None


def _date(column: Column, cell: str) -> date:
    if not cell:
        raise _Wrong(column, Reason.MISSING)
    found = date_of(cell)
    if found is None:
        raise _Wrong(column, Reason.DATE)
    return found


def _birth_date(cell: str, on: date) -> date:
    born = _date(Column.BIRTH_DATE, cell)
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if not YOUNGEST <= age <= OLDEST:
        raise _Wrong(Column.BIRTH_DATE, Reason.BIRTH_DATE)
    return born


def _until(cell: str) -> date | End:
    if not cell:
        return End.SILENT
    if cell.casefold() == "geen":
        return End.OPEN
    return _date(Column.END, cell) + timedelta(days=1)


def _withdrawn(cell: str) -> bool | None:
    if not cell:
        return None
    match cell.casefold():
        case "ja" | "j":
            return True
        case "nee" | "n":
            return False
    raise _Wrong(Column.WITHDRAWN, Reason.FORMAT)


def _ground(cell: str, grounds: Mapping[str, Ground]) -> Ground:
    if not cell:
        raise _Wrong(Column.GROUND, Reason.MISSING)
    known = grounds.get(cell.upper())
    if known is None:
        raise _Wrong(Column.GROUND, Reason.GROUND_UNKNOWN)
    return known


def _location(brin: str, place: str) -> str:
    if not brin or not place:
        raise _Wrong(Column.LOCATION if brin else Column.BRIN, Reason.MISSING)
    institution = brin.upper()
    if not _BRIN.fullmatch(institution):
        raise _Wrong(Column.BRIN, Reason.FORMAT)
    number = place.upper().removeprefix(institution).zfill(2)
    if len(number) != 2 or not (number.isascii() and number.isdigit()):
        raise _Wrong(Column.LOCATION, Reason.FORMAT)
    return institution + number
