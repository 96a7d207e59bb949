"""What she sees of herself: field by field what was delivered, by whom, when; what she confirmed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.register.models import (
    Act,
    Appointment,
    AppointmentVersion,
    Confirmation,
    Dispute,
    Employee,
    EndNotice,
    Objection,
    PersonVersion,
    Qualification,
    Review,
)
from lerarenregister.register.queries.answering import is_held, ties_of, told_to
from lerarenregister.register.queries.letters import board_names, full_name, last_day, locations_named
from lerarenregister.register.rulebook import RULEBOOKS, terms_at
from lerarenregister.register.rules.acts import BESIDE, ENDING, ActKind
from lerarenregister.register.rules.ends import EndGround

WAITS, CONFIRMED, DISPUTED, SET_ASIDE = "waits", "confirmed", "disputed", "set-aside"


@dataclass(frozen=True, slots=True)
class VersionShown:
    """What was delivered about an appointment at one moment, and her name and birth date beside it. `answer`: waits,
    confirmed, disputed, or set-aside (it was decided that it is wrong). `id` and `person` are the versions that she
    confirms together."""

    id: UUID
    person: UUID
    name: str
    birth_date: date
    person_delivered_at: datetime
    begin: date
    last_day: date | None
    withdrawn: bool
    delivered_at: datetime
    answer: str
    answered_at: datetime | None
    words: str

    @property
    def ends(self) -> bool:
        """Whether it says that the appointment has an end, or never was."""
        return self.withdrawn or self.last_day is not None


@dataclass(frozen=True, slots=True)
class AppointmentShown:
    """An appointment: its latest version, and the confirmed one when that is another (it stands until she confirms)."""

    id: UUID
    board: str
    board_name: str
    staff_number: str
    location_code: str
    location: str
    place: str
    ground: str
    ground_nl: str
    ground_en: str
    qualified: bool
    subject: str
    field: str
    latest: VersionShown
    standing: VersionShown | None

    @property
    def waits(self) -> bool:
        """Whether she has not yet said anything about the latest version."""
        return self.latest.answer == WAITS

    @property
    def kept_until(self) -> datetime | None:
        """Until when the latest version is kept at least when she does not confirm it; None when she did, or when it is
        the end of an appointment that counts: that stays until her registration ends."""
        latest = self.latest
        if latest.answer == CONFIRMED or (self.qualified and self.standing is not None and latest.ends):
            return None
        newest = max(latest.delivered_at, latest.person_delivered_at)
        return newest + terms_at(newest).unconfirmed


@dataclass(frozen=True, slots=True)
class WaitingReview:
    """A review of identity that waits: at which board, and by when the rulebook wants it decided."""

    board: str
    decide_by: datetime


@dataclass(frozen=True, slots=True)
class ActShown:
    """A decision about her registration: what, from which day, by which article of which version of the rulebook."""

    id: UUID
    kind: ActKind
    effective_on: date
    decided_at: datetime
    article: str
    rulebook: int
    number: str
    role: str
    motive: str


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """She was told that her registration ends on a day, on this ground."""

    id: UUID
    ground: EndGround
    ends_on: date


@dataclass(frozen=True, slots=True)
class QualificationShown:
    """A qualification of which two people of the support organisation saw the proof."""

    ground: str
    ground_nl: str
    ground_en: str
    sector: str
    subject: str
    level: str
    proof: str
    issuer: str
    begin: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class OwnRegistration:
    """All of hers: register number ("" when not registered), since when, appointments, reviews of identity that wait.

    `left`: the act by which she went out of the register and has not come back since; `kept_until`: until when she can.
    `acts`: all decisions, the newest first. `answers_as`: the number of another registration of hers, with another
    account, under which she counts (`number` is "" then); `answered_by`: the numbers that answer as hers.
    `held`: it is first looked into whether she is registered with another account already.
    """

    number: str
    registered_on: date | None
    left: ActShown | None
    kept_until: date | None
    acts: tuple[ActShown, ...]
    appointments: tuple[AppointmentShown, ...]
    reviews: tuple[WaitingReview, ...]
    notices: tuple[NoticeShown, ...]
    qualifications: tuple[QualificationShown, ...]
    answers_as: str = ""
    answered_by: tuple[str, ...] = ()
    held: bool = False

    @property
    def waiting(self) -> int:
        """How many appointments wait for her."""
        return sum(1 for each in self.appointments if each.waits)


def own_registration(viewer: Viewer) -> OwnRegistration:
    """What she sees in a session of her own; raises SignInNeeded or PersonBoundNeeded."""
    account = viewer.person()
    acts = own_acts(account)
    last = next((each for each in acts if each.kind not in BESIDE), None)
    left = last if last and last.kind in ENDING else None
    holds = last if left is None else None
    reviews = Review.objects.filter(account=account, decided_at=None).values_list("employee__board__number", "asked_at")
    answers_as, answered_by = ties_of(account) if acts else ("", ())
    if answers_as:
        left = holds = None
    return OwnRegistration(
        number=holds.number if holds else "",
        registered_on=holds.effective_on if holds else None,
        left=left,
        answers_as=answers_as,
        answered_by=answered_by,
        held=not acts and is_held(account),
        kept_until=dutch_date(left.decided_at + terms_at(left.decided_at).left_registration) if left else None,
        acts=acts,
        appointments=tuple(_appointments(account)),
        reviews=tuple(
            WaitingReview(board, asked_at + terms_at(asked_at).review) for board, asked_at in sorted(reviews)
        ),
        notices=_notices(account),
        qualifications=_qualifications(account),
    )


def _notices(account: UUID) -> tuple[NoticeShown, ...]:
    rows = EndNotice.objects.filter(told_to(account), lifted_at=None, act=None).order_by("ends_on", "id")
    return tuple(NoticeShown(row.id, EndGround(row.ground), row.ends_on) for row in rows)


def _qualifications(account: UUID) -> tuple[QualificationShown, ...]:
    rows = Qualification.objects.filter(account=account, superseded_at=None).order_by("begin", "id")
    return tuple(
        QualificationShown(
            ground=row.ground,
            ground_nl=RULEBOOKS.ground(row.ground).name_nl,
            ground_en=RULEBOOKS.ground(row.ground).name_en,
            sector=row.sector,
            subject=row.subject,
            level=row.level,
            proof=row.proof,
            issuer=row.issuer,
            begin=row.begin,
            recorded_at=row.recorded_at,
        )
        for row in rows
    )


def own_acts(account: UUID) -> tuple[ActShown, ...]:
    """The decisions about the registration of an account, the newest first."""
    rows = Act.objects.filter(registration__account=account).select_related("registration")
    return tuple(
        ActShown(
            id=row.id,
            kind=ActKind(row.kind),
            effective_on=row.effective_on,
            decided_at=row.decided_at,
            article=row.article,
            rulebook=row.rulebook,
            number=str(RegisterNumber(row.registration.number)),
            role=row.role,
            motive=row.motive,
        )
        for row in rows.order_by("-decided_at", "-id")
    )


def own_act(viewer: Viewer, act: UUID) -> ActShown:
    """One decision about her own registration; raises SignInNeeded, PersonBoundNeeded, Absent."""
    found = next((each for each in own_acts(viewer.person()) if each.id == act), None)
    if found is None:
        raise Absent("no such act")
    return found


def _appointments(account: UUID) -> list[AppointmentShown]:
    employees = {row.id: row for row in Employee.objects.filter(account=account).select_related("board")}
    if not employees:
        return []
    rows = list(Appointment.objects.filter(employee_id__in=employees).order_by("begin", "id"))
    answers = _Answers(employees, rows)
    names = board_names([employee.board.number for employee in employees.values()])
    places = locations_named({row.location_code for row in rows})
    shown = []
    for row in rows:
        employee = employees[row.employee_id]
        latest, standing = answers.latest(row), answers.standing(row)
        if latest.withdrawn and standing is None and latest.answer == WAITS:
            # A mistake that she never confirmed is gone; nothing waits for her.
            continue
        location, place = places.get(row.location_code, (row.location_code, ""))
        ground = RULEBOOKS.ground(row.ground)
        shown.append(
            AppointmentShown(
                id=row.id,
                board=employee.board.number,
                board_name=names.get(employee.board.number, ""),
                staff_number=employee.staff_number,
                location_code=row.location_code,
                location=location,
                place=place,
                ground=row.ground,
                ground_nl=ground.name_nl,
                ground_en=ground.name_en,
                qualified=ground.qualified,
                subject=row.subject,
                field=row.field,
                latest=latest,
                standing=standing if latest.answer != CONFIRMED else None,
            )
        )
    return shown


IN_ORDER = ("version__recorded_at", "person_version__recorded_at", "id")
"""Confirmations of an appointment, the last one last: only what was newest could be confirmed, and the order in which
things were recorded never turns. A clock that was ahead may have given an earlier one a later moment."""


class _Answers:
    """What was delivered last about these appointments, and what she said about it."""

    def __init__(self, employees: Collection[UUID], appointments: Sequence[Appointment]) -> None:
        self._people = {
            row.employee_id: row for row in PersonVersion.objects.filter(employee_id__in=employees, superseded_at=None)
        }
        self._latest: dict[UUID, AppointmentVersion] = {}
        for version in AppointmentVersion.objects.filter(appointment__in=appointments, superseded_at=None):
            self._latest[version.appointment_id] = version
        self._confirmed: dict[UUID, Confirmation] = {}
        confirmations = Confirmation.objects.filter(version__appointment__in=appointments, version__set_aside_at=None)
        for row in confirmations.select_related("version", "person_version").order_by(*IN_ORDER):
            self._confirmed[row.version.appointment_id] = row
        self._disputed = {
            row.version_id: row
            for row in Dispute.objects.filter(version__in=self._latest.values()).order_by("disputed_at", "id")
        }

    def latest(self, appointment: Appointment) -> VersionShown:
        """The latest version with her answer.

        A dispute after a confirmation is shown, while the confirmation stands; one from before a change of her name or
        birth date is no answer to that change.
        """
        version, person = self._latest[appointment.id], self._people[appointment.employee_id]
        confirmed, disputed = self._confirmed.get(appointment.id), self._disputed.get(version.id)
        answer, at = WAITS, None
        if version.set_aside_at is not None:
            answer, at = SET_ASIDE, version.set_aside_at
        elif confirmed is not None and (confirmed.version_id, confirmed.person_version_id) == (version.id, person.id):
            answer, at = CONFIRMED, confirmed.confirmed_at
        elif disputed is not None and disputed.disputed_at >= person.recorded_at:
            answer, at = DISPUTED, disputed.disputed_at
        return _shown(version, person, answer, at, disputed.words if disputed else "")

    def standing(self, appointment: Appointment) -> VersionShown | None:
        """What she confirmed last, if anything: it stands until she confirms something else."""
        row = self._confirmed.get(appointment.id)
        return _shown(row.version, row.person_version, CONFIRMED, row.confirmed_at, "") if row else None


def _shown(
    version: AppointmentVersion, person: PersonVersion, answer: str, answered_at: datetime | None, words: str
) -> VersionShown:
    return VersionShown(
        id=version.id,
        person=person.id,
        name=full_name(person.initials, person.prefix, person.family_name),
        birth_date=person.birth_date,
        person_delivered_at=person.recorded_at,
        begin=version.begin,
        last_day=last_day(version.until),
        withdrawn=version.withdrawn,
        delivered_at=version.recorded_at,
        answer=answer,
        answered_at=answered_at,
        words=words,
    )


def subject_ids_of(account: UUID) -> list[UUID]:
    """The ids under which the log may speak of this person: her account, and her files at boards, also those
    that were erased when she objected."""
    files = Employee.objects.filter(account=account).order_by("id").values_list("id", flat=True)
    gone = Objection.objects.filter(account=account).order_by("id").values_list("file", flat=True)
    return list(dict.fromkeys([account, *files, *(file for file in gone if file is not None)]))


def asked_something(account: UUID) -> bool:
    """Whether this account asked for a review of its code, or objected to being delivered."""
    return any(model._default_manager.filter(account=account).exists() for model in (Review, Objection))


def accounts_joined(files: Collection[UUID]) -> dict[UUID, tuple[UUID, datetime]]:
    """Of those ids that are files at boards and joined an account: the account, and since when."""
    found = Employee.objects.filter(pk__in=files).values_list("id", "account", "joined_at")
    return {file: (account, at) for file, account, at in found if account and at}


def waiting_for(viewer: Viewer) -> tuple[int, bool]:
    """How many appointments wait for her, and whether any board's file has joined her account at all."""
    account = viewer.person()
    waiting = sum(1 for each in _appointments(account) if each.waits)
    return waiting, Employee.objects.filter(account=account).exists()
