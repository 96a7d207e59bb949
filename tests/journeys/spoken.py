"""What a screen reader has to say of a page: its accessibility tree as text, compared with the stored one that a human
has read (`snapshots/`). What differs from day to day is masked, and rows that then say the same are kept once.

Renew them with `RENEW_SNAPSHOTS=1` and read what changed before committing it.
"""

import difflib
import os
import re
from pathlib import Path

from playwright.sync_api import Page

SNAPSHOTS = Path(__file__).parent / "snapshots"
_DAYS = "|".join(f"{day}dag" for day in ("maan", "dins", "woens", "donder", "vrij", "zater", "zon"))
_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_MONTHS += "|January|February|March|April|May|June|July|August|September|October|November|December"
_MASKS = (
    (re.compile(r"keuze=[\w-]+"), "keuze=CHOICE"),
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\bLR(?:-[0-9A-Z]{3}){3}\b"), "NUMBER"),
    (re.compile(r"/gedeeld/#[\w-]{43}"), "/gedeeld/#SECRET"),
    (re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){13}\b"), "ADDRESS"),
    (re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2,3}(?:-[0-9A-Z]{1,5})?\b"), "CODE"),
    (re.compile(r"[A-Za-z0-9+/]{40,}=*"), "HASH"),
    (re.compile(rf"\b(?:(?:{_DAYS}) )?\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?"), "DATE"),
    (re.compile(r"(?<!level=)(?<!\d)\d+(?:[.,:]\d+)*"), "#"),
)


def spoken(page: Page, part: str, *, hide: tuple[str, ...] = ()) -> str:
    """The accessibility tree of this part of the page. `hide`: names of people, who are as the demo made them."""
    text = page.locator(part).aria_snapshot()
    for each in hide:
        text = text.replace(each, "NAME")
    for mask, said in _MASKS:
        text = mask.sub(said, text)
    return "\n".join(_once(text.splitlines())) + "\n"


def _once(lines: list[str]) -> list[str]:
    """The lines, where neighbours with all that stands below them say the same thing once."""
    kept: list[list[str]] = []
    place = 0
    while place < len(lines):
        depth, end = _depth(lines[place]), place + 1
        while end < len(lines) and _depth(lines[end]) > depth:
            end += 1
        block = [lines[place], *_once(lines[place + 1 : end])]
        if not kept or kept[-1] != block:
            kept.append(block)
        place = end
    return [line for block in kept for line in block]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def says_what_it_said(page: Page, name: str, *, hide: tuple[str, ...] = ()) -> None:
    """The tree of the page is the stored one: of a first page all of it, of another what is not on every page."""
    said, path = spoken(page, "body" if "home" in name else "main", hide=hide), SNAPSHOTS / f"{name}.txt"
    if os.environ.get("RENEW_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(said)
    before = path.read_text() if path.exists() else ""
    changed = difflib.unified_diff(
        before.splitlines(), said.splitlines(), "as stored", "as it is now", lineterm="", n=2
    )
    assert said == before, "\n".join([f"{name} is said otherwise; see tests/journeys/spoken.py", *changed])
