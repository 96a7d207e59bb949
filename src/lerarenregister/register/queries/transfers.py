"""Schools that go to another board, for the support organisation; and who goes along."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.register.events import TransferConsulted
from lerarenregister.register.models import AppointmentVersion, Employee, InstitutionBoard, Transfer
from lerarenregister.register.queries.letters import board_names
from lerarenregister.register.queries.objections import objected_to
from lerarenregister.register.rules.transfers import Goes, Work, goes, numbered


@dataclass(frozen=True, slots=True)
class Going:
    """Who of the giving board goes along: {file: staff number at the taking board}; who waits for a number, by the
    number that is taken; how many stay."""

    along: dict[UUID, str] = field(default_factory=dict)
    waiting: dict[UUID, str] = field(default_factory=dict)
    staying: int = 0


@dataclass(frozen=True, slots=True)
class TransferShown:
    """A transfer as support sees it. `own`: she proposed it herself. `waiting` are staff numbers at the giving board
    that somebody has at the taking board."""

    id: UUID
    giving: str
    taking: str
    brins: tuple[str, ...]
    on: date
    agreed: bool
    done: bool
    own: bool
    moved: int
    along: int
    staying: int
    waiting: tuple[str, ...]


@transaction.atomic
def transfers(*, viewer: Viewer, at: datetime, most: int = 50) -> list[TransferShown]:
    """The latest transfers, those that are not done first; raises NotAllowed. Whose staff numbers are shown is
    recorded."""
    actor = viewer.must(Permission.REGISTER_TRANSFER_LIST)
    rows = list(Transfer.objects.select_related("giving", "taking").order_by("-done_at", "-proposed_at")[:most])
    rows.sort(key=lambda row: row.done_at is not None)
    names = board_names(sorted({number for row in rows for number in (row.giving.number, row.taking.number)}))
    shown, looked_at = [], set[UUID]()
    for row in rows:
        going = who_goes(row) if row.done_at is None else Going()
        looked_at |= going.waiting.keys()
        shown.append(_shown(row, going, names, viewer))
    if looked_at:
        event = TransferConsulted(Reason.SCHOOL_CHANGES_BOARD)
        record(event, actor=actor, at=at, subjects=sorted(looked_at))
    return shown


def _shown(row: Transfer, going: Going, names: Mapping[str, str], viewer: Viewer) -> TransferShown:
    def called(number: str) -> str:
        return f"{names.get(number, '')} ({number})".strip()

    return TransferShown(
        id=row.id,
        giving=called(row.giving.number),
        taking=called(row.taking.number),
        brins=tuple(row.brins),
        on=row.on,
        agreed=row.agreed_at is not None,
        done=row.done_at is not None,
        own=row.proposed_by == viewer.account,
        moved=row.moved,
        along=len(going.along),
        staying=going.staying if row.done_at is None else row.staying,
        waiting=tuple(sorted(going.waiting.values())),
    )


def who_goes(row: Transfer) -> Going:
    """Who goes along in this transfer, as things stand now."""
    work: dict[UUID, list[Work]] = defaultdict(list)
    versions = AppointmentVersion.objects.filter(
        appointment__employee__board_id=row.giving_id, superseded_at=None, withdrawn=False
    )
    for employee, code, until in versions.values_list(
        "appointment__employee_id", "appointment__location_code", "until"
    ).iterator(chunk_size=5_000):
        work[employee].append(Work(code[:4], until))
    files = Employee.objects.filter(board_id=row.giving_id).order_by("staff_number").values_list("id", "staff_number")
    known = [(pk, number) for pk, number in files if pk in work]
    objected = objected_to(row.giving_id, [number for _, number in known])
    # What went over before is the taking board's by now: who worked at both schools goes along with the last one.
    of_taking = InstitutionBoard.objects.filter(board_id=row.taking_id, superseded_at=None, begin__lte=row.on)
    brins = {*row.brins, *of_taking.exclude(until__lte=row.on).values_list("brin", flat=True)}
    taken = set(Employee.objects.filter(board_id=row.taking_id).values_list("staff_number", flat=True))
    going, staying = Going(), 0
    for pk, number in known:
        what = goes(work[pk], brins=brins, on=row.on, objected=number in objected)
        if what is Goes.STAYS:
            staying += 1
        if what is not Goes.ALONG:
            continue
        new = numbered(number, given=row.numbers, taken=taken)
        if new is None:
            going.waiting[pk] = number
        else:
            going.along[pk] = new
            taken.add(new)
    return Going(going.along, going.waiting, staying)
