"""What happens in the register, in the past tense. Facts name rows by opaque ids; no names or dates of persons."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lerarenregister.audit.events import Consultation, Event
from lerarenregister.register.events.deciding import (
    CaseAssigned,
    CaseMoved,
    CaseOpened,
    CaseReminded,
    CasesConsulted,
    CasesForgotten,
    DuplicateDecided,
    EndLifted,
    EndNoticed,
    NameProven,
    RegistrationExtended,
    RegistrationLeft,
    RegistrationMade,
    RegistrationRestored,
    RegistrationsMerged,
    RegistrationsSplit,
    RegistrationStopped,
)
from lerarenregister.register.events.delivering import (
    DeliverersForgotten,
    DeliveryBegun,
    DeliveryFinished,
    DeliveryReceived,
    DeliveryRefused,
    InstitutionsImported,
    LineDelivered,
    LineMended,
    ReceptionClosed,
    StagingErased,
)

__all__ = [
    "AppointmentConfirmed",
    "AppointmentDisputed",
    "BoardContactChanged",
    "BoardMailCameBack",
    "BoardStated",
    "BoardsReminded",
    "BurdenPublished",
    "CaseAssigned",
    "CaseMoved",
    "CaseOpened",
    "CaseReminded",
    "CasesConsulted",
    "CasesForgotten",
    "ClaimsErased",
    "CodeIssued",
    "CodeRedeemed",
    "CodesExpired",
    "DecidersForgotten",
    "DeliverersForgotten",
    "DeliveryBegun",
    "DeliveryFinished",
    "DeliveryObjected",
    "DeliveryReceived",
    "DeliveryRefused",
    "DuplicateDecided",
    "EndLifted",
    "EndNoticed",
    "FactsErased",
    "FiguresPublished",
    "InstitutionsImported",
    "LettersPrinted",
    "LineDelivered",
    "LineMended",
    "NameProven",
    "ObjectionWithdrawn",
    "ObjectionsExpired",
    "PeopleConsulted",
    "PreRegisterEntered",
    "ReceptionClosed",
    "RegistrationEnded",
    "RegistrationExtended",
    "RegistrationLeft",
    "RegistrationMade",
    "RegistrationRestored",
    "RegistrationStopped",
    "RegistrationsMerged",
    "RegistrationsSplit",
    "ReportConsulted",
    "ReviewAsked",
    "ReviewDecided",
    "ReviewsConsulted",
    "StagingErased",
    "TriesForgotten",
    "WorkAddressesErased",
]


@dataclass(frozen=True, slots=True)
class BoardStated(Event):
    """A board said that nothing changed, or that it went through all of its people."""

    board: str
    kind: str


@dataclass(frozen=True, slots=True)
class BoardContactChanged(Event):
    """A manager gave the address at which the board is reminded, or took it away."""

    board: str
    given: bool


@dataclass(frozen=True, slots=True)
class BoardMailCameBack(Event):
    """Mail to where a board is reminded came back: it gets none any more."""

    board: str


@dataclass(frozen=True, slots=True)
class BoardsReminded(Event):
    """A reminder to a board was put in the outbox."""

    board: str


@dataclass(frozen=True, slots=True)
class FiguresPublished(Event):
    """The figures of a reference day were published; a later revision corrects them."""

    on: date
    revision: int


@dataclass(frozen=True, slots=True)
class BurdenPublished(Event):
    """What delivering cost all boards together was published."""

    on: date


@dataclass(frozen=True, slots=True)
class CodesExpired(Event):
    """Activation codes that had had their term are void."""

    codes: int


@dataclass(frozen=True, slots=True)
class ClaimsErased(Event):
    """What a sign-in said of somebody's name and birth date in reviews was erased, its term after they were decided."""

    reviews: int


@dataclass(frozen=True, slots=True)
class TriesForgotten(Event):
    """Vain tries of codes were forgotten after a day."""

    tries: int


@dataclass(frozen=True, slots=True)
class WorkAddressesErased(Event):
    """Work addresses were erased: the mail was sent, will never arrive, or the term was over."""

    addresses: int


@dataclass(frozen=True, slots=True)
class CodeIssued(Event):
    """An activation code was issued; an older one is void."""

    board: str
    channel: str


@dataclass(frozen=True, slots=True)
class CodeRedeemed(Event):
    """A code was redeemed and the name and birth date were those of the sign-in: her file joined her account."""

    board: str
    account: UUID


@dataclass(frozen=True, slots=True)
class ReviewAsked(Event):
    """A code was redeemed while name or birth date differ: a review waits."""

    board: str
    review: UUID
    account: UUID


@dataclass(frozen=True, slots=True)
class ReviewDecided(Event):
    """Support decided a review."""

    review: UUID
    accepted: bool
    account: UUID


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed(Event):
    """She confirmed a version of an appointment, with the version of her name and birth date beside it."""

    appointment: UUID
    version: UUID
    person_version: UUID


@dataclass(frozen=True, slots=True)
class AppointmentDisputed(Event):
    """She said that something is wrong in a version of an appointment."""

    appointment: UUID
    version: UUID
    dispute: UUID


@dataclass(frozen=True, slots=True)
class PreRegisterEntered(Event):
    """A confirmed appointment with an unqualified ground entered the pre-register."""

    appointment: UUID


@dataclass(frozen=True, slots=True)
class DeliveryObjected(Event):
    """She objected to being delivered by a board: what she did not confirm is erased, and its lines are refused."""

    board: str
    objection: UUID


@dataclass(frozen=True, slots=True)
class ObjectionWithdrawn(Event):
    """She withdrew an objection: the board may deliver her again."""

    board: str
    objection: UUID


@dataclass(frozen=True, slots=True)
class FactsErased(Event):
    """What was delivered of somebody, or followed from it, was erased: on her request, or since nobody confirmed it.
    `proven_registrations` are those of `registrations` that came about by a proof, and not by an appointment."""

    personal_facts: int
    appointments: int
    versions: int
    confirmations: int
    disputes: int
    reviews: int
    registrations: int
    proven_registrations: int
    registration_parts: int
    pre_register: int


@dataclass(frozen=True, slots=True)
class RegistrationEnded(Event):
    """A registration ended, on a ground; not whose. Its number is never given again."""

    ground: str


@dataclass(frozen=True, slots=True)
class ObjectionsExpired(Event):
    """Objections of closed accounts had their term, and are gone."""

    objections: int


@dataclass(frozen=True, slots=True)
class DecidersForgotten(Event):
    """Who decided so many reviews had its term; what was decided, and when, stays. Codes that were used and joined no
    file to who used them are gone."""

    reviews: int
    codes: int


@dataclass(frozen=True, slots=True)
class PeopleConsulted(Consultation):
    """Board staff looked at people whom their own board delivered."""

    board: str


@dataclass(frozen=True, slots=True)
class ReportConsulted(Consultation):
    """Board staff looked at the report of a delivery of their own board, or took it as a file."""

    board: str
    delivery: UUID


@dataclass(frozen=True, slots=True)
class LettersPrinted(Consultation):
    """Letters with codes were printed."""

    board: str
    letters: int


@dataclass(frozen=True, slots=True)
class ReviewsConsulted(Consultation):
    """Support looked at reviews of identity."""

    reviews: int


@dataclass(frozen=True, slots=True)
class TransferProposed(Event):
    """Somebody of the support organisation proposed that schools go to another board."""

    transfer: UUID
    giving: str
    taking: str
    brins: list[str]
    on: date


@dataclass(frozen=True, slots=True)
class TransferAgreed(Event):
    """A second person agreed that schools go to another board."""

    transfer: UUID
    giving: str
    taking: str


@dataclass(frozen=True, slots=True)
class TransferWithdrawn(Event):
    """A proposal to which nobody agreed was taken back."""

    transfer: UUID
    giving: str
    taking: str


@dataclass(frozen=True, slots=True)
class TransferNumbered(Event):
    """People whose staff number was taken at the other board got another one."""

    transfer: UUID
    numbers: int


@dataclass(frozen=True, slots=True)
class TransferDone(Event):
    """All who go along with their school went."""

    transfer: UUID
    giving: str
    taking: str
    moved: int
    staying: int


@dataclass(frozen=True, slots=True)
class TransferConsulted(Consultation):
    """Somebody of the support organisation looked at staff numbers that are taken at the other board."""


@dataclass(frozen=True, slots=True)
class FileMoved(Event):
    """Her file went along with her school to another board."""

    giving: str
    taking: str
    on: date
