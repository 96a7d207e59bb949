"""Zero-knowledge proofs (spec: Common structures, Proofs of interval membership, Proofs of possibly-blank votes).

A verifier computes the commitments that a prover had and looks whether the challenge is their hash. Every commitment
costs two multiplications; nothing else of a check takes time. A multiplication by zero looks at nothing, so where a
challenge is zero the element is looked at apart: none of what a proof speaks of escapes the check of the group.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ballotbox.checks import Check, Refused
from ballotbox.elgamal import Ciphertext
from ballotbox.encoding import fields, listed
from ballotbox.group import Element, G, checked, mul
from ballotbox.scalars import Q, Secret, hashed, scalar_of


class Proof(NamedTuple):
    """A challenge and a response, both modulo q."""

    challenge: int
    response: int

    def as_json(self) -> dict[str, str]:
        """In the order of the specification."""
        return {"challenge": str(self.challenge), "response": str(self.response)}


IntervalProof = tuple[Proof, ...]
"""`iproof`: one proof for each possible value."""


def proof_of(value: Any) -> Proof:
    """A proof of a message; raises Refused."""
    found = fields(value, ("challenge", "response"))
    return Proof(scalar_of(found["challenge"]), scalar_of(found["response"]))


def proofs_of(value: Any) -> IntervalProof:
    """A list of proofs; raises Refused."""
    return tuple(proof_of(each) for each in listed(value))


def commitment(base: Element, element: Element, proof: Proof) -> Element:
    """base^response element^challenge; raises Refused (`element_group`) when `element` is not of the group."""
    if proof.challenge == 0:
        checked(element)
    return mul(base, proof.response) * mul(element, proof.challenge)


# A number that is known: public keys, signatures.


def knowledge(prefix: str, secret: Secret, w: Secret) -> Proof:
    """That somebody knows `secret`, the logarithm of g^secret; `w` is a fresh nonce."""
    challenge = hashed(prefix, mul(G, w))
    return Proof(challenge, w.response(secret, challenge))


def knows(prefix: str, element: Element, proof: Proof) -> bool:
    """Whether this is a proof of the logarithm of `element`."""
    return hashed(prefix, commitment(G, element, proof)) == proof.challenge


# One of several values: `iprove`.


class Values:
    """Which values a ciphertext may hold, M_0 .. M_k, with what its beta is divided by for each."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most
        self.powers = tuple(mul(G, m) for m in range(least, most + 1))

    def __len__(self) -> int:
        return len(self.powers)


BIT = Values(0, 1)


class Nonces(NamedTuple):
    """What a prover draws for one statement: `w`, and a challenge and a response for each other branch."""

    w: Secret
    fake: tuple[tuple[Secret, Secret], ...]

    @classmethod
    def random(cls, branches: int) -> "Nonces":
        """For a statement of so many branches."""
        others = tuple((Secret.random(), Secret.random()) for _ in range(branches - 1))
        return cls(Secret.random(), others)


class Branch(NamedTuple):
    """One value that may hold: that (alpha, beta) is (g^r, y^r)."""

    alpha: Element
    beta: Element


def branches_of(c: Ciphertext, values: Values) -> list[Branch]:
    """For each value that the ciphertext may hold."""
    return [Branch(c.alpha, c.beta / power if m else c.beta) for m, power in enumerate(values.powers, values.least)]


def disjunction(
    prefix: str, y: Element, branches: Sequence[Branch], *, true: int, r: Secret, nonces: Nonces
) -> IntervalProof:
    """That one of these branches holds, without saying which: the one at `true`, of which `r` is known.

    `prefix` is what is hashed before the commitments.
    """
    proofs: list[Proof | None] = [None] * len(branches)
    commitments: list[Element] = []
    others, total = iter(nonces.fake), 0
    for place, branch in enumerate(branches):
        if place == true:
            commitments += [mul(G, nonces.w), mul(y, nonces.w)]
            continue
        challenge, response = next(others)
        proof = Proof(int.from_bytes(challenge.raw, "little"), int.from_bytes(response.raw, "little"))
        proofs[place], total = proof, total + proof.challenge
        commitments += [commitment(G, branch.alpha, proof), commitment(y, branch.beta, proof)]
    challenge_true = (hashed(prefix, *commitments) - total) % Q
    proofs[true] = Proof(challenge_true, nonces.w.response(r, challenge_true))
    return tuple(each for each in proofs if each is not None)


def holds(prefix: str, y: Element, branches: Sequence[Branch], proofs: IntervalProof) -> bool:
    """Whether one of these branches holds. Raises Refused (`element_group`) when an element is not of the group."""
    if len(branches) != len(proofs):
        return False
    commitments: list[Element] = []
    for branch, proof in zip(branches, proofs, strict=True):
        commitments += [commitment(G, branch.alpha, proof), commitment(y, branch.beta, proof)]
    return hashed(prefix, *commitments) == sum(each.challenge for each in proofs) % Q


def iprove_prefix(s: str, c: Ciphertext) -> str:
    """What is hashed before the commitments of an interval proof."""
    return f"prove|{s}|{c}|"


# Two numbers with one logarithm: partial decryptions.


def equality(prefix: str, alpha: Element, x: Secret, w: Secret) -> Proof:
    """That g^x and alpha^x have the same exponent."""
    challenge = hashed(prefix, mul(G, w), mul(alpha, w))
    return Proof(challenge, w.response(x, challenge))


def is_equal(prefix: str, key: Element, alpha: Element, factor: Element, proof: Proof) -> bool:
    """Whether key = g^x and factor = alpha^x for one x. Raises Refused (`element_group`)."""
    if proof.response == 0:
        checked(alpha)
    return hashed(prefix, commitment(G, key, proof), commitment(alpha, factor, proof)) == proof.challenge


def must(passes: bool, check: Check, where: str = "", detail: str = "") -> None:
    """Raise Refused (`check`) unless it passes."""
    if not passes:
        raise Refused(check, detail, where)
