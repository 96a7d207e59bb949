"""The only readers of the register. They return frozen values."""

from lerarenregister.register.queries.burden import BurdenShown, burden_of_all, burden_of_board
from lerarenregister.register.queries.calendar import (
    BoardCalendar,
    LatePage,
    calendar_of_board,
    contact_address,
    late_boards,
)
from lerarenregister.register.queries.cases import (
    CaseShown,
    StepShown,
    asks_her,
    case_of_proposal,
    desk_case,
    desk_cases,
    kind_of_question,
    own_case,
    own_cases,
    questions_to,
    questions_waiting,
    to_correct,
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
from lerarenregister.register.queries.extract import Extract, extract_of
from lerarenregister.register.queries.figures import DayPublished, figures_published
from lerarenregister.register.queries.institutions import SchoolShown, schools_called
from lerarenregister.register.queries.invariants import (
    accounts_named,
    acts_kept,
    broken_rules,
    employees_known,
    events_with_subjects,
)
from lerarenregister.register.queries.letters import board_names, locations_named
from lerarenregister.register.queries.mending import LineToMend, MendPage, lines_to_mend
from lerarenregister.register.queries.merging import MergeShown, Side, Sides, merges_standing, sides_of
from lerarenregister.register.queries.names import PersonKnown, own_name
from lerarenregister.register.queries.news import News, news_since
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
    OwnRegistration,
    accounts_joined,
    asked_something,
    own_act,
    own_registration,
    subject_ids_of,
    waiting_for,
)
from lerarenregister.register.queries.people import PersonPage, people_without_account
from lerarenregister.register.queries.queues import Besides, Queue, besides, queues
from lerarenregister.register.queries.reviews import ReviewShown, reviews_waiting
from lerarenregister.register.queries.transfers import TransferShown, transfers
from lerarenregister.register.queries.twice import DeliveredTwice, delivered_twice
from lerarenregister.register.queries.views import Desked, PeopleThen, desk_views, own_view, people_then

__all__ = [
    "ActShown",
    "AppointmentDelivered",
    "AppointmentShown",
    "Besides",
    "BoardCalendar",
    "BoardShown",
    "BurdenShown",
    "CaseShown",
    "Counts",
    "DayPublished",
    "DeliveredTwice",
    "DeliveryShown",
    "Desked",
    "Extract",
    "FileShown",
    "LatePage",
    "LinePage",
    "LineShown",
    "LineToMend",
    "MendPage",
    "MergeShown",
    "News",
    "ObjectionShown",
    "Objections",
    "OwnRegistration",
    "PeopleThen",
    "PersonDelivered",
    "PersonKnown",
    "PersonPage",
    "PlaceOfBoard",
    "Queue",
    "ReviewShown",
    "SchoolShown",
    "Side",
    "Sides",
    "StepShown",
    "TransferShown",
    "accounts_joined",
    "accounts_named",
    "acts_kept",
    "asked_something",
    "asks_her",
    "besides",
    "board_names",
    "board_shown",
    "broken_rules",
    "burden_of_all",
    "burden_of_board",
    "calendar_of_board",
    "case_of_proposal",
    "contact_address",
    "counts",
    "delivered_twice",
    "deliveries_of",
    "delivery_shown",
    "desk_case",
    "desk_cases",
    "desk_views",
    "employees_known",
    "events_with_subjects",
    "extract_of",
    "figures_published",
    "file_to_object_to",
    "kind_of_question",
    "late_boards",
    "lines_of",
    "lines_to_mend",
    "locations_named",
    "merges_standing",
    "news_since",
    "objections_of",
    "own_act",
    "own_case",
    "own_cases",
    "own_name",
    "own_registration",
    "own_view",
    "people_then",
    "people_without_account",
    "person_delivered",
    "places_of_board",
    "questions_to",
    "questions_waiting",
    "queues",
    "report_rows",
    "reviews_waiting",
    "schools_called",
    "sides_of",
    "subject_ids_of",
    "to_correct",
    "transfers",
    "unfinished",
    "waiting_for",
]
