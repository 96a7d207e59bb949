"""The letter on paper and as text: all of it in two languages, and whole whatever the names are."""

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from lerarenregister.kernel.identifiers import ActivationCode, new_id
from lerarenregister.register import printing
from lerarenregister.register.printing import PrintedLetter
from lerarenregister.register.queries.letters import Letter, LetterAppointment
from lerarenregister.register.rules.letters import ONLY, LetterWords
from lerarenregister.register.rules.rulebooks import Rulebooks
from tests.rulebook import BOOK, GROUNDS

DUTCH, ENGLISH = BOOK.letters.dutch, BOOK.letters.english

# Said only when there is nothing else to say, or no sentence.
APART = {"language", "nothing_delivered", "since", "board_name", "pointer", "example"}
ON_PAPER = [name for name in asdict(ENGLISH) if name not in APART | {"addressee"}]
AS_TEXT = [
    name
    for name in asdict(ENGLISH)
    if name not in APART | {"table", "grounds", "ground_columns", "columns", "staff_number"}
]


def printed(appointments: int = 1, *, name: str = "B. van den Berg", school: str = "De Eik") -> PrintedLetter:
    grounds = list(GROUNDS.values())
    each = [
        LetterAppointment(
            location=school,
            place="Utrecht",
            ground_nl=grounds[place % len(grounds)].name_nl,
            ground_en=grounds[place % len(grounds)].name_en,
            topic="Frans",
            begin=date(2018, 5, 1),
            last_day=date(2019, 3, 31) if place % 2 else None,
        )
        for place in range(appointments)
    ]
    letter = Letter(
        employee=new_id(),
        staff_number="p1",
        name=name,
        birth_date=date(1980, 3, 4),
        board="41234",
        board_name="Stichting Voorbeeld",
        delivered_at=datetime(2018, 9, 3, 9, tzinfo=UTC),
        appointments=tuple(each),
    )
    return PrintedLetter(letter, ActivationCode.random(), date(2018, 9, 3), date(2018, 12, 1))


def flat(text: str) -> str:
    return " ".join(text.split())


def pages_of(*letters: PrintedLetter) -> list[str]:
    return [flat(page.extract_text()) for page in PdfReader(BytesIO(printing.pdf_of(letters))).pages]


def sentences(words: LetterWords, names: list[str], letter: PrintedLetter, address: str) -> Iterator[str]:
    """Every sentence of these words, filled in by hand for the letter of these tests."""
    dutch = words is DUTCH
    blanks = {
        "name": letter.letter.name,
        "board": "41234",
        "board_name": "Stichting Voorbeeld",
        "staff_number": "p1",
        "date": "3 september 2018" if dutch else "3 September 2018",
        "delivered_on": "3 september 2018" if dutch else "3 September 2018",
        "birth_date": "4 maart 1980" if dutch else "4 March 1980",
        "expires_on": "1 december 2018" if dutch else "1 December 2018",
        "address": address,
    }
    for name in names:
        said = getattr(words, name)
        for each in [said] if isinstance(said, str) else said:
            yield from re.split(r"(?<=[.!?]) (?=[A-Z])", each.format(**blanks))


@pytest.mark.parametrize("words", [DUTCH, ENGLISH], ids=["Dutch", "English"])
def test_every_sentence_stands_in_the_pdf(words: LetterWords) -> None:
    letter = printed()
    dutch, english = pages_of(letter)
    page = dutch if words is DUTCH else english
    for sentence in sentences(words, ON_PAPER, letter, "localhost:8000/activeren/"):
        assert sentence in page
    assert ENGLISH.pointer in dutch
    assert str(letter.code) in page


@pytest.mark.parametrize("words", [DUTCH, ENGLISH], ids=["Dutch", "English"])
def test_every_sentence_stands_in_the_text(words: LetterWords) -> None:
    letter = printed(2)
    text = flat(printing.text_of(letter, example=False))
    for sentence in sentences(words, AS_TEXT, letter, "http://localhost:8000/activeren/"):
        assert sentence in text or sentence.upper() in text
    assert text.count(f"Code: {letter.code}") == 2
    assert "Bevoegd, eerste graad, Frans: 1 mei 2018 - 31 maart 2019" in text
    assert "Qualified, first grade, Frans: 1 May 2018 - 31 March 2019" in text
    assert "vanaf 1 mei 2018" in text
    assert "from 1 May 2018" in text


def test_the_letter_says_that_it_is_voluntary_and_that_no_law_asks_for_it() -> None:
    dutch = (
        "Meedoen is vrijwillig. Er is nu geen wet die erom vraagt: de wet over het Lerarenregister is in 2022 "
        "ingetrokken."
    )
    english = (
        "Taking part is voluntary. No law in force asks for it: the act on the Lerarenregister was repealed in 2022."
    )
    letter = printed()
    pages, text = pages_of(letter), flat(printing.text_of(letter, example=False))
    assert dutch in pages[0]
    assert english in pages[1]
    assert dutch in text
    assert english in text


def test_the_two_parts_say_the_same_things() -> None:
    for name, words in asdict(DUTCH).items():
        assert bool(words) is (name not in ONLY["en"]), name
        assert bool(asdict(ENGLISH)[name]) is (name not in ONLY["nl"]), name


def test_the_english_part_says_each_ground_in_english_once() -> None:
    *_, english = pages_of(printed(30))
    for ground in GROUNDS.values():
        assert english.count(f"{ground.name_en} ") >= 1, ground.name_en
    assert english.count("Guest teacher") == 1


def test_a_letter_about_nothing_says_so_in_both_languages() -> None:
    letter = printed(0)
    dutch, english = pages_of(letter)
    assert DUTCH.nothing_delivered in dutch
    assert ENGLISH.nothing_delivered in english
    assert ENGLISH.table not in english
    assert {DUTCH.nothing_delivered, ENGLISH.nothing_delivered} <= set(
        printing.text_of(letter, example=False).split("\n\n")
    )


def test_the_demonstration_says_in_both_languages_that_she_is_invented(settings: pytest.FixtureRequest) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    dutch, english = pages_of(printed())
    assert dutch.startswith(DUTCH.example)
    assert english.startswith(ENGLISH.example)
    settings.DEMO = False  # type: ignore[attr-defined]
    assert DUTCH.example not in pages_of(printed())[0]


def test_no_two_people_share_a_sheet_when_both_sides_are_printed() -> None:
    letters = [
        printed(30, name="A. Dal"),
        printed(9, name="B. Eik"),
        printed(0, name="C. Vos"),
        printed(1, name="D. Ham"),
    ]
    pages = pages_of(*letters)
    begins = [place for place, page in enumerate(pages) if DUTCH.title in page]
    assert len(begins) == len(letters)
    assert [begin % 2 for begin in begins] == [0, 0, 0, 0]


def test_what_is_filled_in_is_never_read_as_a_blank_or_as_markup() -> None:
    name = "{code} #strong[Dal] *x* & $y$"
    letter = printed(name=name)
    for text in (pages_of(letter)[0], pages_of(letter)[1], printing.text_of(letter, example=False)):
        assert name in text


def test_very_long_words_stay_on_the_paper() -> None:
    letter = printed(2, name="A. " + "W" * 100, school="X" * 200)
    reader = PdfReader(BytesIO(printing.pdf_of([letter])))
    lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
    assert max(line.count("W") for line in lines) < 50
    assert max(line.count("X") for line in lines) < 20


def languages(element: object) -> Iterator[str]:
    """The languages that the tags of a PDF name."""
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, ArrayObject):
        for each in element:
            yield from languages(each)
    elif isinstance(element, DictionaryObject):
        if "/Lang" in element:
            yield str(element["/Lang"])
        if "/K" in element:
            yield from languages(element["/K"])


def test_the_tags_say_which_part_is_english_and_that_it_is_accessible() -> None:
    reader = PdfReader(BytesIO(printing.pdf_of([printed()])))
    root = reader.trailer["/Root"]
    assert str(root["/Lang"]).startswith("nl")
    assert {each[:2] for each in languages(root["/StructTreeRoot"]["/K"])} >= {"en"}
    assert reader.xmp_metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()


def test_a_board_without_a_name_is_named_by_its_number_in_both_languages() -> None:
    letter = printed()
    unnamed = replace(letter, letter=replace(letter.letter, board_name=""))
    dutch, english = pages_of(unnamed)
    assert "Aangeleverd door Schoolbestuur 41234" in dutch
    assert "Delivered by School board 41234" in english


def test_a_letter_has_the_words_of_the_rulebook_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = printed()
    day = letter.printed_on
    newer = replace(BOOK.letters, dutch=replace(DUTCH, greeting="Dag {name},"))
    books = Rulebooks(
        [replace(BOOK, until=day), replace(BOOK, version=BOOK.version + 1, begin=day, until=None, letters=newer)]
    )
    monkeypatch.setattr(printing, "RULEBOOKS", books)
    before = replace(letter, printed_on=day - timedelta(days=1))
    for said, other, one in (("Dag", "Beste", letter), ("Beste", "Dag", before)):
        for text in (pages_of(one)[0], printing.text_of(one, example=False)):
            assert f"{said} {letter.letter.name}," in text
            assert f"{other} {letter.letter.name}," not in text


def test_anybody_reads_an_example_of_the_letter_and_what_decisions_say(client: Client) -> None:
    page = unescape(client.get("/reglement/mails/").content.decode())
    assert DUTCH.example in page
    assert flat(DUTCH.notes) in flat(page)
    assert "Code: XXXX-XXXX-XXXX-XXXXX" in page
    for decision in BOOK.letters.decisions.values():
        assert f"<strong>{decision.title_nl}</strong>. {decision.why_nl}" in page
