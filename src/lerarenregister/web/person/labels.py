"""The words for what is held of her: a title and a sentence for each kind, a label for each field, words for values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from lerarenregister.kernel.holdings import Row
from lerarenregister.web.audit.views import REASONS, ROLES
from lerarenregister.web.person.events_told import EVENTS

SECTIONS: dict[str, tuple[Promise, Promise]] = {
    "accounts.account": (_("Je account"), _("Een nummer, en sinds wanneer het er is. Je naam staat er niet bij.")),
    "accounts.identities": (_("Waarmee je inlogt"), _("Het inlogmiddel en het nummer dat je daar hebt.")),
    "accounts.sessions": (_("Je sessies"), _("Waar en wanneer je was ingelogd. Na 90 dagen verdwijnt dit.")),
    "accounts.roles": (_("Je rollen"), _("Wat je voor een bestuur of voor het register mag doen, en tot wanneer.")),
    "accounts.invitations": (_("Uitnodigingen die je gebruikte"), _("Daarmee kreeg je een rol.")),
    "accounts.invitation_tries": (_("Codes die je probeerde"), _("Na een dag verdwijnt dit.")),
    "register.moves": (
        _("Toen je met je school naar een ander bestuur ging"),
        _("Bij welk bestuur je dossier eerst was, en met welk personeelsnummer."),
    ),
    "register.files": (_("Bij welke besturen je bekend bent"), _("Met het personeelsnummer dat je daar hebt.")),
    "register.deliveries": (_("Aanleveringen waar je in staat"), _("Van welk bestuur, en wanneer.")),
    "register.personal_facts": (
        _("Je naam en geboortedatum"),
        _("Zoals een bestuur ze aanleverde, met aanlevering en regel. Ook wat later is vervangen."),
    ),
    "register.appointments": (_("Je aanstellingen"), _("Zoals een bestuur ze aanleverde.")),
    "register.appointment_versions": (
        _("Wat over een aanstelling is aangeleverd"),
        _("Elke keer, met aanlevering en regel. ‘Tot’ is de dag na de laatste dag."),
    ),
    "register.confirmations": (_("Wat je bevestigde"), _("Welk gegeven, en wanneer.")),
    "register.disputes": (_("Wat volgens jou niet klopt"), _("In je eigen woorden.")),
    "register.registration": (_("Je registratie"), _("Je registernummer.")),
    "register.acts": (_("Besluiten over je registratie"), _("Elk met de regel van het reglement waarop het rust.")),
    "register.registration_spells": (
        _("Dagen waarop je geregistreerd was"),
        _("Door welk besluit. ‘Tot’ is de eerste dag waarop het niet meer zo was."),
    ),
    "register.end_notices": (
        _("Wanneer je registratie zou eindigen"),
        _("Wat we je daarover vertelden, en of je bleef."),
    ),
    "register.qualifications": (
        _("Bevoegdheden waarvan het bewijs is gezien"),
        _("Twee medewerkers zagen het bewijs. Een kopie is niet bewaard."),
    ),
    "person.contacts": (
        _("Je eigen mailadres"),
        _("Waarop je hoort dat er iets voor je klaarstaat, en hoe vaak."),
    ),
    "person.codes_asked": (_("Codes die je vroeg"), _("Vandaag, om een mailadres te bevestigen.")),
    "register.proven_names": (
        _("Naam en geboortedatum waarvan het bewijs is gezien"),
        _("Twee medewerkers zagen het bewijs. Een kopie is niet bewaard."),
    ),
    "register.cases": (
        _("Vragen en meldingen over jou"),
        _("Wat je vroeg, of wat je bestuur meldde, bij wie het ligt en tot wanneer."),
    ),
    "register.case_steps": (_("Stappen in die vragen"), _("Wie wat deed, als rol, en in welke woorden.")),
    "register.duplicates": (
        _("Of je er misschien twee keer staat"),
        _("Dat je op iemand leek, waarom, en wat twee medewerkers besloten. Van de ander staat hier niets."),
    ),
    "register.merges": (
        _("Samengevoegde registraties"),
        _("Welk nummer als welk geldt, door welke zaak, en of het ongedaan is gemaakt."),
    ),
    "register.answers_as": (_("Onder welk nummer je telt"), _("Zoals dat op elk moment bekend was.")),
    "register.registration_parts": (_("Aanstellingen in je registratie"), _("Bevoegd, en door jou bevestigd.")),
    "register.pre_register": (_("Aanstellingen in het voorportaal"), _("Die tellen niet mee als registratie.")),
    "register.objections": (
        _("Je bezwaren tegen aanleveren"),
        _("Zolang een bezwaar geldt, weigeren we wat dat bestuur over je aanlevert."),
    ),
    "person.objections": (
        _("Bezwaren die je schreef"),
        _("Waar je verder bezwaar tegen hebt, en het antwoord."),
    ),
    "portfolio.key": (
        _("De sleutel van je portfolio"),
        _("Wat we erover noteren. Wat hem opent en wanneer hij openging, staat bij ‘Sleutel’."),
    ),
    "portfolio.releases": (
        _("Wat het beroep van je mag weten"),
        _("Grove waarden uit je portfolio, die je zelf vrijgaf. Per schooljaar een rij."),
    ),
    "register.lines": (
        _("Regels van bestanden van je bestuur"),
        _("Wat erin stond, verdwijnt na 14 dagen. Wat ermee gebeurde, blijft."),
    ),
    "register.codes": (_("Brieven en mails met een code"), _("De code zelf bewaren we niet leesbaar.")),
    "register.code_tries": (_("Activatiecodes die niet klopten"), _("Na een dag verdwijnt dit.")),
    "register.work_addresses": (
        _("Je werkmailadres"),
        _("Gaf je bestuur het door, dan wissen we het na één mail, of zodra je code is gebruikt."),
    ),
    "register.reviews": (
        _("Vergelijkingen van je naam en geboortedatum"),
        _("Als je inlogmiddel iets anders zei dan je bestuur. Een medewerker van het register besliste."),
    ),
    "messages.messages": (_("Berichten aan jou"), _("Die wachten of kort geleden zijn verstuurd.")),
    "log.events": (
        _("Het logboek over jou"),
        _("Wat er gebeurde, wanneer, door welke rol en waarom. Ook wie naar je gegevens keek."),
    ),
}
FIELDS: dict[str, Promise] = {
    "accepted": _("Gekoppeld"),
    "amount": _("Hoe vaak"),
    "kinds": _("Soorten"),
    "kind": _("Soort"),
    "learning": _("Hoe geleerd"),
    "on": _("Vanaf"),
    "mended": _("Keren verbeterd"),
    "unread": _("Niet helemaal te lezen"),
    "may_wait_elsewhere": _("Eigen apparaat of ontvangstadres"),
    "purpose": _("Waarvoor"),
    "readable": _("Te lezen"),
    "recovery_code_kept": _("Herstelcode bewaard"),
    "released_on": _("Vrijgegeven op"),
    "year": _("Begin van het schooljaar"),
    "address": _("Adres"),
    "assigned_at": _("Opgepakt op"),
    "by_herself": _("Door jou zelf"),
    "case_id": _("Vraag of melding (nummer)"),
    "due_on": _("Tot en met"),
    "found": _("Waarom gevonden"),
    "found_at": _("Gevonden op"),
    "into": _("Geldt als"),
    "likeness": _("Hoe zeker"),
    "same": _("Dezelfde persoon"),
    "split_case_id": _("Ongedaan maken (nummer)"),
    "undone_at": _("Ongedaan gemaakt op"),
    "ends_on": _("Eindigt op"),
    "given_at": _("Verteld op"),
    "level": _("Niveau"),
    "lifted_at": _("Vervallen op"),
    "move": _("Wat er gebeurde"),
    "opened_at": _("Begonnen op"),
    "proof": _("Soort bewijs"),
    "proposed": _("Voorgesteld"),
    "reminded_at": _("Herinnerd op"),
    "sector": _("Sector"),
    "turn": _("Wie aan de beurt is"),
    "act_id": _("Besluit (nummer)"),
    "appointment_id": _("Aanstelling (nummer)"),
    "article": _("Artikel van het reglement"),
    "asked_at": _("Gevraagd op"),
    "at": _("Wanneer"),
    "begin": _("Begin"),
    "begins_at": _("Vanaf"),
    "birth_date": _("Geboortedatum"),
    "board": _("Bestuursnummer"),
    "cells": _("Wat er stond"),
    "channel": _("Gestuurd als"),
    "claimed_birth_date": _("Geboortedatum volgens je inlogmiddel"),
    "claimed_family_name": _("Achternaam volgens je inlogmiddel"),
    "claimed_given_name": _("Voornaam volgens je inlogmiddel"),
    "closed_at": _("Gesloten op"),
    "column": _("Kolom"),
    "confirmed_at": _("Bevestigd op"),
    "created_at": _("Gemaakt op"),
    "decided_at": _("Besloten op"),
    "delivered_at": _("Aangeleverd op"),
    "delivery_id": _("Aanlevering (nummer)"),
    "device": _("Apparaat"),
    "disputed_at": _("Geschreven op"),
    "due_at": _("Wordt verstuurd na"),
    "effective_on": _("Vanaf"),
    "ended_at": _("Geëindigd op"),
    "ends_at": _("Tot"),
    "expires_at": _("Geldig tot"),
    "facts": _("Bijzonderheden"),
    "failed_at": _("Niet gelukt op"),
    "family_name": _("Achternaam"),
    "field": _("Onderwijsterrein"),
    "file": _("Dossier bij een bestuur (nummer)"),
    "finished_at": _("Verwerkt op"),
    "rhythm": _("Hoe vaak"),
    "verified_at": _("Bevestigd op"),
    "told_at": _("Laatste bericht op"),
    "bounced_at": _("Kwam terug op"),
    "before": _("Het adres van eerst"),
    "given_name": _("Voornamen"),
    "ground": _("Benoemingsgrondslag"),
    "id": _("Nummer"),
    "identity_id": _("Inlogmiddel (nummer)"),
    "initials": _("Voorletters"),
    "issued_at": _("Verstuurd op"),
    "issuer": _("Van wie"),
    "joined_at": _("Gekoppeld op"),
    "kept_until": _("Bewaard tot"),
    "known_as": _("Zo noemt de beheerder je"),
    "last_seen_at": _("Laatst gebruikt"),
    "line": _("Regel"),
    "linked_at": _("Gekoppeld op"),
    "location_code": _("Vestiging"),
    "made_at": _("Gemaakt op"),
    "name": _("Wat"),
    "number": _("Registernummer"),
    "organisation": _("Organisatie"),
    "outcome": _("Uitkomst"),
    "passed": _("Stap"),
    "person_bound": _("Van jezelf"),
    "person_version_id": _("Naam en geboortedatum (nummer)"),
    "place_in_log": _("Plaats in het logboek"),
    "prefix": _("Voorvoegsel"),
    "provider": _("Inlogmiddel"),
    "reason": _("Reden"),
    "received_at": _("Ontvangen op"),
    "recorded_at": _("Vastgelegd op"),
    "redeemed_at": _("Gebruikt op"),
    "reference": _("Dossier bij een bestuur (nummer)"),
    "registered_at": _("Geregistreerd op"),
    "registration_id": _("Registratie (nummer)"),
    "role": _("Rol"),
    "role_ends_at": _("Rol tot"),
    "scope": _("Voor bestuur"),
    "rounds": _("Keren besloten"),
    "set_aside_at": _("Besloten dat het niet klopt op"),
    "second_factor": _("Met tweede factor"),
    "rulebook": _("Versie van het reglement"),
    "sent_at": _("Verstuurd op"),
    "staff_number": _("Personeelsnummer"),
    "started_at": _("Begonnen op"),
    "subject": _("Vak"),
    "superseded_at": _("Vervangen op"),
    "template": _("Soort bericht"),
    "tried_at": _("Geprobeerd op"),
    "tries": _("Keren geprobeerd"),
    "until": _("Tot"),
    "values": _("Inhoud"),
    "version_id": _("Wat over de aanstelling is aangeleverd (nummer)"),
    "voided_at": _("Vervallen op"),
    "withdrawn_at": _("Ingetrokken op"),
    "withdrawn": _("Vervallen"),
    "words": _("Woorden"),
    "added_at": _("Toegevoegd op"),
    "activity": _("Waar het over gaat"),
    "answer_by": _("Antwoord uiterlijk op"),
    "answered_at": _("Beantwoord op"),
    "granted": _("Toegewezen"),
    "motive": _("Motivering"),
}
_OTHERWISE: dict[tuple[str, str], Promise] = {
    ("accounts.identities", "subject"): _("Je nummer daar"),
    ("register.reviews", "words"): _("Reden van het besluit"),
    ("register.case_steps", "number"): _("Stap"),
}
_OWN_ROLES: dict[str, Promise] = {
    "account-holder": _("jij zelf"),
    "teacher": _("jij zelf"),
    "job": _("het dagelijkse werk van het systeem"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """The heading of a kind, and a sentence on what it is."""

    title: str
    meaning: str


def section_of(name: str) -> Section:
    """The words for a kind of rows; raises KeyError for one without words, which a test finds first."""
    title, meaning = SECTIONS[name]
    return Section(str(title), str(meaning))


def row_shown(section: str, row: Row) -> list[tuple[str, str]]:
    """Label and value of each field that says something, in words."""
    return [
        (str(_OTHERWISE.get((section, name), FIELDS[name])), _value(name, value))
        for name, value in row.items()
        if value not in (None, "", {}, [])
    ]


def _value(name: str, value: Any) -> str:
    match value:
        case bool():
            return str(_("ja") if value else _("nee"))
        case datetime():
            return date_format(localtime(value), "j F Y, H:i")
        case date():
            return date_format(value, "j F Y")
        case dict():
            return "\n".join(f"{key}: {each}" for key, each in value.items() if each not in (None, ""))
        case str():
            return str(_WORDS[name].get(value, value)) if name in _WORDS else value
        case _:
            return ", ".join(_value(name, each) for each in value) if isinstance(value, list) else str(value)


_WORDS: dict[str, dict[str, Any]] = {
    "role": {**ROLES, **_OWN_ROLES},
    "reason": REASONS,
    "name": EVENTS,
    "channel": {"letter": _("brief"), "mail": _("mail")},
}
