"""Counts: confirmed registrations only, with the definition beside the number."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lerarenregister.kernel.clock import AMSTERDAM
from lerarenregister.register.models import Confirmation, Location, RegistrationPart, RegistrationSpell
from lerarenregister.register.rules.institution_files import SECTORS


@dataclass(frozen=True, slots=True)
class Counts:
    """Confirmed registrations on a day: per sector (a teacher may count in more than one), and in all (each once)."""

    on: date
    sectors: tuple[tuple[str, int], ...]
    total: int
    definition: str


def counts(on: date) -> Counts:
    """The counts at the end of a day."""
    until = datetime.combine(on + timedelta(days=1), time(), AMSTERDAM)
    confirmed = Confirmation.objects.filter(confirmed_at__lt=until)
    # The confirmed version that stands: the last one of an appointment that she confirmed before the day ended.
    holding: dict[UUID, bool] = {}
    rows = confirmed.order_by("confirmed_at", "id").values_list(
        "version__appointment_id", "version__begin", "version__until", "version__withdrawn"
    )
    for appointment, begin, end, withdrawn in rows.iterator(chunk_size=5_000):
        holding[appointment] = not withdrawn and begin <= on and (end is None or on < end)
    sector_of = dict(
        Location.objects.filter(superseded_at=None).order_by("begin").values_list("code", "sector").iterator()
    )
    people: dict[str, set[UUID]] = {sector: set() for sector in SECTORS}
    spells = RegistrationSpell.objects.filter(Q(until=None) | Q(until__gt=on), begin__lte=on, recorded_at__lt=until)
    known = spells.filter(Q(superseded_at=None) | Q(superseded_at__gte=until)).values("registration_id")
    parts = RegistrationPart.objects.filter(added_at__lt=until, registration__in=known).values_list(
        "registration_id", "appointment_id", "appointment__location_code"
    )
    for registration, appointment, code in parts.iterator(chunk_size=5_000):
        if holding.get(appointment, False) and code in sector_of:
            people[sector_of[code]].add(registration)
    everyone: set[UUID] = set().union(*people.values())
    return Counts(
        on=on,
        sectors=tuple((sector, len(people[sector])) for sector in SECTORS),
        total=len(everyone),
        definition=_(
            "Geteld zijn registraties: leraren die zelf ten minste één aanstelling met een bevoegde grondslag hebben "
            "bevestigd die op deze dag loopt. Wie in twee sectoren werkt, telt in beide sectoren mee en in het totaal "
            "één keer. Aangeleverde gegevens die niet zijn bevestigd, accounts en het voorportaal tellen niet mee."
        ),
    )
