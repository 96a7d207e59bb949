"""The cookies of this site. `tests/web/test_headers.py` walks it and holds this list against what is really set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LANGUAGE_KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie: its name, what it is for, when it is set, and how long the browser keeps it (None: until it closes)."""

    name: str
    purpose: str | Promise
    when: str | Promise
    lasts: timedelta | None


MORE: list[Callable[[], Cookie]] = []
"""Cookies of domains that can be taken away; `project.wiring` brings them."""

MEMORY: list[str | Promise] = []
"""What else is kept in a browser, by domains that can be taken away; a sentence each."""


def cookies() -> list[Cookie]:
    """All cookies of this installation."""
    own = [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("Weten dat jij het bent zolang je bent ingelogd. Er staat alleen een willekeurige sleutel in."),
            _("Als je begint met inloggen."),
            timedelta(seconds=settings.SESSION_COOKIE_AGE),
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("Voorkomen dat een andere site in jouw naam een formulier verstuurt."),
            _("Op elke pagina met een formulier. Dat is ook het knopje voor de taal."),
            timedelta(seconds=settings.CSRF_COOKIE_AGE),
        ),
        Cookie(
            settings.LANGUAGE_COOKIE_NAME,
            _("Onthouden welke taal je koos."),
            _("Als je een taal kiest."),
            LANGUAGE_KEPT,
        ),
    ]
    return own + [make() for make in MORE]
