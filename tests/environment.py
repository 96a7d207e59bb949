"""The settings of the tests, in place before Django reads them (loaded with `-p tests.environment`)."""

import os
import tempfile

_VAR = tempfile.mkdtemp(prefix="lerarenregister-test-")
os.environ.setdefault("VAR", _VAR)
os.environ.setdefault("SECRET_KEY", "test-" * 12)
os.environ.setdefault("CODE_HASH_KEY", "test-" * 8)
os.environ.setdefault("VAULT_TOKEN", "test-" * 7)
os.environ.setdefault("AUDIT_SIGNING_KEY", "dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3QtdGU=")
os.environ.setdefault("RATE_FACTOR", "1000")  # the limits stay on; tests of theirs set the factor to 1
os.environ.setdefault("TASKS_BACKEND", "django_tasks.backends.immediate.ImmediateBackend")
