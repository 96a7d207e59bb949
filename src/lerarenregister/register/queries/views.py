"""What held on a day, as it was known on a day: three statements, however long the history is."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.clock import AMSTERDAM
from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.register.models import AnswersAs, AppointmentVersion, Confirmation, RegistrationSpell
from lerarenregister.register.queries.letters import last_day
from lerarenregister.register.rules.views import Asked, Stated, View


def own_view(viewer: Viewer, asked: Asked) -> View:
    """What held for her on a day, as it was known at the end of another; raises SignInNeeded or PersonBoundNeeded.

    An appointment that she had confirmed stands as she confirmed it; of any other it is what was delivered last.
    """
    account = viewer.person()
    until = datetime.combine(asked.known_on + timedelta(days=1), time(), AMSTERDAM)
    known = Q(superseded_at=None) | Q(superseded_at__gte=until)
    spells = RegistrationSpell.objects.filter(known, registration__account=account, recorded_at__lt=until)
    on = Q(until=None) | Q(until__gt=asked.on)
    roots = AnswersAs.objects.filter(known, registration=OuterRef("registration"), recorded_at__lt=until)
    held = spells.filter(on, begin__lte=asked.on).annotate(root=Subquery(roots.values("root__number")[:1]))
    row = held.values_list("registration__number", "begin", "root").first()
    confirmed = [each.version for each in _confirmed(account, until)]
    answered = {each.appointment_id for each in confirmed}
    delivered = AppointmentVersion.objects.select_related("appointment__employee__board").filter(
        known, appointment__employee__account=account, recorded_at__lt=until
    )
    waiting = [each for each in delivered if each.appointment_id not in answered]
    stated = [*_stated(confirmed, asked, until, confirmed=True), *_stated(waiting, asked, until, confirmed=False)]
    return View(
        asked=asked,
        number=str(RegisterNumber(row[0])) if row else "",
        since=row[1] if row else None,
        answers_as=str(RegisterNumber(row[2])) if row and row[2] else "",
        appointments=tuple(sorted(stated, key=lambda each: (each.begin, each.place, each.key))),
    )


def _confirmed(account: UUID, until: datetime) -> list[Confirmation]:
    """What she had confirmed last of each appointment before a moment."""
    rows = Confirmation.objects.filter(account=account, confirmed_at__lt=until)
    later = rows.filter(version__appointment=OuterRef("version__appointment")).filter(
        version__recorded_at__gt=OuterRef("version__recorded_at")
    )
    last = rows.filter(~Exists(later)).select_related("version__appointment__employee__board")
    return list({each.version.appointment_id: each for each in last.order_by("confirmed_at", "id")}.values())


def _stated(
    versions: Iterable[AppointmentVersion], asked: Asked, until: datetime, *, confirmed: bool
) -> Iterable[Stated]:
    for each in versions:
        set_aside = each.set_aside_at is not None and each.set_aside_at < until
        if each.withdrawn or set_aside or each.begin > asked.on or (each.until and each.until <= asked.on):
            continue
        appointment = each.appointment
        yield Stated(
            key=str(appointment.id),
            place=appointment.location_code,
            board=appointment.employee.board.number,
            ground=appointment.ground,
            topic=appointment.subject or appointment.field,
            begin=each.begin,
            last_day=last_day(each.until),
            confirmed=confirmed,
        )
