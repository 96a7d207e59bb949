"""Known weaknesses of version 1, each made: `tests/vectors/weaknesses.json`, for other languages too.

An implementation of version 1 that refuses one of these is no version 1; one that says that they are covered says by
what procedure. All that is drawn follows from labels, as in `test_vectors`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from ballotbox import pedersen
from ballotbox.ballots import ballot_of, make_ballot
from ballotbox.credentials import secret_of
from ballotbox.elections import Election, Template, new_election
from ballotbox.encoding import read, sha256_b64, written
from ballotbox.group import ONE, Element, G, mul
from ballotbox.pki import Context, Keys, sign
from ballotbox.proofs import Proof, knowledge
from ballotbox.questions import Question
from ballotbox.scalars import Q, Secret, hashed
from ballotbox.supplement import make_supplement
from ballotbox.tallies import (
    EncryptedTally,
    PartialDecryption,
    Tally,
    decrypt_partly,
    decrypt_prefix,
    tally_json,
)
from ballotbox.trustees import Pedersen, Single, combined_key, make_key, trustees_json, trustees_of
from tests.ballotbox.test_vectors import CREDENTIALS, SEEDS, UUID, Drawn, ballot_nonces, drawn, threshold

VERDICT = "accepted by version 1"
CHOSEN = "00"
"""How the public key begins that a trustee chose: its first eight bits are zero."""
SAME = (Question(("A", "B"), False, 1, 1, "Wie?"), Question(("A", "B"), False, 1, 1, "En wie nog?"))


def numbers(label: str, tally: EncryptedTally) -> list[list[Secret]]:
    """One for each ciphertext."""
    return [[drawn(f"{label}|{i}|{j}") for j in range(len(row))] for i, row in enumerate(tally)]


def forged(tally: EncryptedTally, x: Secret, fingerprint: str) -> PartialDecryption:
    """Wrong factors with proofs that pass: the commitments are chosen first, then the factor is solved from them.

    With the challenge fixed by any A = g^a and B = alpha^b, the factor is alpha^((b - response) / challenge).
    """
    key, a, b = mul(G, x), 12345, 67890
    factors, proofs = [], []
    for row in tally:
        more: list[tuple[Element, Proof]] = []
        for c in row:
            challenge = hashed(decrypt_prefix(fingerprint, key), mul(G, a), mul(c.alpha, b))
            response = Secret.of(a).response(x, challenge)
            factor = mul(c.alpha, (b - response) * pow(challenge, -1, Q) % Q)
            more.append((factor, Proof(challenge, response)))
        factors.append(tuple(each for each, _ in more))
        proofs.append(tuple(each for _, each in more))
    return PartialDecryption(tuple(factors), tuple(proofs))


def election_of_one(label: str, questions: Sequence[Question] = SAME) -> tuple[Election, Secret]:
    """An election with one trustee, and her private key."""
    x = drawn(label)
    made = new_election(Template("Proef", label, tuple(questions)), uuid=UUID, public_key=mul(G, x))
    return made, x


def forged_decryption_factor() -> dict[str, Any]:
    election, x = election_of_one("forged")
    tally = Tally(election)
    for place, (credential, votes) in enumerate(zip(CREDENTIALS, ([[1, 0], [0, 1]], [[1, 0], [1, 0]]), strict=True)):
        nonces = ballot_nonces(election, Drawn(f"forged|{place}"))
        tally.add(ballot_of(make_ballot(election, votes, secret_of(credential, UUID), nonces)), 1)
    counted, fingerprint = tally.product(), election.fingerprint
    honest = decrypt_partly(counted, x, fingerprint, numbers("forged|honest", counted))
    nonces_beside = numbers("forged|supplement", counted)
    beside = make_supplement(counted, honest, x, owner=1, fingerprint=fingerprint, nonces=nonces_beside)
    return {
        "fingerprint": fingerprint,
        "total_weight": tally.weight,
        "public_key": str(mul(G, x)),
        "tally": tally_json(counted),
        "partial_decryption": forged(counted, x, fingerprint).as_json(),
        "honest_partial_decryption": honest.as_json(),
        "supplement": beside.as_json(),
    }


def signature_without_key() -> dict[str, Any]:
    """Whoever sees a signature under K makes one of the same text under K g^d: the response less d times the
    challenge. She knows d, and not the private key of what she calls hers."""
    keys, d = Keys.of(SEEDS[0]), drawn("difference")
    signed = sign("bericht", keys.signing, drawn("signature"))
    challenge, response = signed.signature
    moved = Proof(challenge, (response - challenge * int(d.decimal())) % Q)
    return {
        "message": signed.message,
        "verification": str(keys.verification),
        "signature": signed.signature.as_json(),
        "difference": d.decimal(),
        "other_verification": str(keys.verification * mul(G, d)),
        "other_signature": moved.as_json(),
    }


def tried(seen: Element, label: str) -> tuple[int, Secret]:
    """How often somebody who speaks last tries, until her share makes of what she saw a key that she likes; and it."""
    number = 0
    while not str(seen * mul(G, share := drawn(f"{label}|{number}"))).startswith(CHOSEN):
        number += 1
    return number + 1, share


@cache
def rushed() -> tuple[Pedersen, list[Secret], dict[str, Any]]:
    """A threshold key of which the third trustee chose the first bits, after she saw what the others sent; the share of
    each, and all messages."""
    certs = [pedersen.step1(seed, Context(3, 2, place + 1), drawn(f"rush|{place}")) for place, seed in enumerate(SEEDS)]
    polynomials, seen = [], ONE
    for place, seed in enumerate(SEEDS[:2]):
        nonces = _polynomial_nonces(drawn(f"rush|{place}|0"), place)
        polynomials.append(pedersen.step3(certs, seed, nonces))
        seen = seen * mul(G, nonces.coefficients[0])
    tries, first = tried(seen, "rush|last")
    polynomials.append(pedersen.step3(certs, SEEDS[2], _polynomial_nonces(first, 2)))
    outputs = []
    for place, (seed, vinput) in enumerate(zip(SEEDS, pedersen.step4(certs, polynomials), strict=True)):
        draw = Drawn(f"rush|share|{place}")
        outputs.append(pedersen.step5(certs, seed, vinput, pedersen.ShareNonces(draw(), draw(), draw.sending())))
    made = pedersen.step6(certs, polynomials, outputs)
    shares = [pedersen.private_share(seed, each.private_key) for seed, each in zip(SEEDS, outputs, strict=True)]
    data = {
        "certs": [each.as_json() for each in certs],
        "polynomials": [each.as_json() for each in polynomials],
        "voutputs": [each.as_json() for each in outputs],
        "parameters": made.as_json(),
        "seen_by_the_last": str(seen),
        "tried": tries,
        "public_key": str(made.public_key),
    }
    return made, shares, data


def _polynomial_nonces(first: Secret, place: int) -> pedersen.PolynomialNonces:
    draw = Drawn(f"rush|polynomial|{place}")
    sending = [draw.sending() for _ in range(4)]
    return pedersen.PolynomialNonces((first, draw()), sending[0], tuple(sending[1:]), draw(), draw())


@cache
def last_single() -> tuple[Pedersen, list[Secret], Single, Secret, dict[str, Any]]:
    """A single trustee who saw the threshold key of the others, in which nobody rushed, before she made hers: what the
    others have, what she has, and the data."""
    known = threshold()
    others = trustees_of([["Pedersen", known["parameters"]]])[0]
    assert isinstance(others, Pedersen)
    tries, x = tried(others.public_key, "single|last")
    mine = Single(make_key(x, drawn("single|pok")))
    data = {
        "trustees": trustees_json((others, mine)),
        "seen_by_the_last": str(others.public_key),
        "tried": tries,
        "public_key": str(combined_key((others, mine))),
    }
    return others, [Secret.of_decimal(each) for each in known["shares"]], mine, x, data


def moved(raw: str, secret: Secret, w: Secret) -> str:
    """The ballot with its first answer at the second question too, signed by who has the credential: she need not know
    what was answered."""
    value = read(raw)
    value["answers"][1] = value["answers"][0]
    value.pop("signature")
    digest = sha256_b64(written(value))
    return written({**value, "signature": {"hash": digest, "proof": knowledge(f"sig|{digest}|", secret, w).as_json()}})


def answer_at_another_question() -> dict[str, Any]:
    election, _ = election_of_one("moved")
    secret = secret_of(CREDENTIALS[0], UUID)
    raw = make_ballot(election, [[1, 0], [0, 1]], secret, ballot_nonces(election, Drawn("moved|ballot")))
    return {
        "election": election.raw,
        "credential": CREDENTIALS[0],
        "ballot": raw,
        "other_ballot": moved(raw, secret, drawn("moved|signature")),
    }


def key_of_another_election() -> dict[str, Any]:
    x = drawn("two elections")
    key = make_key(x, drawn("two elections pok"))
    names = ("Eerste", "Tweede")
    elections = [
        new_election(Template(name, "", SAME), uuid=UUID[:-1] + name[0], public_key=key.public_key) for name in names
    ]
    return {"trustees": trustees_json((Single(key),)), "elections": [each.raw for each in elections]}


def challenge_modulo_q() -> dict[str, Any]:
    """Of all values that SHA256 can have: how often a number modulo q comes, and how many come most often."""
    least, more = divmod(2**256, Q)
    return {"q": str(Q), "least_often": least, "most_often": least + 1, "numbers_that_come_most_often": str(more)}


WEAKNESSES: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "forged_decryption_factor": (
        "The supplement over the full statement is checked before a partial decryption is added to the archive.",
        forged_decryption_factor,
    ),
    "signature_without_key": (
        "A certificate holds the key that signs it, and each trustee signs all certificates.",
        signature_without_key,
    ),
    "rushing_trustee": (
        "Each trustee publishes the hash of what she will send before anybody sends it.",
        lambda: rushed()[-1],
    ),
    "last_single_trustee": (
        "Each trustee publishes the hash of what she will send before anybody sends it.",
        lambda: last_single()[-1],
    ),
    "answer_at_another_question": (
        "Only who has the credential can do it, and the voter does not find the tracker of her ballot.",
        answer_at_another_question,
    ),
    "key_of_another_election": (
        "A trustee makes a fresh key for each election, and decrypts none of which she does not know the fingerprint.",
        key_of_another_election,
    ),
    "challenge_modulo_q": (
        "Nothing must: who guesses gains less than one in 2^127. Nonces and credentials are reduced from 512 bits.",
        challenge_modulo_q,
    ),
}
"""Of each weakness what covers it, and its data."""


def vectors() -> dict[str, Any]:
    """What the file says."""
    return {
        name: {"verdict": VERDICT, "covered_by": covered, "data": make()}
        for name, (covered, make) in WEAKNESSES.items()
    }
