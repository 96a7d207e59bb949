"""Trustees and the key of an election (spec: Verification keys, Threshold parameters, Trustees)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ballotbox.checks import Check, Refused
from ballotbox.encoding import fields, integer, listed, read, string, written
from ballotbox.group import ONE, Element, G, element_of, mul
from ballotbox.pki import Certificate, Context, SignedMessage, certificate_of, is_signed, signed_message_of
from ballotbox.proofs import Proof, knowledge, knows, must, proof_of, proofs_of
from ballotbox.scalars import Q, Secret


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """`trustee_public_key`: X = g^x with a proof that somebody knows x. In threshold mode signed by its owner; `name`
    as 3.0 may write it."""

    pok: Proof
    public_key: Element
    signature: Proof | None = None
    name: str | None = None

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        found: dict[str, Any] = {"pok": self.pok.as_json(), "public_key": str(self.public_key)}
        if self.signature is not None:
            found["signature"] = self.signature.as_json()
        if self.name is not None:
            found["name"] = self.name
        return found


@dataclass(frozen=True, slots=True)
class Single:
    """One trustee, who is needed."""

    key: TrusteeKey

    @property
    def public_key(self) -> Element:
        """Her part of the key of the election."""
        return self.key.public_key

    @property
    def keys(self) -> tuple[TrusteeKey, ...]:
        """Whose partial decryptions count here."""
        return (self.key,)

    @property
    def needed(self) -> int:
        """How many of them."""
        return 1


@dataclass(frozen=True, slots=True)
class Pedersen:
    """`threshold_parameters`: trustees of whom any `threshold` are needed; `coefficients` are what `coefexps` say."""

    threshold: int
    certs: tuple[SignedMessage, ...]
    coefexps: tuple[SignedMessage, ...]
    signatures: tuple[Proof, ...]
    verification_keys: tuple[TrusteeKey, ...]
    coefficients: tuple[tuple[Element, ...], ...]

    @property
    def public_key(self) -> Element:
        """Their part of the key: the product of each one's first coefficient."""
        result = ONE
        for each in self.coefficients:
            result = result * each[0]
        return result

    @property
    def keys(self) -> tuple[TrusteeKey, ...]:
        """Whose partial decryptions count here, in their order."""
        return self.verification_keys

    @property
    def needed(self) -> int:
        """How many of them."""
        return self.threshold

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {
            "threshold": self.threshold,
            "certs": [each.as_json() for each in self.certs],
            "coefexps": [each.as_json() for each in self.coefexps],
            "signatures": [each.as_json() for each in self.signatures],
            "verification_keys": [each.as_json() for each in self.verification_keys],
        }


Trustees = tuple[Single | Pedersen, ...]


def pok_prefix(public_key: Element) -> str:
    """What the proof of a verification key is bound to."""
    return f"pok|Ed25519|{public_key}|"


def make_key(x: Secret, w: Secret) -> TrusteeKey:
    """The verification key of a private key, with its proof."""
    public_key = mul(G, x)
    return TrusteeKey(knowledge(pok_prefix(public_key), x, w), public_key)


def key_of(value: Any) -> TrusteeKey:
    """A verification key of a message, not yet checked; raises Refused."""
    found = fields(value, ("pok", "public_key"), ("signature", "name"))
    return TrusteeKey(
        proof_of(found["pok"]),
        element_of(found["public_key"]),
        proof_of(found["signature"]) if "signature" in found else None,
        string(found["name"]) if "name" in found else None,
    )


def check_key(key: TrusteeKey) -> None:
    """Raises Refused: `trustee_identity` (a key that hides nothing), `trustee_pok`."""
    must(key.public_key != ONE, Check.TRUSTEE_IDENTITY, "public_key")
    must(knows(pok_prefix(key.public_key), key.public_key, key.pok), Check.TRUSTEE_POK, "pok")


def coefficients_of(signed: SignedMessage, verification: Element, threshold: int) -> tuple[Element, ...]:
    """The exponentiated coefficients of a trustee's polynomial. Raises Refused: `coefexps_signature`,
    `coefexps_length`."""
    must(is_signed(signed, verification), Check.COEFEXPS_SIGNATURE, "coefexps")
    found = tuple(element_of(each) for each in listed(fields(read(signed.message), ("coefexps",))["coefexps"]))
    must(len(found) == threshold, Check.COEFEXPS_LENGTH, "coefexps")
    return found


def certs_message(certs: Sequence[SignedMessage], coefficients: Sequence[Element]) -> str:
    """What a trustee signs of all certificates and her own coefficients."""
    said = {"certs": [each.as_json() for each in certs], "coefexps": [str(each) for each in coefficients]}
    return f"certs_sig|{written(said)}"


def summed(coefficients: Sequence[Sequence[Element]]) -> list[Element]:
    """The polynomial that is the sum of all, in the exponent: made once, so that many trustees do not cost the third
    power of their number."""
    result = [ONE] * len(coefficients[0])
    for each in coefficients:
        result = [total * coefficient for total, coefficient in zip(result, each, strict=True)]
    return result


def verification_key(polynomial: Sequence[Element], index: int) -> Element:
    """The public share of a trustee (`index` from 1): the value of the `summed` polynomial at her place, in the
    exponent."""
    result, power = ONE, 1
    for coefficient in polynomial:
        result = result * mul(coefficient, power)
        power = power * index % Q
    return result


def certificates_of(certs: Sequence[SignedMessage], threshold: int | None = None) -> list[Certificate]:
    """All certificates, each checked for its place. Raises Refused, saying which."""
    found: list[Certificate] = []
    if not certs:
        raise Refused(Check.TRUSTEES_SHAPE, "there is no certificate")
    for place, each in enumerate(certs):
        try:
            if threshold is None:
                threshold = certificate_of(each).context.threshold
            found.append(certificate_of(each, Context(len(certs), threshold, place + 1)))
        except Refused as refused:
            raise refused.inside(f"certs[{place}]") from None
    if len({each.verification for each in found} | {each.encryption for each in found}) != 2 * len(found):
        raise Refused(Check.TRUSTEE_TWICE, "two certificates have one key")
    must(1 <= (threshold or 0) <= len(certs), Check.TRUSTEES_SHAPE, "threshold")
    return found


def _pedersen_of(value: Any) -> Pedersen:
    found = fields(value, ("threshold", "certs", "coefexps", "signatures", "verification_keys"))
    threshold = integer(found["threshold"], least=1)
    certs = tuple(signed_message_of(each) for each in listed(found["certs"]))
    coefexps = tuple(signed_message_of(each) for each in listed(found["coefexps"]))
    signatures = proofs_of(found["signatures"])
    keys = tuple(key_of(each) for each in listed(found["verification_keys"]))
    same = len(certs) == len(coefexps) == len(signatures) == len(keys)
    must(same and threshold <= len(certs), Check.TRUSTEES_SHAPE, "certs, coefexps, signatures, verification_keys")
    certificates = certificates_of(certs, threshold)
    coefficients = []
    for place, (certificate, signed, signature) in enumerate(zip(certificates, coefexps, signatures, strict=True)):
        try:
            mine = coefficients_of(signed, certificate.verification, threshold)
            message = SignedMessage(certs_message(certs, mine), signature)
            must(is_signed(message, certificate.verification), Check.CERTS_SIGNATURE, "signature")
        except Refused as refused:
            raise refused.inside(f"trustees[{place}]") from None
        coefficients.append(mine)
    polynomial = summed(coefficients)
    for place, (certificate, key) in enumerate(zip(certificates, keys, strict=True)):
        try:
            check_share(key, certificate, polynomial, place + 1)
        except Refused as refused:
            raise refused.inside(f"verification_keys[{place}]") from None
    return Pedersen(threshold, certs, coefexps, signatures, keys, tuple(coefficients))


def check_share(key: TrusteeKey, certificate: Certificate, polynomial: Sequence[Element], index: int) -> None:
    """That a verification key in threshold mode is the one that follows from the `summed` polynomial, proven and signed
    by its owner. Raises Refused."""
    check_key(key)
    must(key.public_key == verification_key(polynomial, index), Check.VERIFICATION_KEY, "public_key")
    signed = key.signature is not None and is_signed(
        SignedMessage(str(key.public_key), key.signature), certificate.verification
    )
    must(signed, Check.VERIFICATION_KEY_SIGNATURE, "signature")


def trustees_of(value: Any) -> Trustees:
    """The trustees of a message, all checked. Raises Refused: `trustees_shape` when there is none, and what each check
    says; `trustee_twice` when one key stands twice, for then one person decrypts as two."""
    found: list[Single | Pedersen] = []
    for place, each in enumerate(listed(value, Check.TRUSTEES_SHAPE)):
        try:
            match each:
                case ["Single", said]:
                    single = Single(key_of(said))
                    check_key(single.key)
                    found.append(single)
                case ["Pedersen", said]:
                    found.append(_pedersen_of(said))
                case _:
                    raise Refused(Check.TRUSTEES_SHAPE, "neither Single nor Pedersen")
        except Refused as refused:
            raise refused.inside(f"trustees[{place}]") from None
    keys = [{key.public_key for key in each.keys} for each in found]  # where one is enough, all have the same share
    must(bool(keys), Check.TRUSTEES_SHAPE, "trustees")
    must(len(set().union(*keys)) == sum(map(len, keys)), Check.TRUSTEE_TWICE, "trustees")
    return tuple(found)


def trustees_json(trustees: Trustees) -> list[Any]:
    """In the order of the specification."""
    return [
        ["Single", each.key.as_json()] if isinstance(each, Single) else ["Pedersen", each.as_json()]
        for each in trustees
    ]


def combined_key(trustees: Trustees) -> Element:
    """y: the product of the part of each."""
    result = ONE
    for each in trustees:
        result = result * each.public_key
    return result


def check_trustees(trustees: Trustees, public_key: Element) -> None:
    """That the key of the election is theirs; raises Refused (`public_key`)."""
    must(combined_key(trustees) == public_key, Check.PUBLIC_KEY, "public_key")
