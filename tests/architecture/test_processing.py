"""Activities and statements name tests that exist; the register of activities claims no duty and no repealed law."""

import re
from pathlib import Path

import pytest

from lerarenregister.audit.activities import FILE, PROCESSING
from lerarenregister.web.site.tested import TESTED
from tests.web.test_focus import of_duty

ROOT = Path(__file__).resolve().parents[2]
NAMED = sorted(
    {test for each in PROCESSING.measures.values() for test in each.tests}
    | {each.test for each in PROCESSING.terms.values() if each.test}
    | {test for _, tests in TESTED for test in tests}
)


@pytest.mark.parametrize("named", NAMED)
def test_every_test_that_a_measure_a_term_or_a_statement_names_exists(named: str) -> None:
    path, _, test = named.partition("::")
    assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")


def test_every_measure_and_every_term_that_lasts_is_shown_by_a_test() -> None:
    assert [each.code for each in PROCESSING.measures.values() if not each.tests] == []
    assert [each.code for each in PROCESSING.terms.values() if each.lasts and not each.test] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_its_sentences_speak_of_no_duty_and_claim_no_law(language: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    said = re.findall(rf'^(?:\w+_)?{language} = "(.*)"$', text, flags=re.MULTILINE)
    assert len(said) > 60
    assert of_duty(language, said) == []
    assert [each for each in said if re.search(r"\b(wettelijk\w*|de wet|statutory|the law|WVO|WPO)\b", each)] == []


def test_the_form_of_a_dpia_has_every_risk_of_the_register() -> None:
    form = (ROOT / "docs" / "how-to" / "dpia.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (.+?) \| \*\*Fill in\*\* \| \*\*Fill in\*\* \| \*\*Fill in\*\* \|$", form, flags=re.MULTILINE
    )
    assert rows == [each.words.en.rstrip(".") for each in PROCESSING.risks]
