"""The state of the register at a moment: counts and times, asked from each domain, and no person."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from lerarenregister.audit.queries import SealingState, sealing_state
from lerarenregister.kernel import clock
from lerarenregister.outbox.queries import OutboxState, outbox_state
from lerarenregister.person.queries import ObjectionsState, objections_state
from lerarenregister.register.queries.state import RegisterState, register_state
from lerarenregister.upkeep.queries import PartState, RetentionState, database_clock, parts_done, retention_state

VAULTS: list[Callable[[], str]] = []
"""What says "" when a store of keys opens with its key, and else what is the matter; `project.wiring` brings it."""
PARTS: list[str] = []
"""The names of the parts of the daily work that are installed; `project.wiring` brings them."""


@dataclass(frozen=True, slots=True)
class State:
    """What an operator should know. `vaults` has the troubles ("" for none), `disk_free` is of the folder VAR."""

    at: datetime
    sealing: SealingState
    outbox: OutboxState
    register: RegisterState
    objections: ObjectionsState
    parts: list[PartState]
    vaults: list[str]
    disk_free: int
    disk_size: int
    clock_difference: timedelta
    retention: RetentionState


def gathered(at: datetime) -> State:
    """The state now; raises DatabaseError when the database does not answer."""
    before = clock.now()
    theirs = database_clock()
    ours = before + (clock.now() - before) / 2
    disk = shutil.disk_usage(settings.VAR)
    ran = {each.name: each for each in parts_done()}
    return State(
        at=at,
        sealing=sealing_state(),
        outbox=outbox_state(),
        register=register_state(at),
        objections=objections_state(at),
        parts=[ran.get(name, PartState(name, None, None)) for name in sorted(set(PARTS))],
        vaults=[trouble() for trouble in VAULTS],
        disk_free=disk.free,
        disk_size=disk.total,
        clock_difference=ours - theirs,
        retention=retention_state(),
    )
