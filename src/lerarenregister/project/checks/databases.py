"""The database: it keeps what it acknowledged, has what the tables need, and its clock agrees with ours."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004  (Django's own name)
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from lerarenregister.kernel.hosts import on_this_machine

MOST_APART = timedelta(seconds=2)
OLDEST = 140_000
KEEPS = {"fsync": {"on"}, "full_page_writes": {"on"}, "synchronous_commit": {"on", "remote_apply"}}
_PRIVATE = {"require", "verify-ca", "verify-full"}
_LOST = "Set it in postgresql.conf, or for this user: an act that was acknowledged must survive a fall of the power."


def check_database(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E030` no answer, `E031` migrations, and what the two kinds of database are asked below."""
    try:
        if connection.vendor == "sqlite":
            if not Path(str(connection.settings_dict["NAME"])).exists():
                return [Error("There is no database yet.", hint="Run: manage.py migrate", id="deploy.E031")]
            return [*sqlite_messages(pragmas(), settings.WEB_PROCESSES), *_migrated()]
        return [
            *transport_messages(connection.settings_dict),
            *postgres_messages(server := options()),
            *standby_messages(str(connection.settings_dict["HOST"]), server["synchronous_standby_names"]),
            *clock_messages(ahead()),
            *_migrated(),
        ]
    except DatabaseError as error:
        said = f"The database does not answer ({type(error).__name__})."
        return [Error(said, hint="Check DATABASE_URL, the server and the network between.", id="deploy.E030")]


def pragmas() -> dict[str, str]:
    """What SQLite says of itself on a connection of ours."""
    with connection.cursor() as cursor:
        return {
            name: str(cursor.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }


def sqlite_messages(said: Mapping[str, str], processes: int) -> list[CheckMessage]:
    """`deploy.E032` an option that loses or corrupts, `deploy.W032` more than one web process."""
    right = {"journal_mode": {"wal"}, "synchronous": {"2", "3"}, "foreign_keys": {"1"}}
    hint = "Another program changed the file, or the folder is on a network: put it on a disk of this machine."
    found: list[CheckMessage] = [
        Error(f"SQLite has {name}={said[name]}.", hint=hint, id="deploy.E032")
        for name, values in right.items()
        if said[name] not in values
    ]
    if processes > 1:
        said_of = f"{processes} web processes share one SQLite file: writers wait for each other."
        hint = "Use PostgreSQL, or one web process on one machine (WEB_PROCESSES=1)."
        found.append(Warning(said_of, hint=hint, id="deploy.W032"))
    return found


def options() -> dict[str, str]:
    """What PostgreSQL says of itself on a connection of ours."""
    names = (*KEEPS, "server_version_num", "server_encoding", "TimeZone", "synchronous_standby_names")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(names)])
        said = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'")
        return {**said, "btree_gist": str(cursor.fetchone()[0])}


def postgres_messages(said: Mapping[str, str]) -> list[CheckMessage]:
    """`deploy.E033` it may lose, `E034` too old, `E035` no btree_gist, `E036` time zone or encoding."""
    found: list[CheckMessage] = [
        Error(f"PostgreSQL has {name}={said[name]}.", hint=_LOST, id="deploy.E033")
        for name, values in KEEPS.items()
        if said[name] not in values
    ]
    if int(said["server_version_num"]) < OLDEST:
        hint = "Upgrade the server to PostgreSQL 14 or newer."
        found.append(Error(f"PostgreSQL is too old ({said['server_version_num']}).", hint=hint, id="deploy.E034"))
    if said["btree_gist"] != "1":
        hint = "As an administrator: CREATE EXTENSION btree_gist (package postgresql-contrib)."
        found.append(Error("PostgreSQL has no extension btree_gist here.", hint=hint, id="deploy.E035"))
    for name, right in (("TimeZone", "UTC"), ("server_encoding", "UTF8")):
        if said[name] != right:
            hint = f"Take away what sets {name} for this user or database; it must be {right}."
            found.append(Error(f"PostgreSQL has {name}={said[name]}.", hint=hint, id="deploy.E036"))
    return found


def standby_messages(hosts: str, waited_for: str) -> list[CheckMessage]:
    """`deploy.E038`: several servers are named, and what one acknowledges need not stand on another when it falls."""
    if "," not in hosts or waited_for:
        return []
    said = "DATABASE_URL names several servers, and PostgreSQL waits for none of them (synchronous_standby_names)."
    hint = "Set synchronous_mode in Patroni, and look whether a standby follows: docs/how-to/high-availability.md."
    return [Error(said, hint=hint, id="deploy.E038")]


def ahead() -> timedelta:
    """How far the clock of the server is ahead of ours; the way there and back is left out."""
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
        after = datetime.now(UTC)
    return timedelta(0) if before <= there <= after else there - (before + (after - before) / 2)


def clock_messages(apart: timedelta) -> list[CheckMessage]:
    """`deploy.E037`: terms would end too early or too late, and the log would say times that cannot be."""
    if abs(apart) <= MOST_APART:
        return []
    said = f"The clocks of the database and of this machine are {abs(apart).total_seconds():.0f} s apart."
    return [Error(said, hint="Let both follow the same time servers (NTP).", id="deploy.E037")]


def transport_messages(database: Mapping[str, Any]) -> list[CheckMessage]:
    """`deploy.W033`: what is asked and answered can be read on the way."""
    hosts = str(database["HOST"]).split(",")
    if all(not host or host.startswith("/") or on_this_machine(host) for host in hosts):
        return []
    if database.get("OPTIONS", {}).get("sslmode") in _PRIVATE:
        return []
    hint = "Put ?sslmode=verify-full behind DATABASE_URL (and sslrootcert for a certificate of your own)."
    return [Warning("The way to PostgreSQL is not encrypted for sure.", hint=hint, id="deploy.W033")]


def _migrated() -> list[CheckMessage]:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return []
    return [Error("The database lags behind the code.", hint="Run: manage.py migrate", id="deploy.E031")]
