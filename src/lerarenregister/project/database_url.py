"""From `DATABASE_URL` to Django's settings: one file, one server, or several of which one takes what is written.

Several servers follow each other (docs/how-to/high-availability.md). Each connection asks them in turn and keeps the
one that takes writes; so after a failover nothing has to be told where the database is.
"""

import re
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_LIBPQ = {
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"),
    *("target_session_attrs", "connect_timeout", "tcp_user_timeout"),
    *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"),
}
_WRITES = ("read-write", "primary")
_PATIENCE = {  # of several servers: how long one that fell silent is waited for (seconds; the last one milliseconds)
    "connect_timeout": "2",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:,\[\]]+)(:(?P<port>\d{1,5}))?")


def database(url: str, *, pooled: bool = False) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` or `postgresql://user:password@host:port,host:port/name?host=/socket`.

    `pooled`: a pooler in between lends a connection for one transaction, so nothing may outlive a transaction in it.
    An option behind the question mark that libpq would not get is refused: `sslmode` must not be lost in silence.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(parts, pooled=pooled)
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgresql://")


def _postgresql(parts: SplitResult, *, pooled: bool) -> dict[str, Any]:
    query = dict(parse_qsl(parts.query))
    if unknown := sorted(set(query) - _LIBPQ - {"host", "port"}):
        raise ImproperlyConfigured(
            f"DATABASE_URL has an unknown option {unknown[0]}. Known: {', '.join(sorted(_LIBPQ))}."
        )
    hosts, ports = servers(parts.netloc)
    options = {name: value for name, value in query.items() if name in _LIBPQ}
    if len(hosts) > 1:
        if options.get("target_session_attrs") not in _WRITES:
            raise ImproperlyConfigured(
                "DATABASE_URL names several servers. Put target_session_attrs=read-write behind the question mark: "
                "without it a connection may be to one that only follows, and nothing can be written there."
            )
        options = _PATIENCE | options
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", ",".join(hosts)),
        "PORT": query.get("port", "") if not any(ports) else ",".join(port or "5432" for port in ports),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,  # a connection that broke meanwhile is made anew before anything is sent over it
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": options,
    }


def servers(netloc: str) -> tuple[list[str], list[str]]:
    """The names and the ports ("" when none is said) of the servers in this part of an address."""
    found = [_HOST.fullmatch(each) for each in netloc.rpartition("@")[2].split(",")]
    if netloc.rpartition("@")[2] == "":
        return [""], [""]
    if not all(found):
        raise ImproperlyConfigured("DATABASE_URL must name servers as host:port, with commas between them.")
    hosts = [unquote(each["host"].strip("[]")) for each in found if each]
    return hosts, [each["port"] or "" for each in found if each]
