"""Attacks by a voter, or on one: on ballots, their proofs, and how they are written."""

import json
from dataclasses import replace
from secrets import randbelow
from typing import Any

from ballotbox.ballots import BallotNonces, make_ballot
from ballotbox.checks import Check
from ballotbox.elections import new_election
from ballotbox.elgamal import Ciphertext, ciphertext_of, encrypted
from ballotbox.encoding import written
from ballotbox.events import EventType
from ballotbox.group import Element, G, element_of, mul
from ballotbox.proofs import (
    BIT,
    IntervalProof,
    Nonces,
    Proof,
    Values,
    branches_of,
    commitment,
    disjunction,
    iprove_prefix,
    proofs_of,
)
from ballotbox.questions import Question
from ballotbox.scalars import Q, Secret, hashed
from tests.ballotbox.attacks import ORDER_EIGHT, ORDER_TWO, eightfold, of_voter, refused_by, voted
from tests.ballotbox.making import Made, make
from tests.ballotbox.test_negative import altered, put, replaced, signed
from tests.ballotbox.weaknesses import SAME


def commitments(y: Element, c: Ciphertext, proofs: IntervalProof) -> list[Element]:
    """What a verifier computes of the proof that a ciphertext holds 0 or 1."""
    found: list[Element] = []
    for branch, proof in zip(branches_of(c, BIT), proofs, strict=True):
        found += [commitment(G, branch.alpha, proof), commitment(y, branch.beta, proof)]
    return found


def weakly_holds(y: Element, c: Ciphertext, proofs: IntervalProof) -> bool:
    """Whether a verifier that hashes the commitments alone lets it pass."""
    return hashed("", *commitments(y, c, proofs)) == sum(each.challenge for each in proofs) % Q


def mine(made: Made, whole: Any, voter: int = 2) -> bytes:
    """A ballot under the credential of a voter, signed by her."""
    whole["credential"] = str(mul(G, made.secret(voter)))
    return signed(made, voter, whole)


# Copies and their variants.


@refused_by(Check.INDIVIDUAL_PROOF)
def a_ballot_copied_under_another_credential(made: Made) -> bytes:
    return voted(made, mine(made, of_voter(made, 0))).archive()


@refused_by(Check.INDIVIDUAL_PROOF)
def a_ballot_encrypted_anew_with_its_proofs_adapted(made: Made) -> bytes:
    """(g^s, y^s) beside each ciphertext, and each response less s times its challenge: the commitments stay."""
    y, whole, s = made.election.public_key, of_voter(made, 0), 424242
    for answer in whole["answers"]:
        for place, each in enumerate(answer["choices"]):
            c, proofs = ciphertext_of(each), proofs_of(answer["individual_proofs"][place])
            other = c.times(encrypted(y, 0, Secret.of(s)))
            adapted = tuple(Proof(p.challenge, (p.response - s * p.challenge) % Q) for p in proofs)
            assert commitments(y, other, adapted) == commitments(y, c, proofs)
            answer["choices"][place] = other.as_json()
            answer["individual_proofs"][place] = [p.as_json() for p in adapted]
    return voted(made, mine(made, whole)).archive()


@refused_by(Check.OVERALL_PROOF)
def choices_in_another_order(made: Made) -> bytes:
    """By who has the credential of a voter, and not her vote: each choice stays with its proof."""
    whole = of_voter(made, 0)
    for name in ("choices", "individual_proofs"):
        whole["answers"][0][name].reverse()
    return voted(made, signed(made, 0, whole)).archive()


@refused_by(Check.BALLOT_TWICE)
def an_earlier_ballot_of_the_same_voter_again(made: Made) -> bytes:
    again = made.events[1]
    return replace(
        made, events=[*made.events[:3], (EventType.BALLOT, [made.ballot(0, [[0, 1], [0, 1]])]), again]
    ).archive()


@refused_by(Check.INDIVIDUAL_PROOF)
def a_ballot_of_another_election_with_the_same_key(made: Made) -> bytes:
    """Also the voters and the identifier are the same: its fingerprint is made that of this one, and it is signed."""
    template = replace(made.election.template, name="Een andere")
    other = new_election(template, uuid=made.election.uuid, public_key=made.election.public_key)
    whole = json.loads(make_ballot(other, [[1, 0], [1, 0]], made.secret(2), BallotNonces.random(other)))
    whole["election_hash"] = made.election.fingerprint
    return voted(made, mine(made, whole)).archive()


# Votes that are none.


def square_root(a: int) -> int:
    """Modulo q, which is 5 modulo 8; of a number that has none something else."""
    v = pow(2 * a, (Q - 5) // 8, Q)
    return a * v * (2 * a * v * v - 1) % Q


def chosen_after_its_proof(y: Element) -> tuple[Ciphertext, IntervalProof]:
    """A ciphertext that is solved from commitments A = g^a, B = y^a g^d of which the hash is known already: the vote in
    it is a root of c m^2 - (c + d0 + d1) m + d0, a number of some 250 bits."""
    u, a = 7, (11, 13)
    for d in ((each, each + 1) for each in range(1, 200)):
        pairs = [[mul(G, a[i]), mul(y, a[i]) * mul(G, d[i])] for i in (0, 1)]
        c = hashed("", *pairs[0], *pairs[1])
        under = (c + d[0] + d[1]) ** 2 - 4 * c * d[0]
        root = square_root(under % Q)
        if root * root % Q == under % Q:
            break
    m = (c + d[0] + d[1] + root) * pow(2 * c, -1, Q) % Q
    challenges = [d[0] * pow(m, -1, Q) % Q, d[1] * pow(m - 1, -1, Q) % Q]
    proofs = tuple(Proof(each, (a[i] - u * each) % Q) for i, each in enumerate(challenges))
    return encrypted(y, m, Secret.of(u)), proofs


@refused_by(Check.INDIVIDUAL_PROOF)
def a_vote_that_is_solved_from_its_proof(made: Made) -> bytes:
    y = made.election.public_key
    c, proofs = chosen_after_its_proof(y)
    assert weakly_holds(y, c, proofs)
    whole = json.loads(made.ballot(2, [[1, 0], [1, 0]]))
    put("answers", 0, "choices", 0, value=c.as_json())(whole)
    put("answers", 0, "individual_proofs", 0, value=[each.as_json() for each in proofs])(whole)
    return voted(made, signed(made, 2, whole)).archive()


@refused_by(Check.INDIVIDUAL_PROOF)
def a_ballot_that_counts_three_times(_: Made) -> bytes:
    """A whole archive in which all is right but one proof: the count is of these ballots, is opened, and told."""
    made = make([Question(("A", "B"), False, 1, 1, "?")], voters=3, thresholds=())
    whole = json.loads(made.ballot(0, [[1, 0]]))
    c = encrypted(made.election.public_key, 3, Secret.random())
    put("answers", 0, "choices", 0, value=c.as_json())(whole)
    for voter in (1, 2):
        made.vote(voter, [[0, 1]])
    made.events.append((EventType.BALLOT, [signed(made, 0, whole)]))
    made.close()
    made.decrypt()
    made.events.append((EventType.RESULT, [written({"result": [[3, 2]]}).encode()]))
    return made.archive()


class Loose(Question):
    """A question for which a device makes any vote."""

    def check(self, vote: Any) -> None:
        pass


@refused_by(Check.BLANK_PROOF)
def a_blank_vote_and_a_choice_together(_: Made) -> bytes:
    asked = Loose(("Voor", "Tegen"), True, 1, 1, "Stemt u in?")
    made = make([asked], voters=1, thresholds=())
    made.election = replace(made.election, template=replace(made.election.template, questions=(asked,)))
    made.vote(0, [[1, 1, 0]])
    return made.archive()


# Outside the group.


def eighths(prefix: str, y: Element, c: Ciphertext, values: Values, *, true: int, r: Secret) -> IntervalProof:
    """A proof of which each challenge is a multiple of eight: that takes some eight tries."""
    branches = branches_of(c, values)
    while True:
        fake = tuple((Secret.of(8 * randbelow(Q // 8)), Secret.random()) for _ in branches[1:])
        proofs = disjunction(prefix, y, branches, true=true, r=r, nonces=Nonces(Secret.random(), fake))
        if all(each.challenge % 8 == 0 for each in proofs):
            return proofs


@refused_by(Check.ELEMENT_GROUP)
def a_point_of_small_order_in_a_ballot_of_which_every_equation_holds(made: Made) -> bytes:
    """alpha with a point of order eight beside it, and challenges that are multiples of eight: it falls out of every
    commitment, and would stand in the count."""
    election = made.election
    nonces, secret, y = BallotNonces.random(election), made.secret(2), election.public_key
    whole = json.loads(make_ballot(election, [[1, 0], [1, 0]], secret, nonces))
    answer, r = whole["answers"][0], nonces.answers[0].r
    honest = [ciphertext_of(each) for each in answer["choices"]]
    outside = [Ciphertext(honest[0].alpha * ORDER_EIGHT, honest[0].beta), honest[1]]
    prefix = f"{election.fingerprint}|{whole['credential']}"
    statement = f"{prefix}|{','.join(map(str, outside))}"
    first, summed = iprove_prefix(prefix, outside[0]), outside[0].times(outside[1])
    proofs = eighths(first, y, honest[0], BIT, true=1, r=r[0])
    values = election.questions[0].values
    overall = eighths(iprove_prefix(statement, summed), y, honest[0].times(honest[1]), values, true=0, r=r[0] + r[1])
    # A verifier that does not look: alpha^(8 k) is (alpha^8)^k, and the point of order eight is gone.
    found: list[Element] = []
    for branch, proof in zip(branches_of(outside[0], BIT), proofs, strict=True):
        power = mul(eightfold(branch.alpha), proof.challenge // 8)
        found += [mul(G, proof.response) * power, commitment(y, branch.beta, proof)]
    assert hashed(first, *found) == sum(each.challenge for each in proofs) % Q
    answer["choices"][0] = outside[0].as_json()
    answer["individual_proofs"][0] = [each.as_json() for each in proofs]
    answer["overall_proof"] = [each.as_json() for each in overall]
    return voted(made, signed(made, 2, whole)).archive()


@refused_by(Check.ELEMENT_GROUP)
def a_credential_with_a_point_of_order_two_beside_it(made: Made) -> bytes:
    return altered(made, 0, put(0, value=lambda text: str(element_of(text) * ORDER_TWO)), part=2)


# Who may vote.


@refused_by(Check.BALLOT_CREDENTIAL)
def a_ballot_that_the_server_adds(made: Made) -> bytes:
    other = make(SAME, voters=1)
    made.credentials[2] = other.credentials[0]
    return voted(made, made.ballot(2, [[1, 0], [1, 0]])).archive()


@refused_by(Check.BALLOT_SIGNATURE)
def a_ballot_that_the_server_adds_for_who_did_not_vote(made: Made) -> bytes:
    """It knows her public credential, and signs with what it has."""
    credential = str(mul(G, made.secret(2)))
    raw = made.ballot(2, [[1, 0], [1, 0]])
    made.credentials[2] = make(SAME, voters=1).credentials[0]
    whole = json.loads(raw)
    assert whole["credential"] == credential
    return voted(made, signed(made, 2, whole)).archive()


@refused_by(Check.CREDENTIAL_TWICE)
def a_voter_who_stands_in_the_list_twice(made: Made) -> bytes:
    return altered(made, 0, lambda whole: [*whole, whole[0]], part=2)


@refused_by(Check.STRICTER_WEIGHT_SUM)
def weights_of_which_the_sum_cannot_be_found(made: Made) -> bytes:
    return altered(made, 0, put(0, value=lambda text: f"{text},{10**13}"), part=2)


# One ballot, written twice.


@refused_by(Check.BALLOT_CANONICAL)
def a_ballot_written_with_other_spaces(made: Made) -> bytes:
    return replaced(made, 1, made.events[1][1][0].replace(b'","answers":', b'",\n"answers":'))


@refused_by(Check.JSON)
def a_field_that_stands_twice(made: Made) -> bytes:
    raw, other = made.events[1][1][0], str(mul(G, made.secret(2))).encode()
    return replaced(made, 1, raw.replace(b'"credential":', b'"credential":"' + other + b'","credential":'))


@refused_by(Check.SCALAR_RANGE)
def a_response_with_q_added_to_it(made: Made) -> bytes:
    whole = of_voter(made, 0)
    put("answers", 0, "overall_proof", 0, "response", value=lambda text: str(int(text) + Q))(whole)
    return voted(made, signed(made, 0, whole)).archive()


@refused_by(Check.STRICTER_SCALAR)
def a_number_with_a_zero_before_it(made: Made) -> bytes:
    whole = of_voter(made, 0)
    put("signature", "proof", "response", value=lambda text: f"0{text}")(whole)
    return voted(made, written(whole).encode()).archive()


@refused_by(Check.STRICTER_ELEMENT)
def an_element_in_capitals(made: Made) -> bytes:
    whole = of_voter(made, 0)
    put("answers", 0, "choices", 0, "alpha", value=str.upper)(whole)
    return voted(made, signed(made, 0, whole)).archive()
