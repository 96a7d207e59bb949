"""What the register's tests stand on."""

import pytest

from tests.register import cast


@pytest.fixture
def known_institutions(db: None) -> None:
    """Two boards with their institutions."""
    cast.institutions()
