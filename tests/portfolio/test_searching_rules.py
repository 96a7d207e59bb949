"""What counts as found, and the passage that is shown of it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.portfolio.rules.searching import (
    AROUND,
    Piece,
    folded,
    missing_from,
    passage,
    passage_near,
    words_in,
)


def shown(pieces: list[Piece]) -> str:
    return "".join(f"[{each.text}]" if each.hit else each.text for each in pieces)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        (" a  ", ()),
        ("Startende LERAREN", ("startende", "leraren")),
        ("één één", ("een",)),
        ("Straße", ("strasse",)),
        ("x" * 500, ("x" * 200,)),
        ("aa bb cc dd ee ff gg hh ii", ("aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh")),
    ],
)
def test_words_lose_case_and_accents_and_there_are_at_most_eight(typed: str, words: tuple[str, ...]) -> None:
    assert words_in(typed) == words


@pytest.mark.parametrize(
    ("text", "typed", "said"),
    [
        ("Ik sprak met Zoë over lezen", "zoe", "Ik sprak met [Zoë] over lezen"),
        ("Lezen en nog eens lézen", "lezen", "[Lezen] en nog eens [lézen]"),
        ("Regel een\n\nregel twee", "twee een", "Regel [een] regel [twee]"),
        ("Een straße is lang", "strasse", "Een [straße] is lang"),
        ("leraren lerarenregister", "leraren lerarenregister", "[leraren] [lerarenregister]"),
        ("Niets hiervan", "anders", ""),
        ("<script>alert(1)</script>", "script", "<[script]>alert(1)</[script]>"),
        ("e\u0301e\u0301n", "een", "[e\u0301e\u0301n]"),
    ],
)
def test_each_word_stands_apart_in_what_is_shown(text: str, typed: str, said: str) -> None:
    assert shown(passage(text, words_in(typed))) == said


def test_of_a_long_text_the_surroundings_of_the_first_word_are_shown_cut_between_words() -> None:
    text = "begin " * 60 + "speld " + "einde " * 60
    said = shown(passage(text, ("speld",)))
    assert said.startswith("…begin ")
    assert said.endswith("einde…")
    assert "[speld]" in said
    assert len(said) < 4 * AROUND


@given(st.text(max_size=300), st.text(min_size=2, max_size=12))
def test_whatever_is_typed_the_passage_is_a_part_of_the_text_and_each_hit_a_word(text: str, typed: str) -> None:
    words = words_in(typed)
    pieces = passage(text, words)
    line = " ".join(text.split())
    bare = "".join(each.text for each in pieces if each.text != "…" or each.hit)
    assert bare in line or not pieces
    for each in pieces:
        if each.hit:
            assert any(word in folded(each.text) or folded(each.text) in word for word in words)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_in_a_long_text_a_word_is_found_also_where_it_was_not_thought_to_be(share: float) -> None:
    text = "vóór " * 1_000 + "Het café op de hoek. " + "ná " * 1_000
    pieces = passage_near(text, ("cafe",), share)
    assert [each.text for each in pieces if each.hit] == ["café"]
    assert passage_near(text, ("elders",), share) == []
    assert sum(len(each.text) for each in pieces) < 400


@pytest.mark.parametrize(
    ("text", "typed", "missing"),
    [
        ("Intervisie in café ZUID", "cafe zuid", ()),
        ("Intervisie in café ZUID", "zuid noord cafe", ("noord",)),
        ("Straße", "strasse", ()),
        ("zo gewoon", "gewoon cafe", ("cafe",)),
        ("", "iets", ("iets",)),
    ],
)
def test_a_word_is_missing_when_it_stands_nowhere_in_the_folded_text(
    text: str, typed: str, missing: tuple[str, ...]
) -> None:
    assert missing_from(text, words_in(typed)) == missing


@given(text=st.text(max_size=60), typed=st.text(max_size=12), cut=st.integers(0, 50))
def test_what_is_missing_is_what_folding_all_of_it_would_say(text: str, typed: str, cut: int) -> None:
    for words in (words_in(typed), words_in(text[cut : cut + 6])):
        plain = tuple(each for each in words if not any(map(unicodedata.combining, each)))
        assert missing_from(text, plain) == tuple(each for each in plain if each not in folded(text))
