"""Counting under encryption, and decrypting the count alone (spec: Encrypted tally, Partial decryptions, Election
result).

What the proofs of a partial decryption do not cover in version 1 stands on the specification page; `supplement` closes
it beside the archive.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any, Final

from ballotbox.ballots import Ballot
from ballotbox.checks import Check, Refused
from ballotbox.elections import Election
from ballotbox.elgamal import NOTHING, Ciphertext, ciphertext_of
from ballotbox.encoding import fields, hash_of, integer, listed
from ballotbox.group import ONE, Element, G, checked, decoded, mul
from ballotbox.proofs import Proof, equality, is_equal, must, proof_of
from ballotbox.scalars import Q, Secret
from ballotbox.trustees import Pedersen, Trustees

EncryptedTally = tuple[tuple[Ciphertext, ...], ...]
"""A ciphertext for each choice of each question."""
Result = tuple[tuple[int, ...], ...]
"""How many votes, weighed, for each choice of each question."""
_INT31: Final = 2**30 - 1
"""Up to here a weight is written as a number, above it as text."""


def weight_json(weight: int) -> int | str:
    """A weight as 3.0 writes it."""
    return weight if weight <= _INT31 else str(weight)


def weight_of(value: Any) -> int:
    """A weight of a message; raises Refused (`weight`)."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        number = int(value)
        if value == str(number) and number > _INT31:
            return number
        raise Refused(Check.STRICTER_WEIGHT, f"{value!r} is written otherwise than 3.0 writes it")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _INT31:
        return value
    raise Refused(Check.WEIGHT, f"{value!r:.40}")


class Tally:
    """Ballots that are added one by one: the pointwise product of their ciphertexts, each to the power of its weight.

    Ballots of one weight are multiplied first, so that a weight costs one power and not one for each ballot.
    """

    def __init__(self, election: Election) -> None:
        self._lengths = [each.length for each in election.questions]
        self._sums: dict[int, list[list[Ciphertext]]] = defaultdict(self._nothing)
        self.number = 0
        self.weight = 0

    def _nothing(self) -> list[list[Ciphertext]]:
        return [[NOTHING] * length for length in self._lengths]

    def add(self, ballot: Ballot, weight: int) -> None:
        """Add a (checked) ballot."""
        sums = self._sums[weight]
        for total, answer in zip(sums, ballot.answers, strict=True):
            for place, choice in enumerate(answer.choices):
                total[place] = total[place].times(choice)
        self.number += 1
        self.weight += weight

    def merge(self, other: "Tally") -> None:
        """Add all that another counted, of the same election."""
        for weight, sums in other._sums.items():
            mine = self._sums[weight]
            for total, more in zip(mine, sums, strict=True):
                total[:] = [one.times(two) for one, two in zip(total, more, strict=True)]
        self.number += other.number
        self.weight += other.weight

    def product(self) -> EncryptedTally:
        """The encrypted tally of all that was added."""
        result = self._nothing()
        for weight, sums in self._sums.items():
            for total, more in zip(result, sums, strict=True):
                total[:] = [one.times(two.weighed(weight)) for one, two in zip(total, more, strict=True)]
        return tuple(tuple(each) for each in result)


def tally_json(tally: EncryptedTally) -> list[list[dict[str, str]]]:
    """In the order of the specification."""
    return [[each.as_json() for each in choices] for choices in tally]


def tally_of(value: Any, election: Election) -> EncryptedTally:
    """An encrypted tally of a message, with the shape of the election; raises Refused (`tally_shape`)."""
    found = tuple(tuple(map(_in_group, listed(each, Check.TALLY_SHAPE))) for each in listed(value, Check.TALLY_SHAPE))
    must([len(each) for each in found] == [each.length for each in election.questions], Check.TALLY_SHAPE, "tally")
    return found


def _in_group(value: Any) -> Ciphertext:
    found = ciphertext_of(value)
    return Ciphertext(checked(found.alpha), checked(found.beta))


@dataclass(frozen=True, slots=True)
class SizedTally:
    """`sized_encrypted_tally`: how many ballots were counted, their weight together, and the hash of the tally."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {
            "num_tallied": self.num_tallied,
            "total_weight": weight_json(self.total_weight),
            "encrypted_tally": self.encrypted_tally,
        }


def sized_tally_of(value: Any) -> SizedTally:
    """One of a message; raises Refused."""
    found = fields(value, ("num_tallied", "total_weight", "encrypted_tally"))
    return SizedTally(
        integer(found["num_tallied"]), weight_of(found["total_weight"]), hash_of(found["encrypted_tally"])
    )


@dataclass(frozen=True, slots=True)
class Owned:
    """`owned_partial_decryption`: whose it is (the place of her key among all keys, from 1), and the hash of it."""

    owner: int
    payload: str

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {"owner": self.owner, "payload": self.payload}


def owned_of(value: Any) -> Owned:
    """One of a message; raises Refused."""
    found = fields(value, ("owner", "payload"))
    return Owned(integer(found["owner"], least=1), hash_of(found["payload"]))


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """alpha^x for each ciphertext of the tally, with a proof for each."""

    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {
            "decryption_factors": [[str(each) for each in factors] for factors in self.factors],
            "decryption_proofs": [[each.as_json() for each in proofs] for proofs in self.proofs],
        }


def decryption_of(value: Any) -> PartialDecryption:
    """One of a message, not yet checked; raises Refused."""
    found = fields(value, ("decryption_factors", "decryption_proofs"))
    factors, proofs = listed(found["decryption_factors"]), listed(found["decryption_proofs"])
    return PartialDecryption(
        tuple(tuple(map(decoded, listed(each))) for each in factors),
        tuple(tuple(map(proof_of, listed(each))) for each in proofs),
    )


def decrypt_prefix(fingerprint: str, key: Element) -> str:
    """What a proof of decryption is bound to: in version 1 neither alpha nor the factor."""
    return f"decrypt|{fingerprint}|{key}|"


def decrypt_partly(
    tally: EncryptedTally, x: Secret, fingerprint: str, nonces: Sequence[Sequence[Secret]]
) -> PartialDecryption:
    """The part of one trustee, with a fresh nonce for each ciphertext."""
    prefix = decrypt_prefix(fingerprint, mul(G, x))
    return PartialDecryption(
        tuple(tuple(mul(c.alpha, x) for c in choices) for choices in tally),
        tuple(
            tuple(equality(prefix, c.alpha, x, w) for c, w in zip(choices, drawn, strict=True))
            for choices, drawn in zip(tally, nonces, strict=True)
        ),
    )


def decryption_nonces(tally: EncryptedTally) -> list[list[Secret]]:
    """Fresh ones for `decrypt_partly`."""
    return [[Secret.random() for _ in choices] for choices in tally]


def check_decryption(tally: EncryptedTally, key: Element, partial: PartialDecryption, fingerprint: str) -> None:
    """Raises Refused: `decryption_shape`, `decryption_proof`."""
    shape = [len(choices) for choices in tally]
    same = [len(each) for each in partial.factors] == shape == [len(each) for each in partial.proofs]
    must(same, Check.DECRYPTION_SHAPE, "decryption_factors, decryption_proofs")
    prefix = decrypt_prefix(fingerprint, key)
    for i, choices in enumerate(tally):
        for j, c in enumerate(choices):
            passes = is_equal(prefix, key, c.alpha, partial.factors[i][j], partial.proofs[i][j])
            must(passes, Check.DECRYPTION_PROOF, f"decryption_proofs[{i}][{j}]")


def owners(trustees: Trustees) -> list[Element]:
    """The key of each owner, in the order in which they are counted from 1."""
    return [key.public_key for each in trustees for key in each.keys]


def lagrange(indexes: Sequence[int], index: int) -> int:
    """How much the share of `index` counts when these shares are put together."""
    top, bottom = 1, 1
    for each in indexes:
        if each != index:
            top, bottom = top * each % Q, bottom * (each - index) % Q
    return top * pow(bottom, -1, Q) % Q


def opened(
    tally: EncryptedTally, trustees: Trustees, partials: Mapping[int, PartialDecryption]
) -> tuple[tuple[Element, ...], ...]:
    """g to the result of each choice, out of (checked) partial decryptions by owner. Raises Refused
    (`decryptions_too_few`)."""
    factors: list[list[Element]] = [[ONE] * len(choices) for choices in tally]
    first = 1
    for each in trustees:
        there = [owner for owner in range(first, first + len(each.keys)) if owner in partials][: each.needed]
        if len(there) < each.needed:
            raise Refused(Check.DECRYPTIONS_TOO_FEW, f"{len(there)} of {each.needed} that are needed")
        shares = {owner: owner - first + 1 for owner in there}
        for owner, share in shares.items():
            power = lagrange(list(shares.values()), share) if isinstance(each, Pedersen) else 1
            for i, row in enumerate(partials[owner].factors):
                factors[i] = [f * mul(part, power) for f, part in zip(factors[i], row, strict=True)]
        first += len(each.keys)
    return tuple(
        tuple(c.beta / factor for c, factor in zip(choices, row, strict=True))
        for choices, row in zip(tally, factors, strict=True)
    )


class Logarithms:
    """Finds m in g^m for 0 <= m <= `most`, by baby steps and giant steps; `count` logarithms share the baby steps."""

    def __init__(self, most: int, count: int = 1) -> None:
        self.most = most
        self._step = max(1, isqrt(most * max(1, count)) + 1)
        self._step = min(self._step, most + 1)
        self._baby: dict[bytes, int] = {}
        element = ONE
        for m in range(self._step):
            self._baby[element.raw] = m
            element = element * G
        self._giant = mul(G, self._step)

    def __call__(self, element: Element) -> int:
        """Raises Refused (`result`) when there is none in the range."""
        for giant in range(self.most // self._step + 1):
            baby = self._baby.get(element.raw)
            if baby is not None and (found := giant * self._step + baby) <= self.most:
                return found
            element = element / self._giant
        raise Refused(Check.RESULT, f"a choice has no number of votes up to {self.most}")


def result_of_opened(elements: Iterable[Iterable[Element]], total_weight: int) -> Result:
    """The number of votes of each choice; raises Refused (`result`)."""
    rows = [list(each) for each in elements]
    log = Logarithms(total_weight, sum(map(len, rows)))
    return tuple(tuple(log(each) for each in row) for row in rows)


def result_json(result: Result) -> dict[str, Any]:
    """In the order of the specification."""
    return {"result": [[weight_json(each) for each in row] for row in result]}


def result_of(value: Any) -> Result:
    """A result of a message; raises Refused."""
    found = listed(fields(value, ("result",))["result"], Check.RESULT_SHAPE)
    return tuple(tuple(weight_of(each) for each in listed(row, Check.RESULT_SHAPE)) for row in found)


def check_result(elements: Sequence[Sequence[Element]], result: Result, total_weight: int) -> None:
    """That these are the numbers. Raises Refused: `result_shape`, `result`."""
    must([len(row) for row in elements] == [len(row) for row in result], Check.RESULT_SHAPE, "result")
    for i, (row, numbers) in enumerate(zip(elements, result, strict=True)):
        for j, (element, number) in enumerate(zip(row, numbers, strict=True)):
            must(number <= total_weight and mul(G, number) == element, Check.RESULT, f"result[{i}][{j}]")
