"""What a voter and a trustee look at themselves, on the command line, before they trust an archive."""

import json
from pathlib import Path

import pytest

from ballotbox.ballots import tracker
from tests.ballotbox.attacks import fresh, held
from tests.ballotbox.attacks_on_keys import a_vote_that_is_magnified_for_the_trustees_to_open, counted_as_one
from tests.ballotbox.making import Made, make
from tests.ballotbox.test_command import box, typed
from tests.ballotbox.weaknesses import SAME


@pytest.fixture(scope="module")
def election() -> Made:
    return held()


def test_a_voter_finds_her_ballot_and_sees_when_another_counts(election: Made, tmp_path: Path) -> None:
    made = fresh(election)
    made.events = made.events[:3]
    first = tracker(made.events[1][1][0])
    for voter in (0, 1):
        (tmp_path / str(voter)).write_text(made.credentials[voter])
    find = ("ballot", "find", "e.bel", "--tracker")
    (tmp_path / "e.bel").write_bytes(made.archive())
    done = typed(tmp_path, *find, first, "--credential", "0")
    assert (done.returncode, "so it counts" in done.stderr) == (0, True)
    # A device gave two voters one ballot.
    done = typed(tmp_path, *find, first, "--credential", "1")
    assert (done.returncode, "is not yours" in done.stderr) == (1, True)
    # A server held a later ballot back, or somebody else has her credential.
    made.vote(0, [[0, 1], [0, 1]])
    (tmp_path / "e.bel").write_bytes(made.archive())
    done = typed(tmp_path, *find, first)
    assert (done.returncode, tracker(made.events[3][1][0]) in done.stderr) == (1, True)
    done = typed(tmp_path, *find, "A" * 43)
    assert (done.returncode, "no ballot" in done.stderr) == (1, True)


def test_who_stayed_home_sees_whether_somebody_voted_with_her_credential(election: Made, tmp_path: Path) -> None:
    made = fresh(election)
    made.events = made.events[:1]
    for voter in (0, 1):
        (tmp_path / str(voter)).write_text(made.credentials[voter])
    made.vote(0, [[0, 1], [0, 1]])
    made.vote(0, [[0, 1], [0, 1]])
    (tmp_path / "e.bel").write_bytes(made.archive())
    find = ("ballot", "find", "e.bel")
    done = typed(tmp_path, *find, "--credential", "0")
    assert (done.returncode, f"of event 2, tracker {tracker(made.events[2][1][0])}" in done.stderr) == (0, True)
    done = typed(tmp_path, *find, "--credential", "1")
    assert (done.returncode, done.stderr) == (1, "there is no ballot under this credential\n")
    (tmp_path / "other").write_text("11111-111111-11111-111111")
    assert typed(tmp_path, *find, "--credential", "other").returncode == 2
    assert typed(tmp_path, *find).returncode == 2


def test_what_all_trustees_get_is_written_for_all_or_for_none(tmp_path: Path) -> None:
    names = [typed(tmp_path, "trustee", "certificate", "--context", f"{i}/2/2").stdout.strip() for i in (1, 2)]
    (tmp_path / "certs").write_text("\n".join((tmp_path / f"{name}.cert").read_text() for name in names))
    polynomial = ("trustee", "polynomial", "--certs", "certs", "--key")
    (tmp_path / "p").write_text("".join(typed(tmp_path, *polynomial, f"{name}.key").stdout for name in names))
    (tmp_path / "2.vinput").write_text("van een ander")
    step = ("setup", "vinputs", "--certs", "certs", "--polynomials", "p")
    done = typed(tmp_path, *step)
    assert (done.returncode, "2.vinput is there already" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.glob("*.vinput")] == ["2.vinput"]
    (tmp_path / "2.vinput").unlink()
    assert typed(tmp_path, *step).returncode == 0
    assert len(list(tmp_path.glob("*.vinput"))) == 2


def test_a_trustee_knows_before_the_vote_that_she_has_her_key(tmp_path: Path) -> None:
    made, other = make(SAME, voters=0, singles=2, thresholds=()), make(SAME, voters=0, thresholds=())
    (tmp_path / "x").write_text(json.dumps(made.keys[1].decimal()))
    for each, code, said in ((made, 0, "you are trustee 2"), (other, 2, "not among")):
        (tmp_path / "e.bel").write_bytes(each.archive())
        done = typed(tmp_path, "trustee", "check", "e.bel", "--privkey", "x")
        assert (done.returncode, said in done.stderr) == (code, True)
    assert typed(tmp_path, "trustee", "check", "e.bel").returncode == 2


def test_a_trustee_decrypts_no_count_of_which_a_ballot_has_no_proof(election: Made, tmp_path: Path) -> None:
    for archive, check in (
        (a_vote_that_is_magnified_for_the_trustees_to_open(fresh(election)), "individual_proof"),
        (counted_as_one(fresh(election)).archive(), "tally_product"),
    ):
        assert isinstance(archive, bytes)
        (tmp_path / "e.bel").write_bytes(archive)
        (tmp_path / "x").write_text(json.dumps(election.keys[0].decimal()))
        done = typed(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x", "--cores", "1")
        assert (done.returncode, check in done.stderr, "decrypt nothing" in done.stderr) == (1, True, True)
        assert done.stdout == ""


def test_a_trustee_goes_on_where_her_verification_stopped(election: Made, tmp_path: Path) -> None:
    made = fresh(election)
    made.events = made.events[:5]
    (tmp_path / "e.bel").write_bytes(made.archive())
    (tmp_path / "x").write_text(json.dumps(made.keys[0].decimal()))
    assert typed(tmp_path, "verify", "e.bel", "--checkpoint", "kept", "--cores", "1").returncode == 0
    done = typed(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x", "--checkpoint", "kept")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2)


def test_a_trustee_is_told_how_many_votes_she_opens_and_says_how_the_vote_ended(election: Made, tmp_path: Path) -> None:
    """The server ends a second archive after one vote, and shows a trustee that one first."""
    (tmp_path / "x").write_text(json.dumps(election.keys[0].decimal()))
    whole, less = fresh(election), fresh(election)
    whole.events, less.events = whole.events[:5], less.events[:2]
    less.close()
    (tmp_path / "e.bel").write_bytes(whole.archive())
    head = json.loads(box(tmp_path, "verify", "e.bel", "--json"))
    end = ("--at-least", f"{head['height']}/{head['head']}")
    (tmp_path / "less.bel").write_bytes(less.archive())
    done = typed(tmp_path, "trustee", "decrypt", "less.bel", "--privkey", "x", *end)
    assert (done.returncode, "decrypt nothing" in done.stderr, done.stdout) == (2, True, "")
    done = typed(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x", *end)
    assert (done.returncode, f"the sum of {head['ballots_counted']} ballots" in done.stderr) == (0, True)


def test_a_trustee_decrypts_one_count_of_an_election(election: Made, tmp_path: Path) -> None:
    """The server leaves one ballot out of a second archive: the difference would be what that voter voted."""
    (tmp_path / "x").write_text(json.dumps(election.keys[0].decimal()))
    whole, less = fresh(election), fresh(election)
    whole.events, less.events = whole.events[:5], less.events[:2]
    less.close()
    for made, code in ((whole, 0), (less, 2), (whole, 0)):
        (tmp_path / "e.bel").write_bytes(made.archive())
        done = typed(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x")
        assert (done.returncode, "another count" in done.stderr, bool(done.stdout)) == (code, bool(code), not code)
    note = tmp_path / "x.decrypted"
    kept = note.read_bytes()
    for strange in (b"{", b"[]", b'{"Anna":"1111"}', b'{"%s":1}' % (b"a" * 43)):
        note.write_bytes(strange)
        done = typed(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x")
        assert (done.returncode, "is no note" in done.stderr, note.read_bytes()) == (2, True, strange)
    note.write_bytes(kept)
    # The same key in another election is another count; and where nothing can be written she is told.
    other = make(SAME, voters=0, singles=0, thresholds=(), given=[(election.trustees[0], election.keys[:1])])
    other.close()
    (tmp_path / "e.bel").write_bytes(other.archive())
    assert typed(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x").returncode == 0
    done = typed(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", "x", "--note", "nowhere/note")
    assert (done.returncode, "--note" in done.stderr, done.stdout) == (2, True, "")
