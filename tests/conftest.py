"""What every test stands on: settings from fixed test values, a fixed moment, the fixed cast."""

from datetime import UTC, datetime

import pytest

@pytest.fixture
def at() -> datetime:
    """The moment of the test: an ordinary day in the demo's school year."""
    return datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
