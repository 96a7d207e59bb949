"""Secrets, addresses to receive at, sheets and notes: without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.kernel.envelopes import Unreadable, new_key
from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.sharing.errors import MalformedAddress, MalformedSecret
from lerarenregister.portfolio.sharing.rules.copies import PARTS_OF_A_SHEET, CopyPart, Story, pack_sheet, unpack_sheet
from lerarenregister.portfolio.sharing.rules.lines import fitting
from lerarenregister.portfolio.sharing.rules.notes import NAME_CHARACTERS, TEXT_CHARACTERS, Note
from lerarenregister.portfolio.sharing.rules.receiving import Address, Own
from lerarenregister.portfolio.sharing.rules.secrets import Secret

AT = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
PRIME = 2**255 - 19
# The points of low order of Curve25519 (RFC 7748, section 6.1, and "Curve25519: new Diffie-Hellman speed records").
LOW_ORDER = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    PRIME - 1,
]


def test_a_secret_finds_and_opens_by_two_things_that_do_not_give_each_other() -> None:
    secret = Secret.of(new_key(), uuid4(), new_key())
    assert Secret.parse(secret.text) == secret
    assert len(secret.text) == 43
    assert secret.value.hex() not in secret.lookup()
    envelope = secret.sealer().seal(b"kopie", bound_to=b"hier")
    assert secret.sealer().open(envelope, bound_to=b"hier") == b"kopie"
    assert secret.text not in repr(secret)


def test_an_id_that_comes_back_with_another_salt_gives_another_secret() -> None:
    seed, share = new_key(), uuid4()
    assert Secret.of(seed, share, b"1" * 32) == Secret.of(seed, share, b"1" * 32)
    assert Secret.of(seed, share, b"1" * 32) != Secret.of(seed, share, b"2" * 32)
    assert Secret.of(seed, uuid4(), b"1" * 32) != Secret.of(seed, share, b"1" * 32)


def test_the_whole_link_or_its_end_is_enough_and_white_space_does_not_count() -> None:
    secret = Secret(new_key())
    for typed in (
        f"https://register.example.org/gedeeld/#{secret.text}",
        f" {secret.text[:20]}\n{secret.text[20:]} ",
        f"#{secret.text}",
    ):
        assert Secret.parse(typed) == secret


@pytest.mark.parametrize("typed", ["", "#", "kort", "x" * 44, "x" * 42 + "é", "A" * 42 + "B", "a" * 10_000])
def test_what_is_no_secret_is_refused_before_anything_is_looked_up(typed: str) -> None:
    with pytest.raises(MalformedSecret):
        Secret.parse(typed)


def test_an_address_survives_being_typed_over() -> None:
    address = Own.of(new_key()).address
    told = str(address)
    assert len(told.replace("-", "")) == 56
    misread = told.lower().replace("0", "o").replace("1", "l")
    for typed in (told, told.replace("-", " "), f"  {misread}\n", told.replace("-", "")):
        assert Address.parse(typed) == address


@given(place=st.integers(0, 55), other=st.sampled_from("23456789ABCDEFGH"))
def test_one_wrong_character_is_found(place: int, other: str) -> None:
    told = str(Own.of(bytes(32)).address).replace("-", "")
    wrong = told[:place] + other + told[place + 1 :]
    if wrong != told:
        with pytest.raises(MalformedAddress):
            Address.parse(wrong)


@pytest.mark.parametrize("typed", ["", "abc", "0" * 56, "Z" * 56, "!" * 56, "0" * 5_000])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(MalformedAddress):
        Address.parse(typed)


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_public_key_of_low_order_is_refused(point: int) -> None:
    with pytest.raises(MalformedAddress, match="low order"):
        Address(point.to_bytes(32, "little"))


@pytest.mark.parametrize("point", [PRIME, PRIME + 1, PRIME + 9, 2**255 - 1, 2**255 + 9, 2**256 - 1])
def test_another_spelling_of_a_public_key_is_refused(point: int) -> None:
    with pytest.raises(MalformedAddress):
        Address(point.to_bytes(32, "little"))


def test_only_whom_it_is_for_opens_what_was_sealed_and_only_in_its_place() -> None:
    hers, another = Own.of(new_key()), Own.of(new_key())
    sealed = hers.address.seal(b"voor jou", bound_to=b"hier")
    assert hers.open(sealed, bound_to=b"hier") == b"voor jou"
    assert hers.address.seal(b"voor jou", bound_to=b"hier") != sealed
    for own, envelope, place in (
        (another, sealed, b"hier"),
        (hers, sealed, b"daar"),
        (hers, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"hier"),
        (hers, bytes(32) + sealed[32:], b"hier"),
        (hers, b"", b"hier"),
    ):
        with pytest.raises(Unreadable):
            own.open(envelope, bound_to=place)


def test_an_address_says_nothing_of_the_key_and_the_same_key_gives_the_same_address() -> None:
    key = new_key()
    assert Own.of(key).address == Own.of(key).address
    assert Own.of(key).address != Own.of(new_key()).address
    assert repr(Own.of(key)) == "Own()"


def test_a_long_story_is_cut_in_sheets_and_no_part_is_lost() -> None:
    parts = tuple(CopyPart(f"Stuk {number}") for number in range(2_000))
    sheets = list(Story("Jaar", "", parts).sheets())
    assert len(sheets) == 2_000 / PARTS_OF_A_SHEET
    assert sum(sheets, ()) == parts
    long = (CopyPart("a" * 150_000), CopyPart("b" * 150_000))
    assert [len(each) for each in Story("Lang", "", long).sheets()] == [1, 1]
    assert list(Story("Leeg", "", ()).sheets()) == [()]
    part = CopyPart("Les", date(2018, 9, 1), date(2018, 9, 3), "Een titel")
    assert unpack_sheet(pack_sheet((part, CopyPart("Tussen")))) == (part, CopyPart("Tussen"))


def test_whatever_changes_in_a_story_changes_its_fingerprint() -> None:
    part = CopyPart("Les", date(2018, 9, 1))
    story = Story("Jaar", "In", (part,))
    others = [
        replace(story, title="Ander"),
        replace(story, introduction=""),
        replace(story, parts=(replace(part, text="Anders"),)),
        replace(story, parts=(replace(part, on=date(2018, 9, 2)),)),
        replace(story, parts=()),
    ]
    prints = {each.fingerprint() for each in [story, *others]}
    assert len(prints) == 6
    assert story.fingerprint() == Story("Jaar", "In", (part,)).fingerprint()


@pytest.mark.parametrize(
    ("text", "name"),
    [("", ""), ("kort", "Cor"), ("\U0001f600" * TEXT_CHARACTERS, "\U0001f600" * NAME_CHARACTERS), ('"\n\\' * 666, "")],
)
def test_every_note_is_of_one_length(text: str, name: str) -> None:
    note = Note(AT, text, name)
    assert Note.unpack(note.pack()) == note
    assert len(note.pack()) == len(Note(AT).pack())


def test_a_note_holds_what_can_be_shown_and_no_more() -> None:
    assert Note(AT, " a\r\nb\u202e\x00c ", "Cor\n de \x07 Vries").text == "a\nbc"
    assert Note(AT, "a", "Cor\n de \x07 Vries").name == "Cor de Vries"
    for text, name in (("a" * (TEXT_CHARACTERS + 1), ""), ("a", "b" * (NAME_CHARACTERS + 1))):
        with pytest.raises(Invalid):
            Note(AT, text, name)


def test_a_share_ends_between_today_and_the_term_of_the_rulebook() -> None:
    today, most = date(2018, 9, 3), timedelta(days=365)
    assert [fitting(today + timedelta(days=each), today=today, most=most) for each in (-1, 0, 365, 366)] == [
        False,
        True,
        True,
        False,
    ]
