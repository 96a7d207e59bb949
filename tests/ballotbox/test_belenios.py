"""Elections of random shape, before `belenios-tool` 3.0 at every stage, and mixed ones in which each tool does a part.

`election verify` of 3.0 ends before the checks of the single ballots have: so each ballot is given to `verify-ballot`
too, against the archive as it was before it.
"""

import io
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ballotbox.archive import Reader
from ballotbox.checks import Check
from ballotbox.events import EventType
from ballotbox.questions import Question
from ballotbox.scalars import Secret
from ballotbox.tallies import tally_json
from ballotbox.trustees import Single, make_key
from ballotbox.verifying import verify
from tests.ballotbox.attacks import held as to_its_end
from tests.ballotbox.attacks_on_keys import counted_as_one
from tests.ballotbox.making import chained, make, refused
from tests.ballotbox.test_command import box
from tests.ballotbox.test_elections import Plan, plans
from tests.ballotbox.test_negative import CASES, held, other_number, put, signed
from tests.ballotbox.test_weaknesses import forged_by
from tests.ballotbox.weaknesses import CHOSEN, SAME, last_single, moved, rushed
from tools import belenios


@pytest.fixture(scope="session")
def command() -> list[str]:
    try:
        return belenios.tool()
    except belenios.NotHere as reason:
        pytest.skip(f"belenios-tool is not here, and could not be fetched: {reason}")


class Theirs:
    """`belenios-tool` in a folder."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.command, self.folder = command, folder

    def __call__(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
            check=False,
        )
        assert done.returncode == 0, done.stderr[-600:]
        return done.stdout.strip()

    def accepts(self, path: Path, archive: bytes, ballot: bytes) -> bool:
        """Whether `verify` passes an archive, or `verify-ballot` a ballot behind it."""
        path.write_bytes(archive)
        (self.folder / "ballot.json").write_bytes(ballot)
        arguments = ("verify-ballot", "--ballot", "ballot.json") if ballot else ("verify",)
        try:
            self("election", *arguments)
        except AssertionError:
            return False
        return True


@pytest.fixture
def theirs(command: list[str], tmp_path: Path) -> Theirs:
    return Theirs(command, tmp_path)


def passes(theirs: Theirs, made: Any, *, every_stage: bool) -> None:
    """Each ballot in order, and the archive at each stage (or at its end)."""
    path = theirs.folder / f"{made.election.uuid}.bel"
    number = len(made.events)
    for end, (kind, bodies) in enumerate(made.events):
        if kind is EventType.BALLOT:
            path.write_bytes(chained(made.events[:end]))
            (theirs.folder / "ballot.json").write_bytes(bodies[0])
            theirs("election", "verify-ballot", "--ballot", "ballot.json")
        elif every_stage or end == number - 1:
            path.write_bytes(chained(made.events[: end + 1]))
            theirs("election", "verify")
    path.unlink()


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans())
def test_what_we_make_passes_their_checks_at_every_stage(theirs: Theirs, plan: Plan) -> None:
    made = plan.held()
    made.finish()
    passes(theirs, made, every_stage=True)


def test_nobody_votes_and_a_large_weight_pass_too(theirs: Theirs) -> None:
    empty = make(voters=0)
    empty.finish()
    passes(theirs, empty, every_stage=False)
    heavy = make([Question(("A", "B"), False, 1, 1, "?")], weights=[2**31, 5], thresholds=())
    heavy.vote(0, [[1, 0]])
    heavy.finish()
    passes(theirs, heavy, every_stage=False)


def test_a_ballot_with_a_wrong_proof_is_refused_by_both(theirs: Theirs) -> None:
    made = make(voters=2)
    raw = json.loads(made.ballot(0, [[0, 1, 0], [1, 0, 0]]))
    put("answers", 0, "overall_proof", 0, "response", value=other_number)(raw)
    (theirs.folder / f"{made.election.uuid}.bel").write_bytes(made.archive())
    (theirs.folder / "ballot.json").write_bytes(signed(made, 0, raw))
    with pytest.raises(AssertionError, match=r"124 == 0"):
        theirs("election", "verify-ballot", "--ballot", "ballot.json")


BESIDES = {"an_earlier_ballot_again", "the_end_of_shuffles"}
"""What 3.0 takes too: the replay of a ballot that was replaced, which no name can tell from one that counts; and an
event of a mixnet, which we do not read."""


def test_what_we_refuse_and_they_accept_is_called_stricter(theirs: Theirs) -> None:
    events, accepted = held(), set()
    path = theirs.folder / f"{events.election.uuid}.bel"
    for name, (_, of) in CASES.items():
        made = replace(events, events=[*events.events], credentials=[*events.credentials])
        if all(theirs.accepts(path, raw, ballot) for raw, ballot in parts(of(made))):
            accepted.add(name)
    stricter = {name for name, (check, _) in CASES.items() if check.startswith("stricter_")}
    # Some are refused by both, for more than one thing is wrong with them.
    assert accepted - stricter == BESIDES
    assert {CASES[name][0] for name in accepted - BESIDES} == {CASES[name][0] for name in stricter}


# Known weaknesses (`tests/vectors/weaknesses.json`): accepted by version 1, and so by 3.0.


@pytest.mark.parametrize(("singles", "thresholds", "others"), [(2, (), (2,)), (0, ((2, 3),), (2, 3))])
def test_a_forged_factor_passes_there_and_blocks_the_result(
    theirs: Theirs, singles: int, thresholds: tuple[tuple[int, int], ...], others: tuple[int, ...]
) -> None:
    made = make(voters=1, singles=singles, thresholds=thresholds)
    made.vote(0, [[0, 1, 0], [1, 0, 0]])
    made.close()
    honest = replace(made, events=[*made.events])
    made.events.append((EventType.PARTIAL_DECRYPTION, forged_by(made, 1)))
    made.decrypt(*others)
    honest.decrypt()
    path = theirs.folder / f"{made.election.uuid}.bel"
    for each, has_result in ((honest, True), (made, False)):
        assert theirs.accepts(path, each.archive(), b"")
        try:
            theirs("election", "compute-result")
            made_one = True
        except AssertionError:
            made_one = False
        assert made_one is has_result


def test_an_election_with_a_key_that_the_last_trustee_chose_passes_there(theirs: Theirs) -> None:
    others, shares, mine, x, _ = last_single()
    for trustees in ([rushed()[:2]], [(others, shares), (mine, [x])]):
        made = make(SAME, voters=1, singles=0, thresholds=(), given=trustees)
        assert str(made.election.public_key).startswith(CHOSEN)
        made.vote(0, [[1, 0], [0, 1]])
        made.finish()
        passes(theirs, made, every_stage=False)


def test_an_answer_at_another_question_and_a_key_of_another_election_pass_there(theirs: Theirs) -> None:
    _, _, mine, x, _ = last_single()
    for voter in (0, 1):  # two elections, of one key
        made = make(SAME, voters=2, singles=0, thresholds=(), given=[(mine, [x])])
        ballot = moved(made.ballot(voter, [[1, 0], [0, 1]]).decode(), made.secret(voter), Secret.random())
        assert theirs.accepts(theirs.folder / f"{made.election.uuid}.bel", made.archive(), ballot.encode())
        (theirs.folder / f"{made.election.uuid}.bel").unlink()


def test_one_ballot_in_the_place_of_the_count_passes_there_and_counting_again_shows_it(theirs: Theirs) -> None:
    """3.1 looks; who audits with 3.0 has it count again, and compares."""
    made = counted_as_one(to_its_end())
    path = theirs.folder / f"{made.election.uuid}.bel"
    assert theirs.accepts(path, made.archive(), b"")
    assert refused(made.archive()) == Check.TALLY_PRODUCT
    again = theirs("election", "compute-encrypted-tally").splitlines()[0]
    assert json.loads(again) == tally_json(made.tally().product()) != json.loads(made.events[4][1][0])


def test_a_key_that_hides_nothing_passes_there(theirs: Theirs) -> None:
    made = make(SAME, voters=0, thresholds=(), given=[(Single(make_key(Secret.of(0), Secret.random())), [])])
    assert theirs.accepts(theirs.folder / f"{made.election.uuid}.bel", made.archive(), b"")
    assert refused(made.archive()) == Check.TRUSTEE_IDENTITY


def parts(archive: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What is given to `verify` (all of it, with no ballot) and to `verify-ballot` (what stands before each)."""
    yield archive, b""
    reader = Reader(io.BytesIO(archive))
    end, before = reader.offset, b""
    for record in reader:
        if record.event:
            if b'"type":"Ballot"' in record.body:
                yield archive[:end], before
            end = reader.offset
        before = record.body


def test_each_tool_does_a_part_of_one_election(theirs: Theirs) -> None:
    """Keys, certificates, shares, ballots and decryptions of both, in one election with a threshold of two of three."""
    folder = theirs.folder
    uuid = box(folder, "setup", "uuid")
    box(folder, "setup", "credentials", "--uuid", uuid, "--count", "3")
    for name, secret in json.loads((folder / "private_creds.json").read_text()).items():
        (folder / f"c{name}").write_text(secret)
    box(folder, "trustee", "key")
    group = ("--group", "Ed25519")
    theirs("setup", "generate-trustee-key", *group)
    step = ("setup", "generate-trustee-key-threshold", *group)
    names = [box(folder, "trustee", "certificate", "--context", f"{place}/2/3") for place in (1, 2)]
    names.append(theirs(*step, "--threshold-context", "3/2/3", "--step", "1").splitlines()[-1].strip())
    (folder / "certs").write_text("".join((folder / f"{name}.cert").read_text().strip() + "\n" for name in names))
    theirs(*step, "--certs", "certs", "--step", "2")
    sent = [box(folder, "trustee", "polynomial", "--certs", "certs", "--key", f"{name}.key") for name in names[:2]]
    third = ("--threshold-context", "3/2/3", "--certs", "certs", "--key", f"{names[2]}.key", "--step", "3")
    (folder / "polynomials").write_text("\n".join([*sent, theirs(*step, *third)]) + "\n")
    (folder / "v").mkdir()
    box(folder, "setup", "vinputs", "--certs", "certs", "--polynomials", "polynomials", "--dir", "v")
    outputs = [
        box(folder, "trustee", "share", "--certs", "certs", "--key", f"{name}.key", "--vinput", f"v/{place}.vinput")
        for place, name in enumerate(names[:2], start=1)
    ]
    given_third = (folder / "v/3.vinput").read_text()
    outputs.append(theirs(*step, "--certs", "certs", "--key", f"{names[2]}.key", "--step", "5", given=given_third))
    (folder / "voutputs").write_text("\n".join(outputs) + "\n")
    asked = ("--certs", "certs", "--polynomials", "polynomials")
    ours = box(folder, "setup", "threshold", *asked, "--voutputs", "voutputs")
    assert json.loads(ours) == json.loads(theirs(*step, *asked, "--step", "6", given=(folder / "voutputs").read_text()))
    (folder / "threshold.json").write_text(ours)
    public = [each.name for each in sorted(folder.glob("*.pubkey"))]
    (folder / "trustees.json").write_text(box(folder, "setup", "trustees", *public, "--threshold", "threshold.json"))
    (folder / "q.json").write_text(
        '{"description":"d","name":"n","questions":[{"answers":["Ja","Nee"],"blank":true,"min":1,"max":1,"question":"?"}]}'
    )
    made_of = ("--uuid", uuid, "--template", "q.json", "--trustees", "trustees.json")
    (folder / "election.json").write_text(box(folder, "setup", "election", *made_of))
    archive = f"{uuid}.bel"
    box(
        folder,
        *("archive", "begin", archive, "--election", "election.json"),
        *("--trustees", "trustees.json", "--credentials", "public_creds.json"),
    )
    (folder / "yes").write_text("[[0,1,0]]")
    (folder / "blank").write_text("[[1,0,0]]")
    mine = box(folder, "ballot", "make", archive, "--credential", "c1", "--votes", "yes")
    theirs("archive", "add-event", "--type=Ballot", given=mine)
    other = theirs("election", "generate-ballot", "--privcred", "c2", "--choice", "blank")
    box(folder, "archive", "add", archive, "--type", "Ballot", given=other)
    theirs("election", "verify")
    box(folder, "archive", "add", archive, "--type", "EndBallots")
    counted = theirs("election", "compute-encrypted-tally")
    box(folder, "archive", "add", archive, "--type", "EncryptedTally", given=counted)
    for key in sorted(folder.glob("*.privkey")):
        part = box(folder, "trustee", "decrypt", archive, "--privkey", key.name)
        theirs("archive", "add-event", "--type=PartialDecryption", given=part)
    first = box(folder, "trustee", "decrypt", archive, "--key", f"{names[0]}.key", "--share", f"{names[0]}.dkey")
    box(folder, "archive", "add", archive, "--type", "PartialDecryption", given=first)
    dkey = folder / f"{names[2]}.dkey"
    if not dkey.exists():
        dkey.write_text(json.loads(outputs[2])["private_key"])
    keys = ("--key", f"{names[2]}.key", "--decryption-key", dkey.name, "--trustee-id", "5")
    last = theirs("election", "decrypt-threshold", *keys)
    box(folder, "archive", "add", archive, "--type", "PartialDecryption", given=last)
    assert box(folder, "tally", "result", archive) == '{"result":[[1,1,0]]}'
    theirs("election", "verify")
    report, _ = verify(folder / archive)
    assert report.passed, report.refused
