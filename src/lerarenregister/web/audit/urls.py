"""The addresses of "who looked" and of the log."""

from django.urls import path

from lerarenregister.web.audit import views

app_name = "audit"
urlpatterns = [
    path("wie-keek/", views.who_looked, name="who-looked"),
    path("logboek/", views.log, name="log"),
]
