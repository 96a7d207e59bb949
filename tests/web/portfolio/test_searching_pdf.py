"""Words inside a PDF of hers are found, and the page says in which file."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.samples import PDF_WITH_SCRIPT, pdf_of
from tests.web.portfolio.conftest import Person
from tests.web.portfolio.test_searching import found

pytestmark = pytest.mark.django_db


def with_pdf(person: Person, text: str, source: bytes, name: str = "artikel.pdf") -> str:
    file = SimpleUploadedFile(name, source, "application/pdf")
    response = person.write(text, bestanden=file, einde="1")  # type: ignore[arg-type]
    assert response.status_code == 303
    return f"/portfolio/{response['Location'].partition('bewaard=')[2]}/"


def said(person: Person, typed: str) -> str:
    return html.unescape(found(person, typed, deel="1"))


def test_a_word_inside_a_pdf_is_found_with_the_name_of_the_file(teacher: Person) -> None:
    url = with_pdf(
        teacher, "Gelezen op maandag", pdf_of("Over café's en ondertiteling.", "Kwadraatafsplitsen in 3 havo.")
    )
    page = said(teacher, "kwadraatAFSPLITSEN")
    assert url in page
    assert "In het bestand artikel.pdf:" in page
    assert "<mark>Kwadraatafsplitsen</mark> in 3 havo." in page
    assert url in said(teacher, "maandag cafe")  # one word in her text, the other in the file
    assert "In het bestand" not in said(teacher, "maandag")
    assert "Niets gevonden" in said(teacher, "kwadraatafsplitsen dinsdag")


def test_it_is_hers_alone_and_goes_with_the_entry(teacher: Person, stranger: Person) -> None:
    url = with_pdf(teacher, "Gelezen", pdf_of("Ondertiteling."))
    assert "Niets gevonden" in said(stranger, "ondertiteling")
    teacher.press(url, "verwijderen/")
    assert "Niets gevonden" in said(teacher, "ondertiteling")


def test_a_pdf_without_text_is_kept_and_found_by_its_name(teacher: Person) -> None:
    url = with_pdf(teacher, "Gelezen", PDF_WITH_SCRIPT, "scan.pdf")
    assert url in said(teacher, "scan")
    assert "Niets gevonden" in said(teacher, "alert")


def test_only_a_file_that_is_a_pdf_is_read(teacher: Person) -> None:
    with_pdf(teacher, "Gelezen", b"x" + pdf_of("Verstopt."), "geen.pdf")
    assert "Niets gevonden" in said(teacher, "verstopt")


def test_files_are_asked_for_together_and_only_when_a_word_is_missing(teacher: Person) -> None:
    for number in range(4):
        with_pdf(teacher, f"Tekst {number}", pdf_of(f"Binnenin staat{number}."))
    for typed, hits in (("tekst", 4), ("binnenin", 4), ("binnenin staat3", 1), ("bestaatniet", 0)):
        with CaptureQueriesContext(connection) as asked:
            page = said(teacher, typed)
        assert page.count("<li") == hits, typed
        pieces = [each["sql"] for each in asked if "portfolio_filepiece" in each["sql"]]
        assert len(pieces) == {"tekst": 0, "binnenin": 2, "binnenin staat3": 2, "bestaatniet": 1}[typed]
