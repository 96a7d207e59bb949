"""Readers of an election: its archive, its ballots, what is made before the vote and when it is counted."""

import io
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tests.ballotbox.making import chained
from tools.fuzz.properties import again, exactly, same, text
from tools.fuzz.seeds import bodies, drawn, held

from ballotbox.archive import Reader, first_bytes, record_bytes
from ballotbox.ballots import BallotNonces, ballot_of, check_ballot, make_ballot
from ballotbox.box import Box, Data
from ballotbox.checkpoint import Checkpoint, NoCheckpoint, go_on, load, save
from ballotbox.checks import Check, Refused
from ballotbox.credentials import PublicCredentials, public_credentials_of
from ballotbox.elections import election_of, new_election, template_of
from ballotbox.encoding import read, read_canonical, sha256_b64, sha256_hex, written
from ballotbox.events import WITHOUT_PAYLOAD, Event, EventType, event_of
from ballotbox.files import counted, votes_of
from ballotbox.group import G, mul
from ballotbox.proofs import knowledge
from ballotbox.scalars import Secret
from ballotbox.supplement import check_supplement, supplement_of
from ballotbox.tallies import check_decryption, decryption_of, owners
from ballotbox.trustees import check_trustees, trustees_json, trustees_of
from ballotbox.verifying import events_in, verify

# The archive and its events.


def archive(data: bytes) -> None:
    """Every record is written again."""
    reader = Reader(io.BufferedReader(io.BytesIO(data)))
    box = Box(count=lambda box: counted(io.BytesIO(data), box))
    same(first_bytes(reader.time), data[: reader.offset])
    end = reader.offset
    for event, event_hash, before in events_in(reader):
        records = [record_bytes(each.body, event=False, time=reader.time) for each in before]
        records.append(record_bytes(event.encoded(), event=True, time=reader.time))
        same(b"".join(records), data[end : reader.offset])
        end = reader.offset
        box.take(event, event_hash, before)


def state(box: Box) -> tuple[object, ...]:
    """All that may not move when an event is refused."""
    counting = list(box.counting()) if box.setup else []
    others = (box.tally, box.sized, box.result, dict(box.decryptions))
    return box.setup, box.stage, box.head, box.height, box.ballots, counting, *others


def chain(data: bytes) -> None:
    """Events, each a line `>Type` with a line for each body; `@0` is the hash of the first one. The chain of hashes is
    right whatever stands in them. An event that is refused moves nothing."""
    box = Box()
    for kind, said in _events(data):
        given: list[bytes] = []
        for each in said:
            hashes = [sha256_hex(body).encode() for body in given]
            for place, digest in enumerate(hashes):
                each = each.replace(b"@%d" % place, digest)  # noqa: PLW2901
            given.append(each)
        event = Event(box.head, box.height + 1, kind, sha256_hex(given[-1]) if given else "")
        before = state(box)
        try:
            read_event = event_of(event.encoded())
            box.take(read_event, sha256_hex(event.encoded()), [Data(sha256_hex(body), body) for body in given])
        except Refused:
            same(state(box), before)
            raise


def _events(data: bytes) -> Iterator[tuple[EventType, list[bytes]]]:
    for part in data.split(b"\n>"):
        name, *said = part.split(b"\n")
        try:
            kind = EventType(text(name.removeprefix(b">")))
        except ValueError:
            return
        yield kind, [] if kind in WITHOUT_PAYLOAD else said


def chain_seeds() -> list[bytes]:
    """The election, up to each event."""
    lines = []
    for kind, given in held().events:
        lines.append(b">" + str(kind).encode())
        for place, body in enumerate(given):
            for number, earlier in enumerate(given[:place]):
                body = body.replace(sha256_hex(earlier).encode(), b"@%d" % number)  # noqa: PLW2901
            lines[-1] += b"\n" + body
    return [b"\n".join(lines[:length]) for length in range(1, len(lines) + 1)]


def event(data: bytes) -> None:
    """By itself."""
    same(event_of(data).encoded(), data)


def event_seeds() -> list[bytes]:
    """Of each kind."""
    return [
        Event("a" * 64 if height else "", height, kind, "" if kind in WITHOUT_PAYLOAD else "b" * 64).encoded()
        for height, kind in enumerate(EventType)
    ]


def checkpoint(data: bytes) -> None:
    """What an auditor keeps, its digest mended: kept again it is the same, and the archive goes on from it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept"
        path.write_bytes(data + sha256(data).digest())
        try:
            found = load(path)
        except NoCheckpoint as none:
            raise Refused(Check.CHECKPOINT, str(none)) from none
        save(path, found)
        once_more = load(path)
    same(kept(once_more), kept(found))
    file = io.BytesIO(held().archive())
    found.box.count = lambda box: counted(io.BytesIO(held().archive()), box)
    for each, event_hash, before in events_in(go_on(file, found)):
        found.box.take(each, event_hash, before)


def kept(found: Checkpoint) -> tuple[object, ...]:
    """All that is in it."""
    box = found.box
    _, *others = state(box)
    voters = dict(box.ready().credentials.weights)
    tables = box.seen, box.last, bytes(box.hashes), voters, box.ready().election, box.ready().trustees
    return found.time, found.begun, found.end, found.part, found.checked, tables, others


def checkpoints() -> list[bytes]:
    """Of the election, at its end and before."""
    result = []
    with tempfile.TemporaryDirectory() as folder:
        path, of = Path(folder) / "kept", Path(folder) / "archive"
        for length in (1, 3, len(held().events)):
            of.write_bytes(chained(held().events[:length]))
            verify(of, cores=1, checkpoint=path)
            result.append(path.read_bytes()[:-32])
            path.unlink()
    return result


# Ballots.


def ballot(data: bytes) -> None:
    """A ballot as it was sent."""
    found = ballot_of(data)
    same(written(found.as_json()).encode(), data)
    check_ballot(held().election, found)


def answers(data: bytes) -> None:
    """The answers alone, signed by a voter: so the proofs in them are looked at."""
    made = held()
    secret = made.secret(0)
    value = {
        "election_uuid": made.election.uuid,
        "election_hash": made.election.fingerprint,
        "credential": str(mul(G, secret)),
        "answers": read_canonical(data),
    }
    digest = sha256_b64(written(value))
    with drawn(4):
        proof = knowledge(f"sig|{digest}|", secret, Secret.random())
    ballot(written({**value, "signature": {"hash": digest, "proof": proof.as_json()}}).encode())


def votes(data: bytes) -> None:
    """What a voter chose: refused, or a ballot that counts."""
    election = held().election
    with drawn(5):
        raw = make_ballot(election, votes_of(read(data)), held().secret(0), BallotNonces.random(election))
    check_ballot(election, ballot_of(raw))


# Before the vote.


def election(data: bytes) -> None:
    """Its text is kept as it is, for its hash; what it says is written again."""
    found = election_of(text(data))
    same(found.raw.encode(), data)
    rewritten = new_election(found.template, uuid=found.uuid, public_key=found.public_key)
    same((rewritten.template, rewritten.uuid, rewritten.public_key), (found.template, found.uuid, found.public_key))


def template(data: bytes) -> None:
    """What an administrator wrote."""
    found = template_of(read(data))
    same(new_election(found, uuid=held().election.uuid, public_key=held().election.public_key).template, found)


def trustees(data: bytes) -> None:
    """With the key of the election."""
    check_trustees(exactly(trustees_of, trustees_json)(data), held().election.public_key)


def credentials(data: bytes) -> None:
    """In any order; with weights, or without."""

    def said(value: PublicCredentials) -> tuple[object, ...]:
        return dict(value.weights), value.total

    found = public_credentials_of(read_canonical(data))
    same(said(public_credentials_of(found.as_json())), said(found))


# Counting.


def decryption(data: bytes) -> None:
    """Of the first owner."""
    found = exactly(decryption_of)(data)
    check_decryption(held().tally().product(), owners(held().trustees)[0], found, held().election.fingerprint)


def supplement(data: bytes) -> None:
    """Beside the first partial decryption."""
    found, made = again(supplement_of)(data), held()
    partial = decryption_of(read(bodies(EventType.PARTIAL_DECRYPTION, 0)[0]))
    key, fingerprint = owners(made.trustees)[0], made.election.fingerprint
    check_supplement(made.tally().product(), partial, found, key, fingerprint=fingerprint)
