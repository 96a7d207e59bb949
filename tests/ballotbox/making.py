"""Elections for the tests: of any shape, up to any stage, as an archive whose chain of hashes is right whatever else is
changed in it."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ballotbox import pedersen
from ballotbox.archive import Reader, first_bytes, record_bytes
from ballotbox.ballots import BallotNonces, ballot_of, make_ballot
from ballotbox.box import Box
from ballotbox.checks import Refused
from ballotbox.credentials import PublicCredentials, made, secret_of, token
from ballotbox.elections import Election, Template, new_election
from ballotbox.encoding import read, sha256_hex, written
from ballotbox.events import Event, EventType
from ballotbox.files import counted
from ballotbox.pki import Context
from ballotbox.questions import Question
from ballotbox.scalars import Secret
from ballotbox.tallies import (
    Owned,
    SizedTally,
    Tally,
    decrypt_partly,
    decryption_nonces,
    opened,
    result_json,
    result_of_opened,
    tally_json,
)
from ballotbox.trustees import Pedersen, Single, Trustees, combined_key, make_key, trustees_json
from ballotbox.verifying import events_in

TIME = 1_700_000_000
PLAIN = (Question(("Voor", "Tegen"), True, 1, 1, "Stemt u in?"), Question(("A", "B", "C"), False, 1, 2, "Wie?"))


@dataclass
class Made:
    """An election with all its secrets, and the events of its archive: the type of each, and the bodies of its data."""

    election: Election
    trustees: Trustees
    keys: list[Secret]
    public: PublicCredentials
    credentials: list[str]
    events: list[tuple[EventType, list[bytes]]] = field(default_factory=list)

    def archive(self) -> bytes:
        """All events so far, chained."""
        return chained(self.events)

    def secret(self, voter: int) -> Secret:
        return secret_of(self.credentials[voter], self.election.uuid)

    def ballot(self, voter: int, votes: Sequence[Sequence[int]]) -> bytes:
        return make_ballot(self.election, votes, self.secret(voter), BallotNonces.random(self.election)).encode()

    def vote(self, voter: int, votes: Sequence[Sequence[int]]) -> None:
        self.events.append((EventType.BALLOT, [self.ballot(voter, votes)]))

    def tally(self) -> Tally:
        """Of the last ballot of each voter."""
        last: dict[Any, bytes] = {}
        for kind, bodies in self.events:
            if kind is EventType.BALLOT:
                last[ballot_of(bodies[0]).credential] = bodies[0]
        tally = Tally(self.election)
        for credential, body in last.items():
            tally.add(ballot_of(body), self.public.weight(credential) or 0)
        return tally

    def close(self) -> None:
        """End the vote, and count under encryption."""
        tally = self.tally()
        body = written(tally_json(tally.product())).encode()
        sized = written(SizedTally(tally.number, tally.weight, sha256_hex(body)).as_json()).encode()
        self.events += [(EventType.END_BALLOTS, []), (EventType.ENCRYPTED_TALLY, [body, sized])]

    def decryption(self, owner: int) -> list[bytes]:
        """The data of a partial decryption, of the owner counted from 1."""
        tally = self.tally().product()
        fingerprint = self.election.fingerprint
        partial = decrypt_partly(tally, self.keys[owner - 1], fingerprint, decryption_nonces(tally))
        body = written(partial.as_json()).encode()
        return [body, written(Owned(owner, sha256_hex(body)).as_json()).encode()]

    def decrypt(self, *owners: int) -> None:
        for owner in owners or range(1, len(self.keys) + 1):
            self.events.append((EventType.PARTIAL_DECRYPTION, self.decryption(owner)))

    def tell(self) -> None:
        """The result."""
        box = run(self.archive())
        assert box.tally is not None
        assert box.sized is not None
        elements = opened(box.tally, self.trustees, box.decryptions)
        said = written(result_json(result_of_opened(elements, box.sized.total_weight)))
        self.events.append((EventType.RESULT, [said.encode()]))

    def finish(self) -> None:
        self.close()
        self.decrypt()
        self.tell()


def make(
    questions: Sequence[Question] = PLAIN,
    *,
    voters: int = 3,
    weights: Sequence[int] | None = None,
    singles: int = 1,
    thresholds: Sequence[tuple[int, int]] = ((2, 3),),
    given: Sequence[tuple[Single | Pedersen, Sequence[Secret]]] = (),
) -> Made:
    """A fresh election, set up; the trustees that are `given` stand behind the fresh ones, with their private keys."""
    uuid = token(14)
    credentials, public = made(weights or [1] * voters, uuid, weighted=weights is not None)
    keys = [Secret.random() for _ in range(singles)]
    trustees: list[Single | Pedersen] = [Single(make_key(x, Secret.random())) for x in keys]
    for threshold, size in thresholds:
        shared, shares = dealt(threshold, size)
        trustees.append(shared)
        keys += shares
    for each, secrets in given:
        trustees.append(each)
        keys += secrets
    election = new_election(
        Template("Proef", "Een proef", tuple(questions)), uuid=uuid, public_key=combined_key(tuple(trustees))
    )
    result = Made(election, tuple(trustees), keys, public, credentials)
    bodies = [
        each.encode() for each in (election.raw, written(trustees_json(tuple(trustees))), written(public.as_json()))
    ]
    said = {name: sha256_hex(each) for name, each in zip(("election", "trustees", "credentials"), bodies, strict=True)}
    result.events.append((EventType.SETUP, [*bodies, written(said).encode()]))
    return result


def dealt(threshold: int, size: int) -> tuple[Pedersen, list[Secret]]:
    """A threshold key by all six steps, and the share of each."""
    seeds = [token() for _ in range(size)]
    certs = [
        pedersen.step1(seed, Context(size, threshold, place + 1), Secret.random()) for place, seed in enumerate(seeds)
    ]
    assert pedersen.step2(certs) == threshold
    drawn = [pedersen.PolynomialNonces.random(size, threshold) for _ in seeds]
    polynomials = [pedersen.step3(certs, seed, nonces) for seed, nonces in zip(seeds, drawn, strict=True)]
    vinputs = pedersen.step4(certs, polynomials)
    outputs = [
        pedersen.step5(certs, seed, each, pedersen.ShareNonces.random())
        for seed, each in zip(seeds, vinputs, strict=True)
    ]
    shares = [pedersen.private_share(seed, each.private_key) for seed, each in zip(seeds, outputs, strict=True)]
    return pedersen.step6(certs, polynomials, outputs), shares


def chained(
    events: Sequence[tuple[EventType, list[bytes]]], *, change: Callable[[int, Event], Event] | None = None
) -> bytes:
    """An archive of these events; `change` may alter an event before it is written."""
    result, parent = first_bytes(TIME), ""
    for height, (kind, bodies) in enumerate(events):
        event = Event(parent, height, kind, sha256_hex(bodies[-1]) if bodies else "")
        event = change(height, event) if change else event
        result += b"".join(record_bytes(body, event=False, time=TIME) for body in bodies)
        encoded = event.encoded()
        result += record_bytes(encoded, event=True, time=TIME)
        parent = sha256_hex(encoded)
    return result


def run(archive: bytes) -> Box:
    """The machine behind all events of an archive, with every check. Raises Refused."""
    file = io.BytesIO(archive)
    box = Box(count=lambda box: counted(file, box))
    for event, event_hash, before in events_in(Reader(io.BytesIO(archive))):
        box.take(event, event_hash, before)
    return box


def refused(archive: bytes) -> str:
    """The name of the check that does not let an archive pass, or "" when all do."""
    try:
        run(archive)
    except Refused as error:
        return str(error.check)
    return ""


def value(body: bytes) -> Any:
    return read(body)
