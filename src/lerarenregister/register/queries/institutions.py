"""Schools and the boards to which they belong: public, and about nobody."""

from dataclasses import dataclass

from django.db.models import Q

from lerarenregister.register.models import InstitutionBoard, Location
from lerarenregister.register.queries.letters import board_names

MOST = 30


@dataclass(frozen=True, slots=True)
class SchoolShown:
    """A location of an institution, with its board."""

    name: str
    place: str
    code: str
    board: str
    board_name: str


def schools_called(text: str) -> list[SchoolShown]:
    """Up to 30 locations of which each of these words is in the name or the place, in the order of name and place."""
    rows = Location.objects.filter(superseded_at=None, until=None)
    for word in text.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(place__icontains=word))
    found = list(rows.order_by("name", "place", "code")[:MOST])
    belongs = InstitutionBoard.objects.filter(brin__in={row.brin for row in found}, superseded_at=None, until=None)
    boards = dict(belongs.values_list("brin", "board__number"))
    names = board_names(list(boards.values()))
    return [
        SchoolShown(row.name, row.place, row.code, boards[row.brin], names.get(boards[row.brin], ""))
        for row in found
        if row.brin in boards
    ]
