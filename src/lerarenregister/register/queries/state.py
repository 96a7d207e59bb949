"""How much waits in the register, for who runs it: counts and times, no board and no person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from lerarenregister.register.models import Delivery, Review
from lerarenregister.register.rulebook import over

DELIVERY_STATES = ("receiving", "staged", "checking", "checked", "delivering", "delivered", "refused", "expired")


@dataclass(frozen=True, slots=True)
class RegisterState:
    """Deliveries by state, when the oldest that is at work came in; reviews that wait, and those past their term."""

    deliveries: tuple[tuple[str, int], ...]
    oldest_at_work_at: datetime | None
    reviews_waiting: int
    reviews_late: int


def register_state(at: datetime) -> RegisterState:
    """The state at this moment."""
    counted = dict(Delivery.objects.values_list("state").annotate(Count("id")).order_by())
    at_work = Delivery.objects.filter(state__in=("receiving", "checking", "delivering"))
    waiting = Review.objects.filter(decided_at=None)
    return RegisterState(
        deliveries=tuple((state, counted.get(state, 0)) for state in DELIVERY_STATES),
        oldest_at_work_at=at_work.order_by("received_at").values_list("received_at", flat=True).first(),
        reviews_waiting=waiting.count(),
        reviews_late=waiting.filter(asked_at__lte=over(lambda terms: terms.review, at)).count(),
    )
