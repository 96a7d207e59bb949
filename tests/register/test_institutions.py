"""Institutions in time, and the guarantee of the database."""

import os
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.models import Board, BoardName, InstitutionBoard, Location
from lerarenregister.register.queries.knowledge import boards_known, places_of
from lerarenregister.register.rules.institution_files import Row, read
from tests.register.cast import AT, BOARD, OTHER_BOARD, ROWS, institutions, staff

pytestmark = pytest.mark.django_db
DUO = Path(os.environ.get("REAL_DATA", "../shared/data")) / "institutions" / "duo-po-locations-2013.csv"


def board_of(brin: str, on: date) -> str | None:
    return places_of([brin], boards_known([])).board_of(brin, on)


def moved(row: Row, board: str) -> Row:
    return Row(board, "", row.brin, row.code, row.name, row.place, row.sector)


def test_the_same_rows_twice_change_nothing() -> None:
    assert institutions().changed == 2 + 3 + 4
    assert institutions() == actions.ImportReport(rows=4, new_boards=0, changed=0, absent=())


def test_a_move_is_added_to_history_and_an_older_file_adds_what_came_before() -> None:
    institutions([ROWS[0]], date(2013, 10, 1))
    institutions([moved(ROWS[0], OTHER_BOARD)], date(2016, 8, 1))
    institutions([ROWS[0]], date(2011, 1, 1))
    boards = [board_of("01AB", on) for on in (date(2010, 1, 1), date(2011, 1, 1), date(2016, 7, 31), date(2016, 8, 1))]
    assert boards == [None, BOARD, BOARD, OTHER_BOARD]
    assert InstitutionBoard.objects.filter(superseded_at__isnull=False).count() == 2


def test_absence_in_a_newer_file_is_reported_and_closes_nothing() -> None:
    institutions()
    report = institutions(ROWS[1:], date(2018, 1, 1))
    assert report.absent == ("01AB00",)
    assert places_of(["01AB"], boards_known([])).sector_of("01AB00", date(2020, 1, 1)) == "po"


def test_a_contradiction_in_a_file_changes_nothing() -> None:
    with pytest.raises(FileRefused):
        institutions([ROWS[0], moved(ROWS[0], OTHER_BOARD)])
    assert not Board.objects.exists()


def test_a_stranger_and_board_staff_may_not_import() -> None:
    with pytest.raises(NotAllowed):
        actions.import_institutions(rows=ROWS, as_of=date(2018, 1, 1), viewer=staff(), at=AT)


def test_our_own_layout_knows_other_sectors_and_rows_about_a_board_alone() -> None:
    header = "bestuursnummer;bestuursnaam;brin;volgnummer;naam;plaats;sector\n"
    rows = list(read((header + "41234;Naam;01AB;0;Het MBO;Ede;mbo\n41234;Naam;;;;;\n").encode()))
    assert [(row.code, row.sector) for row in rows] == [("01AB00", "mbo"), ("", "")]
    with pytest.raises(FileRefused, match="regel 2"):
        list(read((header + "41234;Naam;01AB;0;Het MBO;Ede;hbo\n").encode()))


@pytest.mark.real_data
def test_the_file_of_duo_is_read_whole_and_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    if not DUO.exists():
        assert os.environ.get("CI") != "true", f"the real input is missing: {DUO}"
        pytest.skip(f"the real input is missing: {DUO}")
    for _ in range(2):
        call_command("import_institutions", str(DUO), "--as-of", "2013-10-01")
    said = capsys.readouterr().out
    assert "6804 rows read; 1010 new boards" in said
    assert "6804 rows read; 0 new boards; 0 facts added or changed" in said
    assert board_of("16AH", date(2014, 1, 1)) == "10249"
    assert not Location.objects.filter(name__contains="0591").exists()


def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("iets;anders\n")
    with pytest.raises(CommandError, match="columns-missing"):
        call_command("import_institutions", str(wrong), "--as-of", "2018-01-01")
    with pytest.raises(CommandError, match="can not be read"):
        call_command("import_institutions", str(tmp_path / "absent.csv"), "--as-of", "2018-01-01")


NEXT = AT + timedelta(days=1)


@pytest.mark.parametrize(
    ("begin", "until", "recorded_at", "superseded_at", "refused"),
    [
        (date(2015, 1, 1), None, AT, None, True),
        (date(2010, 1, 1), date(2012, 1, 1), AT, None, False),
        (date(2010, 1, 1), date(2012, 1, 2), AT, None, True),
        (date(2014, 1, 1), None, AT, None, False),
        (date(2013, 12, 31), None, AT, None, True),
        (date(2012, 1, 1), None, AT, AT, False),
        (date(2012, 1, 1), None, AT, NEXT, True),
        (date(2012, 1, 1), None, AT - timedelta(days=2), AT, False),
        (date(2012, 1, 1), None, AT - timedelta(days=2), AT + timedelta(microseconds=1), True),
    ],
)
def test_both_databases_refuse_the_same_overlaps(begin, until, recorded_at, superseded_at, refused) -> None:  # type: ignore[no-untyped-def]
    board = Board.objects.create(id=new_id(), number=BOARD)
    stands = {"begin": date(2012, 1, 1), "until": date(2014, 1, 1), "recorded_at": AT}
    if begin == date(2015, 1, 1):
        stands["until"] = None

    def name(said: str, **times: object) -> UUID:
        return BoardName.objects.create(id=new_id(), board=board, name=said, **times).id

    name("stands", **stands)
    try:
        with transaction.atomic():
            name("second", begin=begin, until=until, recorded_at=recorded_at, superseded_at=superseded_at)
    except IntegrityError:
        assert refused
    else:
        assert not refused


def test_the_database_refuses_an_overlap_by_a_change_and_an_inverted_period() -> None:
    institutions([ROWS[0]], date(2013, 1, 1))
    institutions([moved(ROWS[0], OTHER_BOARD)], date(2016, 8, 1))
    rows = InstitutionBoard.objects.filter(superseded_at=None).order_by("begin")
    with pytest.raises(IntegrityError), transaction.atomic():
        InstitutionBoard.objects.filter(pk=rows[0].pk).update(until=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        InstitutionBoard.objects.filter(pk=rows[1].pk).update(until=date(2016, 8, 1))
