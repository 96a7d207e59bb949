"""The command line: a whole election by its roles, and what each is told when something is wrong."""

import contextlib
import io
import json
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ballotbox.__main__ import main
from ballotbox.events import EventType
from tests.ballotbox.making import chained, make


@dataclass(frozen=True)
class Said:
    """What a command ended with, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def typed(folder: Path, *arguments: str, given: str | bytes = "") -> Said:
    """As `ballotbox` in a folder, in this process: a whole election has many (test_tutorial starts each)."""
    out, error, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(given if isinstance(given, bytes) else given.encode()))
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = main(list(arguments))
    except SystemExit as asked_wrongly:
        code = int(asked_wrongly.code or 0)
    finally:
        sys.stdin = before
    return Said(code, out.getvalue(), error.getvalue())


def box(folder: Path, *arguments: str, given: str = "") -> str:
    """What it prints; it must pass."""
    done = typed(folder, *arguments, given=given)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """A small election to its end."""
    made = make(voters=2)
    made.vote(0, [[0, 1, 0], [1, 0, 0]])
    made.finish()
    path = tmp_path / "e.bel"
    path.write_bytes(made.archive())
    return path


def test_a_whole_election_by_its_roles(tmp_path: Path) -> None:
    uuid = box(tmp_path, "setup", "uuid")
    (tmp_path / "voters").write_text("Anna,2\nBea,1\n")
    fingerprint = box(tmp_path, "setup", "credentials", "--uuid", uuid, "--file", "voters")
    assert len(fingerprint) == 43
    private = json.loads((tmp_path / "private_creds.json").read_text())
    assert list(private) == ["Anna", "Bea"]
    assert stat.S_IMODE((tmp_path / "private_creds.json").stat().st_mode) == 0o600
    name = box(tmp_path, "trustee", "key")
    assert stat.S_IMODE((tmp_path / f"{name}.privkey").stat().st_mode) == 0o600
    (tmp_path / "trustees.json").write_text(box(tmp_path, "setup", "trustees", f"{name}.pubkey"))
    question: dict[str, Any] = {"answers": ["Ja", "Nee"], "min": 1, "max": 1, "question": "Goed?"}
    (tmp_path / "q.json").write_text(json.dumps({"description": "", "name": "Proef", "questions": [question]}))
    made_of = ("--uuid", uuid, "--template", "q.json", "--trustees", "trustees.json")
    (tmp_path / "election.json").write_text(box(tmp_path, "setup", "election", *made_of))
    begin = ("--election", "election.json", "--trustees", "trustees.json", "--credentials", "public_creds.json")
    box(tmp_path, "archive", "begin", "e.bel", *begin)
    assert "there already" in typed(tmp_path, "archive", "begin", "e.bel", *begin).stderr
    for voter, votes in (("Anna", "[[1,0]]"), ("Bea", "[[1,0]]"), ("Anna", "[[0,1]]")):
        (tmp_path / "credential").write_text(private[voter])
        (tmp_path / "votes").write_text(votes)
        made = typed(tmp_path, "ballot", "make", "e.bel", "--credential", "credential", "--votes", "votes")
        assert made.returncode == 0, made.stderr
        tracker = made.stderr.strip().rpartition(" ")[2]
        assert tracker in typed(tmp_path, "ballot", "check", "e.bel", given=made.stdout).stderr
        box(tmp_path, "archive", "add", "e.bel", "--type", "Ballot", given=made.stdout)
        again = typed(tmp_path, "archive", "add", "e.bel", "--type", "Ballot", given=made.stdout)
        assert (again.returncode, "ballot_twice" in again.stderr) == (1, True)
    early = typed(tmp_path, "verify", "e.bel", "--require-result")
    assert (early.returncode, "people can still vote" in early.stdout) == (1, True)
    closed = box(tmp_path, "archive", "add", "e.bel", "--type", "EndBallots")
    (tmp_path / "old.bel").write_bytes((tmp_path / "e.bel").read_bytes())
    box(tmp_path, "tally", "encrypt", "e.bel")
    part = box(tmp_path, "trustee", "decrypt", "e.bel", "--privkey", f"{name}.privkey")
    box(tmp_path, "archive", "add", "e.bel", "--type", "PartialDecryption", given=part)
    assert box(tmp_path, "tally", "result", "e.bel") == '{"result":[[1,2]]}'
    said = box(tmp_path, "verify", "e.bel", "--require-result", "--at-least", closed, "--diff", "old.bel")
    assert "VALID: every check passed" in said
    assert "           2  Nee" in said
    report = json.loads(box(tmp_path, "verify", "e.bel", "--json", "--cores", "1"))
    assert (report["passed"], report["result"], report["ballots_checked"]) == (True, [[1, 2]], 3)


def test_an_earlier_or_another_archive_is_not_enough(counted: Path, tmp_path: Path) -> None:
    head = json.loads(box(tmp_path, "verify", str(counted), "--json"))
    wanted = f"{head['height']}/{head['head']}"
    assert box(tmp_path, "verify", str(counted), "--at-least", wanted)
    other = tmp_path / "other.bel"
    other.write_bytes(make(voters=1).archive())
    for arguments in (("--at-least", wanted), ("--diff", str(counted)), ("--require-result",)):
        done = typed(tmp_path, "verify", str(other), *arguments)
        assert (done.returncode, "NOT ENOUGH" in done.stdout) == (1, True)
        assert json.loads(typed(tmp_path, "verify", str(other), *arguments, "--json").stdout)["passed"] is False


def test_an_earlier_archive_of_which_something_is_gone_or_that_is_damaged_is_told(tmp_path: Path) -> None:
    made = make(voters=2)
    for voter in (0, 1):
        made.vote(voter, [[0, 1, 0], [1, 0, 0]])
    (tmp_path / "old.bel").write_bytes(made.archive())
    (tmp_path / "e.bel").write_bytes(made.archive())
    assert box(tmp_path, "verify", "e.bel", "--diff", "old.bel")
    (tmp_path / "e.bel").write_bytes(chained([*made.events[:2], (EventType.END_BALLOTS, [])]))
    assert box(tmp_path, "verify", "e.bel")
    gone = typed(tmp_path, "verify", "e.bel", "--diff", "old.bel", "--language", "en")
    assert (gone.returncode, "NOT ENOUGH: event 2/" in gone.stdout) == (1, True)
    (tmp_path / "old.bel").write_bytes(made.archive()[:-1])
    (tmp_path / "e.bel").write_bytes(made.archive())
    damaged = typed(tmp_path, "verify", "e.bel", "--diff", "old.bel", "--language", "en")
    assert damaged.returncode == 1
    verdict, where = damaged.stdout.splitlines()[:2]
    assert (verdict, where.startswith("  old.bel: offset ")) == ("NOT VALID: archive_truncated", True)


def test_the_report_says_what_was_checked_by_which_rule_in_both_languages(
    counted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = box(tmp_path, "verify", str(counted), "--language", "en").splitlines()
    dutch = box(tmp_path, "verify", str(counted), "--language", "nl").splitlines()
    numbers = [(line[:11].strip(), line.partition("(")[2]) for line in english if line.startswith("    ")]
    assert numbers[:4] == [
        ("9", "Public data)"),
        ("2", "Credentials)"),
        ("4", "Trustees)"),
        ("1", "Encrypted answers, Signatures, Ballots)"),
    ]
    assert [(line[:11].strip(), line.partition("(")[2]) for line in dutch if line.startswith("    ")] == numbers
    assert len(english) == len(dutch)
    assert (english[0], dutch[0]) == ("VALID: every check passed.", "GELDIG: alles klopt.")
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert box(tmp_path, "verify", str(counted)).splitlines() == dutch


def test_damage_is_said_by_name_and_place(counted: Path, tmp_path: Path) -> None:
    raw = bytearray(counted.read_bytes())
    raw[-600] ^= 1
    counted.write_bytes(raw)
    done = typed(tmp_path, "verify", str(counted))
    assert done.returncode == 1
    assert "NOT VALID: archive_" in done.stdout
    assert "every check passed" not in done.stdout
    assert json.loads(typed(tmp_path, "verify", str(counted), "--json").stdout)["refused"]["check"].startswith("arch")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "nowhere.bel"), "nowhere.bel"),
        (("setup", "credentials", "--uuid", "kort", "--count", "-1"), "0 or more"),
        (("trustee", "decrypt", "e.bel"), "give --privkey"),
        (("setup", "trustees", "nowhere"), "cannot be read"),
        (("ballot", "make", "begun.bel", "--credential", "c", "--votes", "v"), "is not one of this election"),
        (("tally", "result", "begun.bel"), "nothing is tallied yet"),
    ],
)
def test_what_is_asked_wrongly_is_told_with_what_to_do(
    counted: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "begun.bel").write_bytes(make(voters=1).archive())
    (tmp_path / "c").write_text("11111-111111-11111-111111")
    (tmp_path / "v").write_text("[[0,1,0],[1,0,0]]")
    done = typed(tmp_path, *arguments)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_list_of_voters_that_is_wrong_makes_no_credentials(tmp_path: Path) -> None:
    for wrong in ("Anna,1\nAnna,1\n", "Anna,veel\n"):
        (tmp_path / "voters").write_text(wrong)
        done = typed(tmp_path, "setup", "credentials", "--uuid", "1" * 14, "--file", "voters")
        assert done.returncode == 2
        assert not list(tmp_path.glob("*.json"))


def test_nothing_is_written_over(tmp_path: Path) -> None:
    box(tmp_path, "setup", "credentials", "--uuid", "1" * 14, "--count", "1")
    before = (tmp_path / "private_creds.json").read_bytes()
    done = typed(tmp_path, "setup", "credentials", "--uuid", "1" * 14, "--count", "1")
    assert (done.returncode, "is there already" in done.stderr) == (2, True)
    assert (tmp_path / "private_creds.json").read_bytes() == before


def test_several_machines_each_check_a_part_and_all_of_it_is_one_check(counted: Path, tmp_path: Path) -> None:
    parts = []
    for number in (1, 2, 3):
        said = box(tmp_path, "verify", str(counted), "--part", f"{number}/3", "--json")
        (tmp_path / f"part{number}").write_text(said)
        parts.append(f"part{number}")
    assert "every check passed" not in box(tmp_path, "verify", str(counted), "--part", "1/3")
    assert "All 3 parts passed" in box(tmp_path, "merge", *parts)
    for few in (parts[:2], [*parts[:2], parts[1]], [parts[0]]):
        done = typed(tmp_path, "merge", *few)
        assert (done.returncode, "each of the 3 parts" in done.stdout) == (1, True)
    other = json.loads((tmp_path / "part2").read_text())
    for change, said in (
        ({"passed": False}, "did not pass"),
        ({"head": "0" * 64}, "another head"),
        ({"ballots_checked": 7}, "ballots were checked"),
    ):
        (tmp_path / "changed").write_text(json.dumps(other | change))
        done = typed(tmp_path, "merge", "part1", "changed", "part3")
        assert (done.returncode, said in done.stdout) == (1, True)
    for strange in ({"part": [True, 3]}, {"part": [1, "3"]}, {"ballots_checked": "1"}, {"ballots": None}):
        (tmp_path / "changed").write_text(json.dumps(other | strange))
        assert typed(tmp_path, "merge", "part1", "changed", "part3").returncode == 2
    (tmp_path / "changed").write_text(json.dumps(other | {"part": [1, 2**50]}))
    assert typed(tmp_path, "merge", "changed").returncode == 1
    (tmp_path / "changed").write_text("{}")
    assert typed(tmp_path, "merge", "changed").returncode == 2
    (tmp_path / "changed").write_text("{")
    assert typed(tmp_path, "merge", "part1", "changed").stderr.startswith("refused: json: changed: ")
    for wrong in ("0/3", "4/3", "x"):
        assert typed(tmp_path, "verify", str(counted), "--part", wrong).returncode == 2


def test_a_wrong_ballot_is_found_by_the_part_that_has_it(tmp_path: Path) -> None:
    from tests.ballotbox.test_negative import other_number, put, replaced, signed

    made = make(voters=2)
    for voter in (0, 1):
        made.vote(voter, [[0, 1, 0], [1, 0, 0]])
    ballot = json.loads(made.events[2][1][0])
    put("answers", 0, "overall_proof", 0, "response", value=other_number)(ballot)
    (tmp_path / "e.bel").write_bytes(replaced(made, 2, signed(made, 1, ballot)))
    assert typed(tmp_path, "verify", "e.bel", "--part", "1/2").returncode == 0
    done = typed(tmp_path, "verify", "e.bel", "--part", "2/2")
    assert (done.returncode, "overall_proof" in done.stdout) == (1, True)
    assert typed(tmp_path, "verify", "e.bel").returncode == 1
