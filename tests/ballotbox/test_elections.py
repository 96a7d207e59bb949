"""Elections of random shape: what we make we accept, and the result is what was voted."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballotbox.box import Stage
from ballotbox.checks import Check, Refused
from ballotbox.credentials import MOST_WEIGHT, PublicCredentials, public_credentials_of
from ballotbox.elections import election_of, largest_record
from ballotbox.encoding import read, written
from ballotbox.group import ONE
from ballotbox.questions import Question
from ballotbox.trustees import trustees_json, trustees_of
from tests.ballotbox.making import Made, dealt, make, run


@st.composite
def questions(draw: Any) -> Question:
    number = draw(st.integers(1, 4))
    least = draw(st.integers(0, number))
    most = draw(st.integers(least, number))
    names = tuple(draw(st.lists(st.text(max_size=6).filter(_writable), min_size=number, max_size=number)))
    return Question(names, draw(st.booleans()), least, most, "Wat?")


def _writable(text: str) -> bool:
    return all(not 0xD800 <= ord(each) <= 0xDFFF for each in text)


def votes(draw: Any, question: Question) -> list[int]:
    if question.blank and draw(st.booleans()):
        return [1] + [0] * len(question.answers)
    number = draw(st.integers(question.least, question.most))
    chosen = set(draw(st.permutations(range(len(question.answers))))[:number])
    return [0] * question.blank + [int(place in chosen) for place in range(len(question.answers))]


@dataclass(frozen=True)
class Plan:
    """What is held: drawn before anything is computed."""

    questions: list[Question]
    weights: list[int] | None
    voters: int
    singles: int
    thresholds: tuple[tuple[int, int], ...]
    cast: list[tuple[int, list[list[int]]]]

    def held(self) -> Made:
        made = make(
            self.questions,
            voters=self.voters,
            weights=self.weights,
            singles=self.singles,
            thresholds=self.thresholds,
        )
        for voter, said in self.cast:
            made.vote(voter, said)
        return made

    def sums(self) -> list[list[int]]:
        """What comes out: of each voter her last, as often as her weight."""
        found = [[0] * question.length for question in self.questions]
        for voter, said in dict(self.cast).items():
            weight = self.weights[voter] if self.weights else 1
            for row, one in zip(found, said, strict=True):
                row[:] = [total + weight * each for total, each in zip(row, one, strict=True)]
        return found


@st.composite
def plans(draw: Any) -> Plan:
    asked = draw(st.lists(questions(), min_size=1, max_size=2))
    weights = draw(st.none() | st.lists(st.integers(0, 5), min_size=1, max_size=3))
    voters = len(weights) if weights else draw(st.integers(0, 3))
    singles = draw(st.integers(0, 2))
    thresholds = draw(st.sampled_from([(), ((1, 1),), ((2, 3),), ((1, 2),)] if singles else [((1, 2),), ((2, 2),)]))
    who = draw(st.lists(st.integers(0, voters - 1), max_size=4)) if voters else []
    cast = [(voter, [votes(draw, question) for question in asked]) for voter in who]
    return Plan(asked, weights, voters, singles, thresholds, cast)


@settings(max_examples=10, deadline=None)
@given(plans())
def test_the_result_is_what_was_voted(plan: Plan) -> None:
    made = plan.held()
    made.finish()
    box = run(made.archive())
    assert box.stage is Stage.COUNTED
    assert max(len(body) for _, bodies in made.events[1:] for body in bodies) <= largest_record(made.election)
    assert box.result is not None
    assert [list(row) for row in box.result] == plan.sums()


def test_nobody_votes_and_that_is_a_result() -> None:
    made = make(voters=0)
    made.finish()
    box = run(made.archive())
    assert box.tally is not None
    assert {each.alpha for row in box.tally for each in row} == {ONE}
    assert box.result == ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("missing", [2, 3, 4])
def test_any_two_of_three_open_it_and_one_does_not(missing: int) -> None:
    made = make(voters=2)
    made.vote(0, [[0, 1, 0], [1, 0, 0]])
    made.vote(1, [[0, 1, 0], [1, 1, 0]])
    made.close()
    made.decrypt(*(owner for owner in (1, 2, 3, 4) if owner != missing))
    made.tell()
    assert run(made.archive()).result == ((0, 2, 0), (2, 1, 0))
    few = make(voters=0)
    few.close()
    few.decrypt(1, 2)
    with pytest.raises(Refused) as raised:
        few.tell()
    assert raised.value.check is Check.DECRYPTIONS_TOO_FEW


def test_what_we_write_we_read_back_to_the_letter() -> None:
    shared, _ = dealt(2, 3)
    said = written(trustees_json((shared,)))
    assert written(trustees_json(trustees_of(read(said)))) == said
    election = make().election
    assert election_of(election.raw) == election


def test_weights_add_up_to_two_to_the_fortieth_and_not_to_more() -> None:
    raw = [bytes([place]) * 32 for place in (1, 2)]
    assert PublicCredentials({raw[0]: MOST_WEIGHT - 1, raw[1]: 1}, weighted=True).total == MOST_WEIGHT
    with pytest.raises(Refused) as raised:
        PublicCredentials({raw[0]: MOST_WEIGHT, raw[1]: 1}, weighted=True)
    assert raised.value.check is Check.STRICTER_WEIGHT_SUM
    made = make(weights=[3, 0, 2**31])
    again = public_credentials_of(made.public.as_json())
    assert sorted(again.weights.values()) == [0, 3, 2**31]
    assert again.as_json() == made.public.as_json()


def test_a_large_weight_counts_and_is_written_as_text() -> None:
    made = make([Question(("A", "B"), False, 1, 1, "?")], weights=[2**31, 5], thresholds=())
    made.vote(0, [[1, 0]])
    made.vote(1, [[0, 1]])
    made.finish()
    assert run(made.archive()).result == ((2**31, 5),)
    assert made.events[-1][1] == [b'{"result":[["2147483648",5]]}']
