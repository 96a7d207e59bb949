"""Cases: something that is asked, answered and decided, with a clock. Pure.

A case is somebody's turn until she moves it or the term of the rulebook passes; then it goes on by itself. What the
support organisation decides is proposed by one person and agreed to by another (rulebook, chapter 7).
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from lerarenregister.register.rules.rulebooks import Terms


class CaseKind(enum.StrEnum):
    """What it is about."""

    DISPUTE = "dispute"
    """Something that a board delivered about her is wrong, she says."""
    REQUEST = "request"
    """She asks to be registered: the board that she names answers, or the support organisation sees her proof."""
    DEATH = "death"
    """A board reports that somebody died."""
    DUPLICATE = "duplicate"
    """Two files may be of one person: granted when they are."""
    SPLIT = "split"
    """Two registrations were taken for one person's: granted when that is undone."""
    NAME = "name"
    """Her name or birth date is another than the register knows, she says: the support organisation sees her proof."""


class Turn(enum.StrEnum):
    """Who is to do something."""

    BOARD = "board"
    PERSON = "person"
    DESK = "desk"
    SECOND = "second"
    """Another person of the support organisation, who agrees or sends it back."""
    NOBODY = ""
    """It is closed."""


class Move(enum.StrEnum):
    """What somebody did. The last two are done by the clock."""

    OPENED = "opened"
    ADDED = "added"
    DONE = "done"
    KEPT = "kept"
    CONTENT = "content"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    PROPOSED = "proposed"
    SENT_BACK = "sent-back"
    AGREED = "agreed"
    PASSED_ON = "passed-on"
    LAPSED = "lapsed"


class Outcome(enum.StrEnum):
    """How it ended; the first two are also what is proposed."""

    GRANTED = "granted"
    REJECTED = "rejected"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


MOST_ROUNDS = 2
"""How often is decided: once, and once more after she objected."""

OF_HERS = frozenset({CaseKind.DISPUTE, CaseKind.REQUEST, CaseKind.NAME})
"""What she asks herself, and can take back."""

BY_PROOF = frozenset({CaseKind.REQUEST, CaseKind.NAME})
"""What is granted on a proof that was seen. It takes effect when she confirms what was seen."""


class NotNow(ValueError):
    """This can not be done to the case as it stands: it was somebody else's turn, or it is closed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case is: whose turn, until which day (the last one in time), how often it was decided.

    `proposed` is what was proposed and waits for a second person; `outcome` how it ended, once it is closed.
    """

    kind: CaseKind
    turn: Turn
    due_on: date | None
    rounds: int = 0
    proposed: Outcome | None = None
    outcome: Outcome | None = None

    def late(self, today: date) -> bool:
        """Whether the last day in time has passed."""
        return self.due_on is not None and today > self.due_on

    def days_left(self, today: date) -> int:
        """How many days are left, today not counted; less than nothing when it is late."""
        return (self.due_on - today).days if self.due_on else 0


def opened(kind: CaseKind, *, on: date, terms: Terms, board: bool) -> Standing:
    """A case on its first day. `board`: whether a board answers first; what she did not ask herself goes to the support
    organisation."""
    if not board or kind not in OF_HERS:
        return Standing(kind, Turn.DESK, on + terms.case_desk)
    return Standing(kind, Turn.BOARD, on + terms.case_board)


def moved(now: Standing, move: Move, *, on: date, terms: Terms, proposed: Outcome | None = None) -> Standing:
    """The case after this move on this day. Raises NotNow when it can not be made.

    `proposed` goes with PROPOSED. The term of a turn is that of the rulebook on the day on which the turn began.
    """
    if now.turn is Turn.NOBODY:
        raise NotNow(move)
    if now.kind in OF_HERS and move is Move.ADDED:
        return now
    if now.kind in OF_HERS and move is Move.WITHDRAWN:
        return _closed(now, Outcome.WITHDRAWN)
    after = _OF_TURN[now.turn](now, _Made(move, on, terms, proposed))
    if after is None:
        raise NotNow(move)
    return after


@dataclass(frozen=True, slots=True)
class _Made:
    """A move on a day, with what goes with it."""

    move: Move
    on: date
    terms: Terms
    proposed: Outcome | None


def _by_board(now: Standing, made: _Made) -> Standing | None:
    if made.move is Move.DONE and now.kind is CaseKind.REQUEST:
        return _closed(now, Outcome.SETTLED)
    if made.move in (Move.DONE, Move.KEPT):
        return Standing(now.kind, Turn.PERSON, made.on + made.terms.case_person, now.rounds)
    if made.move is Move.PASSED_ON and now.late(made.on):
        return _to_desk(now, made)
    return None


def _by_person(now: Standing, made: _Made) -> Standing | None:
    if made.move is Move.CONTENT:
        return _closed(now, now.proposed or Outcome.SETTLED)
    if made.move is Move.OBJECTED and now.rounds < MOST_ROUNDS:
        return _to_desk(now, made)
    if made.move is Move.LAPSED and now.late(made.on):
        return _closed(now, Outcome.REJECTED if now.proposed is Outcome.REJECTED else Outcome.LAPSED)
    return None


def _by_desk(now: Standing, made: _Made) -> Standing | None:
    if made.move is Move.PROPOSED and made.proposed in (Outcome.GRANTED, Outcome.REJECTED):
        return Standing(now.kind, Turn.SECOND, now.due_on, now.rounds, made.proposed)
    return _still_there(now, made)


def _by_second(now: Standing, made: _Made) -> Standing | None:
    if made.move is Move.SENT_BACK:
        return Standing(now.kind, Turn.DESK, now.due_on, now.rounds)
    if made.move is Move.AGREED and now.proposed is not None:
        return _decided(now, now.proposed, made.on, made.terms)
    return _still_there(now, made)


def _still_there(now: Standing, made: _Made) -> Standing | None:
    """Who is said to have died says herself that it is wrong."""
    said = now.kind is CaseKind.DEATH and made.move is Move.OBJECTED
    return _closed(now, Outcome.REJECTED) if said else None


_OF_TURN: dict[Turn, Callable[[Standing, _Made], Standing | None]] = {
    Turn.BOARD: _by_board,
    Turn.PERSON: _by_person,
    Turn.DESK: _by_desk,
    Turn.SECOND: _by_second,
}


def _to_desk(now: Standing, made: _Made) -> Standing:
    return Standing(now.kind, Turn.DESK, made.on + made.terms.case_desk, now.rounds)


def _decided(now: Standing, outcome: Outcome, on: date, terms: Terms) -> Standing:
    """What was decided for her takes effect when she confirms it; against what was not she objects, once."""
    rounds = now.rounds + 1
    if now.kind in BY_PROOF and outcome is Outcome.GRANTED:
        return Standing(now.kind, Turn.PERSON, on + terms.case_person, rounds, outcome)
    if now.kind in OF_HERS and outcome is Outcome.REJECTED and rounds < MOST_ROUNDS:
        return Standing(now.kind, Turn.PERSON, on + terms.case_objection, rounds, outcome)
    return Standing(now.kind, Turn.NOBODY, None, rounds, None, outcome)


def _closed(now: Standing, outcome: Outcome) -> Standing:
    return Standing(now.kind, Turn.NOBODY, None, now.rounds, None, outcome)


def by_clock(now: Standing, today: date) -> Move | None:
    """What the clock does with it today: a board that did not answer passes it on, what she leaves lapses."""
    if not now.late(today):
        return None
    return {Turn.BOARD: Move.PASSED_ON, Turn.PERSON: Move.LAPSED}.get(now.turn)


def to_remind(now: Standing, today: date, before: timedelta) -> bool:
    """Whether who is to act should be reminded: the last `before` of the term has begun."""
    return now.due_on is not None and today >= now.due_on - before
