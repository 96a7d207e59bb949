"""Bytes to text on the fly: UTF-8 with or without BOM, or windows-1252, decided by the first byte that says so."""

from lerarenregister.register.errors import FileRefused

_ARCHIVE, _OLD_SPREADSHEET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BOM = "\ufeff"


class Decoder:
    """Decodes a file in chunks of any size. Raises FileRefused: `spreadsheet`, `nul`, `mixed-encoding`, `encoding`.

    It reads UTF-8 until a byte is not; if everything before was ASCII, the file is windows-1252 from there on (ASCII is
    the same in both), else it is a mixture that nobody can read for certain.
    """

    def __init__(self) -> None:
        self._pending = b""
        self._started = False
        self._encoding = "utf-8"
        self._only_ascii = True
        self._at_begin = True

    def feed(self, chunk: bytes, *, last: bool = False) -> str:
        """The text of this chunk and of what waited for it."""
        data = self._pending + chunk
        self._pending = b""
        if not self._started:
            if len(data) < 4 and not last:
                self._pending = data
                return ""
            self._begin(data)
        if b"\0" in data:
            raise FileRefused("nul")
        text = self._decode(data, last=last)
        self._only_ascii = self._only_ascii and text.isascii()
        return text

    def _begin(self, data: bytes) -> None:
        if data.startswith((_ARCHIVE, _OLD_SPREADSHEET)):
            raise FileRefused("spreadsheet")
        self._started = True

    def _decode(self, data: bytes, *, last: bool) -> str:
        if self._encoding == "utf-8":
            try:
                return self._without_bom(data.decode("utf-8"))
            except UnicodeDecodeError as error:
                if not last and error.end == len(data) and error.reason == "unexpected end of data":
                    self._pending = data[error.start :]
                    return self._without_bom(data[: error.start].decode("utf-8"))
                if not (self._only_ascii and data[: error.start].isascii()):
                    raise FileRefused("mixed-encoding") from error
                self._encoding = "cp1252"
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise FileRefused("encoding") from error

    def _without_bom(self, text: str) -> str:
        # The mark is no content: it says nothing about letters beyond ASCII in the file.
        if self._at_begin and text:
            self._at_begin = False
            return text.removeprefix(_BOM)
        return text
