"""The feedback report as a file: its words in the language of who asks, its codes in none, no cell a formula."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from lerarenregister.register import queries
from lerarenregister.register.queries.deliveries import neutral
from lerarenregister.register.queries.wording import OUTCOMES, REPORT_LABELS, wording_of
from lerarenregister.register.rules.columns import COLUMNS
from lerarenregister.register.rules.reasons import Reason
from tests.register.cast import AT, BOARD, csv_of, deliver, staff
from tests.register.test_delivery import FILE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]


def test_the_report_has_the_words_of_the_language_and_the_same_codes_in_each() -> None:
    bsn = "111222333"
    columns = (*COLUMNS, "=eigen kolom")
    report = deliver(FILE)
    marked = deliver(csv_of({"personeelsnummer": "p9", "=eigen kolom": bsn}, columns=columns))
    told: dict[str, list[list[Sequence[str]]]] = {}
    for language in ("nl", "en"):
        with translation.override(language):
            streams = [queries.report_rows(each.id, viewer=staff(), at=AT) for each in (report, marked)]
        # Read later, when the language is another one, as a browser reads a stream.
        told[language] = [list(stream) for stream in streams]
        assert translation.get_language() == "nl"
    (dutch, dutch_marked), (english, english_marked) = told["nl"], told["en"]
    assert [row[6:] for row in dutch] == [row[6:] for row in english]
    assert [row[6:] for row in english] == [
        ("outcome-code", "reason-code"),
        ("accepted", ""),
        ("refused", "brin-unknown"),
        ("refused", "date"),
    ]
    assert dutch[0][:6] == ("regel", "personeelsnummer", "uitkomst", "kolom", "reden", "wat te doen")
    assert english[0][:6] == ("line", "staff number", "outcome", "column", "reason", "what to do")
    assert dutch[2][2:6] == (
        "Geweigerd",
        "brin",
        "Dit BRIN kennen we niet op deze datum.",
        "Controleer het BRIN en de datums.",
    )
    assert english[2][2:6] == (
        "Refused",
        "brin",
        "We do not know this BRIN on this date.",
        "Check the BRIN and the dates.",
    )
    assert (dutch_marked[1][3], english_marked[1][3]) == ("kolom 16", "column 16")
    assert bsn not in repr(told)
    assert "eigen" not in repr(told)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_word_of_the_report_reads_as_a_formula(language: str) -> None:
    with translation.override(language):
        words = [wording_of(reason) for reason in Reason]
        cells = [*map(str, OUTCOMES.values()), *map(str, REPORT_LABELS), *Reason, *COLUMNS]
    cells += [cell for each in words for cell in (each.sentence, each.remedy)]
    assert [cell for cell in cells if neutral(cell) != cell or not cell] == []


def test_the_command_writes_its_report_and_its_refusal_in_the_language_asked_for(tmp_path: Path) -> None:
    file, report, spreadsheet = (tmp_path / name for name in ("file.csv", "report.csv", "file.xlsx"))
    file.write_bytes(FILE)
    spreadsheet.write_bytes(b"\xd0\xcf\x11\xe0 a spreadsheet")
    deliver(FILE)  # so that each of the following says the same: a file with refused lines is looked at again
    rows: dict[str, list[list[str]]] = {}
    for language in ((), ("--language", "nl"), ("--language", "en")):
        call_command("deliver", file, "--board", BOARD, "--report", report, *language, stdout=StringIO())
        text = report.read_text(encoding="utf-8-sig")
        rows[" ".join(language)] = list(csv.reader(text.splitlines(), delimiter=";"))
    assert rows[""] == rows["--language nl"]
    assert [row[6:] for row in rows[""]] == [row[6:] for row in rows["--language en"]]
    assert (rows[""][1][2], rows["--language en"][1][2]) == ("Ongewijzigd", "Unchanged")
    assert rows["--language en"][3][1] == "'=1+1"
    for language, words in (("nl", "Dit is een oud rekenblad"), ("en", "This is an old spreadsheet")):
        with pytest.raises(CommandError, match=words):
            call_command("deliver", spreadsheet, "--board", BOARD, "--language", language)
