"""Checking ballots: beside the bare operations of the group that the specification requires, and beside the other tool.

Ours and the bare operations take turns, and a number is the median of five. What `belenios-tool` needs for a ballot is
what `election verify-ballot` takes for one of 40 answers less what it takes for one of a single answer: starting up is
not its work. Memory is what a quarter of a million voters who all voted add to a process.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from nacl import bindings as sodium
from tests.ballotbox.making import Made, chained, make

from ballotbox.archive import Reader
from ballotbox.ballots import ballot_of, check_ballot
from ballotbox.box import HASH, Box, Data
from ballotbox.checkpoint import Checkpoint, load, save
from ballotbox.credentials import PublicCredentials
from ballotbox.elections import Election, election_of
from ballotbox.encoding import sha256_hex, written
from ballotbox.events import Event, EventType
from ballotbox.group import G, mul
from ballotbox.questions import Question
from ballotbox.tallies import Logarithms
from ballotbox.verifying import BATCH, check_ballots_at, verify
from bench.measures import Measure, percentile, report
from tools import belenios

_JOB, _TURNS, _BALLOTS = "ballots", 5, 20


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.ballots")
    parser.add_argument("--voters", type=int, default=250_000)
    given = parser.parse_args()
    made = _voted(40, _BALLOTS)
    raws = [bodies[0] for kind, bodies in made.events if kind is EventType.BALLOT]
    ours, bare = _in_turns(lambda: _check(made.election.raw, raws), lambda: _bare(40, len(raws)))
    ours, bare = ours / len(raws), bare / len(raws)
    measures = [
        Measure(_JOB, "checking a ballot of 40 answers", ours, 1.25, "ms", bare, "peer: its group operations alone"),
        *_other_tool(made, ours),
        *_on_two_cores(made),
        *_accepting(made),
        *_projected(),
        *_continuing(given.voters),
        *_logarithms(),
        *_memory(given.voters),
    ]
    report(measures)


def _voted(answers: int, ballots: int) -> Made:
    """An election of one question with so many answers, of which none or one is chosen, and its ballots."""
    question = Question(tuple(f"Kandidaat {place}" for place in range(answers)), False, 0, 1, "Wie?")
    made = make([question], voters=ballots, thresholds=())
    for voter in range(ballots):
        made.vote(voter, [[int(place == voter % answers) for place in range(answers)]])
    return made


def _in_turns(*acts: Callable[[], object]) -> tuple[float, ...]:
    """The median milliseconds of each."""
    took: list[list[float]] = [[] for _ in acts]
    for _ in range(_TURNS):
        for kept, act in zip(took, acts, strict=True):
            begun = time.perf_counter()
            act()
            kept.append(1_000 * (time.perf_counter() - begun))
    return tuple(percentile(each, 0.5) for each in took)


def _check(raw: str, ballots: list[bytes]) -> None:
    election = election_of(raw)
    for each in ballots:
        check_ballot(election, ballot_of(each))


_N = (2**251 - 1).to_bytes(32, "little")
_POINT = mul(G, 12345).raw


def _bare(answers: int, ballots: int) -> None:
    """What the specification requires for such ballots, and nothing else: of each of 2 branches for each answer and 2
    of the sum, g^r alpha^c and y^r beta^c; beta / g for one of two; the sum; and the signature."""
    for _ in range(ballots):
        for _ in range(2 * answers + 2):
            one = sodium.crypto_scalarmult_ed25519_base_noclamp(_N)
            sodium.crypto_core_ed25519_add(one, sodium.crypto_scalarmult_ed25519_noclamp(_N, _POINT))
            two = sodium.crypto_scalarmult_ed25519_noclamp(_N, _POINT)
            sodium.crypto_core_ed25519_add(two, sodium.crypto_scalarmult_ed25519_noclamp(_N, _POINT))
        for _ in range(3 * answers + 1):
            sodium.crypto_core_ed25519_add(_POINT, _POINT)
        one = sodium.crypto_scalarmult_ed25519_base_noclamp(_N)
        sodium.crypto_core_ed25519_add(one, sodium.crypto_scalarmult_ed25519_noclamp(_N, _POINT))


def _other_tool(made: Made, ours: float) -> list[Measure]:
    what = "checking a ballot of 40 answers, ballots a core beside belenios-tool"
    try:
        command = belenios.tool()
    except belenios.NotHere as reason:
        return [Measure(_JOB, what, float("nan"), 0, "ms", note=str(reason))]
    small = _voted(1, 1)
    theirs = _in_turns(lambda: _verify_ballot(command, made), lambda: _verify_ballot(command, small))
    note = f"peer / 1.2 is the goal; all of verify-ballot {theirs[0]:.0f} ms"
    return [Measure(_JOB, what, ours, 1 / 1.2, "ms", theirs[0] - theirs[1], note)]


def _verify_ballot(command: list[str], made: Made) -> None:
    with tempfile.TemporaryDirectory() as folder:
        setup = replace_events(made, 1)
        (Path(folder) / f"{made.election.uuid}.bel").write_bytes(setup)
        (Path(folder) / "ballot.json").write_bytes(made.events[1][1][0])
        subprocess.run(
            [*command, "election", "verify-ballot", "--ballot", "ballot.json"],
            cwd=folder,
            env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
            check=True,
            capture_output=True,
        )


def replace_events(made: Made, number: int) -> bytes:
    """The archive of the first events."""
    return chained(made.events[:number])


def _on_two_cores(made: Made) -> list[Measure]:
    """How much two processes gain, beside what bare multiplications gain in the same processes."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
        path = Path(folder) / "e.bel"
        path.write_bytes(made.archive())
        with path.open("rb") as file:
            records = [record for record in Reader(file) if record.body.startswith(b'{"election_uuid"')]
        places = [(record.offset, len(record.body), record.hash) for record in records] * 8
        given, parts = (made.election.raw, str(path)), [places[at : at + BATCH] for at in range(0, len(places), BATCH)]
        list(pool.map(check_ballots_at, *([each] * 2 for each in given), [places[:1]] * 2))

        def check_both() -> None:  # as `verify` gives them out, so that a core that is lent out for a moment does less
            list(pool.map(check_ballots_at, *([each] * len(parts) for each in given), parts))

        def bare_both() -> None:
            list(pool.map(_bare, [40] * len(parts), map(len, parts)))

        one, bare_one, two, bare_two = _in_turns(
            lambda: check_ballots_at(*given, places), lambda: _bare(40, len(places)), check_both, bare_both
        )
    lost = (bare_one / bare_two) / (one / two)
    note = f"ours {one / two:.2f} times, bare {bare_one / bare_two:.2f} times as fast on two cores"
    return [Measure(_JOB, "gain on two cores: of bare, divided by ours", lost, 1 / 0.95, "x", note=note)]


def _accepting(made: Made) -> list[Measure]:
    """One ballot into a box that is open, beside checking it alone."""
    setup = made.events[0]
    body = made.events[1][1][0]

    def opened() -> Box:
        box = Box()
        event = Event("", 0, setup[0], sha256_hex(setup[1][-1]))
        box.take(event, sha256_hex(event.encoded()), [Data(sha256_hex(each), each) for each in setup[1]])
        return box

    boxes = [opened() for _ in range(_TURNS * 10)]

    def accept() -> None:
        for _ in range(10):
            box = boxes.pop()
            event = Event(box.head, 1, EventType.BALLOT, sha256_hex(body))
            box.take(event, sha256_hex(event.encoded()), [Data(sha256_hex(body), body)])

    def check() -> None:
        election: Election = made.election
        for _ in range(10):
            check_ballot(election, ballot_of(body))

    ours, alone = _in_turns(accept, check)
    return [Measure(_JOB, "accepting a ballot while voting", ours / 10, 1.2, "ms", alone / 10, "peer: its check alone")]


def _projected() -> list[Measure]:
    """A whole archive of ballots of 24 answers, on two cores."""
    ballots = 200
    made = _voted(24, ballots)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "e.bel"
        path.write_bytes(made.archive())
        took = []
        for _ in range(3):
            outcome, _ = verify(path, cores=2)
            if not outcome.passed:
                raise RuntimeError(f"the benchmark made an election that is refused: {outcome.refused}")
            took.append(outcome.seconds)
    seconds = percentile(took, 0.5) / ballots * 250_000
    return [Measure(_JOB, "250,000 ballots of 24 answers, two cores", seconds / 60, 60, "min", note="projected")]


def _continuing(voters: int) -> list[Measure]:
    """A hundred new ballots of 24 answers behind a quarter of a million voters who all voted before, on one core: all
    of `verify` with a checkpoint, beside checking these ballots alone."""
    made, new = _voted(24, 101), 100
    with tempfile.TemporaryDirectory() as folder:
        path, kept = Path(folder) / "e.bel", Path(folder) / "kept"
        path.write_bytes(replace_events(made, 2))
        verify(path, cores=1, checkpoint=kept)
        saved = _crowded(load(kept), voters)
        higher = lambda height, event: replace(event, height=height + voters * (height > 1))  # noqa: E731
        path.write_bytes(chained(made.events, change=higher))
        raws = [bodies[0] for _, bodies in made.events[2:]]

        def go_on() -> None:
            save(kept, saved)
            begun = time.perf_counter()
            outcome, _ = verify(path, cores=1, checkpoint=kept)
            took.append(1_000 * (time.perf_counter() - begun))
            if not outcome.passed or outcome.checked_ballots - outcome.earlier_ballots != new:
                raise RuntimeError(f"the benchmark went on wrongly: {outcome}")

        took: list[float] = []
        _, alone = _in_turns(go_on, lambda: _check(made.election.raw, raws))
    return [Measure(_JOB, f"going on behind {voters:,} voters: 100 ballots", percentile(took, 0.5), 1.25, "ms", alone)]


def _crowded(checkpoint: Checkpoint, voters: int) -> Checkpoint:
    """With so many more voters, who all voted: no ballots of theirs stand in the archive, and none is asked for."""
    box, others = checkpoint.box, {sha256(str(place).encode()).digest(): 1 for place in range(voters)}
    setup = box.ready()
    credentials = PublicCredentials({**setup.credentials.weights, **others}, weighted=False)
    box.setup = replace(setup, credentials=credentials)
    for raw in others:
        box.note(raw, raw.hex(), position=1 << 64)
    head = bytes(box.hashes)
    box.hashes[:] = head[:HASH] + b"".join(others) + head[HASH:]
    return checkpoint


def _logarithms() -> list[Measure]:
    elements = [mul(G, 250_000 - place * 2_000) for place in range(120)]

    def find() -> None:
        log = Logarithms(250_000, len(elements))
        for each in elements:
            log(each)

    (took,) = _in_turns(find)
    return [Measure(_JOB, "120 logarithms up to 250,000", took / 1_000, 2, "s")]


def _memory(voters: int) -> list[Measure]:
    """In processes of their own, that say what they grew by; the list of credentials is written here."""
    with tempfile.TemporaryDirectory() as folder:
        listed, kept = Path(folder) / "credentials", Path(folder) / "kept"
        _write_credentials(listed, voters)
        first, again = (_grown_in_a_process(kept, *given) for given in ([listed], []))
    return [
        Measure(
            _JOB, f"memory a voter, of {voters:,} who voted, with a checkpoint at the end", first / voters, 500, "bytes"
        ),
        Measure(_JOB, "memory a voter, going on from that checkpoint", again / voters, 500, "bytes"),
    ]


def _grown_in_a_process(*given: Path) -> float:
    command = [sys.executable, "-m", "bench.ballots_memory", *map(str, given)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def grown(kept: Path, listed: Path | None) -> int:
    """Bytes that a box adds to this process at its peak: with the voters of a list, who all voted, written to a
    checkpoint; or, without a list, read from there."""
    setup, bodies = _voted(1, 1).events[0]
    before = _peak()
    if listed is None:
        load(kept)
        return _peak() - before
    bodies[2] = listed.read_bytes()
    names = ("election", "trustees", "credentials")
    said = {name: sha256_hex(body) for name, body in zip(names, bodies, strict=False)}
    bodies[3] = written(said).encode()
    box, event = Box(proofs=False), Event("", 0, setup, sha256_hex(bodies[3]))
    box.take(event, sha256_hex(event.encoded()), [Data(sha256_hex(each), each) for each in bodies])
    bodies.clear()
    for place, raw in enumerate(box.ready().credentials.weights):
        digest = sha256(raw)
        box.note(raw, digest.hexdigest(), position=place << 32 | 20_000)
        box.hashes += digest.digest()
    save(kept, Checkpoint(box, 0, 0, 0, (1, 1), box.ballots))
    return _peak() - before


def _peak() -> int:
    """Bytes that this program had at most (`ru_maxrss` counts what began it too)."""
    (line,) = (each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1_024


def _write_credentials(path: Path, voters: int) -> None:
    """A list of so many elements, in the order of 3.0."""
    element, found = G, []
    for _ in range(voters):
        element = element * G
        found.append(element.raw)
    path.write_text(written([raw[::-1].hex() for raw in sorted(found)]))


if __name__ == "__main__":
    main()
