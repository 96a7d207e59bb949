"""Making a key that a part of the trustees can use (spec: Filling in the trustees structure, "Pedersen" protocol).

Six steps, of which a trustee does 1, 3 and 5 with her seed, and the administrator 2, 4 and 6. Every step checks what it
got. A trustee who sees the coefficients of the others before she sends her own can steer the key that comes out (not
learn it): the specification page says what covers that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ballotbox.checks import Check, Refused
from ballotbox.encoding import fields, listed, read, string, written
from ballotbox.group import ONE, Element, G, mul
from ballotbox.pki import (
    Certificate,
    Context,
    Keys,
    SendingNonces,
    SignedMessage,
    certificate_of,
    is_signed,
    make_certificate,
    receive,
    send,
    sign,
    signed_message_of,
)
from ballotbox.proofs import Proof, must, proof_of, proofs_of
from ballotbox.scalars import Q, Secret, total
from ballotbox.trustees import (
    Pedersen,
    TrusteeKey,
    certificates_of,
    certs_message,
    check_share,
    coefficients_of,
    key_of,
    make_key,
    summed,
)

Certs = Sequence[SignedMessage]


@dataclass(frozen=True, slots=True)
class Polynomial:
    """`polynomial`: her own polynomial, encrypted for herself; its values, encrypted for each; the exponentiated
    coefficients, signed; and her signature of all certificates."""

    polynomial: str
    secrets: tuple[str, ...]
    coefexps: SignedMessage
    signature: Proof

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {
            "polynomial": self.polynomial,
            "secrets": list(self.secrets),
            "coefexps": self.coefexps.as_json(),
            "signature": self.signature.as_json(),
        }


@dataclass(frozen=True, slots=True)
class VInput:
    """`vinput`: what one trustee gets of all others."""

    polynomial: str
    secrets: tuple[str, ...]
    coefexps: tuple[SignedMessage, ...]
    signatures: tuple[Proof, ...]

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {
            "polynomial": self.polynomial,
            "secrets": list(self.secrets),
            "coefexps": [each.as_json() for each in self.coefexps],
            "signatures": [each.as_json() for each in self.signatures],
        }


@dataclass(frozen=True, slots=True)
class VOutput:
    """`voutput`: her private share, encrypted for herself, and its verification key."""

    private_key: str
    public_key: TrusteeKey

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {"private_key": self.private_key, "public_key": self.public_key.as_json()}


def polynomial_of(value: Any) -> Polynomial:
    """Step 3 of a trustee, as a message; raises Refused."""
    found = fields(value, ("polynomial", "secrets", "coefexps", "signature"))
    return Polynomial(
        string(found["polynomial"]),
        tuple(string(each) for each in listed(found["secrets"])),
        signed_message_of(found["coefexps"]),
        proof_of(found["signature"]),
    )


def vinput_of(value: Any) -> VInput:
    """Step 4 for a trustee, as a message; raises Refused."""
    found = fields(value, ("polynomial", "secrets", "coefexps", "signatures"))
    return VInput(
        string(found["polynomial"]),
        tuple(string(each) for each in listed(found["secrets"])),
        tuple(signed_message_of(each) for each in listed(found["coefexps"])),
        proofs_of(found["signatures"]),
    )


def voutput_of(value: Any) -> VOutput:
    """Step 5 of a trustee, as a message; raises Refused."""
    found = fields(value, ("private_key", "public_key"))
    return VOutput(string(found["private_key"]), key_of(found["public_key"]))


def step1(seed: str, context: Context, w: Secret) -> SignedMessage:
    """A trustee makes her certificate."""
    return make_certificate(Keys.of(seed), context, w)


def step1_check(cert: SignedMessage, context: Context) -> Certificate:
    """The administrator checks one; raises Refused."""
    return certificate_of(cert, context)


def step2(certs: Certs) -> int:
    """The administrator puts the certificates together; returns the threshold. Raises Refused."""
    return certificates_of(certs)[0].context.threshold


@dataclass(frozen=True, slots=True)
class PolynomialNonces:
    """What a trustee draws in step 3: her coefficients, and what she needs to sign and send."""

    coefficients: tuple[Secret, ...]
    own: SendingNonces
    shares: tuple[SendingNonces, ...]
    coefexps: Secret
    certs: Secret

    @classmethod
    def random(cls, size: int, threshold: int) -> "PolynomialNonces":
        """Fresh ones, for so many trustees of whom so many are needed."""
        return cls(
            tuple(Secret.random() for _ in range(threshold)),
            SendingNonces.random(),
            tuple(SendingNonces.random() for _ in range(size)),
            Secret.random(),
            Secret.random(),
        )


def step3(certs: Certs, seed: str, nonces: PolynomialNonces) -> Polynomial:
    """A trustee draws her polynomial and sends everybody its value. Raises Refused (`own_certificate` when hers is not
    among them)."""
    certificates, keys = certificates_of(certs), Keys.of(seed)
    _place(certificates, keys)
    coefficients = nonces.coefficients
    own = written({"polynomial": [each.decimal() for each in coefficients]})
    exponentiated = [mul(G, each) for each in coefficients]
    shares = (written({"secret": _value(coefficients, place + 1).decimal()}) for place in range(len(certificates)))
    return Polynomial(
        polynomial=send(own, signing=keys.signing, recipient=keys.encryption, nonces=nonces.own),
        secrets=tuple(
            send(share, signing=keys.signing, recipient=each.encryption, nonces=drawn)
            for share, each, drawn in zip(shares, certificates, nonces.shares, strict=True)
        ),
        coefexps=sign(written({"coefexps": [str(each) for each in exponentiated]}), keys.signing, nonces.coefexps),
        signature=sign(certs_message(certs, exponentiated), keys.signing, nonces.certs).signature,
    )


def step4(certs: Certs, polynomials: Sequence[Polynomial]) -> list[VInput]:
    """The administrator checks what all sent, and puts together what each gets. Raises Refused."""
    _coefficients(certs, polynomials)
    return [
        VInput(
            mine.polynomial,
            tuple(each.secrets[place] for each in polynomials),
            tuple(each.coefexps for each in polynomials),
            tuple(each.signature for each in polynomials),
        )
        for place, mine in enumerate(polynomials)
    ]


@dataclass(frozen=True, slots=True)
class ShareNonces:
    """What a trustee draws in step 5."""

    pok: Secret
    signature: Secret
    own: SendingNonces

    @classmethod
    def random(cls) -> "ShareNonces":
        """Fresh ones."""
        return cls(Secret.random(), Secret.random(), SendingNonces.random())


def step5(certs: Certs, seed: str, vinput: VInput, nonces: ShareNonces) -> VOutput:
    """A trustee checks what she got, and makes her share of the private key. Raises Refused; `secret_share` says by its
    place whose value is wrong, `certs_signature` who saw other certificates than she (herself, in step 3, included)."""
    certificates, keys = certificates_of(certs), Keys.of(seed)
    place, threshold = _place(certificates, keys), certificates[0].context.threshold
    own = receive(vinput.polynomial, decryption=keys.decryption, sender=keys.verification)
    drawn = listed(fields(read(own), ("polynomial",))["polynomial"])
    must(len(drawn) == threshold, Check.COEFEXPS_LENGTH, "polynomial")
    same = len(vinput.secrets) == len(vinput.coefexps) == len(vinput.signatures) == len(certs)
    must(same, Check.TRUSTEES_SHAPE, "vinput")
    shares = []
    for index, (certificate, sent, signed, agreed) in enumerate(
        zip(certificates, vinput.secrets, vinput.coefexps, vinput.signatures, strict=True)
    ):
        try:
            theirs = coefficients_of(signed, certificate.verification, threshold)
            message = SignedMessage(certs_message(certs, theirs), agreed)
            must(is_signed(message, certificate.verification), Check.CERTS_SIGNATURE, "signature")
            said = receive(sent, decryption=keys.decryption, sender=certificate.verification)
            share = Secret.of_decimal(fields(read(said), ("secret",))["secret"])
            must(mul(G, share) == _exponentiated(theirs, place + 1), Check.SECRET_SHARE, "secret")
        except Refused as refused:
            raise refused.inside(f"trustees[{index}]") from None
        shares.append(share)
    x = total(shares)
    key = make_key(x, nonces.pok)
    signature = sign(str(key.public_key), keys.signing, nonces.signature).signature
    kept = send(
        written({"decryption_key": x.decimal()}), signing=keys.signing, recipient=keys.encryption, nonces=nonces.own
    )
    return VOutput(kept, TrusteeKey(key.pok, key.public_key, signature))


def step6(certs: Certs, polynomials: Sequence[Polynomial], voutputs: Sequence[VOutput]) -> Pedersen:
    """The administrator checks all shares, and publishes the parameters. Raises Refused."""
    certificates, coefficients = certificates_of(certs), _coefficients(certs, polynomials)
    must(len(voutputs) == len(certs), Check.TRUSTEES_SHAPE, "voutputs")
    polynomial = summed(coefficients)
    for place, (certificate, output) in enumerate(zip(certificates, voutputs, strict=True)):
        try:
            check_share(output.public_key, certificate, polynomial, place + 1)
        except Refused as refused:
            raise refused.inside(f"voutputs[{place}]") from None
    return Pedersen(
        certificates[0].context.threshold,
        tuple(certs),
        tuple(each.coefexps for each in polynomials),
        tuple(each.signature for each in polynomials),
        tuple(each.public_key for each in voutputs),
        tuple(coefficients),
    )


def private_share(seed: str, kept: str) -> Secret:
    """Her share of the private key, out of what she keeps encrypted (`private_key` of `voutput`). Raises Refused."""
    keys = Keys.of(seed)
    said = receive(kept, decryption=keys.decryption, sender=keys.verification)
    return Secret.of_decimal(fields(read(said), ("decryption_key",))["decryption_key"])


def _coefficients(certs: Certs, polynomials: Sequence[Polynomial]) -> list[tuple[Element, ...]]:
    """The coefficients of each, checked as the administrator does; raises Refused."""
    certificates = certificates_of(certs)
    must(len(polynomials) == len(certs), Check.TRUSTEES_SHAPE, "polynomials")
    found = []
    for place, (certificate, each) in enumerate(zip(certificates, polynomials, strict=True)):
        try:
            must(len(each.secrets) == len(certs), Check.TRUSTEES_SHAPE, "secrets")
            found.append(coefficients_of(each.coefexps, certificate.verification, certificate.context.threshold))
            message = SignedMessage(certs_message(certs, found[-1]), each.signature)
            must(is_signed(message, certificate.verification), Check.CERTS_SIGNATURE, "signature")
        except Refused as refused:
            raise refused.inside(f"polynomials[{place}]") from None
    return found


def _place(certificates: Sequence[Certificate], keys: Keys) -> int:
    mine = (keys.verification, keys.encryption)
    for place, each in enumerate(certificates):
        if (each.verification, each.encryption) == mine:
            return place
    raise Refused(Check.OWN_CERTIFICATE, "your certificate is not among them")


def _value(coefficients: Sequence[Secret], x: int) -> Secret:
    """The polynomial at `x`, modulo q."""
    result, power = Secret.of(0), 1
    for each in coefficients:
        result, power = result + each * power, power * x % Q
    return result


def _exponentiated(coefficients: Sequence[Element], x: int) -> Element:
    result, power = ONE, 1
    for each in coefficients:
        result, power = result * mul(each, power), power * x % Q
    return result
