"""What counts as found, and the passage that is shown of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.portfolio.rules.searching import (
    AROUND,
    Piece,
    fold_all,
    folded,
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
        ("De foto\u2019s van \u201czuid\u201d", 'foto\'s "zuid"', ()),
        ("De foto's", "foto\u2019s", ()),
        ("smørrebrød", "smørrebrød smorrebrod", ("smorrebrod",)),
        ("", "iets", ("iets",)),
    ],
)
def test_a_word_is_missing_when_it_stands_nowhere_in_the_folded_text(
    text: str, typed: str, missing: tuple[str, ...]
) -> None:
    words = words_in(typed)
    (found,) = fold_all([text.encode()], words)
    assert tuple(word for word in words if word.encode() not in found) == missing


WRITTEN = st.one_of(
    st.text(max_size=60),
    st.text("aAeEsSéÉèëïöÜçñßẞæøÆØþ×÷°½ªﬁāžµ \n\"'-.’‘“”–—…•€\u00a0\u0301\u0130\u017f", max_size=60),
    st.text(st.characters(max_codepoint=0x17F), max_size=60),
).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text))


@given(texts=st.lists(WRITTEN, max_size=4), typed=st.text(max_size=12), which=st.integers(0, 3), cut=st.integers(0, 50))
def test_folding_many_quickly_finds_what_folding_each_slowly_finds(
    texts: list[str], typed: str, which: int, cut: int
) -> None:
    of_one = words_in(texts[which][cut : cut + 6]) if which < len(texts) else ()
    for words in (words_in(typed), of_one):
        found = fold_all([each.encode() for each in texts], words)
        assert [[word for word in words if word.encode() in each] for each in found] == [
            [word for word in words if word in folded(each)] for each in texts
        ]


def test_one_letter_of_another_script_does_not_hide_the_others() -> None:
    assert fold_all(["Één".encode(), "Ж één".encode(), b"TWEE"], ("een",)) == [b"een", "ж een".encode(), b"twee"]
