"""What is done with bytes, target by target. Each refuses them by name (`Refused`), or takes them; what is taken can be
written again, and that gives these bytes or, where one value has more than one spelling, this value. Whatever else
happens is a fault: another exception, no end, too much memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.ballotbox.making import chained
from tools.fuzz import archives, elections, messages, seeds, values
from tools.fuzz.properties import again, exactly, said, text
from tools.fuzz.seeds import bodies, dealing, held
from tools.fuzz.values import Mutate

from ballotbox.encoding import read
from ballotbox.events import EventType
from ballotbox.group import ONE, G
from ballotbox.pki import sign, signed_message_of
from ballotbox.scalars import Q, Secret
from ballotbox.tallies import owned_of, result_json, result_of, sized_tally_of, tally_json, tally_of


@dataclass(frozen=True)
class Target:
    """What is done with bytes, from which bytes it begins, and how they are altered."""

    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    most: int = 16_384
    altered: Callable[[bytes, int, int, Mutate], bytes] = values.altered


def stages() -> list[bytes]:
    """The archive, up to each event."""
    events = held().events
    return [chained(events[:length]) for length in range(1, len(events) + 1)]


def certificates() -> list[bytes]:
    """What they say."""
    return [each.message.encode() for each in dealing().certs]


def letters() -> list[bytes]:
    """A message for the first trustee."""
    return [said({"recipient": str(messages.KEYS.encryption), "message": "{}"})]


def signed_letters() -> list[bytes]:
    """The same, signed."""
    return [said(sign(text(each), messages.KEYS.signing, Secret.of(7)).as_json()) for each in letters()]


def data_of(kind: EventType, part: int) -> Callable[[], list[bytes]]:
    """What stands in the election."""
    return lambda: bodies(kind, part)


def some(*values: str) -> Callable[[], list[bytes]]:
    """Written here."""
    return lambda: [each.encode() for each in values]


TARGETS: Final[dict[str, Target]] = {
    "archive": Target(elections.archive, stages, most=65_536, altered=archives.altered),
    "chain": Target(elections.chain, elections.chain_seeds, most=65_536),
    "event": Target(elections.event, elections.event_seeds),
    "checkpoint": Target(elections.checkpoint, elections.checkpoints),
    "ballot": Target(elections.ballot, data_of(EventType.BALLOT, 0)),
    "answers": Target(elections.answers, lambda: [said(read(each)["answers"]) for each in bodies(EventType.BALLOT, 0)]),
    "votes": Target(elections.votes, lambda: [said(seeds.VOTES)]),
    "election": Target(elections.election, data_of(EventType.SETUP, 0)),
    "template": Target(elections.template, some(seeds.TEMPLATE)),
    "trustees": Target(elections.trustees, data_of(EventType.SETUP, 1)),
    "credentials": Target(elections.credentials, data_of(EventType.SETUP, 2)),
    "tally": Target(
        exactly(lambda value: tally_of(value, held().election), tally_json), data_of(EventType.ENCRYPTED_TALLY, 0)
    ),
    "sized": Target(exactly(sized_tally_of), data_of(EventType.ENCRYPTED_TALLY, 1)),
    "decryption": Target(elections.decryption, data_of(EventType.PARTIAL_DECRYPTION, 0)),
    "owned": Target(exactly(owned_of), data_of(EventType.PARTIAL_DECRYPTION, 1)),
    "result": Target(
        exactly(result_of, result_json), some('{"result":[[0,1,1073741823],["1073741824",2]]}', '{"result":[[0,1]]}')
    ),
    "supplement": Target(elections.supplement, lambda: [seeds.supplement()]),
    "message": Target(again(signed_message_of), lambda: [said(each.as_json()) for each in dealing().certs]),
    "certificate": Target(messages.certificate, certificates),
    "coefficients": Target(
        messages.coefficients, lambda: [each.coefexps.message.encode() for each in dealing().polynomials]
    ),
    "envelope": Target(messages.envelope, lambda: [dealing().polynomials[0].polynomial.encode()]),
    "signed": Target(messages.signed, signed_letters),
    "letter": Target(messages.letter, letters),
    "polynomial": Target(messages.polynomial, lambda: [said(dealing().polynomials[0].as_json())]),
    "vinput": Target(messages.vinput, lambda: [said(dealing().vinputs[0].as_json())]),
    "voutput": Target(messages.voutput, lambda: [said(dealing().voutputs[0].as_json())]),
    "json": Target(messages.json, some('{"a":[1,-2,true,null,"\\u00e9"],"b":{}}', "[" * 900, '"\\ud800"', "[[]]")),
    "scalar": Target(messages.scalar, some("0", str(Q - 1), str(Q), "017", "+1")),
    "element": Target(
        messages.element, lambda: [str(G).encode(), str(ONE).encode(), *(each.encode() for each in seeds.LOW_ORDER)]
    ),
    "words": Target(messages.words, lambda: [held().election.uuid.encode(), b"a" * 64, held().credentials[0].encode()]),
    "reports": Target(messages.reports, lambda: [messages.report(2)]),
}
