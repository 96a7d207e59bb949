"""The portfolio's part in her rights: nothing of it can be read here, and all of it goes with her account."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from lerarenregister.kernel.holdings import Held, Row
from lerarenregister.kernel.leaving import Leaving
from lerarenregister.person.parts import Closing, Part, Subject
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.queries import key_notes
from lerarenregister.portfolio.queries.releasing import Released, released_of
from lerarenregister.portfolio.sharing import actions as sharing
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.portfolio import keys


def _held(subject: Subject) -> Iterator[Held]:
    """What is noted of her key; what she released of her portfolio, a row a school year, and of what does not open any
    more that it is there. What she wrote comes along as her own zip, from a session with her key."""
    notes = key_notes(subject.account)
    told = {"recovery_code_kept": notes.code_kept, "may_wait_elsewhere": notes.elsewhere} if notes else {}
    yield Held("key", [told] if told else [])
    yield Held("releases", [row for each in released_of(subject.account) for row in _rows(each)])


def _rows(released: Released) -> Iterator[Row]:
    told = {"purpose": released.purpose, "released_on": released.released_on, "until": released.until}
    if not released.years:
        yield {**told, "readable": False}
    for year in released.years:
        yield {**told, "readable": True, **year.fields()}


def _leaving(_subject: Subject, at: datetime) -> Iterator[Leaving]:
    yield Leaving(_("Je hele portfolio, met prullenbak en concept, en de sleutel ervan. Ook wij halen het niet terug."))
    yield Leaving(_("Alles wat je deelt: wie een link van je heeft, kan de kopie niet meer openen."))
    yield Leaving(
        _("In reservekopieën van de sleutels: jouw sleutel, zelf versleuteld."),
        _("{days} dagen").format(days=terms_at(at).key_backup.days),
    )


def _close(closing: Closing) -> None:
    sharing.erase_shares(viewer=closing.viewer)
    actions.erase_portfolio(viewer=closing.viewer)


PART = Part("portfolio", _held, _leaving, _close, keys.erase_waiting)
