"""Canonical JSON: our short way gives the very bytes of the library that follows RFC 8785."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.kernel.canonical import canonical_json
from lerarenregister.kernel.errors import Invalid

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_has_the_bytes_of_the_library(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["\ud800", ["\udfff"], {"a": "\ud800"}, 2**60, float("nan"), {1: 2}, object()])
def test_what_json_can_not_say_is_invalid(value: object) -> None:
    with pytest.raises(Invalid):
        canonical_json(value)
