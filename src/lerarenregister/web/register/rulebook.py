"""The pages of the rulebook: each version in words, with its terms filled in. They are the same for everybody."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.register.rulebook import RULEBOOKS, rulebook_at
from lerarenregister.register.rules.grounds import Ground
from lerarenregister.register.rules.rulebooks import COUNTS, NoRulebook, Rulebook, terms_of
from lerarenregister.web.processing.terms import in_words
from lerarenregister.web.register.language import in_english
from lerarenregister.web.register.public import SECTOR_NAMES
from lerarenregister.web.requests import DoorRequest


@dataclass(frozen=True, slots=True)
class ArticleShown:
    """An article in the language of the page, with the terms in words."""

    code: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ChapterShown:
    """A chapter in the language of the page."""

    code: str
    heading: str
    articles: tuple[ArticleShown, ...]


@dataclass(frozen=True, slots=True)
class GroundShown:
    """A row of the table of grounds in the language of the page."""

    code: str
    name: str
    qualified: bool
    sectors: str


@require_safe
def in_force(request: DoorRequest) -> HttpResponse:
    """The version that is in force today."""
    return _page(request, rulebook_at(request.at))


@require_safe
def version(request: DoorRequest, version: int) -> HttpResponse:
    """One version, which may have passed or be to come; acts refer to the one that they were taken under."""
    try:
        return _page(request, RULEBOOKS.numbered(version))
    except NoRulebook as error:
        raise Absent from error


def _page(request: DoorRequest, book: Rulebook) -> HttpResponse:
    today = dutch_date(request.at)
    last_day = book.until - timedelta(days=1) if book.until else None
    context = {
        "book": book,
        "last_day": last_day,
        "now": RULEBOOKS.on(today),
        "to_come": book.begin > today,
        "chapters": _chapters(book),
        "grounds": [_ground(each) for each in book.grounds.values()],
        "subjects": _subjects(book),
        "roles": _roles(book),
        "versions": RULEBOOKS.all if len(RULEBOOKS.all) > 1 else (),
    }
    return render(request, "register/rulebook.html", context)


def _chapters(book: Rulebook) -> list[ChapterShown]:
    english, terms = in_english(), terms_in_words(book)
    return [
        ChapterShown(
            chapter.code,
            chapter.heading_en if english else chapter.heading_nl,
            tuple(
                ArticleShown(
                    each.code,
                    each.heading_en if english else each.heading_nl,
                    (each.text_en if english else each.text_nl).format_map(terms),
                )
                for each in chapter.articles
            ),
        )
        for chapter in book.chapters
    ]


def terms_in_words(book: Rulebook) -> dict[str, str]:
    """What stands in the place of each term in a text: `14 dagen`, or a number."""
    return {
        name: str(value) if name in COUNTS else in_words(timedelta(days=value))
        for name, value in terms_of(book.terms).items()
    }


def rule_of(version: int, article: str) -> ArticleShown:
    """One article as it stood in a version, in the language of the page. Raises NoRulebook, or StopIteration when the
    version has no such article."""
    book = RULEBOOKS.numbered(version)
    return next(each for chapter in _chapters(book) for each in chapter.articles if each.code == article)


def _ground(ground: Ground) -> GroundShown:
    name = ground.name_en if in_english() else ground.name_nl
    return GroundShown(ground.code, name, ground.qualified, _in_order(ground.sectors))


def _in_order(sectors: frozenset[str]) -> str:
    return ", ".join(each for each in SECTOR_NAMES if each in sectors)


@dataclass(frozen=True, slots=True)
class SubjectShown:
    """A row of the table of subjects in the language of the page; `also` is how it is written in Dutch as well."""

    name: str
    also: str
    sectors: str


def _subjects(book: Rulebook) -> list[SubjectShown]:
    english = in_english()
    rows = [
        SubjectShown(
            each.name_en if english else each.name_nl,
            ", ".join([each.name_nl, *each.also] if english else each.also),
            _in_order(each.sectors),
        )
        for each in book.subjects.values()
    ]
    return sorted(rows, key=lambda each: each.name.casefold())


@dataclass(frozen=True, slots=True)
class RoleShown:
    """A role in the language of the page."""

    name: str
    given: str
    may: str


def _roles(book: Rulebook) -> list[RoleShown]:
    if in_english():
        return [RoleShown(each.name_en, each.given_en, each.may_en) for each in book.roles.values()]
    return [RoleShown(each.name_nl, each.given_nl, each.may_nl) for each in book.roles.values()]
