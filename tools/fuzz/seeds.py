"""A small election to begin from. It is the same in every process, so that what was found once is found again."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

from tests.ballotbox.making import Made, make

from ballotbox import pedersen
from ballotbox.encoding import read, written
from ballotbox.events import EventType
from ballotbox.pki import Context, SignedMessage
from ballotbox.questions import Question
from ballotbox.scalars import Q, Secret
from ballotbox.supplement import make_supplement
from ballotbox.tallies import decryption_nonces, decryption_of

QUESTIONS = (Question(("Voor", "Tegen"), True, 1, 1, "Stemt u in?"), Question(("A",), False, 0, 1, "Wie? é"))
VOTES = [[0, 1, 0], [1]]
TEMPLATE = (
    '{"description":"d","name":"n","questions":[{"answers":["a","b"],"blank":true,"min":0,"max":2,"question":"q"}],'
    '"administrator":"x","credential_authority":"y"}'
)
SEEDS_OF_TRUSTEES = ("een", "twee")
IDENTITY, OFF_CURVE = "0" * 63 + "1", "0" * 63 + "2"
LOW_ORDER = (
    "7" + "f" * 61 + "ec",  # of order two
    "0" * 64,  # of order four
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",  # of order eight
)
TOKENS = (
    *(IDENTITY, OFF_CURVE, *LOW_ORDER, "f" * 64, "A" * 64),
    *(str(each) for each in (0, 1, Q - 1, Q, Q + 1, 2**30 - 1, 2**30, 2**40, 2**53, -1, "01", "+1", "1e3", "0.5")),
    *('"\\ud800"', "\\u0041", "\\/", "true", "false", "null", "NaN", "{}", "[]", '""', "[[[[[[[[", "é", "\u2028"),
    *('"Single"', '"Pedersen"', '"blank":true,', '"blank_proof":[],', '"algorithm":"AES-GCM",', '"name":"",'),
    *(" ", "\n", "\t", ',"a":1', '"a":1,'),
    *(">Ballot\n", ">EndBallots\n", ">Setup\n", ">Result\n", ">Shuffle\n", "@0", "@1", ",0", ",1", ",01"),
)
"""What libFuzzer may put somewhere: where readers go wrong."""


@contextmanager
def drawn(seed: int) -> Iterator[None]:
    """Whatever is drawn here is drawn alike each time. For tests alone."""
    numbers = random.Random(seed)
    with patch.object(secrets, "token_bytes", numbers.randbytes), patch.object(secrets, "choice", numbers.choice):
        yield


@dataclass(frozen=True)
class Dealing:
    """A threshold key while it is made, one of two: what is sent at each step."""

    certs: list[SignedMessage]
    polynomials: list[pedersen.Polynomial]
    vinputs: list[pedersen.VInput]
    voutputs: list[pedersen.VOutput]


@cache
def held() -> Made:
    """An election to its end, with a revote, a weight, a single trustee and a threshold."""
    with drawn(1):
        made = make(QUESTIONS, weights=[1, 2], singles=1, thresholds=((1, 2),))
        made.vote(0, VOTES)
        made.vote(1, [[1, 0, 0], [0]])
        made.vote(0, [[0, 0, 1], [0]])
        made.finish()
    return made


@cache
def dealing() -> Dealing:
    """By the steps of the protocol."""
    with drawn(2):
        certs = [
            pedersen.step1(seed, Context(2, 1, place + 1), Secret.random())
            for place, seed in enumerate(SEEDS_OF_TRUSTEES)
        ]
        polynomials = [
            pedersen.step3(certs, seed, pedersen.PolynomialNonces.random(2, 1)) for seed in SEEDS_OF_TRUSTEES
        ]
        vinputs = pedersen.step4(certs, polynomials)
        voutputs = [
            pedersen.step5(certs, seed, each, pedersen.ShareNonces.random())
            for seed, each in zip(SEEDS_OF_TRUSTEES, vinputs, strict=True)
        ]
    return Dealing(certs, polynomials, vinputs, voutputs)


def bodies(kind: EventType, part: int) -> list[bytes]:
    """The data at this place of each event of a kind."""
    return [bodies[part] for each, bodies in held().events if each is kind]


@cache
def supplement() -> bytes:
    """Of the first owner."""
    made = held()
    partial = decryption_of(read(bodies(EventType.PARTIAL_DECRYPTION, 0)[0]))
    tally, fingerprint = made.tally().product(), made.election.fingerprint
    with drawn(3):
        nonces = decryption_nonces(tally)
    beside = make_supplement(tally, partial, made.keys[0], owner=1, fingerprint=fingerprint, nonces=nonces)
    return written(beside.as_json()).encode()
