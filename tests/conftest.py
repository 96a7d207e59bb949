"""What every test stands on: settings from fixed test values, a fixed moment, the fixed cast."""

import os
import tempfile
from datetime import UTC, datetime

import pytest

_VAR = tempfile.mkdtemp(prefix="lerarenregister-test-")
os.environ.setdefault("VAR", _VAR)
os.environ.setdefault("SECRET_KEY", "test-" * 12)
os.environ.setdefault("CODE_HASH_KEY", "test-" * 8)
os.environ.setdefault("KEYSTORE_WRAPPING_KEY", "dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3QtdGU=")
os.environ.setdefault("AUDIT_SIGNING_KEY", "dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3QtdGU=")
os.environ.setdefault("TASKS_BACKEND", "django_tasks.backends.immediate.ImmediateBackend")


@pytest.fixture
def at() -> datetime:
    """The moment of the test: an ordinary day in the demo's school year."""
    return datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
