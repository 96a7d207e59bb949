"""Proofs of decryption over the full statement, beside the archive.

In version 1 a proof of decryption hashes neither alpha nor the factor, so a trustee can publish a wrong factor with a
proof that passes and block the result; once it stands in the archive, for good. Here the same is proven with all of
the statement in the hash. It stands in a file of its own: the archive stays what every tool of version 1 reads. This is
ours and not of the specification.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ballotbox.checks import Check
from ballotbox.encoding import fields, integer, listed
from ballotbox.group import Element, G, mul
from ballotbox.proofs import Proof, equality, is_equal, must, proof_of
from ballotbox.scalars import Secret
from ballotbox.tallies import EncryptedTally, PartialDecryption


@dataclass(frozen=True, slots=True)
class Supplement:
    """The proofs of one owner (counted from 1), one for each ciphertext of the tally."""

    owner: int
    proofs: tuple[tuple[Proof, ...], ...]

    def as_json(self) -> dict[str, Any]:
        """As it stands in its file."""
        return {"owner": self.owner, "proofs": [[each.as_json() for each in row] for row in self.proofs]}


def supplement_of(value: Any) -> Supplement:
    """From its file; raises Refused."""
    found = fields(value, ("owner", "proofs"))
    return Supplement(
        integer(found["owner"], least=1), tuple(tuple(map(proof_of, listed(row))) for row in listed(found["proofs"]))
    )


def _prefix(fingerprint: str, key: Element, alpha: Element, factor: Element) -> str:
    return f"ballotbox-decrypt-1|{fingerprint}|{key}|{alpha},{factor}|"


def make_supplement(
    tally: EncryptedTally,
    partial: PartialDecryption,
    x: Secret,
    *,
    owner: int,
    fingerprint: str,
    nonces: Sequence[Sequence[Secret]],
) -> Supplement:
    """The proofs of a trustee about her own partial decryption, with a fresh nonce for each ciphertext."""
    key = mul(G, x)
    return Supplement(
        owner,
        tuple(
            tuple(
                equality(_prefix(fingerprint, key, c.alpha, factor), c.alpha, x, w)
                for c, factor, w in zip(choices, factors, drawn, strict=True)
            )
            for choices, factors, drawn in zip(tally, partial.factors, nonces, strict=True)
        ),
    )


def check_supplement(
    tally: EncryptedTally, partial: PartialDecryption, supplement: Supplement, key: Element, *, fingerprint: str
) -> None:
    """That each factor is alpha to the power of the private key of `key`. Raises Refused: `supplement_shape`,
    `supplement_proof`."""
    shape = [len(row) for row in tally]
    same = [len(row) for row in partial.factors] == shape == [len(row) for row in supplement.proofs]
    must(same, Check.SUPPLEMENT_SHAPE, "proofs")
    for i, row in enumerate(tally):
        for j, c in enumerate(row):
            factor, proof = partial.factors[i][j], supplement.proofs[i][j]
            passes = is_equal(_prefix(fingerprint, key, c.alpha, factor), key, c.alpha, factor, proof)
            must(passes, Check.SUPPLEMENT_PROOF, f"proofs[{i}][{j}]")
