"""A challenge is of this vault, as it was made, and for ten minutes."""

from datetime import timedelta

import pytest

from lerarenregister.accounts.oidc import tokens as of_the_register
from tests.vault.signing import AT
from vault import challenges
from vault.errors import ChallengeRefused

KEY, OTHER = b"k" * 32, b"o" * 32
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("age", [timedelta(), timedelta(minutes=10), -5 * SECOND])
def test_it_holds_for_ten_minutes(age: timedelta) -> None:
    challenges.check(challenges.made(KEY, AT), KEY, AT + age)


@pytest.mark.parametrize("age", [timedelta(minutes=10, seconds=1), -6 * SECOND, timedelta(days=400)])
def test_after_that_and_before_it_was_made_it_is_refused(age: timedelta) -> None:
    with pytest.raises(ChallengeRefused, match="expired"):
        challenges.check(challenges.made(KEY, AT), KEY, AT + age)


def test_one_of_another_vault_is_refused() -> None:
    with pytest.raises(ChallengeRefused, match="seal"):
        challenges.check(challenges.made(OTHER, AT), KEY, AT)


def test_no_character_can_be_changed() -> None:
    made = challenges.made(KEY, AT)
    for place, was in enumerate(made):
        changed = made[:place] + ("A" if was != "A" else "B") + made[place + 1 :]
        with pytest.raises(ChallengeRefused):
            challenges.check(changed, KEY, AT)


@pytest.mark.parametrize(
    "said",
    ["", "x", "é", "\ud800", "A" * 96, "A" * 100_000, "{made}=", " {made}", "{made}\n", "{made}A", "{short}"],
)
def test_what_is_none_is_refused(said: str) -> None:
    made = challenges.made(KEY, AT)
    with pytest.raises(ChallengeRefused):
        challenges.check(said.replace("{made}", made).replace("{short}", made[:-1]), KEY, AT)


def test_no_two_are_the_same_and_the_nonce_says_nothing_of_it() -> None:
    one, other = challenges.made(KEY, AT), challenges.made(KEY, AT)
    assert one != other
    assert one not in challenges.nonce_of(one)
    assert len(challenges.nonce_of(one)) == 43


def test_the_register_sends_the_provider_the_nonce_that_the_vault_looks_for() -> None:
    made = challenges.made(KEY, AT)
    assert of_the_register.nonce_of(made) == challenges.nonce_of(made)
