"""The text of a PDF is read in a process of its own; whatever somebody made of the PDF, it is kept as a file."""

import io
import os
import time
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from lerarenregister.kernel.envelopes import Unreadable
from lerarenregister.portfolio.actions import pdf_text
from lerarenregister.portfolio.actions.pdf_text import PdfReading
from lerarenregister.portfolio.models import FilePiece
from lerarenregister.portfolio.rules.files import Room
from lerarenregister.portfolio.rules.pdf_text import MOST_BYTES, MOST_CHARACTERS, MOST_SECONDS
from lerarenregister.portfolio.rules.pieces import TextPiece, opened_text
from tests.portfolio.conftest import Owner
from tests.portfolio.test_files import ROOM, sent
from tests.portfolio.test_files import read as read_back
from tests.samples import PDF, PDF_WITH_SCRIPT, pdf_of


def read(source: bytes) -> str:
    """The text; and it never takes much longer than it may."""
    begun = time.monotonic()
    text = PdfReading().text_of(source)
    assert time.monotonic() - begun < 2 * MOST_SECONDS + 5
    return text


def locked(password: str) -> bytes:
    writer, written = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of("Achter slot.")))), io.BytesIO()
    writer.encrypt(password, "van de maker", algorithm="AES-256")
    writer.write(written)
    return written.getvalue()


def going_round() -> bytes:
    """A page that draws a form that draws itself."""
    writer, written = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of("x")))), io.BytesIO()
    form = StreamObject()
    form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
    form.set_data(b"/F Do /F Do")
    reference = writer._add_object(form)
    resources = DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/F"): reference})})
    form[NameObject("/Resources")] = resources
    page = writer.pages[0]
    page[NameObject("/Resources")] = resources
    content = StreamObject()
    content.set_data(b"/F Do")
    page[NameObject("/Contents")] = writer._add_object(content)
    page[NameObject("/Rotate")] = NumberObject(0)
    writer.write(written)
    return written.getvalue()


def test_the_text_of_every_page_is_read() -> None:
    assert read(pdf_of("Eerste bladzij met een café.", "Tweede bladzij.")) == (
        "Eerste bladzij met een café.\nTweede bladzij."
    )


def test_no_more_is_kept_than_can_be_looked_through_while_she_types() -> None:
    assert len(read(pdf_of(*["woord " * 2_000] * 10))) == MOST_CHARACTERS


@pytest.mark.parametrize(
    ("what", "source"),
    [
        ("nothing", b""),
        ("no pages", PDF),
        ("a script and no pages", PDF_WITH_SCRIPT),
        ("cut off", pdf_of("Half.")[:120]),
        ("noise", b"%PDF-1.7\n" + os.urandom(50_000)),
        ("a password", locked("geheim")),
        ("too large", b"%PDF-1.7\n" + bytes(MOST_BYTES)),
        ("much in little", pdf_of("x", content=zlib.compress(b"(x) Tj " * 20_000_000, 1))),
    ],
)
def test_what_can_not_be_read_has_no_text_and_harms_nobody(what: str, source: bytes) -> None:
    assert read(source) == "", what


def test_what_goes_round_or_says_it_has_a_million_pages_comes_to_an_end() -> None:
    read(pdf_of("Nog eens.", kids=1_000_000))
    read(going_round())


def test_a_pdf_that_may_be_read_but_not_changed_is_read() -> None:
    assert read(locked("")) == "Achter slot."


def test_the_process_gets_no_key_no_environment_and_no_more_time_than_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nosy = tmp_path / "nosy.py"
    nosy.write_text("import os, sys\nsys.stdout.write(repr(sorted(os.environ)) + os.getcwd())\n")
    monkeypatch.setenv("SECRET_KEY", "geheim")
    monkeypatch.setattr(pdf_text, "_COMMAND", (*pdf_text._COMMAND[:2], str(nosy)))
    assert "SECRET" not in (said := read(b"%PDF-"))
    assert said.endswith("/")
    nosy.write_text("import time\ntime.sleep(60)\n")
    reading = PdfReading(seconds=1)
    begun = time.monotonic()
    assert reading.text_of(b"%PDF-") == ""
    assert reading.text_of(b"%PDF-") == ""
    assert time.monotonic() - begun < 10


def test_who_waits_for_the_pdfs_of_others_waits_no_longer_than_her_own_time() -> None:
    with pdf_text._ONE_AT_A_TIME:
        reading = pdf_text.PdfReading(seconds=0.05)
        assert reading.text_of(PDF) == ""
        assert reading._left <= 0
    assert reading.text_of(PDF) == "", "its time is over"
    assert not pdf_text._ONE_AT_A_TIME.locked()


@pytest.mark.django_db
def test_the_text_stands_sealed_in_rows_that_open_in_their_own_place_alone(teacher: Owner, at: datetime) -> None:
    file = sent(teacher, pdf_of("Werkvormen voor lezen."), at, name="les.pdf")
    rows = {piece.number: bytes(piece.envelope) for piece in FilePiece.objects.filter(file=file.id, small=True)}
    assert set(rows) == {TextPiece.FOLDED, TextPiece.SHOWN}
    assert all(b"erkvorm" not in each for each in rows.values())
    owner = teacher.viewer.person()
    assert opened_text(rows[1], owner, file.id, teacher.sealer, TextPiece.SHOWN) == b"Werkvormen voor lezen."
    assert opened_text(rows[0], owner, file.id, teacher.sealer, TextPiece.FOLDED) == b"werkvormen voor lezen."
    with pytest.raises(Unreadable):
        opened_text(rows[0], owner, file.id, teacher.sealer, TextPiece.SHOWN)


@pytest.mark.django_db
def test_a_text_that_does_not_fit_any_more_leaves_the_file_as_it_is(teacher: Owner, at: datetime) -> None:
    source = pdf_of("Vol.")
    before = sent(teacher, source, at)
    rows = FilePiece.objects.filter(file=before.id)
    sealed = sum(len(each.envelope) for each in rows if not each.small)
    room = Room(of_file=ROOM.of_file, of_portfolio=sum(len(each.envelope) for each in rows) + sealed)
    file = sent(teacher, source, at, room=room)
    assert read_back(teacher, file) == source
    assert not FilePiece.objects.filter(file=file.id, small=True).exists()
