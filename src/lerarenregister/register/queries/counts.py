"""Counts: confirmed registrations only, with the definition beside the number."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from lerarenregister.kernel.clock import AMSTERDAM
from lerarenregister.register.models import AppointmentVersion, Confirmation, Location, RegistrationPart
from lerarenregister.register.rules.institution_files import SECTORS


@dataclass(frozen=True, slots=True)
class Counts:
    """Confirmed registrations on a day: per sector (a teacher may count in more than one), and in all (each once)."""

    on: date
    sectors: tuple[tuple[str, int], ...]
    total: int
    definition: str


def counts(on: date) -> Counts:
    """The counts at the end of a day, made by the database in two statements."""
    until = datetime.combine(on + timedelta(days=1), time(), AMSTERDAM)
    sector = Location.objects.filter(code=OuterRef("appointment__location_code"), superseded_at=None)
    held = RegistrationPart.objects.filter(Exists(_standing(until, on)), added_at__lt=until).annotate(
        sector=Subquery(sector.order_by("-begin").values("sector")[:1])
    )
    held = held.filter(sector__in=SECTORS)
    people = Count("registration_id", distinct=True)
    by_sector = dict(held.values("sector").annotate(people=people).values_list("sector", "people"))
    return Counts(
        on=on,
        sectors=tuple((sector, by_sector.get(sector, 0)) for sector in SECTORS),
        total=held.aggregate(people=people)["people"],
        definition=_(
            "Geteld zijn registraties: leraren die zelf ten minste één aanstelling met een bevoegde grondslag hebben "
            "bevestigd die op deze dag loopt. Wie in twee sectoren werkt, telt in beide sectoren mee en in het totaal "
            "één keer. Aangeleverde gegevens die niet zijn bevestigd, accounts en het voorportaal tellen niet mee."
        ),
    )


def _standing(until: datetime, on: date) -> QuerySet[AppointmentVersion]:
    """The version of an appointment that stands: the last one that she confirmed before the day ended, when it holds on
    that day. What was recorded later is the later version, whatever moments clocks gave."""
    confirmed = Confirmation.objects.filter(version=OuterRef("pk"), confirmed_at__lt=until)
    of_one = AppointmentVersion.objects.filter(appointment=OuterRef("appointment"))
    later = of_one.filter(Exists(confirmed), recorded_at__gt=OuterRef("recorded_at"))
    holding = of_one.filter(Q(until=None) | Q(until__gt=on), withdrawn=False, begin__lte=on)
    return holding.filter(Exists(confirmed), ~Exists(later))
