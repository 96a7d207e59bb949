"""What every test stands on: settings from fixed test values, a fixed moment, the fixed cast."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command

from tests import vaults
from tests.forms import fill_in_keys

hypothesis.settings.register_profile("deep", max_examples=2_000, deadline=None)
hypothesis.settings.register_profile("quick", max_examples=50)
hypothesis.settings.register_profile("again", max_examples=10, deadline=None)  # on a second database
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_configure() -> None:
    """Browsers of tests send forms as ours are. On SQLite the tests have a file, as production has: in memory, locks do
    not wait as those of a file do."""
    fill_in_keys()
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(settings.VAR / "test.sqlite3")
        database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Collect the static files once, before any worker starts: a page without its manifest does not render."""
    if not hasattr(session.config, "workerinput"):
        call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def vault() -> Iterator[vaults.Here]:
    """A vault of this test, in this process; made when it is first asked."""
    with vaults.in_process() as here:
        yield here


@pytest.fixture
def at() -> datetime:
    """The moment of the test: an ordinary day in the demo's school year."""
    return datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
