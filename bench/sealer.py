"""The product's sealer with a watch on its transactions: `python -m bench.sealer OUT`, until SIGTERM.

Every outermost atomic block is timed from the moment it has begun (on SQLite that is BEGIN IMMEDIATE: it holds the
write lock) to the end of its commit. OUT gets [size of the head, seconds held, moment of the end] for each.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import django

EVERY = "2"


def main() -> None:
    """Watch, seal until stopped, and write what was seen."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (Django must be ready)
    from django.db import connection  # noqa: PLC0415
    from django.db.transaction import Atomic  # noqa: PLC0415

    from lerarenregister.audit.queries import log_state  # noqa: PLC0415

    seen: list[tuple[float, float]] = []
    sizes: list[int] = []
    enter, leave = Atomic.__enter__, Atomic.__exit__
    begun = [0.0, 0.0]

    def entered(self: Atomic) -> None:
        outermost = not connection.in_atomic_block
        enter(self)
        if outermost:
            begun[0] = time.perf_counter()

    def left(self: Atomic, *about: Any) -> None:
        leave(self, *about)
        if not connection.in_atomic_block:
            seen.append((time.perf_counter() - begun[0], time.time()))
            sizes.append(log_state().size)

    Atomic.__enter__, Atomic.__exit__ = entered, left  # type: ignore[method-assign]
    call_command("seal", "--every", EVERY)
    rows = [(size, held, until) for size, (held, until) in zip(sizes, seen, strict=True)]
    Path(sys.argv[1]).write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
