"""No citizen service number (BSN), ever: a file that contains them is refused, a line that seems to have one too.

The rule: a column named so, or one where of at least 20 different values of 8 or 9 digits more than
half pass the eleven test, refuses the file; with fewer such values the lines with a passing one are refused. Values are
compared and counted in memory, never shown.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from stdnum.nl import bsn

from lerarenregister.register.errors import FileRefused

_NAMED = re.compile(
    r"^(bsn|pgn).*|.*(bsn|pgn)(nr|nummer|number|code)?$"
    r"|.*(burgerservice|citizenservice|sofi|persoonsgebonden|onderwijsnummer).*"
)
_LETTERS = re.compile(r"[^a-z]")
_WORDS = re.compile(r"[^a-z]+")
_JOINTS = str.maketrans(
    dict.fromkeys(
        " .-_+/'\"=#:()[]\t\u00a0\u00ad\u2007\u2009\u200a\u200b\u200c\u200d\u2010\u2011\u2012\u2013\u2014\u2018\u2019"
        "\u202f\u2060\u3000\ufeff"
    )
)
_AMONG_OTHERS = re.compile(r"(?:nl)?(?:bsn|sofi|pgn|burgerservice)?(?:nr|nummer)?(\d{8,40})(?:,0+)?", re.IGNORECASE)
_POWER_OF_TEN = re.compile(r"\d(?:[.,]\d+)?e\+?0*[78]", re.IGNORECASE)
_DATE = re.compile(
    r"(?:\d{4}([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|1[0-2])\2\d{4})$"
)
ENOUGH = 20
_MOST_REMEMBERED = 50_000
_LONGEST = 40


def named_so(header: str) -> bool:
    """Whether a column's name says that it holds citizen service numbers (or the older sofi and pgn)."""
    name = header.casefold()
    return _NAMED.match(_LETTERS.sub("", name)) is not None or not {"bsn", "pgn"}.isdisjoint(_WORDS.split(name))


def _number_in(cell: str) -> str:
    """The 8 or 9 digits that a cell consists of, however they are joined or written; "" when it is something else."""
    if _POWER_OF_TEN.fullmatch(cell):  # a column of numbers that a program took for large ones
        return str(int(Decimal(cell.replace(",", "."))))
    digits = cell.translate(_JOINTS)
    if cell.endswith(".0"):
        digits = digits[:-1]  # a column of numbers that a program took for amounts
    if not digits.isdecimal():
        found = _AMONG_OTHERS.fullmatch(digits)
        if found is None:
            return ""
        digits = found[1]
    if len(digits) > 9:  # zeros before it make no other number
        digits = digits.lstrip("0").zfill(8)
    return str(int(digits)).zfill(len(digits)) if len(digits) in {8, 9} else ""


class _Seen:
    """The different values of 8 or 9 digits of one column."""

    __slots__ = ("passing", "total", "values")

    def __init__(self) -> None:
        self.values: set[str] = set()
        self.total = 0
        self.passing = 0


class Screening:
    """Counts over the whole file, per column. `names` are those of the header, known and unknown."""

    def __init__(self, names: Sequence[str], shown: Sequence[str]) -> None:
        self._columns = [(place, _Seen()) for place in range(len(names))]
        self._shown = list(shown)

    def take(self, cells: Sequence[str]) -> list[int]:
        """Count a line's cells; returns the places of those that pass the eleven test."""
        passing = []
        for place, seen in self._columns:
            cell = cells[place]
            if not 8 <= len(cell) <= _LONGEST:
                continue
            digits = _number_in(cell)
            if not digits or _DATE.match(cell.strip()):
                continue
            right = bsn.is_valid(digits.zfill(9))
            if right:
                passing.append(place)
            if digits not in seen.values:
                if len(seen.values) < _MOST_REMEMBERED:
                    seen.values.add(digits)
                seen.total += 1
                seen.passing += right
        return passing

    def judge(self) -> None:
        """Raises FileRefused with the columns where more than half of at least 20 values pass."""
        bad = [self._shown[place] for place, seen in self._columns if self._full(seen)]
        if bad:
            raise FileRefused("bsn-values", bad)

    def suspect(self, passing: Sequence[int]) -> int | None:
        """The place of the first passing value in a column with too few values to judge as a whole, or None."""
        return next((place for place in passing if self._columns[place][1].total < ENOUGH), None)

    @staticmethod
    def _full(seen: _Seen) -> bool:
        return seen.total >= ENOUGH and seen.passing * 2 > seen.total
