"""What people do on the opening day, request by request, with the pauses in which they read and type."""

import json
import random
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from bench import diary
from bench.visitor import Failed, Visitor

TAKES_OUT, SIGNS_OUT = 0.1, 0.5
DRAFTS = 6
"""How often the script keeps what she types of one entry."""


class Acknowledged(Protocol):
    """Where an act is counted at the moment that it is acknowledged, whatever fails later."""

    confirmed: int
    saved: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Invited:
    """A teacher with the code of her letter."""

    person: str
    code: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody of a board, its number and the file that it sends."""

    staff: str
    number: str
    file: bytes


def pause(chance: random.Random, median: float) -> float:
    """Seconds of reading or typing: most near the median, some much longer, none over two minutes."""
    return min(120.0, median * chance.lognormvariate(0, 0.5))


async def sign_in(visitor: Visitor, chance: random.Random, slug: str, person: str) -> None:
    """Choose the provider, be somebody there, come back."""
    await visitor.page("choose how to sign in", "/inloggen/")
    await visitor.think(pause(chance, 3))
    strong = {"tweede-factor": "1"} if slug == "school" else {}
    away = await visitor.post("begin to sign in", f"/inloggen/{slug}/", {"verder": "/", **strong})
    await visitor.think(pause(chance, 8))
    at_provider = await visitor.ask("provider", "GET", f"{away.location}&persoon={person}", wanted=(302,))
    back = at_provider.location.removeprefix(visitor.base)
    await visitor.ask("come back signed in", "GET", back, wanted=(302,))
    await visitor.page("first page, signed in", "/", expect="Uitloggen")


async def teacher(visitor: Visitor, chance: random.Random, invited: Invited, acts: Acknowledged) -> None:
    """Open the page, sign in, enter the code, confirm, write, look at it; some take it out."""
    await visitor.page("first page", "/")
    await visitor.think(pause(chance, 5))
    await sign_in(visitor, chance, "eid", invited.person)
    await visitor.think(pause(chance, 5))
    await _confirm(visitor, chance, invited.code, acts)
    await visitor.think(pause(chance, 6))
    await _write(visitor, chance, acts)
    await visitor.think(pause(chance, 6))
    await visitor.page("timeline", "/portfolio/")
    if chance.random() < TAKES_OUT:
        await visitor.think(pause(chance, 5))
        await visitor.page("page about taking out", "/portfolio/meenemen/")
        await visitor.think(pause(chance, 3))
        await visitor.ask("zip", "GET", "/portfolio/meenemen/zip/")
    if chance.random() < SIGNS_OUT:
        await visitor.think(pause(chance, 5))
        await visitor.post("sign out", "/uitloggen/", {})


async def _confirm(visitor: Visitor, chance: random.Random, code: str, acts: Acknowledged) -> None:
    await visitor.page("code page", "/activeren/")
    await visitor.think(pause(chance, 10))
    joined = await visitor.post("enter the code", "/activeren/", {"code": code})
    own = await visitor.page("my registration", joined.location, expect="Wacht op jou")
    await visitor.think(pause(chance, 10))
    fields = own.hidden("/mijn-registratie/bevestigen/")
    answered = await visitor.post("confirm", "/mijn-registratie/bevestigen/", fields)
    acts.confirmed += 1
    await visitor.page("my registration", answered.location, expect="Je hebt het bevestigd")


async def _write(visitor: Visitor, chance: random.Random, acts: Acknowledged) -> None:
    page = await visitor.page("first page, signed in", "/")
    hidden, text = page.hidden("/portfolio/bewaren/"), diary.text(chance)
    for number in range(1, DRAFTS + 1):
        await visitor.think(pause(chance, 3))
        typed = {**hidden, "tekst": text[: len(text) * number // DRAFTS]}
        kept = await visitor.post("keep a draft", "/portfolio/concept/", typed, wanted=(200,))
        hidden["concept"] = str(json.loads(kept.body)["version"])
    await visitor.think(pause(chance, 2))
    saved = await visitor.post("save", "/portfolio/bewaren/", {**hidden, "tekst": text})
    acts.saved += 1
    await visitor.page("first page, saved", saved.location, expect="Opgeslagen")


async def board(visitor: Visitor, chance: random.Random, sender: Sender, acts: Acknowledged) -> None:
    """A board's staff signs in with a second factor, sends a file, looks until it is checked, and delivers."""
    await sign_in(visitor, chance, "school", sender.staff)
    await visitor.page("overview of a board", f"/bestuur/{sender.number}/")
    await visitor.think(pause(chance, 5))
    path = f"/bestuur/{sender.number}/aanleveren/"
    await visitor.page("upload page", path)
    await visitor.think(pause(chance, 10))
    kind, body = _multipart(visitor.hidden_part(), sender.file)
    sent = await visitor.ask("send a file", "POST", path, body=body, kind=kind, wanted=(302,))
    delivery = sent.location.partition("?")[0]
    await _until_done(visitor, delivery)
    await visitor.think(pause(chance, 15))
    await visitor.post("deliver", f"{delivery}leveren/", {})
    done = await _until_done(visitor, delivery)
    if "Geleverd" not in done:
        raise Failed("the delivery was not delivered")
    acts.delivered += 1


def _multipart(hidden: dict[str, str], file: bytes) -> tuple[str, bytes]:
    boundary = uuid4().hex
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    head = f'{part}bestand"; filename="levering.csv"\r\nContent-Type: text/csv\r\n\r\n'
    fields = "".join(f'{part}{name}"\r\n\r\n{value}\r\n' for name, value in hidden.items())
    body = f"{fields}{head}".encode() + file + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


async def _until_done(visitor: Visitor, delivery: str) -> str:
    """Look as the script of the page does, for four minutes at most; returns the page."""
    for _ in range(160):
        await visitor.think(1.5)
        page = await visitor.page("a delivery", delivery)
        if "data-waiting" not in page.text:
            return page.text
    raise Failed("the delivery is not done after four minutes")
