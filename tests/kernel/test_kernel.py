"""The ground everything stands on, by example and by property."""

import hashlib
import json
import logging
from datetime import UTC, date, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.kernel import canonical, clock, envelopes, identifiers, loglines, masking
from lerarenregister.kernel.envelopes import Sealer, Unreadable, new_key, padme
from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import (
    CROCKFORD,
    ActivationCode,
    BoardNumber,
    Brin,
    LocationCode,
    RegisterNumber,
)
from lerarenregister.kernel.periods import Period

DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


def test_a_period_holds_on_its_first_day_and_not_on_the_day_it_ends() -> None:
    period = Period(date(2018, 8, 1), date(2019, 8, 1))
    assert period.contains(date(2018, 8, 1))
    assert not period.contains(date(2019, 8, 1))
    assert Period(date(2018, 8, 1)).contains(date(2100, 1, 1))


@pytest.mark.parametrize("until", [date(2018, 8, 1), date(2018, 7, 31)])
def test_an_empty_or_inverted_period_is_refused(until: date) -> None:
    with pytest.raises(Invalid):
        Period(date(2018, 8, 1), until)


@given(DAYS, DAYS, DAYS, DAYS, DAYS)
def test_two_periods_overlap_when_some_day_is_in_both(a: date, b: date, c: date, d: date, day: date) -> None:
    if a < b and c < d:
        one, other = Period(a, b), Period(c, d)
        assert one.overlaps(other) == other.overlaps(one) == (max(a, c) < min(b, d))
        if one.contains(day) and other.contains(day):
            assert one.overlaps(other)


def test_a_legal_date_is_the_dutch_date() -> None:
    assert clock.dutch_date(datetime(2018, 7, 31, 22, 30, tzinfo=UTC)) == date(2018, 8, 1)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_the_hash_is_that_of_the_rfc_8785_bytes(value: object) -> None:
    assert canonical.content_hash(value) == hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]
    assert json.loads(canonical.canonical_json(value)) == value


@pytest.mark.parametrize("value", [2**53, float("nan"), {1: "a"}, object()])
def test_what_json_can_not_say_has_no_canonical_form(value: object) -> None:
    with pytest.raises((Invalid, TypeError)):
        canonical.canonical_json({"v": value} if not isinstance(value, dict) else value)


@given(st.integers(0, 10**9))
def test_padding_grows_by_at_most_an_eighth_and_never_shrinks(length: int) -> None:
    padded = padme(length)
    assert length <= padded <= length * 1.12 + 1
    assert padme(padded) == padded
    assert padme(length + 1) >= padded


# By hand from the paper: E = floor(log2 L), S = floor(log2 E) + 1, and the last E - S bits become zero, rounding up.
@pytest.mark.parametrize(
    ("length", "padded"),
    [
        *[(short, short) for short in range(9)],  # E - S is 0
        (9, 10),  # E 3, S 2: one bit
        (15, 16),
        (17, 18),  # E 4, S 3: one bit
        (100, 104),  # E 6, S 3: three bits
        (129, 144),  # E 7, S 3: four bits
        (255, 256),
        (257, 272),  # E 8, S 4: four bits
        (1_000, 1_024),  # E 9, S 4: five bits
        (1_025, 1_088),  # E 10, S 4: six bits
        (65_537, 67_584),  # E 16, S 5: eleven bits
        (1_000_000, 1_015_808),  # E 19, S 5: fourteen bits
    ],
)
def test_padding_is_that_of_the_paper(length: int, padded: int) -> None:
    assert padme(length) == padded


@pytest.mark.parametrize(("length", "sealed"), [(5, 39), (6, 39), (996, 1_053), (1_020, 1_053), (1_021, 1_117)])
def test_an_envelope_has_the_padded_size(length: int, sealed: int) -> None:
    # One byte of format, twelve of nonce, four of length and the text up to the padded length, sixteen of tag.
    assert len(Sealer(new_key()).seal(bytes(length), bound_to=b"")) == sealed


@given(st.binary(max_size=3000), st.binary(max_size=40))
def test_what_is_sealed_opens_in_its_own_place_alone(text: bytes, place: bytes) -> None:
    sealer = Sealer(new_key())
    envelope = sealer.seal(text, bound_to=place)
    assert sealer.open(envelope, bound_to=place) == text
    with pytest.raises(Unreadable):
        sealer.open(envelope, bound_to=place + b"!")
    with pytest.raises(Unreadable):
        Sealer(new_key()).open(envelope, bound_to=place)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_one_changed_bit_is_noticed(text: bytes, data: st.DataObject) -> None:
    sealer = Sealer(new_key())
    envelope = bytearray(sealer.seal(text, bound_to=b"here"))
    bit = data.draw(st.integers(0, len(envelope) * 8 - 1))
    envelope[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        sealer.open(bytes(envelope), bound_to=b"here")


def test_an_empty_or_cut_envelope_does_not_open() -> None:
    sealer = Sealer(envelopes.new_key())
    for broken in (b"", b"\x01", sealer.seal(b"text", bound_to=b"")[:-1]):
        with pytest.raises(Unreadable):
            sealer.open(broken, bound_to=b"")


@given(st.integers(0, 16), st.sampled_from(CROCKFORD))
def test_a_code_with_one_wrong_character_is_refused(place: int, other: str) -> None:
    code = ActivationCode.random().value
    changed = code[:place] + other + code[place + 1 :]
    if changed != code:
        with pytest.raises(Invalid) as refused:
            ActivationCode.parse(changed)
        assert changed not in str(refused.value)


def test_a_code_forgives_what_people_do_with_it() -> None:
    code = ActivationCode("0" * 16 + "0")
    assert ActivationCode.parse("oooo-0000 oooo 0000o") == code
    assert ActivationCode.parse(str(code).lower()) == code
    assert str(code) not in repr(code)


def test_a_code_has_eighty_random_bits() -> None:
    codes = {ActivationCode.random().value for _ in range(200)}
    assert len(codes) == 200
    assert len(CROCKFORD) ** ActivationCode.length == 2**80
    assert {character for code in codes for character in code} == set(CROCKFORD)


def test_a_register_number_reads_back_as_it_is_shown() -> None:
    for number in (RegisterNumber.random() for _ in range(100)):
        assert RegisterNumber.parse(str(number)) == RegisterNumber.parse(number.value) == number
        assert str(number).startswith("LR-")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [(BoardNumber, " 10249", "10249"), (Brin, "16ah", "16AH"), (LocationCode, "16AH00", "16AH00")],
)
def test_official_codes_are_read_with_forgiveness(kind: type[BoardNumber], text: str, value: str) -> None:
    assert str(kind.parse(text)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (BoardNumber, "1024"),
        (BoardNumber, "1024A"),
        (Brin, "A61H"),
        (Brin, "16AH0"),
        (LocationCode, "16AH"),
        (Brin, "١٦AH"),
    ],
)
def test_what_is_no_official_code_is_refused(kind: type[BoardNumber], text: str) -> None:
    with pytest.raises(Invalid):
        kind.parse(text)


def test_identifiers_of_a_portfolio_say_nothing_about_when() -> None:
    assert identifiers.new_id().version == 7
    assert identifiers.random_id().version == 4
    assert identifiers.new_id() < identifiers.new_id()


def test_codes_are_masked_in_every_log_line() -> None:
    code = ActivationCode.random()
    for shown in (str(code), code.value, str(code).lower(), str(code).replace("-", " "), str(code).replace("-", "+")):
        message = f"GET /activeren/{shown}/ 200"
        assert masking.mask_codes(message) == "GET /activeren/****/ 200"
        record = logging.LogRecord("lerarenregister.web", logging.INFO, "", 0, message, (), None)
        record.done = message
        said = json.loads(loglines.JsonLines().format(record))
        assert said["event"] == said["done"] == "GET /activeren/****/ 200"
    assert masking.mask_codes("GET /activeren/0000-0000-0000-00OX1?x HTTP") == "GET /activeren/****?x HTTP"
    assert masking.mask_codes("/activeren/0000%200000%200000%200OX11/") == "/activeren/****/"
    assert masking.mask_codes("verder=%2Factiveren%2F0000-0000-0000-0OX11%2F") == "verder=%2Factiveren%2F****%2F"
    assert masking.mask_codes("discovery-endpoints stay") == "discovery-endpoints stay"
