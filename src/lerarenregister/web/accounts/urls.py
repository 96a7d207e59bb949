"""Addresses of the account pages."""

from django.urls import path

from lerarenregister.web.accounts import mandates, signing_in, views

app_name = "accounts"
urlpatterns = [
    path("inloggen/", signing_in.choose, name="choose"),
    path("tweede-factor/", signing_in.second_factor, name="second-factor"),
    path("inloggen/<slug:slug>/", signing_in.begin, name="begin"),
    path("inloggen/<slug:slug>/terug/", signing_in.callback, name="callback"),
    path("uitloggen/", signing_in.sign_out, name="sign-out"),
    path("sessies/", views.sessions, name="sessions"),
    path("sessies/overal-uitloggen/", views.end_all_sessions, name="end-all-sessions"),
    path("sessies/<uuid:session_id>/beeindigen/", views.end_session, name="end-session"),
    path("uitnodiging/", views.invitation, name="invitation"),
    path("bestuur/<str:number>/machtigingen/", mandates.mandates, name="mandates"),
    path("kantoor/", mandates.office, name="office"),
    path("bestuur/<str:number>/medewerkers/", views.staff, name="staff"),
    path("bestuur/<str:number>/medewerkers/<uuid:grant>/beeindigen/", views.end_role, name="end-role"),
    path(
        "bestuur/<str:number>/uitnodigingen/<uuid:invitation>/intrekken/",
        views.withdraw_invitation,
        name="withdraw-invitation",
    ),
]
