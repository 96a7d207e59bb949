"""Ways to break the product on purpose, to see that the harness finds it. Without a fault none of them shows."""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction

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

    def record(*given: Any, **named: Any) -> None:
        transaction.on_commit(lambda: transaction.atomic(plainly)(*given, **named))

    confirming.record = record  # type: ignore[assignment]


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
