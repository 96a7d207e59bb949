"""A text that was written without a connection and comes in later: which day it may have, and what is kept beside."""

import enum
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from lerarenregister.portfolio.rules.entries import MOST_CHARACTERS, Content

LONGEST_AWAY = timedelta(days=400)
"""A device that was away for longer is not met: a day before that comes from a clock that is wrong."""


class Day(enum.StrEnum):
    """Whether the day of a text can be."""

    FITS = "fits"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Queued:
    """What a device sends: the text for an entry, the version that it saw (0: a new one), the id under which it is kept
    apart when something else was saved meanwhile, and the sentence that says there where it comes from."""

    entry: UUID
    base: int
    beside: UUID
    content: Content
    origin: str


def day_of(on: date, *, chosen: bool, today: date) -> Day:
    """A day that she chose always fits. One that her device filled in by itself can not be later than tomorrow, which
    it already is elsewhere, or more than 400 days back: then its clock is wrong."""
    if chosen or today - LONGEST_AWAY <= on <= today + timedelta(days=1):
        return Day.FITS
    return Day.CLOCK


def apart(queued: Queued) -> Content:
    """Her text as an entry of its own: it says where it comes from, and leads to the entry that it was meant for. The
    files stay with that one."""
    content = queued.content
    ending = f"\n\n{queued.origin}"
    text = content.text + (ending if len(content.text) + len(ending) <= MOST_CHARACTERS else "")
    return replace(content, text=text, files=()).also_linked((queued.entry,))
