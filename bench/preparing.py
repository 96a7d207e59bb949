"""The nation on the eve of the opening day: every board delivered, letters were printed, staff have their roles.

All through the actions that boards use, in this process; nothing is put in a table.
"""

import os
from datetime import date, timedelta
from typing import Any

from bench import boards
from bench.measures import Progress
from bench.nation import Nation

AS_OF = date(2018, 8, 1)


def deliver_all(nation: Nation) -> None:
    """Every board delivers its first file."""
    from lerarenregister.accounts.permissions import COMMAND  # noqa: PLC0415  (Django must be ready)
    from lerarenregister.kernel import clock  # noqa: PLC0415
    from lerarenregister.register import actions  # noqa: PLC0415
    from lerarenregister.register.rules.institution_files import read  # noqa: PLC0415

    rows = read(boards.institutions_csv(nation.boards).encode(), None)
    actions.import_institutions(rows=rows, as_of=AS_OF, viewer=COMMAND, at=clock.now())
    bar = Progress("every board delivers", nation.boards)
    for board in range(nation.boards):
        chunks = [line.encode() for line in nation.delivery(board)]
        received = actions.receive(board=boards.number_of(board), chunks=chunks, viewer=COMMAND, at=clock.now())
        actions.deliver(delivery=received.delivery, viewer=COMMAND, at=clock.now())
        state = actions.continue_delivery(delivery=received.delivery, at=clock.now())
        if state != "delivered":
            raise RuntimeError(f"the delivery of board {board} is {state}")
        bar(board + 1)


def print_codes(nation: Nation, wanted: list[int]) -> list[tuple[str, int, str]]:
    """The letters of these boards: teacher (`board-place`), her location, code. Who gets a mail gets no letter."""
    from lerarenregister.accounts.permissions import COMMAND  # noqa: PLC0415
    from lerarenregister.kernel import clock  # noqa: PLC0415
    from lerarenregister.register import actions  # noqa: PLC0415

    found: list[tuple[str, int, str]] = []
    bar = Progress("printing letters (boards)", len(wanted))
    for number, board in enumerate(wanted, start=1):
        by_staff_number = {
            each.staff_number: each
            for each in (nation.teacher(board, place) for place in range(nation.size_of(board)))
            if not each.work_mail
        }
        while printed := actions.print_letters(board=boards.number_of(board), viewer=COMMAND, at=clock.now(), most=500):
            for letter in printed:
                if teacher := by_staff_number.get(letter.letter.staff_number):
                    found.append((teacher.id, teacher.location, str(letter.code)))
        bar(number)
    return found


def give_roles(wanted: list[int]) -> None:
    """One manager for each of these boards: `beheerder-BOARD` at the school's provider."""
    from django.conf import settings  # noqa: PLC0415

    from lerarenregister.accounts import actions  # noqa: PLC0415
    from lerarenregister.accounts.permissions import COMMAND, Role  # noqa: PLC0415
    from lerarenregister.kernel import clock  # noqa: PLC0415

    issuer = next(each["issuer"] for each in settings.OIDC_PROVIDERS if each["slug"] == "school")
    for board in wanted:
        at = clock.now()
        who: dict[str, Any] = {"provider": "school", "issuer": issuer, "subject": staff_of(board)}
        actions.give_role(
            viewer=COMMAND,
            account=actions.open_account(**who, person_bound=False, at=at),
            role=Role.BOARD_MANAGER,
            scope=boards.number_of(board),
            known_as=f"Beheerder {board}",
            ends_at=at + timedelta(days=365),
            at=at,
        )


def staff_of(board: int) -> str:
    """Who the manager of a board is at the school's provider."""
    return f"beheerder-{board}"


def stored() -> dict[str, int]:
    """What is stored: confirmations, entries, delivered files."""
    from lerarenregister.portfolio.models import Entry  # noqa: PLC0415  (no query counts over everybody, on purpose)
    from lerarenregister.register.models import Confirmation, Delivery  # noqa: PLC0415

    return {
        "confirmed": Confirmation.objects.count(),
        "saved": Entry.objects.count(),
        "delivered": Delivery.objects.filter(state="delivered").count(),
    }


def ready() -> None:
    """Django, in the environment of the benchmark."""
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lerarenregister.project.settings")
    django.setup()
