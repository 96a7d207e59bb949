"""What a term of the register of processing activities lasts, in the rulebook or in the code that applies it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import get_language

from lerarenregister.accounts import rules as accounts
from lerarenregister.audit.activities import Term
from lerarenregister.outbox.rules import MESSAGES_KEPT
from lerarenregister.register.actions.due import TRIES_KEPT
from lerarenregister.register.rulebook import terms_at

DURATIONS: dict[str, Callable[[datetime], timedelta]] = {
    "code.invitation-tries": lambda _: accounts.TRIES_KEPT,
    "code.messages": lambda _: MESSAGES_KEPT,
    "code.session": lambda _: timedelta(seconds=settings.SESSION_COOKIE_AGE),
    "code.session-list": lambda _: accounts.SESSION_KEPT,
    "code.tries": lambda _: TRIES_KEPT,
    "termijnen.accountability_days": lambda at: terms_at(at).accountability,
    "termijnen.case_kept_days": lambda at: terms_at(at).case_kept,
    "termijnen.claims_days": lambda at: terms_at(at).claims,
    "termijnen.key_backup_days": lambda at: terms_at(at).key_backup,
    "termijnen.key_log_days": lambda at: terms_at(at).key_log,
    "termijnen.left_registration_days": lambda at: terms_at(at).left_registration,
    "termijnen.objection_answered_days": lambda at: terms_at(at).objection_answered,
    "termijnen.objection_kept_days": lambda at: terms_at(at).objection_kept,
    "termijnen.share_most_days": lambda at: terms_at(at).share_most,
    "termijnen.staging_days": lambda at: terms_at(at).staging,
    "termijnen.unconfirmed_days": lambda at: terms_at(at).unconfirmed,
    "termijnen.release_days": lambda at: terms_at(at).release,
    "termijnen.unused_invitation_days": lambda at: terms_at(at).unused_invitation,
    "termijnen.work_mail_days": lambda at: terms_at(at).work_mail,
}
"""By the name after `lasts`. A domain that can be taken away brings its own through `project.wiring`."""


def duration_of(term: Term, at: datetime) -> timedelta | None:
    """How long it lasts under the rulebook in force at a moment, or None when no clock runs."""
    return DURATIONS[term.lasts](at) if term.lasts else None


def in_words(duration: timedelta) -> str:
    """For example `5 jaar`, `14 dagen` or `10 hours`, in the language of the page, in the largest unit that fits."""
    seconds = round(duration.total_seconds())
    units = {"year": 365 * 86_400, "day": 86_400, "hour": 3_600, "minute": 60}
    unit, size = next(((unit, size) for unit, size in units.items() if seconds % size == 0), ("minute", 60))
    return (TIME_STRINGS[unit] % {"num": seconds // size}).replace("\xa0", " ")


def said(term: Term, at: datetime) -> str:
    """The term as a page says it, with its duration filled in."""
    duration = duration_of(term, at)
    words = term.words.said(get_language() or "nl")
    return words.replace("{term}", in_words(duration)) if duration else words
