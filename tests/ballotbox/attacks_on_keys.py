"""Attacks by a trustee, or by the server on them: on keys, on the count, and on its decryption."""

import json
from dataclasses import replace
from functools import partial

import pytest

from ballotbox import pedersen
from ballotbox.ballots import ballot_of
from ballotbox.checks import Check, Refused
from ballotbox.elgamal import ciphertext_of
from ballotbox.encoding import sha256_hex, written
from ballotbox.events import EventType
from ballotbox.group import G, decoded, mul
from ballotbox.pki import Context, EncryptionNonces, Keys, SendingNonces, decrypt, encrypt, send, sign
from ballotbox.proofs import Proof, equality
from ballotbox.scalars import Q, Secret
from ballotbox.tallies import (
    PartialDecryption,
    SizedTally,
    decrypt_partly,
    decrypt_prefix,
    decryption_nonces,
    decryption_of,
    tally_json,
)
from ballotbox.trustees import Single, TrusteeKey, certs_message, make_key, summed, verification_key
from tests.ballotbox.attacks import ORDER_EIGHT, Attempt, decryption, refused_by
from tests.ballotbox.making import Made, make, value
from tests.ballotbox.test_negative import altered, put, replaced, signed
from tests.ballotbox.weaknesses import SAME

# Keys.


@refused_by(Check.GROUP)
def a_group_that_somebody_chose(made: Made) -> bytes:
    """As elections of before version 1 had it: p, q, and a generator of which somebody knows more than others."""
    return altered(made, 0, put("group", value={"g": "4", "p": "23", "q": "11"}))


@refused_by(Check.TRUSTEE_IDENTITY)
def a_key_that_hides_nothing(_: Made) -> bytes:
    return make(SAME, thresholds=(), given=[(Single(make_key(Secret.of(0), Secret.random())), [])]).archive()


@refused_by(Check.TRUSTEE_POK)
def a_key_that_cancels_that_of_another(_: Made) -> bytes:
    """g^s divided by the key of the honest trustee: the key of the election is g^s, and she alone decrypts. She has no
    proof of it; that of g^s is what she has."""
    honest, s = make_key(Secret.random(), Secret.random()), Secret.random()
    rogue = TrusteeKey(make_key(s, Secret.random()).pok, mul(G, s) / honest.public_key)
    made = make(SAME, singles=0, thresholds=(), given=[(Single(honest), []), (Single(rogue), [s])])
    assert made.election.public_key == mul(G, s)
    return made.archive()


@refused_by(Check.TRUSTEE_POK)
def a_polynomial_that_cancels_that_of_another(_: Made) -> Attempt:
    """The same between two trustees of a threshold: she sends what divides the first coefficient of the other away, and
    a share that fits it, so that the other finds nothing wrong. Her own share she can not know, nor prove."""
    seeds, s, share = ("eerste", "tweede"), Secret.random(), Secret.random()
    certs = [pedersen.step1(seed, Context(2, 2, place + 1), Secret.random()) for place, seed in enumerate(seeds)]
    honest = pedersen.step3(certs, seeds[0], pedersen.PolynomialNonces.random(2, 2))
    seen = [decoded(each) for each in json.loads(honest.coefexps.message)["coefexps"]]
    first = mul(G, s) / seen[0]
    mine, keys = [first, mul(G, share) / first], Keys.of(seeds[1])
    recipients = [Keys.of(seed).encryption for seed in seeds]
    secrets = [
        send(written({"secret": share.decimal()}), signing=keys.signing, recipient=each, nonces=SendingNonces.random())
        for each in recipients
    ]
    rogue = pedersen.Polynomial(
        honest.polynomial,
        tuple(secrets),
        sign(written({"coefexps": [str(each) for each in mine]}), keys.signing, Secret.random()),
        sign(certs_message(certs, mine), keys.signing, Secret.random()).signature,
    )
    vinputs = pedersen.step4(certs, [honest, rogue])
    output = pedersen.step5(certs, seeds[0], vinputs[0], pedersen.ShareNonces.random())  # nothing wrong
    coefficients = [seen, mine]
    assert coefficients[0][0] * coefficients[1][0] == mul(G, s)
    key = verification_key(summed(coefficients), 2)
    signature = sign(str(key), keys.signing, Secret.random()).signature
    hers = pedersen.VOutput("", TrusteeKey(make_key(s, Secret.random()).pok, key, signature))
    return partial(pedersen.step6, certs, [honest, rogue], [output, hers])


@refused_by(Check.CERTS_SIGNATURE)
def other_certificates_for_one_of_the_trustees(_: Made) -> Attempt:
    """The server shows the first trustee a certificate of its own in the place of that of the third, and the right one
    afterwards. It brings everybody what it wants: the second trustee finds that not all signed what she saw."""
    seeds = ("eerste", "tweede", "derde", "van de server")
    certs = [
        pedersen.step1(seed, Context(3, 2, min(place, 2) + 1), Secret.random()) for place, seed in enumerate(seeds)
    ]
    shown = [[*certs[:2], certs[3]], certs[:3], certs[:3]]
    sent = [
        pedersen.step3(each, seed, pedersen.PolynomialNonces.random(3, 2))
        for each, seed in zip(shown, seeds[:3], strict=True)
    ]
    with pytest.raises(Refused, match=str(Check.CERTS_SIGNATURE)):
        pedersen.step4(certs[:3], sent)  # who puts the messages together, when she is honest
    brought = pedersen.VInput(
        sent[1].polynomial,
        tuple(each.secrets[1] for each in sent),
        tuple(each.coefexps for each in sent),
        tuple(each.signature for each in sent),
    )
    return partial(pedersen.step5, certs[:3], seeds[1], brought, pedersen.ShareNonces.random())


@refused_by(Check.TRUSTEE_POK)
def a_proof_that_states_another_challenge(made: Made) -> bytes:
    """The response is right for the hash of the commitment; the challenge that stands beside it is another."""
    x = made.keys[0]
    pok = made.trustees[0].keys[0].pok
    assert made.trustees[0].keys[0].public_key == mul(G, x)
    return altered(made, 0, put(0, 1, "pok", value=Proof((pok.challenge + 1) % Q, pok.response).as_json()), part=1)


@refused_by(Check.ELEMENT_GROUP)
def a_message_that_would_tell_a_key_modulo_eight(_: Made) -> Attempt:
    """alpha is a point of order eight alone: whether the message is understood would depend on the key modulo eight."""
    keys = Keys.of("wie het krijgt")
    sent = json.loads(encrypt("bericht", keys.encryption, EncryptionNonces(Secret.random(), Secret.random())))
    sent["alpha"] = str(ORDER_EIGHT)
    return partial(decrypt, written(sent), keys.decryption)


# The count, and its decryption.


@refused_by(Check.TALLY_PRODUCT)
def one_ballot_in_the_place_of_the_count(made: Made) -> bytes:
    """So that the trustees would open what one voter voted; the numbers beside it are those of the count."""
    return counted_as_one(made).archive()


@refused_by(Check.INDIVIDUAL_PROOF)
def a_vote_that_is_magnified_for_the_trustees_to_open(_: Made) -> bytes:
    """The server holds one credential, and gives to the trustees, as a ballot of hers, what another voted to the power
    of a thousand. In the count it is seen what that was."""
    made = make(SAME, weights=[1, 1, 2000], thresholds=())
    made.vote(0, [[1, 0], [0, 1]])
    whole = value(made.events[1][1][0])
    for answer in whole["answers"]:
        answer["choices"] = [ciphertext_of(each).weighed(1000).as_json() for each in answer["choices"]]
    whole["credential"] = str(mul(G, made.secret(1)))
    made.events.append((EventType.BALLOT, [signed(made, 1, whole)]))
    made.close()
    return made.archive()


def counted_as_one(made: Made) -> Made:
    """An archive that says that the first ballot is the count."""
    body = written(tally_json(tuple(each.choices for each in ballot_of(made.events[1][1][0]).answers))).encode()
    sized = written(SizedTally(2, 2, sha256_hex(body)).as_json()).encode()
    return replace(made, events=[*made.events[:4], (EventType.ENCRYPTED_TALLY, [body, sized])])


@refused_by(Check.DECRYPTION_PROOF)
def a_decryption_proven_in_another_election(made: Made) -> bytes:
    """Of the same count with the same key; the proof is of an election with another fingerprint."""
    tally = made.tally().product()
    other = decrypt_partly(tally, made.keys[0], "A" * 43, decryption_nonces(tally))
    return replace(made, events=[*made.events[:5], decryption(1, other)]).archive()


@refused_by(Check.DECRYPTION_PROOF)
def a_share_that_is_counted_as_that_of_another(made: Made) -> bytes:
    """The third trustee's in the place of the second: the numbers by which shares are put together would be wrong."""
    share = decryption_of(value(made.decryption(3)[0]))
    return replace(made, events=[*made.events[:6], decryption(2, share)]).archive()


@refused_by(Check.STRICTER_DECRYPTION_TWICE)
def a_trustee_who_is_counted_twice(made: Made) -> bytes:
    """Two of three are needed, and one comes twice."""
    twice = [decryption(2, decryption_of(value(made.decryption(2)[0]))) for _ in range(2)]
    return replace(made, events=[*made.events[:6], *twice, made.events[-1]]).archive()


@refused_by(Check.DECRYPTION_PROOF)
def a_share_that_is_wrong_where_enough_others_are_right(made: Made) -> bytes:
    """The first of the three who share a key: it is not let in, so the other two suffice."""
    tally = made.tally().product()
    wrong = decrypt_partly(tally, Secret.random(), made.election.fingerprint, decryption_nonces(tally))
    return replace(made, events=[*made.events[:6], decryption(2, wrong), *made.events[7:]]).archive()


@refused_by(Check.ELEMENT_GROUP)
def a_factor_with_a_point_of_small_order_beside_it(made: Made) -> bytes:
    """The challenge does not depend on the factor: she tries nonces until it is a multiple of eight."""
    tally, x = made.tally().product(), made.keys[0]
    key, fingerprint = mul(G, x), made.election.fingerprint
    right = decrypt_partly(tally, x, fingerprint, decryption_nonces(tally))
    proof = Proof(1, 0)
    while proof.challenge % 8:
        proof = equality(decrypt_prefix(fingerprint, key), tally[0][0].alpha, x, Secret.random())
    factors = ((right.factors[0][0] * ORDER_EIGHT, *right.factors[0][1:]), *right.factors[1:])
    proofs = ((proof, *right.proofs[0][1:]), *right.proofs[1:])
    return replace(made, events=[*made.events[:5], decryption(1, PartialDecryption(factors, proofs))]).archive()


@refused_by(Check.STRICTER_CANONICAL)
def a_decryption_written_with_other_spaces(made: Made) -> bytes:
    return replaced(made, 5, json.dumps(json.loads(made.events[5][1][0])).encode())


@refused_by(Check.EVENT_TYPE)
def a_shuffle_with_a_trapdoor(made: Made) -> bytes:
    """No shuffle is taken, of whatever proof."""
    return replace(made, events=[*made.events[:5], (EventType.SHUFFLE, [b"{}"])]).archive()
