"""What a person reads about an outcome: the sentence and the remedy for every reason, in her language."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lerarenregister.register.rules.reasons import Outcome, Reason

OUTCOMES: dict[str, Promise] = {
    Outcome.ACCEPTED: _("Nieuw"),
    Outcome.CHANGED: _("Gewijzigd"),
    Outcome.UNCHANGED: _("Ongewijzigd"),
    Outcome.REFUSED: _("Geweigerd"),
}

# The header of the report as CSV. The last two are names for machines, in no language.
REPORT_LABELS: tuple[str | Promise, ...] = (
    _("regel"),
    _("personeelsnummer"),
    _("uitkomst"),
    _("kolom"),
    _("reden"),
    _("wat te doen"),
    "outcome-code",
    "reason-code",
)

_REASONS: dict[str, tuple[Promise, Promise]] = {
    Reason.BEGIN_AFTER_END: (_("Het einde ligt voor het begin."), _("Verbeter begin of einde.")),
    Reason.BIRTH_DATE: (_("Deze geboortedatum kan niet kloppen."), _("Controleer de geboortedatum.")),
    Reason.BOARD_OTHER: (
        _("Dit bestuursnummer is van een ander bestuur."),
        _("Lever alleen regels van je eigen bestuur aan."),
    ),
    Reason.BOARD_UNKNOWN: (_("Dit bestuursnummer kennen we niet."), _("Controleer het bestuursnummer.")),
    Reason.BRIN_OTHER_BOARD: (
        _("Deze school hoort op deze datum bij een ander bestuur."),
        _("Controleer het BRIN. Ging de school over, zet dan bij einde de laatste dag bij jouw bestuur."),
    ),
    Reason.BRIN_UNKNOWN: (_("Dit BRIN kennen we niet op deze datum."), _("Controleer het BRIN en de datums.")),
    Reason.CELL_COUNT: (
        _("De regel heeft meer of minder cellen dan de kop."),
        _("Controleer of een cel zelf een scheidingsteken heeft. Zet zo’n cel tussen aanhalingstekens."),
    ),
    Reason.CELL_ERROR: (
        _("In deze cel staat een fout van het rekenblad."),
        _("Typ in de cel wat er hoort te staan."),
    ),
    Reason.CELL_TOO_LONG: (_("De cel is te lang."), _("Maak de tekst korter.")),
    Reason.CONTROL_CHARACTER: (
        _("De cel heeft een teken dat niet kan, zoals een nieuwe regel."),
        _("Haal het teken weg."),
    ),
    Reason.DATE: (_("Dit is geen datum die bestaat."), _("Schrijf 2018-08-01 of 01-08-2018.")),
    Reason.FIELD_NEEDED: (
        _("Bij deze grondslag hoort een onderwijsterrein."),
        _("Vul het onderwijsterrein in."),
    ),
    Reason.FIELD_NOT_ALLOWED: (
        _("Bij een bevoegde grondslag hoort geen onderwijsterrein."),
        _("Maak onderwijsterrein leeg, of kies een andere grondslag."),
    ),
    Reason.FORMAT: (_("Wat in de cel staat, heeft niet de vorm die hier hoort."), _("Controleer de cel.")),
    Reason.FORMULA: (
        _("In deze cel staat een formule. We lezen alleen waarden."),
        _("Kopieer de cel en plak haar als waarde."),
    ),
    Reason.GROUND_SECTOR: (
        _("Deze grondslag komt in de sector van deze school niet voor."),
        _("Kies een grondslag uit de tabel van het reglement."),
    ),
    Reason.GROUND_UNKNOWN: (
        _("Deze grondslag kennen we niet."),
        _("Kies een grondslag uit de tabel van het reglement."),
    ),
    Reason.LINES_DIFFER: (
        _("Twee regels over dezelfde aanstelling zeggen iets anders."),
        _("Laat de regel staan die klopt."),
    ),
    Reason.LINE_TOO_LONG: (_("De regel is te lang om te lezen."), _("Maak de cellen korter.")),
    Reason.LOCATION_UNKNOWN: (_("Deze vestiging kennen we niet op deze datum."), _("Controleer het volgnummer.")),
    Reason.LOOKS_LIKE_BSN: (
        _("In deze cel staat iets dat op een burgerservicenummer lijkt. We hebben de regel niet bewaard."),
        _("Haal het nummer weg. Is het iets anders, zoals een personeelsnummer, zet er dan een letter voor."),
    ),
    Reason.MISSING: (_("Deze cel is leeg, maar wel nodig."), _("Vul de cel in.")),
    Reason.NOT_DELIVERED: (
        _("Deze regel is verbeterd, maar daarna niet op tijd geleverd. Wat erin stond, is gewist."),
        _("Lever de regel opnieuw aan."),
    ),
    Reason.NOT_KNOWN: (
        _("Deze aanstelling is niet eerder aangeleverd. Er is dus niets dat kan vervallen."),
        _("Controleer of de regel gelijk is aan wat je eerder aanleverde."),
    ),
    Reason.NOT_TAKEN: (
        _("Op verzoek van deze persoon nemen we van jullie bestuur geen gegevens over deze persoon aan."),
        _("Laat de regel weg. Je kunt het met deze persoon zelf bespreken."),
    ),
    Reason.OVERLAP: (
        _("Deze aanstelling overlapt met een andere op dezelfde vestiging met dezelfde grondslag."),
        _("Geef de andere een einde, of laat die vervallen."),
    ),
    Reason.PERSON_DIFFERS: (
        _("Regels met dit personeelsnummer hebben verschillende namen of geboortedatums."),
        _("Maak de gegevens van deze persoon op alle regels gelijk."),
    ),
    Reason.QUOTES: (_("De aanhalingstekens op deze regel kloppen niet."), _("Controleer de aanhalingstekens.")),
    Reason.TOO_MANY_LINES: (
        _("Er zijn te veel regels met dit personeelsnummer."),
        _("Controleer of het personeelsnummer van één persoon is."),
    ),
    Reason.WITHDRAWN: (
        _("Deze aanstelling is eerder vervallen."),
        _("Klopt de aanstelling toch, zet dan ‘nee’ bij vervallen."),
    ),
}

_REFUSALS: dict[str, Promise] = {
    "bsn-column": _(
        "Een kolom heeft de naam van het burgerservicenummer (BSN). Dit register gebruikt geen BSN. Verwijder de kolom."
    ),
    "bsn-values": _(
        "Een kolom lijkt burgerservicenummers (BSN) te hebben. Dit register gebruikt geen BSN. Verwijder de kolom. "
        "We hebben niets bewaard."
    ),
    "columns-doubled": _("Deze kolommen staan er dubbel in. Laat van elke kolom één over."),
    "columns-missing": _("Deze kolommen ontbreken. Controleer de eerste regel van het bestand."),
    "empty": _("Het bestand heeft geen regels met gegevens."),
    "encoding": _("We kunnen de tekens niet lezen. Sla het bestand op als CSV UTF-8."),
    "header": _("We kunnen de eerste regel niet lezen. Daar horen de namen van de kolommen."),
    "mixed-encoding": _("Het bestand heeft tekens van twee soorten door elkaar. Sla het op als CSV UTF-8."),
    "nul": _("Dit is geen gewoon tekstbestand. Sla het op als CSV UTF-8."),
    "quote-open": _("Een aanhalingsteken wordt nergens gesloten. Controleer de aanhalingstekens."),
    "sheet-bomb": _("Dit bestand wordt bij het uitpakken veel te groot. We lezen het niet. Sla het op als CSV UTF-8."),
    "sheet-busy": _("Er worden nu veel bestanden gelezen. Lever je bestand straks opnieuw aan."),
    "sheet-kind": _("Dit is geen rekenblad dat we kennen. Sla het op als Excel-werkmap (.xlsx) of als CSV UTF-8."),
    "sheet-large": _(
        "Dit rekenblad is groter dan 25 MB. Sla het op als CSV UTF-8, of verdeel het over meer bestanden."
    ),
    "sheet-macros": _("In dit rekenblad zitten macro’s. Sla het op als gewone Excel-werkmap (.xlsx), zonder macro’s."),
    "sheet-merged": _("In dit rekenblad zijn cellen samengevoegd. Maak de samenvoeging ongedaan en vul elke cel."),
    "sheet-more": _(
        "Er staat iets op meer dan één zichtbaar blad. We lezen alleen het eerste. Haal de andere bladen weg, "
        "of lever ze als eigen bestand aan."
    ),
    "sheet-none": _("Dit rekenblad heeft geen zichtbaar blad. Maak het blad met de regels zichtbaar."),
    "sheet-unreadable": _(
        "We kunnen dit rekenblad niet lezen. Open het, sla het opnieuw op als .xlsx, of kies CSV UTF-8."
    ),
    "sheet-wide": _("Dit rekenblad heeft meer dan 200 kolommen. Haal weg wat niet in een aanlevering hoort."),
    "spreadsheet": _(
        "Dit is een oud rekenblad (.xls), of een met een wachtwoord. Sla het op als .xlsx zonder wachtwoord, "
        "of als CSV UTF-8."
    ),
    "too-large": _("Het bestand is groter dan 200 MB. Verdeel het over meer bestanden."),
    "too-many-lines": _(
        "Het bestand heeft te veel regels: hooguit 500.000 in CSV en 100.000 in een rekenblad. Verdeel het."
    ),
    "interrupted": _("Het bestand is niet helemaal aangekomen. Lever het opnieuw aan."),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """What is wrong and what to do about it."""

    sentence: str
    remedy: str


def wording_of(reason: str) -> Wording:
    """The words for a reason why a line is refused; both "" for "no reason"."""
    if reason not in _REASONS:
        return Wording("", "")
    sentence, remedy = _REASONS[reason]
    return Wording(str(sentence), str(remedy))


def column_of(name: str) -> str:
    """A column as the report names it. A column of the file that is not ours is only known by its place ("kolom 3")."""
    word, _space, place = name.partition(" ")
    return " ".join((gettext("kolom"), place)) if word == "kolom" and place else name


def refusal_of(reason: str) -> str:
    """The words for a reason why a whole file is refused."""
    return str(_REFUSALS[reason]) if reason in _REFUSALS else gettext("Het bestand is geweigerd.")
