"""The tables of the register, by subject."""

from lerarenregister.register.models.activation import ActivationCodeIssued, ActivationTry, Review, WorkMail
from lerarenregister.register.models.acts import Act, EndNotice, RegistrationSpell
from lerarenregister.register.models.calendar import BoardContact, BoardStatement, BurdenOfAll
from lerarenregister.register.models.cases import Case, CaseStep, ProvenPerson, Qualification
from lerarenregister.register.models.deliveries import Delivery, DeliveryLine
from lerarenregister.register.models.figures import PublishedCount
from lerarenregister.register.models.institutions import Board, BoardName, InstitutionBoard, Location
from lerarenregister.register.models.merging import AnswersAs, Duplicate, Merge
from lerarenregister.register.models.objections import Objection
from lerarenregister.register.models.people import Appointment, AppointmentVersion, Employee, PersonVersion
from lerarenregister.register.models.registrations import (
    Confirmation,
    Dispute,
    NumberEnded,
    PreRegisterAssignment,
    Registration,
    RegistrationPart,
)
from lerarenregister.register.models.transfers import FileMove, Transfer

__all__ = [
    "Act",
    "ActivationCodeIssued",
    "ActivationTry",
    "AnswersAs",
    "Appointment",
    "AppointmentVersion",
    "Board",
    "BoardContact",
    "BoardName",
    "BoardStatement",
    "BurdenOfAll",
    "Case",
    "CaseStep",
    "Confirmation",
    "Delivery",
    "DeliveryLine",
    "Dispute",
    "Duplicate",
    "Employee",
    "EndNotice",
    "FileMove",
    "InstitutionBoard",
    "Location",
    "Merge",
    "NumberEnded",
    "Objection",
    "PersonVersion",
    "PreRegisterAssignment",
    "ProvenPerson",
    "PublishedCount",
    "Qualification",
    "Registration",
    "RegistrationPart",
    "RegistrationSpell",
    "Review",
    "Transfer",
    "WorkMail",
]
