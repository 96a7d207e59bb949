"""The versions of the rulebook (`reglement/`), read once: which one is in force depends on the day.

All of it is this register's own and says so; nothing here is present law. A version is a folder with the day from which
it is in force, its articles, terms, roles, tables of grounds and subjects, texts of mails and letters, what is counted
and the purposes of the profession. A change of a term is a new folder and the end of the one before
(docs/how-to/change-the-rulebook.md).
"""

import tomllib
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lerarenregister.kernel.clock import AMSTERDAM, dutch_date
from lerarenregister.register.rules.grounds import Ground
from lerarenregister.register.rules.letters import read_letters
from lerarenregister.register.rules.mails import MailText
from lerarenregister.register.rules.rulebooks import (
    COUNTS,
    TERM_NAMES,
    Article,
    Chapter,
    Counted,
    Purpose,
    RoleText,
    Rulebook,
    Rulebooks,
    RulebooksWrong,
    Terms,
    Text,
)
from lerarenregister.register.rules.subjects import Subject

FOLDER = Path(__file__).resolve().parents[3] / "reglement"


def read_rulebooks(folder: Path) -> Rulebooks:
    """All versions in a folder. Raises RulebooksWrong when one does not hold what it must, or they do not fit."""
    return Rulebooks(_version(each) for each in sorted(folder.glob("v*")) if each.is_dir())


def _version(folder: Path) -> Rulebook:
    try:
        about, terms = _read(folder, "geldt"), _read(folder, "termijnen")
        return Rulebook(
            version=about["version"],
            begin=about["begin"],
            until=about.get("until"),
            terms=_terms(terms),
            grounds=MappingProxyType({each["code"]: _ground(each) for each in _read(folder, "grondslagen")["ground"]}),
            subjects=MappingProxyType({each["code"]: _subject(each) for each in _read(folder, "vakken")["subject"]}),
            roles=MappingProxyType({each["code"]: RoleText(**each) for each in _read(folder, "rollen")["role"]}),
            purposes=MappingProxyType(
                {each["code"]: Purpose(**each) for each in _read(folder, "informatie")["purpose"]}
            ),
            chapters=tuple(map(_chapter, _read(folder, "artikelen")["chapter"])),
            texts=MappingProxyType({each["code"]: _text(each) for each in _read(folder, "teksten")["text"]}),
            mails=MappingProxyType({each["code"]: MailText(**each) for each in _read(folder, "mails")["mail"]}),
            letters=read_letters(_read(folder, "brieven")),
            counted=MappingProxyType({each["code"]: Counted(**each) for each in _read(folder, "tellingen")["count"]}),
        )
    except (OSError, KeyError, TypeError, ValueError, tomllib.TOMLDecodeError) as error:
        raise RulebooksWrong([f"{folder.name} cannot be read: {type(error).__name__} {error}"]) from error


def _read(folder: Path, name: str) -> dict[str, Any]:
    with (folder / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _terms(read: dict[str, Any]) -> Terms:
    unknown = set(read) - set(TERM_NAMES)
    if unknown:
        raise ValueError(f"unknown terms {', '.join(sorted(unknown))}")
    values: list[Any] = [read[name] if name in COUNTS else timedelta(days=read[name]) for name in TERM_NAMES]
    return Terms(*values)


def _ground(read: dict[str, Any]) -> Ground:
    return Ground(
        code=read["code"],
        name_nl=read["name_nl"],
        name_en=read["name_en"],
        qualified=read["qualified"],
        sectors=frozenset(read["sectors"]),
    )


def _subject(read: dict[str, Any]) -> Subject:
    known = {"sectors": frozenset(read["sectors"]), "also": tuple(read["also"])}
    return Subject(**{**read, **known})


def _chapter(read: dict[str, Any]) -> Chapter:
    articles = tuple(
        Article(**{**each, "kept_by": tuple(each["kept_by"]), "shown_by": tuple(each["shown_by"])})
        for each in read["article"]
    )
    return Chapter(read["code"], read["heading_nl"], read["heading_en"], articles)


def _text(read: dict[str, Any]) -> Text:
    return Text(read["code"], tuple(read["kinds"]), read["text_nl"], read["text_en"])


RULEBOOKS = read_rulebooks(FOLDER)


def rulebook_at(at: datetime) -> Rulebook:
    """The version in force on the Dutch day of a moment. Raises NoRulebook."""
    return RULEBOOKS.on(dutch_date(at))


def over(term: Callable[[Terms], timedelta], at: datetime) -> datetime:
    """The moment before which everything has had this term, each under the version of its own day: who was told a date
    keeps it when a later version is shorter. Something that came later may have had it too, and then waits a while."""
    begins = []
    for book in RULEBOOKS.all:
        begin = datetime.combine(book.begin, time(), AMSTERDAM) if book is not RULEBOOKS.all[0] else None
        first = max(begin, at - term(book.terms)) if begin else at - term(book.terms)
        if book.until is None or dutch_date(first) < book.until:
            begins.append(first)
    return min(begins, default=at - term(terms_at(at)))


def terms_at(at: datetime) -> Terms:
    """The terms of the version in force at a moment. Raises NoRulebook."""
    return rulebook_at(at).terms
