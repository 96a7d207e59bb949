"""The list of voters of which the credential authority makes credentials: a name a line, and her weight.

A list that can be read in two ways is refused with the number of the line, and without the line: what was given may be
a file of secrets.
"""

import re
from pathlib import Path
from unicodedata import normalize

from ballotbox.command.io import Wrong, lines
from ballotbox.credentials import MOST_WEIGHT

_WEIGHT = re.compile(r"[0-9]{1,13}")


def voters_of(path: Path) -> tuple[list[str], list[int], bool]:
    """The name of each voter, her weight, and whether any weight is given. Raises Wrong."""
    given = [line.strip() for line in lines(path)]
    while given and not given[-1]:
        given.pop()
    if not given:
        raise Wrong(f"{path} is empty: it has a voter a line")
    names, weights, weighted = dict[str, int](), [], False
    for number, line in enumerate(given, 1):
        where = f"{path}, line {number}"
        before, comma, behind = line.rpartition(",")
        name = normalize("NFC", before.strip() if comma else line)
        _must_be_a_name(name, where)
        if name in names:
            raise Wrong(
                f"{where}: the same voter as in line {names[name]}; who has a weight stands in one line with it"
            )
        names[name] = number
        weights.append(_weight(behind.strip(), where) if comma else 1)
        weighted = weighted or bool(comma)
    return list(names), weights, weighted


def _must_be_a_name(name: str, where: str) -> None:
    if not name:
        raise Wrong(f"{where}: there is no name; a line has a voter, and none is empty")
    if ";" in name or "\t" in name:
        raise Wrong(f"{where}: between a name and a weight stands a comma, and not a semicolon or tab: `Anna,2`")
    if name[0] in '"{[' or "\r" in name:
        raise Wrong(f"{where}: this is no line with a name; it begins with the name, without a quote or bracket")


def _weight(text: str, where: str) -> int:
    if _WEIGHT.fullmatch(text) and int(text) <= MOST_WEIGHT:
        return int(text)
    raise Wrong(
        f"{where}: behind the last comma stands no weight, a whole number up to {MOST_WEIGHT}; "
        "a name with a comma in it needs one too: `Jansen, Anna,1`"
    )
