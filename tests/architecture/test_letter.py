"""docs/letter.md says only what is there, and all of it: its quotes are the letter's, no sentence is passed by."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = Path(os.environ.get("REAL_DATA", ROOT.parent / "shared" / "data"))
LETTER = REAL_DATA.parent / "source" / "kst-27923-283.txt"
NOT_YET = "not yet"
QUOTES = (
    "leraren bevoegd zijn voor het onderwijs dat zij geven",
    "gedurende hun loopbaan hun kennis en vaardigheden blijven ontwikkelen",
    "het register moet van, voor en door de leraar zijn",
    "het register werkt namelijk alleen als het de professionele ontwikkeling van leraren goed ondersteunt",
    "de inhoud die de beroepsgroep aan het register geeft is van doorslaggevend belang",
    "beroepsgroep en overheid samen optrekken vanuit wederzijds respect",
    "de 24 gekozen leraren",
    "leraren zelf het voortouw hebben",
    "meer tijd om een kwaliteitskader neer te kunnen zetten dat echt goed is",
    "de deadline van 1 juni 2018 voor de oplevering van het kwaliteitskader wordt opgeschoven",
    "Hoe de nieuwe planning eruit komt te zien, is afhankelijk van het proces",
    "wij zullen uw Kamer hierover informeren",
    "podium te bieden aan de professionele ontwikkeling van leraren",
    "zal het register vanaf augustus 2018 alvast open gaan",
    "voor elke leraar een basisportfolio beschikbaar",
    "een individuele «open ruimte»",
    "waarin de leraar alles wat hij van belang acht zelf kan vastleggen",
    "zonder dat hier een werking vanuit gaat",
    "desgewenst ook de mogelijkheid om (geanonimiseerde) informatie uit het register te benutten",
    "een beter beeld te krijgen wat deze grote en diverse beroepsgroep onder professionele ontwikkeling verstaat",
    "het kwaliteitskader nog meer te laten aansluiten op de wensen en behoeften van de leraar",
    "waarbij een eenvoudige uitwerking een snelle start van het register mogelijk moet maken",
    "het houden van focus op het doel",
    "aansluiting op bestaande praktijken van bekwaamheidsonderhoud",
    "de keuze welke werkwijze het beste past willen wij dus laten waar deze hoort: bij de leraren",
    "een veelheid aan groepen, verenigingen en initiatieven",
    "de Deelnemersvergadering van alle geregistreerde leraren",
    "de noodzakelijke binding",
    "de zeggenschap van de 250.000 beroepsbeoefenaren in po, vo en mbo",
    "de afvaardiging als voortouwgroep de regie voert en de Onderwijscoöperatie (OC) de ondersteuning",
    "zien wij de rol van de overheid als faciliterend",
)

# How every other sentence of the letter begins: these tell, and what they ask for is asked in a sentence above.
TELLING = (
    "27 923 Werken in het onderwijs",
    "Het kunnen bieden van de best mogelijke onderwijskwaliteit",
    "Om die reden vinden wij",
    "Ambitie en eigenaarschap Het Regeerakkoord",
    "Het is ook helder waar het register",
    "En daarom is het jammer",
    "Discussie die de energie afleidt",
    "Om de beroepsgroep centraal te zetten",
    "Daarvoor is niet alleen de actieve betrokkenheid",
    "De klus die hiervoor moet worden geklaard",
    "De afvaardiging staat aan het begin",
    "Dat heeft vanzelfsprekend ook effect",
    "Onderwijsraad In de vervolggesprekken",
    "Daarnaast heeft de raad zorgen",
    "De zorgen die de Onderwijsraad uit",
    "Zoals aan het begin van deze brief",
    "Als een nieuwe start waarbij",
    "De raad doet enkele concrete suggesties",
    "Ontwikkelingen beroepsgroep en Onderwijscoöperatie",
    "Voortvloeiend uit een groeiend eigenaarschap",
    "Dat is een bijzonder positieve ontwikkeling",
    "Het positieve daarvan",
    "Dit alles gericht op",
    "Het proces van de beroepsgroep om zich",
    "Met zo’n grote en diverse beroepsgroep",
    "Het is aan de politiek en aan de overheid",
    "Dat zijn we, elk vanuit onze eigen rol",
    "De Minister voor Basis- en Voortgezet Onderwijs",
    "Slob De Minister van Onderwijs",
)


def rows() -> list[list[str]]:
    """The rows of the table: quote, rule, code, test."""
    lines = (ROOT / "docs" / "letter.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| “")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def flat(text: str) -> str:
    """The text without hyphenation, on one line."""
    return " ".join(re.sub(r"-\s*\n\s*", "", text).split())


def test_every_row_has_a_quote_a_rule_code_and_a_test() -> None:
    assert [row[0] for row in rows()] == [f"“{quote}”" for quote in QUOTES]
    for quote, rule, code, test in rows():
        assert rule, quote
        assert code == NOT_YET or "`" in code, quote
        assert test == NOT_YET or "`tests/" in test, quote


def test_what_has_no_test_says_not_yet_in_its_rule_or_its_code() -> None:
    for quote, rule, code, test in rows():
        if test == NOT_YET:
            assert NOT_YET in rule or code == NOT_YET, f"{quote}: there is code, but no test and no 'not yet'"


def the_letter() -> str:
    """The letter on one line, or the test is skipped."""
    if not LETTER.exists():
        assert os.environ.get("CI") != "true", f"the real input is missing: {LETTER}"
        pytest.skip("the letter is not here: set REAL_DATA")
    return flat(LETTER.read_text(encoding="utf-8"))


@pytest.mark.real_data
def test_the_quotes_are_the_letters() -> None:
    letter = the_letter().casefold()
    assert [quote for quote in QUOTES if flat(quote).casefold() not in letter] == []


def passed_by(letter: str, quotes: tuple[str, ...]) -> list[str]:
    """The sentences of the letter that ask for something no quote holds."""
    asking = [quote.casefold() for quote in quotes]
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", letter)
    return [
        sentence
        for sentence in sentences
        if not sentence.startswith(TELLING) and not any(quote in sentence.casefold() for quote in asking)
    ]


@pytest.mark.real_data
def test_no_sentence_of_the_letter_is_passed_by() -> None:
    letter = the_letter()
    assert passed_by(letter, QUOTES) == []
    assert [begin for begin in TELLING if begin not in letter] == []


@pytest.mark.real_data
def test_a_sentence_that_is_passed_by_is_found() -> None:
    without = tuple(quote for quote in QUOTES if not quote.startswith("de deadline van 1 juni"))
    (found,) = passed_by(the_letter(), without)
    assert found.startswith("Dat betekent dat de deadline van 1 juni 2018")
