"""Everything of hers as a zip, made while it is sent: never on the disk, and at most 100 entries in memory."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.queries import Named
from lerarenregister.portfolio.queries.files import file_bytes
from lerarenregister.portfolio.rules.entries import Content, KeptEntry
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.portfolio.sharing import queries as sharing
from lerarenregister.portfolio.sharing.rules.receiving import Own
from lerarenregister.web.archives import streamed
from lerarenregister.web.portfolio.document import FORMAT, SCHEMA_FILE, VERSION, entry_json, name_in_zip
from lerarenregister.web.portfolio.labels import SECTIONS, badge_of
from lerarenregister.web.portfolio.ordering import hours_of

README = """\
JE PORTFOLIO
============
Alles wat je vastlegde, van jou, om te bewaren waar je wilt.

index.html                     Open dit bestand om te lezen. Het werkt zonder internet.
portfolio.json                 Hetzelfde voor computers, met eerdere versies, concept, prullenbak en wat je deelde.
portfolio-export.schema.json   Beschrijft hoe portfolio.json in elkaar zit (JSON Schema 2020-12).
bestanden/                     Je foto's en andere bestanden.
SHA256SUMS                     Controlegetallen. Controleren kan met: sha256sum -c SHA256SUMS

De zip kun je in het Lerarenregister weer terugzetten. Laat hem dan zoals hij is.
Wat in deze zip zit, is niet versleuteld.

YOUR PORTFOLIO
==============
Everything you kept, yours, to store where you like.

index.html                     Open this file to read. It works without the internet.
portfolio.json                 The same for computers, with earlier versions, draft, bin and what you shared.
portfolio-export.schema.json   Describes portfolio.json (JSON Schema 2020-12).
bestanden/                     Your photos and other files.
SHA256SUMS                     Checksums. Check them with: sha256sum -c SHA256SUMS

You can put the zip back into the Lerarenregister. Leave it as it is.
What is in this zip is not encrypted.
"""
_ENTRIES_HERE = "[entries]"
_ORDER = (Form.ENTRY, Form.GOAL, Form.THEME, Form.COLLECTION, Form.REPEAT)


def stream(viewer: Viewer, sealer: Sealer, own: Own, *, at: datetime) -> Iterator[bytes]:
    """The bytes of the zip, with what she shared and what others wrote back. The language of the pages is the one in
    force when this is called."""
    language = translation.get_language() or "nl"
    files: dict[str, FileRef] = {}
    parts: dict[str, Iterable[bytes]] = {
        "index.html": _html(viewer, sealer, language, at),
        "portfolio.json": _json(viewer, sealer, own, at, files),
        "portfolio-export.schema.json": [SCHEMA_FILE.read_bytes()],
        "README.txt": [README.encode()],
    }
    return streamed(
        parts, then=lambda: {name: file_bytes(viewer, sealer, file) for name, file in sorted(files.items())}
    )


def _json(viewer: Viewer, sealer: Sealer, own: Own, at: datetime, files: dict[str, FileRef]) -> Iterator[bytes]:
    """The document; what it names comes into `files`, by the name that it has in the zip."""
    head: dict[str, Any] = {"format": FORMAT, "version": VERSION, "taken_out_at": at.isoformat()}
    draft = queries.draft(viewer, sealer).content
    if not draft.blank:
        head["draft"] = draft.text
    if shares := _shares(viewer, sealer, own, at):
        head["shares"] = shares
    yield json.dumps(head, ensure_ascii=False, indent=1).encode()[:-2] + b',\n "entries": [\n'
    between, keys = b"", queries.ids_of_everything(viewer, sealer)
    numbers = {key: number for number, key in enumerate(keys, start=1)}
    for kept in queries.everything(viewer, sealer, keys):
        yield between + entry_json(kept, numbers)
        for content in (kept.content, *(each.content for each in kept.earlier)):
            files |= {name_in_zip(each): each for each in content.files}
        between = b",\n"
    yield b"\n]}\n"


def _shares(viewer: Viewer, sealer: Sealer, own: Own, at: datetime) -> list[dict[str, Any]]:
    """What she shares and shared, when that was opened, and what was written back. The copies are not in the zip: what
    they were made of is."""
    told = []
    for each in sharing.shares(viewer, sealer, at=at):
        heard = sharing.heard(viewer, own, each.id)
        answers = [{"at": note.at.isoformat(), "name": note.name, "text": note.text} for _, note in heard.answers]
        told.append(each.line.fields() | {"opened_at": [at.isoformat() for at in heard.openings], "answers": answers})
    return told


def _html(viewer: Viewer, sealer: Sealer, language: str, at: datetime) -> Iterator[bytes]:
    """A page that opens by itself: her entries by month, then her goals, themes, collections and what comes back. Each
    piece is rendered under its language, never holding it between pieces."""
    begin, end = _rendered("page", {"at": at, "entries_here": _ENTRIES_HERE}, language).split(_ENTRIES_HERE.encode())
    yield begin
    names = queries.names_of_everything(viewer, sealer)
    ordered = sorted(names, key=lambda key: _ORDER.index(names[key].form))
    places = {key: Place(number, names[key]) for number, key in enumerate(ordered, start=1)}
    before: Content | None = None
    for kept in queries.everything(viewer, sealer, ordered):
        if kept.deleted:
            continue
        yield _rendered("entry", _context(kept, places, before), language)
        before = kept.content
    yield end


class Place(NamedTuple):
    """Where a thing stands in the page, and what it is called."""

    number: int
    named: Named


def _context(kept: KeptEntry, places: Mapping[UUID, Place], before: Content | None) -> dict[str, Any]:
    """What the page says of one thing. What lies in the bin, or is gone, is not in the page: nothing leads to it."""
    content, first_day = kept.content, kept.content.on.replace(day=1)
    same = before is not None and before.form is content.form
    new_month = content.form is Form.ENTRY and not (same and before and before.on.replace(day=1) == first_day)
    return {
        "kept": kept,
        "content": content,
        "files": [(each, name_in_zip(each)) for each in content.files],
        "place": places.get(kept.id) if kept.id else None,
        "new_month": first_day if new_month else None,
        "new_form": content.form if content.form is not Form.ENTRY and not same else None,
        "links": [places[each] for each in content.facets.links if each in places],
        "pieces": [
            (piece.text, places[piece.entry] if piece.entry else None)
            for piece in content.pieces
            if piece.entry is None or piece.entry in places
        ],
    }


def _rendered(part: str, context: dict[str, Any], language: str) -> bytes:
    with translation.override(language):
        if "content" in context:
            content = context["content"]
            context["kind"] = badge_of(content.form, content.kind)
            context["hours"] = hours_of(content.facets.quarters)
            context["section"] = str(SECTIONS[context["new_form"]]) if context["new_form"] else ""
        return render_to_string(f"portfolio/takeout/{part}.html", context | {"language": language}).encode()
