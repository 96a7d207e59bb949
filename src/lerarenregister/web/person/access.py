"""All that is held of her as a zip: one document for computers, one page to read, made while they are sent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from lerarenregister.kernel.holdings import Held
from lerarenregister.web.archives import streamed
from lerarenregister.web.person.document import SCHEMA_FILE, pieces
from lerarenregister.web.person.labels import row_shown, section_of
from lerarenregister.web.person.parts import Enclosed

README = """\
JE GEGEVENS
===========
Alles wat het Lerarenregister over je heeft, op het moment dat je het vroeg.

index.html                   Open dit bestand om te lezen. Het werkt zonder internet.
gegevens.json                Hetzelfde voor computers.
access-request.schema.json   Beschrijft hoe gegevens.json in elkaar zit (JSON Schema 2020-12).
SHA256SUMS                   Controlegetallen. Controleren kan met: sha256sum -c SHA256SUMS

De tekst in deze zip is niet versleuteld. Bewaar hem waar alleen jij erbij kunt.

YOUR DATA
=========
All that the Lerarenregister holds of you, at the moment that you asked.

index.html                   Open this file to read. It works without the internet.
gegevens.json                The same for computers.
access-request.schema.json   Describes gegevens.json (JSON Schema 2020-12).
SHA256SUMS                   Checksums. Check them with: sha256sum -c SHA256SUMS

The text in this zip is not encrypted. Keep it where only you can reach it.
"""
_SECTIONS_HERE = "[sections]"


def stream(
    everything: Callable[[], Iterator[Held]], enclosed: Sequence[Enclosed], *, account: UUID, at: datetime
) -> Iterator[bytes]:
    """The bytes of the zip. `everything` is read twice; the page is in the language in force when this is called."""
    language = translation.get_language() or "nl"
    files: dict[str, Iterable[bytes]] = {
        "index.html": _page(everything, enclosed, language, at),
        "gegevens.json": pieces(everything(), account=account, at=at),
        "access-request.schema.json": [SCHEMA_FILE.read_bytes()],
        "README.txt": [README.encode()],
    }
    return streamed(files | {each.name: each.pieces for each in enclosed if each.pieces is not None})


def _page(
    everything: Callable[[], Iterator[Held]], enclosed: Sequence[Enclosed], language: str, at: datetime
) -> Iterator[bytes]:
    """A page that opens by itself. Each piece is rendered under its language, never holding it between pieces."""
    context = {"at": at, "sections_here": _SECTIONS_HERE, "enclosed": enclosed}
    begin, end = _rendered("page", context, language).split(_SECTIONS_HERE.encode())
    yield begin
    for held in everything():
        rows = iter(held.rows)
        first = next(rows, None)
        with translation.override(language):
            section = section_of(held.name)
        yield _rendered("section", {"section": section, "empty": first is None}, language)
        for row in chain([first] if first is not None else [], rows):
            with translation.override(language):
                shown = row_shown(held.name, row)
            yield _rendered("row", {"fields": shown}, language)
    yield end


def _rendered(part: str, context: dict[str, object], language: str) -> bytes:
    with translation.override(language):
        return render_to_string(f"person/access/{part}.html", context | {"language": language}).encode()
