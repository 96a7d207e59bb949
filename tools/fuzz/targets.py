"""What is done with bytes, target by target. Each refuses them by name (`Refused`), or takes them; what is taken can be
written again, and that gives these bytes or, where one value has more than one spelling, this value. Whatever else
happens is a fault: another exception, no end, too much memory.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ballotbox import pedersen
from ballotbox.archive import Reader, first_bytes, record_bytes
from ballotbox.ballots import BallotNonces, ballot_of, check_ballot, make_ballot
from ballotbox.box import Box, Data
from ballotbox.checks import Check, Refused
from ballotbox.command.io import Wrong
from ballotbox.command.merge import merged
from ballotbox.credentials import PublicCredentials, public_credentials_of, secret_of
from ballotbox.elections import election_of, new_election, template_of
from ballotbox.encoding import hash_of, read, read_canonical, sha256_b64, sha256_hex, uuid, written
from ballotbox.events import WITHOUT_PAYLOAD, Event, EventType, event_of
from ballotbox.files import counted, votes_of
from ballotbox.group import ONE, G, decoded, element_of, mul
from ballotbox.pki import Keys, SendingNonces, certificate_of, encrypt, receive, sign, signed_message_of
from ballotbox.proofs import knowledge
from ballotbox.scalars import Q, Secret, scalar_of
from ballotbox.supplement import check_supplement, supplement_of
from ballotbox.tallies import (
    check_decryption,
    decryption_of,
    owned_of,
    owners,
    result_json,
    result_of,
    sized_tally_of,
    tally_json,
    tally_of,
)
from ballotbox.trustees import check_trustees, coefficients_of, trustees_json, trustees_of
from ballotbox.verifying import events_in
from tests.ballotbox.making import TIME, chained
from tools.fuzz import seeds
from tools.fuzz.seeds import bodies, dealing, drawn, held


class Different(Exception):
    """It was taken, and it is not what was read."""


def same(one: object, other: object) -> None:
    """Raises Different."""
    if one != other:
        raise Different(f"{one!r:.300}\n  is not\n{other!r:.300}")


@dataclass(frozen=True)
class Target:
    """What is done with bytes, and from which bytes it begins. Of `archives` the hashes are mended."""

    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    most: int = 16_384
    archives: bool = False


def said(value: Any) -> bytes:
    """As it is written."""
    return written(value).encode()


def text(data: bytes) -> str:
    """As the commands read a file."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Refused(Check.JSON, "no UTF-8") from error


def exactly(of: Callable[[Any], Any], back: Callable[[Any], Any] | None = None) -> Callable[[bytes], Any]:
    """What stands in an archive: written in one way."""

    def run(data: bytes) -> Any:
        value = of(read_canonical(data))
        same(written(back(value) if back else value.as_json()).encode(), data)
        return value

    return run


def again(of: Callable[[Any], Any], back: Callable[[Any], Any] | None = None) -> Callable[[bytes], Any]:
    """What stands in a message: it may be spaced otherwise."""

    def run(data: bytes) -> Any:
        value = of(read(data))
        rewritten = written(back(value) if back else value.as_json()).encode()
        same(of(read(rewritten)), value)
        return value

    return run


# The archive and its events.


def archive(data: bytes) -> None:
    """Every record is written again."""
    reader = Reader(io.BufferedReader(io.BytesIO(data)))  # type: ignore[arg-type]
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
    others = (box.setup, box.tally, box.sized, box.result, dict(box.decryptions))
    return box.stage, box.head, box.height, box.ballots, counting, *others


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


# What trustees send each other.

KEYS: Final = Keys.of(seeds.SEEDS_OF_TRUSTEES[0])


def certificate(data: bytes) -> None:
    """What a certificate says, signed."""
    certificate_of(sign(text(data), KEYS.signing, Secret.of(7)))


def coefficients(data: bytes) -> None:
    """What a trustee publishes of her polynomial, signed."""
    coefficients_of(sign(text(data), KEYS.signing, Secret.of(7)), KEYS.verification, 1)


def envelope(data: bytes) -> None:
    """What came, encrypted for somebody."""
    receive(text(data), decryption=KEYS.decryption, sender=KEYS.verification)


def signed(data: bytes) -> None:
    """What is inside."""
    with drawn(6):
        envelope(encrypt(text(data), KEYS.encryption, SendingNonces.random().encryption).encode())


def letter(data: bytes) -> None:
    """What is signed inside."""
    signed(written(sign(text(data), KEYS.signing, Secret.of(7)).as_json()).encode())


def polynomial(data: bytes) -> None:
    """Step 3, as the administrator gets it."""
    pedersen.step4(dealing().certs, [again(pedersen.polynomial_of)(data), dealing().polynomials[1]])


def vinput(data: bytes) -> None:
    """Step 4, as a trustee gets it."""
    found = again(pedersen.vinput_of)(data)
    with drawn(7):
        pedersen.step5(dealing().certs, seeds.SEEDS_OF_TRUSTEES[0], found, pedersen.ShareNonces.random())


def voutput(data: bytes) -> None:
    """Step 5, as the administrator gets it."""
    found = again(pedersen.voutput_of)(data)
    pedersen.step6(dealing().certs, dealing().polynomials, [found, dealing().voutputs[1]])


# The smallest parts.


def json(data: bytes) -> None:
    """JSON itself."""
    value = read(data)
    rewritten = written(value).encode()
    same(read(rewritten), value)
    same(written(read_canonical(rewritten)).encode(), rewritten)


def scalar(data: bytes) -> None:
    """A number modulo q."""
    number = scalar_of(text(data))
    same(str(number).encode(), data)
    same((0 <= number < Q, Secret.of_decimal(text(data)).decimal()), (True, str(number)))


def element(data: bytes) -> None:
    """An element of the group has the order of the group."""
    same(str(decoded(text(data))).encode(), data)
    found = element_of(text(data))
    same(mul(found, Q - 1) * found, ONE)


def words(data: bytes) -> None:
    """Identifiers, hashes and secrets: one passes, or none."""
    said = text(data)
    for of in (uuid, hash_of, lambda each: secret_of(each, held().election.uuid)):
        try:
            of(said)
        except Refused:
            continue
        same(said.isascii() and said.isprintable(), True)
        return
    raise Refused(Check.STRING)


def reports(data: bytes) -> None:
    """The report of another machine, beside one of ours."""
    try:
        merged([("ours", read(report(1))), ("theirs", read(data))])
    except Wrong as wrong:
        raise Refused(Check.FIELDS, str(wrong)) from wrong


def report(part: int) -> bytes:
    """One of two parts."""
    same_in_all = {"fingerprint": "f", "height": 9, "head": "a" * 64, "stage": "counted", "voters": 2, "ballots": 2}
    rest = {"ballots_counted": 2, "result": [[0, 1]], "passed": True, "ballots_checked": 1}
    return written({**same_in_all, **rest, "part": [part, 2]}).encode()


def stages() -> list[bytes]:
    """The archive, up to each event."""
    events = held().events
    return [chained(events[:length]) for length in range(1, len(events) + 1)]


def certificates() -> list[bytes]:
    """What they say."""
    return [each.message.encode() for each in dealing().certs]


def letters() -> list[bytes]:
    """A message for the first trustee."""
    return [said({"recipient": str(KEYS.encryption), "message": "{}"})]


def signed_letters() -> list[bytes]:
    """The same, signed."""
    return [said(sign(text(each), KEYS.signing, Secret.of(7)).as_json()) for each in letters()]


def data_of(kind: EventType, part: int) -> Callable[[], list[bytes]]:
    """What stands in the election."""
    return lambda: bodies(kind, part)


def some(*values: str) -> Callable[[], list[bytes]]:
    """Written here."""
    return lambda: [each.encode() for each in values]


TARGETS: Final[dict[str, Target]] = {
    "archive": Target(archive, stages, most=65_536, archives=True),
    "chain": Target(chain, chain_seeds, most=65_536),
    "event": Target(event, event_seeds),
    "ballot": Target(ballot, data_of(EventType.BALLOT, 0)),
    "answers": Target(answers, lambda: [said(read(each)["answers"]) for each in bodies(EventType.BALLOT, 0)]),
    "votes": Target(votes, lambda: [said(seeds.VOTES)]),
    "election": Target(election, data_of(EventType.SETUP, 0)),
    "template": Target(template, some(seeds.TEMPLATE)),
    "trustees": Target(trustees, data_of(EventType.SETUP, 1)),
    "credentials": Target(credentials, data_of(EventType.SETUP, 2)),
    "tally": Target(
        exactly(lambda value: tally_of(value, held().election), tally_json), data_of(EventType.ENCRYPTED_TALLY, 0)
    ),
    "sized": Target(exactly(sized_tally_of), data_of(EventType.ENCRYPTED_TALLY, 1)),
    "decryption": Target(decryption, data_of(EventType.PARTIAL_DECRYPTION, 0)),
    "owned": Target(exactly(owned_of), data_of(EventType.PARTIAL_DECRYPTION, 1)),
    "result": Target(exactly(result_of, result_json), some('{"result":[[0,1,1073741823],["1073741824",2]]}', '{"result":[[0,1]]}')),
    "supplement": Target(supplement, lambda: [seeds.supplement()]),
    "message": Target(again(signed_message_of), lambda: [said(each.as_json()) for each in dealing().certs]),
    "certificate": Target(certificate, certificates),
    "coefficients": Target(coefficients, lambda: [each.coefexps.message.encode() for each in dealing().polynomials]),
    "envelope": Target(envelope, lambda: [dealing().polynomials[0].polynomial.encode()]),
    "signed": Target(signed, signed_letters),
    "letter": Target(letter, letters),
    "polynomial": Target(polynomial, lambda: [said(dealing().polynomials[0].as_json())]),
    "vinput": Target(vinput, lambda: [said(dealing().vinputs[0].as_json())]),
    "voutput": Target(voutput, lambda: [said(dealing().voutputs[0].as_json())]),
    "json": Target(json, some('{"a":[1,-2,true,null,"\\u00e9"],"b":{}}', "[" * 900, '"\\ud800"', "[[[[[]]]]]")),
    "scalar": Target(scalar, some("0", str(Q - 1), str(Q), "017", "+1")),
    "element": Target(element, lambda: [str(G).encode(), str(ONE).encode(), *(each.encode() for each in seeds.LOW_ORDER)]),
    "words": Target(words, lambda: [held().election.uuid.encode(), b"a" * 64, held().credentials[0].encode()]),
    "reports": Target(reports, lambda: [report(2)]),
}
