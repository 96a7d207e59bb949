"""A browser of a crowd: HTTP/1.1 over a real connection from an address of its own, with cookies, forms and a watch.

The load is open: a click has the moment at which it is due, and how long it took counts from that moment, whatever
kept this process from sending it (no coordinated omission).
"""

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE = 20.0
"""Seconds after which a visitor gives up on an answer: it counts as failed."""
_STATIC = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"')
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"')
FORM = "application/x-www-form-urlencoded"


class Failed(Exception):
    """An answer that should not have been, or none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: when it was due (seconds since 1970), what it was, its status (0: no answer), how long it took."""

    due: float
    what: str
    status: int
    seconds: float
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode(errors="replace")

    @property
    def location(self) -> str:
        """Where it leads, without the place when that is ours."""
        return self.headers.get("location", "")

    def hidden(self, within: str) -> dict[str, str]:
        """The hidden fields of the form that leads to this address, without the token."""
        form = self.text.partition(f'action="{within}"')[2].partition("</form>")[0]
        return {name: value for name, value in _HIDDEN.findall(form) if name != "csrfmiddlewaretoken"}


@dataclass
class Visitor:
    """One browser. `tell` gets every request."""

    base: str
    source: str
    tell: Callable[[Seen], None]
    cookies: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=dict)
    _static: set[bytes] = field(default_factory=set)
    _due: float = 0.0

    async def think(self, seconds: float) -> None:
        """Look at the page for so long; the next click is due then."""
        self._due = time.time() + seconds
        await asyncio.sleep(seconds)

    async def page(self, what: str, path: str, *, expect: str = "") -> Answer:
        """A page with the style and scripts that this browser has not seen; it must say `expect`."""
        answer = await self.ask(what, "GET", path, wanted=(200,), expect=expect)
        for each in dict.fromkeys(_STATIC.findall(answer.body)):
            if each not in self._static:
                self._static.add(each)
                await self.ask("style and scripts", "GET", each.decode(), wanted=(200,))
        return answer

    def hidden_part(self) -> dict[str, str]:
        """What every form has: the token against forgery, and a key of its own."""
        return {"csrfmiddlewaretoken": self.cookies.get("csrf", ""), "eenmalig": secrets.token_urlsafe(16)}

    async def post(
        self, what: str, path: str, values: dict[str, str], *, wanted: tuple[int, ...] = (302, 303)
    ) -> Answer:
        """A form with its hidden part."""
        body = urlencode({**self.hidden_part(), **values}).encode()
        return await self.ask(what, "POST", path, body=body, wanted=wanted)

    async def ask(
        self,
        what: str,
        method: str,
        address: str,
        *,
        body: bytes = b"",
        kind: str = FORM,
        wanted: tuple[int, ...] = (200,),
        expect: str = "",
    ) -> Answer:
        """One request. Raises Failed, after telling it, when the answer is another than wanted or does not come."""
        due, self._due = self._due or time.time(), 0.0
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._exchange(method, address, body, kind)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self._drop(address)
            self.tell(Seen(due, what, 0, time.time() - due, type(error).__name__))
            raise Failed(what) from error
        seconds = time.time() - due
        wrong = "" if answer.status in wanted else f"answered {answer.status}"
        if not wrong and expect not in answer.text:
            wrong = f"does not say {expect}"
        self.tell(Seen(due, what, answer.status, seconds, wrong))
        if wrong:
            raise Failed(f"{what}: {wrong}")
        return answer

    async def _exchange(self, method: str, address: str, body: bytes, kind: str) -> Answer:
        parts = urlsplit(address)
        base = f"{parts.scheme}://{parts.netloc}" if parts.netloc else self.base
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        reader, writer = await self._connection(base)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {base.partition('://')[2]}", "User-Agent: Mozilla/5.0 bench"]
        lines += ["Accept: text/html", "Accept-Encoding: identity", "Accept-Language: nl"]
        if base == self.base and self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        answer, stays = await _answer(reader, keep=self._keep if base == self.base else lambda _: None)
        if not stays:
            self._drop(base)
        return answer

    async def _connection(self, base: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        found = self._kept.get(base)
        if found is None or found[0].at_eof() or found[1].is_closing():
            self._drop(base)
            port = urlsplit(base).port
            found = await asyncio.open_connection("127.0.0.1", port, local_addr=(self.source, 0))
            self._kept[base] = found
        return found

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] in (0, "0"):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.coded_value

    def _drop(self, address: str) -> None:
        parts = urlsplit(address)
        found = self._kept.pop(f"{parts.scheme}://{parts.netloc}" if parts.netloc else self.base, None)
        if found is not None:
            found[1].close()

    async def leave(self) -> None:
        """Close the connections."""
        for _, writer in self._kept.values():
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, *, keep: Callable[[str], None]) -> tuple[Answer, bool]:
    """The answer, and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status, headers = int(head[0].split()[1]), {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        if name.lower() == "set-cookie":
            keep(value.strip())
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(status, headers, body), headers.get("connection", "").lower() != "close"
