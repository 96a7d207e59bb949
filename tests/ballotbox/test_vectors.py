"""Known answers of every function, in `tests/vectors/ballotbox.json`, for who writes this in another language.

All that is drawn is an argument, so each answer follows from what stands beside it. `RENEW_VECTORS=1` writes the file
anew; nothing but a change of the protocol is a reason to.
"""

import json
import os
from hashlib import sha512
from pathlib import Path
from typing import Any

from ballotbox import pedersen
from ballotbox.archive import first_bytes, record_bytes
from ballotbox.ballots import AnswerNonces, BallotNonces, ballot_of, check_ballot, make_ballot, tracker
from ballotbox.credentials import public_of, secret_of
from ballotbox.elections import Election, Template, new_election
from ballotbox.elgamal import encrypted
from ballotbox.encoding import read, sha256_hex, written
from ballotbox.events import Event, EventType
from ballotbox.group import G, mul
from ballotbox.pki import Context, EncryptionNonces, Keys, SendingNonces, encrypt, sign
from ballotbox.proofs import Nonces
from ballotbox.questions import Question
from ballotbox.scalars import Secret, hashed
from ballotbox.tallies import Tally, decrypt_partly, opened, result_json, result_of_opened, tally_json
from ballotbox.trustees import Single, make_key, trustees_json

FILE = Path(__file__).resolve().parents[1] / "vectors" / "ballotbox.json"
UUID = "11111111111111"
SEEDS = ("1111111111111111111111", "2222222222222222222222", "3333333333333333333333")
CREDENTIALS = ("11111-111111-11111-111111", "22222-222222-22222-222222")


def drawn(label: str) -> Secret:
    """What is drawn under a label: SHA512 of it, big-endian, modulo q."""
    return Secret.reduced(sha512(label.encode()).digest())


class Drawn:
    """Draws in order, and remembers what it drew."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.values: list[str] = []

    def __call__(self) -> Secret:
        secret = drawn(f"{self.label}|{len(self.values)}")
        self.values.append(secret.decimal())
        return secret

    def proof(self, branches: int) -> Nonces:
        return Nonces(self(), tuple((self(), self()) for _ in range(branches - 1)))

    def sending(self) -> SendingNonces:
        return SendingNonces(self(), EncryptionNonces(self(), self()))


def ballot_nonces(election: Election, draw: Drawn) -> BallotNonces:
    answers = []
    for question in election.questions:
        each = range(question.length)
        answers.append(
            AnswerNonces(
                tuple(draw() for _ in each),
                tuple(draw.proof(2) for _ in each),
                draw.proof(len(question.values) + int(question.blank)),
                draw.proof(2) if question.blank else None,
            )
        )
    return BallotNonces(tuple(answers), draw())


def groups() -> dict[str, Any]:
    numbers = [0, 1, 2, 12345, 2**252]
    seven, prefix = mul(G, 7), "pok|Ed25519|"
    return {
        "mul_g": [{"n": str(n), "element": str(mul(G, n))} for n in numbers],
        "mul": [{"element": str(seven), "n": str(n), "product": str(mul(seven, n))} for n in numbers],
        "combine": {"one": str(mul(G, 3)), "other": str(mul(G, 4)), "product": str(mul(G, 3) * mul(G, 4))},
        "hash": {"prefix": prefix, "elements": [str(G), str(seven)], "hash": str(hashed(prefix, G, seven))},
        "drawn": {"label": "proef", "number": drawn("proef").decimal()},
    }


def keys() -> dict[str, Any]:
    own = Keys.of(SEEDS[0])
    w, r, s, x = (drawn(each) for each in ("w", "r", "s", "x"))
    signed = sign("proef", own.signing, w).as_json()
    credentials = [(each, secret_of(each, UUID).decimal(), str(public_of(each, UUID))) for each in CREDENTIALS]
    return {
        "seed": {
            "seed": SEEDS[0],
            "sk": own.signing.decimal(),
            "dk": own.decryption.decimal(),
            "verification": str(own.verification),
            "encryption": str(own.encryption),
        },
        "sign": {"message": "proef", "sk": own.signing.decimal(), "w": w.decimal(), "signed": signed},
        "encrypt": {
            "message": "geheim",
            "key": str(own.encryption),
            "r": r.decimal(),
            "s": s.decimal(),
            "encrypted": read(encrypt("geheim", own.encryption, EncryptionNonces(r, s))),
        },
        "trustee": {"x": x.decimal(), "w": w.decimal(), "key": make_key(x, w).as_json()},
        "credentials": [
            {"uuid": UUID, "credential": given, "secret": secret, "public": public}
            for given, secret, public in credentials
        ],
    }


def threshold() -> dict[str, Any]:
    certs = [pedersen.step1(seed, Context(3, 2, place + 1), drawn(f"cert|{place}")) for place, seed in enumerate(SEEDS)]
    polynomials, outputs, draws = [], [], []
    for place, seed in enumerate(SEEDS):
        draw = Drawn(f"polynomial|{place}")
        nonces = pedersen.PolynomialNonces(
            (draw(), draw()), draw.sending(), tuple(draw.sending() for _ in SEEDS), draw(), draw()
        )
        polynomials.append(pedersen.step3(certs, seed, nonces))
        draws.append(draw.values)
    for place, (seed, vinput) in enumerate(zip(SEEDS, pedersen.step4(certs, polynomials), strict=True)):
        draw = Drawn(f"share|{place}")
        outputs.append(pedersen.step5(certs, seed, vinput, pedersen.ShareNonces(draw(), draw(), draw.sending())))
        draws.append(draw.values)
    parameters = pedersen.step6(certs, polynomials, outputs)
    return {
        "seeds": list(SEEDS),
        "drawn": draws,
        "certs": [each.as_json() for each in certs],
        "polynomials": [each.as_json() for each in polynomials],
        "voutputs": [each.as_json() for each in outputs],
        "parameters": parameters.as_json(),
        "shares": [
            pedersen.private_share(seed, each.private_key).decimal() for seed, each in zip(SEEDS, outputs, strict=True)
        ],
        "public_key": str(parameters.public_key),
    }


def vote() -> dict[str, Any]:
    x = drawn("trustee")
    trustees = (Single(make_key(x, drawn("trustee w"))),)
    asked = (Question(("Voor", "Tegen"), True, 1, 1, "?"), Question(("A", "B", "C"), False, 0, 2, "?"))
    election = new_election(Template("Proef", "", asked), uuid=UUID, public_key=trustees[0].public_key)
    votes = ([[0, 1, 0], [1, 0, 1]], [[1, 0, 0], [0, 0, 0]])
    tally, ballots = Tally(election), []
    for place, (credential, said) in enumerate(zip(CREDENTIALS, votes, strict=True)):
        draw = Drawn(f"ballot|{place}")
        raw = make_ballot(election, said, secret_of(credential, UUID), ballot_nonces(election, draw))
        check_ballot(election, ballot_of(raw))
        tally.add(ballot_of(raw), place + 1)
        given = {"votes": said, "credential": credential, "drawn": draw.values}
        ballots.append({**given, "ballot": raw, "tracker": tracker(raw)})
    product = tally.product()
    nonces = [[drawn(f"decrypt|{i}|{j}") for j in range(len(row))] for i, row in enumerate(product)]
    partial = decrypt_partly(product, x, election.fingerprint, nonces)
    result = result_of_opened(opened(product, trustees, {1: partial}), tally.weight)
    return {
        "x": x.decimal(),
        "trustees": trustees_json(trustees),
        "election": election.raw,
        "fingerprint": election.fingerprint,
        "ciphertext": encrypted(election.public_key, 1, drawn("r")).as_json(),
        "ballots": ballots,
        "weights": [1, 2],
        "tally": tally_json(product),
        "decryption_drawn": [[each.decimal() for each in row] for row in nonces],
        "partial_decryption": partial.as_json(),
        **result_json(result),
    }


def archives() -> dict[str, Any]:
    event = Event("a" * 64, 3, EventType.BALLOT, "b" * 64).encoded()
    first = Event("", 0, EventType.SETUP, "c" * 64).encoded()
    begun, body = 1_700_000_000, b"{}"
    return {
        "event": event.decode(),
        "event_hash": sha256_hex(event),
        "first_event": first.decode(),
        "begin": {"time": begun, "sha256": sha256_hex(first_bytes(begun))},
        "record": {
            "body": body.decode(),
            "time": begun,
            "bytes": record_bytes(body, event=False, time=begun).hex(),
        },
    }


def vectors() -> dict[str, Any]:
    return {"group": groups(), "keys": keys(), "threshold": threshold(), "vote": vote(), "archive": archives()}


def are_known(file: Path, made: dict[str, Any]) -> None:
    """What is made now is what the file says; `RENEW_VECTORS=1` writes the file."""
    found = json.loads(written(made))
    if os.environ.get("RENEW_VECTORS") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    known = json.loads(file.read_text(encoding="utf-8"))
    assert set(known) == set(found)
    for name, part in found.items():
        assert part == known[name], name


def test_every_answer_is_the_known_one() -> None:
    are_known(FILE, vectors())


def test_the_known_result_is_what_was_voted_by_weight() -> None:
    known = json.loads(FILE.read_text(encoding="utf-8"))
    assert known["vote"]["result"] == [[2, 1, 0], [1, 0, 1]]
