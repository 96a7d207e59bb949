"""Making a threshold key: each step sees what another did wrong, and says by which check and whose."""

from dataclasses import replace

import pytest

from ballotbox import pedersen
from ballotbox.checks import Check, Refused
from ballotbox.credentials import token
from ballotbox.encoding import read, written
from ballotbox.group import G, mul
from ballotbox.pki import (
    Context,
    EncryptionNonces,
    Keys,
    SendingNonces,
    SignedMessage,
    certificate_of,
    decrypt,
    encrypt,
    receive,
    send,
)
from ballotbox.proofs import Proof
from ballotbox.scalars import Q, Secret

SIZE, THRESHOLD = 3, 2


class Run:
    """The six steps of three trustees, of whom two are needed."""

    def __init__(self) -> None:
        self.seeds = [token() for _ in range(SIZE)]
        self.certs = [
            pedersen.step1(seed, Context(SIZE, THRESHOLD, place + 1), Secret.random())
            for place, seed in enumerate(self.seeds)
        ]
        self.polynomials = [
            pedersen.step3(self.certs, seed, pedersen.PolynomialNonces.random(SIZE, THRESHOLD)) for seed in self.seeds
        ]

    def output(self, place: int, vinput: pedersen.VInput | None = None) -> pedersen.VOutput:
        vinput = vinput or pedersen.step4(self.certs, self.polynomials)[place]
        return pedersen.step5(self.certs, self.seeds[place], vinput, pedersen.ShareNonces.random())


@pytest.fixture
def run() -> Run:
    return Run()


def refused(act: object) -> Refused:
    with pytest.raises(Refused) as raised:
        act()  # type: ignore[operator]
    return raised.value


def wrong(proof: Proof) -> Proof:
    return proof._replace(response=(proof.response + 1) % Q)


def test_all_messages_are_read_back_as_they_were_written(run: Run) -> None:
    for each in run.polynomials:
        assert pedersen.polynomial_of(read(written(each.as_json()))) == each
    for each in pedersen.step4(run.certs, run.polynomials):
        assert pedersen.vinput_of(read(written(each.as_json()))) == each
    output = run.output(0)
    assert pedersen.voutput_of(read(written(output.as_json()))) == output


def test_a_certificate_of_another_run_or_not_signed_is_refused(run: Run) -> None:
    first = run.certs[0]
    assert refused(lambda: pedersen.step1_check(first, Context(3, 2, 2))).check is Check.CERT_CONTEXT
    unsigned = SignedMessage(first.message, wrong(first.signature))
    assert refused(lambda: pedersen.step2([unsigned, *run.certs[1:]])).check is Check.CERT_SIGNATURE
    swapped = [run.certs[1], run.certs[0], run.certs[2]]
    assert refused(lambda: pedersen.step2(swapped)).check is Check.CERT_CONTEXT
    assert refused(lambda: pedersen.step2([])).check is Check.TRUSTEES_SHAPE
    group = SignedMessage(first.message.replace("Ed25519", "Other"), first.signature)
    assert refused(lambda: certificate_of(group)).check is Check.CERT_CONTEXT


def test_one_trustee_can_not_be_two(run: Run) -> None:
    seed = run.seeds[0]
    again = pedersen.step1(seed, Context(SIZE, THRESHOLD, 2), Secret.random())
    assert refused(lambda: pedersen.step2([run.certs[0], again, run.certs[2]])).check is Check.TRUSTEE_TWICE


def test_a_stranger_has_no_place(run: Run) -> None:
    nonces = pedersen.PolynomialNonces.random(SIZE, THRESHOLD)
    assert refused(lambda: pedersen.step3(run.certs, token(), nonces)).check is Check.OWN_CERTIFICATE


def test_the_administrator_sees_what_is_not_signed_or_too_short(run: Run) -> None:
    mine = run.polynomials[1]
    changed = [
        (
            replace(mine, coefexps=SignedMessage(mine.coefexps.message, wrong(mine.coefexps.signature))),
            Check.COEFEXPS_SIGNATURE,
        ),
        (replace(mine, signature=wrong(mine.signature)), Check.CERTS_SIGNATURE),
        (replace(mine, secrets=mine.secrets[:-1]), Check.TRUSTEES_SHAPE),
    ]
    for each, check in changed:
        error = refused(lambda each=each: pedersen.step4(run.certs, [run.polynomials[0], each, run.polynomials[2]]))  # type: ignore[misc]
        assert error.check is check
        assert error.where.startswith("polynomials[1]")
    short = pedersen.step3(run.certs, run.seeds[1], pedersen.PolynomialNonces.random(SIZE, 1))
    error = refused(lambda: pedersen.step4(run.certs, [run.polynomials[0], short, run.polynomials[2]]))
    assert error.check is Check.COEFEXPS_LENGTH


def test_a_trustee_sees_a_share_that_does_not_fit(run: Run) -> None:
    good = pedersen.step4(run.certs, run.polynomials)[0]
    sender, mine = Keys.of(run.seeds[1]), Keys.of(run.seeds[0])
    forged = send(
        written({"secret": "5"}), signing=sender.signing, recipient=mine.encryption, nonces=SendingNonces.random()
    )
    vinput = replace(good, secrets=(good.secrets[0], forged, good.secrets[2]))
    error = refused(lambda: run.output(0, vinput))
    assert (error.check, error.where.startswith("trustees[1]")) == (Check.SECRET_SHARE, True)
    swapped = replace(good, secrets=(good.secrets[1], good.secrets[0], good.secrets[2]))
    assert refused(lambda: run.output(0, swapped)).check is Check.CHANNEL_SIGNATURE
    elsewhere = replace(good, secrets=(good.secrets[0], run.polynomials[1].secrets[1], good.secrets[2]))
    assert refused(lambda: run.output(0, elsewhere)).check is Check.CHANNEL_DECRYPTION


def test_the_administrator_sees_a_share_that_is_not_the_one_that_follows(run: Run) -> None:
    outputs = [run.output(place) for place in range(SIZE)]
    swapped = [replace(outputs[0], public_key=outputs[1].public_key), *outputs[1:]]
    error = refused(lambda: pedersen.step6(run.certs, run.polynomials, swapped))
    assert (error.check, error.where.startswith("voutputs[0]")) == (Check.VERIFICATION_KEY, True)
    unsigned = replace(outputs[0], public_key=replace(outputs[0].public_key, signature=None))
    error = refused(lambda: pedersen.step6(run.certs, run.polynomials, [unsigned, *outputs[1:]]))
    assert error.check is Check.VERIFICATION_KEY_SIGNATURE
    assert pedersen.step6(run.certs, run.polynomials, outputs).threshold == THRESHOLD


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 1000, 65_535, 65_536, 70_000])
def test_a_message_of_any_length_goes_through(length: int) -> None:
    key = Secret.random()
    text = "é" * (length // 2) + "x" * (length % 2)
    assert decrypt(encrypt(text, mul(G, key), EncryptionNonces.random()), key) == text


def test_a_message_for_another_or_changed_on_its_way_is_not_read() -> None:
    mine, sender, stranger = Keys.of(token()), Keys.of(token()), Keys.of(token())
    sent = send("geheim", signing=sender.signing, recipient=mine.encryption, nonces=SendingNonces.random())
    assert receive(sent, decryption=mine.decryption, sender=sender.verification) == "geheim"
    by_another = refused(lambda: receive(sent, decryption=stranger.decryption, sender=sender.verification))
    assert by_another.check is Check.CHANNEL_DECRYPTION
    not_hers = refused(lambda: receive(sent, decryption=mine.decryption, sender=stranger.verification))
    assert not_hers.check is Check.CHANNEL_SIGNATURE
    parts = read(sent)
    parts["data"] = parts["data"][:-2] + ("00" if parts["data"][-2:] != "00" else "11")
    assert refused(lambda: decrypt(written(parts), mine.decryption)).check is Check.CHANNEL_DECRYPTION
    parts["data"] = "00"
    assert refused(lambda: decrypt(written(parts), mine.decryption)).check is Check.CHANNEL_DECRYPTION
    # Opened and encrypted again for another, it says for whom it was.
    inside = decrypt(sent, mine.decryption)
    passed_on = encrypt(inside, stranger.encryption, EncryptionNonces.random())
    for_another = refused(lambda: receive(passed_on, decryption=stranger.decryption, sender=sender.verification))
    assert for_another.check is Check.CHANNEL_RECIPIENT


def test_what_newer_releases_encrypt_is_read_too() -> None:
    from hashlib import sha256

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, nonces = Secret.random(), EncryptionNonces.random()
    alpha, shared = mul(G, nonces.r), mul(G, nonces.s)
    beta = mul(mul(G, key), nonces.r) * shared
    digests = [sha256(f"{name}|{each}".encode()).digest() for name, each in (("key", shared), ("iv", alpha))]
    data = AESGCM(digests[0]).encrypt(digests[1], b"geheim", None).hex()
    said = {"algorithm": "AES-GCM", "alpha": str(alpha), "beta": str(beta), "data": data}
    assert decrypt(written(said), key) == "geheim"
    assert refused(lambda: decrypt(written(said | {"algorithm": "ROT13"}), key)).check is Check.CHANNEL_DECRYPTION
