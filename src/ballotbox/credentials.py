"""Credentials of voters (spec: Credentials): a secret for each, and the public list that says who may vote.

Only the secrets of 22 characters (`XXXXX-XXXXXX-XXXXX-XXXXXX`) of 3.0 are made and read.
"""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from ballotbox.checks import Check, Refused
from ballotbox.encoding import listed, string
from ballotbox.group import ONE, Element, G, element_of, mul
from ballotbox.scalars import Secret

BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH: Final = 22
"""Characters of a secret: more than 128 bits."""
MOST_WEIGHT: Final = 2**40
"""The sum of all weights is at most this: the result is a logarithm that must be found."""
_GIVEN: Final = re.compile("-".join(f"[{BASE58}]{{{count}}}" for count in (5, 6, 5, 6)))
_TOKEN: Final = re.compile(f"[{BASE58}]{{{LENGTH}}}")
_WEIGHT: Final = re.compile(r"[0-9]{1,16}")


def token(length: int = LENGTH) -> str:
    """Random characters of Base58: secrets, seeds, identifiers of elections."""
    return "".join(secrets.choice(BASE58) for _ in range(length))


def is_token(text: str) -> bool:
    """Whether it is a secret or a seed as `token` makes them."""
    return _TOKEN.fullmatch(text) is not None


def new_credential() -> str:
    """A secret credential, as a voter gets it."""
    text = token()
    return f"{text[:5]}-{text[5:11]}-{text[11:16]}-{text[16:]}"


def secret_of(credential: str, uuid: str) -> Secret:
    """The secret exponent of a credential in an election: SHA256 of `derive_credential|uuid|i|c` for i = 0, 1, behind
    each other, modulo q. Raises Refused (`credential_format`), without saying what was given."""
    if not _GIVEN.fullmatch(credential):
        raise Refused(Check.CREDENTIAL_FORMAT, "a credential looks like XXXXX-XXXXXX-XXXXX-XXXXXX")
    parts = (sha256(f"derive_credential|{uuid}|{i}|{credential}".encode()).digest() for i in (0, 1))
    return Secret.reduced(b"".join(parts))


def public_of(credential: str, uuid: str) -> Element:
    """The public credential: g to the secret exponent."""
    return mul(G, secret_of(credential, uuid))


class PublicCredentials:
    """Who may vote, by her public credential, and how often her vote counts (spec: `public_credentials`).

    `weights` maps the 32 bytes of an element to its weight: a quarter of a million of them fit in memory.
    """

    __slots__ = ("total", "weighted", "weights")

    def __init__(self, weights: Mapping[bytes, int], *, weighted: bool) -> None:
        """Raises Refused (`stricter_weight_sum`)."""
        self.weights, self.weighted = MappingProxyType(dict(weights)), weighted
        self.total = sum(self.weights.values())
        if self.total > MOST_WEIGHT:
            raise Refused(Check.STRICTER_WEIGHT_SUM, f"the weights add up to {self.total}, more than {MOST_WEIGHT}")

    def __len__(self) -> int:
        return len(self.weights)

    def weight(self, credential: Element) -> int | None:
        """How often a vote with it counts; None when it is not in the list."""
        return self.weights.get(credential.raw)

    def as_json(self) -> list[str]:
        """In the order in which 3.0 sorts elements: by the bytes that libsodium reads."""
        return [str(Element(raw)) + (f",{weight}" if self.weighted else "") for raw, weight in self._in_order()]

    def _in_order(self) -> Iterator[tuple[bytes, int]]:
        return iter(sorted(self.weights.items()))


def public_credentials_of(value: Any) -> PublicCredentials:
    """The list of a message. Raises Refused: an element that is none, a weight that is none, a credential twice or the
    identity (of which everybody knows the secret), a sum of weights that is too large."""
    weights, weighted = dict[bytes, int](), False
    for place, each in enumerate(listed(value)):
        where = f"credentials[{place}]"
        try:
            written, comma, weight = string(each).partition(",")
            credential = element_of(written)
            if credential == ONE:
                raise Refused(Check.STRICTER_CREDENTIAL_IDENTITY)
            if credential.raw in weights:
                raise Refused(Check.CREDENTIAL_TWICE, written)
            weights[credential.raw] = _weight(weight) if comma else 1
            weighted = weighted or bool(comma)
        except Refused as refused:
            raise refused.inside(where) from None
    return PublicCredentials(weights, weighted=weighted)


def _weight(text: str) -> int:
    if not _WEIGHT.fullmatch(text):
        raise Refused(Check.WEIGHT, f"{len(text)} characters that are no weight")
    if text != str(int(text)):
        raise Refused(Check.STRICTER_WEIGHT, "it has leading zeros")
    return int(text)


def made(weights: Sequence[int], uuid: str, *, weighted: bool) -> tuple[list[str], PublicCredentials]:
    """A secret credential for each of these weights, in their order, and the public list. Raises Refused
    (`stricter_weight_sum`)."""
    given = [new_credential() for _ in weights]
    public = {public_of(each, uuid).raw: weight for each, weight in zip(given, weights, strict=True)}
    return given, PublicCredentials(public, weighted=weighted)
