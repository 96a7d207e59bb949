"""Everybody, around two boards, for the attacks of this folder."""

import pytest

from tests.attacks import cast
from tests.attacks.cast import World
from tests.register.cast import BOARD


@pytest.fixture
def world() -> World:
    made = cast.world()
    made.ids["number"] = BOARD
    return made
