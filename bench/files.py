"""A file of 200 MB sent, fetched, taken out and brought back, and a photo of 12 megapixels made anew.

Requests to the WSGI application in this process, whose bodies are made while they are read and dropped while they are
sent: the memory is what the register takes. It is the most that the process had during the request (`VmHWM`), less what
it had before; the note says the whole.
"""

import hashlib
import io
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import django

from bench import browser
from bench.browser import Browser
from bench.measures import Measure, percentile, report
from bench.pages import account_at, expect, form

MB = 1_024 * 1_024
FILE_BYTES = 200 * MB
_BLOCK = random.Random(2018).randbytes(MB)
_PHOTOS = 20


def main() -> None:
    """Measure, in the environment that the harness made."""
    with browser.provider(Path(os.environ["VAR"])) as issuer:
        os.environ["DJANGO_SETTINGS_MODULE"] = "lerarenregister.project.settings"
        django.setup()
        from lerarenregister.project.wsgi import application  # noqa: PLC0415  (Django must be ready)

        person = Browser(application)
        browser.sign_in(person)
    fields = form(account_at(issuer), einde="1")
    report([*through(person, fields), *photos()])


def through(person: Browser, fields: dict[str, str]) -> list[Measure]:
    """The file on its four ways. Raises RuntimeError when what comes back is another file."""
    warm_up(person, fields)
    sent, digest = made(), hashlib.sha256()
    measures = [_measured("sending 200 MB", lambda: sending(person, fields, sent))]
    entry = re.search(r"/portfolio/([0-9a-f-]{36})/", person.get("/portfolio/").body.decode())
    page = person.get(f"/portfolio/{entry[1] if entry else ''}/").body.decode()
    address = re.search(r'href="(/portfolio/[^"]+)\?bewaar=1"', page)
    if address is None:
        raise RuntimeError("there is no file on the page")
    measures.append(_measured("fetching 200 MB", lambda: person.fetch(address[1], digest.update).seconds))
    if digest.hexdigest() != sent.digest.hexdigest():
        raise RuntimeError("the file that came back is another one")
    packed: list[bytes] = []
    measures.append(_measured("taking out 200 MB", lambda: person.fetch("/portfolio/meenemen/zip/", _drop).seconds))
    person.fetch("/portfolio/meenemen/zip/", packed.append)
    wipe()
    body = Body(person, {}, "zip", iter(packed), sum(map(len, packed)))
    seconds = _measured("bringing back 200 MB", lambda: expect(body.sent("/portfolio/terugbrengen/"), 200))
    return [*measures, seconds]


def warm_up(person: Browser, fields: dict[str, str]) -> None:
    """What is loaded once is loaded; nothing is kept."""
    Body(person, {**fields, "formulier": "none"}, "bestanden", iter([b"x"]), 1).sent("/portfolio/bewaren/")
    person.fetch("/portfolio/meenemen/zip/", _drop)


def sending(person: Browser, fields: dict[str, str], file: "Made") -> float:
    """Save an entry with the file; the seconds."""
    body = Body(person, fields, "bestanden", iter(file), FILE_BYTES)
    return expect(body.sent("/portfolio/bewaren/"), 303)


def wipe() -> None:
    """Her portfolio is empty again."""
    from lerarenregister.portfolio.models import Entry  # noqa: PLC0415  (no action empties a portfolio without a key)

    Entry.objects.all().delete()


class Made:
    """A file that no zip makes smaller, made piece by piece; what was made of it is in `digest`."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for number in range(FILE_BYTES // MB):
            piece = number.to_bytes(8, "big") + _BLOCK[8:]
            self.digest.update(piece)
            yield piece


def made() -> Made:
    """The file."""
    return Made()


class Body(io.RawIOBase):
    """A form with one file, made while it is read."""

    def __init__(self, person: Browser, fields: dict[str, str], name: str, pieces: Iterator[bytes], size: int) -> None:
        self._person = person
        texts = {"csrfmiddlewaretoken": person.cookies.get("csrf", ""), **fields}
        before = "".join(f"{_part(each)}\r\n\r\n{text}\r\n" for each, text in texts.items() if each != "einde")
        before += f'{_part(name)}; filename="film.bin"\r\n\r\n'
        after = f"\r\n{_part('einde')}\r\n\r\n1\r\n--edge--\r\n"
        self.size = len(before) + size + len(after)
        self._pieces = _chained(before.encode(), pieces, after.encode())
        self._left = b""

    def sent(self, address: str) -> browser.Answer:
        """Send it there."""
        return self._person.send(address, self, self.size, "multipart/form-data; boundary=edge")  # type: ignore[arg-type]

    def read(self, size: int | None = -1, /) -> bytes:
        """As much as was asked, or what is left."""
        wanted = 1 << 62 if size is None or size < 0 else size
        found = bytearray()
        while len(found) < wanted:
            if not self._left:
                self._left = next(self._pieces, b"")
                if not self._left:
                    break
            missing = wanted - len(found)
            found += self._left[:missing]
            self._left = self._left[missing:]
        return bytes(found)


def _chained(before: bytes, pieces: Iterator[bytes], after: bytes) -> Iterator[bytes]:
    yield before
    yield from filter(None, pieces)
    yield after


def _part(name: str) -> str:
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"'


def _drop(_: bytes) -> None:
    """Nothing is kept."""


def _measured(what: str, act: Callable[[], float]) -> Measure:
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    seconds = act()
    most = _kilobytes("VmHWM")
    note = f"{FILE_BYTES / MB / seconds:.0f} MB/s; the whole process {most / 1_024:.0f} MB"
    return Measure("files", f"{what}, memory", (most - before) / 1_024, 100, "MB", None, note)


def _kilobytes(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) if found else 0


def photos() -> list[Measure]:
    """A photo of 12 megapixels that a phone took standing: the small one beside it, and all that is done with it."""
    import time  # noqa: PLC0415

    from lerarenregister.portfolio.rules.images import made_anew  # noqa: PLC0415

    source = photo()
    times = []
    for _ in range(_PHOTOS):
        begun = time.process_time()
        made_anew(source)
        times.append(time.process_time() - begun)
    note = f"processor time; {len(source) / MB:.1f} MB decoded, turned, written anew, and the small one"
    return [Measure("files", "photo of 12 megapixels, p95", percentile(times, 0.95) * 1e3, 300, "ms", None, note)]


def photo() -> bytes:
    """Clouds, as a JPEG of 4,000 by 3,000 that says it must be turned."""
    from PIL import Image  # noqa: PLC0415

    grey = Image.effect_noise((500, 375), 60).resize((4_000, 3_000), Image.Resampling.BICUBIC)
    flips = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM)
    image = Image.merge("RGB", [grey, *(grey.transpose(each) for each in flips)])
    exif = Image.Exif()
    exif[0x0112] = 6
    written = io.BytesIO()
    image.save(written, "JPEG", quality=92, exif=exif)
    return written.getvalue()


if __name__ == "__main__":
    main()
