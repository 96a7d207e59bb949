"""JSON is read strictly: what two readers could read as two things is refused."""

import pytest

from ballotbox.checks import Check, Refused
from ballotbox.credentials import new_credential, secret_of
from ballotbox.encoding import b64_of_hex, fields, hash_of, integer, read, read_canonical, sha256_b64, uuid, written
from ballotbox.events import Event, EventType, event_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":1,"a":2}',
        "1.0",
        "1e3",
        "NaN",
        "[Infinity]",
        "[1,]",
        b"\xff",
        b'\xef\xbb\xbf{"a":1}',
        "[" * 9_000,
        "'a'",
        '"\x01"',
        '"\\ud800"',
        b'{"a\\udfff":1}',
        "\ud800".join('""'),
        "[" * 17 + "]" * 17,
        '{"a":' * 17 + "1" + "}" * 17,
    ],
)
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refused) as raised:
        read(text)
    assert raised.value.check is Check.JSON


@pytest.mark.parametrize(
    "text", ['"\\ud83d\\ude00"', b'"\xf0\x9f\x98\x80"', "[" * 16 + "]" * 16, '{"a":' * 16 + "1" + "}" * 16]
)
def test_what_can_be_written_again_is_read(text: str | bytes) -> None:
    assert read(written(read(text)).encode()) == read(text)


@pytest.mark.parametrize("text", ["9007199254740993", "-9007199254740993", "1" * 30])
def test_a_number_that_readers_read_differently_is_refused(text: str) -> None:
    with pytest.raises(Refused) as raised:
        read(text)
    assert raised.value.check is Check.INTEGER


@pytest.mark.parametrize("text", ['{ "a":1}', '{"a": 1}', '"\\u0041"', '"\\/"', "[1]\n"])
def test_another_way_to_write_the_same_is_not_canonical(text: str) -> None:
    read(text)
    with pytest.raises(Refused) as raised:
        read_canonical(text)
    assert raised.value.check is Check.STRICTER_CANONICAL


def test_fields_have_one_order_and_no_other() -> None:
    assert fields({"a": 1, "c": 2}, ("a",), ("b", "c")) == {"a": 1, "c": 2}
    for wrong in ({"c": 2, "a": 1}, {"a": 1, "d": 1}, {"c": 1}, [], None):
        with pytest.raises(Refused) as raised:
            fields(wrong, ("a",), ("b", "c"))
        assert raised.value.check is Check.FIELDS


@pytest.mark.parametrize("value", [True, -1, "1", None, 1.0])
def test_what_is_no_count_is_refused(value: object) -> None:
    with pytest.raises(Refused) as raised:
        integer(value)
    assert raised.value.check is Check.INTEGER


@pytest.mark.parametrize("value", ["a" * 63, "A" * 64, "a" * 65, "a" * 64 + "\n", None, 7])
def test_what_is_no_hash_is_refused(value: object) -> None:
    with pytest.raises(Refused) as raised:
        hash_of(value)
    assert raised.value.check is Check.HASH


@pytest.mark.parametrize("value", ["1" * 13, "0" * 14, "l" * 14, "1" * 14 + "\n", 5])
def test_what_is_no_identifier_is_refused(value: object) -> None:
    with pytest.raises(Refused) as raised:
        uuid(value)
    assert raised.value.check is Check.UUID


def test_hashes_are_written_in_two_ways() -> None:
    # SHA256 of "abc": the first test vector of FIPS 180-2.
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_b64("abc") == b64_of_hex(digest) == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0"


def test_an_event_is_written_in_one_way() -> None:
    event = Event("", 0, EventType.SETUP, "a" * 64)
    assert event_of(event.encoded()) == event
    for other in (b'{"height":0,"type":"Setup", "payload":"' + b"a" * 64 + b'"}', written([]).encode()):
        with pytest.raises(Refused):
            event_of(other)
    with pytest.raises(Refused) as raised:
        event_of(b'{"height":0,"type":"Recount","payload":"' + b"a" * 64 + b'"}')
    assert raised.value.check is Check.EVENT_TYPE


@pytest.mark.parametrize("given", ["", "abc", "XXXXX-XXXXXX-XXXXX-XXXXX0", "XXXXXXXXXXXXXXXXXXXXXX"])
def test_a_credential_that_is_none_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(Refused) as raised:
        secret_of(given, "1" * 14)
    assert raised.value.check is Check.CREDENTIAL_FORMAT
    assert not given or given not in str(raised.value)


def test_a_credential_is_of_one_election() -> None:
    given = new_credential()
    assert secret_of(given, "1" * 14).raw == secret_of(given, "1" * 14).raw
    assert secret_of(given, "1" * 14).raw != secret_of(given, "2" * 14).raw
