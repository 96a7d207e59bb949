"""How often somebody may ask, by the kind of what is asked. Pure: moments come in, a named decision goes out.

A bucket holds `at_once` requests and fills again with `per_minute` of them. What is kept of it is one number: the
moment at which it will be full (the generic cell rate algorithm, ITU-T I.371).
"""

import enum
import math
from dataclasses import dataclass

MOST_HEADER_BYTES = 16 * 1024
"""Names and values of all headers together. Cookies of ours are some 600 bytes, a browser's own headers some 1,000."""
MOST_FORM_BYTES = 256 * 1024
"""An ordinary form: 200 people chosen for a letter are 10 kB, the longest words in a dispute 60 kB."""
MOST_TEXT_BYTES = 4 * 1024 * 1024
"""The form of a portfolio text: 100,000 characters are at most 1.2 MB as a form sends them. One that is too long comes
back to be divided, so there is room for three times as much."""
HEAVY_AT_ONCE = 2
"""Heavy requests at work in one process. Each may hold some hundreds of MB, and a thread for as long as a slow line
takes; a process has four threads, so two are left for pages."""
BUSY_SECONDS = 10
"""When to try again while too many heavy requests are at work: most take less than two seconds."""
CLOCK_SECONDS = 60
"""A bucket this much emptier than it can be was made before the clock went back: it counts as full. Less than this is
also seen between two threads that read the clock in one order and count in the other."""
_ROUNDING = 0.01
"""The part of one request that sums of fractions of seconds may be off."""


class Kind(enum.StrEnum):
    """What is asked."""

    LOOK = "look"
    WRITE = "write"
    HEAVY = "heavy"
    SIGN_IN = "sign-in"
    FREE = "free"


class Who(enum.StrEnum):
    """Whose requests are counted together."""

    ACCOUNT = "account"
    SESSION = "session"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit, and why it is this one."""

    at_once: int
    per_minute: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it is granted, when the bucket will be full from here, and how many whole seconds to wait (0: none)."""

    granted: bool
    full_at: float
    wait: int


RATES: dict[tuple[Kind, Who], Rate] = {
    (Kind.LOOK, Who.ACCOUNT): Rate(
        240,
        120,
        "Nobody reads two pages a second for long; four tabs that renew a delivery every 2 s are 120 a minute.",
    ),
    (Kind.LOOK, Who.SESSION): Rate(240, 120, "As for an account: it is one browser."),
    (Kind.LOOK, Who.ADDRESS): Rate(
        1_200, 600, "A school of 150 that comes at once looks at 5 pages each before it is signed in: 750."
    ),
    (Kind.WRITE, Who.ACCOUNT): Rate(
        120, 60, "A draft is kept every 2 s while she types: 30 a minute, in two tabs at once 60."
    ),
    (Kind.WRITE, Who.SESSION): Rate(60, 30, "Before signing in there is a language to choose, and not much more."),
    (Kind.WRITE, Who.ADDRESS): Rate(
        600, 300, "150 people whose session ended while they wrote; each sends her text once and once more."
    ),
    (Kind.HEAVY, Who.ACCOUNT): Rate(
        20,
        4,
        "A board fetches the reports of a morning's deliveries; a portfolio leaves or comes back once in a while.",
    ),
    (Kind.HEAVY, Who.SESSION): Rate(20, 4, "Signed out it comes to a page that says so."),
    (Kind.HEAVY, Who.ADDRESS): Rate(
        200, 100, "150 people who are signed out in the middle of an evening of taking out."
    ),
    (Kind.SIGN_IN, Who.ACCOUNT): Rate(20, 10, "Signing in again takes two requests."),
    (Kind.SIGN_IN, Who.SESSION): Rate(20, 10, "Ten tries in a row: by then a person reads the page that helps."),
    (Kind.SIGN_IN, Who.ADDRESS): Rate(
        600, 300, "150 people in the same minute are 300 requests, and all of them once more are 600."
    ),
}


def take(full_at: float | None, rate: Rate, moment: float, factor: int = 1) -> Decision:
    """Take one from a bucket that will be full at `full_at` (None: it is), at the moment, both in seconds.

    `factor` makes the bucket and its filling so many times larger.
    """
    step = 60 / (rate.per_minute * factor)
    span = 60 * rate.at_once / rate.per_minute
    if full_at is None or full_at < moment or full_at > moment + span + CLOCK_SECONDS:
        full_at = moment
    short = full_at + step - (moment + span)
    if short > step * _ROUNDING:
        return Decision(False, full_at, max(1, math.ceil(short - step * _ROUNDING)))
    return Decision(True, full_at + step, 0)
