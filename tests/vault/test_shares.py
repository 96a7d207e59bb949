"""Any k of n holders restore the root key; fewer, or words that are wrong, restore nothing."""

import base64
import itertools

import pytest
from shamir_mnemonic import combine_mnemonics

from vault import shares
from vault.errors import RootMissing

LINE = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize(("needed", "holders"), [(2, 2), (2, 3), (3, 5), (16, 16)])
def test_any_so_many_restore_it(needed: int, holders: int) -> None:
    made = shares.split(LINE, needed=needed, holders=holders)
    assert len(made) == holders
    assert {len(each.split()) for each in made} == {33}
    for some in itertools.islice(itertools.combinations(made, needed), 12):
        assert shares.combined(list(some)) == LINE
        assert shares.combined(list(reversed(some))) == LINE


def test_fewer_and_more_than_needed_restore_nothing() -> None:
    made = shares.split(LINE, needed=3, holders=5)
    for some in (made[:2], made[:1], made[:4], [made[0], made[0], made[1]], []):
        with pytest.raises(ValueError, match=r".+"):
            shares.combined(some)


def test_any_tool_of_the_standard_reads_them_without_a_passphrase() -> None:
    made = shares.split(LINE, needed=2, holders=3)
    assert combine_mnemonics(made[:2], b"") == bytes(range(32))


def test_shares_of_two_splittings_do_not_fit() -> None:
    one, other = (shares.split(LINE, needed=2, holders=2) for _ in range(2))
    with pytest.raises(ValueError, match=r".+"):
        shares.combined([one[0], other[1]])


def test_words_are_read_as_people_write_them_and_a_wrong_one_is_seen() -> None:
    first, second = shares.split(LINE, needed=2, holders=2)
    assert shares.combined([f"  {first.upper()}\n", second.replace(" ", "   ")]) == LINE
    words = first.split()
    for wrong in (
        " ".join([*words[:7], "academic" if words[7] != "academic" else "acid", *words[8:]]),
        " ".join([*words[:6], words[7], words[6], *words[8:]]) if words[6] != words[7] else first[:-1],
        " ".join(words[:-1]),
        "geen woorden van de lijst",
        "",
    ):
        with pytest.raises(ValueError, match=r".+"):
            shares.combined([wrong, second])


@pytest.mark.parametrize(("needed", "holders"), [(1, 1), (1, 3), (0, 0), (3, 2), (2, 17), (-1, 2)])
def test_numbers_that_protect_nothing_are_refused(needed: int, holders: int) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        shares.split(LINE, needed=needed, holders=holders)


@pytest.mark.parametrize("line", ["", "x", "no base64!", base64.b64encode(bytes(31)).decode()])
def test_what_is_no_root_key_is_not_split(line: str) -> None:
    with pytest.raises(RootMissing):
        shares.split(line, needed=2, holders=3)
