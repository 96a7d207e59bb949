"""A registration comes, goes and comes back, each time by an act that says on which rule and from which day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import RegisterNumber, new_id
from lerarenregister.register.actions.answering import let_go, locked_family
from lerarenregister.register.actions.erasing import Erased, erase_pairs, note_erased
from lerarenregister.register.errors import MergedAway
from lerarenregister.register.events import (
    RegistrationExtended,
    RegistrationLeft,
    RegistrationMade,
    RegistrationRestored,
    RegistrationStopped,
)
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.models import (
    Act,
    Appointment,
    AppointmentVersion,
    Case,
    Confirmation,
    Delivery,
    Duplicate,
    EndNotice,
    NumberEnded,
    PreRegisterAssignment,
    ProvenPerson,
    Qualification,
    Registration,
    RegistrationPart,
    RegistrationSpell,
)
from lerarenregister.register.queries.answering import number_of, root_of, under
from lerarenregister.register.rulebook import over, rulebook_at
from lerarenregister.register.rules.acts import ARTICLES, ENDING, ActKind, Spell, ended

_TEACHER, _JOB = "teacher", "job"


def enter(*, account: UUID, appointment: Appointment, actor: Actor, at: datetime) -> None:
    """An appointment on a qualified ground that she confirmed makes, extends or restores her registration. In the
    caller's transaction."""
    registration, fresh = _registration_of(account, at)
    subjects = [account, appointment.employee_id]
    if not RegistrationPart.objects.filter(appointment=appointment).exists():
        RegistrationPart.objects.create(id=new_id(), registration=registration, appointment=appointment, added_at=at)
        kind = RegistrationMade if fresh else RegistrationExtended
        record(kind(registration.id, appointment.id), actor=actor, at=at, subjects=subjects)
    if fresh:
        before = PreRegisterAssignment.objects.filter(account=account).exists()
        _begin(registration, ActKind.MOVED if before else ActKind.REGISTERED, at)
    else:
        _come_back(registration, actor, subjects, at)


@transaction.atomic
def leave_register(*, viewer: Viewer, at: datetime) -> bool:
    """She asks to be taken out: from today her registration does not hold. Returns whether it did (a second click
    changes nothing).

    What it was is kept for the term of the rulebook, and comes back when she does; registrations of hers that answer as
    this one end with it. Raises SignInNeeded, PersonBoundNeeded, Absent when she never was in the register, and
    MergedAway when hers answers as another.
    """
    registration = _own(viewer)
    if _holding(registration) is None:
        return False
    for each in _together(registration):
        if (holding := _holding(each)) is not None:
            act = note_act(each, ActKind.LEFT, at)
            _cut(each, holding, act, dutch_date(at), at)
            record(RegistrationLeft(act.id), actor=viewer.as_teacher(), at=at, subjects=[each.account])
    return True


@transaction.atomic
def return_to_register(*, viewer: Viewer, at: datetime) -> bool:
    """She comes back, with the number that she had. Returns whether she was away; raises as `leave_register`."""
    registration = _own(viewer)
    if _holding(registration) is not None:
        return False
    _restore(registration, viewer.as_teacher(), [registration.account], at)
    return True


def end_registration(
    registration: Registration,
    kind: ActKind,
    *,
    on: date,
    actor: Actor,
    at: datetime,
    case: Case | None = None,
    motive: str = "",
) -> Act | None:
    """End a (locked) registration from a day, on another ground than her request, with those that answer as it; None
    when it does not hold. In the caller's transaction. Raises MergedAway when it answers as another itself."""
    _stands(registration)
    first: Act | None = None
    for each in _together(registration):
        if (holding := _holding(each)) is None:
            continue
        act = note_act(each, kind, at, role=actor.role, on=on, case=case, motive=motive)
        _cut(each, holding, act, on, at)
        record(RegistrationStopped(act.id, str(kind)), actor=actor, at=at, subjects=[each.account])
        first = act if each.id == registration.id else first
    return first


def correct(appointment: Appointment, *, actor: Actor, at: datetime, case: Case, motive: str) -> None:
    """Note by an act that what was delivered about an appointment of a registration was wrong. In the caller's
    transaction."""
    part = RegistrationPart.objects.select_related("registration").filter(appointment=appointment).first()
    if part is not None:
        note_act(part.registration, ActKind.CORRECTED, at, role=actor.role, case=case, motive=motive)


def enter_by_proof(*, account: UUID, qualification: Qualification, actor: Actor, at: datetime) -> None:
    """A qualification of which the proof was seen makes or restores her registration. In the caller's transaction."""
    registration, fresh = _registration_of(account, at)
    if fresh:
        _begin(registration, ActKind.PROVEN, at, case=qualification.case)
        record(RegistrationMade(registration.id, None), actor=actor, at=at, subjects=[account])
    else:
        _come_back(registration, actor, [account], at)


def forget_left(at: datetime) -> int:
    """Destroy registrations that ended and were kept for their term, with their acts and what she confirmed for them;
    how many. Their numbers are never given again. What was delivered then waits as if she had never confirmed it, and
    goes with that (`forget_unconfirmed`)."""
    before, forgotten = over(lambda terms: terms.left_registration, at), 0
    left = Act.objects.filter(kind__in=ENDING, decided_at__lt=before).values_list("registration_id", flat=True)
    for key in sorted(set(left)):
        forgotten += _forget(key, before, at)
    return forgotten


@transaction.atomic
def _forget(key: UUID, before: datetime, at: datetime) -> int:
    registration = Registration.objects.select_for_update().filter(pk=key).first()
    if registration is None or _holding(registration) is not None:
        return 0
    if Act.objects.filter(registration=registration, decided_at__gte=before).exists():
        return 0
    parts = RegistrationPart.objects.filter(registration=registration)
    appointments = list(parts.values_list("appointment_id", flat=True))
    erased = erase_registration(registration, at=at)
    erased["confirmations"] += Confirmation.objects.filter(version__appointment__in=appointments).delete()[0]
    delivered = AppointmentVersion.objects.filter(appointment__in=appointments).values_list("delivery_id", flat=True)
    Delivery.objects.filter(pk__in=list(delivered)).update(forgotten_at=None)
    note_erased(erased, role=_JOB, at=at)
    return 1


def erase_registration(registration: Registration, *, at: datetime) -> Erased:
    """Erase a registration with its acts, in the caller's transaction; what that came to. One that answered as it
    stands for itself again."""
    let_go(registration.id, at)
    NumberEnded.objects.create(number_hash=keyed_hash("register-number", registration.number))
    RegistrationSpell.objects.filter(registration=registration).delete()
    EndNotice.objects.filter(registration=registration).delete()
    Qualification.objects.filter(account=registration.account).delete()
    ProvenPerson.objects.filter(account=registration.account).delete()
    erase_pairs(Duplicate.objects.filter(other_account=registration.account))
    acts = Act.objects.filter(registration=registration)
    proven = acts.filter(kind=ActKind.PROVEN).count()
    acts.delete()
    parts = RegistrationPart.objects.filter(registration=registration).delete()[0]
    registration.delete()
    return Counter(registrations=1, proven_registrations=proven, registration_parts=parts)


def _own(viewer: Viewer) -> Registration:
    key = Registration.objects.filter(account=viewer.person()).values_list("pk", flat=True).first()
    registration = locked_family([key]).get(key) if key else None
    if registration is None:
        raise Absent("she was never in the register")
    _stands(registration)
    return registration


def _stands(registration: Registration) -> None:
    """Raises MergedAway when it answers as another: a decision about it belongs there."""
    if (root := root_of(registration.id)) != registration.id:
        raise MergedAway(number_of(root))


def _together(registration: Registration) -> list[Registration]:
    """It, and those that answer as it, locked."""
    others = Registration.objects.select_for_update().filter(pk__in=under(registration.id)).order_by("id")
    return [registration, *others]


def _come_back(registration: Registration, actor: Actor, subjects: Sequence[UUID], at: datetime) -> None:
    """She confirmed something new: the registration under which she counts holds again, if it did not."""
    root = Registration.objects.select_for_update().get(pk=root_of(registration.id))
    if _holding(root) is None:
        _restore(root, actor, list(dict.fromkeys([*subjects, root.account])), at)


def _holding(registration: Registration) -> RegistrationSpell | None:
    return RegistrationSpell.objects.filter(registration=registration, superseded_at=None, until=None).first()


def _restore(registration: Registration, actor: Actor, subjects: Sequence[UUID], at: datetime) -> None:
    act = _begin(registration, ActKind.RESTORED, at)
    record(RegistrationRestored(act.id), actor=actor, at=at, subjects=list(subjects))


def _begin(registration: Registration, kind: ActKind, at: datetime, *, case: Case | None = None) -> Act:
    act = note_act(registration, kind, at, case=case)
    _keep(registration, act, Spell(act.effective_on, None), at)
    return act


def _cut(registration: Registration, holding: RegistrationSpell, act: Act, on: date, at: datetime) -> None:
    """From this day it does not hold; what it was known to be before is kept."""
    holding.superseded_at = at
    holding.save(update_fields=["superseded_at"])
    if (left := ended(Spell(holding.begin, holding.until), on)) is not None:
        _keep(registration, act, left, at)


def note_act(
    registration: Registration,
    kind: ActKind,
    at: datetime,
    *,
    role: str = _TEACHER,
    on: date | None = None,
    case: Case | None = None,
    motive: str = "",
) -> Act:
    """An act about a registration, on the article of its kind. In the caller's transaction."""
    book = rulebook_at(at)
    return Act.objects.create(
        id=new_id(),
        registration=registration,
        kind=kind,
        article=book.article(ARTICLES[kind]).code,
        rulebook=book.version,
        role=role,
        effective_on=on or dutch_date(at),
        decided_at=at,
        case=case,
        motive=motive,
    )


def _keep(registration: Registration, act: Act, spell: Spell, at: datetime) -> None:
    RegistrationSpell.objects.create(
        id=new_id(), registration=registration, act=act, begin=spell.begin, until=spell.until, recorded_at=at
    )


def _registration_of(account: UUID, at: datetime) -> tuple[Registration, bool]:
    """Her registration, made when there is none; whether it was. Two files of hers, confirmed at once, make one."""
    rows = Registration.objects.filter(account=account)
    found = rows.values_list("pk", flat=True).first()
    if found is not None and (locked := locked_family([found]).get(found)):
        return locked, False
    try:
        with transaction.atomic():
            made = Registration.objects.create(id=new_id(), account=account, number=_free_number(), registered_at=at)
    except IntegrityError:
        return rows.select_for_update().get(), False
    return made, True


def _free_number() -> str:
    """A register number that nobody has or had; 40 random bits, so once is nearly always enough."""
    while True:
        number = RegisterNumber.random().value
        past = NumberEnded.objects.filter(number_hash=keyed_hash("register-number", number))
        if not Registration.objects.filter(number=number).exists() and not past.exists():
            return number
