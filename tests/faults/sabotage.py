"""Ways to break the product on purpose, to see that the harness finds it. Most of them show only after a fault."""

import pickle
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction

from lerarenregister.accounts.events import RoleEnded
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.events import AppointmentDisputed

SABOTAGES: dict[str, Callable[[], None]] = {}


def _sabotage(make: Callable[[], None]) -> Callable[[], None]:
    SABOTAGES[make.__name__] = make
    return make


@_sabotage
def swallow() -> None:
    """What could not be written counts as saved."""
    from lerarenregister.portfolio import actions
    from lerarenregister.web.portfolio import writing

    plainly = actions.save_entry

    def save(**given: Any) -> actions.Saved:
        try:
            return plainly(**given)
        except DatabaseError:
            return actions.Saved(actions.Outcome.CREATED, None)

    writing.actions.save_entry = save


@_sabotage
def event_afterwards() -> None:
    """The event of a confirmation is written after its transaction, in one of its own."""
    from lerarenregister.register.actions import confirming

    plainly = confirming.record

    def later(event: Any, **named: Any) -> Any:
        if isinstance(event, AppointmentDisputed):
            return plainly(event, **named)
        return transaction.on_commit(lambda: transaction.atomic(plainly)(event, **named))

    confirming.record = later


@_sabotage
def forget_the_form() -> None:
    """A file that comes again with the same form is a new one."""
    from lerarenregister.register.actions import reception
    from lerarenregister.register.models import Delivery

    reception.delivery_of_form = lambda *_: None
    plainly = Delivery.__init__
    Delivery.__init__ = lambda self, *given, **named: plainly(
        self, *given, **named | {"form": None} if named else named
    )


@_sabotage
def forget_the_key() -> None:
    """Closing an account leaves no note of the key that must go: a killed process leaves it for ever."""
    from lerarenregister.portfolio import queries
    from lerarenregister.web.portfolio import keys

    queries.erasures_waiting = keys.queries.erasures_waiting = list  # type: ignore[assignment]


@_sabotage
def mend_with_the_daily_work() -> None:
    """The event of a dispute is written by the daily work: in the end nothing shows, and until then it is missing."""
    from lerarenregister.jobs.management.commands import run_due
    from lerarenregister.register.actions import confirming

    plainly, daily = confirming.record, run_due.Command.handle
    waiting = settings.VAR / "waiting-events"

    def later(event: Any, **named: Any) -> Any:
        if not isinstance(event, AppointmentDisputed):
            return plainly(event, **named)
        return transaction.on_commit(lambda: waiting.write_bytes(pickle.dumps((event, named))))

    def handle(self: Any, *given: Any, **named: Any) -> None:
        if waiting.exists():
            event, said = pickle.loads(waiting.read_bytes())
            with transaction.atomic():
                plainly(event, **said)
            waiting.unlink()
        daily(self, *given, **named)

    confirming.record = later
    run_due.Command.handle = handle  # type: ignore[method-assign]


@_sabotage
def role_event_afterwards() -> None:
    """The event of a role that ended is written after its transaction, in one of its own."""
    from lerarenregister.accounts import actions

    plainly = actions.record

    def later(event: Any, **named: Any) -> Any:
        if not isinstance(event, RoleEnded):
            return plainly(event, **named)
        return transaction.on_commit(lambda: transaction.atomic(plainly)(event, **named))

    actions.record = later


@_sabotage
def half_an_objection() -> None:
    """What an objection erases is erased after its transaction, in one of its own."""
    from lerarenregister.register.actions import objections

    note, erase = objections.note_erased, objections.erase_unconfirmed

    def later(employee: Any, **named: Any) -> None:
        transaction.on_commit(transaction.atomic(lambda: note(erase(employee), **named)))

    objections.erase_unconfirmed = lambda employee: employee
    objections.note_erased = later


@_sabotage
def leave_the_remains() -> None:
    """A backup clears nothing away of one that was killed."""
    from lerarenregister.jobs.backups import folders

    folders._clear_remains = lambda *_: None


@_sabotage
def forget_lost_tasks() -> None:
    """A task whose worker died counts as at work for ever."""
    from lerarenregister.jobs.register import due

    due.end_lost_tasks = lambda _: 0


@_sabotage
def keep_another_code() -> None:
    """The code in a letter is not the one that is kept."""
    from lerarenregister.register.actions import activation

    plainly = activation.keyed_hash
    activation.keyed_hash = lambda purpose, text: plainly(purpose, text[::-1])


@_sabotage
def decide_and_no_more() -> None:
    """A review is decided, and her file joins nobody's account."""
    from lerarenregister.register.actions import reviews

    reviews.join = lambda *_, **__: None


@_sabotage
def tell_of_a_portfolio() -> None:
    """Putting a text in the bin leaves an event in the common log."""
    from lerarenregister.web.portfolio import views

    plainly = views.actions.delete_entry

    def delete(**given: Any) -> Any:
        with transaction.atomic():
            record(RoleEnded(new_id(), "", ""), actor=Actor(None, "command"), at=given["at"])
        return plainly(**given)

    views.actions.delete_entry = delete
