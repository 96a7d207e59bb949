"""What the machine says of itself that no clock can change: which start of it this is, and how long it runs."""

import time
from pathlib import Path

from lerarenregister.upkeep.rules import Running

_START = Path("/proc/sys/kernel/random/boot_id")


def running() -> Running:
    """This start of this machine (Linux tells), and its seconds, with those of sleep. Elsewhere it cannot be told."""
    try:
        return Running(_START.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, AttributeError):
        return Running("", time.monotonic())
