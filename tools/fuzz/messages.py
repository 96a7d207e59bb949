"""Readers of what trustees send each other, and of the smallest parts of everything."""

from typing import Final

from tools.fuzz import seeds
from tools.fuzz.properties import again, same, text
from tools.fuzz.seeds import dealing, drawn, held

from ballotbox import pedersen
from ballotbox.checks import Check, Refused
from ballotbox.command.io import Wrong
from ballotbox.command.merge import merged
from ballotbox.credentials import secret_of
from ballotbox.encoding import hash_of, read, read_canonical, uuid, written
from ballotbox.group import ONE, decoded, element_of, mul
from ballotbox.pki import Keys, SendingNonces, certificate_of, encrypt, receive, sign
from ballotbox.scalars import Q, Secret, scalar_of
from ballotbox.trustees import coefficients_of

# What trustees send each other.

KEYS: Final = Keys.of(seeds.SEEDS_OF_TRUSTEES[0])


def certificate(data: bytes) -> None:
    """What a certificate says, signed."""
    certificate_of(sign(text(data), KEYS.signing, Secret.of(7)))


def coefficients(data: bytes) -> None:
    """What a trustee publishes of her polynomial, signed."""
    coefficients_of(sign(text(data), KEYS.signing, Secret.of(7)), KEYS.verification, 1)


def envelope(data: bytes) -> None:
    """What came, encrypted for somebody."""
    receive(text(data), decryption=KEYS.decryption, sender=KEYS.verification)


def signed(data: bytes) -> None:
    """What is inside."""
    with drawn(6):
        envelope(encrypt(text(data), KEYS.encryption, SendingNonces.random().encryption).encode())


def letter(data: bytes) -> None:
    """What is signed inside."""
    signed(written(sign(text(data), KEYS.signing, Secret.of(7)).as_json()).encode())


def polynomial(data: bytes) -> None:
    """Step 3, as the administrator gets it."""
    pedersen.step4(dealing().certs, [again(pedersen.polynomial_of)(data), dealing().polynomials[1]])


def vinput(data: bytes) -> None:
    """Step 4, as a trustee gets it."""
    found = again(pedersen.vinput_of)(data)
    with drawn(7):
        pedersen.step5(dealing().certs, seeds.SEEDS_OF_TRUSTEES[0], found, pedersen.ShareNonces.random())


def voutput(data: bytes) -> None:
    """Step 5, as the administrator gets it."""
    found = again(pedersen.voutput_of)(data)
    pedersen.step6(dealing().certs, dealing().polynomials, [found, dealing().voutputs[1]])


# The smallest parts.


def json(data: bytes) -> None:
    """JSON itself."""
    value = read(data)
    rewritten = written(value).encode()
    same(read(rewritten), value)
    same(written(read_canonical(rewritten)).encode(), rewritten)


def scalar(data: bytes) -> None:
    """A number modulo q."""
    number = scalar_of(text(data))
    same(str(number).encode(), data)
    same((0 <= number < Q, Secret.of_decimal(text(data)).decimal()), (True, str(number)))


def element(data: bytes) -> None:
    """An element of the group has the order of the group."""
    same(str(decoded(text(data))).encode(), data)
    found = element_of(text(data))
    same(mul(found, Q - 1) * found, ONE)


def words(data: bytes) -> None:
    """Identifiers, hashes and secrets: one passes, or none."""
    said = text(data)
    for of in (uuid, hash_of, lambda each: secret_of(each, held().election.uuid)):
        try:
            of(said)
        except Refused:
            continue
        same(said.isascii() and said.isprintable(), True)
        return
    raise Refused(Check.STRING)


def reports(data: bytes) -> None:
    """The report of another machine, beside one of ours."""
    try:
        merged([("ours", read(report(1))), ("theirs", read(data))])
    except Wrong as wrong:
        raise Refused(Check.FIELDS, str(wrong)) from wrong


def report(part: int) -> bytes:
    """One of two parts."""
    same_in_all = {"fingerprint": "f", "height": 9, "head": "a" * 64, "stage": "counted", "voters": 2, "ballots": 2}
    asked = [{"question": "?", "choices": [None, "A"]}]
    about = {"election": "Proef", "uuid": "1" * 14, "credentials": "c", "trustees": "t", "questions": asked}
    rest = {**about, "ballots_counted": 2, "result": [[0, 1]], "passed": True, "ballots_checked": 1}
    return written({**same_in_all, **rest, "part": [part, 2]}).encode()
