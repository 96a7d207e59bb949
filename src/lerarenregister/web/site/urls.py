"""Addresses of the general pages."""

from django.urls import path

from lerarenregister.web.site import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("hulp/", views.help_page, name="help"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookie_statement, name="cookies"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("over/", views.about, name="about"),
    path("taal/", views.choose_language, name="language"),
    path("app.webmanifest", views.manifest, name="manifest"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
]
