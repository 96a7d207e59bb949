"""What the state means, in words: each thing with whether it goes well, and what to do when it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lerarenregister.upkeep.queries import PartState
from lerarenregister.upkeep.rules import Doubt
from lerarenregister.web.state.gathering import State

SEALED_WITHIN = timedelta(minutes=5)
SENT_WITHIN = timedelta(hours=1)
DELIVERED_WITHIN = timedelta(minutes=30)
WORKED_WITHIN = timedelta(hours=25)
CLOCKS_WITHIN = timedelta(seconds=2)
LEAST_FREE_BYTES = 1024**3
LEAST_FREE_PART = 0.1


@dataclass(frozen=True, slots=True)
class Said:
    """One thing: its name, how it is, and what to do ("" when it goes well)."""

    name: str
    how: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.remedy


def in_words(state: State, *, migrations_missing: int) -> list[Said]:
    """Everything that an operator should know, in a fixed order."""
    return [
        _database(state, migrations_missing),
        _sealing(state),
        _mail(state),
        _deliveries(state),
        _reviews(state),
        _objections(state),
        *_daily_work(state),
        _retention(state),
        *_vaults(state),
        _disk(state),
        _clocks(state),
    ]


def _database(state: State, missing: int) -> Said:
    name = _("Database")
    if missing:
        how = ngettext(
            "De database mist {number} wijziging van deze versie.",
            "De database mist {number} wijzigingen van deze versie.",
            missing,
        )
        return Said(name, how.format(number=missing), _("Draai manage.py migrate."))
    return Said(name, _("De database antwoordt en past bij deze versie."))


def _sealing(state: State) -> Said:
    sealing, name = state.sealing, _("Logboek")
    how = (
        _("Verzegeld tot {moment}.").format(moment=_moment(sealing.sealed_at))
        if sealing.sealed_at
        else _("Er is nog niets verzegeld.")
    )
    if sealing.oldest_unsealed_at is None:
        nothing_waits = _("Niets wacht op verzegeling.")
        return Said(name, f"{how} {nothing_waits}")
    waiting = ngettext(
        "{number} gebeurtenis wacht op verzegeling, al {age}.",
        "{number} gebeurtenissen wachten op verzegeling, de oudste al {age}.",
        sealing.unsealed,
    )
    how += " " + waiting.format(number=sealing.unsealed, age=_age(sealing.oldest_unsealed_at, state.at))
    late = state.at - sealing.oldest_unsealed_at > SEALED_WITHIN
    remedy = _("Kijk of manage.py seal draait en wat het schrijft. Tot dan beschermt geen handtekening wat wacht.")
    return Said(name, how, remedy if late else "")


def _mail(state: State) -> Said:
    mail, name = state.outbox, _("Berichten")
    how = ngettext("{number} bericht wacht.", "{number} berichten wachten.", mail.waiting).format(number=mail.waiting)
    if mail.failed:
        failed = ngettext(
            "{number} bericht kon niet worden bezorgd.", "{number} berichten konden niet worden bezorgd.", mail.failed
        )
        how += " " + failed.format(number=mail.failed)
    if mail.oldest_waiting_at is None or state.at - mail.oldest_waiting_at <= SENT_WITHIN:
        return Said(name, how)
    how += " " + _("Het oudste wacht al {age}.").format(age=_age(mail.oldest_waiting_at, state.at))
    return Said(name, how, _("Kijk of de mailserver van SMTP_HOST bereikbaar is en of manage.py run_due draait."))


def _deliveries(state: State) -> Said:
    name, since = _("Aanleveringen"), state.register.oldest_at_work_at
    if since is None:
        return Said(name, _("Er wordt nu geen bestand verwerkt."))
    how = _("Het oudste bestand dat nu wordt verwerkt, kwam {age} geleden binnen.").format(age=_age(since, state.at))
    stuck = state.at - since > DELIVERED_WITHIN
    return Said(
        name, how, _("Kijk of manage.py db_worker draait. run_due gaat verder met wat bleef liggen.") if stuck else ""
    )


def _reviews(state: State) -> Said:
    name, waiting, late = _("Beoordelingen"), state.register.reviews_waiting, state.register.reviews_late
    how = ngettext("{number} beoordeling wacht.", "{number} beoordelingen wachten.", waiting).format(number=waiting)
    if not late:
        return Said(name, how)
    how += " " + ngettext("{number} is te laat.", "{number} zijn te laat.", late).format(number=late)
    return Said(name, how, _("Vraag de ondersteuning om ze te doen: mensen wachten erop."))


def _objections(state: State) -> Said:
    name, waiting, late = _("Bezwaren"), state.objections.waiting, state.objections.late
    how = ngettext("{number} bezwaar wacht.", "{number} bezwaren wachten.", waiting).format(number=waiting)
    if not late:
        return Said(name, how)
    how += " " + ngettext("{number} is te laat.", "{number} zijn te laat.", late).format(number=late)
    return Said(name, how, _("Vraag de ondersteuning om ze te beantwoorden: het reglement noemt een termijn."))


def _daily_work(state: State) -> Iterator[Said]:
    names = {
        "accounts": _("Dagelijks werk: oude sessies en rollen wissen"),
        "forms": _("Dagelijks werk: vergeten welke formulieren verstuurd zijn"),
        "log": _("Dagelijks werk: het logboek na zijn termijn wissen"),
        "mail": _("Dagelijks werk: berichten versturen"),
        "rights": _("Dagelijks werk: beantwoorde bezwaren wissen"),
        "register": _("Dagelijks werk: verder met aanleveringen, wissen na de termijn"),
        "portfolio": _("Dagelijks werk: verwijderde teksten wissen"),
    }
    for part in state.parts:
        name = names.get(part.name) or _("Dagelijks werk: {part}").format(part=part.name)
        yield Said(name, _last_time(part), _work_remedy(part, state.at))


def _last_time(part: PartState) -> str:
    how = (
        _("Ging het laatst goed op {moment}.").format(moment=_moment(part.done_at))
        if part.done_at
        else _("Ging nog nooit goed.")
    )
    if part.failing and part.failed_at:
        how += " " + _("Daarna ging het mis, op {moment}.").format(moment=_moment(part.failed_at))
    return how


def _work_remedy(part: PartState, at: datetime) -> str:
    if part.failing:
        return _("Kijk wat manage.py run_due schreef: zoek op ‘a part of the daily work failed’.")
    if part.done_at is None or at - part.done_at > WORKED_WITHIN:
        return _("Kijk of manage.py run_due elke dag draait.")
    return ""


def _retention(state: State) -> Said:
    name, until, doubt = _("Wissen na de termijn"), state.retention.destroyed_until, state.retention.doubt
    how = _("Alles is gewist waarvan de termijn om was op {moment}.").format(moment=_moment(until)) if until else ""
    how = how or _("Er is nog niets gewist.")
    if doubt is None:
        return Said(name, how)
    why = {
        Doubt.CLOCKS_DIFFER: _("De klokken van deze machine en van de database verschillen meer dan tien minuten."),
        Doubt.WENT_BACK: _("De klok is teruggezet."),
        Doubt.LEAPT_AHEAD: _("De klok sprong vooruit."),
        Doubt.LONG_UNSEEN: _("Er is meer dan twee dagen niet gewist, of de klok sprong vooruit."),
    }
    stopped = _("Er wordt nu niets gewist.")
    remedy = _("Kijk of de klok gelijk loopt. Klopt hij? Draai dan manage.py run_due --today met de datum van vandaag.")
    return Said(name, f"{how} {stopped} {why[doubt]}", remedy)


def _vaults(state: State) -> Iterator[Said]:
    name = _("Kluis")
    for trouble in state.vaults:
        if not trouble:
            yield Said(name, _("De kluis met de sleutels antwoordt en kan portfolio's openen."))
        else:
            yield Said(
                name,
                _("De kluis met de sleutels antwoordt niet goed. Wie nu inlogt, krijgt haar portfolio niet open."),
                _("Kijk of het proces van de kluis draait, en wat het in zijn logboek zegt. Klopt VAULT_URL?"),
            )


def _disk(state: State) -> Said:
    part = state.disk_free / state.disk_size if state.disk_size else 0.0
    how = _("{free} GB is vrij op de schijf van VAR, {part} procent.").format(
        free=f"{state.disk_free / 1e9:.0f}", part=f"{part * 100:.0f}"
    )
    full = state.disk_free < LEAST_FREE_BYTES or part < LEAST_FREE_PART
    return Said(_("Schijf"), how, _("Maak ruimte: met een volle schijf kan niemand iets opslaan.") if full else "")


def _clocks(state: State) -> Said:
    seconds = abs(state.clock_difference.total_seconds())
    if seconds <= CLOCKS_WITHIN.total_seconds():
        return Said(_("Klok"), _("De klok loopt gelijk met die van de database."))
    how = _("De klok loopt {seconds} seconden anders dan die van de database.").format(seconds=f"{seconds:.0f}")
    return Said(_("Klok"), how, _("Zet de klokken gelijk (NTP). Termijnen en het logboek gaan uit van de klok."))


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "j F Y, H:i")


def _age(since: datetime, at: datetime) -> str:
    return timesince(since, at, depth=1) if at - since >= timedelta(minutes=1) else _("minder dan een minuut")
