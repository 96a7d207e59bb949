"""What becomes of the lines about one employee. Pure, and the same for every order of the lines in the file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from lerarenregister.register.rules.claims import AppointmentKey, Claim, End, PersonFacts, Refusal, claim_of
from lerarenregister.register.rules.columns import Column
from lerarenregister.register.rules.grounds import Ground
from lerarenregister.register.rules.places import Places
from lerarenregister.register.rules.reasons import Outcome, Reason

MOST_LINES_OF_ONE = 2_000


class AppointmentState(NamedTuple):
    """What is known of an appointment besides its identity; `until` is half-open."""

    until: date | None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an employee: nothing yet when `person` is None. `decide` takes a copy of the appointments.
    `objected`: she objects to being delivered by this board."""

    person: PersonFacts | None = None
    appointments: Mapping[AppointmentKey, AppointmentState] = field(default_factory=dict)
    objected: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for the whole delivery: whose it is, the Dutch date on which it was received, and the tables."""

    board: str
    on: date
    places: Places
    grounds: Mapping[str, Ground]


class Decision(NamedTuple):
    """What becomes of a line. `key` and `state` are given when the appointment is new or changes, `person` when her
    facts are new or change, `work_mail` when the line was not refused and gave one."""

    number: int
    outcome: Outcome
    column: str = ""
    reason: str = ""
    key: AppointmentKey | None = None
    state: AppointmentState | None = None
    person: PersonFacts | None = None
    work_mail: str = ""


def decide(lines: Sequence[tuple[int, str]], *, known: Known, given: Circumstances) -> list[Decision]:
    """Decide on all lines (number, staged values) of one staff number in a file.

    Withdrawals go first, then by begin: the order in the file does not matter. Lines that contradict each other are all
    refused, for nobody knows which one is right.
    """
    if len(lines) > MOST_LINES_OF_ONE:
        return [_refused(number, Column.STAFF_NUMBER, Reason.TOO_MANY_LINES) for number, _ in lines]
    if known.objected:
        return [_refused(number, Column.STAFF_NUMBER, Reason.NOT_TAKEN) for number, _ in lines]
    decisions: list[Decision] = []
    claims: list[Claim] = []
    for number, values in lines:
        said = claim_of(
            number, values, board=given.board, boards=given.places.board_numbers, grounds=given.grounds, on=given.on
        )
        if isinstance(said, Refusal):
            decisions.append(_refused(*said))
        else:
            claims.append(said)
    agreeing, contradicting = _agreeing(claims)
    decisions += contradicting
    person, states = known.person, dict(known.appointments)
    for claim in sorted(agreeing, key=lambda each: (each.withdrawn is not True, each.key.begin, each.number)):
        decision = _decision(claim, person, states, given)
        if decision.outcome is not Outcome.REFUSED:
            person = claim.person
            if decision.state is not None:
                states[claim.key] = decision.state
        decisions.append(decision)
    return decisions


def _refused(number: int, column: str, reason: Reason) -> Decision:
    return Decision(number, Outcome.REFUSED, column, reason)


def _agreeing(claims: Sequence[Claim]) -> tuple[list[Claim], list[Decision]]:
    """The claims that agree with each other, and decisions to refuse the others."""
    if len(claims) < 2:
        return list(claims), []
    first = claims[0].person
    for place, column in enumerate((Column.FAMILY_NAME, Column.PREFIX, Column.INITIALS, Column.BIRTH_DATE)):
        if any(claim.person[place] != first[place] for claim in claims):
            return [], [_refused(claim.number, column, Reason.PERSON_DIFFERS) for claim in claims]
    said: dict[AppointmentKey, set[tuple[date | End, bool | None]]] = defaultdict(set)
    for claim in claims:
        said[claim.key].add((claim.until, claim.withdrawn))
    refused = [_refused(claim.number, Column.END, Reason.LINES_DIFFER) for claim in claims if len(said[claim.key]) > 1]
    return [claim for claim in claims if len(said[claim.key]) == 1], refused


def _decision(
    claim: Claim,
    person: PersonFacts | None,
    states: Mapping[AppointmentKey, AppointmentState],
    given: Circumstances,
) -> Decision:
    before = states.get(claim.key)
    if claim.withdrawn:
        if before is None:
            return _refused(claim.number, Column.WITHDRAWN, Reason.NOT_KNOWN)
        after = AppointmentState(before.until, withdrawn=True)
    else:
        wrong = _place_wrong(claim, given)
        if wrong is not None:
            return wrong
        if before is not None and before.withdrawn and claim.withdrawn is None:
            return _refused(claim.number, Column.WITHDRAWN, Reason.WITHDRAWN)
        after = AppointmentState(_until(claim, before))
        if _overlaps(claim.key, after.until, states):
            return _refused(claim.number, Column.BEGIN, Reason.OVERLAP)
    new_facts = claim.person if claim.person != person else None
    if after == before and new_facts is None:
        return Decision(claim.number, Outcome.UNCHANGED, work_mail=claim.work_mail)
    return Decision(
        claim.number,
        Outcome.ACCEPTED if before is None else Outcome.CHANGED,
        key=claim.key,
        state=after if after != before else None,
        person=new_facts,
        work_mail=claim.work_mail,
    )


def _until(claim: Claim, before: AppointmentState | None) -> date | None:
    if claim.until is End.SILENT:
        return before.until if before else None
    return None if isinstance(claim.until, End) else claim.until


def _place_wrong(claim: Claim, given: Circumstances) -> Decision | None:
    """The refusal when the location is not the board's on the day of delivery, or on an earlier last day."""
    day = given.on
    if isinstance(claim.until, date):
        day = min(day, claim.until - timedelta(days=1))
    code, places = claim.key.location_code, given.places
    board = places.board_of(code[:4], day)
    if board is None:
        return _refused(claim.number, Column.BRIN, Reason.BRIN_UNKNOWN)
    if board != given.board:
        return _refused(claim.number, Column.BRIN, Reason.BRIN_OTHER_BOARD)
    sector = places.sector_of(code, day)
    if sector is None:
        return _refused(claim.number, Column.LOCATION, Reason.LOCATION_UNKNOWN)
    if sector not in given.grounds[claim.key.ground].sectors:
        return _refused(claim.number, Column.GROUND, Reason.GROUND_SECTOR)
    return None


def _overlaps(key: AppointmentKey, until: date | None, states: Mapping[AppointmentKey, AppointmentState]) -> bool:
    others: Iterable[tuple[AppointmentKey, AppointmentState]] = states.items()
    return any(
        (other.until is None or other.until > key.begin) and (until is None or until > other_key.begin)
        for other_key, other in others
        if other_key != key and not other.withdrawn and other_key[:4] == key[:4]
    )
