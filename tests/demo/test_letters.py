"""The letters of the first run lie in one file, and become files of hers when she opens her post."""

from pathlib import Path

import pytest
from demo.letters import StoredLetter

from demo import letters, loading


def test_a_letter_comes_out_as_it_went_in_and_only_to_whom_it_is_for(tmp_path: Path) -> None:
    path = tmp_path / letters.FILE
    mine = StoredLetter("anna", "brief-2", "Beste Anna,\n\nje code is 1.", '[{"code": "1"}]')
    older = StoredLetter("anna", "brief-1", "Beste Zoë ✓", "[]")
    letters.store(path, [mine, StoredLetter("bram", "brief-1", "Beste Bram", "[]")])
    letters.store(path, [older])
    assert letters.letters_of(path, "anna") == [older, mine]
    assert letters.letters_of(path, "nobody") == []
    assert letters.letters_of(tmp_path / "nothing.sqlite3", "anna") == []


def test_letters_that_are_alike_take_little_room(tmp_path: Path) -> None:
    words = "".join(f"Dit is zin {number} van de brief die iedereen krijgt. " for number in range(100))
    many = (StoredLetter(f"p{number}", "brief", f"{words} Code: {number * 7919}", "[]") for number in range(500))
    letters.store(tmp_path / letters.FILE, many)
    assert (tmp_path / letters.FILE).stat().st_size < 500 * 300


def test_much_is_said_beforehand_and_a_full_disk_too(tmp_path: Path) -> None:
    assert loading.foretold(2_000) == ""
    assert loading.foretold(250_000) == (
        ". Dit duurt ongeveer 9 minuten en neemt 1,2 GB op de schijf. "
        "Breek je het af, dan begint het de volgende keer van voren af aan"
    )
    loading.check_room(tmp_path, 2_000)
    with pytest.raises(SystemExit, match="Maak plaats"):
        loading.check_room(tmp_path, 10**15)
