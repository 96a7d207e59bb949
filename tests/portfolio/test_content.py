"""What an entry is, and when two are equal."""

from datetime import date

import pytest

from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.errors import TextTooLong
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.heads import DraftContent

ON = date(2018, 9, 3)


def test_line_ends_and_white_space_around_make_no_difference() -> None:
    one = Content(Kind.READING, ON, "eerste\r\ntweede\r\n")
    assert one.content_hash() == Content(Kind.READING, ON, " eerste\ntweede", title="  ").content_hash()


@pytest.mark.parametrize(
    "other",
    [
        Content(Kind.OTHER, ON, "tekst"),
        Content(Kind.READING, date(2018, 9, 4), "tekst"),
        Content(Kind.READING, ON, "Tekst"),
        Content(Kind.READING, ON, "tekst", title="titel"),
    ],
)
def test_another_kind_date_text_or_title_is_another_content(other: Content) -> None:
    assert other.content_hash() != Content(Kind.READING, ON, "tekst").content_hash()


def test_the_heading_is_her_title_or_the_first_line_and_the_excerpt_is_what_follows() -> None:
    content = Content(Kind.READING, ON, "Eerste regel\nTweede regel")
    assert (content.heading(), content.excerpt()) == ("Eerste regel", "Tweede regel")
    titled = Content(Kind.READING, ON, "Eerste regel\nTweede regel", title="Mijn titel")
    assert (titled.heading(), titled.excerpt()) == ("Mijn titel", "Eerste regel Tweede regel")


@pytest.mark.parametrize(
    ("text", "title", "heading", "excerpt"),
    [
        ("Een  regel", "", "Een regel", ""),
        ("Een  regel\n\nNog  een", "", "Een regel", "Nog een"),
        ("Een regel\nNog een", "Een regel", "Een regel", "Nog een"),
        ("Een korte zin. " + "woord " * 20 + "\nslot", "", "Een korte zin.", "woord " * 20 + "slot"),
        ("woord " * 13 + "laatste, " + "en meer", "", "woord " * 12 + "woord…", "…laatste, en meer"),
        ("x" * 81, "", "x" * 79 + "…", "…xx"),
    ],
)
def test_a_heading_and_its_excerpt_say_nothing_twice(text: str, title: str, heading: str, excerpt: str) -> None:
    content = Content(Kind.READING, ON, text, title)
    assert (content.heading(), content.excerpt()) == (heading, excerpt)


def test_exactly_the_most_characters_fit_and_one_more_is_refused() -> None:
    Content(Kind.OTHER, ON, "é" * 100_000)
    with pytest.raises(TextTooLong):
        Content(Kind.OTHER, ON, "é" * 100_001)
    with pytest.raises(TextTooLong):
        DraftContent(text="x" * 100_001)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": date(1899, 12, 31)},
        {"title": "x" * 121},
        {"text": "half \ud800"},
    ],
)
def test_what_is_no_content_is_refused(wrong: dict[str, object]) -> None:
    fields: dict[str, object] = {"kind": Kind.OTHER, "on": ON, "text": "tekst"} | wrong
    with pytest.raises(Invalid):
        Content(**fields)  # type: ignore[arg-type]
