"""Everything of hers as a zip, made while it is sent: never on the disk, and at most 100 entries in memory.

What no longer opens does not end the zip: it is left out and listed, on the page, in the document and in the README. So
her files come first, and the page last: by then all that is missing is known.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.queries import Named
from lerarenregister.portfolio.queries.files import file_bytes
from lerarenregister.portfolio.queries.leaving import (
    Inventory,
    Unopened,
    What,
    all_that_opens,
    inventory,
    opens_whole,
)
from lerarenregister.portfolio.rules.entries import Content, KeptEntry
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.sharing import queries as sharing
from lerarenregister.portfolio.sharing.rules.receiving import Own
from lerarenregister.web.archives import streamed
from lerarenregister.web.portfolio.document import FOLDER, FORMAT, SCHEMA_FILE, VERSION, entry_json, name_in_zip
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
NOT_WHOLE_NL = (
    "Dit is bij ons beschadigd: het ging niet meer open. De rest is heel. Meld het ons, via de hulp op de site."
)
NOT_WHOLE_EN = (
    "This is damaged on our side: it did not open any more. The rest is whole. Tell us, by the help page of the site."
)
_ENTRIES_HERE = "[entries]"
_ORDER = (Form.ENTRY, Form.GOAL, Form.THEME, Form.COLLECTION, Form.REPEAT)


@dataclass
class _Missing:
    """What turned out to be missing so far: of her entries, her files by their names in the zip, and beside these."""

    entries: list[Unopened] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    draft: bool = False
    shares: int = 0

    def __bool__(self) -> bool:
        return bool(self.entries or self.files or self.draft or self.shares)

    def without(self, ids: Iterable[UUID]) -> list[UUID]:
        """These ids, but those of which nothing is in the zip."""
        gone = {each.id for each in self.entries if each.what is What.ENTRY}
        return [each for each in ids if each not in gone]

    def fields(self, numbers: Mapping[UUID, int]) -> list[dict[str, Any]]:
        """As the document says it."""
        told: list[dict[str, Any]] = [{"what": "file", "name": name} for name in self.files]
        for each in self.entries:
            known: dict[str, Any] = {"entry": numbers[each.id]} if each.what is not What.ENTRY else {}
            known |= {"title": each.heading[:200], "date": each.on.isoformat()} if each.on else {}
            told.append({"what": each.what} | known)
        return told + [{"what": "draft"}] * self.draft + [{"what": "share"}] * self.shares


def stream(viewer: Viewer, sealer: Sealer, own: Own, *, at: datetime) -> Iterator[bytes]:
    """The bytes of the zip, with what she shared and what others wrote back. The language of the pages is the one in
    force when this is called. Raises Unreadable, before the first byte, when nothing opens with this key."""
    language = translation.get_language() or "nl"
    missing = _Missing()
    found = inventory(viewer, sealer)
    draft = _draft(viewer, sealer, missing)
    if missing.draft and not found.ids:
        raise Unreadable("nothing of hers opens with this key")
    parts: dict[str, Iterable[bytes]] = {
        "portfolio.json": _json(_Every(viewer, sealer, found, missing), own, draft, at),
        "index.html": _html(_Every(viewer, sealer, found, missing), language, at),
        "portfolio-export.schema.json": [SCHEMA_FILE.read_bytes()],
        "README.txt": _readme(missing),
    }
    return streamed(parts, first=_files(viewer, sealer, found, missing))


class _Every(NamedTuple):
    """Hers, as the heads tell it, with what turned out to be missing so far."""

    viewer: Viewer
    sealer: Sealer
    found: Inventory
    missing: _Missing

    def kept(self, ids: Sequence[UUID]) -> Iterator[KeptEntry | Unopened]:
        """What there is of these."""
        return all_that_opens(self.viewer, self.sealer, ids)


def _draft(viewer: Viewer, sealer: Sealer, missing: _Missing) -> str:
    try:
        content = queries.draft(viewer, sealer).content
    except Unreadable:
        missing.draft = True
        return ""
    return "" if content.blank else content.text


def _files(
    viewer: Viewer, sealer: Sealer, found: Inventory, missing: _Missing
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Her files by their names in the zip. Each is read to its end before its first byte is sent."""
    for name, file in sorted({name_in_zip(each): each for each in found.files}.items()):
        if opens_whole(viewer, sealer, file):
            yield name, _to_its_end(file_bytes(viewer, sealer, file), name, missing)
        else:
            missing.files.append(name)


def _to_its_end(pieces: Iterator[bytes], name: str, missing: _Missing) -> Iterator[bytes]:
    """What is removed elsewhere at this very moment is cut off here, and listed: the zip goes on."""
    try:
        yield from pieces
    except Unreadable:
        missing.files.append(name)


def _json(every: _Every, own: Own, draft: str, at: datetime) -> Iterator[bytes]:
    """The document. What does not open comes into what is missing, which stands at its end."""
    head: dict[str, Any] = {"format": FORMAT, "version": VERSION, "taken_out_at": at.isoformat()}
    if draft:
        head["draft"] = draft
    if shares := _shares(every, own, at):
        head["shares"] = shares
    yield json.dumps(head, ensure_ascii=False, indent=1).encode()[:-2] + b',\n "entries": [\n'
    between, numbers = b"", {key: number for number, key in enumerate(every.found.ids, start=1)}
    for kept in every.kept(every.found.ids):
        if isinstance(kept, Unopened):
            every.missing.entries.append(kept)
            continue
        yield between + entry_json(kept, numbers)
        between = b",\n"
    yield b"\n]"
    if every.missing:
        yield b',\n "missing": ' + json.dumps(every.missing.fields(numbers), ensure_ascii=False, indent=1).encode()
    yield b"}\n"


def _readme(missing: _Missing) -> Iterator[bytes]:
    """What is in the zip and, in both languages, what is not."""
    yield README.encode()
    if missing:
        listed = "".join(f"- {each}\n" for each in _listed(missing, "nl"))
        yield f"\nWAT NIET IN DEZE ZIP ZIT\n========================\n{NOT_WHOLE_NL}\n{listed}".encode()
        listed = "".join(f"- {each}\n" for each in _listed(missing, "en"))
        yield f"\nWHAT IS NOT IN THIS ZIP\n=======================\n{NOT_WHOLE_EN}\n{listed}".encode()


def _listed(missing: _Missing, language: str) -> list[str]:
    """What is missing, in words."""
    with translation.override(language):
        words = {
            What.ENTRY: _("een hele tekst"),
            What.NEWEST: _("de nieuwste versie; de versie ervoor zit erin"),
            What.EARLIER: _("een eerdere versie"),
        }
        told = [_("bestand: {name}").format(name=each.removeprefix(FOLDER).partition("/")[2]) for each in missing.files]
        for each in missing.entries:
            of = f"{each.heading} ({date_format(each.on, 'j F Y')})" if each.on else _("zonder titel of datum")
            told.append(f"{of}: {words[each.what]}")
        told += [_("je concept")] * missing.draft + [_("iets dat je deelde")] * missing.shares
    return told


def _shares(every: _Every, own: Own, at: datetime) -> list[dict[str, Any]]:
    """What she shares and shared, when that was opened, and what was written back. The copies are not in the zip: what
    they were made of is."""
    told = []
    found, every.missing.shares = sharing.shares_that_open(every.viewer, every.sealer, at=at)
    for each in found:
        heard = sharing.heard(every.viewer, own, each.id)
        answers = [{"at": note.at.isoformat(), "name": note.name, "text": note.text} for _, note in heard.answers]
        told.append(each.line.fields() | {"opened_at": [at.isoformat() for at in heard.openings], "answers": answers})
    return told


def _html(every: _Every, language: str, at: datetime) -> Iterator[bytes]:
    """A page that opens by itself: what is missing, her entries by month, then her goals, themes, collections and what
    comes back. Each piece is rendered under its language, never holding it between pieces."""
    page = {"at": at, "entries_here": _ENTRIES_HERE, "missing": _listed(every.missing, language)}
    begin, end = _rendered("page", page, language).split(_ENTRIES_HERE.encode())
    yield begin
    names = {each.id: each for each in every.found.named}
    ordered = sorted(every.missing.without(names), key=lambda key: _ORDER.index(names[key].form))
    places = {key: Place(number, names[key]) for number, key in enumerate(ordered, start=1)}
    before: Content | None = None
    for kept in every.kept(ordered):
        if isinstance(kept, Unopened) or kept.deleted:
            continue
        yield _rendered("entry", _context(kept, places, before, every.missing.files), language)
        before = kept.content
    yield end


class Place(NamedTuple):
    """Where a thing stands in the page, and what it is called."""

    number: int
    named: Named


def _context(
    kept: KeptEntry, places: Mapping[UUID, Place], before: Content | None, missing: Collection[str]
) -> dict[str, Any]:
    """What the page says of one thing. What lies in the bin, or is gone, is not in the page: nothing leads to it."""
    content, first_day = kept.content, kept.content.on.replace(day=1)
    same = before is not None and before.form is content.form
    new_month = content.form is Form.ENTRY and not (same and before and before.on.replace(day=1) == first_day)
    return {
        "kept": kept,
        "content": content,
        "files": [(each, name, name in missing) for each in content.files for name in [name_in_zip(each)]],
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
