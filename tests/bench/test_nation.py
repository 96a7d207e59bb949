"""The synthetic nation is the same every time, as large as was asked, and made board by board."""

import io
import tarfile
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bench.nation import Nation

from bench import boards, national
from lerarenregister.register.rules.reading import Reader

SMALL = Nation(seed=7, teachers=53, boards=4, entries=1_003)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_processes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    digests = {national.make(SMALL, one, processes=1), national.make(SMALL, two, processes=2)}
    assert len(digests) == 1
    assert contents(one) == contents(two)
    assert len(contents(one)) == 1 + 3 * 4


def test_another_seed_gives_other_people_and_other_words() -> None:
    other = Nation(seed=8, teachers=53, boards=4, entries=1_003)
    assert list(other.delivery(1)) != list(SMALL.delivery(1))
    assert other.portfolio(1, 2, 5) != SMALL.portfolio(1, 2, 5)


def test_there_are_exactly_as_many_as_was_asked_and_few_write_much() -> None:
    nation = Nation(seed=1, teachers=2_000, boards=8, entries=80_000)
    found = sorted(count for board in range(8) for count in nation.entries_of(board))
    assert len(found) == 2_000
    assert sum(found) == 80_000
    assert found[1_000] < 30
    assert found[-1] > 400


def test_what_a_board_delivers_is_what_its_teachers_provider_knows() -> None:
    lines = list(SMALL.delivery(2))
    teacher = SMALL.teacher(2, 5)
    assert lines[0].rstrip("\r\n").split(";") == boards.COLUMNS.split(";")
    cells = dict(zip(boards.COLUMNS.split(";"), lines[6].rstrip("\r\n").split(";"), strict=True))
    assert (cells["achternaam"], cells["geboortedatum"]) == (teacher.family_name, f"{teacher.birth_date}")
    assert cells["bestuursnummer"] == boards.number_of(2)


def test_a_later_delivery_ends_some_appointments_and_keeps_the_rest() -> None:
    first, later = list(SMALL.delivery(0)), list(SMALL.delivery(0, later=True))
    changed = sum(before != after for before, after in zip(first, later, strict=True))
    assert 0 < changed <= len(first) // 10 + 1


def test_a_portfolio_is_one_that_the_import_door_takes(tmp_path: Path) -> None:
    door = pytest.importorskip("lerarenregister.web.portfolio.bringin")
    national.make(SMALL, tmp_path)
    found = 0
    with tarfile.open(tmp_path / boards.number_of(0) / "portfolios.tar") as archive:
        for member in archive:
            opened = archive.extractfile(member)
            assert opened is not None
            read = door.read_zip(door.open_zip(io.BytesIO(opened.read())), at=AT)
            entries, draft = read.entries, read.draft
            assert len({each.content.content_hash() for each in entries}) == len(entries)
            assert draft == ""
            found += len(entries)
    assert found == sum(SMALL.entries_of(0)) == 251


def test_memory_does_not_grow_with_the_nation(tmp_path: Path) -> None:
    def peak(nation: Nation, folder: Path) -> int:
        folder.mkdir()
        tracemalloc.start()
        for board in range(nation.boards):
            national.make_board(nation, folder, board)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few = peak(Nation(seed=3, teachers=40, boards=2, entries=400), tmp_path / "few")
    many = peak(Nation(seed=3, teachers=400, boards=20, entries=4_000), tmp_path / "many")
    assert many < 2 * few


def test_a_disk_without_room_is_said_before_anything_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["bench.national", "--entries", "1" + "0" * 15, "--folder", str(tmp_path)])
    with pytest.raises(SystemExit, match="no room"):
        national.main()
    assert not list(tmp_path.iterdir())


def test_the_register_reads_a_delivery_without_a_refused_line() -> None:
    reader = Reader()
    lines = [*reader.feed("".join(SMALL.delivery(0)).encode()), *reader.close()]
    assert len(lines) == SMALL.size_of(0) == 14
    assert not [line for line in lines if line.reason]
