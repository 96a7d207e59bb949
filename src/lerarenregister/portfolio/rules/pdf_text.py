"""The text of a PDF: what can be found in it. Run as a program it reads a PDF from its standard input, within limits.

A PDF is a program for a printer, and may have been made to do harm: it is only ever read in a process of its own, that
has no key, no database, no environment and little memory, and is stopped when it takes long (`actions/pdf_text.py`).
Nothing in it runs: pypdf follows no script and no address.
"""

import io
import resource
import sys

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 200
MOST_CHARACTERS = 60_000
"""Some twenty-five full pages: what is found in while she types must be opened each time."""
MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS = 6
_WRITTEN_AT_MOST = 1024 * 1024


def text_in(source: bytes) -> str:
    """The text in these bytes, page after page, in plain lines; "" for what can not be read or wants a password."""
    from pypdf import PdfReader  # noqa: PLC0415  (a library of some size that the web processes do not need)

    reader = PdfReader(io.BytesIO(source), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return ""
    found, length = [], 0
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES or length >= MOST_CHARACTERS:
            break
        found.append(" ".join(page.extract_text().replace("\x00", "").split()))
        length += len(found[-1])
    return "\n".join(each for each in found if each)[:MOST_CHARACTERS]


def main() -> None:
    """Read, within limits that can not be widened again; what goes wrong is no text."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN_AT_MOST, _WRITTEN_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    text = text_in(sys.stdin.buffer.read(MOST_BYTES + 1))
    sys.stdout.buffer.write(text.encode("utf-8", "ignore"))


if __name__ == "__main__":
    main()
