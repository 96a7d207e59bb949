"""A clock that stands still, and limits as narrow as a test wants them."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from lerarenregister.kernel import clock
from lerarenregister.web.limits.counting import COUNTER
from lerarenregister.web.limits.rules import RATES, Rate

THREE = Rate(3, 60, "for a test")


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def still(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The limits as they are in use, nothing counted yet, and a clock that stands still."""
    settings.RATE_FACTOR = 1
    COUNTER.forget()
    held = Clock()
    monkeypatch.setattr(clock, "now", lambda: held.at)
    return held


@pytest.fixture
def narrow(still: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Three at once and one more each second, for everybody and everything."""
    for each in RATES:
        monkeypatch.setitem(RATES, each, THREE)
    return still
