"""The recovery code is hers to type: every way to type it is read, and every typing error is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import recovery
from vault.errors import CodeRefused

BODY = "10ABCDEFGHJKMNPQRSTVWXYZ2"
BARE = BODY + recovery._check(BODY)
CODE = "-".join(BARE[start : start + 4] for start in range(0, 28, 4))


def test_a_code_is_random_and_in_groups_of_four() -> None:
    codes = {recovery.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(each.split("-")) == 7 and set(map(len, each.split("-"))) == {4} for each in codes)
    assert not any(set(each) & set("ILOU") for each in codes)


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f"  {CODE}\n",
        CODE.replace("-", " - "),
        CODE.replace("-", "\u2011"),
        CODE.replace("-", "\xa0"),
        CODE.replace("1", "I").replace("0", "O"),
        CODE.replace("1", "l").replace("0", "o"),
        CODE.replace("1", "L"),
    ],
)
def test_every_way_to_type_it_is_read(typed: str) -> None:
    assert recovery.read(typed) == BARE


def test_i_l_and_o_are_read_as_what_they_look_like() -> None:
    body = "10" * 12 + "1"
    code = body + recovery._check(body)
    assert recovery.read(code.replace("1", "I").replace("0", "O")) == recovery.read(code.replace("1", "l")) == code


@given(st.integers(0, 27), st.sampled_from(recovery.ALPHABET))
def test_one_wrong_character_is_seen(place: int, other: str) -> None:
    wrong = BARE[:place] + other + BARE[place + 1 :]
    if wrong == BARE:
        return
    try:
        read = recovery.read(wrong)
    except CodeRefused:
        return
    assert read != BARE
    raise AssertionError(f"{wrong} passes for a code")


@given(st.integers(0, 26))
def test_two_neighbours_that_change_places_are_seen(place: int) -> None:
    wrong = BARE[:place] + BARE[place + 1] + BARE[place] + BARE[place + 2 :]
    if wrong != BARE:
        with pytest.raises(CodeRefused):
            recovery.read(wrong)


@pytest.mark.parametrize(
    "typed",
    ["", "-", CODE[:-1], CODE + "0", CODE + CODE, BARE[:-1] + "U", "é" * 28, "١" * 28, "\ud800" * 28, "x" * 100_000],
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(CodeRefused):
        recovery.read(typed)


def test_a_key_opens_with_its_code_and_its_place_alone() -> None:
    envelope = recovery.wrapped(b"k" * 32, BARE, bound_to=b"one")
    assert recovery.unwrapped(envelope, BARE, bound_to=b"one") == b"k" * 32
    other = recovery.read(recovery.new_code())
    for bare, place in ((other, b"one"), (BARE, b"two")):
        with pytest.raises(CodeRefused):
            recovery.unwrapped(envelope, bare, bound_to=place)
    assert BARE.encode() not in envelope + recovery.locator_of(BARE)
