"""The zip she brings back: sealed while it comes in, read within limits, checked before a row is written.

It may be as large as all her files together, so it is kept as a file of hers that waits, and read from there piece by
piece; when she has her answer it is gone.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.actions.files import Store, clear_brought
from lerarenregister.portfolio.errors import FileGone, FileRefused
from lerarenregister.portfolio.queries.files import OpenedFile, is_there
from lerarenregister.portfolio.rules.entries import Content, KeptEntry
from lerarenregister.portfolio.rules.files import Came, FileRef, Room
from lerarenregister.portfolio.rules.filetypes import OTHER
from lerarenregister.web.portfolio.document import FOLDER, name_in_zip, read_document
from lerarenregister.web.portfolio.uploads import room
from lerarenregister.web.requests import DoorRequest

# A full portfolio (`portfolio.rules.entries.MOST_STORED`) stands twice in its zip, as a page and as JSON.
MOST_BYTES = 80 * 1024 * 1024
"""Of a zip without files; with files it may have what they may have, and this."""
MOST_DOCUMENT_BYTES = 96 * 1024 * 1024
MOST_MEMBERS = 20
"""Beside her files."""
MOST_FILES = 50_000
_SUMS_BYTES = 12 * 1024 * 1024
_AT_ONCE = 1024 * 1024
_MOST_AT_ONCE = 12 * 1024 * 1024
"""What is read of it in one go: its directory, of at most 50,000 names."""


class TooLarge(Invalid):
    """The zip, or what is in it, is larger than we take in."""

    code = "too-large"


class ZipIn(FileUploadHandler):
    """Keeps the one file of the form, sealed; `too_large` says that it was more than we take in: then it is dropped.
    `overtaken`: another import of hers began meanwhile.

    What an earlier one left that was killed is removed first: no zip lies here longer than until the next one.
    """

    chunk_size = 1 << 18

    def __init__(self, request: DoorRequest, sealer: Sealer) -> None:
        super().__init__(cast(HttpRequest, request))
        self._door, self._sealer = request, sealer
        self._store: Store | None = None
        self.too_large = self.overtaken = False
        self.file: FileRef | None = None

    def new_file(self, *args: object, **kwargs: object) -> None:
        """A file in the form begins; only the first one counts."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        if self._store is None and not self.too_large and self.file is None:
            most = most_bytes()
            whole = Room(most, 4 * most)  # it is gone when she has her answer, so it takes no room from her files
            clear_brought(viewer=self._door.viewer)
            self._store = Store(
                viewer=self._door.viewer, sealer=self._sealer, room=whole, at=self._door.at, came=Came.ZIP
            )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some bytes of it."""
        if self._store is None or self.file is not None or self.too_large or self.overtaken:
            return
        try:
            self._store.feed(raw_data)
        except FileRefused:
            self.too_large = True
            self.abandon()
        except FileGone:
            self.overtaken = True

    def file_complete(self, file_size: int) -> None:
        """The end of it."""
        if self._store is None or self.file is not None or self.too_large or self.overtaken or not file_size:
            return
        try:
            self.file = self._store.keep("portfolio.zip", OTHER)
        except FileGone:
            self.overtaken = True

    def abandon(self) -> None:
        """Remove what came in; what can not be removed now, the daily work removes."""
        if self._store is not None:
            self._store.abandon()

    def is_there(self) -> bool:
        """Whether it lies here: another import of hers may have taken its place."""
        return self.file is not None and is_there(self._door.viewer, self.file)

    def opened(self) -> "_Careful":
        """The zip, to read in any order. Raises Invalid without one."""
        if self.file is None:
            raise Invalid("no zip")
        return _Careful(OpenedFile(self._door.viewer, self._sealer, self.file))


class _Careful(io.BufferedReader):
    """Reads no more in one go than an honest zip asks for: what it says of its directory is believed by nobody."""

    def read(self, size: int | None = -1, /) -> bytes:
        """At most so many bytes. Raises BadZipFile for more than an honest one asks."""
        if size is None or size < 0:
            here = self.tell()
            size = self.seek(0, io.SEEK_END) - here
            self.seek(here)
        if size > _MOST_AT_ONCE:
            raise zipfile.BadZipFile("the directory is too large")
        return super().read(size)


def most_bytes() -> int:
    """Of a zip."""
    return room().of_portfolio + MOST_BYTES


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """The zip, when its directory is one that we could have made. Raises Invalid."""
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise Invalid("not a zip that we made") from error
    members = archive.infolist()
    beside = sum(not member.filename.startswith(FOLDER) for member in members)
    if beside > MOST_MEMBERS or len(members) > MOST_FILES:
        raise Invalid("too many files in the zip")
    for member in members:
        _check_name(member.filename)
    if len({member.filename for member in members}) != len(members):
        raise Invalid("a file is in the zip twice")
    return archive


@dataclass(frozen=True, slots=True)
class Read:
    """What a zip of ours has: the entries without the files that the zip itself says it lacks, the draft, and the names
    of these files."""

    entries: list[KeptEntry]
    draft: str
    lacking: tuple[str, ...]


def read_zip(archive: zipfile.ZipFile, *, at: datetime) -> Read:
    """What is in a zip of ours, whoever took it out. Raises Invalid, TooLarge for a bomb."""
    try:
        document = _read(archive, "portfolio.json", MOST_DOCUMENT_BYTES)
        sums = _read(archive, "SHA256SUMS", _SUMS_BYTES)
    except _BROKEN as error:
        raise Invalid("not a zip that we made") from error
    if f"{hashlib.sha256(document).hexdigest()}  portfolio.json" not in sums.decode(errors="replace").splitlines():
        raise Invalid("portfolio.json was changed: its checksum differs")
    said = read_document(document, at=at)
    lacking = said.missing.difference(archive.namelist())
    if not lacking:
        return Read(said.entries, said.draft, ())
    entries = [less for each in said.entries if not (less := _without(each, lacking)).content.blank]
    return Read(entries, said.draft, tuple(sorted(each.rpartition("/")[2] for each in lacking)))


def _without(kept: KeptEntry, lacking: frozenset[str]) -> KeptEntry:
    """The entry and its earlier versions without these files."""

    def less(content: Content) -> Content:
        return replace(content, files=tuple(each for each in content.files if name_in_zip(each) not in lacking))

    earlier = tuple(replace(each, content=less(each.content)) for each in kept.earlier)
    return replace(kept, content=less(kept.content), earlier=earlier)


def file_in(archive: zipfile.ZipFile, file: FileRef) -> Iterator[bytes]:
    """The bytes of a file that the document names, no more than it says. Raises Invalid."""
    left = file.size
    try:
        with archive.open(name_in_zip(file)) as opened:
            while piece := opened.read(_AT_ONCE):
                left -= len(piece)
                if left < 0:
                    raise Invalid("a file in the zip is larger than it says")
                yield piece
    except _BROKEN as error:
        raise Invalid("a file is not in the zip, or damaged") from error
    if left:
        raise Invalid("a file in the zip is smaller than it says")


_BROKEN = (
    zipfile.BadZipFile,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    zlib.error,
    KeyError,
)


def _check_name(name: str) -> None:
    if name.startswith("/") or "\\" in name or "\x00" in name or ":" in name or ".." in name.split("/"):
        raise Invalid("a file in the zip points outside of it")


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A member, never more than `most` bytes of it whatever the zip claims."""
    member = archive.getinfo(name)
    if member.file_size > most:
        raise TooLarge("a file in the zip is too large")
    content = bytearray()
    with archive.open(member) as opened:
        while piece := opened.read(_AT_ONCE):
            content += piece
            if len(content) > most:
                raise TooLarge("a file in the zip is larger than it says")
    return bytes(content)
