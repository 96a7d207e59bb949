"""What held on a day as it was known on a day, out of two million facts: of one person, and counted over all.

The bare query is the very SQL that ours sends, sent again without anything around it: what Django and our own values
cost is the difference. Of one person that is most of the milliseconds, so there the limit is one of milliseconds.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import django

from bench.measures import Measure, Progress, percentile, report

_AT = datetime(2018, 9, 3, 9, tzinfo=UTC)
_ASKED, _TIMES, _NATION = date(2018, 10, 1), 300, 3


def main() -> None:
    """Measure, in the environment that the harness made."""
    parser = argparse.ArgumentParser(prog="python -m bench.extract")
    parser.add_argument("--teachers", type=int, default=250_000)
    parser.add_argument("--boards", type=int, default=1_000)
    given = parser.parse_args()
    django.setup()
    from lerarenregister.register.queries import counts  # noqa: PLC0415  (Django is ready now)
    from lerarenregister.register.queries.views import view_of  # noqa: PLC0415
    from lerarenregister.register.rules.views import Asked  # noqa: PLC0415

    accounts = _written(given.teachers, given.boards)
    asked = Asked(_ASKED, _ASKED)
    some = accounts[:: max(1, len(accounts) // _TIMES)][:_TIMES]
    statements, ours, bare = _both([partial(view_of, account, asked) for account in some])
    all_statements, all_ours, all_bare = _both([partial(counts, _ASKED)] * _NATION)
    of = f"out of {given.teachers * 8:,} facts"
    report(
        [
            Measure("extract", f"of a person, {of}: statements", statements, 3, ""),
            Measure("extract", f"of a person, {of}", ours, 20, "ms", note=f"median; the same SQL alone {bare:.1f} ms"),
            Measure("extract", f"over all, {of}: statements", all_statements, 3, ""),
            Measure("extract", f"over all, {of}", all_ours, 2, "ms", all_bare, "median; peer: the same SQL alone"),
        ]
    )


def _both(asks: list[Callable[[], object]]) -> tuple[float, float, float]:
    """The most statements of one, and the median milliseconds of ours and of its bare SQL, which take turns."""
    from django.db import connection  # noqa: PLC0415

    most, ours, bare = 0, [], []
    for ask in asks:
        sent: list[tuple[str, Any]] = []

        with connection.execute_wrapper(_Keeping(sent)):
            ask()
        most = max(most, len(sent))
        ours.append(_milliseconds(ask))
        bare.append(_milliseconds(partial(_sent_again, sent)))
    return float(most), percentile(ours, 0.5), percentile(bare, 0.5)


class _Keeping:
    """Keeps what is sent to the database, and sends it."""

    def __init__(self, sent: list[tuple[str, Any]]) -> None:
        self._sent = sent

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        """Called by Django around each statement."""
        self._sent.append((asked[0], asked[1]))
        return execute(*asked)


def _sent_again(sent: list[tuple[str, Any]]) -> None:
    from django.db import connection  # noqa: PLC0415

    for sql, params in sent:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()


def _milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return 1_000 * (time.perf_counter() - begun)


def _written(teachers: int, boards: int) -> list[Any]:
    """Teachers who are all registered, each with a version that was corrected: eight facts with their times."""
    from django.db import connection, transaction  # noqa: PLC0415

    from lerarenregister.audit.bulk import insert_rows  # noqa: PLC0415
    from lerarenregister.kernel.identifiers import RegisterNumber, new_id  # noqa: PLC0415
    from lerarenregister.register import models  # noqa: PLC0415

    numbers = [f"{40_000 + place}" for place in range(boards)]
    board_ids, delivery_ids = [new_id() for _ in numbers], [new_id() for _ in numbers]
    models.Board.objects.bulk_create(
        models.Board(id=key, number=number) for key, number in zip(board_ids, numbers, strict=True)
    )
    models.Delivery.objects.bulk_create(
        models.Delivery(id=key, board_id=board, role="bench", received_at=_AT, finished_at=_AT, state="delivered")
        for key, board in zip(delivery_ids, board_ids, strict=True)
    )
    for place, sector in enumerate(("po", "so", "vo", "mbo")):
        where = {"code": f"01AB0{place}", "brin": "01AB", "name": "Proef", "place": "Stad", "sector": sector}
        models.Location.objects.create(id=new_id(), begin=date(2010, 1, 1), recorded_at=_AT, **where)
    accounts, bar, month = [], Progress("two million facts", teachers), timedelta(days=30)
    for start in range(0, teachers, 5_000):
        rows: dict[Any, list[tuple[Any, ...]]] = {model: [] for model in _columns(models)}
        for place in range(start, min(start + 5_000, teachers)):
            account, employee, person, appointment = new_id(), new_id(), new_id(), new_id()
            first, second, registration, act = new_id(), new_id(), new_id(), new_id()
            delivery, begin = delivery_ids[place % boards], date(2012, 8, 1)
            accounts.append(account)
            rows[models.Employee].append((employee, board_ids[place % boards], f"p{place}", account, _AT))
            rows[models.PersonVersion].append((person, employee, "Naam", "", "N.", date(1980, 1, 1), delivery, 2, _AT))
            series, code = new_id(), f"01AB0{place % 4}"
            rows[models.Appointment].append((appointment, employee, series, code, "B02", "", "", begin))
            rows[models.AppointmentVersion] += [
                (first, appointment, series, begin, None, False, delivery, 2, _AT, _AT + 2 * month),
                (second, appointment, series, begin, date(2025, 1, 1), False, delivery, 2, _AT + 2 * month, None),
            ]
            rows[models.Confirmation].append((new_id(), first, person, account, _AT))
            rows[models.Registration].append((registration, account, RegisterNumber.random().value, _AT))
            rows[models.RegistrationPart].append((new_id(), registration, appointment, _AT))
            rows[models.Act].append((act, registration, "registered", "3.3", 1, "teacher", _AT.date(), _AT, ""))
            rows[models.RegistrationSpell].append((new_id(), registration, act, _AT.date(), _AT))
        with transaction.atomic():
            for model, found in rows.items():
                insert_rows(model, _columns(models)[model], found)
        bar(start + 5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return accounts


def _columns(models: Any) -> dict[Any, tuple[str, ...]]:
    source = ("delivery_id", "line", "recorded_at")
    return {
        models.Employee: ("id", "board_id", "staff_number", "account", "joined_at"),
        models.PersonVersion: ("id", "employee_id", "family_name", "prefix", "initials", "birth_date", *source),
        models.Appointment: (
            "id",
            "employee_id",
            "series",
            "location_code",
            "ground",
            "subject",
            "field",
            "begin",
        ),
        models.AppointmentVersion: (
            "id",
            "appointment_id",
            "series",
            "begin",
            "until",
            "withdrawn",
            *source,
            "superseded_at",
        ),
        models.Confirmation: ("id", "version_id", "person_version_id", "account", "confirmed_at"),
        models.Registration: ("id", "account", "number", "registered_at"),
        models.RegistrationPart: ("id", "registration_id", "appointment_id", "added_at"),
        models.Act: (
            "id",
            "registration_id",
            "kind",
            "article",
            "rulebook",
            "role",
            "effective_on",
            "decided_at",
            "motive",
        ),
        models.RegistrationSpell: ("id", "registration_id", "act_id", "begin", "recorded_at"),
    }


if __name__ == "__main__":
    main()
