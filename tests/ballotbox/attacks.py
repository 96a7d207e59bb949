"""Attacks of the literature and of changelogs, made with the real mathematics: docs/reference/attacks-on-elections.md
says of each where it comes from, by the name of its function here.

An attack is an archive that must be refused, or an act that must be. Whoever makes one is given an election to its end:
two questions of one shape, a single trustee and a threshold of two of three, two of three voters who voted.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ballotbox.checks import Check
from ballotbox.encoding import sha256_hex, written
from ballotbox.events import EventType
from ballotbox.group import Element, decoded
from ballotbox.questions import Question
from ballotbox.tallies import Owned, PartialDecryption
from tests.ballotbox.making import Made, make, value
from tests.ballotbox.test_group import TORSION
from tests.ballotbox.weaknesses import SAME

ORDER_TWO, ORDER_EIGHT = decoded(TORSION[0]), decoded(TORSION[3])
"""Points outside the group: (0, -1), which CVE-2025-69277 lets pass beside an element, and one of order eight."""
Attempt = Callable[[], object]
"""An act of who is attacked, such as reading a message."""
Making = Callable[[Made], "bytes | Attempt"]
"""Makes an attack out of an election."""
REFUSED: dict[str, tuple[Check, Making]] = {}
ACCEPTED: dict[str, str] = {
    "a decryption factor that is solved from its proof": "forged_decryption_factor",
    "a signature under a key that nobody has": "signature_without_key",
    "a trustee who speaks last": "rushing_trustee",
    "a single trustee who speaks last": "last_single_trustee",
    "an answer at another question": "answer_at_another_question",
    "a key of another election": "key_of_another_election",
    "a challenge that is reduced modulo q": "challenge_modulo_q",
}
"""What version 1 accepts, with its vector in `tests/vectors/weaknesses.json`."""
UNSEEN = (
    "a board that shows two archives",
    "an archive that is cut off",
    "a board that holds a ballot back",
    "a board that leaves ballots out",
    "two counts of one election",
    "two voters with one ballot",
    "a server and an authority together",
    "a list of voters that is too short or too long",
    "a device that votes otherwise",
    "a voter who proves how she voted",
    "a trustee who lost her key",
)
"""What no archive shows, so that a procedure must cover it."""


def refused_by(check: Check) -> Callable[[Making], Making]:
    """An attack that this check refuses, under the name of its function."""

    def kept(of: Making) -> Making:
        REFUSED[of.__name__.replace("_", " ")] = check, of
        return of

    return kept


def held(questions: Sequence[Question] = SAME) -> Made:
    """An election to its end."""
    made = make(questions, voters=3, singles=1, thresholds=((2, 3),))
    made.vote(0, [[1, 0], [0, 1]])
    made.vote(1, [[1, 0], [1, 0]])
    made.finish()
    return made


def fresh(made: Made) -> Made:
    """The same, to be changed."""
    return replace(made, events=[*made.events], credentials=[*made.credentials], keys=[*made.keys])


def voted(made: Made, ballot: bytes) -> Made:
    """With this ballot behind the others, before the vote is closed."""
    return replace(made, events=[*made.events[:3], (EventType.BALLOT, [ballot])])


def of_voter(made: Made, voter: int) -> Any:
    """The ballot of one of the two who voted, as a value to change."""
    return value(made.events[1 + voter][1][0])


def decryption(owner: int, partial: PartialDecryption) -> tuple[EventType, list[bytes]]:
    """The event of a partial decryption, whatever it says."""
    body = written(partial.as_json()).encode()
    return EventType.PARTIAL_DECRYPTION, [body, written(Owned(owner, sha256_hex(body)).as_json()).encode()]


def eightfold(element: Element) -> Element:
    """Eight times an element, by additions, which look at nothing: what is of small order in it goes."""
    for _ in range(3):
        element = element * element
    return element
