"""The events of the log that can concern somebody, in her words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: dict[str, Promise] = {
    "accounts.AccountOpened": _("Je account is gemaakt."),
    "accounts.IdentityLinked": _("Je koppelde een inlogmiddel."),
    "accounts.IdentityUnlinked": _("Je ontkoppelde een inlogmiddel."),
    "accounts.InvitationRedeemed": _("Je gebruikte een uitnodiging."),
    "accounts.RoleEnded": _("Een rol van jou is beëindigd."),
    "accounts.RoleGiven": _("Je kreeg een rol."),
    "accounts.RolesListed": _("Een beheerder keek wie een rol heeft."),
    "accounts.SignedIn": _("Je logde in."),
    "accounts.SignedOut": _("Je logde uit."),
    "accounts.EverybodySignedOut": _("Iedereen is uitgelogd door het technisch beheer."),
    "person.AccessGiven": _("Je vroeg al je gegevens op."),
    "register.AppointmentConfirmed": _("Je bevestigde een aanstelling."),
    "register.AppointmentDisputed": _("Je schreef dat een aanstelling niet klopt."),
    "register.CodeIssued": _("Er is een code voor je gemaakt."),
    "register.CodeRedeemed": _("Je gebruikte je code."),
    "person.ObjectionAnswered": _("Een medewerker van het register beantwoordde je bezwaar."),
    "person.ObjectionMade": _("Je schreef een bezwaar."),
    "person.ObjectionTakenBack": _("Je trok een bezwaar in."),
    "person.ObjectionsConsulted": _("Een medewerker van het register las je bezwaar."),
    "register.DeliveryObjected": _("Je maakte bezwaar tegen aanleveren."),
    "register.LettersPrinted": _("Er is een brief voor je gemaakt."),
    "register.LineDelivered": _("Een bestuur leverde een regel over je aan."),
    "register.ObjectionWithdrawn": _("Je trok een bezwaar in."),
    "register.PeopleConsulted": _("Een bestuur keek in de lijst van mensen die het aanleverde."),
    "register.PreRegisterEntered": _("Een aanstelling kwam in het voorportaal."),
    "register.RegistrationExtended": _("Een aanstelling kwam bij je registratie."),
    "register.RegistrationMade": _("Je registratie ontstond."),
    "register.ReportConsulted": _("Een bestuur keek in de terugmelding van een aanlevering."),
    "register.ReviewAsked": _("Je naam of geboortedatum was anders dan je bestuur aanleverde."),
    "register.ReviewDecided": _("Een medewerker van het register besloot over die vergelijking."),
    "register.ReviewsConsulted": _("Een medewerker van het register keek naar die vergelijking."),
    "register.WorkAddressesErased": _("Je werkmailadres is gewist."),
}
