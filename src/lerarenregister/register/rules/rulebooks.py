"""The rulebook (reglement) as values: one version of it, and versions that follow each other. Pure.

What does not fit together is refused whole, with every fault in words: a rulebook decides about people.
"""

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import pairwise

from lerarenregister.register.rules.figures import Figure
from lerarenregister.register.rules.grounds import Ground
from lerarenregister.register.rules.institution_files import SECTORS
from lerarenregister.register.rules.letters import Letters
from lerarenregister.register.rules.letters import faults_of as letters_wrong
from lerarenregister.register.rules.mails import PLACES, MailText, faults_of
from lerarenregister.register.rules.subjects import Subject, folded
from lerarenregister.register.rules.subjects import faults_of as subjects_wrong

COUNTS = {"activation_tries_per_hour", "pension_age_years", "count_base"}
"""Terms that count something; every other is in days."""


class NoRulebook(LookupError):
    """On this day no version of the rulebook is in force."""


class RulebooksWrong(ValueError):
    """The versions do not fit together, or one says too little; `faults` says each in a sentence."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things last; tries as a number.

    `activation_code`, `work_mail`, `staging`, `review`, `key_backup` (of portfolio keys) and `sent_form` (that a form
    was done) say themselves. `unconfirmed`: what was delivered and not confirmed; `left_registration`: a registration
    that ended; `claims`: name and birth date of the sign-in in a review, after it was decided. `objection`: to answer
    one that is not automatic; `objection_answered`: how long one is kept after its answer; `objection_kept`: how long
    one is kept after its account was closed. `accountability`: how long it can be seen who did what;
    `unused_invitation`: one that nobody used, after it expired. `key_log`: how long she can read when her key was used.
    `case_board`, `case_person`, `case_desk`: how long each has for its turn in a case; `case_objection`: how long she
    can object to a decision; `case_reminder`: how long before the end of a turn is reminded; `case_kept`: how long a
    closed case is kept. `work_ended`: how long ago all of her work ended when she is told that her registration ends;
    `end_notice`: how long before that; `pension_age_years` a number. `count_base`: to which number
    published counts are rounded, and below which nothing is said. `contact_code`: how long a code works that is mailed
    to an address that she gave.
    `release`: how long a consent to a purpose counts. `share`: how long a copy that a teacher shares can be read when
    she names no other end; `share_most`: the longest. `delivery`: by when a board delivers what changed; `full_check`:
    by when it goes through all of its people. `role`: how long a role lasts; `invitation`: how long one can be used;
    `mandate`: how long one of a board to an office lasts when no other end is named, `mandate_most`: the longest.
    """

    activation_code: timedelta
    activation_tries_per_hour: int
    work_mail: timedelta
    staging: timedelta
    unconfirmed: timedelta
    left_registration: timedelta
    claims: timedelta
    review: timedelta
    key_backup: timedelta
    key_log: timedelta
    objection: timedelta
    objection_kept: timedelta
    objection_answered: timedelta
    sent_form: timedelta
    accountability: timedelta
    unused_invitation: timedelta
    share: timedelta
    share_most: timedelta
    release: timedelta
    delivery: timedelta
    full_check: timedelta
    case_board: timedelta
    case_person: timedelta
    case_desk: timedelta
    case_objection: timedelta
    case_reminder: timedelta
    case_kept: timedelta
    work_ended: timedelta
    end_notice: timedelta
    pension_age_years: int
    count_base: int
    contact_code: timedelta
    role: timedelta
    invitation: timedelta
    mandate: timedelta
    mandate_most: timedelta

    @property
    def tries_per_hour(self) -> int:
        """How often somebody may enter a wrong code in an hour."""
        return self.activation_tries_per_hour


@dataclass(frozen=True, slots=True)
class Purpose:
    """For what the profession asks coarse values of portfolios: its name and why, in both languages."""

    code: str
    name_nl: str
    name_en: str
    why_nl: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Text:
    """A motive in plain words that fits more than one case of these kinds, in both languages."""

    code: str
    kinds: tuple[str, ...]
    text_nl: str
    text_en: str


@dataclass(frozen=True, slots=True)
class RoleText:
    """What a role is called, who gives it and what it may, in both languages."""

    code: str
    name_nl: str
    name_en: str
    given_nl: str
    given_en: str
    may_nl: str
    may_en: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A published figure: what it is called, and what is counted, in both languages."""

    code: str
    name_nl: str
    name_en: str
    text_nl: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Article:
    """One rule: what it says, by which code it is kept, and by which tests that is shown.

    A text may hold `{name}` of a term. `code` names functions and classes of the product by their dotted path; `tests`
    are `file::test`.
    """

    code: str
    heading_nl: str
    heading_en: str
    text_nl: str
    text_en: str
    kept_by: tuple[str, ...]
    shown_by: tuple[str, ...]

    def terms(self) -> set[str]:
        """The terms that both of its texts name."""
        return named_in(self.text_nl) & named_in(self.text_en)


@dataclass(frozen=True, slots=True)
class Chapter:
    """Articles about one thing; their codes begin with its own."""

    code: str
    heading_nl: str
    heading_en: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One version, in force from `begin` until the day before `until` (None: no end known)."""

    version: int
    begin: date
    until: date | None
    terms: Terms
    grounds: Mapping[str, Ground]
    subjects: Mapping[str, Subject]
    roles: Mapping[str, RoleText]
    purposes: Mapping[str, Purpose]
    chapters: tuple[Chapter, ...]
    texts: Mapping[str, Text]
    counted: Mapping[str, Counted]
    mails: Mapping[str, MailText]
    letters: Letters

    def article(self, code: str) -> Article:
        """The article with this code. Raises KeyError when there is none: an act names the one that it rests on."""
        return {each.code: each for chapter in self.chapters for each in chapter.articles}[code]


class Rulebooks:
    """The versions that follow each other, without a day between them or a day of two."""

    def __init__(self, versions: Iterable[Rulebook]) -> None:
        """Raises RulebooksWrong, with every fault, when something is missing or does not fit."""
        self.all = tuple(sorted(versions, key=lambda each: each.begin))
        faults = [*_between(self.all), *(fault for each in self.all for fault in _within(each))]
        if faults:
            raise RulebooksWrong(faults)

    def on(self, day: date) -> Rulebook:
        """The version in force on a day. Raises NoRulebook before the first and after the last."""
        for each in reversed(self.all):
            if each.begin <= day and (each.until is None or day < each.until):
                return each
        raise NoRulebook(f"no rulebook is in force on {day}")

    def numbered(self, version: int) -> Rulebook:
        """The version with this number. Raises NoRulebook when there is none."""
        for each in self.all:
            if each.version == version:
                return each
        raise NoRulebook(f"there is no version {version} of the rulebook")

    def ground(self, code: str) -> Ground:
        """What a ground is called: of the newest version that knows it, for a fact may be older than the table in
        force. Raises KeyError when no version does."""
        known = {name: ground for each in self.all for name, ground in each.grounds.items()}
        return known[code]

    def subject(self, written: str) -> Subject | None:
        """The subject that is written so, of the newest version that knows it; None when none does."""
        spelled, found = folded(written), None
        for book in self.all:
            found = next((each for each in book.subjects.values() if spelled in each.spellings()), found)
        return found


def named_in(text: str) -> set[str]:
    """The names between braces in a text. Raises ValueError when the braces do not fit."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _between(versions: Sequence[Rulebook]) -> list[str]:
    if not versions:
        return ["there is no version of the rulebook"]
    faults = []
    for before, after in pairwise(versions):
        pair = f"version {before.version} and version {after.version}"
        if before.until is None or before.until > after.begin:
            faults.append(f"{pair} overlap: the first must end on {after.begin}, where the second begins")
        elif before.until < after.begin:
            faults.append(f"between {pair} is a gap: nothing is in force from {before.until} to {after.begin}")
        if after.version <= before.version:
            faults.append(f"{pair} are not numbered in the order in which they are in force")
    return faults


def _within(book: Rulebook) -> list[str]:
    faults = []
    if book.until is not None and book.until <= book.begin:
        faults.append("ends before it begins")
    faults += [
        f"the term {name} must be more than nothing" for name, value in terms_of(book.terms).items() if value <= 0
    ]
    for name, most in (("share", "share_most"), ("mandate", "mandate_most")):
        if getattr(book.terms, name) > getattr(book.terms, most):
            faults.append(f"the term {name} is longer than {most}")
    faults += [*_tables_wrong(book), *_counted_wrong(book), *_mails_wrong(book), *letters_wrong(book.letters)]
    faults += _texts_wrong(book)
    return [f"version {book.version}: {fault}" for fault in faults]


def _tables_wrong(book: Rulebook) -> list[str]:
    faults = []
    for ground in book.grounds.values():
        if not (ground.name_nl.strip() and ground.name_en.strip()):
            faults.append(f"the ground {ground.code} has no name in both languages")
        if not ground.sectors or not ground.sectors <= set(SECTORS):
            faults.append(f"the ground {ground.code} has no sector, or an unknown one")
    faults += subjects_wrong(book.subjects.values(), frozenset(SECTORS))
    for role in book.roles.values():
        if not all(getattr(role, each.name).strip() for each in fields(role)):
            faults.append(f"the role {role.code} lacks a text in one of the languages")
    for purpose in book.purposes.values():
        if not all(each.strip() for each in (purpose.name_nl, purpose.name_en, purpose.why_nl, purpose.why_en)):
            faults.append(f"the purpose {purpose.code} lacks a text in one of the languages")
    for text in book.texts.values():
        if not (text.kinds and text.text_nl.strip() and text.text_en.strip()):
            faults.append(f"the text {text.code} lacks its kinds or one of the languages")
    return faults


def _counted_wrong(book: Rulebook) -> list[str]:
    faults = []
    if set(book.counted) != set(Figure):
        faults.append(f"it must say what is counted as {', '.join(Figure)}, and of nothing else")
    for each in book.counted.values():
        if not all(part.strip() for part in (each.name_nl, each.name_en, each.text_nl, each.text_en)):
            faults.append(f"what is counted as {each.code} lacks a text in one of the languages")
    return faults


def _mails_wrong(book: Rulebook) -> list[str]:
    faults = [f"it has no text of the mail {code}" for code in PLACES if code not in book.mails]
    return [*faults, *(fault for mail in book.mails.values() for fault in faults_of(mail))]


def _texts_wrong(book: Rulebook) -> list[str]:
    faults, seen, told = [], set[str](), set[str]()
    for chapter in book.chapters:
        if not (chapter.heading_nl.strip() and chapter.heading_en.strip()):
            faults.append(f"chapter {chapter.code} has no heading in both languages")
        for article in chapter.articles:
            name = f"article {article.code}"
            if article.code in seen or not article.code.startswith(f"{chapter.code}."):
                faults.append(f"{name} stands twice, or in another chapter than its code says")
            seen.add(article.code)
            parts = (article.heading_nl, article.heading_en, article.text_nl, article.text_en)
            if not all(each.strip() for each in parts):
                faults.append(f"{name} lacks a text in one of the languages")
            if not article.kept_by or not article.shown_by:
                faults.append(f"{name} names no code that keeps it, or no test that shows it")
            try:
                dutch, english = named_in(article.text_nl), named_in(article.text_en)
            except ValueError:
                faults.append(f"{name} has braces that do not fit")
                continue
            if dutch != english:
                faults.append(f"{name} names other terms in Dutch than in English")
            faults += [f"{name} names an unknown term: {each}" for each in dutch | english if each not in TERM_NAMES]
            told |= dutch & english
    faults += [f"no article says what the term {each} is" for each in TERM_NAMES if each not in told]
    return faults


def terms_of(terms: Terms) -> dict[str, int]:
    """The terms by the name that they have in the file and in the texts: days, or a number."""
    found = {}
    for each, name in zip(fields(Terms), TERM_NAMES, strict=True):
        value = getattr(terms, each.name)
        found[name] = value.days if isinstance(value, timedelta) else value
    return found


TERM_NAMES = tuple(each.name if each.name in COUNTS else f"{each.name}_days" for each in fields(Terms))
"""As they stand in `termijnen.toml`."""
