"""An election as a machine that takes events in order and moves or refuses (spec: Public data, Processes).

It does no input or output: whoever feeds it brings each event with the data before it, and where a ballot can be read
again. Two things it may leave to others, because they take the time: the proofs of a ballot, and the product of all.
"""

import enum
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ballotbox.ballots import ballot_of, check_ballot
from ballotbox.checks import Check, Refused
from ballotbox.credentials import PublicCredentials, public_credentials_of
from ballotbox.elections import Election, election_of
from ballotbox.encoding import b64_of_hex, fields, hash_of, read_canonical, sha256_hex
from ballotbox.events import Event, EventType
from ballotbox.group import Element, decoded
from ballotbox.proofs import must
from ballotbox.tallies import (
    EncryptedTally,
    PartialDecryption,
    Result,
    SizedTally,
    Tally,
    check_decryption,
    check_result,
    decryption_of,
    opened,
    owned_of,
    owners,
    result_of,
    sized_tally_of,
    tally_of,
)
from ballotbox.trustees import Trustees, check_trustees, trustees_of

_BEGIN: Final = re.compile(
    rb'\{"election_uuid":"[1-9A-Za-z]{14,80}","election_hash":"[0-9A-Za-z+/]{43}","credential":"([0-9a-f]{64})",'
)
SHORT: Final = 16
"""Bytes of a hash by which a ballot is known again: two of 2^64 ballots would have the same."""
HASH: Final = 32
"""Bytes of the hash of an event."""
_HEIGHTS: Final = 40
"""Bits of a height, where it stands in one number with a position."""


class Stage(enum.StrEnum):
    """How far an election is."""

    EMPTY = "empty"
    VOTING = "voting"
    CLOSED = "closed"
    TALLIED = "tallied"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Data:
    """A record of data that stands before an event: its hash, its body, and where it can be read again."""

    hash: str
    body: bytes
    position: int = 0


@dataclass(frozen=True, slots=True)
class Setup:
    """What an election is held with; and the hashes of the texts of the trustees and of the list of who may vote, in
    Base64, by which everybody can compare them (the fingerprint is that of the election alone)."""

    election: Election
    trustees: Trustees
    credentials: PublicCredentials
    trustees_hash: str
    credentials_hash: str


class Cast(NamedTuple):
    """The ballot of a voter that counts: her credential, its weight, where it can be read; and of its event the height,
    the hash of the one before it, and its own."""

    credential: Element
    weight: int
    position: int
    height: int
    parent: bytes
    event: bytes

    def check(self, body: bytes) -> None:
        """That this is it: what is read again may have been changed since. Raises Refused (`archive_hash`)."""
        event = Event(self.parent.hex(), self.height, EventType.BALLOT, sha256_hex(body))
        must(sha256_hex(event.encoded()) == self.event.hex(), Check.ARCHIVE_HASH, f"ballot at height {self.height}")


class Box:
    """An election as it stands after the events that it took: its `head` is the hash of the last one.

    It keeps the hash of each event (`hashes`, 32 bytes each), a part of that of each ballot (`seen`), and of each voter
    where her last one stands (`last`).
    """

    def __init__(self, *, proofs: bool = True, count: "Callable[[Box], Tally] | None" = None) -> None:
        """`proofs`: whether it checks the proofs of each ballot itself; else somebody else does that of all. `count`
        makes the tally of the ballots that count; without it nobody looks whether the encrypted tally is theirs."""
        self.proofs, self.count = proofs, count
        self.stage, self.ballots, self.hashes = Stage.EMPTY, 0, bytearray()
        self.setup: Setup | None = None
        self.tally: EncryptedTally | None = None
        self.sized: SizedTally | None = None
        self.decryptions: dict[int, PartialDecryption] = {}
        self.result: Result | None = None
        self.last: dict[bytes, int] = {}
        self.seen: set[bytes] = set()

    @property
    def height(self) -> int:
        """That of the last event; -1 before the first."""
        return len(self.hashes) // HASH - 1

    @property
    def head(self) -> str:
        """The hash of the last event; "" before the first."""
        return self.hashes[-HASH:].hex()

    def take(self, event: Event, event_hash: str, before: Sequence[Data]) -> None:
        """Take an event with all data that stood before it, or raise Refused and stay as it was."""
        must(
            event.parent == self.head,
            Check.EVENT_PARENT,
            f"height {event.height}",
            "it does not name the event before it",
        )
        must(
            event.height == self.height + 1, Check.EVENT_HEIGHT, f"height {event.height}", f"after height {self.height}"
        )
        if event.type in {EventType.SHUFFLE, EventType.END_SHUFFLES}:
            raise Refused(Check.EVENT_TYPE, f"{event.type}: elections with a mixnet are not read here")
        stage, step = _STEPS[event.type]
        must(self.stage is stage, Check.STRICTER_EVENT_STAGE, str(event.type), f"the election is {self.stage}")
        if event.payload:
            must(
                bool(before) and before[-1].hash == event.payload,
                Check.ARCHIVE_ORDER,
                f"height {event.height}",
                "its payload is not what stands before it",
            )
        try:
            step(self, before)
        except Refused as refused:
            raise refused.inside(f"{event.type} at height {event.height}") from None
        self.hashes += bytes.fromhex(event_hash)

    # What each event does.

    def _set_up(self, before: Sequence[Data]) -> None:
        said = fields(read_canonical(before[-1].body), ("election", "trustees", "credentials"))
        wanted = [hash_of(said[name]) for name in ("election", "trustees", "credentials")]
        must([each.hash for each in before[:-1]] == wanted, Check.ARCHIVE_ORDER, "election, trustees, credentials")
        election = election_of(_text(before[0].body))
        trustees = trustees_of(read_canonical(before[1].body))
        check_trustees(trustees, election.public_key)
        credentials = public_credentials_of(read_canonical(before[2].body))
        self.setup = Setup(election, trustees, credentials, *(b64_of_hex(each.hash) for each in before[1:3]))
        self.stage = Stage.VOTING

    def _ballot(self, before: Sequence[Data]) -> None:
        _only(before, 1)
        (data,), setup = before, self.ready()
        begin = _BEGIN.match(data.body)
        if self.proofs or begin is None:
            ballot = ballot_of(data.body)
            credential = ballot.credential
        else:
            credential = decoded(begin[1].decode())
        self.accepts(credential, data.hash)
        if self.proofs:
            check_ballot(setup.election, ballot)
        self.note(credential.raw, data.hash, position=data.position)

    def _close(self, before: Sequence[Data]) -> None:
        _only(before, 0)
        self.stage = Stage.CLOSED

    def _tallied(self, before: Sequence[Data]) -> None:
        _only(before, 2)
        setup, sized = self.ready(), sized_tally_of(read_canonical(before[1].body))
        must(before[0].hash == sized.encrypted_tally, Check.ARCHIVE_ORDER, "encrypted_tally")
        tally = tally_of(read_canonical(before[0].body), setup.election)
        must(sized.num_tallied == len(self.last), Check.STRICTER_TALLY_NUMBER, "num_tallied", f"{len(self.last)} count")
        weight = sum(each.weight for each in self.counting())
        must(sized.total_weight == weight, Check.STRICTER_TALLY_WEIGHT, "total_weight", f"it is {weight}")
        if self.count is not None:
            must(
                self.count(self).product() == tally,
                Check.TALLY_PRODUCT,
                "encrypted_tally",
                "it is not the sum of these ballots",
            )
        self.tally, self.sized, self.stage = tally, sized, Stage.TALLIED

    def _decrypted(self, before: Sequence[Data]) -> None:
        _only(before, 2)
        setup, owned = self.ready(), owned_of(read_canonical(before[1].body))
        must(before[0].hash == owned.payload, Check.ARCHIVE_ORDER, "payload")
        keys = owners(setup.trustees)
        must(owned.owner <= len(keys), Check.DECRYPTION_OWNER, "owner", f"{owned.owner} of {len(keys)}")
        must(owned.owner not in self.decryptions, Check.STRICTER_DECRYPTION_TWICE, "owner", str(owned.owner))
        partial = decryption_of(read_canonical(before[0].body))
        check_decryption(self._tally(), keys[owned.owner - 1], partial, setup.election.fingerprint)
        self.decryptions[owned.owner] = partial

    def _count_told(self, before: Sequence[Data]) -> None:
        _only(before, 1)
        setup, result = self.ready(), result_of(read_canonical(before[0].body))
        elements = opened(self._tally(), setup.trustees, self.decryptions)
        check_result(elements, result, self.sized.total_weight if self.sized else 0)
        self.result, self.stage = result, Stage.COUNTED

    # What others ask.

    def accepts(self, credential: Element, ballot_hash: str) -> None:
        """Raises Refused when a ballot with this credential and hash is not taken, whatever its proofs say:
        `stricter_event_stage`, `ballot_credential`, `ballot_twice`."""
        must(self.stage is Stage.VOTING, Check.STRICTER_EVENT_STAGE, "Ballot", f"the election is {self.stage}")
        may_vote = self.ready().credentials.weight(credential) is not None
        must(may_vote, Check.BALLOT_CREDENTIAL, "credential", str(credential))
        must(_short(ballot_hash) not in self.seen, Check.BALLOT_TWICE, "", b64_of_hex(ballot_hash))

    def counting(self) -> Iterator[Cast]:
        """The ballots that count, the last of each voter."""
        credentials = self.ready().credentials
        for raw, kept in self.last.items():
            element, height = Element(raw), kept & (1 << _HEIGHTS) - 1
            weight, hashes = credentials.weight(element) or 0, self.hashes[(height - 1) * HASH : (height + 1) * HASH]
            yield Cast(element, weight, kept >> _HEIGHTS, height, bytes(hashes[:HASH]), bytes(hashes[HASH:]))

    def note(self, credential: bytes, ballot_hash: str, *, position: int) -> None:
        """Keep of a ballot that was accepted, whose event is the next, all that is kept."""
        self.seen.add(_short(ballot_hash))
        self.last[credential] = position << _HEIGHTS | self.height + 1
        self.ballots += 1

    def has(self, height: int, event_hash: str) -> bool:
        """Whether this event was taken."""
        start = height * HASH
        return 0 <= height <= self.height and self.hashes[start : start + HASH].hex() == event_hash

    def ready(self) -> Setup:
        """What it is held with; raises Refused (`stricter_event_stage`) before there is any."""
        if self.setup is None:
            raise Refused(Check.STRICTER_EVENT_STAGE, "there is no election yet")
        return self.setup

    def _tally(self) -> EncryptedTally:
        """Raises Refused (`stricter_event_stage`)."""
        if self.tally is None:
            raise Refused(Check.STRICTER_EVENT_STAGE, "nothing is tallied yet")
        return self.tally


_STEPS: Final = {
    EventType.SETUP: (Stage.EMPTY, Box._set_up),
    EventType.BALLOT: (Stage.VOTING, Box._ballot),
    EventType.END_BALLOTS: (Stage.VOTING, Box._close),
    EventType.ENCRYPTED_TALLY: (Stage.CLOSED, Box._tallied),
    EventType.PARTIAL_DECRYPTION: (Stage.TALLIED, Box._decrypted),
    EventType.RESULT: (Stage.TALLIED, Box._count_told),
}


def _short(ballot_hash: str) -> bytes:
    return bytes.fromhex(ballot_hash)[:SHORT]


def _only(before: Sequence[Data], number: int) -> None:
    must(len(before) == number, Check.ARCHIVE_ORDER, "", f"{len(before)} records of data before it, not {number}")


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Refused(Check.JSON, "no UTF-8") from error


__all__ = ["HASH", "SHORT", "Box", "Cast", "Data", "Setup", "Stage"]
