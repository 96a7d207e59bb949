"""Attacks of the literature and of changelogs: each is refused by the check that the page names, or accepted with the
vector that it names, or no archive shows it; the page and the tables say the same."""

import re
from pathlib import Path

import pytest

from ballotbox.checks import Check, Refused
from tests.ballotbox import attacks_on_ballots, attacks_on_keys
from tests.ballotbox.attacks import ACCEPTED, REFUSED, UNSEEN, fresh, held
from tests.ballotbox.making import Made, refused, run
from tests.ballotbox.weaknesses import WEAKNESSES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "attacks-on-elections.md"
MADE_IN = (attacks_on_ballots, attacks_on_keys)


@pytest.fixture(scope="module")
def election() -> Made:
    made = held()
    assert run(made.archive()).result == ((2, 0), (1, 1))
    return made


@pytest.mark.parametrize("name", REFUSED)
def test_an_attack_is_refused_by_the_check_that_the_page_names(election: Made, name: str) -> None:
    check, of = REFUSED[name]
    made = of(fresh(election))
    if isinstance(made, bytes):
        assert refused(made) == check
        return
    with pytest.raises(Refused) as raised:
        made()
    assert raised.value.check is check


def test_what_is_accepted_is_a_vector() -> None:
    assert set(ACCEPTED.values()) == set(WEAKNESSES)


def sections() -> dict[str, str]:
    """Of each attack of the page what it says."""
    parts = re.split(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], (each.split("\n## ")[0] for each in parts[1::2]), strict=True))


def said(text: str) -> str:
    """The verdict of a section."""
    found = re.findall(
        r"^\*\*(Refused by `\w+`|Accepted by version 1: `\w+`|No archive shows it)\.\*\*", text, re.MULTILINE
    )
    assert len(found) == 1, text
    return str(found[0])


def test_the_page_says_of_each_attack_the_same() -> None:
    page = {name: said(text) for name, text in sections().items()}
    tables = {
        **{name: f"Refused by `{check}`" for name, (check, _) in REFUSED.items()},
        **{name: f"Accepted by version 1: `{vector}`" for name, vector in ACCEPTED.items()},
        **dict.fromkeys(UNSEEN, "No archive shows it"),
    }
    assert page == {name[0].upper() + name[1:]: verdict for name, verdict in tables.items()}
    assert len(page) >= 25


def test_each_attack_has_a_reference_and_is_said_in_sentences() -> None:
    for name, text in sections().items():
        assert re.search(r"^\*From:\* .{20,}", text, re.MULTILINE), name
        assert len(text.split()) >= 40, name


def test_each_verdict_is_of_a_check_that_there_is() -> None:
    assert {check for check, _ in REFUSED.values()} <= set(Check)
