"""The rulebook: versions that follow each other, texts that say every term, rules that code keeps and tests show."""

import ast
import importlib
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lerarenregister.accounts.permissions import ROLE_PERMISSIONS, Role
from lerarenregister.kernel.clock import AMSTERDAM
from lerarenregister.register import rulebook
from lerarenregister.register.rulebook import FOLDER, RULEBOOKS, over, read_rulebooks, rulebook_at, terms_at
from lerarenregister.register.rules.rulebooks import (
    TERM_NAMES,
    Article,
    NoRulebook,
    Rulebooks,
    RulebooksWrong,
    named_in,
    terms_of,
)

ROOT = FOLDER.parent
ARTICLES = [article for book in RULEBOOKS.all for chapter in book.chapters for article in chapter.articles]
WITHOUT_PORTFOLIO = not (ROOT / "src" / "lerarenregister" / "portfolio").exists()
"""Then the rules about it are kept by nothing here, which is as it should be."""
NEXT = date(2019, 8, 1)


def faults(folder: Path) -> str:
    with pytest.raises(RulebooksWrong) as raised:
        read_rulebooks(folder)
    return "\n".join(raised.value.faults)


def changed(folder: Path, name: str, *pairs: tuple[str, str]) -> None:
    file = folder / f"{name}.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A folder with the one version, which stands for ever."""
    shutil.copytree(FOLDER / "v1", tmp_path / "v1")
    return tmp_path


@pytest.fixture
def two(one: Path) -> Path:
    """A folder with two versions; in the second a code works for thirty days and an unconfirmed fact stays for ten."""
    shutil.copytree(one / "v1", one / "v2")
    changed(one / "v1", "geldt", ("begin = 2017-12-01", f"begin = 2017-12-01\nuntil = {NEXT}"))
    changed(one / "v2", "geldt", ("version = 1", "version = 2"), ("begin = 2017-12-01", f"begin = {NEXT}"))
    changed(
        one / "v2",
        "termijnen",
        ("activation_code_days = 90", "activation_code_days = 30"),
        ("unconfirmed_days = 365", "unconfirmed_days = 10"),
    )
    return one


def test_each_day_has_the_version_that_was_in_force(two: Path) -> None:
    books = read_rulebooks(two)
    assert [each.version for each in books.all] == [1, 2]
    assert books.on(NEXT - timedelta(days=1)).terms.activation_code.days == 90
    assert books.on(NEXT).terms.activation_code.days == 30
    assert books.numbered(2) is books.on(date(2030, 1, 1))
    for refused in (lambda: books.on(date(2017, 11, 30)), lambda: books.numbered(3)):
        with pytest.raises(NoRulebook):
            refused()


def test_a_version_begins_at_midnight_in_the_netherlands(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "RULEBOOKS", read_rulebooks(two))
    midnight = datetime(2019, 8, 1, 0, 0, tzinfo=AMSTERDAM)
    assert rulebook_at(midnight - timedelta(seconds=1)).version == 1
    assert rulebook_at(midnight).version == 2
    assert midnight.astimezone(UTC).date() == date(2019, 7, 31)


def test_a_shorter_term_does_not_shorten_what_was_promised_under_a_longer_one(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rulebook, "RULEBOOKS", read_rulebooks(two))
    begin = datetime(2019, 8, 1, 0, 0, tzinfo=AMSTERDAM)

    def term(terms: Any) -> timedelta:
        found: timedelta = terms.unconfirmed
        return found

    for days in (0, 20, 300, 364):
        at = begin + timedelta(days=days)
        assert over(term, at) == at - timedelta(days=365), "what came under the first version has its year"
    for days in (365, 374, 400):
        at = begin + timedelta(days=days)
        assert over(term, at) == max(begin, at - timedelta(days=10))
    before = begin - timedelta(days=100)
    assert over(term, before) == before - timedelta(days=365)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("v2", "geldt", f"begin = {NEXT}", "begin = 2019-09-01"), "is a gap: nothing is in force from 2019-08-01"),
        (("v2", "geldt", f"begin = {NEXT}", "begin = 2019-07-01"), "overlap: the first must end on 2019-07-01"),
        (("v1", "geldt", f"until = {NEXT}", ""), "overlap: the first must end on 2019-08-01"),
        (("v2", "geldt", "version = 2", "version = 1"), "not numbered in the order"),
        (("v2", "geldt", f"begin = {NEXT}", f"begin = {NEXT}\nuntil = {NEXT}"), "ends before it begins"),
        (("v2", "termijnen", "review_days = 28", "review_days = 0"), "review_days must be more than nothing"),
        (("v2", "termijnen", "review_days = 28", ""), "v2 cannot be read: KeyError 'review_days'"),
        (("v2", "termijnen", "review_days = 28", "review_days = 28\nmade_up = 3"), "unknown terms made_up"),
        (("v2", "termijnen", "share_days = 30", "share_days = 400"), "share is longer than share_most"),
        (
            ("v2", "mails", 'subject_en = "Check your data in the Lerarenregister"', 'subject_en = " "'),
            "the mail register/activation lacks a text in one of the languages",
        ),
        (("v2", "mails", "{link}", "{link"), "the mail register/activation has braces that do not fit"),
        (("v2", "mails", "{link}", "hier"), "the mail register/activation must name code, days, link, page in Dutch"),
        (("v2", "mails", 'code = "register/activation"', 'code = "made-up"'), "the mail made-up is none that is sent"),
        (
            ("v2", "mails", 'code = "register/activation"', 'code = "made-up"'),
            "it has no text of the mail register/activation",
        ),
        (("v2", "teksten", 'kinds = ["dispute"]', "kinds = []"), "the text board-was-right lacks its kinds"),
        (
            ("v2", "teksten", 'text_en = "We laid', 'text_en = ""\nspare = "We laid'),
            "board-was-right lacks its kinds or",
        ),
        (
            ("v2", "informatie", 'name_en = "What teachers understand by development"', 'name_en = ""'),
            "the purpose ontwikkeling lacks a text in one of the languages",
        ),
        (("v2", "termijnen", "mandate_days = 365", "mandate_days = 1096"), "mandate is longer than mandate_most"),
        (("v2", "rollen", 'name_en = "Auditor"', 'name_en = ""'), "the role auditor lacks a text"),
        (("v2", "rollen", "may_en = ", "might_en = "), "v2 cannot be read: TypeError"),
        (("v2", "vakken", 'name_en = "Dutch"', 'name_en = ""'), "the subject NE has no name in both"),
        (("v2", "vakken", 'also = ["CKV"]', 'also = ["engelse TAAL"]'), "are both written engelse taal"),
        (("v2", "vakken", 'sectors = ["mbo"]', 'sectors = ["hbo"]'), "has no sector, or an unknown"),
        (("v2", "artikelen", "binnen {review_days}", "binnen {onbekend}"), "names an unknown term: onbekend"),
        (("v2", "artikelen", "binnen {review_days}", "binnen 28 dagen"), "names other terms in Dutch than in English"),
        (("v2", "artikelen", "binnen {review_days}", "binnen {review_days"), "has braces that do not fit"),
        (("v2", "artikelen", 'heading_en = "The code"', 'heading_en = " "'), "article 3.1 lacks a text"),
        (("v2", "artikelen", 'heading_en = "Confirming"', 'heading_en = ""'), "chapter 3 has no heading"),
        (("v2", "artikelen", 'code = "3.2"', 'code = "3.1"'), "article 3.1 stands twice"),
        (("v2", "artikelen", 'code = "3.2"', 'code = "4.9"'), "article 4.9 stands twice, or in another chapter"),
        (("v2", "artikelen", 'kept_by = ["vault.backups.expire"]', "kept_by = []"), "article 5.4 names no code"),
        (("v2", "grondslagen", 'name_en = "Guest teacher"', 'name_en = ""'), "ground O04 has no name in both"),
        (("v2", "grondslagen", 'sectors = ["mbo"]', 'sectors = ["hbo"]'), "ground B05 has no sector, or an unknown"),
        (("v2", "informatie", "why_en = ", "other = "), "v2 cannot be read: TypeError"),
        (
            ("v2", "tellingen", 'code = "confirmed"', 'code = "known"'),
            "it must say what is counted as registered",
        ),
        (("v2", "tellingen", 'name_en = "Registered teachers"', 'name_en = ""'), "counted as registered lacks a text"),
        (("v2", "brieven", 'kind = "split"', 'kind = "sanction"'), "it has no text of the decision split"),
        (("v2", "brieven", 'kind = "split"', 'kind = "sanction"'), "the decision sanction is none that is taken"),
        (("v2", "brieven", "tot {until}", "ooit"), "remedy_nl of the decision left must name until to fill in"),
        (
            ("v2", "brieven", "Je vroeg zelf om uit", "{name} vroeg om uit"),
            "decision left must name nothing to fill in",
        ),
        (("v2", "brieven", "op {delivered_on}", ""), "delivered of the activation letter in nl must name birth_date"),
        (("v2", "brieven", "Beste {name},", "Beste {name"), "greeting of the activation letter in nl has braces"),
        (("v2", "brieven", 'no_law = "No law', 'pointer_law = "No law'), "v2 cannot be read: TypeError"),
        (("v2", "brieven", 'voluntary = "Meedoen is vrijwillig."', 'voluntary = ""'), "in nl must be there"),
        (("v2", "brieven", 'pointer = "', 'addressee = "To"\npointer = "'), "in en must be empty"),
        (("v2", "brieven", '"Begin", ', ""), "columns of the activation letter in nl must have 5 headings"),
        (("v1", "termijnen", "review_days = 28", "review_days = "), "v1 cannot be read: TOMLDecodeError"),
    ],
)
def test_a_rulebook_that_does_not_fit_is_refused_in_words(
    two: Path, change: tuple[str, str, str, str], said: str
) -> None:
    version, name, old, new = change
    changed(two / version, name, (old, new))
    assert said in faults(two)


def test_a_term_that_no_article_says_is_refused(one: Path) -> None:
    file = one / "v1" / "artikelen.toml"
    text = file.read_text(encoding="utf-8").replace("{work_mail_days}", "14")
    file.write_text(text, encoding="utf-8")
    assert faults(one) == "version 1: no article says what the term work_mail_days is"


def test_a_missing_file_and_no_version_at_all_are_refused(one: Path, tmp_path: Path) -> None:
    (one / "v1" / "artikelen.toml").unlink()
    assert "v1 cannot be read: FileNotFoundError" in faults(one)
    (tmp_path / "empty").mkdir()
    assert faults(tmp_path / "empty") == "there is no version of the rulebook"


def test_every_fault_is_told_at_once(two: Path) -> None:
    changed(two / "v2", "termijnen", ("review_days = 28", "review_days = 0"))
    changed(two / "v2", "geldt", (f"begin = {NEXT}", "begin = 2019-09-01"))
    assert len(faults(two).splitlines()) == 2


def test_a_ground_keeps_its_name_when_a_later_version_drops_it(two: Path) -> None:
    file = two / "v2" / "grondslagen.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index('[[ground]]\ncode = "O04"')], encoding="utf-8")
    books = read_rulebooks(two)
    assert "O04" not in books.on(NEXT).grounds
    assert books.ground("O04").name_nl == "Gastdocent"
    with pytest.raises(KeyError):
        books.ground("X99")


@pytest.mark.parametrize("article", ARTICLES, ids=lambda each: f"article {each.code}")
def test_each_rule_is_kept_by_code_and_shown_by_tests_that_exist(article: Article) -> None:
    if WITHOUT_PORTFOLIO and article.code.startswith("5."):
        pytest.skip("the portfolio was taken away")
    for path in article.kept_by:
        assert found_in_code(path), f"{path} does not exist; say in reglement/ which code keeps this rule"
    for path in article.shown_by:
        file, _, name = path.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}, path


def found_in_code(path: str) -> bool:
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name, None)
        return found is not None
    return False


def test_the_roles_of_the_rulebook_are_those_of_the_code() -> None:
    assert set(RULEBOOKS.all[-1].roles) == {each.value for each in Role} == {each.value for each in ROLE_PERMISSIONS}


def test_a_subject_is_known_by_each_of_its_spellings_also_when_a_later_version_drops_it(two: Path) -> None:
    file = two / "v2" / "vakken.toml"
    first = file.read_text(encoding="utf-8").split("[[subject]]")
    file.write_text("[[subject]]".join(each for each in first if '"Nederlands"' not in each), encoding="utf-8")
    changed(two / "v2", "vakken", ('name_en = "English"', 'name_en = "English language"'))
    books = read_rulebooks(two)
    for written in ("Nederlands", "nederlandse  TAAL"):
        found = books.subject(written)
        assert found is not None
        assert (found.code, found.name_en) == ("NE", "Dutch")
    english = books.subject("Engels")
    assert english is not None
    assert english.name_en == "English language"
    assert books.subject("Bloemschikken") is None
    assert books.subject("") is None


def test_code_that_is_not_there_is_found_out() -> None:
    assert not found_in_code("lerarenregister.register.actions.no_such_action")
    assert not found_in_code("lerarenregister.no_such_domain.actions")


def test_the_versions_here_fit_and_say_every_term() -> None:
    assert RULEBOOKS.all[-1].until is None, "the newest version has no end"
    for book in RULEBOOKS.all:
        Rulebooks([book])
        said = set[str]().union(*(article.terms() for chapter in book.chapters for article in chapter.articles))
        assert said == set(TERM_NAMES) == set(terms_of(book.terms))
    assert named_in("niets") == set()
    assert terms_at(datetime(2018, 9, 3, tzinfo=UTC)) == RULEBOOKS.on(date(2018, 9, 3)).terms
