"""The form of `gegevens.json`. The published schema lies beside this module and in
docs/reference/access-request.schema.json."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from lerarenregister.kernel.holdings import Held

FORMAT = "lerarenregister-access"
VERSION = 1
SCHEMA_FILE = Path(__file__).with_name("access-request.schema.json")


def pieces(everything: Iterable[Held], *, account: UUID, at: datetime) -> Iterator[bytes]:
    """The document, a row at a time."""
    head = {"format": FORMAT, "version": VERSION, "given_at": at.isoformat(), "account": str(account)}
    yield json.dumps(head, indent=1).encode()[:-2] + b',\n "held": {'
    before = b"\n"
    for held in everything:
        yield before + f" {json.dumps(held.name)}: [".encode()
        between = b"\n  "
        for row in held.rows:
            yield between + json.dumps(row, ensure_ascii=False, default=_plain).encode()
            between = b",\n  "
        yield b"]"
        before = b",\n"
    yield b"\n }\n}\n"


def _plain(value: Any) -> str:
    """Identifiers, days and moments (UTC offset included) as text; anything else is a mistake of ours."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    raise TypeError(f"no form in JSON for {type(value).__name__}")
