"""The form of `portfolio.json`, both ways: what she takes out is what she can bring in again.

The published schema lies beside this module and in docs/reference/portfolio-export.schema.json.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from jsonschema import Draft202012Validator

from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.entries import EARLIEST, Content, EarlierVersion, KeptEntry, Kind
from lerarenregister.portfolio.rules.facets import Facets
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.portfolio.rules.stories import Piece, told

FORMAT = "lerarenregister-portfolio"
FOLDER = "bestanden/"
VERSION = 2
"""Version 1 had no ids, and of a content no more than kind, date, text and title; it still comes in."""
MOST_VALUES = 2_500_000
"""Values in a document. A full portfolio of the shortest texts has two million; each costs up to some 200 bytes of
memory, so that 96 MB of `{},{},{}` would otherwise cost gigabytes."""
_TEXT_OR_VALUE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{,]', re.DOTALL)
SCHEMA_FILE = Path(__file__).with_name("portfolio-export.schema.json")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def entry_json(kept: KeptEntry, numbers: Mapping[UUID, int]) -> bytes:
    """One entry as a JSON object. `numbers` are the ids in the file of all that is in it: hers stay here."""
    fields: dict[str, Any] = {"id": numbers[kept.id]} if kept.id and kept.id in numbers else {}
    fields |= {
        "content": _fields(kept.content, numbers),
        "hash": kept.content.content_hash(),
        "first_saved_at": kept.first_saved_at.isoformat(),
        "saved_at": kept.saved_at.isoformat(),
        "earlier": [
            {"content": _fields(version.content, numbers), "saved_at": version.saved_at.isoformat()}
            for version in kept.earlier
        ],
        "deleted": kept.deleted,
    }
    return json.dumps(fields, ensure_ascii=False, indent=1).encode()


def name_in_zip(file: FileRef) -> str:
    """Where the file lies in the zip. Two with the same content and name lie there once."""
    return f"{FOLDER}{file.sha256[:16]}/{file.name}"


def _fields(content: Content, numbers: Mapping[UUID, int]) -> dict[str, Any]:
    fields = content.fields()
    fields.pop("between", None)
    links = [numbers[each] for each in content.facets.links if each in numbers]
    pieces = told(content.pieces, numbers)
    return fields | ({"links": links} if links else {}) | ({"pieces": pieces} if pieces else {})


class Document(NamedTuple):
    """What a `portfolio.json` says: the entries, the draft text, and which files were missing when it was made, by
    their names in the zip."""

    entries: list[KeptEntry]
    draft: str
    missing: frozenset[str] = frozenset()


def read_document(document: bytes, *, at: datetime) -> Document:
    """What a `portfolio.json` says; moments after `at` become `at`.

    Raises Invalid for what is no JSON, has more values than any portfolio, does not follow the schema, or has an entry
    that differs from its hash.
    """
    _check_values(document)
    try:
        fields = json.loads(document)
        error = next(iter(_validator().iter_errors(fields)), None)
        if error is not None:
            raise Invalid("portfolio.json does not follow its schema")
        numbers = [each["id"] for each in fields["entries"] if "id" in each]
        ids = {number: random_id() for number in numbers}
        if len(ids) != len(numbers):
            raise Invalid("two entries have one id")
        missing = frozenset(each["name"] for each in fields.get("missing", ()) if "name" in each)
        return Document([_kept(each, ids, at) for each in fields["entries"]], fields.get("draft", ""), missing)
    except (ValueError, RecursionError) as error:
        raise Invalid("portfolio.json can not be read") from error


def _check_values(document: bytes) -> None:
    """Count what begins a value, outside texts, before anything is made of it."""
    quote, left = ord('"'), MOST_VALUES
    for found in _TEXT_OR_VALUE.finditer(document):
        left -= document[found.start()] != quote
        if left < 0:
            raise Invalid("portfolio.json has more values than a portfolio")


def _kept(fields: dict[str, Any], ids: Mapping[int, UUID], at: datetime) -> KeptEntry:
    content = _content(fields["content"], ids)
    if content.content_hash() != fields["hash"]:
        raise Invalid("an entry differs from its hash")
    earlier = tuple(
        EarlierVersion(_content(each["content"], ids), _moment(each["saved_at"], at)) for each in fields["earlier"]
    )
    first, saved = _moment(fields["first_saved_at"], at), _moment(fields["saved_at"], at)
    return KeptEntry(content, first, saved, earlier, fields["deleted"], ids[fields["id"]] if "id" in fields else None)


def _content(fields: dict[str, Any], ids: Mapping[int, UUID]) -> Content:
    """What links to a number that is not in the file is left out."""
    facets = Facets.read(fields).linked(ids[each] for each in fields.get("links", ()) if each in ids)
    pieces = tuple(
        Piece(ids[each["entry"]]) if "entry" in each else Piece(text=each["text"])
        for each in fields.get("pieces", ())
        if "entry" not in each or each["entry"] in ids
    )
    on = date.fromisoformat(fields["date"])
    files = tuple(FileRef.read(each, random_id()) for each in fields.get("files", ()))
    title = fields.get("title", "")
    return Content(Kind(fields["kind"]), on, fields["text"], title, files, facets=facets, pieces=pieces)


def _moment(text: str, at: datetime) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Invalid("a moment has no zone")
    if moment.year < EARLIEST.year:
        # In the first and last year of the calendar a moment has no equal in another zone: it could not be taken out.
        raise Invalid("a moment lies before 1900")
    return min(moment, at)
