"""Addresses of the pages of her rights."""

from django.urls import path

from lerarenregister.web.person import closing, objecting, telling, views

app_name = "person"
urlpatterns = [
    path("mijn-gegevens/", views.rights, name="rights"),
    path("mijn-gegevens/inzage/", views.access, name="access"),
    path("mijn-gegevens/berichten/", telling.messages, name="messages"),
    path("mijn-gegevens/berichten/code/", telling.verify, name="verify-contact"),
    path("mijn-gegevens/berichten/weg/", telling.remove, name="remove-contact"),
    path("mijn-gegevens/sluiten/", closing.close, name="close"),
    path("mijn-gegevens/gesloten/", closing.closed, name="closed"),
    path("mijn-gegevens/bezwaren/nieuw/", objecting.make, name="object"),
    path("mijn-gegevens/bezwaren/<uuid:asked>/intrekken/", objecting.take_back, name="take-back"),
    path("ondersteuning/bezwaren/", objecting.waiting, name="objections"),
    path("ondersteuning/bezwaren/<uuid:asked>/", objecting.answer, name="answer-objection"),
    path("mijn-gegevens/bezwaar/<uuid:file>/", views.objection, name="objection"),
    path("mijn-gegevens/bezwaar/<uuid:objection>/intrekken/", views.withdraw, name="withdraw-objection"),
]
