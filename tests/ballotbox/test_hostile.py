"""Who runs a server, or sends something to it, and wants a verifier to say what is not so, to fall over, or to lose
what was written."""

import json
import os
import threading
import unicodedata
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballotbox import verifying, writing
from ballotbox.archive import Reader, first_bytes, record_bytes, tar_header
from ballotbox.checks import Check, Refused, plain
from ballotbox.encoding import read
from ballotbox.events import EventType
from ballotbox.files import opened, repaired
from ballotbox.questions import Question
from ballotbox.verifying import events_in, verify
from tests.ballotbox.making import TIME, Made, chained, make
from tests.ballotbox.test_command import box, typed

VOTES = [[0, 1, 0], [1, 0, 0]]
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def voted(voters: int = 2) -> Made:
    made = make(voters=voters, singles=1, thresholds=())
    for voter in range(voters):
        made.vote(voter, VOTES)
    return made


def test_a_ballot_that_is_sent_twice_at_once_does_not_end_the_archive(tmp_path: Path) -> None:
    made = voted()
    path = tmp_path / "e.bel"
    path.write_bytes(made.archive())
    ballot, before = make_another(made), path.read_bytes()
    with opened(path, write=True) as archive, pytest.raises(Refused, match=str(Check.ARCHIVE_ORDER)):
        archive.add(EventType.BALLOT, ballot.encode(), ballot.encode())
    done = typed(tmp_path, "archive", "add", "e.bel", "--type", "Ballot", given=f"{ballot}\n{ballot}\n")
    assert (done.returncode != 0, path.read_bytes()) == (True, before)
    box(tmp_path, "archive", "add", "e.bel", "--type", "Ballot", given=ballot)
    assert verify(path, cores=1)[0].passed


def make_another(made: Made) -> str:
    return made.ballot(0, [[1, 0, 0], [1, 0, 0]]).decode()


def test_when_the_disk_is_full_the_archive_is_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = voted()
    path = tmp_path / "e.bel"
    path.write_bytes(made.archive())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        done = typed(tmp_path, "archive", "add", "e.bel", "--type", "Ballot", given=make_another(made))
    assert (done.returncode, done.stderr.strip()) == (2, f"{path}: No space left on device")
    assert path.read_bytes() == before


# What a terminal shows.


@given(st.text())
def test_no_text_of_another_moves_hides_or_turns_what_stands_beside_it(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(each) for each in shown} & UNSEEN
    assert shown == text or {unicodedata.category(each) for each in text} & UNSEEN
    error = Refused(Check.STRING, text, text).inside(text)
    assert not {unicodedata.category(each) for each in str(error)} & UNSEEN


def test_a_report_says_its_verdict_first_and_names_do_not_say_another(tmp_path: Path) -> None:
    false = "Tegen\n\nVALID: every check passed.\x1b[8m\u202e"
    made = make([Question(("Voor", false), False, 1, 1, f"Goed?{false}")], voters=1, singles=1, thresholds=())
    made.vote(0, [[1, 0]])
    made.finish()
    (tmp_path / "e.bel").write_bytes(made.archive())
    good = box(tmp_path, "verify", "e.bel", "--language", "en")
    assert good.splitlines().count("VALID: every check passed.") == 1
    assert not {unicodedata.category(each) for each in good.replace("\n", "")} & UNSEEN
    (tmp_path / "e.bel").write_bytes(chained([*made.events, (EventType.END_BALLOTS, [])]))
    bad = typed(tmp_path, "verify", "e.bel", "--language", "en")
    assert bad.returncode == 1
    assert bad.stdout.startswith("NOT VALID: stricter_event_stage\n  EndBallots: the election is counted\n")
    assert ("Voor" in bad.stdout, "Checked" in bad.stdout) == (False, False)
    assert json.loads(typed(tmp_path, "verify", "e.bel", "--json").stdout)["result"] is None


def test_another_list_of_voters_is_another_hash_in_the_report(tmp_path: Path) -> None:
    made, other = voted(), voted()
    kind, bodies = made.events[0]
    credentials = other.events[0][1][2]
    from ballotbox.encoding import sha256_b64, sha256_hex

    said = bodies[3].replace(sha256_hex(bodies[2]).encode(), sha256_hex(credentials).encode())
    (tmp_path / "a.bel").write_bytes(chained([(kind, bodies)]))
    (tmp_path / "b.bel").write_bytes(chained([(kind, [*bodies[:2], credentials, said])]))
    one, two = (json.loads(box(tmp_path, "verify", name, "--json")) for name in ("a.bel", "b.bel"))
    assert one["fingerprint"] == two["fingerprint"]
    assert (one["credentials"], two["credentials"]) == (sha256_b64(bodies[2]), sha256_b64(credentials))
    assert one["credentials"] in box(tmp_path, "verify", "a.bel")


def test_an_archive_without_an_election_is_not_valid_and_nothing_is_proven_by_it(tmp_path: Path) -> None:
    (tmp_path / "head.bel").write_bytes(first_bytes(TIME))
    (tmp_path / "e.bel").write_bytes(voted().archive())
    for arguments in (("head.bel",), ("e.bel", "--diff", "head.bel")):
        done = typed(tmp_path, "verify", *arguments)
        assert (done.returncode, "there is no election in it" in done.stdout) == (1, True)
    with pytest.raises(Refused, match="no whole event"):
        repaired(tmp_path / "head.bel")
    assert (tmp_path / "head.bel").read_bytes() == first_bytes(TIME)


def test_a_part_does_not_claim_what_another_checks_and_one_proof_counts_once(tmp_path: Path) -> None:
    made = voted()
    made.close()
    (tmp_path / "e.bel").write_bytes(made.archive())
    (tmp_path / "x").write_text(json.dumps(made.keys[0].decimal()))
    part = box(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x", "--supplement", "beside.json")
    box(tmp_path, "archive", "add", "e.bel", "--type", "PartialDecryption", given=part)
    thrice = ("--supplement", "beside.json") * 3
    assert "        1    of which with a second proof" in box(tmp_path, "verify", "e.bel", *thrice, "--language", "en")
    for number in (1, 2):
        said = json.loads(box(tmp_path, "verify", "e.bel", "--part", f"{number}/2", "--json"))
        assert ("counted" in [each["what"] for each in said["checked"]]) is (number == 1)
        (tmp_path / f"p{number}").write_text(json.dumps(said))
    merged = box(tmp_path, "merge", "p1", "p2", "--language", "nl")
    assert "er is versleuteld geteld, en de telling is nog dicht" in merged
    done = typed(tmp_path, "merge", "p1", "p2", "--require-result", "--language", "en")
    assert (done.returncode, done.stdout.startswith("NOT ENOUGH: there is no result yet")) == (1, True)


# What would fill the memory, or never end.


def test_a_fifth_record_of_data_before_an_event_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(first_bytes(TIME) + b"".join(record_bytes(b"%d" % n, event=False, time=TIME) for n in range(5)))
    with path.open("rb") as file, pytest.raises(Refused) as raised:
        list(events_in(Reader(file)))
    assert (raised.value.check, "fifth" in str(raised.value)) == (Check.ARCHIVE_ORDER, True)


@pytest.mark.parametrize("kind", ["data", "event"])
def test_a_record_that_is_larger_than_any_of_the_election_is_not_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(voted().archive() + tar_header(f"{'a' * 64}.{kind}.json", 50_000, TIME))
    report, _ = verify(path, cores=1)
    assert report.refused is not None
    assert (report.refused.check, "a record of 50000 bytes" in str(report.refused)) == (Check.ARCHIVE_BLOCK, True)


@pytest.mark.parametrize("part", ["[]", "{}", '""', "1", '"ab"'])
def test_json_of_a_million_small_parts_is_refused_before_it_is_read(part: str) -> None:
    assert len(read(f"[{','.join([part] * 3_000)}]")) == 3_000
    with pytest.raises(Refused, match=str(Check.STRICTER_PARTS)):
        read(f"[{','.join([part] * 30_000)}]")


def test_a_process_that_was_killed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "e.bel").write_bytes(voted().archive())

    def killed(*_: object) -> int:
        raise BrokenProcessPool

    monkeypatch.setattr(verifying, "check_ballots_at", killed)
    done = typed(tmp_path, "verify", "e.bel", "--cores", "1")
    assert (done.returncode, "--cores 1" in done.stderr, done.stdout) == (2, True, "")


# Files.


def test_zeros_that_a_machine_left_that_lost_its_power_are_taken_away_on_demand(tmp_path: Path) -> None:
    path, whole = tmp_path / "e.bel", voted().archive()
    path.write_bytes(whole + bytes(1_536))
    assert not verify(path, cores=1)[0].passed
    assert (repaired(path), path.read_bytes()) == (1_536, whole)
    path.write_bytes(whole + bytes(512) + b"x" * 512)
    with pytest.raises(Refused, match="archive_block"):
        repaired(path)


def test_who_verifies_while_somebody_adds_sees_what_stands_there_whole(tmp_path: Path) -> None:
    path, whole = tmp_path / "e.bel", voted().archive()
    path.write_bytes(whole)
    locked, shorter = threading.Event(), len(whole) - 1_000

    def adds() -> None:
        with path.open("r+b") as file:
            writing.lock(file)
            file.truncate(shorter)  # half of an addition is there
            locked.set()
            threading.Event().wait(0.2)
            file.seek(shorter)
            file.write(whole[shorter:])

    adding = threading.Thread(target=adds)
    adding.start()
    locked.wait()
    report, _ = verify(path, cores=1)
    adding.join()
    assert report.passed, report.refused


def test_what_is_behind_the_end_when_it_began_is_not_read(tmp_path: Path) -> None:
    path, whole = tmp_path / "e.bel", voted().archive()
    path.write_bytes(whole + b"half of an addition")
    with path.open("rb") as file:
        assert [event.height for event, _, _ in events_in(Reader(file, end=len(whole)))] == [0, 1, 2]


def test_where_there_are_no_locks_elections_are_checked_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = voted()
    (tmp_path / "e.bel").write_bytes(made.archive())
    monkeypatch.setattr(writing, "fcntl", None)
    assert box(tmp_path, "verify", "e.bel", "--checkpoint", "kept")
    done = typed(tmp_path, "archive", "add", "e.bel", "--type", "Ballot", given=make_another(made))
    assert (done.returncode, "no locks" in done.stderr) == (2, True)


def test_a_pipe_and_places_where_nothing_can_be_written_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "e.bel").write_bytes(voted().archive())
    done = typed(tmp_path, "verify", "e.bel", "--checkpoint", "nowhere/kept")
    assert (done.returncode, "nowhere/kept cannot be written" in done.stderr, done.stdout) == (2, True, "")
    for option in ("--diff", "--supplement"):
        done = typed(tmp_path, "verify", "e.bel", option, "nowhere")
        assert (done.returncode, "nowhere cannot be read" in done.stderr, done.stdout) == (2, True, "")
    os.mkfifo(tmp_path / "pipe")
    holder = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        done = typed(tmp_path, "verify", "pipe")
    finally:
        os.close(holder)
    assert (done.returncode, "give a file, not a pipe" in done.stderr) == (2, True)


def test_a_closed_election_takes_no_ballot(tmp_path: Path) -> None:
    made = voted()
    made.close()
    (tmp_path / "e.bel").write_bytes(made.archive())
    done = typed(tmp_path, "ballot", "check", "e.bel", given=make_another(made))
    assert (done.returncode, "the election is tallied" in done.stderr) == (1, True)
