"""The same people as rows: a register in which all of them are registered, and how long looking for one takes there."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import django

from bench.likeness_truth import Record
from bench.measures import percentile

_AT = datetime(2018, 9, 3, 9, tzinfo=UTC)
_LOOKS = 400


def milliseconds(records: Sequence[Record]) -> tuple[float, float, float]:
    """Milliseconds for a line: of a delivery of a whole board, looked for in that board and, each of them having an
    account, among all who are registered; and the mean and the p95 of one look among all."""
    django.setup()
    from lerarenregister.register.actions.cases.finding import find_in_delivery  # noqa: PLC0415  (Django is ready now)
    from lerarenregister.register.models import Delivery, DeliveryLine  # noqa: PLC0415
    from lerarenregister.register.queries.likeness import registered_like  # noqa: PLC0415

    _write(records)
    looks = []
    for each in records[:_LOOKS]:
        begun = time.perf_counter()
        registered_like(each.someone, but=None)
        looks.append(1_000 * (time.perf_counter() - begun))
    delivery = Delivery.objects.order_by("id").first()
    assert delivery is not None
    lines = sum(1 for each in records if each.someone.board == delivery.board.number)
    assert not DeliveryLine.objects.exists()
    begun = time.perf_counter()
    find_in_delivery(delivery.id, at=_AT)
    of_board = 1_000 * (time.perf_counter() - begun) / lines
    return of_board, sum(looks) / len(looks), percentile(looks, 0.95)


def _write(records: Sequence[Record]) -> None:
    from lerarenregister.kernel.identifiers import RegisterNumber, new_id  # noqa: PLC0415
    from lerarenregister.register import models  # noqa: PLC0415

    numbers = sorted({each.someone.board for each in records})
    boards = {number: models.Board(id=new_id(), number=number) for number in numbers}
    deliveries = {
        number: models.Delivery(
            id=new_id(), board=board, role="bench", received_at=_AT, finished_at=_AT, state="delivered"
        )
        for number, board in boards.items()
    }
    rows: dict[Any, list[Any]] = {models.Employee: [], models.PersonVersion: [], models.Registration: []}
    for place, each in enumerate(records):
        someone, account, employee = each.someone, new_id(), new_id()
        assert someone.birth_date is not None
        rows[models.Employee].append(
            models.Employee(
                id=employee, board=boards[someone.board], staff_number=f"{place}", account=account, joined_at=_AT
            )
        )
        rows[models.PersonVersion].append(
            models.PersonVersion(
                id=new_id(),
                employee_id=employee,
                family_name=someone.family_name,
                prefix=someone.prefix,
                initials=someone.first,
                birth_date=someone.birth_date,
                delivery=deliveries[someone.board],
                line=2,
                recorded_at=_AT,
            )
        )
        number = RegisterNumber.random().value
        rows[models.Registration].append(
            models.Registration(id=new_id(), account=account, number=number, registered_at=_AT)
        )
    models.Board.objects.bulk_create(boards.values(), batch_size=2_000)
    models.Delivery.objects.bulk_create(deliveries.values(), batch_size=2_000)
    for model, found in rows.items():
        model._default_manager.bulk_create(found, batch_size=2_000)
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
