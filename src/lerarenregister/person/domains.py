"""The parts of the domains that are always there. One that can be taken away brings its own from its pages.

The order is that of closing: the register lets go while her account is still known, the log last of all.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from lerarenregister.accounts import queries as accounts
from lerarenregister.accounts.actions import empty_account
from lerarenregister.audit import queries as audit
from lerarenregister.audit.actions import erase_own_acts
from lerarenregister.kernel.holdings import Held
from lerarenregister.kernel.leaving import Leaving
from lerarenregister.outbox import queries as outbox
from lerarenregister.outbox.actions import withdraw
from lerarenregister.person.actions.contact import erase_contacts
from lerarenregister.person.models import Objection
from lerarenregister.person.parts import Closing, Part, Subject
from lerarenregister.person.queries import contact_ids, contacts_held, objections_held
from lerarenregister.register.actions import erase_person
from lerarenregister.register.queries import holdings as register
from lerarenregister.register.rulebook import terms_at


def _accounts(subject: Subject) -> Iterator[Held]:
    return accounts.held_of(subject.account)


def _register(subject: Subject) -> Iterator[Held]:
    return register.held_of(subject.account)


def _objections(subject: Subject) -> Iterator[Held]:
    yield from objections_held(subject.account)
    yield from contacts_held(subject.account)


def _messages(subject: Subject) -> Iterator[Held]:
    return outbox.held_of([*subject.ids, *contact_ids(subject.account)])


def _log(subject: Subject) -> Iterator[Held]:
    return audit.held_of(subject.ids, herself=subject.account)


def _accounts_leaving(_subject: Subject, at: datetime) -> Iterator[Leaving]:
    yield Leaving(_("Je inlogmiddelen, al je sessies en al je rollen."))
    yield Leaving(
        _("Een leeg accountnummer, en welke rollen dat nummer had. Zonder naam. Zo blijft te zien wie wat mocht."),
        _("{years} jaar").format(years=terms_at(at).accountability.days // 365),
    )


def _register_leaving(_subject: Subject, at: datetime) -> Iterator[Leaving]:
    yield Leaving(_("Je registratie. Je registernummer vervalt en niemand krijgt het nog."))
    yield Leaving(_("Wat besturen over je aanleverden, en wat je bevestigde of erover schreef."))
    yield Leaving(
        _("Een controlegetal van je registernummer. Het nummer zelf is er niet uit te lezen."),
        _("het blijft, zodat niemand anders je nummer krijgt"),
    )
    yield Leaving(
        _("Heb je bezwaar tegen aanleveren? Een controlegetal van je personeelsnummer, zodat je bezwaar nog geldt."),
        _("{days} dagen").format(days=terms_at(at).objection_kept.days),
    )


def _objections_leaving(_subject: Subject, at: datetime) -> Iterator[Leaving]:
    yield Leaving(
        _("Bezwaren die je hier schreef, met het antwoord. Wacht er nog een, dan komt er geen antwoord meer.")
    )
    yield Leaving(_("Het mailadres waarop je berichten krijgt."))


def _messages_leaving(_subject: Subject, at: datetime) -> Iterator[Leaving]:
    yield Leaving(_("Berichten aan jou, ook die nog wachten."))


def _log_leaving(_subject: Subject, at: datetime) -> Iterator[Leaving]:
    yield Leaving(_("Wat er in het logboek staat over wat jij zelf deed."))
    yield Leaving(
        _("In het logboek: wat anderen deden, zoals aanleveren of kijken, met nummers die naar niemand meer leiden."),
        _("{years} jaar nadat het gebeurde, want zij moeten zich kunnen verantwoorden").format(
            years=terms_at(at).accountability.days // 365
        ),
    )
    yield Leaving(
        _("In reservekopieën van de database: alles, zoals het op de dag van die kopie was."),
        _("de beheerder van het register zegt hoelang die worden bewaard"),
    )


def _close_register(closing: Closing) -> None:
    erase_person(account=closing.subject.account, at=closing.at)


def _close_objections(closing: Closing) -> None:
    Objection.objects.filter(account=closing.subject.account).delete()
    erase_contacts(closing.subject.account)


def _close_messages(closing: Closing) -> None:
    withdraw(references=closing.subject.ids)


def _close_accounts(closing: Closing) -> None:
    empty_account(account=closing.subject.account, at=closing.at)


def _close_log(closing: Closing) -> None:
    erase_own_acts(subjects=closing.subject.ids, account=closing.subject.account)


DOMAINS = [
    Part("register", _register, _register_leaving, _close_register),
    Part("accounts", _accounts, _accounts_leaving, _close_accounts),
    Part("person", _objections, _objections_leaving, _close_objections),
    Part("messages", _messages, _messages_leaving, _close_messages),
    Part("log", _log, _log_leaving, _close_log),
]
