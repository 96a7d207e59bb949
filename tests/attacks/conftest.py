"""Everybody, around two boards, for the attacks of this folder."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.attacks import cast
from tests.attacks.cast import World
from tests.register.cast import BOARD


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    settings.KEYSTORE_URL = f"sqlite:///{tmp_path}/keys.sqlite3"
    made = cast.world()
    made.ids["number"] = BOARD
    return made
