"""The reasons to look at data of another person are those of the rulebook, in its words, and each is used."""

import re
import tomllib
from pathlib import Path

import pytest
from django.utils import translation

from lerarenregister.audit.events import Reason
from lerarenregister.web.audit.views import REASONS

ROOT = Path(__file__).resolve().parents[2]
RULEBOOK = tomllib.loads((ROOT / "reglement" / "v1" / "redenen.toml").read_text(encoding="utf-8"))["reason"]


def test_the_reasons_are_those_of_the_rulebook() -> None:
    assert sorted(each["code"] for each in RULEBOOK) == sorted(Reason)


@pytest.mark.parametrize(("language", "name"), [("nl", "name_nl"), ("en", "name_en")])
def test_a_page_says_them_in_the_words_of_the_rulebook(language: str, name: str) -> None:
    with translation.override(language):
        assert {str(code): str(words) for code, words in REASONS.items()} == {
            each["code"]: each[name] for each in RULEBOOK
        }


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_given_somewhere(reason: Reason) -> None:
    domains = [ROOT / "src" / "lerarenregister" / domain for domain in ("accounts", "person", "register")]
    texts = [path.read_text(encoding="utf-8") for domain in domains for path in domain.rglob("*.py")]
    given = [text for text in texts if re.search(r"from lerarenregister\.audit\.events import .*\bReason\b", text)]
    assert any(f"Reason.{reason.name}" in text for text in given)
