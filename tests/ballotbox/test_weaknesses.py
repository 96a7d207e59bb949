"""Known weaknesses of version 1: accepted here as everywhere, and what covers each. What is checked is what
`tests/vectors/weaknesses.json` says; `test_belenios` gives them to `belenios-tool` 3.0."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ballotbox import pedersen
from ballotbox.ballots import ballot_of, check_ballot
from ballotbox.checks import Check, Refused
from ballotbox.elections import election_of
from ballotbox.encoding import sha256_hex, written
from ballotbox.events import EventType
from ballotbox.group import ONE, Element, G, element_of, mul
from ballotbox.pki import Context, Keys, SignedMessage, certificate_of, is_signed, signed_message_of
from ballotbox.proofs import Proof, proof_of
from ballotbox.scalars import Q, Secret, scalar_of
from ballotbox.supplement import Supplement, check_supplement, make_supplement, supplement_of
from ballotbox.tallies import (
    EncryptedTally,
    Owned,
    PartialDecryption,
    check_decryption,
    decrypt_partly,
    decryption_nonces,
    decryption_of,
    opened,
    result_of_opened,
    tally_of,
)
from ballotbox.trustees import Pedersen, check_trustees, combined_key, trustees_of
from tests.ballotbox.making import Made, make, run
from tests.ballotbox.test_command import box, typed
from tests.ballotbox.test_vectors import are_known
from tests.ballotbox.weaknesses import CHOSEN, VERDICT, WEAKNESSES, election_of_one, forged, vectors

FILE = Path(__file__).resolve().parents[1] / "vectors" / "weaknesses.json"


def test_the_file_is_what_is_made() -> None:
    are_known(FILE, vectors())


def data(name: str) -> Any:
    found = json.loads(FILE.read_text(encoding="utf-8"))[name]
    assert (found["verdict"], found["covered_by"]) == (VERDICT, WEAKNESSES[name][0])
    return found["data"]


def refused(act: Any, *arguments: Any, **more: Any) -> Check:
    with pytest.raises(Refused) as raised:
        act(*arguments, **more)
    return raised.value.check


# A factor that is wrong, with a proof that passes.


def test_a_forged_factor_passes_and_the_supplement_refuses_it() -> None:
    found = data("forged_decryption_factor")
    tally, key = tally_of(found["tally"], election_of_one("forged")[0]), element_of(found["public_key"])
    wrong, honest = (decryption_of(found[f"{kind}partial_decryption"]) for kind in ("", "honest_"))
    for each in (wrong, honest):
        check_decryption(tally, key, each, found["fingerprint"])
    assert all(one != two for one, two in zip(wrong.factors[0], honest.factors[0], strict=True))
    beside = supplement_of(found["supplement"])
    check_supplement(tally, honest, beside, key, fingerprint=found["fingerprint"])
    check = refused(check_supplement, tally, wrong, beside, key, fingerprint=found["fingerprint"])
    assert check is Check.SUPPLEMENT_PROOF
    # It steers nothing: what comes out is no number of votes.
    for partial, result in ((honest, ((2, 0), (1, 1))), (wrong, None)):
        elements = [[c.beta / f for c, f in zip(*row, strict=True)] for row in zip(tally, partial.factors, strict=True)]
        if result is None:
            assert refused(result_of_opened, elements, found["total_weight"]) is Check.RESULT
        else:
            assert result_of_opened(elements, found["total_weight"]) == result


def beside_of(tally: EncryptedTally, partial: PartialDecryption, made: Made, owner: int = 1) -> Supplement:
    x, fingerprint = made.keys[owner - 1], made.election.fingerprint
    nonces = decryption_nonces(tally)
    return make_supplement(tally, partial, x, owner=owner, fingerprint=fingerprint, nonces=nonces)


def forged_by(made: Made, owner: int) -> list[bytes]:
    """The data of a partial decryption of an owner, forged."""
    wrong = forged(made.tally().product(), made.keys[owner - 1], made.election.fingerprint)
    body = written(wrong.as_json()).encode()
    return [body, written(Owned(owner, sha256_hex(body)).as_json()).encode()]


@pytest.fixture
def closed() -> Made:
    made = make(voters=2, singles=2, thresholds=())
    for voter in (0, 1):
        made.vote(voter, [[0, 1, 0], [1, 0, 0]])
    made.close()
    return made


def test_it_blocks_the_result_also_where_enough_others_decrypt() -> None:
    """The shares are taken in the order of the trustees: a forged one that stands in the archive is among them, and no
    other tool would take others."""
    made = make(voters=1, singles=0, thresholds=((2, 3),))
    made.vote(0, [[0, 1, 0], [1, 0, 0]])
    made.close()
    honest = replace(made, events=[*made.events])
    honest.decrypt(2, 3)
    honest.tell()
    assert run(honest.archive()).result == ((0, 1, 0), (1, 0, 0))
    made.events.append((EventType.PARTIAL_DECRYPTION, forged_by(made, 1)))
    made.decrypt(2, 3)
    found = run(made.archive())
    assert found.tally is not None
    elements = opened(found.tally, made.trustees, found.decryptions)
    assert refused(result_of_opened, elements, 1) is Check.RESULT


def test_the_supplement_of_another_or_of_fewer_is_refused(closed: Made) -> None:
    tally, x, fingerprint = closed.tally().product(), closed.keys[0], closed.election.fingerprint
    key = mul(G, x)
    honest = decrypt_partly(tally, x, fingerprint, decryption_nonces(tally))
    beside = beside_of(tally, honest, closed)
    assert supplement_of(json.loads(written(beside.as_json()))) == beside
    check_supplement(tally, honest, beside, key, fingerprint=fingerprint)
    wrong = forged(tally, x, fingerprint)
    for proofs in (beside_of(tally, wrong, closed), replace(beside, proofs=wrong.proofs)):
        check = refused(check_supplement, tally, wrong, proofs, key, fingerprint=fingerprint)
        assert check is Check.SUPPLEMENT_PROOF
    fewer = replace(beside, proofs=beside.proofs[:1])
    assert refused(check_supplement, tally, honest, fewer, key, fingerprint=fingerprint) is Check.SUPPLEMENT_SHAPE


def test_an_election_without_ballots_has_one_too() -> None:
    made = make(voters=0, singles=1, thresholds=())
    made.close()
    tally, x, fingerprint = made.tally().product(), made.keys[0], made.election.fingerprint
    assert tally[0][0].alpha == ONE
    partial = decrypt_partly(tally, x, fingerprint, decryption_nonces(tally))
    check_supplement(tally, partial, beside_of(tally, partial, made), mul(G, x), fingerprint=fingerprint)


def test_on_the_command_line_it_is_made_and_checked_before_anything_is_added(closed: Made, tmp_path: Path) -> None:
    (tmp_path / "e.bel").write_bytes(closed.archive())
    (tmp_path / "x").write_text(json.dumps(closed.keys[0].decimal()))
    part = box(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x", "--supplement", "beside.json")
    early = typed(tmp_path, "verify", "e.bel", "--supplement", "beside.json")
    assert (early.returncode, "supplement_owner" in early.stdout) == (1, True)
    add = ("archive", "add", "e.bel", "--supplement", "beside.json", "--type")
    wrong = [b"\n".join(bodies).decode() for bodies in (forged_by(closed, 1), closed.decryption(2))]
    for given, check in zip(wrong, ("supplement_proof", "supplement_owner"), strict=True):
        done = typed(tmp_path, *add, "PartialDecryption", given=given)
        assert (done.returncode, check in done.stderr) == (1, True)
    for kind, given, said in (("Result", part, "is for"), ("PartialDecryption", "{}", "takes 2 of data")):
        done = typed(tmp_path, *add, kind, given=given)
        assert (done.returncode, said in done.stderr) == (2, True)
    assert (tmp_path / "e.bel").read_bytes() == closed.archive()
    added = typed(tmp_path, *add, "PartialDecryption", given=part)
    assert (added.returncode, "over the full statement" in added.stderr) == (0, True)
    said = box(tmp_path, "verify", "e.bel", "--supplement", "beside.json", "--language", "en")
    assert "        1    of which with a second proof" in said


def test_before_the_count_and_of_nobody_it_says_so(closed: Made, tmp_path: Path) -> None:
    body = closed.decryption(1)[0]
    nobody = written(Owned(9, sha256_hex(body)).as_json())
    (tmp_path / "begun.bel").write_bytes(make(voters=1).archive())
    (tmp_path / "e.bel").write_bytes(closed.archive())
    partial = decryption_of(json.loads(body))
    for archive, owner, said, given in (
        ("begun.bel", 1, "nothing is tallied yet", closed.decryption(1)[1].decode()),
        ("e.bel", 9, "decryption_owner", nobody),
    ):
        beside = replace(beside_of(closed.tally().product(), partial, closed), owner=owner)
        (tmp_path / "beside").write_text(written(beside.as_json()))
        arguments = ("archive", "add", archive, "--type", "PartialDecryption", "--supplement", "beside")
        assert said in typed(tmp_path, *arguments, given=f"{body.decode()}\n{given}").stderr


# A signature that does not hash the key under which it is checked.


def test_a_signature_passes_under_the_key_of_somebody_who_knows_no_secret() -> None:
    found = data("signature_without_key")
    keys = [element_of(found[name]) for name in ("verification", "other_verification")]
    signatures = [proof_of(found[name]) for name in ("signature", "other_signature")]
    for key, proof in zip(keys, signatures, strict=True):
        assert is_signed(SignedMessage(found["message"], proof), key)
    assert keys[1] == keys[0] * mul(G, scalar_of(found["difference"]))
    assert keys[0] != keys[1]


def test_a_certificate_signs_its_own_key_so_no_such_key_gets_into_a_run() -> None:
    """The same done with the certificate of another: what she would call her own is not what stands in it."""
    keys, d = Keys.of("seed"), Secret.random()
    cert = pedersen.step1("seed", Context(2, 1, 1), Secret.random())
    challenge, response = cert.signature
    number = (response - challenge * int(d.decimal())) % Q
    moved = SignedMessage(cert.message, Proof(challenge, number))
    other = keys.verification * mul(G, d)
    assert is_signed(moved, other)
    assert refused(certificate_of, moved) is Check.CERT_SIGNATURE  # it is checked under the key that stands in it
    renamed = moved._replace(message=cert.message.replace(str(keys.verification), str(other)))
    assert refused(certificate_of, renamed) is Check.CERT_SIGNATURE


# Who speaks last chooses.


def chosen(found: Any) -> Element:
    """The public key that somebody chose, out of what she saw and tried."""
    key = element_of(found["public_key"])
    assert str(key).startswith(CHOSEN)
    assert not found["seen_by_the_last"].startswith(CHOSEN)
    assert found["tried"] > 1
    return key


def test_the_last_trustee_of_a_threshold_chooses_the_key_and_every_check_passes() -> None:
    found = data("rushing_trustee")
    key = chosen(found)
    certs = [signed_message_of(each) for each in found["certs"]]
    polynomials = [pedersen.polynomial_of(each) for each in found["polynomials"]]
    assert pedersen.step2(certs) == 2
    assert len(pedersen.step4(certs, polynomials)) == 3
    outputs = [pedersen.voutput_of(each) for each in found["voutputs"]]
    made = pedersen.step6(certs, polynomials, outputs)
    assert made.as_json() == found["parameters"]
    trustees = trustees_of([["Pedersen", found["parameters"]]])
    check_trustees(trustees, key)
    assert isinstance(trustees[0], Pedersen)
    first = [each[0] for each in trustees[0].coefficients]
    assert str(first[0] * first[1]) == found["seen_by_the_last"]


def test_a_single_trustee_who_speaks_last_does_so_too_whatever_she_proves() -> None:
    found = data("last_single_trustee")
    trustees = trustees_of(found["trustees"])
    check_trustees(trustees, chosen(found))
    assert str(combined_key(trustees[:1])) == found["seen_by_the_last"]


# What a ballot and a key are not bound to.


def test_an_answer_passes_at_another_question_of_the_same_voter() -> None:
    found = data("answer_at_another_question")
    election = election_of(found["election"])
    first, second = (ballot_of(found[name]) for name in ("ballot", "other_ballot"))
    for each in (first, second):
        check_ballot(election, each)
    assert first.answers[1] != first.answers[0] == second.answers[1] == second.answers[0]
    assert first.credential == second.credential


def test_a_key_with_its_proof_passes_in_an_election_that_its_owner_does_not_know() -> None:
    found = data("key_of_another_election")
    elections = [election_of(each) for each in found["elections"]]
    assert elections[0].fingerprint != elections[1].fingerprint
    for each in elections:
        check_trustees(trustees_of(found["trustees"]), each.public_key)


def test_a_challenge_is_as_good_as_uniform() -> None:
    found = data("challenge_modulo_q")
    q, most, often = int(found["q"]), found["most_often"], int(found["numbers_that_come_most_often"])
    assert often * most + (q - often) * found["least_often"] == 2**256
    distance = often * (Fraction(most, 2**256) - Fraction(1, q))  # by which any event is likelier than it should be
    assert Fraction(1, 2**128) < distance < Fraction(1, 2**127)
