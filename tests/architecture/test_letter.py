"""docs/letter.md says only what is there: its quotes are the letter's, its paths and tests exist."""

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
    "wij zullen uw Kamer hierover informeren",
    "zal het register vanaf augustus 2018 alvast open gaan",
    "voor elke leraar een basisportfolio beschikbaar",
    "een individuele «open ruimte»",
    "waarin de leraar alles wat hij van belang acht zelf kan vastleggen",
    "zonder dat hier een werking vanuit gaat",
    "desgewenst ook de mogelijkheid om (geanonimiseerde) informatie uit het register te benutten",
    "het kwaliteitskader nog meer te laten aansluiten op de wensen en behoeften van de leraar",
    "waarbij een eenvoudige uitwerking een snelle start van het register mogelijk moet maken",
    "het houden van focus op het doel",
    "aansluiting op bestaande praktijken van bekwaamheidsonderhoud",
    "de keuze welke werkwijze het beste past willen wij dus laten waar deze hoort: bij de leraren",
    "een veelheid aan groepen, verenigingen en initiatieven",
    "de Deelnemersvergadering van alle geregistreerde leraren",
    "de zeggenschap van de 250.000 beroepsbeoefenaren in po, vo en mbo",
    "zien wij de rol van de overheid als faciliterend",
)


def rows() -> list[list[str]]:
    """The rows of the table: quote, rule, code, test."""
    lines = (ROOT / "docs" / "letter.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| “")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def flat(text: str) -> str:
    """The text without hyphenation, on one line, in lower case."""
    return " ".join(re.sub(r"-\s*\n\s*", "", text).split()).casefold()


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


@pytest.mark.real_data
def test_the_quotes_are_the_letters() -> None:
    if not LETTER.exists():
        assert os.environ.get("CI") != "true", f"the real input is missing: {LETTER}"
        pytest.skip("the letter is not here: set REAL_DATA")
    letter = flat(LETTER.read_text(encoding="utf-8"))
    assert [quote for quote in QUOTES if flat(quote) not in letter] == []
