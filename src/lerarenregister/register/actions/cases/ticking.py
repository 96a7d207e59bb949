"""What the clock does to cases, every minute of the daily work: nothing waits silently."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from lerarenregister.audit.actions import record
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register.actions.calendar import tell_board
from lerarenregister.register.actions.cases.moving import JOB, Said, move, standing_of, subjects_of
from lerarenregister.register.events import CaseReminded
from lerarenregister.register.models import Case
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.cases import CaseKind, Move, Turn, by_clock, to_remind

_AT_ONCE = 500
TEMPLATE = "register/question"
"""The mail to a board of which the answer is due."""


def move_by_clock(at: datetime) -> int:
    """Pass on what a board did not answer in time, let lapse what she left, and note as done what a board corrected by
    delivering it; how many cases moved. Running it twice changes nothing more."""
    today, moved_on = dutch_date(at), 0
    late = Q(turn__in=(Turn.BOARD, Turn.PERSON), due_on__lt=today)
    corrected = Q(kind=CaseKind.DISPUTE, turn=Turn.BOARD, version__superseded_at__isnull=False)
    due = Case.objects.filter(late | corrected).order_by("due_on", "id")
    for key in due.values_list("pk", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).filter(pk=key).first()
            if case is None:
                continue
            delivered = case.version is not None and case.version.superseded_at is not None
            disputed = case.kind == CaseKind.DISPUTE and case.turn == Turn.BOARD
            what = Move.DONE if disputed and delivered else by_clock(standing_of(case), today)
            if what is not None:
                move(case, what, Said(), actor=JOB, at=at)
                moved_on += 1
    return moved_on


def remind(at: datetime) -> int:
    """Remind once in each turn whose turn it is, when the end of the term comes near; how many were reminded.

    A board gets a mail where it said it wants to be reminded; she sees it on her first page from the first day of her
    turn, and the support organisation in its queue.
    """
    today, before = dutch_date(at), terms_at(at).case_reminder
    near = Case.objects.filter(due_on__lte=today + before, closed_at=None, reminded_at=None)
    reminded = 0
    for key in near.order_by("due_on", "id").values_list("pk", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            case = near.select_for_update(of=("self",)).filter(pk=key).first()
            if case is None or not to_remind(standing_of(case), today, before):
                continue
            case.reminded_at = at
            case.save(update_fields=["reminded_at"])
            if case.turn == Turn.BOARD and case.board_id is not None:
                tell_board(case.board_id, template=TEMPLATE, at=at)
            record(CaseReminded(case.id, case.turn), actor=JOB, at=at, subjects=subjects_of(case))
            reminded += 1
    return reminded
