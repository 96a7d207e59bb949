"""The group is total: what libsodium refuses and is legal has an answer, and nothing outside it comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballotbox.checks import Check, Refused
from ballotbox.group import ONE, Element, G, P, checked, decoded, element_of, mul
from ballotbox.scalars import Q, Secret, scalar_of

SCALARS = st.integers(0, Q - 1)
TORSION = [
    # y = -1: the point (0, -1) of order 2. y = 0: two points of order 4.
    (P - 1).to_bytes(32, "big").hex(),
    "00" * 32,
    "80" + "00" * 31,
    # Points of order 8, big-endian.
    "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
]


def refusal(text: object) -> str:
    with pytest.raises(Refused) as raised:
        element_of(text)
    return str(raised.value.check)


@given(SCALARS, SCALARS)
def test_powers_of_g_add_up(a: int, b: int) -> None:
    assert mul(G, a) * mul(G, b) == mul(G, (a + b) % Q)
    assert mul(mul(G, a), b) == mul(G, a * b % Q)
    assert mul(G, a) / mul(G, b) == mul(G, (a - b) % Q)


@given(SCALARS)
def test_the_identity_is_an_element_as_any_other(n: int) -> None:
    assert mul(ONE, n) == ONE == mul(G, 0)
    assert mul(G, n) * ONE == mul(G, n) == mul(G, n) / ONE
    assert mul(G, n) / mul(G, n) == ONE
    assert mul(G, n) ** Secret.of(0) == ONE
    assert element_of(str(ONE)) == ONE
    assert checked(ONE) is ONE


@given(SCALARS)
def test_what_is_written_is_read(n: int) -> None:
    element = mul(G, n)
    assert element_of(str(element)) == element
    assert len(str(element)) == 64


@pytest.mark.parametrize("text", TORSION)
def test_points_of_small_order_are_none(text: str) -> None:
    assert refusal(text) == Check.ELEMENT_GROUP
    element = decoded(text)
    for _ in range(3):
        element = element * element
    assert element == ONE


@pytest.mark.parametrize("text", TORSION)
@given(n=st.integers(1, Q - 1))
def test_an_element_with_a_point_of_small_order_beside_it_is_none(text: str, n: int) -> None:
    # P + (0, -1): accepted by libsodium before its mending (CVE-2025-69277).
    mixed = mul(G, n) * decoded(text)
    assert refusal(str(mixed)) == Check.ELEMENT_GROUP
    with pytest.raises(Refused):
        mul(mixed, 5)


def test_a_multiplication_by_zero_looks_at_nothing_and_checked_does() -> None:
    outside = decoded(TORSION[0])
    assert mul(outside, 0) == ONE
    with pytest.raises(Refused):
        checked(outside)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (None, Check.ELEMENT),
        (5, Check.ELEMENT),
        ("", Check.ELEMENT),
        ("g" * 64, Check.ELEMENT),
        (str(G)[:-1], Check.STRICTER_ELEMENT),
        (str(G) + "0", Check.ELEMENT),
        (str(G) + "\n", Check.ELEMENT),
        (str(mul(G, 2)).upper(), Check.STRICTER_ELEMENT),
        ("00" + str(G), Check.STRICTER_ELEMENT),
        # y = 1 written as p + 1, and as 1 with the sign of x set: other spellings of the identity.
        ((P + 1).to_bytes(32, "big").hex(), Check.ELEMENT_RANGE),
        (P.to_bytes(32, "big").hex(), Check.ELEMENT_RANGE),
        (f"{2**255 - 1:064x}", Check.ELEMENT_RANGE),
        (f"{2**255 + 1:064x}", Check.ELEMENT_GROUP),
        (f"{2:064x}", Check.ELEMENT_GROUP),
    ],
)
def test_another_spelling_is_refused_by_name(text: object, check: Check) -> None:
    assert refusal(text) == check


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (7, Check.SCALAR),
        ("", Check.SCALAR),
        ("-1", Check.SCALAR),
        ("0x1", Check.SCALAR),
        ("1 ", Check.SCALAR),
        ("١", Check.SCALAR),
        ("01", Check.STRICTER_SCALAR),
        ("00", Check.STRICTER_SCALAR),
        ("+1", Check.STRICTER_SCALAR),
        (str(Q), Check.SCALAR_RANGE),
        (str(Q + 1), Check.SCALAR_RANGE),
        ("9" * 100, Check.SCALAR_RANGE),
    ],
)
def test_a_scalar_has_one_spelling_below_q(text: object, check: Check) -> None:
    with pytest.raises(Refused) as raised:
        scalar_of(text)
    assert raised.value.check is check


@given(SCALARS, SCALARS, SCALARS)
def test_secrets_are_computed_with_as_numbers_are(a: int, b: int, c: int) -> None:
    one, two = Secret.of(a), Secret.of(b)
    assert (one + two).decimal() == str((a + b) % Q)
    assert (one * two).decimal() == str(a * b % Q)
    assert one.response(two, c) == (a - b * c) % Q
    assert Secret.of_decimal(str(a)).raw == one.raw
    assert str(a) not in repr(one) or a < 10


def test_an_element_of_raw_bytes_is_that() -> None:
    assert Element(G.raw) == G
    assert G.raw != G
    assert len({G, Element(G.raw), ONE}) == 2
