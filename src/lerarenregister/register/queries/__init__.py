"""The only readers of the register. They return frozen values."""

from lerarenregister.register.queries.calendar import (
    BoardCalendar,
    LatePage,
    calendar_of_board,
    contact_address,
    late_boards,
)
from lerarenregister.register.queries.counts import Counts, counts
from lerarenregister.register.queries.delivered import (
    AppointmentDelivered,
    PersonDelivered,
    PlaceOfBoard,
    person_delivered,
    places_of_board,
)
from lerarenregister.register.queries.deliveries import (
    BoardShown,
    DeliveryShown,
    LinePage,
    LineShown,
    board_shown,
    deliveries_of,
    delivery_shown,
    lines_of,
    report_rows,
    unfinished,
)
from lerarenregister.register.queries.invariants import (
    accounts_named,
    acts_kept,
    broken_rules,
    employees_known,
    events_with_subjects,
)
from lerarenregister.register.queries.letters import board_names
from lerarenregister.register.queries.mending import LineToMend, MendPage, lines_to_mend
from lerarenregister.register.queries.objections import (
    FileShown,
    Objections,
    ObjectionShown,
    file_to_object_to,
    objections_of,
)
from lerarenregister.register.queries.own import (
    ActShown,
    AppointmentShown,
    Extract,
    OwnRegistration,
    accounts_joined,
    asked_something,
    extract_of,
    own_act,
    own_registration,
    subject_ids_of,
    waiting_for,
)
from lerarenregister.register.queries.people import PersonPage, people_without_account
from lerarenregister.register.queries.reviews import ReviewShown, reviews_waiting

__all__ = [
    "ActShown",
    "AppointmentDelivered",
    "AppointmentShown",
    "BoardCalendar",
    "BoardShown",
    "Counts",
    "DeliveryShown",
    "Extract",
    "FileShown",
    "LatePage",
    "LinePage",
    "LineShown",
    "LineToMend",
    "MendPage",
    "ObjectionShown",
    "Objections",
    "OwnRegistration",
    "PersonDelivered",
    "PersonPage",
    "PlaceOfBoard",
    "ReviewShown",
    "accounts_joined",
    "accounts_named",
    "acts_kept",
    "asked_something",
    "board_names",
    "board_shown",
    "broken_rules",
    "calendar_of_board",
    "contact_address",
    "counts",
    "deliveries_of",
    "delivery_shown",
    "employees_known",
    "events_with_subjects",
    "extract_of",
    "file_to_object_to",
    "late_boards",
    "lines_of",
    "lines_to_mend",
    "objections_of",
    "own_act",
    "own_registration",
    "people_without_account",
    "person_delivered",
    "places_of_board",
    "report_rows",
    "reviews_waiting",
    "subject_ids_of",
    "unfinished",
    "waiting_for",
]
