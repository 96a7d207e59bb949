"""What may never be in the tables of the register, whatever was killed, restored or done twice.

Each rule is one statement whose rows are the findings, so nothing is held in memory. The database itself refuses some
of them; a restored or repaired database is asked all the same.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce

from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.findings import Finding
from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.register import events
from lerarenregister.register.models import (
    Act,
    ActivationCodeIssued,
    AnswersAs,
    Appointment,
    AppointmentVersion,
    BoardName,
    Case,
    CaseStep,
    Confirmation,
    Delivery,
    DeliveryLine,
    Dispute,
    Duplicate,
    Employee,
    InstitutionBoard,
    Location,
    Merge,
    Objection,
    PersonVersion,
    PreRegisterAssignment,
    ProvenPerson,
    Qualification,
    Registration,
    RegistrationPart,
    RegistrationSpell,
    Review,
    WorkMail,
)
from lerarenregister.register.queries.state import DELIVERY_STATES
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.register.rules.acts import ENDING, FIRST, ActKind
from lerarenregister.register.rules.cases import Move

_BATCH = 1_000
_CONCERNING = (
    events.AppointmentConfirmed,
    events.AppointmentDisputed,
    events.CaseAssigned,
    events.NameProven,
    events.CaseMoved,
    events.CaseOpened,
    events.CaseReminded,
    events.CasesConsulted,
    events.CodeIssued,
    events.CodeRedeemed,
    events.DeliveryObjected,
    events.DuplicateDecided,
    events.EndLifted,
    events.EndNoticed,
    events.LettersPrinted,
    events.LineDelivered,
    events.ObjectionWithdrawn,
    events.PeopleConsulted,
    events.PreRegisterEntered,
    events.RegistrationExtended,
    events.RegistrationMade,
    events.RegistrationsMerged,
    events.RegistrationsSplit,
    events.ReportConsulted,
    events.ReviewAsked,
    events.ReviewDecided,
    events.ReviewsConsulted,
)
_Rule = tuple[str, QuerySet[Any, Any]]


def broken_rules() -> Iterator[Finding]:
    """Everything that may never be, in words and ids."""
    for rule, ids in chain(
        _deliveries(), _people(), _institutions(), _answers(), _registrations(), _codes(), _cases(), _merges()
    ):
        for found in ids.iterator(chunk_size=_BATCH):
            yield Finding(rule, str(found))
    for key, number in Registration.objects.values_list("id", "number").iterator(chunk_size=_BATCH):
        if not _is_number(number):
            yield Finding("a register number is none", str(key))


def acts_kept(erased: Mapping[str, int]) -> dict[str, int]:
    """How many of each act there were, by the name of the event that tells of it: the rows that are there, and those
    that `FactsErased` counted (`erased`: its facts, summed)."""
    gone = Counter(erased)
    made = Registration.objects.count() + gone["registrations"]
    by_appointment = made - Act.objects.filter(kind=ActKind.PROVEN).count() - gone["proven_registrations"]
    parts = RegistrationPart.objects.count() + gone["registration_parts"]
    return {
        events.AppointmentConfirmed.name(): Confirmation.objects.count() + gone["confirmations"],
        events.AppointmentDisputed.name(): Dispute.objects.count() + gone["disputes"],
        events.PreRegisterEntered.name(): PreRegisterAssignment.objects.count() + gone["pre_register"],
        events.RegistrationMade.name(): made,
        events.RegistrationExtended.name(): parts - by_appointment,
        events.ReviewAsked.name(): Review.objects.count() + gone["reviews"],
    }


def events_with_subjects() -> list[str]:
    """The names of the events that always concern somebody."""
    return [each.name() for each in _CONCERNING]


def accounts_named() -> Iterator[UUID]:
    """The accounts that rows of the register name, some more than once."""
    named: list[QuerySet[Any, Any]] = [
        Employee.objects.filter(account__isnull=False).values_list("account", flat=True),
        Confirmation.objects.values_list("account", flat=True).distinct(),
        Registration.objects.values_list("account", flat=True),
        PreRegisterAssignment.objects.values_list("account", flat=True).distinct(),
        Review.objects.values_list("account", flat=True).distinct(),
        Dispute.objects.values_list("account", flat=True).distinct(),
        Objection.objects.filter(account__isnull=False).values_list("account", flat=True),
        Case.objects.filter(account__isnull=False).values_list("account", flat=True).distinct(),
        Qualification.objects.values_list("account", flat=True).distinct(),
        ProvenPerson.objects.values_list("account", flat=True).distinct(),
    ]
    return chain.from_iterable(each.iterator(chunk_size=_BATCH) for each in named)


def employees_known(ids: Collection[UUID]) -> set[UUID]:
    """Those of these ids that are an employee's."""
    return set(Employee.objects.filter(pk__in=ids).values_list("id", flat=True))


def _pks(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return rows.order_by("pk").values_list("pk", flat=True)


def _twice(model: type[Model], field: str, **only: Any) -> QuerySet[Any, Any]:
    """The values of a field that more than one row has."""
    rows: QuerySet[Any, Any] = model._default_manager.filter(**only).order_by(field).values(field)
    twice: QuerySet[Any, Any] = rows.annotate(rows=Count("pk")).filter(rows__gt=1).values_list(field, flat=True)
    return twice


def _deliveries() -> Iterator[_Rule]:
    lines = DeliveryLine.objects.filter(delivery=OuterRef("pk"))
    deliveries = Delivery.objects.all()
    delivered = deliveries.filter(state="delivered")
    yield "a delivery has a state that does not exist", _pks(deliveries.exclude(state__in=DELIVERY_STATES))
    yield (
        "a delivery is delivered while lines of it are not",
        _pks(delivered.filter(Exists(lines.filter(passed__lt=2)))),
    )
    yield (
        "a delivery is checked while lines of it are not",
        _pks(deliveries.filter(Exists(lines.filter(passed__lt=1)), state="checked")),
    )
    yield "a refused delivery has staged lines", _pks(deliveries.filter(Exists(lines), state="refused"))
    yield (
        "a delivery came to an end at no moment",
        _pks(deliveries.filter(state__in=("checked", "delivered", "refused"), finished_at=None)),
    )
    counted = DeliveryLine.objects.order_by().values("delivery_id").annotate(rows=Count("pk"))
    received = counted.exclude(delivery__state__in=("receiving", "refused"))
    yield (
        "a delivery has other lines than were received",
        received.exclude(rows=F("delivery__lines")).values_list("delivery_id", flat=True),
    )
    yield (
        "a delivery lost all its lines",
        _pks(deliveries.exclude(state__in=("receiving", "refused")).filter(~Exists(lines), lines__gt=0)),
    )
    yield "a board has two deliveries under way", _twice(Delivery, "board_id", state="delivering")
    source = DeliveryLine.objects.filter(delivery=OuterRef("delivery"), number=OuterRef("line"), passed=2)
    rule = "what was recorded comes from a line that was not delivered"
    yield rule, _pks(PersonVersion.objects.filter(~Exists(source)))
    yield rule, _pks(AppointmentVersion.objects.filter(~Exists(source)))


def _people() -> Iterator[_Rule]:
    yield "an employee has two current versions", _twice(PersonVersion, "employee_id", superseded_at=None)
    yield "an appointment has two current versions", _twice(AppointmentVersion, "appointment_id", superseded_at=None)
    current = PersonVersion.objects.filter(employee=OuterRef("pk"), superseded_at=None)
    yield "an employee has no current version", _pks(Employee.objects.filter(~Exists(current)))
    present = AppointmentVersion.objects.filter(appointment=OuterRef("pk"), superseded_at=None)
    yield "an appointment has no current version", _pks(Appointment.objects.filter(~Exists(present)))
    yield (
        "a version says another series or begin than its appointment",
        _pks(AppointmentVersion.objects.exclude(series=F("appointment__series"), begin=F("appointment__begin"))),
    )
    for model, of in ((PersonVersion, "employee"), (AppointmentVersion, "appointment")):
        rows = model._default_manager.filter(superseded_at__isnull=False)
        following = model._default_manager.filter(**{of: OuterRef(of)}, recorded_at=OuterRef("superseded_at"))
        yield "a version was superseded by nothing", _pks(rows.filter(~Exists(following.exclude(pk=OuterRef("pk")))))
        yield "a version ended before it was recorded", _pks(rows.filter(superseded_at__lt=F("recorded_at")))
    yield (
        "two appointments of one series hold on one day",
        _overlapping(AppointmentVersion.objects.filter(withdrawn=False), "series"),
    )
    yield (
        "an employee has an account and no moment of joining, or the reverse",
        _pks(
            Employee.objects.exclude(
                Q(account=None, joined_at=None) | Q(account__isnull=False, joined_at__isnull=False)
            )
        ),
    )


def _institutions() -> Iterator[_Rule]:
    for model, key in ((BoardName, "board_id"), (InstitutionBoard, "brin"), (Location, "code")):
        yield f"two rows of one {model.__name__} hold on one day", _overlapping(model._default_manager.all(), key)


def _overlapping(rows: QuerySet[Any, Any], key: str) -> QuerySet[Any, Any]:
    """Current rows that hold on a day on which an earlier row of the same key holds."""
    others = rows.filter(**{key: OuterRef(key)}, superseded_at=None, pk__lt=OuterRef("pk"))
    others = others.filter(Q(until=None) | Q(until__gt=OuterRef("begin")))
    before_end = others.filter(begin__lt=OuterRef("until"))
    current = rows.filter(superseded_at=None)
    return _pks(current.filter(Q(Exists(others), until=None) | Q(Exists(before_end), until__isnull=False)))


def _answers() -> Iterator[_Rule]:
    confirmations = Confirmation.objects.all()
    hers = Q(version__appointment__employee__account=F("account"))
    yield "somebody confirmed a version of another's", _pks(confirmations.exclude(hers))
    yield "somebody disputed a version of another's", _pks(Dispute.objects.exclude(hers))
    yield (
        "a confirmation holds personal facts of another file",
        _pks(confirmations.exclude(person_version__employee=F("version__appointment__employee"))),
    )
    of_appointment = OuterRef("version__appointment")
    another = Q(other__account__isnull=False) & ~Q(one__account=F("other__account")) | Q(other_account__isnull=False)
    asked = Duplicate.of_account(OuterRef("account")).filter(another, same=None, one__account__isnull=False)
    qualified = [code for book in RULEBOOKS.all for code, ground in book.grounds.items() if ground.qualified]
    of_ground = Q(version__appointment__ground__in=qualified)
    held = Q(of_ground & Exists(asked) & ~Exists(Registration.objects.filter(account=OuterRef("account"))))
    yield (
        "a confirmed appointment had no effect",
        _pks(
            confirmations.filter(
                ~Exists(RegistrationPart.objects.filter(appointment=of_appointment)),
                ~Exists(PreRegisterAssignment.objects.filter(appointment=of_appointment)),
                ~held,
                version__withdrawn=False,
            )
        ),
    )

    answered = confirmations.filter(version__appointment=OuterRef("pk"))
    objected = Objection.objects.filter(file=OuterRef("employee"), withdrawn_at=None)
    yield (
        "an appointment that she did not confirm is kept while she objects",
        _pks(Appointment.objects.filter(Exists(objected), ~Exists(answered))),
    )


def _registrations() -> Iterator[_Rule]:
    yield "an account has two registrations", _twice(Registration, "account")
    for number in Registration.objects.values("number").annotate(rows=Count("pk")).filter(rows__gt=1).values("number"):
        yield "a register number was given twice", _pks(Registration.objects.filter(number=number["number"]))
    parts = RegistrationPart.objects.filter(registration=OuterRef("pk"))
    proven = Qualification.objects.filter(account=OuterRef("account"))
    yield "a registration has no part", _pks(Registration.objects.filter(~Exists(parts), ~Exists(proven)))
    registered = Registration.objects.values("account")
    yield (
        "a qualification is of an account without a registration",
        _pks(Qualification.objects.exclude(account__in=registered)),
    )
    yield (
        "a proven name is of an account without a registration",
        _pks(ProvenPerson.objects.exclude(account__in=registered)),
    )
    acts = Act.objects.filter(registration=OuterRef("pk"))
    yield (
        "a registration came about by no act",
        _pks(Registration.objects.filter(~Exists(acts.filter(kind__in=FIRST)))),
    )
    holding = RegistrationSpell.objects.filter(superseded_at=None, until=None)
    yield (
        "a registration holds in two spells",
        _twice(RegistrationSpell, "registration_id", superseded_at=None, until=None),
    )
    yield "a registration holds by an act that ended it", _pks(holding.filter(act__kind__in=ENDING))
    for model, account in ((RegistrationPart, "registration__account"), (PreRegisterAssignment, "account")):
        rows = model._default_manager.all()
        name = model.__name__
        confirmed = Confirmation.objects.filter(version__appointment=OuterRef("appointment"), account=OuterRef(account))
        yield f"a {name} was confirmed by nobody", _pks(rows.filter(~Exists(confirmed)))
        yield f"a {name} is of another account", _pks(rows.exclude(appointment__employee__account=F(account)))
        yield f"an appointment made two of {name}", _twice(model, "appointment_id")
    both = PreRegisterAssignment.objects.filter(appointment=OuterRef("appointment"))
    yield "an appointment is in register and pre-register", _pks(RegistrationPart.objects.filter(Exists(both)))


def _merges() -> Iterator[_Rule]:
    merges, roots = Merge.objects.filter(undone_at=None), AnswersAs.objects.filter(superseded_at=None)
    answers = roots.filter(registration=OuterRef("registration"))
    yield "a registration was merged and counts for itself", _pks(merges.filter(~Exists(answers)))
    merged = merges.filter(registration=OuterRef("registration"))
    yield "a registration counts under another without a merge", _pks(roots.filter(~Exists(merged)))
    yield (
        "a registration counts under one that counts under another",
        _pks(roots.filter(Exists(roots.filter(registration=OuterRef("root"))))),
    )
    yield "a merge was undone before it was made", _pks(Merge.objects.filter(undone_at__lt=F("made_at")))
    pairs = Duplicate.objects.all()
    whole = Q(same=None, decided_at=None) | Q(same__isnull=False, decided_at__isnull=False)
    yield "a pair was decided halfway", _pks(pairs.exclude(whole))
    yield (
        "a pair waits without an open case",
        _pks(pairs.filter(same=None).exclude(case__closed_at=None, case__isnull=False)),
    )
    one, other = _standing_as("one__account"), Coalesce(_standing_as("other__account"), _standing_as("other_account"))
    apart = pairs.annotate(root=one, other_root=other).filter(same=True).exclude(root=F("other_root"))
    yield (
        "two who were found to be one stand each for itself",
        _pks(apart.exclude(Q(root=None) | Q(other_root=None))),
    )
    proven = ProvenPerson.objects.filter(account=OuterRef("other_account"))
    yield (
        "a pair compares with a proof that is gone",
        _pks(pairs.filter(~Exists(proven), other_account__isnull=False)),
    )


def _standing_as(account: str) -> Subquery:
    """The registration under which the account at this path counts now."""
    answers = AnswersAs.objects.filter(registration=OuterRef("pk"), superseded_at=None)
    stands = Coalesce(Subquery(answers.values("root")[:1]), F("pk"), output_field=UUIDField())
    rows = Registration.objects.annotate(stands=stands)
    return Subquery(rows.filter(account=OuterRef(account)).values("stands")[:1])


def _codes() -> Iterator[_Rule]:
    codes, live = ActivationCodeIssued.objects.all(), {"voided_at": None, "redeemed_at": None}
    yield "a code of a joined employee still works", _pks(codes.filter(employee__account__isnull=False, **live))
    yield "an employee has two codes that work", _twice(ActivationCodeIssued, "employee_id", **live)
    yield (
        "a code was redeemed by nobody, or at no moment",
        _pks(
            codes.exclude(
                Q(redeemed_at=None, redeemed_by=None) | Q(redeemed_at__isnull=False, redeemed_by__isnull=False)
            )
        ),
    )
    redeemed = codes.filter(employee=OuterRef("pk"), redeemed_by=OuterRef("account"))
    yield (
        "a file joined an account that redeemed no code",
        _pks(Employee.objects.filter(~Exists(redeemed), account__isnull=False)),
    )
    yield (
        "the work address of a joined employee is kept",
        _pks(WorkMail.objects.filter(employee__account__isnull=False).exclude(address="")),
    )
    yield "an employee has two open reviews", _twice(Review, "employee_id", decided_at=None)
    yield (
        "a review was decided halfway",
        _pks(
            Review.objects.exclude(
                Q(decided_at=None, accepted=None) | Q(decided_at__isnull=False, accepted__isnull=False)
            )
        ),
    )


def _cases() -> Iterator[_Rule]:
    cases, steps = Case.objects.all(), CaseStep.objects.filter(case=OuterRef("pk"))
    yield "a case did not begin", _pks(cases.filter(~Exists(steps.filter(number=1, move=Move.OPENED))))
    yield "an open case has no last day", _pks(cases.filter(closed_at=None, due_on=None))
    yield "a case is closed halfway", _pks(cases.exclude(Q(turn="", outcome__gt="") | Q(turn__gt="", outcome="")))
    missing = CaseStep.objects.filter(case=OuterRef("case"), number=OuterRef("number") - 1)
    yield "a step of a case is missing", _pks(CaseStep.objects.filter(~Exists(missing), number__gt=1))
    of_another = cases.filter(account__isnull=False, employee__account__isnull=False)
    yield "a case is of another account than the file", _pks(of_another.exclude(account=F("employee__account")))


def _is_number(number: str) -> bool:
    try:
        return RegisterNumber.parse(number).value == number
    except Invalid:
        return False
