"""No citizen service number (BSN), ever: a file that contains them is refused, a line that seems to have one too.

The rule: a column named so, or one where of at least 20 different values of 8 or 9 digits more than
half pass the eleven test, refuses the file; with fewer such values the lines with a passing one are refused. Values are
compared and counted in memory, never shown.
"""

import re
from collections.abc import Sequence

from stdnum.nl import bsn

from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules.columns import DATES

_NAMED = re.compile(r"^(bsn|pgn).*|.*(bsn|pgn)(nr|nummer|number|code)?$|.*(burgerservice|sofi|persoonsgebonden).*")
_LETTERS = re.compile(r"[^a-z]")
_JOINTS = str.maketrans("", "", " .-\u00a0\u2011")
_DATE = re.compile(
    r"(?:\d{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])-(?:0?[1-9]|1[0-2])-\d{4})$"
)
ENOUGH = 20
_MOST_REMEMBERED = 50_000


def named_so(header: str) -> bool:
    """Whether a column's name says that it holds citizen service numbers (or the older sofi and pgn)."""
    return _NAMED.match(_LETTERS.sub("", header.casefold())) is not None


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
        self._columns = [(place, name in DATES, _Seen()) for place, name in enumerate(names)]
        self._shown = list(shown)

    def take(self, cells: Sequence[str]) -> list[int]:
        """Count a line's cells; returns the places of those that pass the eleven test."""
        passing = []
        for place, dates, seen in self._columns:
            cell = cells[place]
            if not 8 <= len(cell) <= 20:
                continue
            digits = cell.translate(_JOINTS)
            if len(digits) not in (8, 9) or not digits.isascii() or not digits.isdigit():
                continue
            if _DATE.match(cell.strip()) and (dates or "-" in cell):
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
        bad = [self._shown[place] for place, _, seen in self._columns if self._full(seen)]
        if bad:
            raise FileRefused("bsn-values", bad)

    def suspect(self, passing: Sequence[int]) -> int | None:
        """The place of the first passing value in a column with too few values to judge as a whole, or None."""
        return next((place for place in passing if self._columns[place][2].total < ENOUGH), None)

    @staticmethod
    def _full(seen: _Seen) -> bool:
        return seen.total >= ENOUGH and seen.passing * 2 > seen.total
