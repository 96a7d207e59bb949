"""Importing institutions: a file says what is true on its date."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.events import InstitutionsImported
from lerarenregister.register.models import Board, BoardName, InstitutionBoard, Location
from lerarenregister.register.rules.institution_files import Row
from lerarenregister.register.rules.timelines import Spell, amended


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: rows read, boards new, facts added or changed, and the codes of locations that are known on
    this date in the same sectors but absent from the file (reported; nothing is closed)."""

    rows: int
    new_boards: int
    changed: int
    absent: tuple[str, ...]


def give_institutions(brins: Iterable[str], *, board: UUID, on: date, at: datetime) -> None:
    """These institutions belong to this board from a day on. In the caller's transaction."""
    _amend(InstitutionBoard, "brin", dict.fromkeys(brins, board), _board_of, on, at)


@transaction.atomic
def import_institutions(*, rows: Iterable[Row], as_of: date, viewer: Viewer, at: datetime) -> ImportReport:
    """Bring what the rows say on `as_of` into the register. The same rows twice change nothing.

    Only a command may; raises FileRefused when the rows contradict each other.
    """
    if viewer.session is not SessionKind.COMMAND:
        raise NotAllowed("institutions are imported by command")
    wanted = list(rows)
    names, brins, places = _facts(wanted)
    boards = {board.number: board.id for board in Board.objects.select_for_update()}
    fresh = [Board(id=new_id(), number=number) for number in sorted({row.board for row in wanted} - boards.keys())]
    Board.objects.bulk_create(fresh)
    boards |= {board.number: board.id for board in fresh}
    changed = (
        _amend(BoardName, "board_id", {boards[key]: name for key, name in names.items()}, _name_of, as_of, at)
        + _amend(InstitutionBoard, "brin", {key: boards[board] for key, board in brins.items()}, _board_of, as_of, at)
        + _amend(Location, "code", places, _place_of, as_of, at)
    )
    report = ImportReport(len(wanted), len(fresh), changed, _absent(places, as_of))
    if fresh or changed:
        event = InstitutionsImported(as_of=as_of, rows=report.rows, new_boards=report.new_boards, changed=changed)
        record(event, actor=Actor(None, "command"), at=at)
    return report


def _facts(rows: Iterable[Row]) -> tuple[dict[str, str], dict[str, str], dict[str, tuple[str, str, str]]]:
    """Names of boards, boards of institutions, and locations; raises FileRefused when one is said in two ways."""
    names: dict[str, str] = {}
    brins: dict[str, str] = {}
    places: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        said: list[tuple[dict[str, Any], str, Any]] = []
        if row.board_name:
            said.append((names, row.board, row.board_name))
        if row.brin:
            said += [(brins, row.brin, row.board), (places, row.code, (row.name, row.place, row.sector))]
        for facts, key, value in said:
            if facts.setdefault(key, value) != value:
                raise FileRefused("contradiction", [key])
    return names, brins, places


def _name_of(row: Any) -> Any:
    return row.name


def _board_of(row: Any) -> Any:
    return row.board_id


def _place_of(row: Any) -> Any:
    return (row.name, row.place, row.sector)


_FIELDS: Mapping[type[models.Model], Callable[[Any, Any], dict[str, Any]]] = {
    BoardName: lambda _, value: {"name": value},
    InstitutionBoard: lambda _, value: {"board_id": value},
    Location: lambda code, value: {"brin": code[:4], **dict(zip(("name", "place", "sector"), value, strict=True))},
}


def _amend(  # noqa: PLR0917  (one table, what it says, and when)
    model: type[BoardName | InstitutionBoard | Location],
    key: str,
    said: Mapping[Any, Any],
    value_of: Callable[[Any], Any],
    as_of: date,
    at: datetime,
) -> int:
    """Amend the timelines of one table; returns how many things changed."""
    rows: dict[Any, list[Any]] = defaultdict(list)
    for row in model.objects.filter(superseded_at__isnull=True):
        if getattr(row, key) in said:
            rows[getattr(row, key)].append(row)
    superseded: list[UUID] = []
    added: list[Any] = []
    changed = 0
    for name, value in said.items():
        spells = {Spell(row.begin, row.until, value_of(row)): row for row in rows.get(name, [])}
        amendment = amended(list(spells), on=as_of, value=value)
        changed += bool(amendment.added)
        superseded += [spells[spell].id for spell in amendment.superseded]
        added += [
            model(
                id=new_id(),
                begin=spell.begin,
                until=spell.until,
                recorded_at=at,
                **{key: name},
                **_FIELDS[model](name, spell.value),
            )
            for spell in amendment.added
        ]
    for start in range(0, len(superseded), 500):
        model.objects.filter(id__in=superseded[start : start + 500]).update(superseded_at=at)
    model.objects.bulk_create(added, batch_size=1000)
    return changed


def _absent(places: Mapping[str, tuple[str, str, str]], as_of: date) -> tuple[str, ...]:
    sectors = {sector for _, _, sector in places.values()}
    known = (
        Location.objects.filter(superseded_at__isnull=True, sector__in=sectors, begin__lte=as_of)
        .exclude(until__lte=as_of)
        .values_list("code", flat=True)
    )
    return tuple(sorted(set(known) - places.keys()))
