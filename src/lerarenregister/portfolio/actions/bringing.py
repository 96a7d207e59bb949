"""Files that come back in a zip: stored anew, under new ids, and given to the entries that are added."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions.files import Store, remove
from lerarenregister.portfolio.actions.pdf_text import PdfReading
from lerarenregister.portfolio.errors import FileGone
from lerarenregister.portfolio.models import File, Waiting
from lerarenregister.portfolio.rules.entries import Content, KeptEntry
from lerarenregister.portfolio.rules.files import Came, FileRef, Room, clean_name
from lerarenregister.portfolio.rules.filetypes import LOOKED_AT, OTHER, media_type_of
from lerarenregister.portfolio.rules.images import MOST_IMAGE_BYTES, looked_at
from lerarenregister.portfolio.rules.recognising import Past

READING_SECONDS = 30
"""For the texts of all PDFs of one zip together: she waits for it. What comes after is found by its name alone."""
Source = Callable[[FileRef], Iterator[bytes]]
"""The bytes of a file that the document names. Raises Invalid for one that is not there, or has another size."""


@dataclass(frozen=True)
class Brought:
    """The files of one import. What no entry got when it ends is removed again."""

    viewer: Viewer
    sealer: Sealer
    room: Room
    source: Source
    at: datetime
    _reading: PdfReading = field(default_factory=lambda: PdfReading(READING_SECONDS))
    _of: dict[UUID, list[UUID]] = field(default_factory=dict)
    _stored_here: set[UUID] = field(default_factory=set)
    _given: set[UUID] = field(default_factory=set)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        """When it broke, what was given to entries is loose again: they were not added."""
        remove(self._stored_here if kind else self._stored_here - self._given)

    def stored(self, kept: KeptEntry, key: UUID) -> KeptEntry:
        """The entry that will have this id, with its files stored. Raises Invalid for a file that is not what the
        document says, and FileRefused."""
        contents = [kept.content, *(each.content for each in kept.earlier)]
        if not any(each.files for each in contents):
            return kept
        found: dict[FileRef, FileRef] = {}
        for file in dict.fromkeys(file for content in contents for file in content.files):
            found[file] = self._stored(file)
            self._of.setdefault(key, []).append(found[file].id)

        def renamed(content: Content) -> Content:
            return replace(content, files=tuple(found[each] for each in content.files))

        earlier = tuple(replace(each, content=renamed(each.content)) for each in kept.earlier)
        return replace(kept, content=renamed(kept.content), earlier=earlier)

    def attach(self, entries: Sequence[UUID]) -> None:
        """Give their files to these entries, which are there by now, within the transaction that adds them."""
        for entry in entries:
            files = self._of.get(entry, [])
            if files:
                if File.objects.filter(pk__in=files).update(entry_id=entry) != len(set(files)):
                    raise FileGone("another import of hers took the place of this one")
                Waiting.objects.filter(file__in=files).delete()
                self._given.update(files)

    def _stored(self, file: FileRef) -> FileRef:
        store = Store(
            viewer=self.viewer,
            sealer=self.sealer,
            room=self.room,
            at=self.at,
            reading=self._reading,
            came=Came.OUT_OF_ZIP,
        )
        self._stored_here.add(store.id)
        if file.shown and file.size <= MOST_IMAGE_BYTES:
            content = b"".join(self.source(file))
            picture = looked_at(content, file.media_type)
            store.feed(content)
            kept = store.keep(clean_name(file.name), file.media_type if picture else OTHER, picture)
        else:
            said = _fed(store, self.source(file), file.media_type)
            kept = store.keep(clean_name(file.name), OTHER if file.shown else said)  # an image that nobody looked at
        if (kept.size, kept.sha256) != (file.size, file.sha256):
            raise Invalid("a file differs from its checksum")
        return kept


def _fed(store: Store, pieces: Iterable[bytes], said: str) -> str:
    """Store these; the type, when it is what the document says, and else that of another file."""
    start = b""
    for piece in pieces:
        if len(start) < LOOKED_AT:
            start += piece[:LOOKED_AT]
        store.feed(piece)
    return said if media_type_of(start[:LOOKED_AT]) == said else OTHER


def no_files(file: FileRef) -> Iterator[bytes]:
    """The source of an import without files."""
    raise Invalid(f"a file of {file.size} bytes is not there")


def pasts_of(viewer: Viewer, sealer: Sealer, keys: Sequence[UUID]) -> list[Past]:
    """What these things of hers said before; nothing of one that does not open, so that what comes in is no double of
    it."""

    def past(key: UUID) -> Past:
        try:
            return Past(each.content.content_hash() for each in queries.history(viewer, sealer, key))
        except (Absent, Unreadable):
            return Past()

    return [past(key) for key in keys]
