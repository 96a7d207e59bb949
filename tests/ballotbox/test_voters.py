"""What the credential authority gives: the list of voters, the identifier, and two files that belong together."""

import json
import os
from pathlib import Path

import pytest

from ballotbox.encoding import sha256_b64
from tests.ballotbox.test_command import Said, box, typed

MAKE = ("setup", "credentials", "--uuid", "1" * 14)
FILES = ("private_creds.json", "public_creds.json")


def made_of(folder: Path, content: str | bytes) -> Said:
    """What is said of this list of voters."""
    (folder / "voters").write_bytes(content if isinstance(content, bytes) else content.encode())
    return typed(folder, *MAKE, "--file", "voters")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("Anna\n\nBea\n", "line 2: there is no name"),
        ("Anna\n ,2\n", "line 2: there is no name"),
        (",\n", "line 1: there is no name"),
        ("Anna,2\nBea\nAnna ,2\n", "line 3: the same voter as in line 1"),
        ("Zoë\nZoe\u0308\n", "line 2: the same voter as in line 1"),
        ("Anna;2\n", "line 1: between a name and a weight stands a comma, and not a semicolon"),
        ("Anna\t2\n", "and not a semicolon or tab"),
        ("Anna\rBea\r", "line 1: this is no line with a name"),
        ('"Jansen, Anna",1\n', "line 1: this is no line with a name"),
        ('{"Anna":"11111-111111-11111-111111"}', "line 1: this is no line with a name"),
        ("Jansen, Anna\n", "a name with a comma in it needs one too: `Jansen, Anna,1`"),
        ("Anna,\n", "line 1: behind the last comma stands no weight"),
        ("Anna,-1\n", "stands no weight"),
        ("Anna,٣\n", "stands no weight"),
        (f"Anna,{'9' * 5000}\n", "stands no weight"),
        (f"Anna,{2**40 + 1}\n", f"a whole number up to {2**40}"),
        (b"Zo\xeb\n", "no text in UTF-8"),
    ],
)
def test_a_list_that_can_be_read_in_two_ways_makes_no_credentials(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    done = made_of(tmp_path, content)
    assert (done.returncode, said in done.stderr, done.stdout) == (2, True, ""), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["voters"]


def test_weights_that_are_too_much_together_make_no_credentials(tmp_path: Path) -> None:
    done = made_of(tmp_path, f"Anna,{2**40}\nBea\n")
    assert (done.returncode, "stricter_weight_sum" in done.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["voters"]


def test_a_list_out_of_a_spreadsheet_is_read_as_it_is_meant(tmp_path: Path) -> None:
    done = made_of(tmp_path, "\ufeff Anna ,2\r\nJansen, Bea , 1\r\n't Hart\r\n\r\n")
    assert done.returncode == 0, done.stderr
    assert list(json.loads((tmp_path / FILES[0]).read_text())) == ["Anna", "Jansen, Bea", "'t Hart"]
    assert sorted(each.partition(",")[2] for each in json.loads((tmp_path / FILES[1]).read_text())) == ["1", "1", "2"]


def test_the_hash_of_the_list_is_all_that_programs_read(tmp_path: Path) -> None:
    done = made_of(tmp_path, "Anna\n")
    wanted = sha256_b64((tmp_path / FILES[1]).read_bytes())
    assert done.stdout == f"{wanted}\n"
    assert f"hash of the list {wanted}" in done.stderr


@pytest.mark.parametrize("there", FILES)
def test_both_files_are_made_or_none(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("van een ander")
    done = typed(tmp_path, *MAKE, "--count", "2")
    assert (done.returncode, f"{there} is there already" in done.stderr) == (2, True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(there, "van een ander")]


def test_when_the_second_can_not_get_its_name_the_first_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def taken(source: Path, name: Path) -> None:
        if name.name == FILES[1]:  # made by another program in between
            name.write_text("van een ander")
        link(source, name)

    monkeypatch.setattr(os, "link", taken)
    done = typed(tmp_path, *MAKE, "--count", "2")
    assert (done.returncode, f"{FILES[1]} is there already" in done.stderr) == (2, True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(FILES[1], "van een ander")]


@pytest.mark.parametrize("command", [MAKE[:2], ("setup", "election", "--template", "q", "--trustees", "t")])
def test_the_identifier_of_an_election_is_looked_at(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "uuid").write_text(box(tmp_path, "setup", "uuid"))
    (tmp_path / "q").write_text(
        '{"description":"","name":"Proef","questions":[{"answers":["Ja"],"min":0,"max":1,"question":"Goed?"}]}'
    )
    name = box(tmp_path, "trustee", "key")
    (tmp_path / "t").write_text(box(tmp_path, "setup", "trustees", f"{name}.pubkey"))
    rest = ("--count", "1") if command == MAKE[:2] else ()
    for wrong, said in (("uuid", '--uuid "$(cat uuid)"'), ("0" * 14, "setup uuid"), ("kort", "setup uuid")):
        done = typed(tmp_path, *command, "--uuid", wrong, *rest)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.glob("*_creds.json"))
