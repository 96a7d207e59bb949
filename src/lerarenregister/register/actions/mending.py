"""Mending refused lines: what somebody of the board typed takes the place of what was refused, and is read again.

The lines stay part of their delivery. Only they are checked again, with other lines about the same people that were not
delivered yet: whether lines agree can not be seen of one alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import Entry, record_all
from lerarenregister.kernel.errors import Absent
from lerarenregister.register.errors import WrongState
from lerarenregister.register.events import LineMended
from lerarenregister.register.models import Delivery, DeliveryLine, Employee
from lerarenregister.register.rules.columns import SEPARATOR
from lerarenregister.register.rules.mending import Mended, Unmended, mended
from lerarenregister.register.rules.reasons import Outcome, Reason

MENDABLE = ("checking", "checked", "delivered")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one line: its cells by column, and how often it had been mended when it was shown."""

    cells: Mapping[str, str]
    seen: int


@dataclass(frozen=True, slots=True)
class Mending:
    """What became of the lines: `saved` and `stale` are numbers of lines, `wrong` has why one is not kept. A line is
    stale when somebody else mended it since it was shown, or it is not refused any more."""

    saved: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    wrong: dict[int, Unmended] = field(default_factory=dict)


@transaction.atomic
def mend_lines(*, delivery: UUID, board: str, lines: Mapping[int, Typed], viewer: Viewer, at: datetime) -> Mending:
    """Keep what was typed for refused lines and ask for their check; nothing at all when one of them can not be kept or
    is stale. `continue_delivery` does the work. What was typed once more changes nothing.

    Raises NotAllowed, Absent, or WrongState while it is delivered or after its term.
    """
    row = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery, board__number=board).first()
    actor = viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=board)
    if row is None:
        raise Absent("no such delivery")
    if row.state not in MENDABLE or row.values_erased_at is not None:
        raise WrongState(row.state)
    result, changed, people = Mending(), dict[int, Mended](), set[str]()
    of_delivery = DeliveryLine.objects.filter(delivery=row)
    found = {line.number: line for line in of_delivery.filter(number__in=list(lines))}
    for number, typed in sorted(lines.items()):
        line = found.get(number)
        cells = line.values.split(SEPARATOR) if line else []
        said = mended(typed.cells, cells)
        if line is not None and isinstance(said, Mended) and said.values == line.values:
            continue
        if line is None or line.mended != typed.seen or not may_be_mended(line):
            result.stale.append(number)
        elif isinstance(said, Unmended):
            result.wrong[number] = said
        else:
            changed[number] = said
            people |= {line.person, said.person}
    if result.stale or result.wrong or not changed:
        return result
    _keep(row, {found[number].pk: said for number, said in changed.items()}, people - {""})
    known = Employee.objects.filter(board_id=row.board_id, staff_number__in=people - {""})
    ids = dict(known.values_list("staff_number", "id"))
    record_all(
        [
            Entry(
                LineMended(board, row.id, number),
                sorted({ids[who] for who in (found[number].person, said.person) if who in ids}),
            )
            for number, said in changed.items()
        ],
        actor=actor,
        at=at,
    )
    result.saved.extend(list(changed))
    return result


def may_be_mended(line: DeliveryLine) -> bool:
    """Whether a line is refused for something that the board can mend."""
    return line.outcome == Outcome.REFUSED and line.reason != Reason.NOT_TAKEN


def _keep(row: Delivery, changed: Mapping[int, Mended], people: set[str]) -> None:
    staged = {"passed": 0, "outcome": "", "column": "", "reason": "", "unread": False}
    of_people = DeliveryLine.objects.filter(delivery=row, person__in=people, unread=False).exclude(values="")
    again = of_people.filter(passed=1) | of_people.filter(outcome=Outcome.REFUSED)
    again.exclude(pk__in=list(changed)).update(passed=0)
    for pk, said in changed.items():
        line = DeliveryLine.objects.get(pk=pk)
        DeliveryLine.objects.filter(pk=pk).update(
            values=said.values, person=said.person, mended=min(line.mended + 1, 32_000), **staged
        )
    # What is delivered is no longer what those bytes say.
    row.state, row.sha256 = "checking", ""
    row.save(update_fields=["state", "sha256"])
