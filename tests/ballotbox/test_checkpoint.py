"""A checkpoint: what was verified is not verified again, and an archive that does not go on from it is refused."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ballotbox import verifying
from ballotbox.archive import first_bytes, record_bytes
from ballotbox.checkpoint import NoCheckpoint, load
from ballotbox.checks import Check
from ballotbox.encoding import sha256_hex, written
from ballotbox.events import EventType
from ballotbox.tallies import SizedTally, Tally, tally_json
from ballotbox.verifying import Part, Report, verify
from tests.ballotbox.making import TIME, Made, chained, make
from tests.ballotbox.test_command import box, typed
from tests.ballotbox.test_negative import other_number, put, replaced, signed

VOTES, OTHERS = [[0, 1, 0], [1, 0, 0]], [[1, 0, 0], [0, 1, 1]]


@pytest.fixture(scope="module")
def held() -> Made:
    """To its end, with weights, a revote and a threshold."""
    made = make(weights=[2, 1, 3], singles=1, thresholds=((1, 2),))
    made.vote(0, VOTES)
    made.vote(1, OTHERS)
    made.vote(0, OTHERS)
    made.finish()
    return made


def checked(path: Path, *, part: Part = verifying.WHOLE, name: str = "kept") -> Report:
    """What a run with a checkpoint beside the archive reports."""
    report, _ = verify(path, cores=1, part=part, checkpoint=path.parent / name)
    return report


def what(report: Report) -> tuple[object, ...]:
    return report.stage, report.head, report.height, report.ballots, report.counted, report.voters, report.refused


@pytest.mark.parametrize("first", range(1, 10))
def test_stopped_anywhere_it_ends_as_if_it_had_not_stopped(held: Made, tmp_path: Path, first: int) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(chained(held.events[:first]))
    early = checked(path)
    assert early.passed
    path.write_bytes(held.archive())
    report, again = verify(path, cores=1, checkpoint=tmp_path / "kept")
    whole, fresh = verify(path, cores=1)
    assert report.passed, report.refused
    assert what(report) == what(whole)
    assert (report.earlier_ballots, report.checked_ballots) == (early.ballots, 3)
    for each in ("result", "tally", "sized", "decryptions", "last", "seen", "hashes"):
        assert getattr(again, each) == getattr(fresh, each), each
    assert checked(path).earlier_ballots == 3


def test_only_new_ballots_are_read_and_checked(held: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, given = tmp_path / "e.bel", []
    path.write_bytes(chained(held.events[:3]))
    checked(path)
    check = verifying.check_ballots_at
    monkeypatch.setattr(verifying, "check_ballots_at", lambda *asked: given.extend(asked[2]) or check(*asked))
    path.write_bytes(chained(held.events[:4]))
    assert checked(path).passed
    assert [ballot_hash for _, _, ballot_hash in given] == [sha256_hex(held.events[3][1][0])]


def test_what_does_not_go_on_from_it_is_refused(held: Made, tmp_path: Path) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(chained(held.events[:4]))
    checked(path)
    kept = (tmp_path / "kept").read_bytes()
    shorter = chained(held.events[:3])
    fork = chained([*held.events[:3], (EventType.BALLOT, [held.ballot(2, VOTES)]), *held.events[4:5]])
    for other in (shorter, fork, make().archive(), first_bytes(TIME), b"", chained(held.events[:4])[:-1]):
        path.write_bytes(other)
        report = checked(path)
        assert report.refused is not None
        assert report.refused.check is Check.CHECKPOINT
        assert (tmp_path / "kept").read_bytes() == kept


def changed_in_place(made: Made, votes: Callable[[Made], bytes]) -> bytes:
    """The archive in which the first ballot, long verified, is another one of the same size, and the count is of that:
    every event is what it was."""
    ballot = votes(made)
    tally = Tally(made.election)
    from ballotbox.ballots import ballot_of

    for body, weight in ((ballot, 2), (made.events[2][1][0], 1)):
        tally.add(ballot_of(body), weight)
    body = written(tally_json(tally.product())).encode()
    sized = written(SizedTally(2, 3, sha256_hex(body)).as_json()).encode()
    events = [*made.events[:3], (EventType.END_BALLOTS, []), (EventType.ENCRYPTED_TALLY, [body, sized])]
    old, new = (record_bytes(each, event=False, time=TIME) for each in (made.events[1][1][0], ballot))
    return chained(events).replace(old, new)


def test_a_ballot_that_is_exchanged_after_it_was_verified_does_not_count(tmp_path: Path) -> None:
    made = make(weights=[2, 1], singles=1, thresholds=())
    made.vote(0, VOTES)
    made.vote(1, OTHERS)
    path = tmp_path / "e.bel"
    path.write_bytes(made.archive())

    def another(made: Made) -> bytes:
        """Of the same voter with the same size, so that it stands in the same place."""
        size = len(made.events[1][1][0])
        return next(each for each in iter(lambda: made.ballot(0, OTHERS), None) if len(each) == size)

    assert checked(path).passed
    path.write_bytes(changed_in_place(made, another))
    report = checked(path)
    assert report.refused is not None
    assert report.refused.check is Check.ARCHIVE_HASH


def test_a_wrong_ballot_among_the_new_is_found_and_nothing_is_kept_of_it(tmp_path: Path) -> None:
    made = make(voters=2)
    made.vote(0, VOTES)
    path = tmp_path / "e.bel"
    path.write_bytes(made.archive())
    checked(path)
    kept = (tmp_path / "kept").read_bytes()
    made.vote(1, VOTES)
    ballot = json.loads(made.events[2][1][0])
    put("answers", 0, "overall_proof", 0, "response", value=other_number)(ballot)
    path.write_bytes(replaced(made, 2, signed(made, 1, ballot)))
    for _ in range(2):
        report = checked(path)
        assert report.refused is not None
        assert report.refused.check is Check.OVERALL_PROOF
        assert (tmp_path / "kept").read_bytes() == kept


def test_a_replay_of_a_ballot_that_was_verified_earlier_is_refused(tmp_path: Path) -> None:
    made = make(voters=1)
    made.vote(0, VOTES)
    path = tmp_path / "e.bel"
    path.write_bytes(made.archive())
    checked(path)
    made.vote(0, OTHERS)
    path.write_bytes(chained([*made.events, made.events[1]]))
    report = checked(path)
    assert report.refused is not None
    assert report.refused.check is Check.BALLOT_TWICE


def test_a_checkpoint_that_is_damaged_is_no_checkpoint(held: Made, tmp_path: Path) -> None:
    path, kept = tmp_path / "e.bel", tmp_path / "kept"
    path.write_bytes(held.archive())
    checked(path)
    whole = kept.read_bytes()
    for place in range(0, len(whole), 97):
        kept.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(NoCheckpoint):
            checked(path)
    for damaged in (b"", b"x", whole[:-1], whole[:-32], b"{}\n" + whole, path.read_bytes()):
        kept.write_bytes(damaged)
        with pytest.raises(NoCheckpoint, match="nothing was checked"):
            checked(path)


@pytest.mark.parametrize(
    "strange",
    [{"election": {}}, {"begun": "1"}, {"end": -1}, {"ballots": None}, {"part": [0, 1]}, {"decryptions": [[0, {}]]}],
)
def test_a_checkpoint_that_says_something_strange_is_none(held: Made, tmp_path: Path, strange: dict[str, Any]) -> None:
    path, kept = tmp_path / "e.bel", tmp_path / "kept"
    path.write_bytes(held.archive())
    checked(path)
    line, _, tables = kept.read_bytes()[:-32].partition(b"\n")
    whole = written(json.loads(line) | strange).encode() + b"\n" + tables
    kept.write_bytes(whole + sha256(whole).digest())
    with pytest.raises(NoCheckpoint):
        checked(path)


def test_a_write_that_fails_leaves_the_checkpoint_that_was_there(
    held: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(chained(held.events[:2]))
    checked(path)
    kept = (tmp_path / "kept").read_bytes()
    path.write_bytes(held.archive())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ballotbox.writing.os.fsync", full)
    report = checked(path)
    assert (report.passed, "No space left" in report.unkept) == (True, True)
    assert (tmp_path / "kept").read_bytes() == kept
    assert {each.name for each in tmp_path.iterdir()} == {"e.bel", "kept"}


def test_a_long_run_that_stops_half_way_has_kept_what_it_did(
    held: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "OFTEN", 0.0)
    path = tmp_path / "e.bel"
    path.write_bytes(held.archive()[:-600])
    report = checked(path)
    assert report.refused is not None
    assert report.refused.check is Check.ARCHIVE_TRUNCATED
    assert load(tmp_path / "kept").box.height == len(held.events) - 2
    path.write_bytes(held.archive())
    assert checked(path).earlier_ballots == 3


def test_each_part_has_its_own(held: Made, tmp_path: Path) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(chained(held.events[:3]))
    for number in (1, 2):
        checked(path, part=Part(number, 2), name=f"kept{number}")
    with pytest.raises(NoCheckpoint, match="part 2/2"):
        checked(path, part=Part(1, 2), name="kept2")
    path.write_bytes(held.archive())
    for number in (1, 2):
        given = ("--part", f"{number}/2", "--checkpoint", f"kept{number}", "--json")
        (tmp_path / f"part{number}").write_text(box(tmp_path, "verify", "e.bel", *given))
    assert "All 2 parts passed" in box(tmp_path, "merge", "part1", "part2")


def test_on_the_command_line_it_says_what_is_new(held: Made, tmp_path: Path) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(chained(held.events[:3]))
    given = ("verify", "e.bel", "--checkpoint", "kept", "--language", "en")
    assert "in earlier runs" not in box(tmp_path, *given)
    path.write_bytes(held.archive())
    assert "        2    of which in earlier runs" in box(tmp_path, *given)
    path.write_bytes(chained(held.events[:3]))
    done = typed(tmp_path, *given)
    assert (done.returncode, "NOT VALID: checkpoint" in done.stdout) == (1, True)
