"""Questions and plain answers (spec: Questions, Homomorphic questions).

Non-homomorphic questions (mixnet) and lists are refused by name: their place would be beside `Question`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ballotbox.checks import Check, Refused
from ballotbox.encoding import fields, integer, listed, string
from ballotbox.proofs import Values

Vote = Sequence[int]
"""A plain answer: 0 or 1 for each choice; where a blank vote is allowed, first whether it is one."""


@dataclass(frozen=True)
class Question:
    """A homomorphic question (`question_h`): choose between `least` (min) and `most` (max) of the answers, or nothing
    where `blank` is allowed."""

    answers: tuple[str, ...]
    blank: bool
    least: int
    most: int
    question: str

    @property
    def length(self) -> int:
        """How many ciphertexts an answer has."""
        return len(self.answers) + int(self.blank)

    @cached_property
    def values(self) -> Values:
        """How many may be chosen: min to max."""
        return Values(self.least, self.most)

    def check(self, vote: Vote) -> None:
        """Raises Refused (`answers_shape`) when it is no answer to this question."""
        if len(vote) != self.length or any(each not in (0, 1) for each in vote):
            raise Refused(Check.ANSWERS_SHAPE, f"an answer has {self.length} numbers, each 0 or 1")
        chosen = sum(vote[1:] if self.blank else vote)
        if self.blank and vote[0]:
            if chosen:
                raise Refused(Check.ANSWERS_SHAPE, "a blank vote chooses nothing")
            return
        if not self.least <= chosen <= self.most:
            raise Refused(Check.ANSWERS_SHAPE, f"choose {self.least} to {self.most}, not {chosen}")

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        blank = {"blank": True} if self.blank else {}
        return {
            "answers": list(self.answers),
            **blank,
            "min": self.least,
            "max": self.most,
            "question": self.question,
        }


MOST_ANSWERS = 1_000
"""More would make a ballot that no page shows."""


def question_of(value: Any) -> Question:
    """A question of a message. Raises Refused; `question_type` for a kind that is not homomorphic."""
    if isinstance(value, dict) and "type" in value:
        kind = f"{value['type']!r:.40}"
        raise Refused(Check.QUESTION_TYPE, f"{kind}: only homomorphic questions are counted here")
    found = fields(
        value,
        ("answers", "min", "max", "question"),
        order=("answers", "blank", "min", "max", "question"),
        optional=("blank",),
    )
    answers = tuple(string(each) for each in listed(found["answers"]))
    blank = found.get("blank", False)
    if not isinstance(blank, bool):
        raise Refused(Check.QUESTION_SHAPE, "blank is true or false")
    least, most = integer(found["min"]), integer(found["max"])
    if not (1 <= len(answers) <= MOST_ANSWERS and least <= most <= len(answers)):
        raise Refused(Check.QUESTION_SHAPE, f"{len(answers)} answers, of which {least} to {most}")
    return Question(answers, blank, least, most, string(found["question"]))
