"""An address in a text of hers is a link, to nothing else and with no word of where she came from."""

import re

import pytest

from lerarenregister.web.portfolio.templatetags.linked import linked
from tests.web.portfolio.conftest import Person

pytestmark = pytest.mark.django_db
REL = 'rel="noreferrer noopener external"'


@pytest.mark.parametrize(
    ("text", "link", "around"),
    [
        ("https://example.org", "https://example.org", ""),
        ("Gelezen: https://example.org/a?b=1&c=2.", "https://example.org/a?b=1&amp;c=2", "."),
        ("(zie http://example.org/x)", "http://example.org/x", ")"),
    ],
)
def test_an_address_is_a_link(text: str, link: str, around: str) -> None:
    html = linked(text)
    assert f'<a href="{link}" {REL}>{link}</a>{around}' in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize(
    "text",
    [
        "www.example.org",
        "example.com",
        "anouk@example.org",
        "javascript:alert(1)",
        "https://bank.example.org@evil.example.org/",
        "https://",
        "data:text/html,<b>x</b>",
        "ftp://example.org",
        "a.b.c 3.5 10:30",
    ],
)
def test_what_is_no_whole_address_stays_text(text: str) -> None:
    assert "<a " not in linked(text)


@pytest.mark.parametrize(
    "text",
    ['https://example.org/"onmouseover="alert(1)', "https://example.org/<script>alert(1)</script>", "<img src=x>"],
)
def test_nothing_in_a_text_becomes_more_than_text_and_links(text: str) -> None:
    html = linked(text)
    assert re.sub(rf'</?a( href="[^"<>]*" {REL})?>', "", html).count("<") == 0
    assert "<script" not in html


def test_a_long_text_without_spaces_is_looked_through_once() -> None:
    assert "<a " not in linked("https://" + "(.&;" * 25_000)


def test_her_page_shows_the_link_and_fetches_nothing(teacher: Person) -> None:
    page = teacher.get(teacher.written("Mooi stuk: https://example.org/artikel\n\nTweede alinea"))
    assert f'<a href="https://example.org/artikel" {REL}>https://example.org/artikel</a></p>' in page
    assert "<p>Tweede alinea</p>" in page
    assert 'src="https://example.org' not in page
