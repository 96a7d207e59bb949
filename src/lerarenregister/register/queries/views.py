"""What held on a day, as it was known on a day: of somebody in three statements, however long the history is; of a
page of a board's people in four."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.clock import AMSTERDAM, dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.kernel.paging import Paged
from lerarenregister.register.events import CasesConsulted, PeopleConsulted
from lerarenregister.register.models import (
    AnswersAs,
    AppointmentVersion,
    Case,
    Confirmation,
    Employee,
    Objection,
    PersonVersion,
    Qualification,
    RegistrationSpell,
)
from lerarenregister.register.queries.cases import accounts_concerned, concerned, files_concerned
from lerarenregister.register.queries.letters import full_name, last_day
from lerarenregister.register.queries.own import ActShown, own_acts
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.identity import ClaimedIdentity, may_be_her_own
from lerarenregister.register.rules.views import Asked, Change, Qualified, Stated, View, changes

PAGE = 50


def own_view(viewer: Viewer, asked: Asked) -> View:
    """What held for her on a day, as it was known at the end of another; raises SignInNeeded or PersonBoundNeeded.

    An appointment that she had confirmed stands as she confirmed it; of any other it is what was delivered last.
    """
    return view_of(viewer.person(), asked)


def view_of(account: UUID, asked: Asked) -> View:
    """The same of an account; for `queries` and for who measures it."""
    until = _end_of(asked.known_on)
    number, since, root, qualified = _held(account, asked, until)
    confirmed = [each.version for each in _confirmed(account, until)]
    answered = {each.appointment_id for each in confirmed}
    delivered = AppointmentVersion.objects.select_related("appointment__employee__board").filter(
        _known(until), appointment__employee__account=account, recorded_at__lt=until
    )
    waiting = [each for each in delivered if each.appointment_id not in answered]
    stated = [*_stated(confirmed, asked, until, confirmed=True), *_stated(waiting, asked, until, confirmed=False)]
    return View(
        asked=asked,
        number=number,
        since=since,
        answers_as=root,
        appointments=_in_order(stated),
        qualifications=qualified,
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)


def _known(until: datetime) -> Q:
    """What was not superseded yet at a moment; with `recorded_at` before it, what was known then."""
    return Q(superseded_at=None) | Q(superseded_at__gte=until)


def _in_order(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    return tuple(sorted(stated, key=lambda each: (each.begin, each.place, each.key)))


def _held(account: UUID, asked: Asked, until: datetime) -> tuple[str, date | None, str, tuple[Qualified, ...]]:
    """Her number, since when, under which she counted, and her qualifications: one statement."""
    known = _known(until) & Q(recorded_at__lt=until)
    roots = AnswersAs.objects.filter(known, registration=OuterRef("registration"))
    spells = RegistrationSpell.objects.filter(
        known, Q(until=None) | Q(until__gt=asked.on), registration__account=account, begin__lte=asked.on
    )
    of_spells = spells.annotate(
        what=Value("", CharField()),
        one=F("registration__number"),
        two=Subquery(roots.values("root__number")[:1], output_field=CharField()),
        three=Value("", CharField()),
    )
    proofs = Qualification.objects.filter(known, account=account, begin__lte=asked.on)
    of_proofs = proofs.annotate(what=Value("proof", CharField()), one=F("ground"), two=F("sector"), three=F("subject"))
    names = ("what", "one", "two", "three", "begin")
    rows: QuerySet = of_spells.order_by().values_list(*names).union(of_proofs.values_list(*names), all=True)  # type: ignore[type-arg]
    number, since, root, qualified = "", None, "", []
    for what, one, two, three, begin in rows:
        if what:
            qualified.append(Qualified(one, two, three, begin))
        else:
            number, since, root = str(RegisterNumber(one)), begin, str(RegisterNumber(two)) if two else ""
    return number, since, root, tuple(sorted(qualified, key=lambda each: (each.begin, each.ground, each.sector)))


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
        yield _as_stated(each, confirmed=confirmed)


def _as_stated(version: AppointmentVersion, *, confirmed: bool) -> Stated:
    appointment = version.appointment
    return Stated(
        key=str(appointment.id),
        place=appointment.location_code,
        board=appointment.employee.board.number,
        ground=appointment.ground,
        topic=appointment.subject or appointment.field,
        begin=version.begin,
        last_day=last_day(version.until),
        confirmed=confirmed,
    )


@dataclass(frozen=True, slots=True)
class Desked:
    """Somebody whom a case is about, by her name there: what held for her then, what is known differently now, and the
    decisions about her."""

    name: str
    view: View
    changes: tuple[Change, ...]
    acts: tuple[ActShown, ...]


@transaction.atomic
def desk_views(case: UUID, *, asked: Asked, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> list[Desked]:
    """The view of everybody whom a case is about that is before the support organisation, of those with an account.
    Looking is recorded for each. Raises NotAllowed, and Absent: no such case, or it may be about the viewer."""
    actor = viewer.must(Permission.REGISTER_CASE_LIST)
    row = Case.objects.filter(pk=case).first()
    if row is None or viewer.account in accounts_concerned(row) or may_be_her_own(claims, *concerned(row)):
        raise Absent("no such case")
    if row.closed_at is not None or row.turn not in ("desk", "second"):
        raise Absent("it is not before the support organisation")
    accounts = sorted(each for each in accounts_concerned(row) if each is not None)
    subjects = list(dict.fromkeys([*accounts, *files_concerned(row)]))
    if subjects:
        record(CasesConsulted(Reason.CASE_IS_DECIDED, actor.organisation, 1), actor=actor, at=at, subjects=subjects)
    now = Asked(asked.on, dutch_date(at))
    found = []
    for account in accounts:
        view = view_of(account, asked)
        found.append(Desked(_name_of(account, row), view, changes(view, view_of(account, now)), own_acts(account)))
    return found


def _name_of(account: UUID, row: Case) -> str:
    person = PersonVersion.objects.filter(employee__account=account, superseded_at=None).order_by("recorded_at").last()
    if person is not None:
        return full_name(person.initials, person.prefix, person.family_name)
    return " ".join(part for part in (row.claimed_given_name, row.claimed_family_name) if part)


@dataclass(frozen=True, slots=True)
class PersonThen:
    """One of a board's people: what it had delivered of her that held on the day, and what is different now."""

    staff_number: str
    name: str
    appointments: tuple[Stated, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleThen(Paged):
    """A page of them; `count` is how many there are in all, `since` the first day of which the board can ask."""

    people: tuple[PersonThen, ...]
    count: int
    since: date


@transaction.atomic
def people_then(board: str, *, asked: Asked, viewer: Viewer, at: datetime, page: int = 1) -> PeopleThen:
    """The people of a board on a day, as it had delivered them by the end of another, and what it delivered of that day
    since. Nothing of another board, and nothing of what anybody confirmed, disputed or got right.

    It is what was delivered within the term after which what nobody confirmed goes: older facts are there because
    somebody confirmed them, and that is not the board's to see. Who objects to being delivered is left out. Looking is
    recorded. Raises NotAllowed, and Invalid when it asks for an earlier day of knowledge.
    """
    actor = viewer.must(Permission.REGISTER_PERSON_LIST, scope=board)
    first = at - terms_at(at).unconfirmed
    since = dutch_date(first) + timedelta(days=1)
    if asked.known_on < since:
        raise Invalid("known_on")
    until, now = _end_of(asked.known_on), _end_of(dutch_date(at))
    held = AppointmentVersion.objects.filter(
        Q(until=None) | Q(until__gt=asked.on), begin__lte=asked.on, withdrawn=False, recorded_at__gt=first
    )
    then = held.filter(_known(until), recorded_at__lt=until)
    either = Q(pk__in=then.values("pk")) | Q(superseded_at=None)
    objecting = Objection.objects.filter(file=OuterRef("pk"), withdrawn_at=None)
    staff = Employee.objects.filter(~Exists(objecting), board__number=board)
    known = staff.filter(Exists(held.filter(either, appointment__employee=OuterRef("pk"))))
    count = known.count()
    total = max(1, -(-count // PAGE))
    number = min(max(1, page), total)
    chosen = list(known.order_by("staff_number").values_list("pk", "staff_number")[(number - 1) * PAGE : number * PAGE])
    keys = [key for key, _ in chosen]
    names = {
        each.employee_id: full_name(each.initials, each.prefix, each.family_name)
        for each in PersonVersion.objects.filter(employee__in=keys, superseded_at=None)
    }
    rows = held.filter(either, appointment__employee__in=keys).select_related("appointment__employee__board")
    of_each: dict[UUID, list[AppointmentVersion]] = {key: [] for key in keys}
    for version in rows:
        of_each[version.appointment.employee_id].append(version)
    if keys:
        record(PeopleConsulted(Reason.BOARD_CHECKS_OWN_DELIVERY, board), actor=actor, at=at, subjects=keys)
    return PeopleThen(
        people=tuple(
            PersonThen(staff_number, names.get(key, ""), *_then_and_now(of_each[key], asked, until, now))
            for key, staff_number in chosen
        ),
        count=count,
        since=since,
        number=number,
        total=total,
    )


def _then_and_now(
    versions: list[AppointmentVersion], asked: Asked, until: datetime, now: datetime
) -> tuple[tuple[Stated, ...], tuple[Change, ...]]:
    """What stands of these then, and what is different now; what was answered to it plays no part."""
    views = []
    for moment in (until, now):
        standing = [
            each
            for each in versions
            if each.recorded_at < moment and (each.superseded_at is None or each.superseded_at >= moment)
        ]
        stated = _in_order(_as_stated(each, confirmed=False) for each in standing)
        views.append(View(asked, "", None, "", stated))
    return views[0].appointments, changes(*views)
