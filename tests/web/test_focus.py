"""The register keeps to its aim: nothing speaks of duty, hours, points or progress, and a number says what it is."""

import re
from dataclasses import asdict

import pytest
from django.test import Client
from tools.messages import PO, read_po

from lerarenregister.register import actions
from lerarenregister.register.rulebook import RULEBOOKS, rulebook_at
from lerarenregister.register.rules.rulebooks import Rulebook
from tests.register.cast import AT

DUTY = {
    "nl": r"verplicht\w*|punten?|uren|score\w*|voortgang\w*|behaal\w*|sanctie\w*|streefgetal\w*|je moet|moet je",
    "en": r"obligat\w*|oblige\w*|required?|requirement\w*|mandatory|points?|hours|scores?|progress|sanctions?|you must",
}
# What says that there is none of it.
NO_DUTY = ("Niets is verplicht", "Nothing is required")
# The hours that she may note with an entry, folded away, for herself: nothing counts them and nothing asks for them.
HER_NOTE = {
    "nl": (
        "Doel, laatste dag of uren",
        "Laatste dag of uren",
        "Uren",
        "Uren per keer",
        "Vul uren in als 1, 0,5 of 2,25: hele uren, halve uren of kwartieren.",
    ),
    "en": (
        "%(hours)s hours",
        "Goal, last day or hours",
        "Last day or hours",
        "Hours",
        "Hours each time",
        "Fill in hours as 1, 0.5 or 2.25: whole hours, half hours or quarters.",
    ),
}


def sentences(language: str) -> list[str]:
    """Every sentence that a page, a mail or a letter says in this language."""
    with PO.open("rb") as file:
        said = [(str(each.id), str(each.string)) for each in read_po(file) if each.id]
    texts = [each for book in RULEBOOKS.all for each in _of_rulebook(book, language)]
    return [pair[0] if language == "nl" else pair[1] for pair in said] + texts


def _of_rulebook(book: Rulebook, language: str) -> list[str]:
    """The words of its mails and its letters."""
    words = book.letters.dutch if language == "nl" else book.letters.english
    said = [*book.mails.values(), *book.letters.decisions.values()]
    values = [str(value) for each in said for name, value in asdict(each).items() if name.endswith(f"_{language}")]
    return values + [value for value in asdict(words).values() if isinstance(value, str)]


def of_duty(language: str, said: list[str]) -> list[str]:
    found = re.compile(rf"\b(?:{DUTY[language]})\b", re.IGNORECASE)
    passed = HER_NOTE[language]
    return [
        each
        for each in said
        if found.search(each) and each not in passed and not any(words in each for words in NO_DUTY)
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_sentence_speaks_of_duty_hours_points_or_progress(language: str) -> None:
    assert len(sentences(language)) > 300
    assert of_duty(language, sentences(language)) == []


def test_a_sentence_of_duty_is_found() -> None:
    assert of_duty("nl", ["Je moet nog 40 uren behalen.", "Bewaar je tekst."]) == ["Je moet nog 40 uren behalen."]
    assert of_duty("en", ["Your progress: 3 points", "Keep your text."]) == ["Your progress: 3 points"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_counts_say_beside_the_number_what_is_counted(language: str) -> None:
    client = Client()
    client.post("/taal/", {"taal": language})
    actions.publish_figures(AT)
    page = client.get("/cijfers/").content.decode()
    tables = [place.start() for place in re.finditer("<table", page)]
    for each, table in zip(rulebook_at(AT).counted.values(), tables, strict=False):
        assert page.index(each.text_nl if language == "nl" else each.text_en) < table
