"""Ballots (spec: Encrypted answers, Signatures, Ballots): made on the machine of a voter, checked by anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ballotbox.checks import Check, Refused
from ballotbox.elections import Election, Votes
from ballotbox.elgamal import Ciphertext, ciphertext_of, encrypted, product
from ballotbox.encoding import fields, listed, read, sha256_b64, string, written
from ballotbox.group import Element, G, checked, decoded, mul
from ballotbox.proofs import (
    BIT,
    Branch,
    IntervalProof,
    Nonces,
    Proof,
    branches_of,
    disjunction,
    holds,
    iprove_prefix,
    knowledge,
    knows,
    must,
    proof_of,
    proofs_of,
)
from ballotbox.questions import Question
from ballotbox.scalars import Secret, total


@dataclass(frozen=True, slots=True)
class Answer:
    """`answer_h`: a ciphertext for each choice, a proof that each is 0 or 1, and that their sum is allowed; where a
    blank vote is, that it is blank or something was chosen (`blank_proof`)."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[IntervalProof, ...]
    overall_proof: IntervalProof
    blank_proof: IntervalProof | None

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        found: dict[str, Any] = {
            "choices": [each.as_json() for each in self.choices],
            "individual_proofs": [[proof.as_json() for proof in each] for each in self.individual_proofs],
            "overall_proof": [each.as_json() for each in self.overall_proof],
        }
        if self.blank_proof is not None:
            found["blank_proof"] = [each.as_json() for each in self.blank_proof]
        return found


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot. `signed_hash` is the hash in its signature, `proof` the signature itself, and `digest` the hash of its
    text without the signature."""

    election_uuid: str
    election_hash: str
    credential: Element
    answers: tuple[Answer, ...]
    signed_hash: str
    proof: Proof
    digest: str

    def as_json(self, *, signature: bool = True) -> dict[str, Any]:
        """In the order of the specification, with or without its signature."""
        found: dict[str, Any] = {
            "election_uuid": self.election_uuid,
            "election_hash": self.election_hash,
            "credential": str(self.credential),
            "answers": [each.as_json() for each in self.answers],
        }
        if signature:
            found["signature"] = {"hash": self.signed_hash, "proof": self.proof.as_json()}
        return found


def tracker(raw: str | bytes) -> str:
    """The smart ballot tracker: what a voter keeps, to find her ballot back."""
    return sha256_b64(raw)


# Making one.


@dataclass(frozen=True, slots=True)
class AnswerNonces:
    """What is drawn for an answer: a nonce for each ciphertext, and for each proof."""

    r: tuple[Secret, ...]
    individual: tuple[Nonces, ...]
    overall: Nonces
    blank: Nonces | None

    @classmethod
    def random(cls, question: Question) -> "AnswerNonces":
        """Fresh ones."""
        each = range(question.length)
        return cls(
            tuple(Secret.random() for _ in each),
            tuple(Nonces.random(2) for _ in each),
            Nonces.random(len(question.values) + int(question.blank)),
            Nonces.random(2) if question.blank else None,
        )


@dataclass(frozen=True, slots=True)
class BallotNonces:
    """What is drawn for a ballot: for each answer, and for the signature. Never used twice: two ballots with the same
    nonces tell the vote and the credential."""

    answers: tuple[AnswerNonces, ...]
    signature: Secret

    @classmethod
    def random(cls, election: Election) -> "BallotNonces":
        """Fresh ones."""
        return cls(tuple(AnswerNonces.random(each) for each in election.questions), Secret.random())


def make_ballot(election: Election, votes: Votes, secret: Secret, nonces: BallotNonces) -> str:
    """The text of a ballot with these votes, of the voter who has this secret exponent. Raises Refused
    (`answers_shape`)."""
    if len(votes) != len(election.questions):
        raise Refused(Check.ANSWERS_SHAPE, f"there are {len(election.questions)} questions")
    credential = mul(G, secret)
    prefix = f"{election.fingerprint}|{credential}"
    answers = tuple(
        _answer(question, election.public_key, prefix, vote, drawn)
        for question, vote, drawn in zip(election.questions, votes, nonces.answers, strict=True)
    )
    unsigned = Ballot(election.uuid, election.fingerprint, credential, answers, "", Proof(0, 0), "")
    digest = sha256_b64(written(unsigned.as_json(signature=False)))
    signature = knowledge(f"sig|{digest}|", secret, nonces.signature)
    signed = Ballot(election.uuid, election.fingerprint, credential, answers, digest, signature, digest)
    return written(signed.as_json())


def _answer(question: Question, y: Element, prefix: str, vote: Any, nonces: AnswerNonces) -> Answer:
    question.check(vote)
    choices = tuple(encrypted(y, m, r) for m, r in zip(vote, nonces.r, strict=True))
    individual = tuple(
        disjunction(iprove_prefix(prefix, c), y, branches_of(c, BIT), true=m, r=r, nonces=drawn)
        for c, m, r, drawn in zip(choices, vote, nonces.r, nonces.individual, strict=True)
    )
    s = _statement(prefix, choices)
    chosen = sum(vote[1:] if question.blank else vote)
    summed = product(choices[1:] if question.blank else choices)
    r = total(list(nonces.r[1:] if question.blank else nonces.r))
    if not question.blank or nonces.blank is None:
        branches = branches_of(summed, question.values)
        place = chosen - question.least
        overall = disjunction(iprove_prefix(s, summed), y, branches, true=place, r=r, nonces=nonces.overall)
        return Answer(choices, individual, overall, None)
    is_blank = bool(vote[0])
    known = r if is_blank else nonces.r[0]
    blank = disjunction(
        f"bproof0|{s}|", y, _blank(choices[0], summed), true=int(is_blank), r=known, nonces=nonces.blank
    )
    place, known = (0, nonces.r[0]) if is_blank else (1 + chosen - question.least, r)
    branches = _or_blank(choices[0], summed, question)
    overall = disjunction(f"bproof1|{s}|", y, branches, true=place, r=known, nonces=nonces.overall)
    return Answer(choices, individual, overall, blank)


def _statement(prefix: str, choices: tuple[Ciphertext, ...]) -> str:
    """S: what the proofs about a whole answer are bound to."""
    return f"{prefix}|{','.join(map(str, choices))}"


def _blank(first: Ciphertext, summed: Ciphertext) -> list[Branch]:
    """m_0 = 0 or m_Σ = 0."""
    return [Branch(first.alpha, first.beta), Branch(summed.alpha, summed.beta)]


def _or_blank(first: Ciphertext, summed: Ciphertext, question: Question) -> list[Branch]:
    """m_0 = 1 or m_Σ is one of min .. max."""
    return [Branch(first.alpha, first.beta / G), *branches_of(summed, question.values)]


# Reading and checking one.


def ballot_of(raw: str | bytes) -> Ballot:
    """A ballot from its text. Raises Refused; `ballot_canonical` when it is not written as the specification writes it,
    so that one ballot has one hash."""
    found = fields(read(raw), ("election_uuid", "election_hash", "credential", "answers", "signature"))
    signature = fields(found["signature"], ("hash", "proof"))
    ballot = Ballot(
        string(found["election_uuid"]),
        string(found["election_hash"]),
        decoded(found["credential"]),
        tuple(_answers_of(found["answers"])),
        string(signature["hash"]),
        proof_of(signature["proof"]),
        sha256_b64(written({name: found[name] for name in found if name != "signature"})),
    )
    # Each field has one order and each value one spelling, or it was refused above: what is left is the space between.
    if written(found) != (raw if isinstance(raw, str) else raw.decode()):
        raise Refused(Check.BALLOT_CANONICAL)
    return ballot


def _answers_of(value: Any) -> Iterator[Answer]:
    for place, each in enumerate(listed(value)):
        try:
            found = fields(each, ("choices", "individual_proofs", "overall_proof"), ("blank_proof",))
            yield Answer(
                tuple(map(ciphertext_of, listed(found["choices"]))),
                tuple(map(proofs_of, listed(found["individual_proofs"]))),
                proofs_of(found["overall_proof"]),
                proofs_of(found["blank_proof"]) if "blank_proof" in found else None,
            )
        except Refused as refused:
            raise refused.inside(f"answers[{place}]") from None


def check_ballot(election: Election, ballot: Ballot) -> None:
    """All that a ballot can be checked by itself: election, signature and proofs; whether its credential may vote is
    for the box. Raises Refused."""
    must(
        (ballot.election_uuid, ballot.election_hash) == (election.uuid, election.fingerprint),
        Check.BALLOT_ELECTION,
        "election_uuid, election_hash",
    )
    must(ballot.signed_hash == ballot.digest, Check.BALLOT_HASH, "signature.hash")
    signed = knows(f"sig|{ballot.digest}|", ballot.credential, ballot.proof)
    must(signed, Check.BALLOT_SIGNATURE, "signature.proof")
    must(len(ballot.answers) == len(election.questions), Check.ANSWERS_SHAPE, "answers")
    prefix = f"{election.fingerprint}|{ballot.credential}"
    for place, (question, answer) in enumerate(zip(election.questions, ballot.answers, strict=True)):
        _check_answer(question, election.public_key, prefix, answer, f"answers[{place}]")


def _check_answer(question: Question, y: Element, prefix: str, answer: Answer, where: str) -> None:
    shape = len(answer.choices) == len(answer.individual_proofs) == question.length
    must(shape and (answer.blank_proof is not None) == question.blank, Check.ANSWERS_SHAPE, where)
    for place, (c, proof) in enumerate(zip(answer.choices, answer.individual_proofs, strict=True)):
        passes = holds(iprove_prefix(prefix, c), y, branches_of(c, BIT), proof)
        must(passes, Check.INDIVIDUAL_PROOF, f"{where}.individual_proofs[{place}]")
    s = _statement(prefix, answer.choices)
    if answer.blank_proof is None:
        summed = product(answer.choices)
        passes = holds(iprove_prefix(s, summed), y, branches_of(summed, question.values), answer.overall_proof)
        must(passes, Check.OVERALL_PROOF, f"{where}.overall_proof")
        return
    first, summed = answer.choices[0], product(answer.choices[1:])
    passes = holds(f"bproof0|{s}|", y, _blank(first, summed), answer.blank_proof)
    must(passes, Check.BLANK_PROOF, f"{where}.blank_proof")
    passes = holds(f"bproof1|{s}|", y, _or_blank(first, summed, question), answer.overall_proof)
    must(passes, Check.OVERALL_PROOF, f"{where}.overall_proof")


def check_elements(ballot: Ballot) -> None:
    """That all elements of a ballot lie in the group, without its proofs. Raises Refused (`element_group`)."""
    checked(ballot.credential)
    for answer in ballot.answers:
        for each in answer.choices:
            checked(each.alpha)
            checked(each.beta)
