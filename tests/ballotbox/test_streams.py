"""What stands on standard input, and what becomes of what is said: any bytes, any terminal, streams that are closed."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from ballotbox.checks import Check
from ballotbox.command import voting
from ballotbox.encoding import sha256_b64, sha256_hex
from ballotbox.events import EventType
from tests.ballotbox.making import Made, chained, make
from tests.ballotbox.test_command import box, typed
from tests.ballotbox.weaknesses import SAME

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made() -> Made:
    return make(SAME, voters=1, thresholds=())


@pytest.fixture
def folder(made: Made, tmp_path: Path) -> Path:
    """An archive in which people can vote, and what a voter has."""
    (tmp_path / "e.bel").write_bytes(chained(made.events[:1]))
    (tmp_path / "c").write_text(made.credentials[0])
    (tmp_path / "v").write_text("[[1,0],[0,1]]")
    return tmp_path


def shell(folder: Path, script: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """A line of a shell, in which `ballotbox` is the command of this repository."""
    path = f"{ROOT / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env={"PATH": path, **environment}, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("Ballot", b"", "Ballot takes 1 of data"),
        ("Ballot", b"{}\n{}\n", "there are 2"),
        ("EncryptedTally", b"{}\n", "EncryptedTally takes 2"),
        ("PartialDecryption", b"", "PartialDecryption takes 2"),
        ("Result", b"\n\n", "Result takes 1"),
    ],
)
def test_an_event_without_its_data_is_told_how_much_that_is(folder: Path, kind: str, given: bytes, said: str) -> None:
    before = (folder / "e.bel").read_bytes()
    done = typed(folder, "archive", "add", "e.bel", "--type", kind, given=given)
    assert (done.returncode, said in done.stderr, done.stdout) == (2, True, "")
    assert (folder / "e.bel").read_bytes() == before


def test_bytes_that_are_no_text_are_refused_by_name(folder: Path) -> None:
    for given in (b"\xff\n", b'{"\xed\xa0\x80":1}\n', b"\x00"):
        done = typed(folder, "archive", "add", "e.bel", "--type", "Ballot", given=given)
        assert (done.returncode, done.stderr.partition(": ")[0]) == (1, "refused")


def test_what_is_not_read_here_is_not_offered(folder: Path) -> None:
    for kind in (EventType.SHUFFLE, EventType.END_SHUFFLES, EventType.SETUP):
        done = typed(folder, "archive", "add", "e.bel", "--type", kind)
        assert (done.returncode, "invalid choice" in done.stderr, "Shuffle'," in done.stderr) == (2, True, False)


def test_nothing_is_voted_when_the_vote_is_closed(made: Made, folder: Path) -> None:
    ballot = made.ballot(0, [[1, 0], [0, 1]])
    (folder / "b").write_bytes(ballot)
    assert typed(folder, "ballot", "check", "e.bel", "--ballot", "b").returncode == 0
    (folder / "e.bel").write_bytes(chained([made.events[0], (EventType.END_BALLOTS, [])]))
    for arguments in (
        ("ballot", "make", "e.bel", "--credential", "c", "--votes", "v"),
        ("ballot", "check", "e.bel", "--ballot", "b"),
    ):
        done = typed(folder, *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"refused: {Check.STRICTER_EVENT_STAGE}: the vote is closed")


def test_who_begins_an_archive_says_its_first_event(made: Made, folder: Path) -> None:
    names = ("election", "trustees", "credentials")
    for name, body in zip(names, made.events[0][1], strict=False):
        (folder / name).write_bytes(body)
    said = box(folder, "archive", "begin", "new.bel", *(part for name in names for part in (f"--{name}", name)))
    assert box(folder, "verify", "new.bel", "--at-least", said)
    assert said.startswith("0/")


def test_a_tracker_is_one(folder: Path) -> None:
    for wrong in ("", "A" * 42, "A" * 43 + "=", sha256_hex(b"")):
        done = typed(folder, "ballot", "find", "e.bel", "--tracker", wrong)
        assert (done.returncode, "43 letters" in done.stderr) == (2, True)
    assert typed(folder, "ballot", "find", "e.bel", "--tracker", f" {'A' * 43}\n").returncode == 1


def test_the_tracker_is_not_said_where_the_ballot_stands(folder: Path) -> None:
    done = shell(folder, "ballotbox ballot make e.bel --credential c --votes v 2>&- >b; cat b")
    assert len(done.stdout.splitlines()) == 1
    done = shell(folder, "ballotbox archive add e.bel --type Ballot <b 2>&- >&-; ballotbox verify e.bel")
    assert (done.returncode, b"people can still vote. Last event: 1/" in done.stdout) == (0, True)


@pytest.mark.parametrize("out", [">/dev/full", ">&-", "| true"])
def test_what_was_added_is_not_lost_with_the_place_where_it_is_said(folder: Path, out: str) -> None:
    done = shell(folder, f"set -o pipefail; (sleep 0.2; ballotbox archive add e.bel --type EndBallots) {out}")
    assert done.returncode == (0 if "-" in out else 2)
    height, _, head = done.stderr.splitlines()[0].decode().partition("/")
    assert box(folder, "verify", "e.bel", "--at-least", f"{height}/{head}")
    assert height == "1"
    assert b"Traceback" not in done.stderr
    assert b"ignored" not in done.stderr


def test_what_programs_read_is_utf_8_and_a_terminal_gets_an_escape_for_a_letter_that_it_lacks(
    made: Made, folder: Path
) -> None:
    (folder / "t").write_bytes(made.events[0][1][1])
    question = '{"answers":["€ 10","€ 5"],"min":1,"max":1,"question":"Hoeveel?"}'
    (folder / "q").write_text(f'{{"description":"","name":"Zoë €","questions":[{question}]}}', encoding="utf-8")
    command = f"ballotbox setup election --uuid {'1' * 14} --template q --trustees t"
    done = shell(folder, command, PYTHONIOENCODING="latin-1")
    assert "Zoë €".encode() in done.stdout
    assert done.stderr.decode().split() == ["fingerprint", sha256_b64(done.stdout.strip())]
    ours, theirs = pty.openpty()
    subprocess.run(
        [ROOT / "bin" / "ballotbox", *command.split()[1:]],
        cwd=folder,
        env={"PATH": os.defpath, "PYTHONIOENCODING": "latin-1"},
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    os.close(theirs)
    assert "Zoë \\u20ac".encode("latin-1") in os.read(ours, 10_000)
    os.close(ours)


def test_what_is_broken_off_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(_: Path) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(voting, "raw", broken_off)
    done = typed(folder, "archive", "add", "e.bel", "--type", "Ballot")
    assert (done.returncode, done.stderr) == (130, "broken off\n")
