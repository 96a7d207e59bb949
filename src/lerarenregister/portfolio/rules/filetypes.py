"""What a file is, by its content: the first bytes, never its name.

A short list of what teachers keep. What is not on it is another file: kept as it is, and only ever sent to be saved.
SVG is on purpose not on the list: it is a page that can hold scripts, and nobody needs it shown here.
"""

import enum

LOOKED_AT = 4096
"""So many first bytes tell the type."""
OTHER = "application/octet-stream"
PDF = "application/pdf"
PDF_BEGINS = b"%PDF-"


class Sort(enum.StrEnum):
    """How a page speaks of a file."""

    AUDIO = "audio"
    DOCUMENT = "document"
    IMAGE = "image"
    OTHER = "other"
    PDF = "pdf"
    VIDEO = "video"


PLAYED = frozenset({Sort.AUDIO, Sort.VIDEO})
"""What a page plays: from any byte on."""
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
MEDIA_TYPES: dict[str, Sort] = {
    "image/jpeg": Sort.IMAGE,
    "image/png": Sort.IMAGE,
    PDF: Sort.PDF,
    "audio/aac": Sort.AUDIO,
    "audio/flac": Sort.AUDIO,
    "audio/mp4": Sort.AUDIO,
    "audio/mpeg": Sort.AUDIO,
    "audio/ogg": Sort.AUDIO,
    "audio/wav": Sort.AUDIO,
    "video/mp4": Sort.VIDEO,
    "video/quicktime": Sort.VIDEO,
    "video/webm": Sort.VIDEO,
    "application/msword": Sort.DOCUMENT,
    "application/zip": Sort.OTHER,
    f"{_OFFICE}presentationml.presentation": Sort.DOCUMENT,
    f"{_OFFICE}spreadsheetml.sheet": Sort.DOCUMENT,
    f"{_OFFICE}wordprocessingml.document": Sort.DOCUMENT,
    f"{_OPEN}presentation": Sort.DOCUMENT,
    f"{_OPEN}spreadsheet": Sort.DOCUMENT,
    f"{_OPEN}text": Sort.DOCUMENT,
    OTHER: Sort.OTHER,
}
"""What a stored file can be. Images are made anew as one of the two here."""

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic"})
"""What comes in as an image, and is made anew."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (PDF_BEGINS, PDF),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"iso4": "video/mp4",
    b"iso5": "video/mp4",
    b"iso6": "video/mp4",
    b"mp41": "video/mp4",
    b"mp42": "video/mp4",
    b"avc1": "video/mp4",
    b"M4V ": "video/mp4",
    b"3gp4": "video/mp4",
    b"3gp5": "video/mp4",
}
"""The major brand of an ISO base media file (ISO/IEC 14496-12, `ftyp`)."""
_OFFICE_PARTS = (
    (b"word/", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/", f"{_OFFICE}presentationml.presentation"),
)
_ZIP = b"PK\x03\x04"


def media_type_of(start: bytes) -> str:
    """The type by the first 4,096 bytes (or all of them), of `MEDIA_TYPES` or `PICTURES`; else OTHER."""
    for beginning, media_type in _BEGINNINGS:
        if start.startswith(beginning):
            return media_type
    if start[:4] == b"RIFF":
        return _RIFF.get(start[8:12], OTHER)
    if start[4:8] == b"ftyp":
        return _BRANDS.get(start[8:12], OTHER)
    return _of_zip(start) if start.startswith(_ZIP) else OTHER


def _of_zip(start: bytes) -> str:
    """An office document by the first names in it, or a zip."""
    if start[30:38] == b"mimetype":
        said = start[38 : 38 + 80]
        return next((each for each in MEDIA_TYPES if each.startswith(_OPEN) and said.startswith(each.encode())), OTHER)
    if start[30:49] == b"[Content_Types].xml" or start[30:36] == b"_rels/":
        return next((media_type for part, media_type in _OFFICE_PARTS if part in start), OTHER)
    return "application/zip"
