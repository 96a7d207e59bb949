"""How the daily work went, and whether the database is what the code expects."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lerarenregister.kernel.clock import LEEWAY
from lerarenregister.upkeep.models import Horizon, Part
from lerarenregister.upkeep.rules import Doubt, Reached, Running


@dataclass(frozen=True, slots=True)
class PartState:
    """When a part of the daily work last went well and last failed; None for never."""

    name: str
    done_at: datetime | None
    failed_at: datetime | None

    @property
    def failing(self) -> bool:
        """Whether the last time was a failure."""
        return self.failed_at is not None and (self.done_at is None or self.done_at < self.failed_at)


def parts_done() -> list[PartState]:
    """Every part that ever ran, by name."""
    return [PartState(each.name, each.done_at, each.failed_at) for each in Part.objects.order_by("name")]


def horizon_of(row: Horizon) -> Reached:
    """The value of the row."""
    return Reached(row.moment, Running(row.start, row.running_seconds))


@dataclass(frozen=True, slots=True)
class RetentionState:
    """Until when everything that had its term was destroyed (None: never yet), and the doubt that stops it."""

    destroyed_until: datetime | None
    doubt: Doubt | None


def retention_state() -> RetentionState:
    """How far destroying came."""
    row = Horizon.objects.filter(pk=1).first()
    return RetentionState(row.moment, Doubt(row.doubt) if row.doubt else None) if row else RetentionState(None, None)


def clock_doubted(at: datetime) -> bool:
    """Whether our clock is further than LEEWAY from the database's, or before the moment until which was destroyed."""
    until = retention_state().destroyed_until
    return abs(at - database_clock()) > LEEWAY or (until is not None and at < until - LEEWAY)


def database_clock() -> datetime:
    """The clock of the database's machine; of an embedded database that is our own."""
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp())"
            if on_postgresql
            else "SELECT (julianday('now') - 2440587.5) * 86400.0"
        )
        (seconds,) = cursor.fetchone()
    return datetime.fromtimestamp(float(seconds), UTC)


def migrations_missing() -> int:
    """How many migrations of this version the database has not had; raises DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
