"""Addresses of the register's pages."""

from django.urls import path

from lerarenregister.web.register import (
    acts,
    board,
    calendar,
    letters,
    mending,
    own,
    person,
    public,
    rulebook,
    support,
    then,
    transfers,
    upload,
)
from lerarenregister.web.register.cases import board as questions
from lerarenregister.web.register.cases import desk, twice
from lerarenregister.web.register.cases import own as cases

app_name = "register"
urlpatterns = [
    path("activeren/", own.activate, name="activate"),
    path("activeren/<str:code>/", own.activate, name="activate_with_code"),
    path("mijn-registratie/", own.registration, name="own"),
    path("mijn-registratie/bevestigen/", own.confirm, name="confirm"),
    path("mijn-registratie/klopt-niet/<uuid:version>/", own.dispute, name="dispute"),
    path("mijn-registratie/uit-het-register/", acts.leave, name="leave"),
    path("mijn-registratie/terugkomen/", acts.come_back, name="come_back"),
    path("mijn-registratie/besluiten/<uuid:act>/", acts.decision, name="act"),
    path("mijn-registratie/besluiten/<uuid:act>/besluit.pdf", acts.decision_letter, name="act_letter"),
    path("mijn-registratie/toen/", then.then, name="then"),
    path("mijn-registratie/uittreksel/", own.extract, name="extract"),
    path("mijn-registratie/aanvragen/", cases.ask, name="ask"),
    path("mijn-registratie/zaken/<uuid:case>/", cases.case, name="case"),
    path("mijn-registratie/zaken/<uuid:case>/intrekken/", cases.take_back, name="take_back"),
    path("mijn-registratie/blijven/<uuid:notice>/", cases.stay, name="stay"),
    path("cijfers/aanleveren/", calendar.burden, name="burden"),
    path("cijfers/", public.counts, name="counts"),
    path("reglement/", rulebook.in_force, name="rulebook"),
    path("reglement/<int:version>/", rulebook.version, name="rulebook_version"),
    path("bestuur/<str:number>/", board.overview, name="board"),
    path("bestuur/<str:number>/persoon/", person.person, name="person"),
    path("bestuur/<str:number>/aanleveren/", upload.upload, name="upload"),
    path("bestuur/<str:number>/aanleveringen/<uuid:delivery>/", board.delivery, name="delivery"),
    path("bestuur/<str:number>/aanleveringen/<uuid:delivery>/leveren/", board.deliver, name="deliver"),
    path("bestuur/<str:number>/aanleveringen/<uuid:delivery>/verbeteren/", mending.mend, name="mend"),
    path("bestuur/<str:number>/aanleveringen/<uuid:delivery>/terugmelding.csv", board.report, name="report"),
    path("bestuur/<str:number>/kalender/", calendar.calendar, name="calendar"),
    path("bestuur/<str:number>/brieven/", letters.letters, name="letters"),
    path("ondersteuning/overdrachten/", transfers.transfers, name="transfers"),
    path("ondersteuning/te-laat/", calendar.late, name="late"),
    path("bestuur/<str:number>/vragen/", questions.questions, name="questions"),
    path("bestuur/<str:number>/vragen/<uuid:question>/", questions.answer, name="answer"),
    path("bestuur/<str:number>/overlijden/", questions.death, name="death"),
    path("ondersteuning/zaken/", desk.queues, name="desk"),
    path("ondersteuning/zaken/<uuid:desk_case>/", desk.case, name="desk_case"),
    path("ondersteuning/zaken/<uuid:desk_case>/voorstel/", desk.propose, name="desk_propose"),
    path("ondersteuning/voorstellen/<uuid:proposal>/akkoord/", desk.agree, name="desk_agree"),
    path("ondersteuning/voorstellen/<uuid:proposal>/terug/", desk.send_back, name="desk_send_back"),
    path("ondersteuning/zaken/<uuid:desk_case>/oppakken/", desk.take_on, name="desk_take_on"),
    path("ondersteuning/samengevoegd/", twice.merges, name="merges"),
    path("ondersteuning/samengevoegd/<uuid:merge>/uit-elkaar/", twice.undo, name="undo_merge"),
    path("ondersteuning/beoordelingen/", support.reviews, name="reviews"),
    path("ondersteuning/beoordelingen/<uuid:review>/", support.decide, name="decide_review"),
]
