"""Registrations that end without her asking: at death, at the pension age, and when an end stays unconfirmed."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.answering import locked_family
from lerarenregister.register.actions.registering import end_registration
from lerarenregister.register.events import EndLifted, EndNoticed
from lerarenregister.register.models import (
    AnswersAs,
    AppointmentVersion,
    Case,
    Confirmation,
    EndNotice,
    ProvenPerson,
    Qualification,
    Registration,
    RegistrationPart,
    RegistrationSpell,
)
from lerarenregister.register.queries.answering import root_of
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.ends import EndGround, born_by, ends_on, pension_day

_JOB = Actor(None, "job")
_AT_ONCE = 500
_ACTS = {EndGround.PENSION: ActKind.PENSION, EndGround.UNCONFIRMED: ActKind.UNCONFIRMED}


def end_by_death(case: Case, *, motive: str, actor: Actor, at: datetime) -> None:
    """Two people found that she died: her registration ends on that day. In the caller's transaction."""
    account, on = case.account, case.effective_on
    key = Registration.objects.filter(account=account).values_list("pk", flat=True).first() if account else None
    if key is None or on is None:
        return
    root = locked_family([key])[root_of(key)]  # it may answer as another one of hers
    end_registration(root, ActKind.DECEASED, on=on, actor=actor, at=at, case=case, motive=motive)


@transaction.atomic
def stay(*, notice: UUID, viewer: Viewer, at: datetime) -> bool:
    """She says that she stays in the register. Returns whether that was new.

    At the pension age she is not told again. Raises SignInNeeded, PersonBoundNeeded, Absent (not hers, or it ended).
    """
    account = viewer.person()
    row = EndNotice.objects.select_for_update(of=("self",)).filter(pk=notice, registration__account=account).first()
    if row is None or row.act_id is not None:
        raise Absent("no such notice")
    if row.lifted_at is not None and row.by_herself:
        return False
    row.lifted_at, row.by_herself = row.lifted_at or at, True
    row.save(update_fields=["lifted_at", "by_herself"])
    record(EndLifted(row.id, True), actor=viewer.as_teacher(), at=at, subjects=[account])
    return True


def end_due(at: datetime) -> int:
    """Tell whose registration will end, lift what no longer holds, and end what she was told and is due; how many
    things changed. Running it twice changes nothing more."""
    return _lift(at) + _end(at) + _give(EndGround.PENSION, at) + _give(EndGround.UNCONFIRMED, at)


def _due(ground: EndGround, at: datetime) -> QuerySet[Registration]:
    """The registrations of which the ground holds, or will within the notice."""
    spells = RegistrationSpell.objects.filter(registration=OuterRef("pk"), superseded_at=None, until=None)
    answers = AnswersAs.objects.filter(superseded_at=None)
    held = Registration.objects.filter(Exists(spells), ~Exists(answers.filter(registration=OuterRef("pk"))))
    terms, today = terms_at(at), dutch_date(at)
    if ground is EndGround.PENSION:
        born = born_by(today + terms.end_notice, terms.pension_age_years)
        proven = ProvenPerson.objects.filter(account=OuterRef("account"), superseded_at=None)
        delivered = Exists(_facts().filter(person_version__birth_date__lte=born)) & ~Exists(proven)
        return held.filter(Exists(proven.filter(birth_date__lte=born)) | delivered)
    parts = RegistrationPart.objects.filter(registration=OuterRef("pk"))
    versions = AppointmentVersion.objects.filter(superseded_at=None, appointment=OuterRef("appointment"))
    running = Q(withdrawn=False) & (Q(until=None) | Q(until__gt=today - terms.end_unconfirmed))
    confirmed = Confirmation.objects.filter(version=OuterRef("pk"))
    of_part = RegistrationSpell.objects.filter(registration=OuterRef(OuterRef("registration")))
    back = of_part.filter(superseded_at=None, until=None, recorded_at__gte=OuterRef("recorded_at"))
    silent = versions.exclude(running).filter(~Exists(confirmed), ~Exists(back))
    qualified = Qualification.objects.filter(account=OuterRef("account"), superseded_at=None)
    others = answers.filter(root=OuterRef(OuterRef("pk"))).values("registration")
    of_others = RegistrationPart.objects.filter(registration__in=others)
    return held.filter(
        ~Exists(parts.filter(Exists(versions.filter(running)))),
        ~Exists(of_others.filter(Exists(versions.filter(running)))),
        Exists(parts.filter(Exists(silent))),
        ~Exists(qualified),
    )


def _facts() -> QuerySet[Confirmation]:
    """What she confirmed of herself and a board has not changed since."""
    return Confirmation.objects.filter(account=OuterRef("account"), person_version__superseded_at=None)


def _give(ground: EndGround, at: datetime) -> int:
    told = EndNotice.objects.filter(registration=OuterRef("pk"), ground=ground)
    waits = told.filter(Q(lifted_at=None, act=None) | Q(by_herself=True))
    if ground is EndGround.UNCONFIRMED:
        said = told.filter(by_herself=True, lifted_at__gt=at - terms_at(at).unconfirmed)
        waits = told.filter(Q(lifted_at=None, act=None) | Q(pk__in=said.values("pk")))
    given = 0
    for key in _due(ground, at).filter(~Exists(waits)).values_list("pk", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            registration = Registration.objects.select_for_update().filter(pk=key).first()
            if registration is None or EndNotice.objects.filter(
                registration=key, ground=ground, lifted_at=None, act=None
            ):
                continue
            on = ends_on(_day(ground, registration, at), dutch_date(at), terms_at(at).end_notice)
            notice = EndNotice.objects.create(
                id=new_id(), registration=registration, ground=ground, given_at=at, ends_on=on
            )
            record(EndNoticed(notice.id, ground, on), actor=_JOB, at=at, subjects=[registration.account])
            given += 1
    return given


def _day(ground: EndGround, registration: Registration, at: datetime) -> date:
    if ground is EndGround.UNCONFIRMED:
        return dutch_date(at)
    proven = ProvenPerson.objects.filter(account=registration.account, superseded_at=None).first()
    if proven is not None:
        return pension_day(proven.birth_date, terms_at(at).pension_age_years)
    facts = Confirmation.objects.filter(account=registration.account, person_version__superseded_at=None)
    born = facts.order_by("person_version__birth_date").values_list("person_version__birth_date", flat=True).first()
    return pension_day(born, terms_at(at).pension_age_years) if born else dutch_date(at)


def _waiting() -> QuerySet[EndNotice]:
    return EndNotice.objects.filter(lifted_at=None, act=None)


def _lift(at: datetime) -> int:
    lifted = 0
    for ground in EndGround:
        gone = _waiting().filter(ground=ground).exclude(registration__in=_due(ground, at).values("pk"))
        for key in gone.values_list("pk", flat=True)[:_AT_ONCE]:
            with transaction.atomic():
                row = _waiting().select_for_update(of=("self",)).select_related("registration").filter(pk=key).first()
                if row is None:
                    continue
                row.lifted_at = at
                row.save(update_fields=["lifted_at"])
                record(EndLifted(row.id, False), actor=_JOB, at=at, subjects=[row.registration.account])
                lifted += 1
    return lifted


def _end(at: datetime) -> int:
    ended, today = 0, dutch_date(at)
    for key in _waiting().filter(ends_on__lte=today).values_list("pk", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            row = _waiting().select_for_update(of=("self",)).filter(pk=key).first()
            if row is None:
                continue
            ground = EndGround(row.ground)
            registration = Registration.objects.select_for_update().get(pk=row.registration_id)
            if _day(ground, registration, at) > today:
                continue  # the rulebook changed: the day has not come
            row.act = end_registration(registration, _ACTS[ground], on=today, actor=_JOB, at=at)
            if row.act is not None:
                row.save(update_fields=["act"])
                ended += 1
    return ended
