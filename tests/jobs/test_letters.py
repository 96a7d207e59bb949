"""`manage.py print_letters`: for its owner alone, over no other letters, and no code is void without a letter."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lerarenregister.register import printing
from lerarenregister.register.models import ActivationCodeIssued
from tests.register import cast
from tests.register.cast import AT, BOARD, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def delivered() -> None:
    cast.institutions()
    cast.deliver(csv_of({}))


def print_letters(folder: Path, *more: str, board: str = BOARD) -> str:
    out = io.StringIO()
    call_command("print_letters", "--board", board, "--out", str(folder), *more, stdout=out)
    return out.getvalue()


def test_the_letters_are_readable_for_their_owner_alone_and_stand_over_no_other(tmp_path: Path) -> None:
    assert "1 letters in" in print_letters(tmp_path)
    path = tmp_path / f"brieven-{BOARD}.pdf"
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        print_letters(tmp_path, "--again")
    assert path.read_bytes() == before


def test_letters_that_can_not_be_written_leave_the_codes_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = cast.code_for(at=AT + timedelta(hours=1))
    issued = list(ActivationCodeIssued.objects.values_list("pk", "voided_at"))

    def full(*_: object) -> bytes:
        raise OSError("No space left on device")

    monkeypatch.setattr(printing, "pdf_of", full)
    with pytest.raises(CommandError, match="No space left"):
        print_letters(tmp_path, "--again")
    assert list(ActivationCodeIssued.objects.values_list("pk", "voided_at")) == issued
    assert list(tmp_path.iterdir()) == []
    assert code


@pytest.mark.parametrize("board", ["00000", "x"])
def test_a_board_that_is_not_there_is_told(tmp_path: Path, board: str) -> None:
    with pytest.raises(CommandError, match="no such board"):
        print_letters(tmp_path, board=board)
    assert list(tmp_path.iterdir()) == []
