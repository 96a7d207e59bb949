"""Ciphertexts (spec: Common structures, Homomorphic answers): (g^r, y^r g^m) for a key y."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ballotbox.encoding import fields
from ballotbox.group import ONE, Element, G, decoded, mul
from ballotbox.scalars import Secret


class Ciphertext(NamedTuple):
    """`alpha` = g^r and `beta` = y^r g^m."""

    alpha: Element
    beta: Element

    def __str__(self) -> str:
        """As it stands in what is hashed."""
        return f"{self.alpha},{self.beta}"

    def times(self, other: "Ciphertext") -> "Ciphertext":
        """Of the sum of both plaintexts."""
        return Ciphertext(self.alpha * other.alpha, self.beta * other.beta)

    def weighed(self, weight: int) -> "Ciphertext":
        """Of `weight` times the plaintext."""
        if weight == 1:
            return self
        return Ciphertext(mul(self.alpha, weight), mul(self.beta, weight))

    def as_json(self) -> dict[str, str]:
        """In the order of the specification."""
        return {"alpha": str(self.alpha), "beta": str(self.beta)}


NOTHING = Ciphertext(ONE, ONE)
"""The neutral ciphertext: of 0 with r = 0."""


def encrypted(y: Element, m: int, r: Secret) -> Ciphertext:
    """`m` under the key `y` with the nonce `r`."""
    beta = mul(y, r)
    return Ciphertext(mul(G, r), beta * mul(G, m) if m else beta)


def product(ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """Their pointwise product; the neutral one of none."""
    result = NOTHING
    for each in ciphertexts:
        result = result.times(each)
    return result


def ciphertext_of(value: Any) -> Ciphertext:
    """A ciphertext of a message; its elements are not yet looked at whether they lie in the group. Raises Refused."""
    found = fields(value, ("alpha", "beta"))
    return Ciphertext(decoded(found["alpha"]), decoded(found["beta"]))
