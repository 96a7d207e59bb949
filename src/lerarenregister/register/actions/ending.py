"""Registrations that end without her asking: at death, at the pension age, and when all her work ended.

Registrations that answer as one are one person's: what is known of each of them counts, and she reads of it with each
of her accounts.
"""

from datetime import date, datetime
from typing import Any
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
from lerarenregister.register.queries.answering import accounts_of, root_of, told_to
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.ends import EndGround, born_by, ends_on, pension_day

_JOB = Actor(None, "job")
_AT_ONCE = 500
_ACTS = {EndGround.PENSION: ActKind.PENSION, EndGround.WORK_ENDED: ActKind.WORK_ENDED}


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

    At the pension age she is not told again; when her work ended, after a year. Any account of hers may say it. Raises
    SignInNeeded, PersonBoundNeeded, Absent (not hers, or it ended).
    """
    account = viewer.person()
    row = EndNotice.objects.select_for_update(of=("self",)).filter(told_to(account), pk=notice).first()
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
    return _lift(at) + _end(at) + _give(EndGround.PENSION, at) + _give(EndGround.WORK_ENDED, at)


def _due(ground: EndGround, at: datetime) -> QuerySet[Registration]:
    """The registrations of which the ground holds, or will within the notice."""
    spells = RegistrationSpell.objects.filter(registration=OuterRef("pk"), superseded_at=None, until=None)
    answers = AnswersAs.objects.filter(superseded_at=None)
    held = Registration.objects.filter(Exists(spells), ~Exists(answers.filter(registration=OuterRef("pk"))))
    terms, today = terms_at(at), dutch_date(at)
    if ground is EndGround.PENSION:
        born = born_by(today + terms.end_notice, terms.pension_age_years)
        proven = ProvenPerson.objects.filter(superseded_at=None)
        delivered = _delivered().filter(~Exists(proven.filter(account=OuterRef("account"))))
        return held.filter(
            _of_hers(proven.filter(birth_date__lte=born))
            | _of_hers(delivered.filter(person_version__birth_date__lte=born))
        )
    versions = AppointmentVersion.objects.filter(superseded_at=None, appointment=OuterRef("appointment"))
    running = Q(withdrawn=False) & (Q(until=None) | Q(until__gt=today - terms.work_ended))
    of_part = RegistrationSpell.objects.filter(registration=OuterRef(OuterRef("registration")))
    back = of_part.filter(superseded_at=None, until=None, recorded_at__gte=OuterRef("recorded_at"))
    ended = versions.exclude(running).filter(~Exists(back))
    parts = RegistrationPart.objects.all()
    return held.filter(
        ~_of_hers(parts.filter(Exists(versions.filter(running))), "registration"),
        _of_hers(parts.filter(Exists(ended)), "registration"),
        ~_of_hers(Qualification.objects.filter(superseded_at=None)),
    )


def _of_hers(rows: QuerySet[Any], by: str = "account") -> Q:
    """That one of these rows is of a registration or of one that answers as it; the rows have its `account` or the
    `registration` itself."""
    others = AnswersAs.objects.filter(superseded_at=None, root=OuterRef(OuterRef("pk")))
    own, theirs = ("account", "registration__account") if by == "account" else ("pk", "registration")
    return Q(Exists(rows.filter(**{by: OuterRef(own)}))) | Q(
        Exists(rows.filter(**{f"{by}__in": others.values(theirs)}))
    )


def _delivered() -> QuerySet[Confirmation]:
    """What people confirmed of themselves and a board has not changed since."""
    return Confirmation.objects.filter(person_version__superseded_at=None)


def _give(ground: EndGround, at: datetime) -> int:
    told = EndNotice.objects.filter(registration=OuterRef("pk"), ground=ground)
    waits = told.filter(Q(lifted_at=None, act=None) | Q(by_herself=True))
    if ground is EndGround.WORK_ENDED:
        said = Q(by_herself=True, lifted_at__gt=at - terms_at(at).unconfirmed)
        waits = told.filter(Q(lifted_at=None, act=None) | said)
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
            record(EndNoticed(notice.id, ground, on), actor=_JOB, at=at, subjects=accounts_of(registration.id))
            given += 1
    return given


def _day(ground: EndGround, registration: Registration, at: datetime) -> date:
    if ground is EndGround.WORK_ENDED:
        return dutch_date(at)
    births = [each for account in accounts_of(registration.id) if (each := _birth_date(account)) is not None]
    return pension_day(min(births), terms_at(at).pension_age_years) if births else dutch_date(at)


def _birth_date(account: UUID) -> date | None:
    """By which this account is known: the proven one, else the first that she confirmed and still holds."""
    proven = ProvenPerson.objects.filter(account=account, superseded_at=None).values_list("birth_date", flat=True)
    facts = _delivered().filter(account=account).order_by("person_version__birth_date")
    return proven.first() or facts.values_list("person_version__birth_date", flat=True).first()


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
                record(EndLifted(row.id, False), actor=_JOB, at=at, subjects=accounts_of(row.registration_id))
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
