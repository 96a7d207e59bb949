"""Known weaknesses of version 1: accepted here as everywhere, and what covers each."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ballotbox.checks import Check, Refused
from ballotbox.encoding import sha256_hex, written
from ballotbox.events import EventType
from ballotbox.group import ONE, G, mul
from ballotbox.proofs import Proof
from ballotbox.scalars import Q, Secret, hashed
from ballotbox.supplement import check_supplement, make_supplement, supplement_of
from ballotbox.tallies import (
    Owned,
    PartialDecryption,
    check_decryption,
    decrypt_partly,
    decrypt_prefix,
    decryption_nonces,
    opened,
    result_of_opened,
)
from tests.ballotbox.making import Made, make, run
from tests.ballotbox.test_command import box, typed


def forged(made: Made, owner: int) -> PartialDecryption:
    """Wrong factors with proofs that pass: the commitments are chosen first, then the factor is solved from them.

    With the challenge fixed by any A = g^a and B = alpha^b, the factor is alpha^((b - response) / challenge).
    """
    x, tally = made.keys[owner - 1], made.tally().product()
    key = mul(G, x)
    factors, proofs = [], []
    for row in tally:
        more: list[tuple[object, Proof]] = []
        for c in row:
            a, b = 12345, 67890
            challenge = hashed(decrypt_prefix(made.election.fingerprint, key), mul(G, a), mul(c.alpha, b))
            response = Secret.of(a).response(x, challenge)
            factor = mul(c.alpha, (b - response) * pow(challenge, -1, Q) % Q)
            more.append((factor, Proof(challenge, response)))
        factors.append(tuple(each for each, _ in more))
        proofs.append(tuple(each for _, each in more))
    return PartialDecryption(tuple(factors), tuple(proofs))  # type: ignore[arg-type]


@pytest.fixture
def closed() -> Made:
    made = make(voters=2, singles=2, thresholds=())
    for voter in (0, 1):
        made.vote(voter, [[0, 1, 0], [1, 0, 0]])
    made.close()
    return made


def test_a_forged_factor_is_accepted_by_version_1_and_blocks_the_result_without_steering_it(closed: Made) -> None:
    wrong, tally = forged(closed, 1), closed.tally().product()
    key, fingerprint = mul(G, closed.keys[0]), closed.election.fingerprint
    honest = decrypt_partly(tally, closed.keys[0], fingerprint, decryption_nonces(tally))
    assert wrong.factors != honest.factors
    check_decryption(tally, key, wrong, fingerprint)  # accepted by version 1
    body = written(wrong.as_json()).encode()
    owned = written(Owned(1, sha256_hex(body)).as_json()).encode()
    closed.events.append((EventType.PARTIAL_DECRYPTION, [body, owned]))
    closed.decrypt(2)
    found = run(closed.archive())
    assert found.sized is not None
    with pytest.raises(Refused) as raised:
        result_of_opened(opened(tally, closed.trustees, found.decryptions), found.sized.total_weight)
    assert raised.value.check is Check.RESULT


def test_the_supplement_closes_it(closed: Made) -> None:
    tally, x, fingerprint = closed.tally().product(), closed.keys[0], closed.election.fingerprint
    key = mul(G, x)
    honest = decrypt_partly(tally, x, fingerprint, decryption_nonces(tally))
    beside = make_supplement(tally, honest, x, owner=1, fingerprint=fingerprint)
    assert supplement_of(json.loads(written(beside.as_json()))) == beside
    check_supplement(tally, honest, beside, key, fingerprint=fingerprint)
    wrong = forged(closed, 1)
    own = make_supplement(tally, wrong, x, owner=1, fingerprint=fingerprint)
    for proofs in (beside, own, replace(beside, proofs=wrong.proofs)):
        with pytest.raises(Refused) as raised:
            check_supplement(tally, wrong, proofs, key, fingerprint=fingerprint)
        assert raised.value.check is Check.SUPPLEMENT_PROOF
    with pytest.raises(Refused) as raised:
        check_supplement(tally, honest, replace(beside, proofs=beside.proofs[:1]), key, fingerprint=fingerprint)
    assert raised.value.check is Check.SUPPLEMENT_SHAPE


def test_an_election_without_ballots_has_one_too() -> None:
    made = make(voters=0, singles=1, thresholds=())
    made.close()
    tally, x, fingerprint = made.tally().product(), made.keys[0], made.election.fingerprint
    assert tally[0][0].alpha == ONE
    partial = decrypt_partly(tally, x, fingerprint, decryption_nonces(tally))
    beside = make_supplement(tally, partial, x, owner=1, fingerprint=fingerprint)
    check_supplement(tally, partial, beside, mul(G, x), fingerprint=fingerprint)


def test_on_the_command_line_it_is_made_and_checked(closed: Made, tmp_path: Path) -> None:
    (tmp_path / "e.bel").write_bytes(closed.archive())
    (tmp_path / "x").write_text(json.dumps(closed.keys[0].decimal()))
    part = box(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x", "--supplement", "beside.json")
    early = typed(tmp_path, "verify", "e.bel", "--supplement", "beside.json")
    assert (early.returncode, "supplement_owner" in early.stderr) == (1, True)
    box(tmp_path, "archive", "add", "e.bel", "--type", "PartialDecryption", given=part)
    said = box(tmp_path, "verify", "e.bel", "--supplement", "beside.json", "--language", "en")
    assert "        1  of these over the full statement" in said


def test_a_signature_is_not_bound_to_the_key_and_certificates_are() -> None:
    """Somebody who sees a signature can make a key under which it passes: vk = (A / g^response)^(1 / challenge)."""
    from ballotbox.pedersen import step1, step2
    from ballotbox.pki import Context, Keys, SignedMessage, is_signed, sign

    keys, w = Keys.of("seed"), Secret.of(777)
    signed = sign("bericht", keys.signing, w)
    assert is_signed(signed, keys.verification)
    challenge, response = signed.signature
    other_key = mul(mul(G, 777) / mul(G, response), pow(challenge, -1, Q))
    assert other_key == keys.verification  # for this message; for another response it is another key
    moved = SignedMessage("bericht", Proof(challenge, (response + 1) % Q))
    stolen = mul(mul(G, 777) / mul(G, (response + 1) % Q), pow(challenge, -1, Q))
    assert stolen != keys.verification
    assert is_signed(moved, stolen)  # accepted by version 1: nobody knows the secret of this key
    # What covers it: a certificate signs its own key, so no such key gets into a run.
    certs = [step1("a", Context(2, 1, 1), Secret.random()), step1("b", Context(2, 1, 2), Secret.random())]
    assert step2(certs) == 1
