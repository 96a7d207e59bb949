"""A database of its own for processes that a test starts and kills: of the kind on which the suite runs, empty."""

import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection


@dataclass(frozen=True)
class Fresh:
    """The database, its `DATABASE_URL`, and the folder for what else a machine of ours keeps."""

    var: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a process that uses it."""
        return {**os.environ, "VAR": str(self.var), "DATABASE_URL": self.url}

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement gives, over a connection of its own."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)) as opened:
                return opened.execute(statement).fetchall()
        with psycopg.connect(self.url) as connected:
            return connected.execute(statement.encode()).fetchall()


@contextmanager
def fresh_database(var: Path, *, like: Fresh | None = None) -> Iterator[Fresh]:
    """A new database for a new folder, empty or a copy of another one that nobody uses now; gone afterwards."""
    if like is None:
        var.mkdir(exist_ok=True)
    else:
        shutil.copytree(like.var, var)
    if connection.vendor == "sqlite":
        yield Fresh(var, f"sqlite:///{var}/r.sqlite3")
        return
    suite, name = urlsplit(os.environ["DATABASE_URL"]), f"fresh_{uuid.uuid4().hex}"
    template = urlsplit(like.url).path[1:] if like else "template1"
    with psycopg.connect(suite.geturl(), autocommit=True) as beside:
        beside.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield Fresh(var, suite._replace(path=f"/{name}").geturl())
        finally:
            beside.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
