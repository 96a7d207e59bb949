"""Which boards know her, and what she objects to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.errors import Absent
from lerarenregister.register.keyed import staff_hash
from lerarenregister.register.models import Confirmation, Employee, Objection
from lerarenregister.register.queries.letters import board_names


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file of hers at a board. `confirmed`: how many of its appointments she confirmed."""

    id: UUID
    board: str
    board_name: str
    staff_number: str
    confirmed: int


@dataclass(frozen=True, slots=True)
class ObjectionShown:
    """An objection of hers, in force until she withdraws it."""

    id: UUID
    board: str
    board_name: str
    staff_number: str
    made_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Objections:
    """Files against whose delivery she can object, and the objections that she made, newest first."""

    possible: tuple[FileShown, ...]
    made: tuple[ObjectionShown, ...]


def objections_of(viewer: Viewer) -> Objections:
    """Hers; raises SignInNeeded or PersonBoundNeeded."""
    account = viewer.person()
    files = list(Employee.objects.filter(account=account).select_related("board").order_by("joined_at", "id"))
    made = list(Objection.objects.filter(account=account).select_related("board").order_by("-made_at", "-id"))
    numbers = {row.board.number for row in files} | {row.board.number for row in made}
    names = board_names(sorted(numbers))
    objected = {row.file for row in made if row.withdrawn_at is None}
    confirmed = Counter(
        file
        for file, _ in Confirmation.objects.filter(account=account)
        .values_list("version__appointment__employee_id", "version__appointment_id")
        .distinct()
    )
    return Objections(
        tuple(
            FileShown(
                row.id, row.board.number, names.get(row.board.number, ""), row.staff_number, confirmed.get(row.id, 0)
            )
            for row in files
            if row.id not in objected
        ),
        tuple(
            ObjectionShown(
                row.id,
                row.board.number,
                names.get(row.board.number, ""),
                row.staff_number,
                row.made_at,
                row.withdrawn_at,
            )
            for row in made
        ),
    )


def file_to_object_to(file: UUID, viewer: Viewer) -> FileShown:
    """One file of hers against which she did not object yet; raises Absent."""
    for each in objections_of(viewer).possible:
        if each.id == file:
            return each
    raise Absent("no such file")


def objected_to(board: UUID, staff_numbers: Sequence[str]) -> set[str]:
    """Those of these staff numbers of a board whose person objects to being delivered. One statement."""
    hashes = {
        bytes(each)
        for each in Objection.objects.filter(board_id=board, withdrawn_at=None).values_list("staff_hash", flat=True)
    }
    return {each for each in staff_numbers if staff_hash(board, each) in hashes} if hashes else set()
