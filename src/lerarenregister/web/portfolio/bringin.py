"""The zip she brings back: held in memory alone, read within limits, checked before a row is written."""

import hashlib
import io
import zipfile
import zlib
from datetime import datetime

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.rules.entries import KeptEntry
from lerarenregister.web.portfolio.document import read_document

# A full portfolio (`portfolio.rules.entries.MOST_STORED`) stands twice in its zip, as a page and as JSON.
MOST_BYTES = 80 * 1024 * 1024
MOST_DOCUMENT_BYTES = 96 * 1024 * 1024
MOST_MEMBERS = 20
_SUMS_BYTES = 64 * 1024


class TooLarge(Invalid):
    """The zip, or what is in it, is larger than we take in."""

    code = "too-large"


class MemoryOnly(FileUploadHandler):
    """Keeps one upload in memory, up to 80 MB, and never makes a file of it; `too_large` says that it was cut off."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.too_large = False
        self._kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a chunk, or stop reading the upload."""
        if start + len(raw_data) > MOST_BYTES:
            self.too_large = True
            self._kept = io.BytesIO()
            raise StopUpload(connection_reset=False)
        self._kept.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The upload as a file in memory."""
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, "portfolio.zip", "application/zip", file_size, None, None
        )


def read_zip(packed: bytes, *, at: datetime) -> tuple[list[KeptEntry], str]:
    """The entries and the draft in a zip of ours, whoever took it out. Raises Invalid, TooLarge for a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise Invalid("too many files in the zip")
            for member in members:
                _check_name(member.filename)
            if len({member.filename for member in members}) != len(members):
                raise Invalid("a file is in the zip twice")
            document = _read(archive, "portfolio.json", MOST_DOCUMENT_BYTES)
            sums = _read(archive, "SHA256SUMS", _SUMS_BYTES)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error, KeyError) as error:
        raise Invalid("not a zip that we made") from error
    if f"{hashlib.sha256(document).hexdigest()}  portfolio.json" not in sums.decode(errors="replace").splitlines():
        raise Invalid("portfolio.json was changed: its checksum differs")
    return read_document(document, at=at)


def _check_name(name: str) -> None:
    if name.startswith("/") or "\\" in name or "\x00" in name or ":" in name or ".." in name.split("/"):
        raise Invalid("a file in the zip points outside of it")


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A member, never more than `most` bytes of it whatever the zip claims."""
    member = archive.getinfo(name)
    if member.file_size > most:
        raise TooLarge("a file in the zip is too large")
    with archive.open(member) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise TooLarge("a file in the zip is larger than it says")
    return content
